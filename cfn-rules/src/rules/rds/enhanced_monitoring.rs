//! Enhanced monitoring without a role or an interval. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Enhanced monitoring needs both `MonitoringRoleArn` and a `MonitoringInterval` above 0. RDS refuses one without
    /// the other.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       MonitoringInterval: 60
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
    ///       MonitoringInterval: 60
    ///       MonitoringRoleArn: arn:aws:iam::123456789012:role/Monitor
    /// ```
    E3689: error "enhanced monitoring without a role or an interval",
    on: On::Extension,
}
