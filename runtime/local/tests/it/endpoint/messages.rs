//! Messages: sent, received, hidden, deleted.

use std::time::Duration;

use async_lambda_local::{
    history::Cause,
    http::{Call, Service},
    store::InMemory,
};
use async_lambda_model::TaskId;
use http::Request;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{BEGIN, JOBS, Local, arn, endpoint};

#[tokio::test]
async fn a_message_is_sent_received_and_deleted() {
    let local = Local::start().await;
    let attributes = json!({
        "Help.Me": { "DataType": "String", "StringValue": "Me" },
        "Hello": { "DataType": "String", "StringValue": "There" },
        "General": { "DataType": "String", "StringValue": "Kenobi" },
    });
    let sent = json!({
        "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs/",
        "MessageBody": "msg",
        "MessageAttributes": attributes,
        "MessageSystemAttributes": { "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-5759e988" } },
    });
    let sent = local.done("SendMessage", sent).await;
    // The checksums are those that SQS gave for the same message.
    let expected = json!({
        "MD5OfMessageBody": "6e2baaf3b97dbeef01c0043275f9a0e7",
        "MD5OfMessageAttributes": "4c360f3fdafd970e05fae2f149d997f5",
        "MessageId": sent["MessageId"],
    });
    assert_eq!(sent, expected);
    let wanted = json!({ "AttributeNames": ["SentTimestamp"], "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["Hel.*"] });
    let received = local.receive(&local.url("jobs"), wanted).await;
    let handle = received[0]["ReceiptHandle"].clone();
    let expected = json!([{
        "MessageId": sent["MessageId"],
        "ReceiptHandle": handle,
        "Body": "msg",
        "MD5OfBody": "6e2baaf3b97dbeef01c0043275f9a0e7",
        "MD5OfMessageAttributes": "83fee93c1bcd8b9a5a923ffacdc636c7",
        "MessageAttributes": { "Hello": attributes["Hello"], "Help.Me": attributes["Help.Me"] },
        "Attributes": {
            "ApproximateFirstReceiveTimestamp": BEGIN.to_string(),
            "ApproximateReceiveCount": "1",
            "AWSTraceHeader": "Root=1-5759e988",
            "SenderId": "000000000000",
            "SentTimestamp": BEGIN.to_string(),
        },
    }]);
    assert_eq!(Value::from(received), expected);
    assert_eq!(local.done("ReceiveMessage", json!({ "QueueUrl": "jobs" })).await, json!({}));
    let delete = json!({ "QueueUrl": "jobs", "ReceiptHandle": handle });
    for _ in 0..2 {
        assert_eq!(local.done("DeleteMessage", delete.clone()).await, json!({}));
    }
    let left = local.cloud.look(|broker, _| broker.queue(JOBS).messages().count());
    assert_eq!(left, 0);
}

#[tokio::test]
async fn attributes_are_given_to_whom_asks_for_them() {
    let local = Local::start().await;
    let attributes = json!({
        "Help.Me": { "DataType": "Number.int", "StringValue": "1e3" },
        "Hello": { "DataType": "Binary", "BinaryValue": "/wA=" },
    });
    let message = json!({ "QueueUrl": "slow", "MessageBody": "m", "DelaySeconds": 0, "MessageAttributes": attributes });
    local.done("SendMessage", message).await;
    let check = async |wanted: Value, expected: &[&str]| {
        let messages = local.receive("slow", json!({ "VisibilityTimeout": 0, "MessageAttributeNames": wanted })).await;
        let given = messages[0]["MessageAttributes"].as_object().cloned().unwrap_or_default();
        assert_eq!(given.keys().collect::<Vec<_>>(), expected, "{wanted}");
        for (name, value) in given {
            assert_eq!(value["DataType"], attributes[&name]["DataType"]);
            assert_eq!(value["StringValue"], attributes[&name]["StringValue"]);
            assert_eq!(value["BinaryValue"], attributes[&name]["BinaryValue"]);
        }
        assert_eq!(messages[0]["Attributes"], Value::Null);
    };
    let all = ["Hello", "Help.Me"];
    check(json!([]), &[]).await;
    check(json!(null), &[]).await;
    for name in ["All", "*", ".*", "Hel.*"] {
        check(json!([name]), &all).await;
    }
    check(json!(["Help", "Foo", "..x"]), &[]).await;
    check(json!(["Help.*"]), &["Help.Me"]).await;
    check(json!(["Hello", "Foo"]), &["Hello"]).await;
}

#[tokio::test]
async fn a_message_is_hidden_delayed_and_dead_by_the_clock() {
    let local = Local::start().await;
    local.done("SendMessage", json!({ "QueueUrl": "slow", "MessageBody": "later" })).await;
    assert_eq!(local.bodies("slow").await, Vec::<String>::new());
    local.cloud.clock().advance(5_000);
    let message = local.receive("slow", json!({ "VisibilityTimeout": 10 })).await.remove(0);
    let hide = |timeout: u32| json!({ "QueueUrl": "slow", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": timeout });
    local.done("ChangeMessageVisibility", hide(60)).await;
    local.cloud.clock().advance(59_999);
    assert_eq!(local.bodies("slow").await, Vec::<String>::new());
    local.done("ChangeMessageVisibility", hide(0)).await;
    assert_eq!(local.bodies("slow").await, ["later"]);

    local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "bad" })).await;
    let first = local.receive("jobs", json!({})).await.remove(0);
    local.cloud.clock().advance(30_000);
    assert_eq!(local.bodies("jobs").await, Vec::<String>::new());
    let dead = local
        .receive("dead", json!({ "AttributeNames": ["DeadLetterQueueSourceArn", "ApproximateReceiveCount"] }))
        .await;
    assert_eq!(dead[0]["MessageId"], first["MessageId"]);
    let expected = json!({ "DeadLetterQueueSourceArn": arn("jobs"), "ApproximateReceiveCount": "2" });
    assert_eq!(dead[0]["Attributes"], expected);
}

#[tokio::test]
async fn a_long_poll_ends_with_a_message_or_with_the_clock() {
    let local = Local::start().await;
    let poll = local.receive("jobs", json!({ "WaitTimeSeconds": 20 }));
    let send = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "now" })).await;
    };
    let (messages, ()) = tokio::join!(poll, send);
    assert_eq!(messages[0]["Body"], "now");
    let poll = local.receive("jobs", json!({ "WaitTimeSeconds": 20 }));
    let advance = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        local.cloud.clock().advance(20_000);
    };
    let (messages, ()) = tokio::join!(poll, advance);
    assert_eq!(messages, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_ends_where_the_clock_stands_still() {
    let (endpoint, _) = endpoint(InMemory);
    let request = Request::post("/").header("x-amz-target", "AmazonSQS.ReceiveMessage");
    let request = request.body(r#"{"QueueUrl":"jobs","WaitTimeSeconds":1}"#.into()).unwrap();
    let begin = tokio::time::Instant::now();
    let response = endpoint.call(Call { request, client: [127, 0, 0, 1].into() }).await;
    assert_eq!((response.status().as_u16(), begin.elapsed()), (200, Duration::from_secs(1)));
}

#[tokio::test]
async fn a_long_poll_of_a_client_that_is_gone_takes_nothing() {
    let local = Local::start().await;
    let mut gone = TcpStream::connect(local.address).await.unwrap();
    let body = r#"{"QueueUrl":"jobs","WaitTimeSeconds":20}"#;
    let head = format!("x-amz-target: AmazonSQS.ReceiveMessage\r\ncontent-length: {}", body.len());
    gone.write_all(format!("POST / HTTP/1.1\r\n{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(gone);
    tokio::time::sleep(Duration::from_millis(50)).await;
    local.done("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "m" })).await;
    assert_eq!(local.bodies("jobs").await, ["m"]);
}

#[tokio::test]
async fn batches_say_what_became_of_each_entry() {
    let local = Local::start().await;
    let entries = json!([
        { "Id": "a", "MessageBody": "1" },
        { "Id": "b_-9", "MessageBody": "2\u{1}" },
        { "Id": "c", "MessageBody": "3", "DelaySeconds": 901 },
        { "Id": "d", "MessageBody": "4", "MessageGroupId": "g", "MessageAttributes": { "n": { "DataType": "Number", "StringValue": "7" } } },
    ]);
    let sent = local.done("SendMessageBatch", json!({ "QueueUrl": "jobs", "Entries": entries })).await;
    let ids = |list: &Value| {
        list.as_array().unwrap().iter().map(|entry| entry["Id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(&sent["Successful"]), ids(&sent["Failed"])),
        (vec!["a".into(), "d".into()], vec!["b_-9".into(), "c".into()])
    );
    assert_eq!(
        (&sent["Failed"][0]["Code"], &sent["Failed"][0]["SenderFault"]),
        (&json!("InvalidMessageContents"), &json!(true))
    );
    assert_eq!(sent["Failed"][1]["Code"], "InvalidParameterValue");
    let received = local.receive("jobs", json!({})).await;
    assert_eq!(received.len(), 2);
    let handles: Vec<_> = received.iter().map(|message| message["ReceiptHandle"].clone()).collect();
    let entries = json!([
        { "Id": "x", "ReceiptHandle": handles[0], "VisibilityTimeout": 0 },
        { "Id": "y", "ReceiptHandle": "garbage", "VisibilityTimeout": 0 },
        { "Id": "z", "ReceiptHandle": handles[1] },
    ]);
    let hidden = local.done("ChangeMessageVisibilityBatch", json!({ "QueueUrl": "jobs", "Entries": entries })).await;
    assert_eq!(ids(&hidden["Successful"]), ["x"]);
    let codes: Vec<_> = hidden["Failed"].as_array().unwrap().iter().map(|entry| &entry["Code"]).collect();
    assert_eq!(codes, ["ReceiptHandleIsInvalid", "MissingParameter"]);
    let entries = json!([{ "Id": "x", "ReceiptHandle": handles[1] }, { "Id": "y", "ReceiptHandle": "" }]);
    let deleted = local.done("DeleteMessageBatch", json!({ "QueueUrl": "jobs", "Entries": entries })).await;
    assert_eq!(deleted["Successful"], json!([{ "Id": "x" }]));
    assert_eq!(deleted["Failed"][0]["Code"], "MissingParameter");
    let all_wrong = json!([{ "Id": "y", "ReceiptHandle": "garbage" }]);
    let deleted = local.done("DeleteMessageBatch", json!({ "QueueUrl": "jobs", "Entries": all_wrong })).await;
    assert_eq!(deleted["Successful"], json!([]));
}

#[tokio::test]
async fn fifo_queues_keep_order_and_know_duplicates() {
    let local = Local::start().await;
    let message = |queue: &str, body: &str, id: Option<&str>| {
        let mut message = json!({ "QueueUrl": queue, "MessageBody": body, "MessageGroupId": "g" });
        id.into_iter().for_each(|id| message["MessageDeduplicationId"] = id.into());
        message
    };
    let first = local.done("SendMessage", message("orders.fifo", "1", Some("a"))).await;
    let again = local.done("SendMessage", message("orders.fifo", "other", Some("a"))).await;
    let second = local.done("SendMessage", message("orders.fifo", "2", Some("b"))).await;
    assert_eq!(first["MessageId"], again["MessageId"]);
    assert!(first["SequenceNumber"].as_str().unwrap() < second["SequenceNumber"].as_str().unwrap());
    let received = local.receive("orders.fifo", json!({ "AttributeNames": ["All"] })).await;
    assert_eq!(received.len(), 2);
    let attributes = &received[1]["Attributes"];
    assert_eq!(attributes["MessageGroupId"], "g");
    assert_eq!(attributes["MessageDeduplicationId"], "b");
    assert_eq!(attributes["SequenceNumber"], second["SequenceNumber"]);

    // The id is the SHA-256 of the body.
    local.done("SendMessage", message("events.fifo", "hello", None)).await;
    local.done("SendMessage", message("events.fifo", "hello", None)).await;
    local.done("SendMessage", message("events.fifo", "hello", Some("own"))).await;
    let received = local.receive("events.fifo", json!({ "AttributeNames": ["MessageDeduplicationId"] })).await;
    let ids: Vec<_> = received.iter().map(|message| &message["Attributes"]["MessageDeduplicationId"]).collect();
    assert_eq!(ids, ["2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "own"]);
}

#[tokio::test]
async fn a_receive_of_a_fifo_queue_can_be_repeated() {
    let local = Local::start().await;
    for id in ["a", "b"] {
        let message = json!({ "QueueUrl": "events.fifo", "MessageBody": id, "MessageGroupId": id });
        local.done("SendMessage", message).await;
    }
    let attempt =
        || local.receive("events.fifo", json!({ "MaxNumberOfMessages": 1, "ReceiveRequestAttemptId": "attempt-1" }));
    let first = attempt().await;
    local.cloud.clock().advance(20_000);
    let again = attempt().await;
    assert_eq!((&first, first.len()), (&again, 1));
    // The visibility timeout began anew.
    local.cloud.clock().advance(20_000);
    assert_eq!(attempt().await, first);
    local.done("DeleteMessage", json!({ "QueueUrl": "events.fifo", "ReceiptHandle": first[0]["ReceiptHandle"] })).await;
    let other = attempt().await;
    assert_eq!(other[0]["Body"], "b");
    local.cloud.clock().advance(30_000);
    assert_ne!(attempt().await[0]["ReceiptHandle"], other[0]["ReceiptHandle"]);
}

#[tokio::test]
async fn a_message_is_known_as_that_of_its_run() {
    let local = Local::start().await;
    let message = json!({ "QueueUrl": "jobs", "MessageBody": "m" }).to_string();
    let run = local.cloud.begin(TaskId::literal("Work"), Cause::Manual, "");
    local.raw("SendMessage", &message, &[&format!("x-async-lambda-run: {run}")]).await.unwrap();
    // A run that nobody has begun.
    local.raw("SendMessage", &message, &["x-async-lambda-run: 18446744073709551615"]).await.unwrap();
    local.raw("SendMessage", &message, &[]).await.unwrap();
    let mut senders =
        local.cloud.look(|broker, _| broker.queue(JOBS).messages().map(|message| message.sender()).collect::<Vec<_>>());
    senders.sort_unstable();
    assert_eq!(senders, [None, None, Some(run)]);
    let refused = local.raw("SendMessage", &message, &["x-async-lambda-run: me"]).await.unwrap_err();
    assert_eq!(refused.message, "x-async-lambda-run: must be a number, got `me`");
}
