//! The tree of runs, and of the runs that they invoked.

use std::{fmt, time::Instant};

use async_lambda_model::TaskModel;
use serde::Serialize;
use serde_json::Value;

use super::limits;
use crate::{BoxFuture, Context, Engine, Recorder};

/// One run of a task, and the runs that came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    task: String,
    trigger: String,
    /// The time for which the queue, and a schedule before it, would have kept the message; here it is not waited for.
    #[serde(skip_serializing_if = "is_zero")]
    delay_secs: u64,
    #[serde(skip_serializing_if = "is_first")]
    lane: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    millis: f64,
    #[serde(flatten)]
    end: End,
    invoked: Vec<Run>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Returned(Value),
    Failed(String),
    /// A task of another application, which does not run here.
    Elsewhere(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(delay: &u64) -> bool {
    *delay == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(lane: &u32) -> bool {
    *lane == 0
}

/// Runs a task on an event, and then, depth first, every message that it sent. A message is tried once.
pub(crate) fn follow<'a>(
    engine: &'a Engine,
    transport: &'a Recorder,
    task: &'a TaskModel,
    event: Value,
) -> BoxFuture<'a, Run> {
    Box::pin(async move {
        let begin = Instant::now();
        let id = task.id.as_str();
        let context = Context::default();
        let result = if task.trigger.reports_failures() {
            let results = engine.run_records(id, vec![event], context).await;
            results
                .into_iter()
                .collect::<Result<Vec<_>, _>>()
                .map(|mut values| values.pop().unwrap_or_default())
                .map_err(|error| error.reason)
        } else {
            limits::invoke(engine, id, event, context).await.map_err(|refused| refused.to_string())
        };
        let end = match result {
            Ok(value) => End::Returned(value),
            Err(reason) => End::Failed(reason),
        };
        let millis = begin.elapsed().as_secs_f64() * 1000.0;
        let invoked = follow_sent(engine, transport, task.id.to_string()).await;
        let (task, trigger) = (task.id.to_string(), task.trigger.to_string());
        Run { task, trigger, delay_secs: 0, lane: 0, group: None, millis, end, invoked }
    })
}

/// Runs what was sent since the last time.
pub(crate) async fn follow_sent(engine: &Engine, transport: &Recorder, source: String) -> Vec<Run> {
    let mut runs = Vec::new();
    let sent = transport.take_sent().into_iter().map(|(target, message)| (target, message, 0));
    let scheduled = transport.take_scheduled().into_iter();
    let scheduled = scheduled.map(|(target, message, schedule)| (target, message, schedule.wait_secs));
    for (index, (target, message, wait_secs)) in sent.chain(scheduled).enumerate() {
        if let Some(application) = message.application {
            let (task, trigger) = (target.to_string(), "async".to_owned());
            let (delay_secs, group, end) = (message.delay_secs.into(), message.group, End::Elsewhere(application));
            runs.push(Run { task, trigger, delay_secs, lane: 0, group, millis: 0.0, end, invoked: Vec::new() });
            continue;
        }
        // The engine refuses an application with an edge to a task that is not there.
        let Some(target) = engine.task_model(target.as_str()) else { continue };
        let event = engine.record(target, &format!("{source}-{}", index + 1), &message, 1);
        let mut run = follow(engine, transport, target, event).await;
        run.delay_secs = wait_secs + u64::from(message.delay_secs);
        (run.lane, run.group) = (message.lane, message.group);
        runs.push(run);
    }
    runs
}

impl Run {
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.end, End::Failed(_)) || self.invoked.iter().any(Run::has_failed)
    }

    pub(crate) fn to_json(&self) -> String {
        // Texts, numbers and JSON values: nothing that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: &str, branch: &str, below: &str) -> fmt::Result {
        let Run { task, trigger, delay_secs, lane, group, millis, end, invoked } = self;
        write!(f, "{indent}{branch}{task} ({trigger}")?;
        if *lane > 0 {
            write!(f, ", lane {lane}")?;
        }
        if let Some(group) = group {
            write!(f, ", group {group}")?;
        }
        if *delay_secs > 0 {
            write!(f, ", after {delay_secs} s")?;
        }
        write!(f, ") {millis:.1} ms: ")?;
        match end {
            End::Returned(value) => writeln!(f, "{value}")?,
            End::Failed(error) => writeln!(f, "failed: {error}")?,
            End::Elsewhere(application) => writeln!(f, "not run, it is a task of {application}")?,
        }
        let indent = format!("{indent}{below}");
        for (index, run) in invoked.iter().enumerate() {
            let is_last = index + 1 == invoked.len();
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            run.write(f, &indent, branch, below)?;
        }
        Ok(())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "", "", "")
    }
}
