//! Records of a queue. Each stands alone: a fault in one fails only that one.

use std::collections::{BTreeMap, HashMap, VecDeque};

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
};

/// Records that are handled one after the other: those of a group of a FIFO queue, or a single one.
type Lane = Vec<Record>;

/// Runs a handler on each record. Returns the partial batch response.
///
/// As many records are in hand at once as the task's record concurrency says; by default one. Records of the same
/// group of a FIFO queue are handled in order.
pub(crate) async fn run(run: &Run, mut event: Value) -> Result<Value, Failure> {
    let Some(Value::Array(records)) = event.get_mut("Records").map(Value::take) else {
        return Err(Failure::NoRecords);
    };
    let mut batch = Vec::with_capacity(records.len());
    for (index, value) in records.into_iter().enumerate() {
        match value["messageId"].as_str() {
            Some(id) if !id.is_empty() => batch.push(Record { message_id: id.to_owned(), value }),
            _ => return Err(Failure::NoMessageId { index }),
        }
    }
    let order: Vec<String> = batch.iter().map(|record| record.message_id.clone()).collect();
    let mut lanes = lanes(batch);
    let mut failed = Vec::new();
    let concurrency = run.record_concurrency();
    if concurrency == 1 || lanes.len() == 1 {
        for lane in lanes {
            failed.extend(run_lane(run, lane).await);
        }
    } else {
        let mut running = JoinSet::new();
        let mut ids: HashMap<Id, Vec<String>> = HashMap::new();
        loop {
            while running.len() < concurrency
                && let Some(lane) = lanes.pop_front()
            {
                let message_ids = lane.iter().map(|record| record.message_id.clone()).collect();
                let run = run.clone();
                let handle = running.spawn(async move { run_lane(&run, lane).await }.in_current_span());
                ids.insert(handle.id(), message_ids);
            }
            match running.join_next_with_id().await {
                Some(Ok((_, ids))) => failed.extend(ids),
                // Every record is guarded, so this is a fault of ours. All of the lane is handled again.
                Some(Err(error)) => {
                    tracing::error!(reason = %error, "records failed");
                    failed.extend(ids.remove(&error.id()).unwrap_or_default());
                }
                None => break,
            }
        }
        let position: HashMap<&String, usize> = order.iter().enumerate().map(|(index, id)| (id, index)).collect();
        failed.sort_by_key(|id| position.get(id).copied());
    }
    let failed: Vec<Value> = failed.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
    Ok(json!({ "batchItemFailures": failed }))
}

/// Records by group; those without one each for itself. Lanes are in the order of their first records.
fn lanes(batch: Vec<Record>) -> VecDeque<Lane> {
    let mut lanes: VecDeque<Lane> = VecDeque::new();
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for record in batch {
        match record.fifo_group() {
            Some(group) => {
                let lane = *groups.entry(group.to_owned()).or_insert(lanes.len());
                if lane == lanes.len() {
                    lanes.push_back(Lane::new());
                }
                lanes[lane].push(record);
            }
            None => lanes.push_back(vec![record]),
        }
    }
    lanes
}

/// Handles records one after the other, until one fails: those behind it must not overtake it. Returns the ids of
/// those that failed.
async fn run_lane(run: &Run, lane: Lane) -> Vec<String> {
    let mut failed = Vec::new();
    for record in lane {
        let (span, message_id) = (record.span(), record.message_id.clone());
        let handled = async {
            let skipped = if !failed.is_empty() {
                Some(Failure::Order)
            } else {
                run.cut_off.filter(|cut_off| *cut_off <= Instant::now()).map(|_| Failure::NoTime)
            };
            let result = match skipped {
                Some(failure) => {
                    record.name_chain();
                    Err(failure)
                }
                None => record::run(run, record).await,
            };
            let Err(failure) = result else { return true };
            let kind = failure.kind();
            if matches!(failure, Failure::Recursion { .. }) {
                tracing::error!(kind, reason = %failure, "record is in the dead-letter queue");
                return true;
            }
            tracing::error!(kind, reason = %failure, "record failed");
            false
        };
        if !handled.instrument(span).await {
            failed.push(message_id);
        }
    }
    failed
}
