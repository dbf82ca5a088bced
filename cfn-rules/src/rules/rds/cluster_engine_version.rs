//! Unsupported engine version of an RDS cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// RDS offers each engine of a database cluster in certain versions only.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       EngineVersion: 1.2.3
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
    E3690: error "unsupported engine version of an RDS cluster",
    on: On::Extension,
}
