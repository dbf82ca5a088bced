//! Reads a queue and runs a task on its messages.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{event::record, failed, filter};
use crate::{
    background::background,
    cloud::{Cloud, Stopped},
    history::Cause,
    plan::Mapping,
    queue::{Command, Message, QueueId},
    run::{Answer, Runner, invoke_for},
    time::Millis,
};

/// The most messages of one receive.
const MOST_AT_ONCE: usize = 10;
/// The most invocations that a mapping without a limit of its own keeps busy: Lambda's own scaling is not imitated, and the
/// runner has a limit.
const MOST_INVOCATIONS: usize = 1_000;
/// The largest event of Lambda, in bytes of JSON.
const MOST_BYTES: usize = 6 * 1024 * 1024;
/// The parts of an event before its records and behind them.
const BEGIN: &str = r#"{"Records":["#;
const END: &str = "]}";
/// The time for which a poller waits for messages before it looks whether it is still needed.
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
            let work = handle(cloud.clone(), Arc::clone(&mapping), Arc::clone(&runner), messages, slot);
            background(Box::pin(work));
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
    let mut fitting = Vec::with_capacity(messages.len());
    for message in messages {
        let record = record(cloud, mapping.queue, &message);
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
async fn handle(
    cloud: Cloud,
    mapping: Arc<Mapping>,
    runner: Arc<dyn Runner>,
    messages: Vec<Message>,
    _slot: OwnedSemaphorePermit,
) {
    for (messages, event) in events(&cloud, mapping.queue, messages) {
        // A store that fails stops the poller, which reports it.
        if run(&cloud, &mapping, &*runner, &messages, event).await.is_err() {
            return;
        }
    }
}

/// The events of messages, as JSON: at most 6 MB each, as Lambda makes them.
fn events(cloud: &Cloud, queue: QueueId, messages: Vec<Message>) -> Vec<(Vec<Message>, String)> {
    let mut events: Vec<(Vec<Message>, String)> = Vec::new();
    for message in messages {
        let record = record(cloud, queue, &message).to_string();
        match events.last_mut() {
            Some((messages, event)) if event.len() + ",".len() + record.len() + END.len() <= MOST_BYTES => {
                messages.push(message);
                event.push(',');
                event.push_str(&record);
            }
            _ => events.push((vec![message], format!("{BEGIN}{record}"))),
        }
    }
    events.iter_mut().for_each(|(_, event)| event.push_str(END));
    events
}

/// Runs a task on messages that were received, and deletes those that are done.
async fn run(
    cloud: &Cloud,
    mapping: &Mapping,
    runner: &dyn Runner,
    messages: &[Message],
    event: String,
) -> Result<(), Stopped> {
    let failed_of = |answer: &Answer| match answer {
        Ok(answer) => {
            let ids: Vec<String> = messages.iter().map(|message| message.message_id(cloud.seed())).collect();
            failed(answer, &ids)
        }
        Err(_) => (0..messages.len()).collect(),
    };
    let cause = Cause::messages(mapping.queue, messages);
    let (_, failed) = invoke_for(cloud, runner, &mapping.task, cause, event, failed_of).await;
    for (_, message) in messages.iter().enumerate().filter(|(index, _)| !failed.contains(index)) {
        cloud.apply(mapping.queue, Command::Delete(message.receipt()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_lambda_model::{AppModel, AppName, AppOptions, Origin};

    use super::*;
    use crate::{
        plan::Plan,
        queue::{NewMessage, Reply},
        time::Clock,
    };

    #[test]
    fn an_event_has_at_most_6_mb() {
        let model = AppModel {
            name: AppName::literal("shop"),
            tasks: Vec::new(),
            delete_payloads: false,
            binary_media_types: Vec::new(),
            cors: None,
            options: AppOptions::default(),
            origin: Origin::default(),
        };
        let cloud = Cloud::in_memory(Plan::of(&model), Clock::stopped_at(0), 1);
        for body in ["x".repeat(1_000_000), "\"".repeat(1_000_000), "x".repeat(10)].iter().cycle().take(10) {
            cloud.send(0, NewMessage::new(body.as_str())).unwrap();
        }
        let Ok(Reply::Messages(messages)) = cloud.apply(0, Command::Receive { max: 10, visibility: None }) else {
            panic!()
        };
        let events = events(&cloud, 0, messages);
        // 1 MB, 2 MB and nothing, three times and a third: 10 MB.
        assert_eq!(events.iter().map(|(messages, _)| messages.len()).collect::<Vec<_>>(), [6, 4]);
        for (messages, event) in &events {
            let event: serde_json::Value = serde_json::from_str(event).unwrap();
            let bodies: Vec<_> =
                event["Records"].as_array().unwrap().iter().map(|record| record["body"].as_str().unwrap()).collect();
            assert_eq!(bodies, messages.iter().map(|message| &*message.body).collect::<Vec<_>>());
        }
    }
}
