//! TLS listener of a classic load balancer without a certificate. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A listener of a classic load balancer with the protocol HTTPS or SSL needs `SSLCertificateId`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancing::LoadBalancer
    ///     Properties:
    ///       Listeners:
    ///         - InstancePort: '80'
    ///           LoadBalancerPort: '443'
    ///           Protocol: HTTPS
    ///       AvailabilityZones:
    ///         - eu-west-1a
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancing::LoadBalancer
    ///     Properties:
    ///       Listeners:
    ///         - InstancePort: '80'
    ///           LoadBalancerPort: '443'
    ///           Protocol: HTTPS
    ///           SSLCertificateId: arn:aws:acm:eu-west-1:123456789012:certificate/1
    ///       AvailabilityZones:
    ///         - eu-west-1a
    /// ```
    E3679: error "TLS listener of a classic load balancer without a certificate",
    on: On::Extension,
}
