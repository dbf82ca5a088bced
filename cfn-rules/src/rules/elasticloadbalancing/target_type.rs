//! Target group that does not fit its target type. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A target group with `TargetType: lambda` has no `Port`, `Protocol` or `VpcId`. Every other target group needs
    /// all three.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       TargetType: lambda
    ///       Port: 80
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::TargetGroup
    ///     Properties:
    ///       TargetType: lambda
    /// ```
    E3681: error "target group that does not fit its target type",
    on: On::Extension,
}
