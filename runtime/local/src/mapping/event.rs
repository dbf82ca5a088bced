//! The records of SQS's events, as Lambda makes them of messages.

use serde_json::{Map, Value, json};

use crate::{
    checksum,
    cloud::Cloud,
    plan::Plan,
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

/// The attributes that SQS gives a message.
pub(crate) fn system_attributes(plan: &Plan, message: &Message) -> Map<String, Value> {
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
        attribute("DeadLetterQueueSourceArn", queue_arn(plan.name_of(of)));
    }
    attributes
}

/// The record of a message of a queue.
pub fn record(cloud: &Cloud, queue: QueueId, message: &Message) -> Value {
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
        "messageId": message.message_id(cloud.seed()),
        "receiptHandle": message.receipt().handle(queue),
        "body": &*message.body,
        "attributes": system_attributes(cloud.plan(), message),
        "messageAttributes": named,
    });
    if let Some(md5) = checksum::md5_of_attributes(message.named()) {
        record["md5OfMessageAttributes"] = md5.into();
    }
    record["md5OfBody"] = checksum::md5(message.body.as_bytes()).into();
    record["eventSource"] = "aws:sqs".into();
    record["eventSourceARN"] = queue_arn(cloud.plan().name_of(queue)).into();
    record["awsRegion"] = REGION.into();
    record
}
