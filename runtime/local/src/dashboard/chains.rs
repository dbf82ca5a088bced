//! Chains of invocations: what invoked what.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
    search::{limit, of_sent},
    view::{cut, task_of},
};
use crate::{
    history::{Cause, History, Run},
    queue::Seq,
    run::RunId,
};

/// The most runs of a chain in an answer: the first.
const MOST_RUNS: usize = 400;
/// The most messages in it.
const MOST_MESSAGES: usize = 600;
/// The most runs of a chain that are looked at for a line of a list.
const MOST_OF_ROW: usize = 200;

/// `chain ls`
pub(super) fn list(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let most = limit(params)?;
    let before = params.number("after")?.unwrap_or(RunId::MAX);
    let answer = dashboard.cloud.look(|_, history| {
        let (mut rows, mut next) = (Vec::new(), None);
        for run in history.runs_before(before) {
            let Some(chain) = &run.chain else { continue };
            // A chain is where its newest run is.
            if history.newest_of_chain(chain) != Some(run.id) {
                continue;
            }
            if rows.len() == most {
                return (rows, next);
            }
            next = Some(run.id.to_string());
            rows.push(row(history, chain));
        }
        (rows, None)
    });
    Ok(json!({"chains": answer.0, "next": answer.1}))
}

fn row(history: &History, chain: &Arc<str>) -> Value {
    let (mut count, mut failed, mut running) = (0, 0, 0);
    let mut tasks: Vec<&str> = Vec::new();
    let (mut first, mut last) = (None, None);
    for run in history.chain(chain) {
        count += 1;
        if count > MOST_OF_ROW {
            continue;
        }
        failed += usize::from(run.is_failed());
        running += usize::from(run.end.is_none());
        if !tasks.contains(&run.task.as_str()) {
            tasks.push(run.task.as_str());
        }
        first.get_or_insert(run);
        last = Some(run);
    }
    let root = first.map(|run: &Run| (run.task.as_str(), super::runs::cause(&run.cause).0));
    json!({
        "chain": chain,
        "root": root.map(|(task, cause)| json!({"task": task, "cause": cause})),
        "tasks": tasks,
        "runs": count,
        "failed": failed,
        "running": running,
        "began": first.map(|run: &Run| run.began),
        "last": last.map(|run: &Run| run.began),
    })
}

/// `chain show`
pub(super) fn show(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let chain = params.need("chain")?;
    let plan = dashboard.cloud.plan();
    let (runs, entries, is_cut) = dashboard.cloud.look(|broker, history| {
        let mut messages: BTreeSet<Seq> = BTreeSet::new();
        let mut runs: Vec<Value> = Vec::new();
        let mut is_cut = false;
        for run in history.chain(chain) {
            if runs.len() == MOST_RUNS {
                is_cut = true;
                break;
            }
            messages.extend(run.received().iter().map(|received| received.id));
            messages.extend(&run.sent);
            runs.push(of_run(run));
        }
        if runs.is_empty() {
            let waiting = history.messages().rev().filter(|sent| sent.chain.as_deref() == Some(chain));
            messages.extend(waiting.take(MOST_MESSAGES).map(|sent| sent.id));
        }
        is_cut |= messages.len() > MOST_MESSAGES;
        let of_chain = messages.iter().take(MOST_MESSAGES).filter_map(|id| history.message(*id));
        let of_chain = of_chain.filter(|sent| sent.chain.as_deref() == Some(chain));
        let entries: Vec<_> = of_chain.map(|sent| of_sent(plan, broker, history, sent)).collect();
        (runs, entries, is_cut)
    });
    if runs.is_empty() && entries.is_empty() {
        return Err(Refused::missing(format!("chain `{chain}`: is not in the history")));
    }
    let messages = entries.iter().map(|entry| {
        json!({
            "id": entry.id,
            "message": dashboard.cloud.message_id(entry.id),
            "state": entry.state.as_str(),
            "queue": plan.name_of(entry.queue),
            "task": task_of(plan, entry.queue),
            "sent": entry.sent,
            "sender": entry.sender,
            "next": entry.next,
            "receives": entry.receives,
            "preview": cut(&entry.body, 200)["text"],
        })
    });
    let messages: Vec<Value> = messages.collect();
    Ok(json!({
        "chain": chain,
        "runs": runs,
        "messages": messages,
        "cut": is_cut,
        "now": dashboard.cloud.clock().now(),
    }))
}

fn of_run(run: &Run) -> Value {
    let mut row = super::runs::row(run);
    let received = run
        .received()
        .iter()
        .map(|received| json!({"id": received.id, "receives": received.receives, "failed": received.failed}));
    row["received"] = received.take(MOST_OF_ROW).collect();
    row["caller"] = match run.cause {
        Cause::Call { from } => json!(from),
        _ => Value::Null,
    };
    row
}
