//! What a call of a function refers to.

use cfn_model::{Function, Node};

/// The logical ids of resources and parameters that a call of `Ref`, `Fn::GetAtt` or `Fn::Sub` names, in the order of the text.
pub(crate) fn names(function: Function, argument: &Node) -> Vec<&str> {
    let names: Vec<&str> = match (function, argument) {
        (Function::Ref | Function::GetAtt, Node::String(name)) => vec![name],
        (Function::GetAtt, Node::Array(parts)) => parts.first().and_then(Node::as_str).into_iter().collect(),
        (Function::Sub, _) => {
            let (text, variables) = parts(argument);
            let names = text.and_then(Node::as_str).map(placeholders).unwrap_or_default();
            let is_variable = |name: &str| variables.is_some_and(|variables| variables.get(name).is_some());
            names.into_iter().filter(|name| !is_variable(name)).collect()
        }
        _ => Vec::new(),
    };
    // Without the attribute.
    names.into_iter().map(|name| name.split('.').next().unwrap_or(name)).collect()
}

/// The part of a call's argument in which other calls can be.
pub(crate) fn inner(function: Function, argument: &Node) -> Option<&Node> {
    match function {
        Function::Ref | Function::GetAtt => None,
        Function::Sub => parts(argument).1,
        _ => Some(argument),
    }
}

/// The text and the variables of `Fn::Sub`.
fn parts(argument: &Node) -> (Option<&Node>, Option<&Node>) {
    match argument {
        Node::Array(parts) => (parts.first(), parts.get(1)),
        text => (Some(text), None),
    }
}

/// What stands between `${` and `}` in a text of `Fn::Sub`.
fn placeholders(text: &str) -> Vec<&str> {
    text.split("${")
        .skip(1)
        .filter(|rest| !rest.starts_with('!'))
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.trim())
        .collect()
}
