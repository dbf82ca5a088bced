//! Invalid virtual device name. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The virtual name of an instance store volume is `ephemeral0` to `ephemeral23`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       BlockDeviceMappings:
    ///         - DeviceName: /dev/sdb
    ///           VirtualName: disk
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
    ///       BlockDeviceMappings:
    ///         - DeviceName: /dev/sdb
    ///           VirtualName: ephemeral0
    /// ```
    E3715: error "invalid virtual device name",
    on: On::Extension,
}
