//! Names and values that `AWS::CloudFormation::Interface` does not have.

use cfn_model::Node;

use crate::{
    facts::{
        context::{self, Context},
        place::Place,
        suggest, text,
    },
    rules::definition::{On, Reporter},
};

/// The entry of `Metadata`.
const INTERFACE: &str = "AWS::CloudFormation::Interface";

rule! {
    /// `AWS::CloudFormation::Interface` tells the console how to show the parameters: `ParameterGroups`, each with
    /// `Label` and `Parameters`, and `ParameterLabels`, each with `default`. The console ignores other names, so that a
    /// misspelled one has no effect.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Metadata:
    ///   AWS::CloudFormation::Interface:
    ///     ParameterLabel:
    ///       Name:
    ///         default: Name of the queue
    /// Parameters:
    ///   Name:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Name
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Metadata:
    ///   AWS::CloudFormation::Interface:
    ///     ParameterLabels:
    ///       Name:
    ///         default: Name of the queue
    /// Parameters:
    ///   Name:
    ///     Type: String
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Ref Name
    /// ```
    E4001: error "invalid interface in `Metadata`",
    on: On::Document(check),
}

/// The console passes over names that it does not know.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let interface = context.section("Metadata").and_then(|metadata| metadata.get(INTERFACE));
    let metadata = Place::Root.key("Metadata");
    if let Some(node) = interface {
        shape(node, &metadata.key(INTERFACE), report);
    }
}

fn shape(node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let mut wrong = |node: &Node, place: &Place<'_>, expected: &str| {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        report.at(place.to_path(), message).expected(expected).actual(actual);
    };
    let list = |node: &Node, place: &Place<'_>, wrong: &mut dyn FnMut(&Node, &Place<'_>, &str)| {
        if node.as_array().is_none() {
            wrong(node, place, "a list");
        }
    };
    if node.as_object().is_none() {
        return wrong(node, place, "an object");
    }
    let groups = place.key("ParameterGroups");
    if let Some(node) = node.get("ParameterGroups") {
        list(node, &groups, &mut wrong);
    }
    let all = node["ParameterGroups"].as_array().unwrap_or_default().iter().enumerate();
    for (index, group) in all.clone() {
        if let Some(parameters) = group.get("Parameters") {
            list(parameters, &groups.index(index).key("Parameters"), &mut wrong);
        }
    }
    let labels = place.key("ParameterLabels");
    let each_label = |visit: &mut dyn FnMut(&Node, &Place<'_>)| {
        for (index, group) in all.clone() {
            visit(&group["Label"], &groups.index(index).key("Label"));
        }
        for (name, label) in node["ParameterLabels"].as_object().into_iter().flatten() {
            visit(label, &labels.key(name));
        }
    };
    each_label(&mut |label, place| {
        if let Some(default) = label.get("default").filter(|default| default.as_str().is_none()) {
            wrong(default, &place.key("default"), "a string");
        }
    });
    let mut known = |node: &Node, place: &Place<'_>, known: &[&str]| {
        let keys = node.as_object().into_iter().flat_map(|object| object.keys());
        for key in keys.filter(|key| !known.contains(&key.as_str()) && !context::is_replaced(key)) {
            let message = format!("`{}` is not a property of `{}`", text::shortened(key), place.name());
            let help = suggest::did_you_mean(key, known.iter().copied());
            let reported = report.at(place.key(key).to_path(), message).actual(key);
            if let Some(help) = help {
                reported.help(help);
            }
        }
    };
    known(node, place, &["ParameterGroups", "ParameterLabels"]);
    for (index, group) in all.clone() {
        known(group, &groups.index(index), &["Label", "Parameters"]);
    }
    each_label(&mut |label, place| known(label, place, &["default"]));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |interface: &str| {
            format!(
                "Metadata: {{AWS::CloudFormation::Interface: {interface}}}\nParameters: {{P: {{Type: String}}}}\nResources: \
                 {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Ref P}}}}}}\n"
            )
        };
        let place = "Metadata/AWS::CloudFormation::Interface";
        check(&RULE, &template("{ParameterGroups: [{Label: {default: a}, Parameters: [P]}]}"), &[]);
        check(&RULE, &template("1"), &[(place, "`AWS::CloudFormation::Interface` must be an object, got 1")]);
        let message = "`ParameterGroup` is not a property of `AWS::CloudFormation::Interface`";
        check(&RULE, &template("{ParameterGroup: []}"), &[(&format!("{place}/ParameterGroup"), message)]);
        let labels = template("{ParameterLabels: {P: {default: 1}}}");
        let place = format!("{place}/ParameterLabels/P/default");
        check(&RULE, &labels, &[(&place, "`default` must be a string, got 1")]);
    }
}
