//! Queues: counts, event source mappings, messages for later.

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
    view::{cut, task_of},
};
use crate::{
    plan::{Plan, PlannedQueue, Role},
    queue::{Command, Counts, Queue, QueueId, Reply},
    tally::QueueTally,
    time::Millis,
};

/// The most messages for later in a list.
const MOST_LATER: usize = 100;

/// The values of a queue that change while it is looked at.
pub(super) fn counts(queue: &Queue, tally: Option<&QueueTally>, is_paused: Option<bool>, now: Millis) -> Value {
    let Counts { ready, delayed, in_flight } = queue.counts();
    json!({
        "ready": ready,
        "delayed": delayed,
        "in_flight": in_flight,
        "dead": tally.map_or(0, |tally| tally.dead),
        "oldest": queue.oldest(),
        "sent": tally.map_or(0, |tally| tally.sent),
        "done": tally.map_or(0, |tally| tally.done),
        "per_minute": tally.map_or(0, |tally| tally.pace.last_minute(now)),
        "paused": is_paused,
    })
}

/// `queue ls`
pub(super) fn list(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let (plan, now) = (dashboard.cloud.plan(), dashboard.cloud.clock().now());
    let paused = dashboard.cloud.paused();
    let queues = dashboard.cloud.look(|broker, history| {
        let row = |(id, queue): (QueueId, &PlannedQueue)| {
            let mut row = planned(plan, id, queue);
            let tally = history.tally().queue(id);
            let is_paused = plan.mapping_of(id).map(|_| paused.contains(&id));
            row["counts"] = counts(broker.queue(id), tally, is_paused, now);
            row["pace"] = json!(tally.map(|tally| tally.pace.until(now)));
            row
        };
        (0..).zip(&plan.queues).map(row).collect::<Vec<_>>()
    });
    Ok(json!({ "queues": queues, "now": now }))
}

/// The properties of a queue, apart from its messages.
fn planned(plan: &Plan, id: QueueId, queue: &PlannedQueue) -> Value {
    let (role, lane) = match &queue.role {
        Role::Task { lane, .. } => ("task", Some(*lane)),
        Role::Foreign { .. } => ("foreign", None),
        Role::DeadLetters => ("dead-letters", None),
        Role::External => ("external", None),
        Role::Former => ("former", None),
    };
    let redrive = queue.config.redrive;
    let lanes = task_of(plan, id).and_then(|task| plan.model.task(task)).map(|task| task.lanes().get());
    json!({
        "name": queue.config.name,
        "role": role,
        "task": task_of(plan, id),
        "lane": lane.filter(|_| lanes.is_some_and(|lanes| lanes > 1)),
        "fifo": queue.config.fifo,
        "visibility": queue.config.visibility,
        "retention": queue.config.retention,
        "most_receives": redrive.map(|(_, most)| most),
        "dead_letters": redrive.map(|(to, _)| plan.name_of(to)),
        "batch_size": plan.mapping_of(id).map(|mapping| mapping.batch_size),
    })
}

/// `queue pause`
pub(super) fn pause(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    set_paused(dashboard, params, true)
}

/// `queue resume`
pub(super) fn resume(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    set_paused(dashboard, params, false)
}

fn set_paused(dashboard: &Dashboard, params: &Params, is_paused: bool) -> Result<Value, Refused> {
    let queue = dashboard.queue(params.need("queue")?)?;
    let plan = dashboard.cloud.plan();
    let name = plan.name_of(queue);
    if plan.mapping_of(queue).is_none() {
        return Err(Refused::bad(format!("queue `{name}`: must have an event source mapping, has none")));
    }
    dashboard.cloud.pause(queue, is_paused);
    Ok(json!({"queue": name, "paused": is_paused}))
}

/// `queue purge`
pub(super) fn purge(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let queue = dashboard.queue(params.need("queue")?)?;
    let count = dashboard.cloud.look(|broker, _| {
        let Counts { ready, delayed, in_flight } = broker.queue(queue).counts();
        ready + delayed + in_flight
    });
    let only_count = params.flag("count")?;
    if !only_count {
        match dashboard.cloud.apply(queue, Command::Purge)? {
            Reply::Refused(refusal) => return Err(Refused::bad(refusal.to_string())),
            Reply::Sent(_) | Reply::Messages(_) | Reply::Done | Reply::Moved(_) => {}
        }
    }
    Ok(json!({"queue": dashboard.cloud.plan().name_of(queue), "messages": count, "done": !only_count}))
}

/// `later ls`
pub(super) fn later(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let plan = dashboard.cloud.plan();
    let (mut all, count) = dashboard.cloud.look(|broker, _| {
        let mut all: Vec<_> = broker.later().map(|later| (later.at, later.name.clone())).collect();
        all.sort_unstable();
        let count = all.len();
        let first = all.into_iter().take(MOST_LATER).filter_map(|(_, name)| broker.later_named(&name).cloned());
        (first.collect::<Vec<_>>(), count)
    });
    let rows = all.drain(..).map(|later| {
        json!({
            "name": later.name,
            "at": later.at,
            "queue": plan.name_of(later.queue),
            "task": task_of(plan, later.queue),
            "body": cut(&later.message.body, 1_000),
        })
    });
    Ok(json!({"later": rows.collect::<Vec<_>>(), "count": count}))
}

/// `later cancel`
pub(super) fn cancel(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let name = params.need("name")?;
    match dashboard.cloud.unschedule(name)? {
        Some(_) => Ok(json!({ "name": name })),
        None => Err(Refused::missing(format!("schedule `{name}`: does not exist, or has fired"))),
    }
}
