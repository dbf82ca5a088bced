//! TLS listener without a certificate. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A listener with the protocol HTTPS or TLS needs a certificate.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::Listener
    ///     Properties:
    ///       LoadBalancerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1
    ///       Port: 443
    ///       Protocol: HTTPS
    ///       DefaultActions:
    ///         - Type: fixed-response
    ///           FixedResponseConfig:
    ///             StatusCode: '200'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElasticLoadBalancingV2::Listener
    ///     Properties:
    ///       LoadBalancerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1
    ///       Port: 443
    ///       Protocol: HTTPS
    ///       DefaultActions:
    ///         - Type: fixed-response
    ///           FixedResponseConfig:
    ///             StatusCode: '200'
    ///       Certificates:
    ///         - CertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1
    /// ```
    E3676: error "TLS listener without a certificate",
    on: On::Extension,
}
