//! Records of a queue. Each stands alone: a fault in one fails only that one.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};
use tracing::Instrument;

use crate::{
    engine::Run,
    failure::Failure,
    record::{self, Record},
    visibility::{self, Later, Receipt},
};

/// Records that are handled one after the other: those of a group of a FIFO queue, or a single one.
type Lane = Vec<Record>;

/// A record that failed: the id of its message, and when that is to come again.
type Failed = (String, Option<Later>);

/// The most records for which there was no time that are named in the log. There may be 10,000 of them, and hardly time
/// for as many lines.
const NAMED: usize = 10;

/// Runs a handler on each record. Returns the partial batch response.
///
/// As many records are in hand at once as the task's record concurrency says; by default one. Records of the same
/// group of a FIFO queue are handled in order.
pub(crate) async fn run(run: &Run, event: Value) -> Result<Value, Failure> {
    let lanes = lanes(records(event)?);
    let late = Arc::new(AtomicUsize::new(0));
    let concurrency = run.record_concurrency();
    let failed = if concurrency == 1 || lanes.len() == 1 {
        let mut failed = Vec::new();
        for lane in lanes {
            failed.extend(run_lane(run, lane, &late).await);
        }
        failed
    } else {
        run_at_once(run, lanes, concurrency, &late).await
    };
    let late = late.load(Ordering::Relaxed);
    if late > NAMED {
        let kind = Failure::NoTime.kind();
        tracing::error!(
            kind,
            records = late,
            "so many records failed since the function's time was up before their turn"
        );
    }
    let mut later = Vec::new();
    let failed: Vec<String> = failed
        .into_iter()
        .map(|(message_id, again)| {
            later.extend(again);
            message_id
        })
        .collect();
    visibility::hide(run, later).await;
    Ok(response(failed))
}

/// The records of an event. Each has a message id: without one, Lambda could not be told that it failed.
pub(crate) fn records(mut event: Value) -> Result<Vec<Record>, Failure> {
    let Some(Value::Array(records)) = event.get_mut("Records").map(Value::take) else {
        return Err(Failure::NoRecords);
    };
    let records = records.into_iter().enumerate().map(|(index, value)| match value["messageId"].as_str() {
        Some(id) if !id.is_empty() => Ok(Record { message_id: id.to_owned(), value }),
        _ => Err(Failure::NoMessageId { index }),
    });
    records.collect()
}

/// The partial batch response that names the records that failed.
pub(crate) fn response(failed: impl IntoIterator<Item = String>) -> Value {
    let failed: Vec<Value> = failed.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": failed })
}

/// Handles so many lanes at once. Returns the records that failed, in the order of the lanes.
async fn run_at_once(run: &Run, lanes: Vec<Lane>, concurrency: usize, late: &Arc<AtomicUsize>) -> Vec<Failed> {
    let mut running = JoinSet::new();
    // The number of each lane that runs, and the ids of all its messages.
    let mut started: HashMap<Id, (usize, Vec<String>)> = HashMap::new();
    let mut failed: Vec<Vec<Failed>> = lanes.iter().map(|_| Vec::new()).collect();
    let mut waiting = lanes.into_iter().enumerate();
    loop {
        while running.len() < concurrency
            && let Some((number, lane)) = waiting.next()
        {
            let message_ids = lane.iter().map(|record| record.message_id.clone()).collect();
            let (run, late) = (run.clone(), Arc::clone(late));
            let handle = running.spawn(async move { run_lane(&run, lane, &late).await }.in_current_span());
            started.insert(handle.id(), (number, message_ids));
        }
        let Some(done) = running.join_next_with_id().await else { break };
        let id = done.as_ref().map_or_else(|error| error.id(), |(id, _)| *id);
        let (number, all) = started.remove(&id).unwrap_or_default();
        let failed_of_lane = match done {
            Ok((_, failed)) => failed,
            // Every record is guarded, so this is a fault of ours. All of the lane is handled again.
            Err(error) => {
                tracing::error!(reason = %error, "records failed");
                all.into_iter().map(|message_id| (message_id, None)).collect()
            }
        };
        failed[number].extend(failed_of_lane);
    }
    failed.into_iter().flatten().collect()
}

/// Records by group; those without one each for itself. Lanes are in the order of their first records.
fn lanes(batch: Vec<Record>) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for record in batch {
        // A batch of a FIFO queue has at most ten records.
        let lane =
            record.fifo_group().and_then(|group| lanes.iter_mut().find(|lane| lane[0].fifo_group() == Some(group)));
        match lane {
            Some(lane) => lane.push(record),
            None => lanes.push(vec![record]),
        }
    }
    lanes
}

/// Handles records one after the other, until one fails: those behind it must not overtake it. Returns those
/// that failed. `late` counts those for which there was no time.
async fn run_lane(run: &Run, lane: Lane, late: &AtomicUsize) -> Vec<Failed> {
    let mut failed = Vec::new();
    for record in lane {
        let is_late = failed.is_empty() && run.cut_off.is_some_and(|cut_off| cut_off <= Instant::now());
        if is_late && late.fetch_add(1, Ordering::Relaxed) >= NAMED {
            run.count(&Failure::NoTime);
            failed.push((record.message_id, None));
            continue;
        }
        let (span, message_id, receipt) = (record.span(), record.message_id.clone(), Receipt::of(&record.value));
        let handled = async {
            let skipped = if !failed.is_empty() { Some(Failure::Order) } else { is_late.then_some(Failure::NoTime) };
            let result = match skipped {
                Some(failure) => {
                    record.name_chain();
                    Err(failure)
                }
                None => record::run(run, record).await,
            };
            let failure = result.err()?;
            run.failed(&failure);
            Some(failure).filter(|failure| !failure.is_in_dead_letter_queue())
        };
        if let Some(failure) = handled.instrument(span).await {
            failed.push((message_id, receipt.later(run, &failure)));
        }
    }
    failed
}
