//! `Fn::If` and `AWS::NoValue`: what a condition decides.

use cfn_model::{Function, Node};

use super::is_no_value;
use crate::facts::{conditions::ConditionId, context::Context};

/// How deep one `Fn::If` can be in another before the conditions inside are left alone.
const DEEPEST: usize = 32;

/// The decision of a condition about a node.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice<'n> {
    /// The node is neither `Fn::If` nor `AWS::NoValue`.
    None,
    /// It is `AWS::NoValue`.
    Nothing,
    /// One of two nodes: the first where the condition holds.
    Either(ConditionId, [&'n Node; 2]),
    /// An `Fn::If` that is malformed, or whose condition is undefined. That is an error of its own, and what hangs on it
    /// is left alone.
    Unknown,
}

impl<'n> Choice<'n> {
    pub(crate) fn of(context: &Context<'_>, node: &'n Node) -> Choice<'n> {
        match Function::call(node) {
            Some((Function::If, arguments)) => Choice::of_if(context, arguments),
            Some((Function::Ref, Node::String(name))) if name == "AWS::NoValue" => Choice::Nothing,
            _ => Choice::None,
        }
    }

    /// Reads the arguments of an `Fn::If`.
    pub(crate) fn of_if(context: &Context<'_>, arguments: &'n Node) -> Choice<'n> {
        match arguments.as_array() {
            Some([Node::String(condition), then, otherwise]) => match context.conditions.id(condition) {
                Some(id) => Choice::Either(id, [then, otherwise]),
                None => Choice::Unknown,
            },
            _ => Choice::Unknown,
        }
    }
}

/// The arguments of an `Fn::If` that is well formed.
pub(crate) fn if_arguments(node: &Node) -> Option<(&str, [&Node; 2])> {
    match Function::call(node)? {
        (Function::If, arguments) => match arguments.as_array()? {
            [Node::String(condition), then, otherwise] => Some((condition, [then, otherwise])),
            _ => None,
        },
        _ => None,
    }
}

/// Adds the conditions that decide what a node is, as far as they are not known yet.
pub(crate) fn conditions_of(
    context: &Context<'_>,
    node: &Node,
    is_known: &dyn Fn(ConditionId) -> bool,
    ids: &mut Vec<ConditionId>,
) {
    gather(context, node, is_known, 0, ids);
}

fn gather(
    context: &Context<'_>,
    node: &Node,
    is_known: &dyn Fn(ConditionId) -> bool,
    depth: usize,
    ids: &mut Vec<ConditionId>,
) {
    let Choice::Either(id, branches) = Choice::of(context, node) else { return };
    if depth < DEEPEST {
        if !is_known(id) && !ids.contains(&id) {
            ids.push(id);
        }
        branches.into_iter().for_each(|branch| gather(context, branch, is_known, depth + 1, ids));
    }
}

/// The value of a node where conditions are as `known` says; `None` for `AWS::NoValue`. An `Fn::If` of which nothing is
/// known is the value itself.
pub(crate) fn under<'n>(
    context: &Context<'_>,
    node: &'n Node,
    known: &dyn Fn(ConditionId) -> Option<bool>,
) -> Option<&'n Node> {
    let mut node = node;
    while let Choice::Either(id, branches) = Choice::of(context, node) {
        match known(id) {
            Some(holds) => node = branches[usize::from(!holds)],
            None => return Some(node),
        }
    }
    (!is_no_value(node)).then_some(node)
}
