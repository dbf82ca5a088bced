//! Forms of messages and long strings in JSON.

use std::sync::Arc;

use async_lambda_model::TaskId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Dashboard, params::Refused};
use crate::{
    plan::{Plan, Role},
    queue::{QueueId, Seq},
    run::RunId,
    text::beginning,
    time::Millis,
};

/// The most bytes of a long string in an answer.
pub(super) const CUT: usize = 65_536;
/// Longer bodies are not read for a line of a list.
pub(super) const LONGEST_READ: usize = 8_192;
/// The most characters of a payload in a line of a list.
const PREVIEW: usize = 200;

/// The body of a message between tasks.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub(super) source_task_id: Option<String>,
    pub(super) destination_task_id: String,
    pub(super) invocation_id: String,
    #[serde(default)]
    pub(super) source_app: Option<String>,
    #[serde(default)]
    pub(super) payload: Option<String>,
    #[serde(default)]
    pub(super) s3_payload_key: Option<String>,
    #[serde(default)]
    pub(super) hops: u32,
}

impl Envelope {
    pub(super) fn of(body: &str) -> Option<Envelope> {
        if body.trim_start().starts_with('{') { serde_json::from_str(body).ok() } else { None }
    }
}

/// A message, in a queue or not, as it was when it was looked at.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Seq,
    pub(super) place: Option<(QueueId, Seq)>,
    /// The queue that it was sent to, also where it is a dead letter now.
    pub(super) queue: QueueId,
    pub(super) state: State,
    pub(super) body: Arc<str>,
    pub(super) group: Option<Arc<str>>,
    pub(super) sent: Millis,
    pub(super) receives: u32,
    /// The time from which on it can be received.
    pub(super) next: Option<Millis>,
    pub(super) chain: Option<Arc<str>>,
    pub(super) sender: Option<RunId>,
    /// The reason why its last run failed.
    pub(super) problem: Option<Arc<str>>,
    pub(super) runs: usize,
}

/// The state of a message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ready,
    Delayed,
    InFlight,
    Dead,
    Done,
    /// Deleted by hand, expired, or back in its queue with another `MessageId`.
    Gone,
}

impl State {
    const ALL: [State; 6] = [State::Ready, State::Delayed, State::InFlight, State::Dead, State::Done, State::Gone];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Delayed => "delayed",
            State::InFlight => "in-flight",
            State::Dead => "dead",
            State::Done => "done",
            State::Gone => "gone",
        }
    }

    pub(super) fn of(word: &str) -> Result<State, Refused> {
        let found = State::ALL.into_iter().find(|state| state.as_str() == word);
        found.ok_or_else(|| {
            let words = State::ALL.map(State::as_str).join(", ");
            Refused::bad(format!("state: must be one of {words}, got `{word}`"))
        })
    }

    /// Whether a message in this state is in a queue.
    pub(super) fn is_in_queue(self) -> bool {
        !matches!(self, State::Done | State::Gone)
    }
}

/// The task that reads a queue.
pub(super) fn task_of(plan: &Plan, queue: QueueId) -> Option<&str> {
    plan.queue(queue).role.task().map(TaskId::as_str)
}

/// Whether dead letters end in a queue, and nobody reads it.
pub(super) fn keeps_dead_letters(plan: &Plan, queue: QueueId) -> bool {
    plan.queue(queue).role == Role::DeadLetters
}

impl Entry {
    /// The task that it was sent to.
    pub(super) fn task(&self, plan: &Plan) -> Option<String> {
        let of_queue = task_of(plan, self.queue).map(str::to_owned);
        // A message that was given up by its handler is in the dead-letter queue as if it had been sent there.
        of_queue.or_else(|| Some(short_envelope(&self.body)?.destination_task_id))
    }

    /// A line of a list.
    pub(super) fn row(&self, dashboard: &Dashboard) -> Value {
        let plan = dashboard.cloud.plan();
        let envelope = short_envelope(&self.body);
        let (payload, in_bucket) = match &envelope {
            Some(Envelope { payload: Some(payload), .. }) => (payload.as_str(), false),
            Some(Envelope { s3_payload_key: Some(key), .. }) => (key.as_str(), true),
            _ => (&*self.body, false),
        };
        let most = plan.queue(self.queue).config.redrive;
        json!({
            "id": self.id,
            "message": dashboard.cloud.message_id(self.id),
            "state": self.state.as_str(),
            "queue": self.place.map(|(queue, _)| plan.name_of(queue)),
            "sent_to": plan.name_of(self.queue),
            "task": self.task(plan),
            "from": envelope.as_ref().and_then(|envelope| envelope.source_task_id.as_deref()),
            "sent": self.sent,
            "receives": self.receives,
            "most_receives": most.map(|(_, most)| most),
            "next": self.next,
            "chain": self.chain,
            "group": self.group,
            "bytes": self.body.len(),
            "preview": preview(payload),
            "in_bucket": in_bucket,
            "problem": self.problem,
            "runs": self.runs,
        })
    }
}

fn short_envelope(body: &str) -> Option<Envelope> {
    if body.len() > LONGEST_READ { None } else { Envelope::of(body) }
}

/// The beginning of a payload in one line.
fn preview(text: &str) -> String {
    let mut shown = String::new();
    let mut left = PREVIEW;
    for char in text.chars() {
        if left == 0 {
            shown.push('…');
            break;
        }
        match char {
            char if char.is_whitespace() => {
                if shown.ends_with(' ') {
                    continue;
                }
                shown.push(' ');
            }
            char => shown.push(char),
        }
        left -= 1;
    }
    shown
}

/// A long string, or its beginning.
pub(super) fn cut(text: &str, most: usize) -> Value {
    let shown = beginning(text, most);
    json!({"text": shown, "length": text.len(), "cut": shown.len() < text.len()})
}

impl Dashboard {
    /// The queue of a name, or the one that a task reads.
    pub(super) fn queue(&self, name: &str) -> Result<QueueId, Refused> {
        let plan = self.cloud.plan();
        let found = plan.queue_named(name).or_else(|| plan.queue_read_by(name));
        found.ok_or_else(|| Refused::missing(format!("queue `{name}`: does not exist")))
    }

    /// A message by its `MessageId`, or the number of it.
    pub(super) fn message_number(&self, id: &str) -> Result<Seq, Refused> {
        let missing = || Refused::missing(format!("message `{id}`: is neither in a queue nor in the history"));
        if let Ok(number) = id.parse() {
            return Ok(number);
        }
        if id.len() != 36 {
            return Err(missing());
        }
        let mut known: Vec<Seq> = self.cloud.look(|_, history| history.messages().map(|sent| sent.id).collect());
        let is_it = |number: &Seq| self.cloud.message_id(*number) == id;
        if let Some(number) = known.iter().rev().copied().find(|number| is_it(number)) {
            return Ok(number);
        }
        // Those that the history has forgotten are still in their queues.
        known = self.cloud.look(|broker, _| {
            broker.queues().flat_map(|(_, queue)| queue.messages().map(|message| message.id)).collect()
        });
        known.into_iter().find(is_it).ok_or_else(missing)
    }

    /// The number of a run.
    pub(super) fn run_number(id: &str) -> Result<RunId, Refused> {
        id.parse().map_err(|_| Refused::bad(format!("run `{id}`: must be a number")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_have_one_line() {
        assert_eq!(preview("{\n  \"a\":\t1\n}"), "{ \"a\": 1 }");
        let long = preview(&"ä".repeat(1_000_000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (PREVIEW + 1, true));
    }

    #[test]
    fn long_strings_are_cut_between_characters() {
        assert_eq!(cut("aä", 2), json!({"text": "a", "length": 3, "cut": true}));
        assert_eq!(cut("aä", 3), json!({"text": "aä", "length": 3, "cut": false}));
    }
}
