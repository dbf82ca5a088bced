//! Parameters that `AWS::CloudFormation::Interface` groups or labels and that are undefined.

use cfn_model::Node;

use crate::{
    facts::{context::Context, place::Place, text},
    rules::definition::{On, Reporter},
};

/// The entry of `Metadata`.
const INTERFACE: &str = "AWS::CloudFormation::Interface";

rule! {
    /// The console groups and labels parameters by `AWS::CloudFormation::Interface`. The name of an undefined parameter
    /// has no effect there.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Metadata:
    ///   AWS::CloudFormation::Interface:
    ///     ParameterLabels:
    ///       Stagee:
    ///         default: The stage
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Metadata:
    ///   AWS::CloudFormation::Interface:
    ///     ParameterLabels:
    ///       Stage:
    ///         default: The stage
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Stage
    /// ```
    W4001: warning "interface names an undefined parameter",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let interface = context.section("Metadata").and_then(|metadata| metadata.get(INTERFACE));
    let metadata = Place::Root.key("Metadata");
    if let Some(node) = interface {
        parameters(context, node, &metadata.key(INTERFACE), report);
    }
}

fn parameters(context: &Context<'_>, node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let parameters = context.section("Parameters");
    let mut named = |name: &str, place: &Place<'_>| {
        if parameters.is_some_and(|all| all.contains_key(name)) {
            return;
        }
        let known = parameters.into_iter().flat_map(|all| all.keys().map(String::as_str));
        let message = format!("`{}` is not a parameter of this template", text::shortened(name));
        let reported = report.at(place.to_path(), message).actual(name);
        if let Some(help) = context.did_you_mean(name, known) {
            reported.help(help);
        }
    };
    let groups = place.key("ParameterGroups");
    for (index, group) in node["ParameterGroups"].as_array().unwrap_or_default().iter().enumerate() {
        let group_place = groups.index(index);
        let place = group_place.key("Parameters");
        for (index, name) in group["Parameters"].as_array().unwrap_or_default().iter().enumerate() {
            match name.as_str() {
                Some(name) => named(name, &place.index(index)),
                None => named(text::shown(name).trim_matches('`'), &place.index(index)),
            }
        }
    }
    let labels = place.key("ParameterLabels");
    for name in node["ParameterLabels"].as_object().into_iter().flat_map(|labels| labels.keys()) {
        named(name, &labels.key(name));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |name: &str| {
            format!(
                "Metadata: {{AWS::CloudFormation::Interface: {{ParameterGroups: [{{Parameters: [{name}]}}], ParameterLabels: \
                 {{{name}: {{default: a}}}}}}}}\nParameters: {{Size: {{Type: String}}}}\nResources: {{Q: {{Type: \
                 AWS::SQS::Queue, Properties: {{QueueName: !Ref Size}}}}}}\n"
            )
        };
        let place = |rest: &str| format!("Metadata/AWS::CloudFormation::Interface/{rest}");
        let message = "`Sise` is not a parameter of this template";
        let found = [(&*place("ParameterGroups/0/Parameters/0"), message), (&*place("ParameterLabels/Sise"), message)];
        check(&RULE, &template("Sise"), &found);
        check(&RULE, &template("Size"), &[]);
    }
}
