//! The clock, and what comes next.

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused, duration},
    view::task_of,
};
use crate::{queue::QueueId, time::Millis};

/// The most coming events in an answer.
const MOST: usize = 20;

/// Something that happens by itself.
pub(super) struct Coming {
    pub(super) at: Millis,
    kind: &'static str,
    /// A task, a queue or the name of a schedule.
    of: String,
}

/// The events that come without anybody's doing: schedules, messages that can be received again, messages for later. Messages
/// that expire are not among them.
pub(super) fn coming(dashboard: &Dashboard) -> Vec<Coming> {
    let plan = dashboard.cloud.plan();
    let name = |queue: QueueId| task_of(plan, queue).unwrap_or(plan.name_of(queue)).to_owned();
    let mut all: Vec<Coming> = dashboard.cloud.look(|broker, _| {
        let queues = broker
            .queues()
            .filter_map(|(id, queue)| Some(Coming { at: queue.next_ready()?, kind: "message", of: name(id) }));
        let later = broker.later().map(|later| Coming { at: later.at, kind: "later", of: name(later.queue) });
        let mut all: Vec<Coming> = queues.chain(later).collect();
        keep_next(&mut all);
        all
    });
    let fires = plan.model.tasks.iter().filter_map(|task| {
        Some(Coming { at: dashboard.actions.next_fire(&task.id)?, kind: "schedule", of: task.id.to_string() })
    });
    all.extend(fires);
    keep_next(&mut all);
    all
}

fn keep_next(all: &mut Vec<Coming>) {
    all.sort_by_key(|coming| coming.at);
    all.truncate(MOST);
}

/// `clock show`
pub(super) fn show(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    Ok(state(dashboard))
}

fn state(dashboard: &Dashboard) -> Value {
    let clock = dashboard.cloud.clock();
    let coming = coming(dashboard);
    let row = |coming: &Coming| json!({"at": coming.at, "kind": coming.kind, "of": coming.of});
    json!({
        "now": clock.now(),
        "speed": clock.speed(),
        "coming": coming.iter().map(row).collect::<Vec<_>>(),
    })
}

fn moved(dashboard: &Dashboard) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    dashboard.cloud.changed();
    Ok(state(dashboard))
}

/// `clock advance`
pub(super) fn advance(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    dashboard.cloud.clock().advance(duration(params.need("by")?)?);
    moved(dashboard)
}

/// `clock next`
pub(super) fn next(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    let now = dashboard.cloud.clock().now();
    match coming(dashboard).into_iter().find(|coming| coming.at > now) {
        None => Err(Refused::bad("clock: nothing waits for a time")),
        Some(coming) => {
            dashboard.cloud.clock().advance_to(coming.at);
            moved(dashboard)
        }
    }
}

/// `clock speed`
pub(super) fn speed(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let text = params.need("factor")?;
    let factor: Option<f64> = text.parse().ok().filter(|factor| (0.0..=1e6).contains(factor));
    let factor = factor.ok_or_else(|| Refused::bad(format!("factor: must be 0 to 1000000, got `{text}`")))?;
    dashboard.cloud.clock().set_speed(factor);
    moved(dashboard)
}

/// `clock pause`
pub(super) fn pause(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.clock().set_speed(0.0);
    moved(dashboard)
}

/// `clock resume`
pub(super) fn resume(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.clock().set_speed(1.0);
    moved(dashboard)
}
