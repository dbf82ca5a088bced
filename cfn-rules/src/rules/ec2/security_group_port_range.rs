//! Security group rule with an incomplete port range. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A rule for TCP, UDP or ICMP needs both `FromPort` and `ToPort`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       SecurityGroupIngress:
    ///         - CidrIp: 10.0.0.0/8
    ///           IpProtocol: tcp
    ///           FromPort: 443
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       SecurityGroupIngress:
    ///         - CidrIp: 10.0.0.0/8
    ///           IpProtocol: tcp
    ///           FromPort: 443
    ///           ToPort: 443
    /// ```
    E3687: error "security group rule with an incomplete port range",
    on: On::Extension,
}
