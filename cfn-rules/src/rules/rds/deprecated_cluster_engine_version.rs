//! Deprecated engine version of an RDS cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The engine version is deprecated: it still works, but AWS will upgrade it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       EngineVersion: '5.7'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       EngineVersion: '8.4'
    /// ```
    W3690: warning "deprecated engine version of an RDS cluster",
    on: On::Extension,
}
