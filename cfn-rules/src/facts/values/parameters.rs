//! Parameters and pseudo parameters: the values that they can have.

use std::borrow::Cow;

use cfn_model::{Function, Node};

use super::{Value, mappings, possible};
use crate::facts::{conditions::Fact, context::Context, kinds::is_list_parameter, text};

/// How many values of one parameter or mapping are followed; with more, the value is unknown.
pub(super) const MOST_SETTLED: usize = 16;
/// The region in which pseudo parameters are looked at.
pub(super) const REGION: &str = "us-east-1";

/// A parameter whose value is a string or a number that the template gives: no list, and no name in the Parameter Store.
pub(crate) fn plain<'d>(context: &Context<'d>, name: &str) -> Option<&'d Node> {
    let parameter = context.section("Parameters")?.get(name)?;
    let kind = parameter.get("Type").and_then(Node::as_str)?;
    (!is_stored(kind) && !kind.contains("List")).then_some(parameter)
}

/// Whether the values of a parameter of this type are names in the Parameter Store.
fn is_stored(kind: &str) -> bool {
    kind.starts_with("AWS::SSM::Parameter::")
}

/// The values that a template is deployed with unless somebody says otherwise: `AllowedValues`, or else `Default`.
pub(super) fn deployed<'d>(context: &Context<'d>, name: &str) -> Vec<&'d Node> {
    let Some(parameter) = plain(context, name) else { return Vec::new() };
    match parameter.get("AllowedValues").and_then(Node::as_array) {
        Some(allowed) if !allowed.is_empty() && allowed.len() <= MOST_SETTLED => allowed.iter().collect(),
        _ => parameter.get("Default").into_iter().collect(),
    }
}

/// Follows a parameter to its values, and `Fn::FindInMap` into its mapping. A value that nobody knows stays what it is.
///
/// A parameter has its `AllowedValues`, or else its `Default`: with it the template is deployed unless somebody says
/// otherwise.
pub(crate) fn settled<'d>(context: &Context<'d>, value: Value<'d>) -> Vec<Value<'d>> {
    let found = match value.node.and_then(Function::call) {
        Some((Function::Ref, Node::String(name))) => {
            let values = deployed(context, name).into_iter();
            Some(values.filter_map(|node| Some((vec![Fact::Parameter(name, text::scalar(node)?)], node))).collect())
        }
        Some((Function::FindInMap, Node::Array(parts))) => mappings::entries(context, parts),
        _ => None,
    };
    let found: Option<Vec<(Vec<Fact<'d>>, &'d Node)>> = found;
    let is_known = |found: &Vec<_>| (1..=MOST_SETTLED).contains(&found.len());
    let Some(found) = found.filter(is_known) else { return vec![value] };
    let with = |(facts, node): (Vec<Fact<'d>>, &'d Node)| {
        let facts = [value.facts.as_slice(), &facts].concat();
        possible(context, &[&facts]).then(|| Value { node: Some(node), steps: value.steps.clone(), facts })
    };
    found.into_iter().filter_map(with).collect()
}

/// Every value that somebody may give to a parameter, as far as the template says: `AllowedValues`, or else the default
/// and the limits. Under facts that say which value it has, it has that one.
pub(super) fn values<'d>(context: &Context<'d>, name: &str, so_far: &Value<'d, Node>) -> Vec<Value<'d, Node>> {
    let Some((_, name, parameter)) = context.section("Parameters").and_then(|all| all.get_full(name)) else {
        return Vec::new();
    };
    let kind = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
    if is_stored(kind) {
        return Vec::new();
    }
    let node = |value: &str| match is_list_parameter(kind) {
        true => Node::Array(value.split(',').map(|item| text_node(item.trim())).collect()),
        false => text_node(value),
    };
    if let Some(value) = so_far.facts.iter().find_map(|fact| fact.value_of(name)) {
        return vec![so_far.with(node(value))];
    }
    let allowed = parameter.get("AllowedValues").and_then(Node::as_array).filter(|allowed| !allowed.is_empty());
    // Long lists are paid for by their length.
    if !context.spend(allowed.map_or(0, <[Node]>::len) / 16) {
        return Vec::new();
    }
    let given: Vec<Cow<'d, str>> = match allowed {
        Some(allowed) => allowed.iter().filter_map(text::scalar).collect(),
        None => ["Default", "MinValue", "MaxValue"]
            .into_iter()
            .filter_map(|key| text::scalar(parameter.get(key)?))
            .collect(),
    };
    let with = |value: Cow<'d, str>| {
        let mut chosen = so_far.with(node(&value));
        chosen.facts.push(Fact::Parameter(name, value));
        chosen
    };
    given.into_iter().map(with).collect()
}

/// The value of a pseudo parameter in some stack.
pub(super) fn pseudo(name: &str) -> Option<Node> {
    Some(text_node(match name {
        "AWS::AccountId" => "123456789012",
        "AWS::Partition" => "aws",
        "AWS::Region" => REGION,
        "AWS::StackId" => {
            "arn:aws:cloudformation:us-east-1:123456789012:stack/teststack/51af3dc0-da77-11e4-872e-1234567db123"
        }
        "AWS::StackName" => "teststack",
        "AWS::URLSuffix" => "amazonaws.com",
        "AWS::NotificationARNs" => {
            let topic = format!("arn:aws:sns:{REGION}:123456789012:notification");
            return Some(Node::Array(vec![Node::String(topic)]));
        }
        _ => return None,
    }))
}

pub(super) fn text_node(text: &str) -> Node {
    Node::String(text.to_owned())
}
