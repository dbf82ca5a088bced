//! Application load balancer in fewer than two subnets. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An application load balancer needs at least two subnets, each in its own availability zone.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets:
    ///         - subnet-01234567
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    ///     Properties:
    ///       Subnets:
    ///         - subnet-01234567
    ///         - subnet-89abcdef
    /// ```
    E3680: error "application load balancer in fewer than two subnets",
    on: On::Extension,
}
