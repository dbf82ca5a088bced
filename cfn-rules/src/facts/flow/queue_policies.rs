//! The policies of queues.

use std::collections::HashMap;

use cfn_model::{Function, Node};

use super::{
    model::{Model, Target, members},
    permission::{self, Document, Statement, TO_CONSUME, TO_SEND},
    text::Text,
};

/// What the queues themselves may allow a role: each action of [`TO_CONSUME`], and to send.
#[derive(Default)]
pub(crate) struct QueuePolicies {
    of: HashMap<usize, [bool; 4]>,
    /// What any queue may allow, because nobody knows which ones are meant.
    of_all: [bool; 4],
}

impl QueuePolicies {
    const ACTIONS: [&str; 4] = [TO_CONSUME[0], TO_CONSUME[1], TO_CONSUME[2], TO_SEND];

    pub(crate) fn new(model: &Model<'_>) -> QueuePolicies {
        let mut policies = QueuePolicies::default();
        let context = model.context;
        for policy in model.queue_policies.iter().map(|number| &model.resources[*number]) {
            let document = policy.properties.get("PolicyDocument").and_then(|node| {
                let place = policy.path(&["PolicyDocument"]);
                permission::statements(context, &Document { place, node, facts: policy.facts.clone() })
            });
            let allows = |action: &str| {
                document.as_ref().is_none_or(|all| all.iter().any(|statement| is_for_roles(statement, action)))
            };
            let allowed = Self::ACTIONS.map(allows);
            let key = if policy.kind == "AWS::SQS::QueuePolicy" { "Queues" } else { "Queue" };
            for (_, way) in members(context, policy.ways(context, &[key])) {
                let sum = match way.node.map(|node| model.queue(&Text::of(node), true)) {
                    Some(Target::Here(queue)) => policies.of.entry(queue).or_default(),
                    Some(Target::Unknown) => &mut policies.of_all,
                    _ => continue,
                };
                sum.iter_mut().zip(allowed).for_each(|(sum, allowed)| *sum |= allowed);
            }
        }
        policies
    }

    /// Whether a queue may allow a role an action.
    pub(crate) fn may_allow(&self, action: &str, queue: usize) -> bool {
        let index = Self::ACTIONS.iter().position(|known| *known == action);
        index.is_none_or(|index| self.of_all[index] || self.of.get(&queue).is_some_and(|sum| sum[index]))
    }
}

/// Whether a statement of a queue's policy may allow a role an action. What is for services is for no role.
fn is_for_roles(statement: &Statement<'_>, action: &str) -> bool {
    let services_only = |node: &Node| {
        let is_call = Function::call(node).is_some();
        !is_call && node.as_object().is_some_and(|all| all.keys().all(|kind| kind == "Service"))
    };
    statement.allows
        && (statement.inverted || statement.has_action(action) != Some(false))
        && !statement.principal.is_some_and(services_only)
}
