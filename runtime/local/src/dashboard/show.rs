//! One message: envelope, payload, attempts.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
    search::{of_message, of_sent},
    test_case::test_case,
    view::{CUT, Entry, Envelope, cut},
};
use crate::{
    history::{History, Run, Sent, Whereabouts},
    problem::problem_of,
    queue::{Attributes, Seq, Why},
    run::RunId,
};

/// The most attempts of a message in an answer: the newest.
const MOST_ATTEMPTS: usize = 100;
/// The most lines of an attempt: the last.
const MOST_LINES: usize = 30;
/// The most bytes of a line.
const LONGEST_LINE: usize = 1_000;
/// The most messages sent by an attempt that are shown.
const MOST_SENT: usize = 50;

/// A message, and what is known of it.
pub(super) struct Known {
    pub(super) entry: Entry,
    pub(super) attributes: Option<std::sync::Arc<Attributes>>,
    pub(super) deduplication: Option<std::sync::Arc<str>>,
    sent: Option<Sent>,
}

/// The payload of a message.
pub(super) struct Payload {
    pub(super) text: Option<Bytes>,
    pub(super) key: Option<String>,
    /// The reason why it is not there.
    missing: Option<String>,
}

impl Dashboard {
    /// A message by its id.
    pub(super) fn known(&self, id: &str) -> Result<Known, Refused> {
        let number = self.message_number(id)?;
        let plan = self.cloud.plan();
        self.cloud
            .look(|broker, history| {
                let sent = history.message(number).cloned();
                let place = match sent.as_ref().map(|sent| sent.whereabouts) {
                    Some(Whereabouts::In(queue, seq)) => broker.queue(queue).message(seq).map(|found| (queue, found)),
                    Some(_) => None,
                    // Older than the history: at its first place, or a dead letter.
                    None => broker.queues().find_map(|(id, queue)| {
                        let at_first = queue.message(number).filter(|message| message.id == number);
                        Some((id, at_first.or_else(|| queue.messages().find(|message| message.id == number))?))
                    }),
                };
                let entry = match (&sent, place) {
                    (_, Some((queue, message))) => of_message(plan, history, queue, message),
                    (Some(sent), None) => of_sent(plan, broker, history, sent),
                    (None, None) => return None,
                };
                let attributes = place.and_then(|(_, message)| message.attributes.clone());
                let deduplication = place.and_then(|(_, message)| message.deduplication.clone());
                Some(Known { entry, attributes, deduplication, sent })
            })
            .ok_or_else(|| Refused::missing(format!("message `{id}`: is neither in a queue nor in the history")))
    }

    /// The payload of a body: a part of it, an object of the bucket, or the whole body where it is no envelope.
    pub(super) fn payload(&self, body: &str) -> Payload {
        let nothing = Payload { text: None, key: None, missing: None };
        match Envelope::of(body) {
            None => Payload { text: Some(Bytes::copy_from_slice(body.as_bytes())), ..nothing },
            Some(Envelope { payload: Some(payload), .. }) => Payload { text: Some(payload.into()), ..nothing },
            Some(Envelope { s3_payload_key: Some(key), .. }) => match self.bucket.get(&key) {
                Ok(text) => Payload { text: Some(text), key: Some(key), ..nothing },
                Err(error) => Payload { key: Some(key), missing: Some(error.to_string()), ..nothing },
            },
            Some(_) => Payload { missing: Some("the envelope has no payload".to_owned()), ..nothing },
        }
    }
}

/// `message show`
pub(super) fn show(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let known = dashboard.known(params.need("id")?)?;
    let entry = &known.entry;
    let mut shown = entry.row(dashboard);
    let envelope = Envelope::of(&entry.body);
    let payload = dashboard.payload(&entry.body);
    let attributes = known.attributes.iter().flat_map(|attributes| &attributes.named);
    let attributes = attributes.map(
        |(name, attribute)| json!({"name": name, "type": attribute.data_type, "value": cut(&attribute.value, 2_000)}),
    );
    let is_task = entry.task(dashboard.cloud.plan()).and_then(|task| dashboard.cloud.plan().model.task(&task).cloned());
    for (name, value) in [
        ("attributes", attributes.collect()),
        ("deduplication", json!(known.deduplication)),
        ("body", cut(&entry.body, CUT)),
        ("payload", payload.value()),
        ("is_testable", json!(is_task.is_some_and(|task| test_case(&task, "", None, "").is_some()))),
        (
            "envelope",
            envelope.map_or(Value::Null, |envelope| {
                json!({
                    "source_task_id": envelope.source_task_id,
                    "destination_task_id": envelope.destination_task_id,
                    "invocation_id": envelope.invocation_id,
                    "source_app": envelope.source_app,
                    "hops": envelope.hops,
                })
            }),
        ),
    ] {
        shown[name] = value;
    }
    let (whereabouts, sender, attempts) = dashboard.cloud.look(|_, history| {
        let whereabouts = known.sent.as_ref().map(|sent| sent.whereabouts);
        let sender = entry.sender.and_then(|run| history.run(run)).map(|run| (run.id, run.task.clone()));
        (whereabouts, sender, attempts(dashboard, history, known.sent.as_ref()))
    });
    shown["sender"] = sender.map_or(Value::Null, |(run, task)| json!({"run": run, "task": task.as_str()}));
    shown["left"] = match whereabouts {
        Some(Whereabouts::Left(why)) if entry.place.is_none() => why_left(why).into(),
        _ => Value::Null,
    };
    shown["now_as"] = match whereabouts {
        Some(Whereabouts::As(id)) => json!({"id": id, "message": dashboard.cloud.message_id(id)}),
        _ => Value::Null,
    };
    shown["attempts"] = attempts;
    Ok(shown)
}

fn why_left(why: Why) -> &'static str {
    match why {
        Why::Deleted => "deleted by its receipt",
        Why::Expired => "the queue's retention was over",
        Why::Purged => "deleted by hand",
        Why::Moved => "moved",
    }
}

impl Payload {
    fn value(&self) -> Value {
        let mut value = match &self.text {
            None => json!({"text": null}),
            // Without what is not UTF-8, as it cannot be shown; `message payload` has the bytes.
            Some(bytes) => {
                let shown = &bytes[..bytes.len().min(CUT + 4)];
                let mut value = cut(&String::from_utf8_lossy(shown), CUT);
                value["length"] = bytes.len().into();
                value["cut"] = (bytes.len() > CUT).into();
                value
            }
        };
        value["key"] = json!(self.key);
        value["missing"] = json!(self.missing);
        value
    }

    fn or_refused(self) -> Result<Bytes, Refused> {
        self.text.ok_or_else(|| Refused::missing(self.missing.unwrap_or_default()))
    }
}

/// The runs of a message, the oldest first.
fn attempts(dashboard: &Dashboard, history: &History, sent: Option<&Sent>) -> Value {
    let Some(sent) = sent else { return json!([]) };
    let skipped = sent.runs.len().saturating_sub(MOST_ATTEMPTS);
    let runs = sent.runs.iter().skip(skipped).filter_map(|run: &RunId| history.run(*run));
    runs.map(|run| attempt(dashboard, history, sent.id, run)).collect()
}

fn attempt(dashboard: &Dashboard, history: &History, message: Seq, run: &Run) -> Value {
    let received = run.received().iter().find(|received| received.id == message);
    let failed = received.and_then(|received| received.failed);
    let message_id = dashboard.cloud.message_id(message);
    let of_all = run.received().len();
    let skipped = run.lines.len().saturating_sub(MOST_LINES);
    let lines =
        run.lines.iter().skip(skipped).map(|line| json!({"at": line.at, "text": cut(&line.text, LONGEST_LINE)}));
    let children = run.sent.iter().take(MOST_SENT).filter_map(|id| history.message(*id)).map(|sent| {
        let plan = dashboard.cloud.plan();
        json!({"id": sent.id, "queue": plan.name_of(sent.queue), "task": super::view::task_of(plan, sent.queue)})
    });
    json!({
        "run": run.id,
        "task": run.task.as_str(),
        "began": run.began,
        "millis": run.end.as_ref().map(|end| end.millis),
        "receives": received.map(|received| received.receives),
        "failed": failed,
        "problem": failed.unwrap_or(false).then(|| match of_all {
            1 => run.problem.clone().unwrap_or_else(|| "".into()),
            _ => problem_of(run, Some(&message_id)),
        }),
        "batch": of_all,
        "lines": lines.collect::<Vec<_>>(),
        "skipped_lines": skipped,
        "sent": children.collect::<Vec<_>>(),
        "sent_count": run.sent.len(),
    })
}

/// `message body`
pub(super) fn body(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    let known = dashboard.known(params.need("id")?)?;
    Ok(Bytes::copy_from_slice(known.entry.body.as_bytes()))
}

/// `message payload`
pub(super) fn payload(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    let known = dashboard.known(params.need("id")?)?;
    dashboard.payload(&known.entry.body).or_refused()
}

/// `message test`
pub(super) fn test(dashboard: &Dashboard, params: &Params) -> Result<Bytes, Refused> {
    let id = params.need("id")?;
    let known = dashboard.known(id)?;
    let plan = dashboard.cloud.plan();
    let task = known.entry.task(plan).and_then(|task| plan.model.task(&task));
    let payload = dashboard.payload(&known.entry.body).or_refused()?;
    let message = dashboard.cloud.message_id(known.entry.id);
    let payload = String::from_utf8_lossy(&payload);
    let code = task.and_then(|task| test_case(task, &payload, known.entry.group.as_deref(), &message));
    code.map(Bytes::from).ok_or_else(|| Refused::bad(format!("message `{id}`: must be for a task with a queue")))
}
