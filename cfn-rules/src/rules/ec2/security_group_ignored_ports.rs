//! Ports on a security group rule that ignores them. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A rule for all protocols, or for a protocol without ports, applies to all ports. EC2 ignores `FromPort` and
    /// `ToPort`.
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
    ///           IpProtocol: '-1'
    ///           FromPort: 443
    ///           ToPort: 443
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
    ///           IpProtocol: '-1'
    /// ```
    W3687: warning "ports on a security group rule that ignores them",
    on: On::Extension,
}
