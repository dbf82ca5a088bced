//! What roles allow, what functions are told, and whether both fit.

use std::collections::{HashMap, HashSet};

use cfn_model::{Finding, Node};

use crate::{
    codes as rules,
    facts::{
        flow::{
            graph::Flow,
            model::{Model, Resource, Target, expand},
            permission::{self, Statement, TO_CONSUME, TO_SEND},
            roles::Role,
            scenario::Fact,
            text::{Text, fits},
        },
        text::listed,
    },
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
    let mut shared = HashMap::new();
    for &function in &flow.model.functions {
        may_send(flow, function, &mut shared, findings);
    }
    for resource in &flow.model.resources {
        too_much(flow, resource, findings);
    }
}

/// The queues that a function's role names for sending, and when. A role that is shared says nothing about one of its
/// functions, unless the function is told about the queue.
pub(super) fn sends_to<'d>(flow: &Flow<'d>, function: usize) -> Vec<(usize, Vec<Fact<'d>>)> {
    let Some(role) = flow.roles.of(function).filter(|role| !role.denies) else { return Vec::new() };
    if flow.roles.is_own(function) {
        return role.sends_to.clone();
    }
    let told: HashSet<usize> = told(flow, &flow.model.resources[function]).into_iter().map(|told| told.queue).collect();
    role.sends_to.iter().filter(|(queue, _)| told.contains(queue)).cloned().collect()
}

/// An environment variable that names a queue of the template.
struct Told<'d> {
    variable: &'d str,
    queue: usize,
    facts: Vec<Fact<'d>>,
}

/// The queues of the template that environment variables name.
fn told<'d>(flow: &Flow<'d>, function: &Resource<'d>) -> Vec<Told<'d>> {
    let mut found = Vec::new();
    for way in function.ways(flow.model.context, &["Environment", "Variables"]) {
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

fn may_consume(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let mut always: HashMap<(usize, usize), Vec<&str>> = HashMap::new();
    for mapping in &flow.mappings {
        let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { continue };
        let facts = [mapping.facts.as_slice(), &model.resources[function].facts].concat();
        let Some(role) = flow.roles.of(function).filter(|_| model.together(&[&facts])) else { continue };
        let lacks = |action: &&str| {
            role.may(model, action, queue, &facts) == Some(false) && !flow.policies.may_allow(action, queue)
        };
        let ask = || TO_CONSUME.into_iter().filter(lacks).collect::<Vec<_>>();
        let missing = match facts.is_empty() {
            true => always.entry((function, queue)).or_insert_with(ask).clone(),
            false => ask(),
        };
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

fn may_send<'d>(
    flow: &Flow<'d>,
    number: usize,
    shared: &mut HashMap<(&'d str, usize), bool>,
    findings: &mut Vec<Finding>,
) {
    let model = &flow.model;
    let function = &model.resources[number];
    let Some(role) = flow.roles.of(number).filter(|role| !role.open) else { return };
    let mut said = HashSet::new();
    for told in told(flow, function) {
        let facts = [function.facts.as_slice(), &told.facts].concat();
        let Told { variable, queue, .. } = told;
        if !lacks(flow, number, queue, &facts) || shared_by_globals(flow, &told, shared) || !said.insert(variable) {
            continue;
        }
        let id = model.resources[queue].id;
        let mut others: Vec<&str> = role.sends_to.iter().map(|(other, _)| model.resources[*other].id).collect();
        others.dedup();
        others.retain(|other| *other != id);
        let allowed = if others.is_empty() { "no queue".to_owned() } else { listed(others, "and") };
        let message = format!(
            "function `{}`: {} must be allowed to send to queue `{id}`, which `{variable}` names, got permission for \
             {allowed}",
            function.id,
            if function.properties.get("Role").is_some() {
                format!("the {}", role.name)
            } else {
                "its role".to_owned()
            }
        );
        let help = format!("allow `sqs:SendMessage` on `!GetAtt {id}.Arn`, or remove `{variable}`");
        findings.push(function.finding(&rules::AL1015, &["Environment", "Variables", variable], message, &help));
    }
}

/// Whether a function's role certainly allows nothing for which the function would be told about a queue.
fn lacks<'d>(flow: &Flow<'d>, function: usize, queue: usize, facts: &[Fact<'d>]) -> bool {
    let model = &flow.model;
    let Some(role) = flow.roles.of(function).filter(|role| !role.open) else { return false };
    model.together(&[facts])
        && role.may(model, TO_SEND, queue, facts) == Some(false)
        && !role.uses(model, queue, facts)
        && !flow.policies.may_allow(TO_SEND, queue)
        && !flow.consumers_of(queue).any(|mapping| mapping.function_here() == Some(function))
}

/// Whether all functions have a variable, and another one is the one that needs it.
fn shared_by_globals<'d>(flow: &Flow<'d>, told: &Told<'d>, known: &mut HashMap<(&'d str, usize), bool>) -> bool {
    let globals = flow.model.context.section("Globals").and_then(|globals| globals.get("Function"));
    let variables = globals.and_then(|function| function.get("Environment")?.get("Variables"));
    variables.is_some_and(|variables| variables.get(told.variable).is_some())
        && *known
            .entry((told.variable, told.queue))
            .or_insert_with(|| flow.model.functions.iter().any(|function| !lacks(flow, *function, told.queue, &[])))
}

impl<'d> Role<'d> {
    /// Whether any action on a queue is allowed, or may be, for which a function has to be told about it.
    fn uses(&self, model: &Model<'d>, queue: usize, facts: &[Fact<'d>]) -> bool {
        // To ask for the address of a queue is of no use by itself.
        if !model.context.spend_on_policies(self.work) {
            return true;
        }
        let about_queues = |action: &&str| {
            let action = action.to_ascii_lowercase();
            action == "*" || action.starts_with("sqs:") && action != "sqs:getqueueurl" && action != "sqs:listqueues"
        };
        self.statements.iter().filter(|statement| statement.allows && !statement.internal).any(|statement| {
            let uses = statement.actions.as_ref().is_none_or(|all| all.iter().any(about_queues));
            let covers = statement.is_about(model, queue);
            let covered = covers.perhaps || covers.when.iter().any(|when| model.together(&[facts, when]));
            let sends = statement.has_action(TO_SEND) == Some(true) && !statement.conditional;
            // Where it sends, it has been asked whether it may, always.
            statement.inverted || uses && covered && (!sends || covers.perhaps)
        })
    }
}

/// Policies that allow everything of a service, or something everywhere.
fn too_much(flow: &Flow<'_>, resource: &Resource<'_>, findings: &mut Vec<Finding>) {
    let context = flow.model.context;
    let documents = permission::documents(context, resource).unwrap_or_default();
    let all = documents.iter().filter_map(|document| permission::statements(context, document));
    for statement in all.flatten().filter(|statement| statement.allows && !statement.conditional && !statement.inverted)
    {
        let Some(actions) = &statement.actions else { continue };
        let subject = format!("policy of `{}`", resource.id);
        if let Some(all) = actions.iter().find(|action| **action == "*" || action.eq_ignore_ascii_case("sqs:*")) {
            let message = format!("{subject} must allow single actions, got `{all}`");
            let help = "name what is needed, such as `sqs:SendMessage` to send, and `sqs:ReceiveMessage`, \
                        `sqs:DeleteMessage` and `sqs:GetQueueAttributes` to consume";
            findings.push(at(&statement, "Action", message, help));
        }
        let precise = actions.iter().find(|action| is_precise(action));
        if let Some(action) = precise.filter(|_| statement.is_everywhere()) {
            let message = format!("{subject}: `{action}` must be allowed on single resources, got `*`");
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
