//! Instances without an image.

use crate::{
    facts::values::Value,
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// An instance needs `ImageId`: its own, or that of its launch template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       InstanceType: t4g.micro
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       InstanceType: t4g.micro
    ///       ImageId: ami-0123456789abcdef0
    /// ```
    E3673: error "EC2 instance without an image",
    on: On::Resource(&["AWS::EC2::Instance"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for image in look.get("ImageId") {
        if image.node.is_some() {
            continue;
        }
        let templates: Vec<_> =
            look.under(&image, "LaunchTemplate").into_iter().filter(|template| template.node.is_some()).collect();
        if templates.is_empty() || templates.iter().any(|template| lacks_image(look, template)) {
            let steps = if image.steps.len() > 1 { &image.steps[..] } else { &[] };
            report.at(look.path(steps), "an instance needs `ImageId`, of its own or of its launch template");
        }
    }
}

/// Whether the launch template is one of this template, and has no image.
fn lacks_image<'d>(look: &Look<'_, 'd>, template: &Value<'d>) -> bool {
    let id = look.below(template, "LaunchTemplateId");
    let has_id = id.iter().any(|id| id.node.is_some());
    let id = if has_id { id } else { look.below(template, "LaunchTemplateName") };
    id.iter().any(|id| {
        let is_here = id.resource().is_some_and(|name| look.context.resource(name).is_some());
        let target = look.target(id, "AWS::EC2::LaunchTemplate");
        let images = target.map(|(_, template)| template.get(look.context, "LaunchTemplateData/ImageId"));
        is_here && images.is_none_or(|images| images.iter().any(|image| image.node.is_none()))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |properties: &str, data: &str| {
            format!(
                "Resources:\n  I: {{Type: AWS::EC2::Instance, Properties: {{{properties}}}}}\n  T: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: {{{data}}}}}}}\n"
            )
        };
        let image = "ImageId: ami-0123456789abcdef0";
        let from_template = "LaunchTemplate: {LaunchTemplateId: !Ref T, Version: '1'}";
        let wrong = [("Resources/I/Properties", "an instance needs `ImageId`, of its own or of its launch template")];
        check(&RULE, &template("", ""), &wrong);
        check(&RULE, &template(image, ""), &[]);
        check(&RULE, &template(from_template, ""), &wrong);
        check(&RULE, &template(from_template, image), &[]);
        check(&RULE, &template("LaunchTemplate: {LaunchTemplateName: shared, Version: '1'}", ""), &[]);
    }
}
