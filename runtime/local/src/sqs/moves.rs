//! Message move tasks: from a dead-letter queue back to where its messages came from, or to another queue. They end with the
//! process.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{
    Endpoint,
    error::{Kind, Problem},
    validate,
};
use crate::{
    background::background,
    cloud::Cloud,
    mapping::queue_arn,
    queue::{Command, Place, QueueId, Reply, Seq},
    race::race,
    time::Millis,
};

/// The most tasks of a queue that are listed, and kept.
const MAX_TASKS: usize = 10;
/// The highest rate, in messages a second.
const MAX_RATE: u64 = 500;
/// The number of messages that are moved at once where no rate is given.
const PORTION: usize = 1_000;
/// The reason why a message cannot go back: it was sent to the dead-letter queue.
const NO_SOURCE: &str = "CouldNotDetermineMessageSource";

/// The input of `StartMessageMoveTask` and `ListMessageMoveTasks`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Of {
    source_arn: Option<String>,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<i64>,
    max_results: Option<i64>,
}

/// The input of `CancelMessageMoveTask`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cancel {
    task_handle: Option<String>,
}

/// The contents of a handle.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handle {
    task_id: String,
    source_arn: String,
}

/// Tasks, the newest first.
#[derive(Debug, Default)]
pub(super) struct Moves {
    tasks: Mutex<VecDeque<Move>>,
    cancelled: Notify,
}

#[derive(Debug)]
struct Move {
    id: String,
    source: QueueId,
    to: Option<QueueId>,
    rate: Option<u64>,
    began: Millis,
    all: usize,
    moved: usize,
    status: Status,
    failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Running,
    Cancelling,
    Cancelled,
    Completed,
    Failed,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Cancelling => "CANCELLING",
            Status::Cancelled => "CANCELLED",
            Status::Completed => "COMPLETED",
            Status::Failed => "FAILED",
        }
    }

    fn is_active(self) -> bool {
        matches!(self, Status::Running | Status::Cancelling)
    }
}

impl Moves {
    fn tasks(&self) -> MutexGuard<'_, VecDeque<Move>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a task, unless it is forgotten.
    fn change<T>(&self, id: &str, change: impl FnOnce(&mut Move) -> T) -> Option<T> {
        self.tasks().iter_mut().find(|task| task.id == id).map(change)
    }

    fn end(&self, id: &str, status: Status, failure: Option<String>) {
        self.change(id, |task| (task.status, task.failure) = (status, failure));
    }
}

impl Endpoint {
    pub(super) fn start_message_move_task(&self, input: &Of) -> Result<Value, Problem> {
        let source = self.queue_of_arn(input.source_arn.as_deref(), "SourceArn")?;
        if self.cloud.plan().sources_of(source).next().is_none() {
            return Err(Problem::invalid("Source queue must be configured as a Dead Letter Queue."));
        }
        let to = match input.destination_arn.as_deref() {
            None => None,
            arn => Some(self.queue_of_arn(arn, "DestinationArn")?),
        };
        if let Some(to) = to.filter(|to| *to == source || self.config(*to).fifo != self.config(source).fifo) {
            let reason = "Must be another queue than the source, of the same type.";
            return Err(Problem::value(queue_arn(&self.config(to).name), "DestinationArn", reason));
        }
        let rate = input.max_number_of_messages_per_second;
        let rate = validate::ranged(rate, (1, MAX_RATE), "MaxNumberOfMessagesPerSecond")?;
        self.cloud.advance()?;
        let mut messages: Vec<Seq> = self.cloud.look(|broker, _| {
            let ready = broker.queue(source).messages().filter(|message| message.place == Place::Ready);
            ready.map(|message| message.seq).collect()
        });
        messages.sort_unstable();
        let mut tasks = self.moves.tasks();
        if tasks.iter().any(|task| task.source == source && task.status.is_active()) {
            let message = "There is already a task running. Only one active task is allowed for a source queue arn at a \
                           given time.";
            return Err(Problem::invalid(message));
        }
        let id = self.unique();
        tasks.push_front(Move {
            id: id.clone(),
            source,
            to,
            rate,
            began: self.cloud.clock().now(),
            all: messages.len(),
            moved: 0,
            status: Status::Running,
            failure: None,
        });
        let mut kept = 0;
        tasks.retain(|task| {
            kept += usize::from(task.source == source);
            task.source != source || kept <= MAX_TASKS
        });
        drop(tasks);
        let handle = self.handle(&id, source);
        background(Box::pin(run(self.cloud.clone(), Arc::clone(&self.moves), id, messages)));
        Ok(json!({ "TaskHandle": handle }))
    }

    pub(super) fn list_message_move_tasks(&self, input: &Of) -> Result<Value, Problem> {
        let source = self.queue_of_arn(input.source_arn.as_deref(), "SourceArn")?;
        let most = validate::ranged(input.max_results, (1, MAX_TASKS as u64), "MaxResults")?.unwrap_or(1);
        let tasks = self.moves.tasks();
        let results = tasks.iter().filter(|task| task.source == source).map(|task| {
            let mut result = json!({
                "Status": task.status.as_str(),
                "SourceArn": queue_arn(&self.config(source).name),
                "ApproximateNumberOfMessagesMoved": task.moved,
                "ApproximateNumberOfMessagesToMove": task.all,
                "StartedTimestamp": task.began,
            });
            if task.status == Status::Running {
                result["TaskHandle"] = self.handle(&task.id, source).into();
            }
            if let Some(to) = task.to {
                result["DestinationArn"] = queue_arn(&self.config(to).name).into();
            }
            if let Some(rate) = task.rate {
                result["MaxNumberOfMessagesPerSecond"] = rate.into();
            }
            if let Some(failure) = &task.failure {
                result["FailureReason"] = failure.as_str().into();
            }
            result
        });
        let results: Vec<Value> = results.take(usize::try_from(most).unwrap_or(MAX_TASKS)).collect();
        Ok(json!({ "Results": results }))
    }

    pub(super) fn cancel_message_move_task(&self, input: &Cancel) -> Result<Value, Problem> {
        let handle = validate::required(input.task_handle.as_deref(), "TaskHandle")?;
        let handle: Option<Handle> =
            BASE64_STANDARD.decode(handle).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let handle = handle.ok_or_else(|| Problem::invalid("Value for parameter TaskHandle is invalid."))?;
        self.queue_of_arn(Some(&handle.source_arn), "SourceArn")?;
        let cancelled = self.moves.change(&handle.task_id, |task| {
            let before = task.status;
            if before == Status::Running {
                task.status = Status::Cancelling;
            }
            (before, task.moved)
        });
        self.moves.cancelled.notify_waiters();
        match cancelled {
            None => Err(Problem::new(Kind::ResourceNotFound, "Task does not exist.")),
            Some((Status::Running, moved)) => Ok(json!({ "ApproximateNumberOfMessagesMoved": moved })),
            Some((status, _)) => {
                let status = status.as_str();
                let message = format!("A task can be cancelled while its status is RUNNING, and this one is {status}.");
                Err(Problem::new(Kind::UnsupportedOperation, message))
            }
        }
    }

    fn queue_of_arn(&self, arn: Option<&str>, parameter: &str) -> Result<QueueId, Problem> {
        let arn = validate::required(arn, parameter)?;
        let parts: Vec<&str> = arn.split(':').collect();
        let &["arn", _, "sqs", _, _, name] = parts.as_slice() else {
            let form = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>";
            return Err(Problem::invalid(format!("You must use this format to specify the {parameter}: {form}")));
        };
        let missing = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
        self.queue_named(name).map_err(|_| Problem::new(Kind::ResourceNotFound, missing))
    }

    fn handle(&self, task: &str, source: QueueId) -> String {
        let handle = json!({ "taskId": task, "sourceArn": queue_arn(&self.config(source).name) });
        BASE64_STANDARD.encode(handle.to_string())
    }
}

/// Moves messages in portions: one a second of the clock where a rate is given, or one after the other.
async fn run(cloud: Cloud, moves: Arc<Moves>, id: String, messages: Vec<Seq>) {
    let Some((source, to, rate, began)) = moves.change(&id, |task| (task.source, task.to, task.rate, task.began))
    else {
        return;
    };
    let size = rate.map_or(PORTION, |rate| usize::try_from(rate).unwrap_or(PORTION));
    for (second, portion) in (1..).zip(messages.chunks(size)) {
        let (movable, is_stuck) = movable(&cloud, source, to, portion);
        let command = Command::Redrive { to, max: movable.len(), only: Some(movable) };
        let moved = match cloud.apply(source, command) {
            Ok(Reply::Moved(moved)) => moved,
            Ok(_) => 0,
            Err(stopped) => return moves.end(&id, Status::Failed, Some(stopped.to_string())),
        };
        moves.change(&id, |task| task.moved += moved);
        if is_stuck {
            return moves.end(&id, Status::Failed, Some(NO_SOURCE.to_owned()));
        }
        // Made before the look, or a cancellation between the two is missed.
        let cancelled = moves.cancelled.notified();
        let mut cancelled = pin!(cancelled);
        loop {
            cancelled.as_mut().enable();
            if moves.change(&id, |task| task.status) != Some(Status::Running) {
                return moves.end(&id, Status::Cancelled, None);
            }
            if rate.is_none() {
                tokio::task::yield_now().await;
                break;
            }
            let time = async {
                cloud.clock().sleep_until(began + second * 1000).await;
                false
            };
            let cancellation = async {
                cancelled.as_mut().await;
                true
            };
            if !race(time, cancellation).await {
                break;
            }
            cancelled.set(moves.cancelled.notified());
        }
    }
    moves.end(&id, Status::Completed, None);
}

/// The messages up to the first that cannot go back to where it came from, and whether there is such a message.
fn movable(cloud: &Cloud, source: QueueId, to: Option<QueueId>, portion: &[Seq]) -> (Vec<Seq>, bool) {
    let is_stuck = |seq: &Seq| {
        let has_source = |seq| {
            cloud.look(|broker, _| broker.queue(source).message(seq).is_none_or(|message| message.source.is_some()))
        };
        to.is_none() && !has_source(*seq)
    };
    let movable: Vec<Seq> = portion.iter().copied().take_while(|seq| !is_stuck(seq)).collect();
    let is_stuck = movable.len() < portion.len();
    (movable, is_stuck)
}
