//! Missing or invalid IOPS of an EBS volume. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A volume of the type `io1` or `io2` needs `Iops`, and the number must be within the range of the volume type.
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
    ///         - DeviceName: /dev/sda1
    ///           Ebs:
    ///             VolumeType: io1
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
    ///         - DeviceName: /dev/sda1
    ///           Ebs:
    ///             VolumeType: io1
    ///             Iops: 1000
    /// ```
    E3671: error "missing or invalid IOPS of an EBS volume",
    on: On::Extension,
}
