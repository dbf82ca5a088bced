//! Alarms, and dead-letter queues that nobody watches.

use cfn_model::Finding;

use crate::{
    codes as rules,
    facts::flow::{
        graph::Flow,
        mentions::{ALARM, is_queue, watched},
        model::{Model, Resource},
        text::{Part, Text},
    },
};

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    if flow.model.queues.is_empty() {
        return;
    }
    for alarm in flow.model.of_type(ALARM) {
        alarm_names(flow, alarm, findings);
    }
    unwatched(flow, findings);
}

fn alarm_names(flow: &Flow<'_>, alarm: &Resource<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    for (place, name) in watched(model, alarm) {
        let (got, help) = match name.0.as_slice() {
            [Part::Name(id)] if is_queue(model, id) => {
                (format!("the address of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            [Part::Attribute(id, attribute)] if is_queue(model, id) && *attribute != "QueueName" => {
                (format!("`{attribute}` of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            _ => {
                // What is put together of parameters of this stack is a name of this stack.
                let is_known = name.literal().is_some() || is_of_stack(&name);
                if !is_known || model.context.is_open() || !model.is_no_queue(&name) {
                    continue;
                }
                (format!("`{name}`"), reference(model, &name.to_string()))
            }
        };
        let message =
            format!("alarm `{}`: `QueueName` should be the name of a queue of this template, got {got}", alarm.id);
        findings.push(Finding::new(&rules::AL1017, place, message).help(help));
    }
}

/// Whether a name has the stack's name in it, and else literals only.
fn is_of_stack(name: &Text<'_>) -> bool {
    let stack = Part::Name("AWS::StackName");
    name.0.contains(&stack) && name.0.iter().all(|part| *part == stack || matches!(part, Part::Literal(_)))
}

/// How to name the queue that is meant: the one with this logical id, or the only one.
fn reference(model: &Model<'_>, literal: &str) -> String {
    let id = match model.queues.as_slice() {
        _ if is_queue(model, literal) => literal,
        [only] => model.resources[*only].id,
        _ => "...",
    };
    format!("refer to the queue, as `!GetAtt {id}.QueueName`")
}

fn unwatched(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    if model.context.is_open() || flow.all_watched {
        return;
    }
    for &number in model.queues.iter().filter(|number| flow.dead.contains(number)) {
        let queue = &model.resources[number];
        if !flow.watched.contains(&number) && !flow.consumers.contains_key(&number) {
            let message = format!(
                "dead-letter queue `{}`: no alarm or function watches it, so lost messages go unnoticed",
                queue.id
            );
            let help = format!(
                "add an `AWS::CloudWatch::Alarm` on `ApproximateNumberOfMessagesVisible` of `!GetAtt {}.QueueName`",
                queue.id
            );
            let mut place = queue.path(&[]);
            place.0.pop();
            findings.push(Finding::new(&rules::AL1006, place, message).help(help));
        }
    }
}
