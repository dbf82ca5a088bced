//! Events of SQS, as Lambda makes them of messages.

use serde_json::{Map, Value, json};

use crate::{
    md5,
    queue::{Message, QueueId},
};

/// The account, and the region, of everything on a laptop.
pub const ACCOUNT: &str = "000000000000";
/// The region.
pub const REGION: &str = "us-east-1";

/// The ARN of a queue.
pub fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// What records of a queue have in common.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The number of the queue.
    pub queue: QueueId,
    /// What the ids of messages are made with.
    pub seed: u64,
    /// The names of all queues, by their numbers.
    pub names: &'a dyn Fn(QueueId) -> &'a str,
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("queue", &self.queue).field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// The event of messages.
pub fn event(source: Source<'_>, messages: &[Message]) -> Value {
    let records: Vec<Value> = messages.iter().map(|message| record(source, message)).collect();
    json!({ "Records": records })
}

/// The attributes that SQS gives a message.
pub(crate) fn system_attributes<'a>(names: &dyn Fn(QueueId) -> &'a str, message: &Message) -> Map<String, Value> {
    let mut attributes = Map::new();
    let mut attribute = |name: &str, value: String| drop(attributes.insert(name.to_owned(), value.into()));
    attribute("ApproximateReceiveCount", message.all_receives().to_string());
    if let Some(header) = message.attributes.as_ref().and_then(|attributes| attributes.trace_header.clone()) {
        attribute("AWSTraceHeader", header);
    }
    attribute("SentTimestamp", message.sent.to_string());
    if let Some(deduplication) = &message.deduplication {
        attribute("SequenceNumber", format!("{:020}", message.seq));
        attribute("MessageDeduplicationId", deduplication.to_string());
    }
    if let Some(group) = &message.group {
        attribute("MessageGroupId", group.to_string());
    }
    attribute("SenderId", ACCOUNT.to_owned());
    attribute("ApproximateFirstReceiveTimestamp", message.first_received.to_string());
    if let Some(of) = message.source {
        attribute("DeadLetterQueueSourceArn", queue_arn(names(of)));
    }
    attributes
}

/// The record of a message.
pub fn record(source: Source<'_>, message: &Message) -> Value {
    let named = message.named().map(|(name, attribute)| {
        let member = if attribute.is_binary() { "binaryValue" } else { "stringValue" };
        let value = json!({
            member: attribute.value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": attribute.data_type,
        });
        (name.clone(), value)
    });
    let named: Map<String, Value> = named.collect();
    let mut record = json!({
        "messageId": message.message_id(source.seed),
        "receiptHandle": message.receipt().handle(source.queue),
        "body": &*message.body,
        "attributes": system_attributes(source.names, message),
        "messageAttributes": named,
    });
    if let Some(md5) = md5::of_attributes(message.named()) {
        record["md5OfMessageAttributes"] = md5.into();
    }
    record["md5OfBody"] = md5::hex(message.body.as_bytes()).into();
    record["eventSource"] = "aws:sqs".into();
    record["eventSourceARN"] = queue_arn((source.names)(source.queue)).into();
    record["awsRegion"] = REGION.into();
    record
}
