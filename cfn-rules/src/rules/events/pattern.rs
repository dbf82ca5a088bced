//! Event patterns that EventBridge refuses.

use cfn_model::{Function, Node, Path, text};

use crate::{
    facts::{suggest::did_you_mean, values::Step},
    rules::{
        definition::{On, Reporter},
        values::Look,
    },
};

rule! {
    /// EventBridge refuses a pattern in which a field has a value and not a list of values, an empty list, or a comparison that
    /// it does not know. CloudFormation finds out while it creates the rule, and rolls the stack back.
    ///
    /// The comparisons are `prefix`, `suffix`, `equals-ignore-case`, `wildcard`, `anything-but`, `numeric`, `exists` and `cidr`, one
    /// in each object. `$or` has a list of patterns.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Uploaded:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       EventPattern: {source: aws.s3, detail-type: [Object Created]}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Uploaded:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       EventPattern: {source: [aws.s3], detail-type: [Object Created]}
    /// ```
    AL1047: error "event pattern that EventBridge refuses",
    on: On::Resource(
        &[
            "AWS::Events::Archive",
            "AWS::Events::Rule",
            "AWS::Serverless::Function",
            "AWS::Serverless::StateMachine",
        ],
        check,
    ),
}

const OR: &str = "$or";
const COMPARISONS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for pattern in look.get("EventPattern") {
        if let Some(node) = pattern.node {
            fields(node, &look.path(&pattern.steps), report);
        }
    }
    let events = look.root.node.and_then(|properties| properties.get("Events")).and_then(Node::as_object);
    for (name, event) in events.into_iter().flatten() {
        if matches!(event["Type"].as_str(), Some("EventBridgeRule" | "CloudWatchEvent")) {
            let steps = ["Events", name, "Properties", "Pattern"].map(Step::Key);
            fields(&event["Properties"]["Pattern"], &look.path(&steps), report);
        }
    }
}

/// An object of fields. Where a function makes it, it is not known here.
fn fields(node: &Node, place: &Path, report: &mut Reporter<'_>) {
    let Some(object) = node.as_object().filter(|_| Function::call(node).is_none()) else { return };
    for (name, value) in object {
        let here = place.join(name.as_str());
        match value {
            Node::Object(_) => fields(value, &here, report),
            Node::Array(values) if values.is_empty() => {
                report
                    .at(here, format!("`{name}` must have at least one value, got an empty list"))
                    .help("leave the field out to match any value, or write `[{exists: true}]` where it must be there");
            }
            Node::Array(patterns) if name == OR => {
                for (index, pattern) in patterns.iter().enumerate() {
                    fields(pattern, &here.join(index), report);
                }
            }
            Node::Array(values) => {
                values.iter().enumerate().for_each(|(index, value)| listed(name, value, here.join(index), report));
            }
            scalar => {
                let text = text::to_json_compact(scalar);
                report
                    .at(here, format!("`{name}` must be a list of values, or an object of fields, got {text}"))
                    .actual(text.clone())
                    .help(format!("write `[{text}]`"));
            }
        }
    }
}

/// A value of a list: itself, or a comparison.
fn listed(field: &str, value: &Node, place: Path, report: &mut Reporter<'_>) {
    match value {
        Node::Array(_) => {
            report.at(
                place,
                format!("a value of `{field}` must be a string, a number, a boolean, null or a comparison, got a list"),
            );
        }
        Node::Object(object) if Function::call(value).is_none() => {
            let unknown = object.keys().find(|name| !COMPARISONS.contains(&name.as_str()));
            if let Some(name) = unknown {
                let help = did_you_mean(name, COMPARISONS)
                    .unwrap_or_else(|| "match a field of the event outside of the list".to_owned());
                let message = format!("`{name}` of `{field}` must be a comparison: {}", COMPARISONS.join(", "));
                report.at(place.join(name.as_str()), message).actual(name).help(help);
            } else if object.len() != 1 {
                let message =
                    format!("an object in the list of `{field}` must have one comparison, got {}", object.len());
                report.at(place, message).help("write an object for each: any of them that matches is enough");
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
        let rule = |pattern: &str| {
            format!("Resources: {{R: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {pattern}}}}}}}\n")
        };
        for right in [
            "{source: [aws.s3], detail: {size: [{numeric: ['>', 5]}], key: [{prefix: a}, {suffix: b}, x, 1, null, true]}}",
            "{source: !Ref Sources, detail: !If [Big, {a: [b]}, {c: [d]}], account: [!Ref AWS::AccountId]}",
            "{$or: [{source: [a]}, {detail: {state: [{exists: false}]}}]}",
            "{detail: {not: [{anything-but: {prefix: x}}], address: [{cidr: 10.0.0.0/8}]}}",
            "'{}'",
            "!Ref Pattern",
        ] {
            check(&RULE, &rule(right), &[]);
        }
        for (wrong, place, message) in [
            (
                "{source: aws.s3}",
                "/source",
                "`source` must be a list of values, or an object of fields, got \"aws.s3\"",
            ),
            ("{detail: {size: 5}}", "/detail/size", "`size` must be a list of values, or an object of fields, got 5"),
            ("{source: []}", "/source", "`source` must have at least one value, got an empty list"),
            (
                "{source: [[a]]}",
                "/source/0",
                "a value of `source` must be a string, a number, a boolean, null or a comparison, got a list",
            ),
            (
                "{source: [{prefx: a}]}",
                "/source/0/prefx",
                "`prefx` of `source` must be a comparison: anything-but, cidr, equals-ignore-case, exists, numeric, prefix, \
                 suffix, wildcard",
            ),
            (
                "{source: [{prefix: a, suffix: b}]}",
                "/source/0",
                "an object in the list of `source` must have one comparison, got 2",
            ),
            ("{source: [{}]}", "/source/0", "an object in the list of `source` must have one comparison, got 0"),
            (
                "{$or: [{source: a}]}",
                "/$or/0/source",
                "`source` must be a list of values, or an object of fields, got \"a\"",
            ),
        ] {
            check(&RULE, &rule(wrong), &[(&format!("Resources/R/Properties/EventPattern{place}"), message)]);
        }
    }

    #[test]
    fn of_a_function() {
        let function = |event: &str| {
            format!(
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
                 Runtime: python3.13\n      Handler: app.run\n      CodeUri: s3://a/b\n      Events: {{It: {event}}}\n"
            )
        };
        check(&RULE, &function("{Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}"), &[]);
        check(&RULE, &function("{Type: Schedule, Properties: {Schedule: rate(1 minute)}}"), &[]);
        check(
            &RULE,
            &function("{Type: EventBridgeRule, Properties: {Pattern: {source: a}}}"),
            &[(
                "Resources/F/Properties/Events/It/Properties/Pattern/source",
                "`source` must be a list of values, or an object of fields, got \"a\"",
            )],
        );
    }
}
