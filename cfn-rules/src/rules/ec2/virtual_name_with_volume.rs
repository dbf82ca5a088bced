//! Virtual names of devices that are volumes.

use super::devices::{self, DEVICES};
use crate::rules::{
    definition::{On, Reporter},
    values::{Look, property, with},
};

rule! {
    /// EC2 ignores `VirtualName` where `Ebs` describes a volume.
    ///
    /// It is reported as a cause of `E3014`.
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
    ///           VirtualName: ephemeral0
    ///           Ebs:
    ///             VolumeSize: 8
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
    ///           Ebs:
    ///             VolumeSize: 8
    /// ```
    W3698: warning "virtual name of a device that is an EBS volume",
    on: On::Resource(DEVICES, check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for device in look.get(devices::path(look.kind)) {
        if property(&device, "Ebs").is_some() && property(&device, "VirtualName").is_some() {
            let path = look.path(&with(&device, "VirtualName"));
            report.at(path, "`VirtualName` is ignored where there is `Ebs`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let instance = |device: &str| {
            format!(
                "Resources: {{I: {{Type: AWS::EC2::Instance, Properties: {{BlockDeviceMappings: [{{DeviceName: a, {device}}}]}}}}}}\n"
            )
        };
        let place = "Resources/I/Properties/BlockDeviceMappings/0/VirtualName";
        let message = "`VirtualName` is ignored where there is `Ebs`";
        check(&RULE, &instance("VirtualName: ephemeral0, Ebs: {VolumeSize: 8}"), &[(place, message)]);
        check(&RULE, &instance("VirtualName: ephemeral0"), &[]);
    }
}
