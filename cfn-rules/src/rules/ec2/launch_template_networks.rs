//! Launch templates with a security group and a subnet of different VPCs.

use crate::{
    facts::values::path,
    rules::{
        definition::{On, Reporter},
        values::{Look, same},
    },
};

rule! {
    /// An instance is in one VPC, so the security groups and the subnet of its launch template must belong to the same
    /// VPC.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   One:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Two:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.1.0.0/16
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId:
    ///         Ref: Two
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: One
    ///       CidrBlock: 10.0.0.0/24
    ///   Template:
    ///     Type: AWS::EC2::LaunchTemplate
    ///     Properties:
    ///       LaunchTemplateData:
    ///         SecurityGroupIds:
    ///           - Fn::GetAtt:
    ///               - Group
    ///               - GroupId
    ///         NetworkInterfaces:
    ///           - DeviceIndex: 0
    ///             SubnetId:
    ///               Ref: Subnet
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   One:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.0.0.0/16
    ///   Two:
    ///     Type: AWS::EC2::VPC
    ///     Properties:
    ///       CidrBlock: 10.1.0.0/16
    ///   Group:
    ///     Type: AWS::EC2::SecurityGroup
    ///     Properties:
    ///       GroupDescription: web
    ///       VpcId:
    ///         Ref: One
    ///   Subnet:
    ///     Type: AWS::EC2::Subnet
    ///     Properties:
    ///       VpcId:
    ///         Ref: One
    ///       CidrBlock: 10.0.0.0/24
    ///   Template:
    ///     Type: AWS::EC2::LaunchTemplate
    ///     Properties:
    ///       LaunchTemplateData:
    ///         SecurityGroupIds:
    ///           - Fn::GetAtt:
    ///               - Group
    ///               - GroupId
    ///         NetworkInterfaces:
    ///           - DeviceIndex: 0
    ///             SubnetId:
    ///               Ref: Subnet
    /// ```
    E3714: error "security group and subnet of a launch template in different VPCs",
    on: On::Resource(&["AWS::EC2::LaunchTemplate"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for reference in look.get("LaunchTemplateData/SecurityGroupIds/*") {
        let Some((id, group)) = look.target(&reference, "AWS::EC2::SecurityGroup") else { continue };
        let subnets = look.under(&reference, "LaunchTemplateData/NetworkInterfaces/*/SubnetId");
        let Some((_, subnet)) = subnets.iter().find_map(|subnet| look.target(subnet, "AWS::EC2::Subnet")) else {
            continue;
        };
        let (own, other) = (group.first(look.context, "VpcId"), subnet.first(look.context, "VpcId"));
        if same(&own, &other) == Some(false) {
            let message = format!("the security group must be of the VPC of the subnet in `{}`", look.id);
            report.at(path(id, &own.steps), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |vpc: &str| {
            format!(
                "Resources:\n  T: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{SecurityGroupIds: [!Ref G], NetworkInterfaces: [{{SubnetId: !Ref S}}]}}}}}}\n  G: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: a, VpcId: {vpc}}}}}\n  S: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: vpc-0123abcd, CidrBlock: 10.0.0.0/24}}}}\n"
            )
        };
        let message = "the security group must be of the VPC of the subnet in `T`";
        check(&RULE, &template("vpc-9876abcd"), &[("Resources/G/Properties/VpcId", message)]);
        check(&RULE, &template("vpc-0123abcd"), &[]);
    }
}
