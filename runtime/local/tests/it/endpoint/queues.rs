//! Queues: found, listed, described, purged.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{BEGIN, Local, arn};

#[tokio::test]
async fn a_queue_is_found_under_the_address_of_the_request() {
    let local = Local::start().await;
    let found = local
        .done("GetQueueUrl", json!({ "QueueName": "orders.fifo", "QueueOwnerAWSAccountId": "123456789012" }))
        .await;
    assert_eq!(found["QueueUrl"], local.url("orders.fifo"));
    let found = local.raw("GetQueueUrl", r#"{"QueueName":"jobs"}"#, &["host: localhost:7"]).await.unwrap();
    assert_eq!(found["QueueUrl"], "http://localhost:7/000000000000/jobs");
}

#[tokio::test]
async fn queues_are_listed_in_pages() {
    let local = Local::start().await;
    let names = ["dead", "dead.fifo", "events.fifo", "jobs", "orders.fifo", "slow"];
    let urls = |names: &[&str]| names.iter().map(|name| local.url(name)).collect::<Value>();
    assert_eq!(local.done("ListQueues", json!({})).await, json!({ "QueueUrls": urls(&names) }));
    let listed = local.done("ListQueues", json!({ "QueueNamePrefix": "dead" })).await;
    assert_eq!(listed["QueueUrls"], urls(&names[..2]));
    assert_eq!(local.done("ListQueues", json!({ "QueueNamePrefix": "none" })).await, json!({}));
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = local.done("ListQueues", json!({ "MaxResults": 4, "NextToken": token })).await;
        seen.extend(page["QueueUrls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_owned()));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(Value::from(seen), urls(&names));
    let whole = local.done("ListQueues", json!({ "MaxResults": 6 })).await;
    assert_eq!(whole["NextToken"], Value::Null);
    let sources = local.done("ListDeadLetterSourceQueues", json!({ "QueueUrl": "dead" })).await;
    assert_eq!(sources, json!({ "queueUrls": urls(&["jobs"]) }));
    let sources = local.done("ListDeadLetterSourceQueues", json!({ "QueueUrl": "jobs", "MaxResults": 1 })).await;
    assert_eq!(sources, json!({ "queueUrls": [] }));
    assert_eq!(local.done("ListQueueTags", json!({ "QueueUrl": "jobs" })).await, json!({}));
}

#[tokio::test]
async fn a_queue_has_the_attributes_of_a_real_one() {
    let local = Local::start().await;
    for body in ["1", "2"] {
        local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": body })).await;
    }
    local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "3", "DelaySeconds": 9 })).await;
    local.receive("jobs", json!({ "MaxNumberOfMessages": 1, "VisibilityTimeout": 5 })).await;
    let attributes =
        |names: Value| local.done("GetQueueAttributes", json!({ "QueueUrl": "jobs", "AttributeNames": names }));
    let began = (BEGIN / 1000).to_string();
    let mut expected = json!({
        "QueueArn": arn("jobs"),
        "ApproximateNumberOfMessages": "1",
        "ApproximateNumberOfMessagesDelayed": "1",
        "ApproximateNumberOfMessagesNotVisible": "1",
        "CreatedTimestamp": began,
        "LastModifiedTimestamp": began,
        "VisibilityTimeout": "30",
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "RedrivePolicy": format!("{{\"deadLetterTargetArn\":\"{}\",\"maxReceiveCount\":1}}", arn("dead")),
    });
    assert_eq!(attributes(json!(["All"])).await["Attributes"], expected);
    local.cloud.clock().advance(9_000);
    expected["ApproximateNumberOfMessages"] = "3".into();
    expected["ApproximateNumberOfMessagesDelayed"] = "0".into();
    expected["ApproximateNumberOfMessagesNotVisible"] = "0".into();
    assert_eq!(attributes(json!(["All"])).await["Attributes"], expected);
    local.cloud.clock().advance(345_600_000);
    let counts = attributes(json!(["ApproximateNumberOfMessages", "Policy", "FifoQueue"])).await;
    assert_eq!(counts, json!({ "Attributes": { "ApproximateNumberOfMessages": "0" } }));
    assert_eq!(attributes(json!([])).await, json!({}));
    assert_eq!(attributes(Value::Null).await, json!({}));
    let fifo = json!({
        "FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
    });
    let names: Vec<_> = fifo.as_object().unwrap().keys().collect();
    let given = local.done("GetQueueAttributes", json!({ "QueueUrl": "events.fifo", "AttributeNames": names })).await;
    assert_eq!(given["Attributes"], fifo);
}

#[tokio::test]
async fn a_queue_is_purged() {
    let local = Local::start().await;
    for body in ["1", "2"] {
        local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": body })).await;
    }
    local.receive("jobs", json!({ "MaxNumberOfMessages": 1 })).await;
    for _ in 0..2 {
        assert_eq!(local.done("PurgeQueue", json!({ "QueueUrl": "jobs" })).await, json!({}));
    }
    local.cloud.clock().advance(30_000);
    assert_eq!(local.bodies("jobs").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_queue_that_is_there_can_be_created() {
    let local = Local::start().await;
    let create = async |name: &str, attributes: Value| {
        let created = local.sqs("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await;
        created.map(|created| created["QueueUrl"].clone()).map_err(|refused| (refused.shape, refused.message))
    };
    let policy =
        json!({ "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": "1" }).to_string();
    let same = [
        Value::Null,
        json!({ "VisibilityTimeout": "30", "RedrivePolicy": policy, "KmsMasterKeyId": "" }),
        json!({ "SqsManagedSseEnabled": "True" }),
    ];
    for attributes in same {
        assert_eq!(create("jobs", attributes).await, Ok(local.url("jobs").into()));
    }
    assert_eq!(create("orders.fifo", json!({ "FifoQueue": "true" })).await, Ok(local.url("orders.fifo").into()));
    let other = |name: &str| {
        let message = format!("A queue already exists with the same name and a different value for attribute {name}");
        Err(("QueueNameExists".to_owned(), message))
    };
    assert_eq!(create("jobs", json!({ "VisibilityTimeout": "31" })).await, other("VisibilityTimeout"));
    assert_eq!(create("jobs", json!({ "RedrivePolicy": policy.replace("\"1\"", "2") })).await, other("RedrivePolicy"));
    assert_eq!(create("jobs", json!({ "KmsMasterKeyId": "key" })).await, other("KmsMasterKeyId"));
    let unknown = ("InvalidAttributeName".to_owned(), "Unknown Attribute FifoQueue.".to_owned());
    assert_eq!(create("jobs", json!({ "FifoQueue": "true" })).await, Err(unknown));
    let (shape, message) = create("new", Value::Null).await.unwrap_err();
    assert_eq!(shape, "UnsupportedOperation");
    let start = "queue `new`: must be made by the application's code, which has `dead`, `jobs`,";
    assert!(message.starts_with(start), "{message}");
}
