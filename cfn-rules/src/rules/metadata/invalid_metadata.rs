//! The type of the metadata of a resource, and nulls in it.

use cfn_model::{Function, Node};

use super::invalid_init::INIT;
use crate::{
    facts::{nulls::DEEPEST, place::Place, values::if_arguments},
    rules::{
        definition::{Attribute, On, Reporter},
        functions::{self, Kind, Scope, Walker},
    },
};

rule! {
    /// `Metadata` of a resource is an object or a list. Its content is free, except for nulls, which CloudFormation
    /// refuses everywhere.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Metadata:
    ///       Owner: null
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Metadata:
    ///       Owner: billing
    /// ```
    E3028: error "invalid metadata of a resource",
    on: On::Attribute("Metadata", check),
}

fn check(metadata: &Attribute<'_>, walker: &mut Walker<'_>, report: &mut Reporter<'_>) {
    walker.walk(metadata.node, &metadata.place, Scope::VALUE.causing(report.rule));
    object_or_list(metadata, metadata.node, &metadata.place, report);
    if let Some(init) = metadata.node.get(INIT).filter(|init| init.as_object().is_none()) {
        report.must_be(&metadata.place.key(INIT), "an object", init);
    }
}

fn object_or_list(metadata: &Attribute<'_>, node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    match Function::call(node) {
        Some((Function::If, _)) => {
            let place = place.key(Function::If.name());
            let branches = if_arguments(node).map(|(_, branches)| branches);
            for (index, branch) in branches.into_iter().flatten().enumerate() {
                object_or_list(metadata, branch, &place.index(index + 1), report);
            }
        }
        Some((function, argument)) => {
            if functions::result(metadata.context, function, argument) == Kind::Scalar {
                report.under(functions::rule(function)).must_be(place, "an object or a list", node);
            }
        }
        None if matches!(node, Node::Array(_) | Node::Object(_)) => nulls(node, place, 0, report),
        None => {
            report.must_be(place, "an object or a list", node);
        }
    }
}

fn nulls(node: &Node, place: &Place<'_>, depth: usize, report: &mut Reporter<'_>) {
    match node {
        Node::Null => {
            report.must_be(place, "a value", node);
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                nulls(item, &place.index(index), depth + 1, report);
            }
        }
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                nulls(value, &place.key(key), depth + 1, report);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = |metadata: &str| {
            format!(
                "Conditions: {{C: !Equals [!Ref AWS::Region, a]}}\nResources: {{Q: {{Type: AWS::SQS::Queue, Metadata: \
                 {metadata}}}, Other: {{Type: AWS::SQS::Queue}}}}\n"
            )
        };
        let path = "Resources/Q/Metadata";
        check(&RULE, &queue("{a: [b]}"), &[]);
        check(&RULE, &queue("text"), &[(path, "`Metadata` must be an object or a list, got \"text\"")]);
        check(&RULE, &queue("{a: }"), &[(&format!("{path}/a"), "`a` must be a value, got null")]);
        check(
            &RULE,
            &queue("!If [C, {}, text]"),
            &[(&format!("{path}/Fn::If/2"), "`Metadata` must be an object or a list, got \"text\"")],
        );
        let init = "AWS::CloudFormation::Init";
        let message = format!("`{init}` must be an object, got \"text\"");
        check(&RULE, &queue(&format!("{{'{init}': text}}")), &[(&format!("{path}/{init}"), &message)]);
        // The rule of the function reports this.
        check(&RULE, &queue("!Ref Other"), &[]);
    }
}
