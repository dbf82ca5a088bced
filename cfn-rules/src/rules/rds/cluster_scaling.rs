//! Scaling configuration that does not fit the engine mode. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `ScalingConfiguration` is for clusters with the engine mode `serverless`; `ServerlessV2ScalingConfiguration` is
    /// for all others.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       ScalingConfiguration:
    ///         AutoPause: true
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
    ///       ServerlessV2ScalingConfiguration:
    ///         MinCapacity: 0.5
    ///         MaxCapacity: 1
    /// ```
    E3686: error "scaling configuration that does not fit the engine mode",
    on: On::Extension,
}
