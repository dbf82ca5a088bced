//! The environment variables of functions, and the queues that they name.

use std::collections::HashSet;

use cfn_model::{Node, Object};

use super::{
    graph::Flow,
    model::{Resource, Target, expand},
    text::Text,
};
use crate::facts::conditions::Fact;

/// Where a function has its environment variables.
pub(crate) const VARIABLES: [&str; 2] = ["Environment", "Variables"];

/// The environment variables of each function, in every way in which they can turn out.
pub(crate) fn environments<'f, 'd>(flow: &'f Flow<'d>) -> impl Iterator<Item = (&'f Resource<'d>, &'d Object)> {
    flow.model.functions.iter().flat_map(move |number| {
        let function = &flow.model.resources[*number];
        let ways = function.ways(flow.model.context, &VARIABLES).into_iter();
        ways.filter_map(move |way| {
            let variables = way.node?.as_object()?;
            flow.model.together(&[&function.facts, &way.facts]).then_some((function, variables))
        })
    })
}

/// An environment variable that names a queue of the template.
pub(crate) struct Told<'d> {
    pub(crate) variable: &'d str,
    pub(crate) queue: usize,
    pub(crate) facts: Vec<Fact<'d>>,
}

/// The queues of the template that the environment variables of a function name.
pub(crate) fn told<'d>(flow: &Flow<'d>, function: &Resource<'d>) -> Vec<Told<'d>> {
    let mut found = Vec::new();
    for way in function.ways(flow.model.context, &VARIABLES) {
        for (variable, value) in way.node.and_then(Node::as_object).into_iter().flatten() {
            for value in expand(flow.model.context, Some(value), way.facts.clone()) {
                if let Some(Target::Here(queue)) = value.node.map(|node| flow.model.queue(&Text::of(node), false)) {
                    found.push(Told { variable, queue, facts: value.facts });
                }
            }
        }
    }
    found
}

/// The queues that a function's role names for sending, and when. A shared role says nothing about one of its functions,
/// unless a variable of the function names the queue.
pub(crate) fn sends_to<'d>(flow: &Flow<'d>, function: usize) -> Vec<(usize, Vec<Fact<'d>>)> {
    let Some(role) = flow.roles.of(function).filter(|role| !role.denies) else { return Vec::new() };
    if flow.roles.is_own(function) {
        return role.sends_to.clone();
    }
    let told: HashSet<usize> = told(flow, &flow.model.resources[function]).into_iter().map(|told| told.queue).collect();
    role.sends_to.iter().filter(|(queue, _)| told.contains(queue)).cloned().collect()
}
