//! -1 at one end of a port range. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// -1 means all ports (or, for ICMP, all types). It must be at both ends of the range or at neither.
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
    ///           FromPort: -1
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
    ///           IpProtocol: tcp
    ///           FromPort: 0
    ///           ToPort: 443
    /// ```
    E3688: error "-1 at one end of a port range",
    on: On::Extension,
}
