//! Health check setting that its protocol does not support. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A health check with the protocol `TCP` or `TLS` cannot have `Matcher` or `ProtocolVersion`: those belong to
    /// HTTP.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       HealthCheckProtocol: TCP
    ///       Matcher:
    ///         HttpCode: '200'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       HealthCheckProtocol: TCP
    /// ```
    E3684: error "health check setting that its protocol does not support",
    on: On::Extension,
}
