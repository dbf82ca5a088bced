//! IOPS of volumes that have none.

use cfn_model::Node;

use super::devices::{self, DEVICES};
use crate::rules::{
    definition::{On, Reporter},
    values::{Look, property, with},
};

rule! {
    /// Only volumes of the types `io1`, `io2` and `gp3` have provisioned IOPS. EC2 ignores `Iops` on others.
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
    ///             VolumeType: gp2
    ///             Iops: 1000
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
    ///             VolumeType: gp3
    ///             Iops: 3000
    /// ```
    W3671: warning "IOPS on a volume type that ignores them",
    on: On::Resource(DEVICES, check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for device in look.get(devices::path(look.kind)) {
        for volume in look.below(&device, "Ebs") {
            let kind = property(&volume, "VolumeType").and_then(Node::as_str).unwrap_or_default();
            let has_none = ["gp2", "sc1", "st1", "standard"].iter().any(|known| kind.eq_ignore_ascii_case(known));
            if has_none && property(&volume, "Iops").is_some() {
                let path = look.path(&with(&volume, "Iops"));
                report.at(path, format!("`Iops` is ignored where `VolumeType` is `{kind}`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let instance = |kind: &str| {
            format!(
                "Resources: {{I: {{Type: AWS::EC2::Instance, Properties: {{BlockDeviceMappings: [{{DeviceName: a, Ebs: {{VolumeType: {kind}, Iops: 300}}}}]}}}}}}\n"
            )
        };
        let place = "Resources/I/Properties/BlockDeviceMappings/0/Ebs/Iops";
        check(&RULE, &instance("gp2"), &[(place, "`Iops` is ignored where `VolumeType` is `gp2`")]);
        check(&RULE, &instance("io1"), &[]);
    }
}
