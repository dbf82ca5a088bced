//! The name, the type and the attributes of a resource.

use cfn_model::{Node, Object};

use crate::{
    facts::{
        context::{self, Context, is_replaced},
        kinds::CUSTOM,
        names::is_name,
        place::Place,
        suggest, text,
    },
    rules::{
        definition::{On, Reporter},
        expect::entries,
    },
};

rule! {
    /// A resource has a `Type`, usually `Properties`, and a few attributes such as `DependsOn` or `DeletionPolicy`.
    /// Other keys are refused. The usual cause is a property beside `Properties` instead of below it.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DelaySeconds: 30
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: 30
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint reports an internal exception under this code for a resource whose condition is never true, and for
    /// a policy of a resource without a type. The same places are reported here, with the cause.
    E3001: error "invalid resource",
    on: On::Document(check),
    supersedes: ["AL0302", "AL0307"],
}

pub(crate) const ATTRIBUTES: [&str; 12] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Version",
];

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.section(context, "Resources");
    report.loops(context, "Resources");
    let section = Place::Root.key("Resources");
    for (id, node) in entries(context, "Resources") {
        let place = section.key(id);
        report.at_most_characters(&place, 255, id);
        report.name(&place, id);
        match node.as_object() {
            _ if !is_name(id) => {}
            Some(resource) => check_resource(context, resource, id, &place, report),
            None => {
                report.must_be(&place, "an object", node);
            }
        }
    }
}

fn check_resource(context: &Context<'_>, resource: &Object, id: &str, place: &Place<'_>, report: &mut Reporter<'_>) {
    let is_complete = !context::has_unknown_entries(resource);
    let kind = resource.get("Type");
    if matches!(kind, None | Some(Node::Null)) && is_complete {
        let message = format!("`{}` needs the attribute `Type`", text::shortened(id));
        report.at(place.to_path(), message).help("add `Type`");
    }
    if let Some(other) = kind.filter(|kind| kind.as_str().is_none()) {
        report.must_be(&place.key("Type"), "a string", other);
    }
    let kind = kind.and_then(Node::as_str);
    attributes(resource, kind, place, report);
    if let Some(condition) = resource.get("Condition").filter(|condition| condition.as_str().is_none()) {
        report.must_be(&place.key("Condition"), "the name of a condition", condition);
    }
    depends_on(resource, &place.key("DependsOn"), report);
    report.never(context, resource, place);
    if kind.is_none() && is_complete {
        for name in ["CreationPolicy", "DeletionPolicy", "UpdateReplacePolicy"] {
            if resource.contains_key(name) {
                let message = format!("`{name}` depends on the type, which is missing");
                report.at(place.key(name).to_path(), message);
            }
        }
    }
}

fn attributes(resource: &Object, kind: Option<&str>, place: &Place<'_>, report: &mut Reporter<'_>) {
    // Without a type the attributes are those of a custom resource.
    let is_custom = match resource.get("Type") {
        None | Some(Node::Null | Node::Array(_) | Node::Object(_)) => true,
        Some(_) => kind.is_some_and(|kind| kind.contains(CUSTOM) || kind.contains("Custom::")),
    };
    let kind = kind.unwrap_or_default();
    for (name, node) in resource.iter().filter(|(name, _)| !is_replaced(name)) {
        let owner = place;
        let place = place.key(name);
        // SAM ignores an unknown attribute of its own types.
        if !ATTRIBUTES.contains(&name.as_str()) && !kind.starts_with("AWS::Serverless::") {
            unknown(kind, name, &place, report);
        }
        match (name.as_str(), node) {
            ("CreationPolicy" | "UpdatePolicy", _) if is_custom => {
                report.at(place.to_path(), format!("`{name}` is not allowed for custom resources"));
            }
            ("Version", _) if !is_custom => {
                report.at(owner.to_path(), "`Version` is allowed for custom resources only");
            }
            ("Version", Node::String(_)) => {}
            ("Version", Node::Number(number)) if number.as_i64().is_some() => {}
            ("Version", _) => {
                report.must_be(&place, "a string or an integer", node);
            }
            // A dynamic reference is resolved later.
            ("CreationPolicy", Node::String(text)) if text.contains("{{resolve:") => {}
            ("CreationPolicy", _) if node.as_object().is_none() => {
                report.must_be(&place, "an object", node);
            }
            ("UpdatePolicy" | "Connectors", Node::Array(_) | Node::String(_) | Node::Bool(_) | Node::Number(_)) => {
                report.must_be(&place, "an object", node);
            }
            ("Connectors", Node::Object(connectors)) => {
                for (name, connector) in connectors {
                    check_connector(connector, &place.key(name), report);
                }
            }
            ("IgnoreGlobals", _) => ignored_globals(node, &place, report),
            _ => {}
        }
    }
}

/// Reports an attribute that no resource has.
pub(crate) fn unknown(kind: &str, name: &str, place: &Place<'_>, report: &mut Reporter<'_>) {
    let message = format!("`{}` is not an attribute of a resource", text::shortened(name));
    let help = match cfn_schema::resource_type(kind).and_then(|known| known.schema().property(name)) {
        Some(_) => Some(format!("move `{name}` into `Properties`")),
        None => suggest::did_you_mean(name, ATTRIBUTES),
    };
    report.at(place.to_path(), message).actual(name).help_if(help);
}

/// `*`, or a list of names.
fn ignored_globals(node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let names = match node {
        Node::String(all) if all == "*" => return,
        other => other.as_array(),
    };
    let wrong = |(_, name): &(usize, &Node)| name.as_str().is_none();
    let wrong: Vec<(usize, &Node)> = names.unwrap_or_default().iter().enumerate().filter(wrong).collect();
    if names.is_none() || !wrong.is_empty() {
        report.must_be(place, "`*` or a list of names", node);
    }
    for (index, name) in wrong {
        report.must_be(&place.index(index), "the name of a property", name);
    }
}

fn check_connector(node: &Node, place: &Place<'_>, report: &mut Reporter<'_>) {
    let Some(connector) = report.object(place, node) else { return };
    for name in connector.keys().filter(|name| *name != "Properties") {
        let message = format!("`{}` is not allowed in a connector", text::shortened(name));
        report.at(place.key(name).to_path(), message);
    }
    match connector.get("Properties") {
        None => {
            let message = format!("`{}` needs the property `Properties`", place.name());
            report.at(place.to_path(), message).help("add `Properties`");
        }
        Some(properties) => {
            report.object(&place.key("Properties"), properties);
        }
    }
}

fn depends_on(resource: &Object, place: &Place<'_>, report: &mut Reporter<'_>) {
    let mut name = |node: &Node, place: &Place<'_>| {
        if node.as_str().is_none() {
            report.must_be(place, "the logical id of a resource", node);
        }
    };
    match resource.get("DependsOn") {
        None => {}
        Some(Node::Array(names)) => names.iter().enumerate().for_each(|(index, node)| name(node, &place.index(index))),
        Some(other) => name(other, place),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[track_caller]
    fn resource(resource: &str, expected: &[(&str, &str)]) {
        let expected: Vec<(String, &str)> = expected
            .iter()
            .map(|(path, message)| (format!("Resources/R/{path}").trim_end_matches('/').to_owned(), *message))
            .collect();
        let expected: Vec<(&str, &str)> = expected.iter().map(|(path, message)| (path.as_str(), *message)).collect();
        check(&RULE, &format!("Resources: {{R: {resource}, Other: {{Type: AWS::SQS::Queue}}}}\n"), &expected);
    }

    #[track_caller]
    fn queue(attributes: &str, expected: &[(&str, &str)]) {
        resource(&format!("{{Type: AWS::SQS::Queue, {attributes}}}"), expected);
    }

    #[test]
    fn types() {
        resource("{Type: AWS::SQS::Queue}", &[]);
        resource("{Properties: {}}", &[("", "`R` needs the attribute `Type`")]);
        resource("{Type: 3}", &[("Type", "`Type` must be a string, got 3")]);
        resource("AWS::SQS::Queue", &[("", "`R` must be an object, got \"AWS::SQS::Queue\"")]);
        resource("", &[("", "`R` must be an object, got null")]);
        resource(
            "{Properties: {}, DeletionPolicy: Nope, UpdateReplacePolicy: Nope}",
            &[
                ("", "`R` needs the attribute `Type`"),
                ("DeletionPolicy", "`DeletionPolicy` depends on the type, which is missing"),
                ("UpdateReplacePolicy", "`UpdateReplacePolicy` depends on the type, which is missing"),
            ],
        );
    }

    #[test]
    fn names() {
        check(
            &RULE,
            "Resources: {My-Queue: {Type: AWS::SQS::Queue}}\n",
            &[("Resources/My-Queue", "`My-Queue` must consist of letters and digits")],
        );
        let long = "x".repeat(256);
        let message = format!("`{}...` must have at most 255 characters, got 256", "x".repeat(60));
        let template = format!("Resources:\n  ? {long}\n  : {{Type: AWS::SQS::Queue}}\n");
        check(&RULE, &template, &[(&format!("Resources/{long}"), &message)]);
        let looped = "Resources: {Fn::ForEach::L: [X, [a], {'Q${X}': {Type: AWS::SQS::Queue}}]}\n";
        let message = "`Fn::ForEach::L` must consist of letters and digits";
        check(&RULE, looped, &[("Resources/Fn::ForEach::L", message)]);
        check(&RULE, &format!("Transform: AWS::LanguageExtensions\n{looped}"), &[]);
    }

    #[test]
    fn attributes() {
        queue("DelaySeconds: 3", &[("DelaySeconds", "`DelaySeconds` is not an attribute of a resource")]);
        queue("Version: '1'", &[("", "`Version` is allowed for custom resources only")]);
        queue("UpdatePolicy: []", &[("UpdatePolicy", "`UpdatePolicy` must be an object, got a list of 0 items")]);
        queue("CreationPolicy: ", &[("CreationPolicy", "`CreationPolicy` must be an object, got null")]);
        queue("Condition: ", &[("Condition", "`Condition` must be the name of a condition, got null")]);
        queue("DependsOn: !Ref Other", &[("DependsOn", "`DependsOn` must be the logical id of a resource, got `Ref`")]);
        queue("DependsOn: [Other]", &[]);
        let custom =
            |version: &str| format!("{{Type: Custom::Thing, Version: {version}, Properties: {{ServiceToken: a}}}}");
        resource(&custom("'1.0'"), &[]);
        resource(&custom("1.5"), &[("Version", "`Version` must be a string or an integer, got 1.5")]);
        resource(
            "{Type: 'My::Custom::Thing::MODULE', UpdatePolicy: {}}",
            &[("UpdatePolicy", "`UpdatePolicy` is not allowed for custom resources")],
        );
    }

    #[test]
    fn attributes_of_sam() {
        let function = |attributes: &str| format!("{{Type: AWS::Serverless::Function, {attributes}}}");
        resource(
            &function("IgnoreGlobals: [Handler, 3]"),
            &[
                ("IgnoreGlobals", "`IgnoreGlobals` must be `*` or a list of names, got a list of 2 items"),
                ("IgnoreGlobals/1", "`IgnoreGlobals[1]` must be the name of a property, got 3"),
            ],
        );
        resource(&function("IgnoreGlobals: '*'"), &[]);
        resource(
            &function("Connectors: {C: {Nope: 1}}"),
            &[
                ("Connectors/C", "`C` needs the property `Properties`"),
                ("Connectors/C/Nope", "`Nope` is not allowed in a connector"),
            ],
        );
        // W3001 reports it.
        resource(&function("TableName: a"), &[]);
    }

    #[test]
    fn conditions_that_are_never_true() {
        let template = |condition: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}, Size: {{Type: String, AllowedValues: [s, l]}}}}\nConditions:\n  A: \
                 !Equals [!Ref Stage, a]\n  B: !Equals [!Ref Stage, b]\n  S: !Equals [!Ref Size, s]\n  L: !Equals [!Ref \
                 Size, l]\n  Never: !And {condition}\nResources: {{Q: {{Type: AWS::SQS::Queue, Condition: Never}}}}\n"
            )
        };
        let never = [("Resources/Q", "`Q` never exists: condition `Never` is always false")];
        check(&RULE, &template("[!Condition A, !Not [!Condition A]]"), &never);
        check(&RULE, &template("[!Condition S, !Condition L]"), &never);
        // Somebody may want to compare with something else, later.
        check(&RULE, &template("[!Condition A, !Condition B]"), &[]);
        // A malformed condition may be anything.
        check(&RULE, &template("[!And [!Condition S, !Condition L], !Not []]"), &[]);
    }
}
