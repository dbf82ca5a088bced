//! Unknown instance type of an OpenSearch domain. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of an OpenSearch domain must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::OpenSearchService::Domain
    ///     Properties:
    ///       ClusterConfig:
    ///         InstanceType: t9.huge.search
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::OpenSearchService::Domain
    ///     Properties:
    ///       ClusterConfig:
    ///         InstanceType: t3.small.search
    /// ```
    E3653: error "unknown instance type of an OpenSearch domain",
    on: On::Extension,
}
