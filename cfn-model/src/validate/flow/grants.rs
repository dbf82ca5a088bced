//! What roles allow, what functions are told, and whether both fit.

use std::collections::HashSet;

use super::{
    Flow,
    model::{Resource, Target, members},
    permission::{self, Role, Statement, TO_CONSUME, TO_SEND},
    text::{Text, fits},
};
use crate::{
    Node,
    validate::{Finding, rules, text::listed},
};

/// Services whose actions on messages and data can be allowed on single resources. What they list cannot.
const PRECISE: [&str; 9] = [
    "sqs:",
    "dynamodb:",
    "s3:",
    "kinesis:",
    "firehose:",
    "states:Start",
    "events:PutEvents",
    "lambda:Invoke",
    "sns:Add",
];

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    may_consume(flow, findings);
    for &function in &flow.model.functions {
        may_send(flow, function, findings);
    }
    for resource in &flow.model.resources {
        too_much(flow, resource, findings);
    }
}

/// The queues that a function's role names for sending. A role that is shared says nothing about one of its functions,
/// unless the function is told about the queue.
pub(super) fn sends_to(flow: &Flow<'_>, function: usize) -> Vec<usize> {
    let Some(role) = flow.roles.of(function) else { return Vec::new() };
    if role.denies {
        return Vec::new();
    }
    if flow.roles.is_own(function) {
        return role.sends_to.clone();
    }
    let told: HashSet<usize> =
        told(flow, &flow.model.resources[function]).into_iter().map(|(_, queue)| queue).collect();
    role.sends_to.iter().copied().filter(|queue| told.contains(queue)).collect()
}

/// The queues of the template that environment variables name, with the variable.
fn told<'d>(flow: &Flow<'d>, function: &Resource<'d>) -> Vec<(&'d str, usize)> {
    let mut found = Vec::new();
    for way in function.ways(flow.model.context, &["Environment", "Variables"]) {
        for (name, value) in way.node.and_then(Node::as_object).into_iter().flatten() {
            for value in super::model::expand(flow.model.context, Some(value), way.facts.clone()) {
                if let Some(Target::Here(queue)) = value.node.map(|node| flow.model.queue(&Text::of(node), false)) {
                    found.push((name.as_str(), queue));
                }
            }
        }
    }
    found
}

fn may_consume(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    for mapping in &flow.mappings {
        let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { continue };
        let Some(role) = flow.roles.of(function).filter(|_| model.together(&[&mapping.facts])) else { continue };
        if has_policy(flow, queue) {
            continue;
        }
        let missing: Vec<&str> =
            TO_CONSUME.into_iter().filter(|action| role.may(model, action, queue) == Some(false)).collect();
        if !missing.is_empty() {
            let message = format!(
                "{}, {}: the {} must be allowed to consume the queue, got no {}",
                mapping.name,
                mapping.ends(model),
                role.name,
                listed(missing.iter().copied(), "and")
            );
            let help = format!(
                "allow {} on `!GetAtt {}.Arn`, or attach `AWSLambdaSQSQueueExecutionRole`",
                listed(TO_CONSUME, "and"),
                model.resources[queue].id
            );
            findings.push(mapping.resource.finding(&rules::AL1014, &[mapping.source_key], message, &help));
        }
    }
}

fn may_send(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let function = &model.resources[number];
    let Some(role) = flow.roles.of(number).filter(|role| !role.open) else { return };
    for (variable, queue) in told(flow, function) {
        let id = model.resources[queue].id;
        let consumes = || {
            let is_it = |mapping: &super::Mapping<'_>| {
                mapping.queue_here() == Some(queue) && mapping.function_here() == Some(number)
            };
            flow.mappings.iter().any(is_it)
        };
        if role.may(model, TO_SEND, queue) != Some(false)
            || role.touches(model, queue)
            || has_policy(flow, queue)
            || consumes()
        {
            continue;
        }
        let others: Vec<&str> = role.sends_to.iter().map(|other| model.resources[*other].id).collect();
        let allowed = if others.is_empty() { "no queue".to_owned() } else { listed(others, "and") };
        let message = format!(
            "function `{}`: the {} must be allowed to send to queue `{id}`, which `{variable}` names, got permission \
             for {allowed}",
            function.id, role.name
        );
        let help = format!("allow `sqs:SendMessage` on `!GetAtt {id}.Arn`, or remove `{variable}`");
        findings.push(function.finding(&rules::AL1015, &["Environment", "Variables", variable], message, &help));
    }
}

/// Whether the queue itself may allow somebody something.
fn has_policy(flow: &Flow<'_>, queue: usize) -> bool {
    let model = &flow.model;
    // Whether each names the queue takes about as long as to read it.
    if !model.context.spend_on_policies(64 * model.queue_policies.len() as u64) {
        return true;
    }
    model.queue_policies.iter().map(|number| &model.resources[*number]).any(|policy| {
        let key = if policy.kind == "AWS::SQS::QueuePolicy" { "Queues" } else { "Queue" };
        members(model.context, policy.ways(model.context, &[key])).iter().any(|(_, way)| {
            let target = way.node.map(|node| model.queue(&Text::of(node), true));
            matches!(target, Some(Target::Unknown)) || target == Some(Target::Here(queue))
        })
    })
}

impl<'d> Role<'d> {
    /// Whether any action on a queue is allowed, or may be, that is not for a mapping.
    fn touches(&self, model: &super::Model<'d>, queue: usize) -> bool {
        self.open
            || !model.context.spend_on_policies(self.work)
            || self.statements.iter().any(|statement| {
                let about_queues = |action: &&str| *action == "*" || action.to_ascii_lowercase().starts_with("sqs:");
                let actions = statement.actions.as_ref();
                statement.allows
                    && !statement.internal
                    && (statement.inverted || actions.is_none_or(|all| all.iter().any(about_queues)))
                    && statement.is_about(model, queue) != Some(false)
            })
    }
}

/// Policies that allow everything of a service, or something everywhere.
fn too_much(flow: &Flow<'_>, resource: &Resource<'_>, findings: &mut Vec<Finding>) {
    let context = flow.model.context;
    let documents = permission::documents(context, resource).unwrap_or_default();
    let all = documents.iter().filter_map(|(place, document)| permission::statements(context, document, place));
    for statement in all.flatten().filter(|statement| statement.allows && !statement.conditional && !statement.inverted)
    {
        let Some(actions) = &statement.actions else { continue };
        let subject = format!("policy of `{}`", resource.id);
        if let Some(all) = actions.iter().find(|action| **action == "*" || action.eq_ignore_ascii_case("sqs:*")) {
            let message = format!("{subject}: it should allow single actions, got `{all}`");
            let help = "name what is needed, such as `sqs:SendMessage` to send, and `sqs:ReceiveMessage`, \
                        `sqs:DeleteMessage` and `sqs:GetQueueAttributes` to consume";
            findings.push(at(&statement, "Action", message, help));
        }
        let precise = actions.iter().find(|action| is_precise(action));
        if let Some(action) = precise.filter(|_| statement.resources.iter().any(|text| text.literal() == Some("*"))) {
            let message = format!("{subject}: `{action}` should be allowed on single resources, got `*`");
            let help = "name the resource, such as `!GetAtt Jobs.Arn`";
            findings.push(at(&statement, "Resource", message, help));
        }
    }
}

fn at(statement: &Statement<'_>, key: &str, message: String, help: &str) -> Finding {
    Finding::new(&rules::AL1021, statement.path.join(key), message).help(help.to_owned())
}

/// Whether an action can be allowed on single resources. What lists or describes often cannot.
fn is_precise(action: &str) -> bool {
    let Some((_, name)) = action.split_once(':') else { return false };
    let starts = |prefix: &str| {
        action.len() >= prefix.len()
            && action.is_char_boundary(prefix.len())
            && action[..prefix.len()].eq_ignore_ascii_case(prefix)
    };
    let lists = ["List", "Describe", "GetAccount", "CreateJob"].iter().any(|verb| name.starts_with(verb));
    !lists
        && (PRECISE.into_iter().any(starts)
            || name == "*" && PRECISE.iter().any(|known| fits(action, &format!("{known}X"))))
}
