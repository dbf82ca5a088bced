//! Unknown instance type of an Elasticsearch domain. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of an Elasticsearch domain must be one that AWS offers. The list comes from the price lists
    /// for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Elasticsearch::Domain
    ///     Properties:
    ///       ElasticsearchClusterConfig:
    ///         InstanceType: t9.huge.elasticsearch
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Elasticsearch::Domain
    ///     Properties:
    ///       ElasticsearchClusterConfig:
    ///         InstanceType: t3.small.elasticsearch
    /// ```
    E3652: error "unknown instance type of an Elasticsearch domain",
    on: On::Extension,
}
