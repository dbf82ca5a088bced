//! Unknown type of a VPN gateway. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The type of a VPN gateway is `ipsec.1`; there is no other.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::VPNGateway
    ///     Properties:
    ///       Type: ipsec.2
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::VPNGateway
    ///     Properties:
    ///       Type: ipsec.1
    /// ```
    W3703: warning "unknown type of a VPN gateway",
    on: On::Extension,
}
