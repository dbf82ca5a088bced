//! Parameters for images that are plain strings.

use cfn_model::{Function, Node, Path, Segment};

use crate::{
    facts::{context::Target, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// CloudFormation checks a parameter of the type `AWS::EC2::Image::Id` before it creates anything. With a plain
    /// string, a wrong id is found only when the instance is created.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Image:
    ///     Type: String
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId:
    ///         Ref: Image
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Image:
    ///     Type: AWS::EC2::Image::Id
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId:
    ///         Ref: Image
    /// ```
    W2506: warning "parameter for an image without an image type",
    on: On::Resource(TYPES, check),
}

const TYPES: &[&str] = &[
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::Batch::ComputeEnvironment",
    "AWS::Cloud9::EnvironmentEC2",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::SpotFleet",
];

const IMAGE: &str = "AWS::EC2::Image::Id";

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    let path = match look.kind {
        "AWS::Batch::ComputeEnvironment" => "ComputeResources/ImageId",
        "AWS::EC2::LaunchTemplate" => "LaunchTemplateData/ImageId",
        "AWS::EC2::SpotFleet" => "SpotFleetRequestConfigData/LaunchSpecifications/*/ImageId",
        _ => "ImageId",
    };
    for image in look.get(path) {
        let Some((Function::Ref, Node::String(name))) = image.node.and_then(Function::call) else { continue };
        let is_chosen = image.steps.contains(&Step::Key(Function::If.name()));
        if let Some(Target::Parameter(kind)) = look.context.target(name).filter(|_| !is_chosen)
            && ![IMAGE, "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"].contains(&kind)
        {
            let place = ["Parameters", name, "Type"].into_iter().map(Segment::from).collect();
            let message = format!("parameter `{name}` is for an image and must be of type `{IMAGE}`, got `{kind}`");
            report.at(Path(place), message);
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
                "Parameters: {{Image: {{Type: '{kind}'}}}}\nResources: {{I: {{Type: AWS::EC2::Instance, Properties: {{ImageId: !Ref Image}}}}}}\n"
            )
        };
        let message = "parameter `Image` is for an image and must be of type `AWS::EC2::Image::Id`, got `String`";
        check(&RULE, &instance("String"), &[("Parameters/Image/Type", message)]);
        check(&RULE, &instance("AWS::EC2::Image::Id"), &[]);
        check(&RULE, &instance("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"), &[]);
    }
}
