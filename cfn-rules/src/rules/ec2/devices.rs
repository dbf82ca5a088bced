//! Block devices of instances, in every type that describes instances.

/// The types.
pub(crate) const DEVICES: &[&str] =
    &["AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::EC2::SpotFleet"];

/// The path to each device in a resource of one of these types.
pub(crate) fn path(kind: &str) -> &'static str {
    match kind {
        "AWS::EC2::LaunchTemplate" => "LaunchTemplateData/BlockDeviceMappings/*",
        "AWS::EC2::SpotFleet" => "SpotFleetRequestConfigData/LaunchSpecifications/*/BlockDeviceMappings/*",
        _ => "BlockDeviceMappings/*",
    }
}
