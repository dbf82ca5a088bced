//! Reads a queue and runs a task on its messages.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    event::{Source, event, record},
    failed, filter,
};
use crate::{
    cloud::{Cloud, Stopped},
    history::{Cause, Received},
    plan::Mapping,
    queue::{Command, Message, QueueId},
    run::{Invocation, Runner},
    time::Millis,
};

/// How many messages one receive gives at most.
const MOST_AT_ONCE: usize = 10;
/// How many invocations a mapping keeps busy where it has no limit of its own: Lambda's own scaling is not imitated, and
/// whoever runs them has a limit.
const MOST_INVOCATIONS: usize = 1_000;
/// The largest event of Lambda, in bytes of JSON.
const MOST_BYTES: usize = 6 * 1024 * 1024;
/// How many bytes a record has beside its body and its attributes, and some to spare.
const RECORD: usize = 2_000;
/// How long a poller waits for messages before it looks whether it is still needed.
const POLL: Millis = 20_000;

/// Reads the queue of a mapping and runs its task, for as long as the program runs. Errors, throttles and timeouts leave messages
/// hidden until their visibility timeout.
///
/// # Errors
///
/// [`Stopped`] where the store fails.
pub async fn poll(cloud: Cloud, mapping: Mapping, runner: Arc<dyn Runner>) -> Result<(), Stopped> {
    let concurrency = mapping.maximum_concurrency.unwrap_or(MOST_INVOCATIONS).max(1);
    let slots = Arc::new(Semaphore::new(concurrency));
    let mapping = Arc::new(mapping);
    for operator in mapping.filters.iter().flat_map(filter::unknown_operators) {
        let task = &mapping.task;
        tracing::warn!(
            "task `{task}`: filter operator `{operator}` is not known to local runs, and lets every message through"
        );
    }
    loop {
        // A message is received when somebody is there to handle it: its visibility timeout counts from then on.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return Ok(()) };
        let messages = collect(&cloud, &mapping).await?;
        if !messages.is_empty() {
            tokio::spawn(handle(cloud.clone(), Arc::clone(&mapping), Arc::clone(&runner), messages, slot));
        }
    }
}

/// The messages of one invocation: those that are there, or those of a window. Only those that fit a filter count.
async fn collect(cloud: &Cloud, mapping: &Mapping) -> Result<Vec<Message>, Stopped> {
    let Mapping { queue, batch_size, window, .. } = *mapping;
    let most = |so_far: usize| (batch_size - so_far).min(MOST_AT_ONCE);
    let now = cloud.clock().now();
    let mut messages = filtered(cloud, mapping, cloud.poll(queue, most(0), now + POLL).await?)?;
    if messages.is_empty() {
        return Ok(messages);
    }
    let end = cloud.clock().now() + window;
    while messages.len() < batch_size {
        let until = if window == 0 { 0 } else { end };
        let more = cloud.poll(queue, most(messages.len()), until).await?;
        if more.is_empty() {
            break;
        }
        messages.extend(filtered(cloud, mapping, more)?);
    }
    Ok(messages)
}

/// Messages that fit one of the filters; the others are deleted.
fn filtered(cloud: &Cloud, mapping: &Mapping, messages: Vec<Message>) -> Result<Vec<Message>, Stopped> {
    if mapping.filters.is_empty() {
        return Ok(messages);
    }
    let names = |queue: QueueId| cloud.plan().queues[usize::from(queue)].config.name.as_str();
    let source = Source { queue: mapping.queue, seed: cloud.seed(), names: &names };
    let mut fitting = Vec::with_capacity(messages.len());
    for message in messages {
        let record = record(source, &message);
        if mapping.filters.iter().any(|pattern| filter::matches(pattern, &record)) {
            fitting.push(message);
            continue;
        }
        let (id, task) = (message.message_id(cloud.seed()), &mapping.task);
        tracing::info!("message {id}: fits no filter of task `{task}`, and is deleted without an invocation");
        cloud.apply(mapping.queue, Command::Delete(message.receipt()))?;
    }
    Ok(fitting)
}

/// Runs a task on messages and deletes those that are done.
pub(crate) async fn handle(
    cloud: Cloud,
    mapping: Arc<Mapping>,
    runner: Arc<dyn Runner>,
    messages: Vec<Message>,
    _slot: OwnedSemaphorePermit,
) {
    for messages in events(messages) {
        // A store that fails stops the poller, which says so.
        if run(&cloud, &mapping, &*runner, &messages).await.is_err() {
            return;
        }
    }
}

/// The messages of each event: Lambda makes none of more than 6 MB.
fn events(messages: Vec<Message>) -> Vec<Vec<Message>> {
    let mut events = vec![Vec::new()];
    let mut size = 0;
    for message in messages {
        let attributes = message.named().map(|(name, attribute)| name.len() + attribute.value.len()).sum::<usize>();
        let own = encoded(&message.body) + 2 * attributes + RECORD;
        if size + own > MOST_BYTES && size > 0 {
            events.push(Vec::new());
            size = 0;
        }
        size += own;
        if let Some(event) = events.last_mut() {
            event.push(message);
        }
    }
    events
}

/// How many bytes a text has as a JSON string.
fn encoded(text: &str) -> usize {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(byte).sum()
}

/// Runs a task on messages that were received, and deletes those that are done. Returns the places of those that failed.
///
/// # Errors
///
/// [`Stopped`] where the store fails.
pub async fn run(
    cloud: &Cloud,
    mapping: &Mapping,
    runner: &dyn Runner,
    messages: &[Message],
) -> Result<BTreeSet<usize>, Stopped> {
    let plan = cloud.plan();
    let names = |queue: QueueId| plan.queues[usize::from(queue)].config.name.as_str();
    let source = Source { queue: mapping.queue, seed: cloud.seed(), names: &names };
    let event = event(source, messages).to_string();
    let received =
        |message: &Message| Received { id: message.id, seq: message.seq, receives: message.receives, failed: None };
    let cause = Cause::Messages { queue: mapping.queue, messages: messages.iter().map(received).collect() };
    let run = cloud.begin(mapping.task.clone(), cause, &event);
    let begin = Instant::now();
    let timeout = plan.timeout(mapping.task.as_str());
    let answer = runner.run(Invocation { run, task: mapping.task.clone(), event, timeout }).await;
    let failed = match &answer {
        Ok(answer) => {
            let ids: Vec<String> = messages.iter().map(|message| message.message_id(cloud.seed())).collect();
            failed(answer, &ids)
        }
        Err(_) => (0..messages.len()).collect(),
    };
    cloud.end(run, begin.elapsed().as_secs_f64() * 1000.0, &answer, &failed);
    for (_, message) in messages.iter().enumerate().filter(|(index, _)| !failed.contains(index)) {
        cloud.apply(mapping.queue, Command::Delete(message.receipt()))?;
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Broker, NewMessage, QueueConfig, Reply};

    #[test]
    fn an_event_has_at_most_6_mb() {
        let mut broker = Broker::default();
        let queue = broker.add(QueueConfig::new("jobs"));
        let mut apply = |command| broker.apply(1, queue, command, &mut Vec::new());
        for body in ["x".repeat(1_000_000), "\"".repeat(1_000_000), "x".repeat(10)].iter().cycle().take(10) {
            apply(Command::Send(NewMessage::new(body.as_str())));
        }
        let Reply::Messages(messages) = apply(Command::Receive { max: 10, visibility: None }) else { panic!() };
        let events = events(messages);
        // 1 MB, 2 MB and nothing, three times and a third: 10 MB.
        assert_eq!(events.iter().map(Vec::len).collect::<Vec<_>>(), [6, 4]);
    }
}
