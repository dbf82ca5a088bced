//! Runs of tasks.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
    search::limit,
    view::{CUT, cut, task_of},
};
use crate::{
    history::{Cause, Run},
    run::RunId,
};

/// The most lines of a log in an answer: the last.
const MOST_LINES: usize = 300;
/// The most bytes of a line.
const LONGEST_LINE: usize = 2_000;
/// The most messages of a run in an answer, received or sent.
const MOST_MESSAGES: usize = 100;

/// A line of a list.
pub(super) fn row(run: &Run) -> Value {
    let status = run.end.as_ref().and_then(|end| end.result.as_ref().ok()).and_then(|answer| status(answer));
    let (kind, line) = cause(&run.cause);
    json!({
        "id": run.id,
        "task": run.task.as_str(),
        "cause": kind,
        "line": line,
        "began": run.began,
        "millis": run.end.as_ref().map(|end| end.millis),
        "failed": run.end.is_some().then(|| run.is_failed()),
        "kind": run.end.as_ref().and_then(|end| end.result.as_ref().err()).map(|failure| failure.kind.as_str()),
        "problem": run.problem,
        "status": status.filter(|_| matches!(run.cause, Cause::Request { .. })),
        "messages": run.received().len(),
        "sent": run.sent.len(),
        "lines": run.lines.len(),
        "chain": run.chain,
    })
}

/// The cause of a run in a word, and the line of its request.
pub(super) fn cause(cause: &Cause) -> (&'static str, Option<&str>) {
    match cause {
        Cause::Messages { .. } => ("messages", None),
        Cause::Schedule => ("schedule", None),
        Cause::Request { line } => ("request", Some(line)),
        Cause::Call { .. } => ("call", None),
        Cause::Manual => ("manual", None),
    }
}

/// The status in the answer of an API task. A body that has such a member too has its quotation marks escaped.
fn status(answer: &str) -> Option<u16> {
    let (_, rest) = answer.split_once("\"statusCode\":")?;
    let rest = rest.trim_start();
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

/// `run ls`
pub(super) fn list(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let most = limit(params)?;
    let before = params.number("after")?.unwrap_or(RunId::MAX);
    let (task, kind, failed) = (params.filter("task")?, params.filter("cause")?, params.flag("failed")?);
    let problem = params.filter("error")?;
    if let Some(kind) = kind
        && !["messages", "schedule", "request", "call", "manual"].contains(&kind)
    {
        return Err(Refused::bad(format!("cause: must be messages, schedule, request, call or manual, got `{kind}`")));
    }
    let matches = |run: &&Run| {
        (!failed || run.is_failed())
            && task.is_none_or(|task| run.task.as_str() == task)
            && kind.is_none_or(|kind| cause(&run.cause).0 == kind)
            && problem.is_none_or(|text| run.problem.as_ref().is_some_and(|problem| problem.contains(text)))
    };
    let (runs, next) = dashboard.cloud.look(|_, history| {
        let mut found = history.runs_before(before).filter(matches);
        let rows: Vec<(RunId, Value)> = found.by_ref().take(most).map(|run| (run.id, row(run))).collect();
        let next = found.next().and_then(|_| rows.last().map(|(id, _)| *id));
        (rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), next)
    });
    Ok(json!({"runs": runs, "next": next.map(|id| id.to_string())}))
}

fn run_of(dashboard: &Dashboard, params: &Params) -> Result<Run, Refused> {
    let id = params.need("id")?;
    let number = Dashboard::run_number(id)?;
    let run = dashboard.cloud.look(|_, history| history.run(number).cloned());
    run.ok_or_else(|| Refused::missing(format!("run `{id}`: is not in the history")))
}

/// `run show`
pub(super) fn show(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let run = run_of(dashboard, params)?;
    let plan = dashboard.cloud.plan();
    let mut shown = row(&run);
    let received = run.received().iter().take(MOST_MESSAGES).map(|received| {
        json!({
            "id": received.id,
            "message": dashboard.cloud.message_id(received.id),
            "receives": received.receives,
            "failed": received.failed,
        })
    });
    let sent = dashboard.cloud.look(|_, history| {
        let sent = run.sent.iter().take(MOST_MESSAGES).map(|id| {
            let queue = history.message(*id).map(|sent| sent.queue);
            json!({
                "id": id,
                "message": dashboard.cloud.message_id(*id),
                "queue": queue.map(|queue| plan.name_of(queue)),
                "task": queue.and_then(|queue| task_of(plan, queue)),
            })
        });
        sent.collect::<Vec<_>>()
    });
    let skipped = run.lines.len().saturating_sub(MOST_LINES);
    let lines =
        run.lines.iter().skip(skipped).map(|line| json!({"at": line.at, "text": cut(&line.text, LONGEST_LINE)}));
    let result = run.end.as_ref().map(|end| end.result.as_ref());
    for (name, value) in [
        ("event", cut(&run.event, CUT)),
        ("answer", result.and_then(Result::ok).map_or(Value::Null, |answer| cut(answer, CUT))),
        ("failure", result.and_then(Result::err).map_or(Value::Null, |failure| cut(&failure.message, CUT))),
        ("received", received.collect()),
        ("sent_messages", sent.into()),
        ("log", lines.collect()),
        ("skipped_lines", skipped.into()),
        (
            "caller",
            match run.cause {
                Cause::Call { from } => json!(from),
                _ => Value::Null,
            },
        ),
        ("queue", json!(queue_of(&run.cause).map(|queue| plan.name_of(queue)))),
    ] {
        shown[name] = value;
    }
    Ok(shown)
}

fn queue_of(cause: &Cause) -> Option<crate::queue::QueueId> {
    match cause {
        Cause::Messages { queue, .. } => Some(*queue),
        _ => None,
    }
}

/// `run log`
pub(super) fn log(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    let run = run_of(dashboard, params)?;
    let mut text = String::new();
    for line in run.lines {
        text.push_str(&line.text);
        text.push('\n');
    }
    Ok(text.into())
}

/// `run event`
pub(super) fn event(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    Ok(run_of(dashboard, params)?.event.into())
}

/// `run answer`
pub(super) fn answer(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    let run = run_of(dashboard, params)?;
    match run.end.map(|end| end.result) {
        None => Err(Refused::missing(format!("run `{}`: has not ended", run.id))),
        Some(Ok(answer)) => Ok(answer.into()),
        Some(Err(failure)) => Ok(failure.message.into()),
    }
}

/// The event of a run, as it was.
pub(super) fn event_of(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let run = run_of(dashboard, params)?;
    if !matches!(run.cause, Cause::Request { .. }) {
        return Err(Refused::bad(format!("run `{}`: must be of a request to the API", run.id)));
    }
    serde_json::from_str(&run.event)
        .map_err(|_| Refused::bad(format!("run `{}`: only the beginning of its event is kept", run.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_of_an_answer_is_its_own() {
        assert_eq!(status(r#"{"statusCode":201,"body":"x"}"#), Some(201));
        assert_eq!(status(r#"{"body":"{\"statusCode\":500}","statusCode": 404}"#), Some(404));
        assert_eq!(status(r#"{"batchItemFailures":[]}"#), None);
    }
}
