//! Target group with GENEVE on a port other than 6081. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A target group with the protocol `GENEVE` must have the port 6081.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Protocol: GENEVE
    ///       Port: 80
    ///       VpcId: vpc-01234567
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       Protocol: GENEVE
    ///       Port: 6081
    ///       VpcId: vpc-01234567
    /// ```
    E3683: error "target group with GENEVE on a port other than 6081",
    on: On::Extension,
}
