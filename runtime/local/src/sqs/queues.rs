//! Questions about queues, and operations on a whole one.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Caller, Endpoint,
    error::{Kind, Problem},
    validate,
};
use crate::{
    mapping::queue_arn,
    queue::{Command, MAX_MESSAGE_BYTES, QueueId},
};

/// The most queues of one answer.
const MAX_QUEUES: u64 = 1_000;
/// Attributes that queues of SQS can have and these do not: keys, and policies.
const UNSET: [&str; 4] = ["KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy", "RedriveAllowPolicy"];
/// Attributes that only a FIFO queue has.
const OF_FIFO: [&str; 4] = ["ContentBasedDeduplication", "DeduplicationScope", "FifoQueue", "FifoThroughputLimit"];

/// The input of an operation on a queue that takes nothing else.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneQueue {
    queue_url: Option<String>,
}

/// The input of `GetQueueUrl` and `CreateQueue`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    queue_name: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
    #[serde(rename = "tags")]
    tags: Option<BTreeMap<String, String>>,
}

/// The input of `GetQueueAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributesOf {
    queue_url: Option<String>,
    attribute_names: Option<Vec<String>>,
}

/// The input of `ListQueues` and `ListDeadLetterSourceQueues`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    queue_url: Option<String>,
    queue_name_prefix: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

impl Endpoint {
    pub(super) fn get_queue_url(&self, input: &Named, caller: &Caller) -> Result<Value, Problem> {
        let name = validate::required(input.queue_name.as_deref(), "QueueName")?;
        let queue = self.queue_named(name)?;
        Ok(json!({ "QueueUrl": caller.url(&self.config(queue).name) }))
    }

    /// The queues are those of the application; one of them can be "created" again, as with SQS.
    pub(super) fn create_queue(&self, input: &Named, caller: &Caller) -> Result<Value, Problem> {
        let name = validate::required(input.queue_name.as_deref(), "QueueName")?;
        let Ok(queue) = self.queue_named(name) else {
            let message = format!("queue `{name}`: must be made by the application's code, {}", self.queues());
            return Err(Problem::new(Kind::UnsupportedOperation, message));
        };
        if input.tags.iter().any(|tags| !tags.is_empty()) {
            return Err(Problem::new(Kind::UnsupportedOperation, format!("queue `{name}`: must have no tags here")));
        }
        let attributes = self.attributes(queue)?;
        for (attribute, value) in input.attributes.iter().flatten() {
            let known = match attributes.get(attribute) {
                None if UNSET.contains(&attribute.as_str()) => "",
                None => return Err(unknown(attribute)),
                Some(known) => known.as_str().unwrap_or_default(),
            };
            if !is_same(known, value) {
                let message = format!(
                    "A queue already exists with the same name and a different value for attribute {attribute}"
                );
                return Err(Problem::new(Kind::QueueNameExists, message));
            }
        }
        Ok(json!({ "QueueUrl": caller.url(name) }))
    }

    pub(super) fn get_queue_attributes(&self, input: &AttributesOf) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        let attributes = self.attributes(queue)?;
        let mut found = Map::new();
        for name in input.attribute_names.iter().flatten() {
            match attributes.get(name) {
                Some(value) => drop(found.insert(name.clone(), value.clone())),
                None if name == "All" => found.clone_from(&attributes),
                None if UNSET.contains(&name.as_str())
                    || OF_FIFO.contains(&name.as_str())
                    || name == "RedrivePolicy" => {}
                None => return Err(unknown(name)),
            }
        }
        Ok(if found.is_empty() { json!({}) } else { json!({ "Attributes": found }) })
    }

    /// The attributes of a queue, as a real one would give them.
    fn attributes(&self, queue: QueueId) -> Result<Map<String, Value>, Problem> {
        // Only after this is it known which messages have expired or can be received again.
        self.cloud.advance()?;
        let counts = self.cloud.look(|broker, _| broker.queue(queue).counts());
        let config = self.config(queue);
        let began = (self.began / 1000).to_string();
        let mut attributes = vec![
            ("QueueArn", queue_arn(&config.name)),
            ("ApproximateNumberOfMessages", counts.ready.to_string()),
            ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
            ("CreatedTimestamp", began.clone()),
            ("LastModifiedTimestamp", began),
            ("VisibilityTimeout", (config.visibility / 1000).to_string()),
            ("DelaySeconds", (config.delay / 1000).to_string()),
            ("MaximumMessageSize", MAX_MESSAGE_BYTES.to_string()),
            ("MessageRetentionPeriod", (config.retention / 1000).to_string()),
            ("ReceiveMessageWaitTimeSeconds", "0".to_owned()),
            ("SqsManagedSseEnabled", "true".to_owned()),
        ];
        if config.fifo {
            attributes.extend([
                ("FifoQueue", "true".to_owned()),
                ("ContentBasedDeduplication", config.content_based_deduplication.to_string()),
                ("DeduplicationScope", "queue".to_owned()),
                ("FifoThroughputLimit", "perQueue".to_owned()),
            ]);
        }
        if let Some((to, count)) = config.redrive {
            let policy = json!({ "deadLetterTargetArn": queue_arn(&self.config(to).name), "maxReceiveCount": count });
            attributes.push(("RedrivePolicy", policy.to_string()));
        }
        let mut found = Map::new();
        for (name, value) in attributes {
            found.insert(name.to_owned(), value.into());
        }
        Ok(found)
    }

    pub(super) fn list_queues(&self, input: &List, caller: &Caller) -> Result<Value, Problem> {
        let prefix = input.queue_name_prefix.as_deref().unwrap_or_default();
        let names = self.names().filter(|name| name.starts_with(prefix));
        page("QueueUrls", names, input, caller)
    }

    pub(super) fn list_dead_letter_source_queues(&self, input: &List, caller: &Caller) -> Result<Value, Problem> {
        let letters = self.queue(input.queue_url.as_deref())?;
        let sources = self.cloud.plan().sources_of(letters).map(|config| config.name.as_str());
        let mut answer = page("queueUrls", sources, input, caller)?;
        // Unlike the list of queues, this one is required.
        if answer["queueUrls"].is_null() {
            answer["queueUrls"] = json!([]);
        }
        Ok(answer)
    }

    pub(super) fn list_queue_tags(&self, input: &OneQueue) -> Result<Value, Problem> {
        self.queue(input.queue_url.as_deref())?;
        Ok(json!({}))
    }

    pub(super) fn purge_queue(&self, input: &OneQueue) -> Result<Value, Problem> {
        let queue = self.queue(input.queue_url.as_deref())?;
        self.cloud.apply(queue, Command::Purge)?;
        Ok(json!({}))
    }

    /// The error of an operation that sets a queue up in another way, which only the application's code does.
    pub(super) fn of_the_code(&self, operation: &str, input: &OneQueue) -> Problem {
        match self.queue(input.queue_url.as_deref()) {
            Ok(queue) => {
                let name = &self.config(queue).name;
                let message = format!(
                    "queue `{name}`: must be set up by the application's code, got {operation}; change the code, and \
                     start the program again"
                );
                Problem::new(Kind::UnsupportedOperation, message)
            }
            Err(problem) => problem,
        }
    }
}

/// A page of queues: names in their order, as URLs, and the place where the next page begins.
fn page<'a>(
    member: &str,
    names: impl Iterator<Item = &'a str>,
    input: &List,
    caller: &Caller,
) -> Result<Value, Problem> {
    let most = validate::ranged(input.max_results, (1, MAX_QUEUES), "MaxResults")?;
    let after = match input.next_token.as_deref() {
        None => None,
        Some(_) if most.is_none() => {
            return Err(Problem::invalid(
                "MaxResults is a mandatory parameter when you provide a value for NextToken.",
            ));
        }
        Some(token) => {
            let name = BASE64_STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            Some(name.ok_or_else(|| Problem::invalid("Invalid or expired next token."))?)
        }
    };
    let mut names: Vec<&str> = names.filter(|name| after.as_deref().is_none_or(|after| *name > after)).collect();
    names.sort_unstable();
    let count = usize::try_from(most.unwrap_or(MAX_QUEUES)).unwrap_or(usize::MAX);
    let is_last = names.len() <= count;
    names.truncate(count);
    let mut answer = json!({});
    if let Some(last) = names.last() {
        answer[member] = names.iter().map(|name| caller.url(name)).collect();
        if !is_last && most.is_some() {
            answer["NextToken"] = BASE64_STANDARD.encode(last).into();
        }
    }
    Ok(answer)
}

fn unknown(attribute: &str) -> Problem {
    Problem::new(Kind::InvalidAttributeName, format!("Unknown Attribute {attribute}."))
}

/// Whether two values of an attribute mean the same: a policy is JSON, and a number in it may be a string.
fn is_same(known: &str, given: &str) -> bool {
    let policy = |text: &str| {
        let policy: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        // Queues are known by their names, in whatever account and region.
        let arn = text(&policy["deadLetterTargetArn"]);
        Some((arn.rsplit(':').next().map(ToOwned::to_owned), text(&policy["maxReceiveCount"])))
    };
    match (policy(known), policy(given)) {
        (Some(known), Some(given)) => known == given,
        _ => known.eq_ignore_ascii_case(given),
    }
}
