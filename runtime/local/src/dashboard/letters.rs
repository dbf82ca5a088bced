//! Operations on dead letters: move them back to where they came from, send them with another payload, delete them.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused, must_be_json},
    search::{Cursor, Filter, Found, step},
    view::{Entry, Envelope, State, task_of},
};
use crate::{
    plan::{PlannedQueue, Role},
    queue::{Attributes, Command, Counts, NewMessage, QueueId, Reply, Seq},
    run::BoxFuture,
    sorted::Sorted,
};

/// Attributes that say why a handler gave a message up.
const REASONS: &str = "AsyncLambda";

/// The number of messages that are moved or deleted before others have their turn.
const AT_ONCE: usize = 500;

/// `dlq ls`
pub(super) fn list(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let plan = dashboard.cloud.plan();
    let rows = dashboard.cloud.look(|broker, _| {
        let queues = (0..).zip(&plan.queues).filter(|(_, queue)| queue.role == Role::DeadLetters);
        let row = |(id, queue): (QueueId, &crate::plan::PlannedQueue)| {
            let Counts { ready, in_flight, delayed } = broker.queue(id).counts();
            let mut of_task: Sorted<&str, usize> = Sorted::default();
            for message in broker.queue(id).messages() {
                let task = message.source.and_then(|source| task_of(plan, source)).unwrap_or("");
                *of_task.get_or_default(task) += 1;
            }
            let tasks: Vec<Value> = of_task.iter().map(|(task, count)| json!({"task": task, "count": count})).collect();
            json!({
                "name": queue.config.name,
                "fifo": queue.config.fifo,
                "dead": ready + delayed,
                "in_flight": in_flight,
                "oldest": broker.queue(id).oldest(),
                "retention": queue.config.retention,
                "tasks": tasks,
            })
        };
        queues.map(row).collect::<Vec<_>>()
    });
    Ok(json!({ "queues": rows }))
}

/// The messages of a queue that a command is about.
enum Meant {
    All,
    Ids(Vec<Seq>),
    Filter(Filter),
}

fn meant(dashboard: &Dashboard, queue: QueueId, params: &Params) -> Result<Meant, Refused> {
    let ids = params.list("id")?;
    let filter = Filter { queue: Some(queue), ..Filter::of(dashboard, params)? };
    let has_filter =
        filter.task.is_some() || filter.text.is_some() || filter.chain.is_some() || filter.problem.is_some();
    match (params.flag("all")?, ids.is_empty(), has_filter) {
        (true, true, false) => Ok(Meant::All),
        (false, false, false) => {
            let numbers = ids.iter().map(|id| dashboard.message_number(id));
            Ok(Meant::Ids(numbers.collect::<Result<_, _>>()?))
        }
        (false, true, true) => Ok(Meant::Filter(filter)),
        _ => Err(Refused::bad(
            "messages: must be given by `all`, by `id`, or by task, text, chain or error: one of the three",
        )),
    }
}

/// The messages that a command is about. Holds the lock for one page of them at a time.
async fn entries(dashboard: &Dashboard, queue: QueueId, params: &Params) -> Result<Vec<Entry>, Refused> {
    let (filter, ids) = match meant(dashboard, queue, params)? {
        Meant::All => (Filter { queue: Some(queue), ..Filter::default() }, None),
        Meant::Filter(filter) => (filter, None),
        Meant::Ids(ids) => (Filter { queue: Some(queue), ..Filter::default() }, Some(ids)),
    };
    let mut found = Found { entries: Vec::new(), next: Some(Cursor::of(&filter, None)?), looked_at: 0 };
    while let Some(cursor) = found.next {
        step(dashboard, &filter, cursor, usize::MAX, &mut found);
        tokio::task::yield_now().await;
    }
    let mut entries = found.entries;
    if let Some(mut ids) = ids {
        ids.sort_unstable();
        entries.retain(|entry| ids.binary_search(&entry.id).is_ok());
    }
    // Messages that somebody has just received stay with their receivers.
    entries.retain(|entry| entry.state != State::InFlight);
    Ok(entries)
}

impl Dashboard {
    /// The queue that a dead letter goes back to.
    fn origin_of(&self, entry: &Entry) -> Option<QueueId> {
        let plan = self.cloud.plan();
        let from = entry.place.map(|(queue, _)| queue);
        if from != Some(entry.queue) {
            return Some(entry.queue);
        }
        // A message that its handler gave up was sent here, and names its task itself.
        plan.queue_read_by(&entry.task(plan)?)
    }
}

/// Refuses a queue that is no dead-letter queue.
fn takes_letters(dashboard: &Dashboard, queue: QueueId) -> Result<(), Refused> {
    let plan = dashboard.cloud.plan();
    let PlannedQueue { config, role } = plan.queue(queue);
    if matches!(role, Role::Former | Role::DeadLetters) || plan.sources_of(queue).next().is_some() {
        return Ok(());
    }
    let own = config.redrive;
    let own = own.map(|(target, _)| format!("; its own is `{}`", plan.name_of(target))).unwrap_or_default();
    Err(Refused::bad(format!("queue `{}`: is no dead-letter queue{own}", plan.name_of(queue))))
}

/// `dlq redrive`
pub(super) fn redrive<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let queue = dashboard.queue(params.need("queue")?)?;
        takes_letters(dashboard, queue)?;
        let mut targets: Sorted<QueueId, Vec<Seq>> = Sorted::default();
        let mut unknown = 0;
        for entry in entries(dashboard, queue, params).await? {
            match (dashboard.origin_of(&entry), entry.place) {
                (Some(target), Some((_, seq))) => targets.get_or_default(target).push(seq),
                _ => unknown += 1,
            }
        }
        let mut count: usize = targets.values().map(Vec::len).sum();
        let only_count = params.flag("count")?;
        if !only_count {
            count = 0;
            for (to, only) in targets.into_vec() {
                for only in only.chunks(AT_ONCE) {
                    let command = Command::Redrive { to: Some(to), only: Some(only.to_vec()), max: usize::MAX };
                    count += number(&dashboard.cloud.apply(queue, command)?)?;
                    tokio::task::yield_now().await;
                }
            }
        }
        let name = dashboard.cloud.plan().name_of(queue);
        // Those whose queue nobody knows stay.
        Ok(json!({"queue": name, "messages": count, "without_source": unknown, "done": !only_count}))
    })
}

/// `dlq delete`
pub(super) fn delete<'a>(dashboard: &'a Dashboard, params: &'a Params) -> BoxFuture<'a, Result<Value, Refused>> {
    Box::pin(async move {
        let queue = dashboard.queue(params.need("queue")?)?;
        let entries = entries(dashboard, queue, params).await?;
        let places: Vec<Seq> = entries.iter().filter_map(|entry| entry.place).map(|(_, seq)| seq).collect();
        let only_count = params.flag("count")?;
        let mut count = places.len();
        if !only_count {
            count = 0;
            for places in places.chunks(AT_ONCE) {
                count += number(&dashboard.cloud.apply(queue, Command::Remove(places.to_vec()))?)?;
                tokio::task::yield_now().await;
            }
        }
        let name = dashboard.cloud.plan().name_of(queue);
        Ok(json!({"queue": name, "messages": count, "done": !only_count}))
    })
}

fn number(reply: &Reply) -> Result<usize, Refused> {
    match reply {
        Reply::Moved(count) => Ok(*count),
        Reply::Refused(refusal) => Err(Refused::bad(refusal.to_string())),
        Reply::Sent(_) | Reply::Messages(_) | Reply::Done => Ok(0),
    }
}

/// `dlq resend`
pub(super) fn resend(dashboard: &Dashboard, params: &Params) -> Result<Value, Refused> {
    let known = dashboard.known(params.need("id")?)?;
    let entry = &known.entry;
    let place = entry.place.filter(|_| entry.state != State::InFlight);
    let (queue, seq) =
        place.ok_or_else(|| Refused::bad(format!("message `{}`: must be in a queue and not in flight", entry.id)))?;
    let target = dashboard.origin_of(entry).unwrap_or(queue);
    let body: Arc<str> = match (params.text("payload")?, params.text("body")?) {
        (Some(payload), None) => with_payload(&entry.body, payload)?.into(),
        (None, Some(body)) => body.into(),
        _ => return Err(Refused::bad("message: must have a `payload` or a `body`, one of the two")),
    };
    let plan = dashboard.cloud.plan();
    let is_fifo = plan.queue(target).config.fifo;
    let attributes = known.attributes.as_deref().map(|attributes| {
        let mut kept = Attributes { named: BTreeMap::new(), ..attributes.clone() };
        let named = attributes.named.iter().filter(|(name, _)| !name.starts_with(REASONS));
        kept.named.extend(named.map(|(name, attribute)| (name.clone(), attribute.clone())));
        Arc::new(kept)
    });
    let deduplication = is_fifo.then(|| format!("resend-{seq}").into());
    let message = NewMessage { body, attributes, delay: None, group: entry.group.clone(), deduplication };
    let id = dashboard.cloud.send(target, message)?;
    dashboard.cloud.apply(queue, Command::Remove(vec![seq]))?;
    Ok(json!({"id": id, "message": dashboard.cloud.message_id(id), "queue": plan.name_of(target)}))
}

/// The same envelope with another payload; the payload alone where the message has none.
fn with_payload(body: &str, payload: &str) -> Result<String, Refused> {
    if Envelope::of(body).is_none() {
        return Ok(payload.to_owned());
    }
    must_be_json("payload", payload)?;
    let wrong = |error| Refused::bad(format!("message: must be an object: {error}"));
    let mut envelope: serde_json::Map<String, Value> = serde_json::from_str(body).map_err(wrong)?;
    envelope.shift_remove("s3_payload_key");
    envelope.insert("payload".to_owned(), payload.into());
    Ok(Value::Object(envelope).to_string())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn an_envelope_keeps_what_is_not_its_payload() {
        let check = |body: &str, payload: &str, expected: &str| {
            assert_eq!(with_payload(body, payload).unwrap(), expected);
        };
        let envelope =
            r#"{"source_task_id":null,"destination_task_id":"A","invocation_id":"x","s3_payload_key":"k","hops":2}"#;
        let expected =
            r#"{"source_task_id":null,"destination_task_id":"A","invocation_id":"x","hops":2,"payload":"[1]"}"#;
        check(envelope, "[1]", expected);
        check("no envelope", "what it likes", "what it likes");
        assert!(with_payload(envelope, "{").unwrap_err().message.starts_with("payload: must be JSON"));
    }
}
