//! `ReceiveMessage`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Endpoint, MAX_VISIBILITY,
    error::{Kind, Problem},
    validate,
};
use crate::{
    checksum,
    cloud::{Cloud, CloudError},
    mapping::system_attributes,
    queue::{Attribute, Command, Message, Place, QueueId, Reply},
    time::Millis,
};

/// The most messages of one receive.
const MAX_MESSAGES: u64 = 10;
/// The longest long poll, in seconds: of the clock, and of real time where the clock is slow or stands still. Clients wait
/// for a minute at most.
const MAX_WAIT: u64 = 20;
/// The time for which an attempt can be repeated, if its messages are hidden for as long.
const ATTEMPT_MILLIS: Millis = 300_000;
/// Attributes that SQS gives a message.
const SYSTEM_ATTRIBUTES: [&str; 9] = [
    "AWSTraceHeader",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

/// The input.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receive {
    queue_url: Option<String>,
    /// The older name of the next field.
    attribute_names: Option<Vec<String>>,
    message_system_attribute_names: Option<Vec<String>>,
    message_attribute_names: Option<Vec<String>>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    receive_request_attempt_id: Option<String>,
}

/// Receives of FIFO queues that can be repeated, by their ids: a client that lost the answer gets the same again.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<(QueueId, String), Attempt>>);

#[derive(Debug)]
struct Attempt {
    messages: Vec<Message>,
    until: Millis,
}

impl Attempts {
    /// The messages of an attempt that can be repeated: all of them are still hidden by that receive.
    fn known(&self, cloud: &Cloud, queue: QueueId, id: &str) -> Option<Vec<Message>> {
        let attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = attempts.get(&(queue, id.to_owned()))?;
        let now = cloud.clock().now();
        let is_hidden = |message: &Message| {
            cloud.look(|broker, _| {
                let there = broker.queue(queue).message(message.seq);
                there.is_some_and(|there| {
                    there.receipt() == message.receipt() && matches!(there.place, Place::InFlight(until) if until > now)
                })
            })
        };
        (now < attempt.until && attempt.messages.iter().all(is_hidden)).then(|| attempt.messages.clone())
    }

    fn remember(&self, cloud: &Cloud, queue: QueueId, id: String, messages: &[Message]) {
        let now = cloud.clock().now();
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.retain(|_, attempt| attempt.until > now);
        attempts.insert((queue, id), Attempt { messages: messages.to_vec(), until: now + ATTEMPT_MILLIS });
    }
}

impl Endpoint {
    pub(super) async fn receive_message(&self, input: Receive) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        let most = input.max_number_of_messages.unwrap_or(1);
        let max = u64::try_from(most).ok().filter(|max| (1..=MAX_MESSAGES).contains(max));
        let reason = "Must be between 1 and 10, if provided.";
        let max = max.ok_or_else(|| Problem::value(most, "MaxNumberOfMessages", reason))?;
        let visibility = validate::seconds(input.visibility_timeout, MAX_VISIBILITY, "VisibilityTimeout")?;
        let wait = validate::seconds(input.wait_time_seconds, MAX_WAIT, "WaitTimeSeconds")?.unwrap_or(0);
        let system = system_names(&input)?;
        let attempt = validate::id(input.receive_request_attempt_id.as_deref(), "ReceiveRequestAttemptId")?;
        let is_fifo = self.config(queue).fifo;
        if let Some(id) = attempt.as_deref().filter(|_| !is_fifo) {
            return Err(Problem::queue_type(id, "ReceiveRequestAttemptId"));
        }
        let known = attempt.as_deref().and_then(|id| self.attempts.known(&self.cloud, queue, id));
        let messages = match known {
            Some(messages) => {
                let timeout = visibility.unwrap_or(self.config(queue).visibility);
                for message in &messages {
                    let command = Command::ChangeVisibility(message.receipt(), timeout);
                    if let Reply::Refused(refusal) = self.cloud.apply(queue, command)? {
                        return Err(Problem::refused(refusal, &message.receipt().handle(queue)));
                    }
                }
                messages
            }
            None => self.poll(queue, usize::try_from(max).unwrap_or(1), visibility, wait).await?,
        };
        if let Some(id) = attempt.filter(|_| !messages.is_empty()) {
            self.attempts.remember(&self.cloud, queue, id.to_string(), &messages);
        }
        if messages.is_empty() {
            return Ok(json!({}));
        }
        let named = input.message_attribute_names.unwrap_or_default();
        let messages: Vec<Value> =
            messages.iter().map(|message| self.received(queue, message, &system, &named)).collect();
        Ok(json!({ "Messages": messages }))
    }

    async fn poll(
        &self,
        queue: QueueId,
        max: usize,
        visibility: Option<Millis>,
        wait: Millis,
    ) -> Result<Vec<Message>, Problem> {
        let until = if wait == 0 { 0 } else { self.cloud.clock().now() + wait };
        let receive = self.cloud.receive(queue, max, visibility, until);
        // A receive that is given up has taken nothing: it waits only while there is nothing.
        // A clock that stands still must not keep a client for longer than it has asked for.
        let most = Duration::from_millis(wait).clamp(Duration::from_secs(1), Duration::from_secs(MAX_WAIT));
        match tokio::time::timeout(most, receive).await {
            Ok(Ok(messages)) => Ok(messages),
            Ok(Err(CloudError::Refused(refusal))) => Err(Problem::refused(refusal, "")),
            Ok(Err(CloudError::Stopped(stopped))) => Err(stopped.into()),
            Err(_) => Ok(Vec::new()),
        }
    }

    fn received(&self, queue: QueueId, message: &Message, system: &[&str], named: &[String]) -> Value {
        let mut answer = json!({
            "MessageId": message.message_id(self.cloud.seed()),
            "ReceiptHandle": message.receipt().handle(queue),
            "MD5OfBody": checksum::md5(message.body.as_bytes()),
            "Body": &*message.body,
        });
        let mut attributes = system_attributes(self.cloud.plan(), message);
        attributes.retain(|name, _| system.contains(&name.as_str()));
        if !attributes.is_empty() {
            answer["Attributes"] = attributes.into();
        }
        let named: Vec<_> = message.named().filter(|(name, _)| is_wanted(name, named)).collect();
        // Only of the attributes that are asked for.
        if let Some(md5) = checksum::md5_of_attributes(named.iter().copied()) {
            answer["MD5OfMessageAttributes"] = md5.into();
            answer["MessageAttributes"] =
                named.into_iter().map(|(name, value)| (name.clone(), attribute(value))).collect::<Map<_, _>>().into();
        }
        answer
    }
}

/// The attributes of SQS that are asked for.
fn system_names(input: &Receive) -> Result<Vec<&'static str>, Problem> {
    let mut names = Vec::new();
    for name in [&input.attribute_names, &input.message_system_attribute_names].into_iter().flatten().flatten() {
        match SYSTEM_ATTRIBUTES.into_iter().find(|known| known == name) {
            Some(known) => names.push(known),
            None if name == "All" => names.extend(SYSTEM_ATTRIBUTES),
            None => return Err(Problem::new(Kind::InvalidAttributeName, format!("Unknown Attribute {name}."))),
        }
    }
    Ok(names)
}

/// Whether an attribute of the sender's is asked for: by its name, by the beginning of it, or with all.
fn is_wanted(name: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|wanted| match wanted.strip_suffix(".*") {
        Some(prefix) => name.starts_with(prefix),
        None => matches!(wanted.as_str(), "All" | "*") || wanted == name,
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let member = if attribute.is_binary() { "BinaryValue" } else { "StringValue" };
    json!({ member: attribute.value, "DataType": attribute.data_type })
}
