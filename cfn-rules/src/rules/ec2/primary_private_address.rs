//! Primary private IP address given twice. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An instance or a network interface has one primary private IP address. Give it in one place: at the instance, or
    /// at its network interface.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       PrivateIpAddress: 10.0.0.5
    ///       NetworkInterfaces:
    ///         - DeviceIndex: '0'
    ///           PrivateIpAddress: 10.0.0.5
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       PrivateIpAddress: 10.0.0.5
    /// ```
    E3674: error "primary private IP address given twice",
    on: On::Extension,
}
