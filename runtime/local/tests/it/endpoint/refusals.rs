//! Operations that are refused, and the errors that clients get.

use std::io;

use async_lambda_local::{
    queue::{Broker, Change, Command, MAX_IN_FLIGHT, NewMessage},
    store::Store,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{DEAD, Local, Refused, arn};

/// The statuses of errors that are not 400.
fn status(shape: &str) -> u16 {
    match shape {
        "ReceiptHandleIsInvalid" | "ResourceNotFoundException" => 404,
        "OverLimit" => 403,
        _ => 400,
    }
}

/// Checks that an operation is refused with an error of this shape and code, whose message has a part.
async fn check(local: &Local, operation: &str, input: Value, shape: &str, code: &str, part: &str) {
    let refused = local.sqs(operation, input.clone()).await.expect_err(operation);
    assert!(refused.message.contains(part), "{operation} {input}: {}", refused.message);
    let message = refused.message.clone();
    let expected = Refused { status: status(shape), shape: shape.to_owned(), code: format!("{code};Sender"), message };
    assert_eq!(refused, expected, "{operation} {input}");
}

/// The same for the most frequent error.
async fn value(local: &Local, operation: &str, input: Value, part: &str) {
    check(local, operation, input, "InvalidParameterValueException", "InvalidParameterValue", part).await;
}

async fn missing(local: &Local, operation: &str, input: Value, parameter: &str) {
    let part = format!("The request must contain the parameter {parameter}.");
    check(local, operation, input, "MissingRequiredParameterException", "MissingParameter", &part).await;
}

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut input = base.clone();
    input[name] = value;
    input
}

#[tokio::test]
async fn queues_that_are_not_there() {
    let local = Local::start().await;
    let (shape, code) = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue");
    let part = "The specified queue does not exist: `none`, which has `dead`, `jobs`,";
    let operations = [
        "SendMessage",
        "SendMessageBatch",
        "ReceiveMessage",
        "DeleteMessage",
        "DeleteMessageBatch",
        "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch",
        "GetQueueAttributes",
        "PurgeQueue",
        "ListDeadLetterSourceQueues",
        "ListQueueTags",
        "SetQueueAttributes",
        "TagQueue",
        "UntagQueue",
        "DeleteQueue",
        "AddPermission",
        "RemovePermission",
    ];
    for operation in operations {
        let url = json!({ "QueueUrl": "http://localhost/000000000000/none" });
        check(&local, operation, url, shape, code, part).await;
        missing(&local, operation, json!({}), "QueueUrl").await;
    }
    check(&local, "GetQueueUrl", json!({ "QueueName": "none" }), shape, code, part).await;
    missing(&local, "GetQueueUrl", json!({}), "QueueName").await;
    missing(&local, "CreateQueue", json!({ "QueueName": "" }), "QueueName").await;
}

#[tokio::test]
async fn what_only_the_code_does() {
    let local = Local::start().await;
    let (shape, code) = ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation");
    for operation in
        ["SetQueueAttributes", "TagQueue", "UntagQueue", "DeleteQueue", "AddPermission", "RemovePermission"]
    {
        let input = json!({ "QueueUrl": "jobs", "Attributes": { "VisibilityTimeout": "5" } });
        let part = format!("queue `jobs`: must be set up by the application's code, got {operation};");
        check(&local, operation, input, shape, code, &part).await;
    }
    let tagged = json!({ "QueueName": "jobs", "tags": { "a": "b" } });
    check(&local, "CreateQueue", tagged, shape, code, "queue `jobs`: must have no tags here").await;
}

#[tokio::test]
async fn messages_that_cannot_be_sent() {
    let local = Local::start().await;
    let base = json!({ "QueueUrl": "jobs", "MessageBody": "m" });
    let send = "SendMessage";
    missing(&local, send, with(&base, "MessageBody", "".into()), "MessageBody").await;
    missing(&local, send, json!({ "QueueUrl": "jobs" }), "MessageBody").await;
    for body in ["\u{0}", "a\u{b}", "\u{ffff}", "\u{1f}"] {
        let (shape, part) = ("InvalidMessageContents", "Invalid characters found.");
        check(&local, send, with(&base, "MessageBody", body.into()), shape, shape, part).await;
    }
    let large = "x".repeat(1_048_577);
    value(&local, send, with(&base, "MessageBody", large.into()), "Message must be shorter than 1048576 bytes.").await;
    for delay in [-1, 901] {
        let part = format!("Value {delay} for parameter DelaySeconds is invalid. Reason: Must be >= 0 and <= 900");
        value(&local, send, with(&base, "DelaySeconds", delay.into()), &part).await;
    }
    for group in ["", "a b", "ä", &"a".repeat(129)] {
        let part = format!("Value {group} for parameter MessageGroupId is invalid.");
        value(&local, send, with(&base, "MessageGroupId", group.into()), &part).await;
    }
    let part = "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter";
    value(&local, send, with(&base, "MessageDeduplicationId", "d".into()), part).await;

    let base =
        json!({ "QueueUrl": "orders.fifo", "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": "d" });
    missing(&local, send, with(&base, "MessageGroupId", Value::Null), "MessageGroupId").await;
    let part = "The queue should either have ContentBasedDeduplication enabled";
    value(&local, send, with(&base, "MessageDeduplicationId", Value::Null), part).await;
    value(&local, send, with(&base, "MessageDeduplicationId", "a b".into()), "1 to 128 in length.").await;
    value(&local, send, with(&base, "DelaySeconds", 2.into()), "Value 2 for parameter DelaySeconds is invalid.").await;
    assert!(local.sqs(send, with(&base, "DelaySeconds", 0.into())).await.is_ok());
    let (shape, part) = ("SerializationException", "body: invalid type: string \"2\", expected i64");
    check(&local, send, with(&base, "DelaySeconds", "2".into()), shape, shape, part).await;
}

#[tokio::test]
async fn attributes_that_cannot_be_sent() {
    let local = Local::start().await;
    let base = json!({ "QueueUrl": "jobs", "MessageBody": "m" });
    let text = json!({ "DataType": "String", "StringValue": "v" });
    let named = |name: &str| with(&base, "MessageAttributes", json!({ name: text.clone() }));
    for (name, part) in [
        ("", "non-empty message (user) attribute names"),
        ("a b", "can only contain upper and lower case letters"),
        ("aWs.x", "reserved for internal use"),
        ("Amazon.x", "reserved for internal use"),
        (".a", "must not begin or end with '.'"),
        ("a.", "must not begin or end with '.'"),
        ("a..b", "nor have two of them in a row"),
        (&"a".repeat(257), "must be shorter than 257 bytes"),
    ] {
        value(&local, "SendMessage", named(name), part).await;
    }
    for name in ["a.b-c_D9", &"a".repeat(256), "aws", "AWSx.y"] {
        assert!(local.sqs("SendMessage", named(name)).await.is_ok(), "{name}");
    }
    let of = |value: Value| with(&base, "MessageAttributes", json!({ "a": value }));
    for (attribute, part) in [
        (json!({}), "must contain a non-empty message attribute type"),
        (json!({ "DataType": "Text", "StringValue": "v" }), "supported type prefixes: Binary, Number, String"),
        (json!({ "DataType": "String.", "StringValue": "v" }), "supported type prefixes"),
        (json!({ "DataType": "Stringy", "StringValue": "v" }), "supported type prefixes"),
        (json!({ "DataType": format!("String.{}", "a".repeat(250)), "StringValue": "v" }), "shorter than 257 bytes"),
        (json!({ "DataType": "String" }), "'a' must contain a non-empty value of type 'String'."),
        (json!({ "DataType": "String", "StringValue": "" }), "'a' must contain a non-empty value of type 'String'."),
        (json!({ "DataType": "String", "StringValue": "\u{8}" }), "contains characters that are not allowed"),
        (json!({ "DataType": "String", "BinaryValue": "AA==" }), "must use field 'StringValue'"),
        (json!({ "DataType": "Binary", "StringValue": "v" }), "must use field 'BinaryValue'"),
        (
            json!({ "DataType": "Number", "StringValue": "one" }),
            "Can't cast the value of message (user) attribute 'a' to a number.",
        ),
    ] {
        value(&local, "SendMessage", of(attribute), part).await;
    }
    let (shape, part) = ("SerializationException", "must be in base64");
    check(&local, "SendMessage", of(json!({ "DataType": "Binary", "BinaryValue": "A" })), shape, shape, part).await;
    let (shape, code) = ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation");
    let list = of(json!({ "DataType": "String", "StringListValues": ["a"] }));
    check(&local, "SendMessage", list, shape, code, "list values").await;
    let empty_lists =
        json!({ "DataType": "String.x", "StringValue": "v", "StringListValues": [], "BinaryListValues": null });
    assert!(local.sqs("SendMessage", of(empty_lists)).await.is_ok());

    let eleven: serde_json::Map<_, _> = (0..11).map(|number| (format!("a{number}"), text.clone())).collect();
    let part = "Number of message attributes [11] exceeds the allowed maximum [10].";
    value(&local, "SendMessage", with(&base, "MessageAttributes", eleven.into()), part).await;
    let system = |value: Value| with(&base, "MessageSystemAttributes", value);
    value(&local, "SendMessage", system(json!({ "Other": text })), "name 'Other' is invalid").await;
    let number = json!({ "DataType": "Number", "StringValue": "1" });
    value(&local, "SendMessage", system(json!({ "AWSTraceHeader": number })), "must be of type 'String'").await;

    // An attribute counts with its name, its type and its value, of which base64 is undone.
    let body = |spare: usize| "x".repeat(1_048_576 - "a".len() - "Binary".len() - 4 - spare);
    let binary = json!({ "a": { "DataType": "Binary", "BinaryValue": "AAAAAA==" } });
    let message = |spare| json!({ "QueueUrl": "jobs", "MessageBody": body(spare), "MessageAttributes": binary });
    assert!(local.sqs("SendMessage", message(0)).await.is_ok());
    let mut too_large = message(0);
    too_large["MessageBody"] = format!("{}x", body(0)).into();
    value(&local, "SendMessage", too_large, "Message must be shorter than 1048576 bytes.").await;
}

#[tokio::test]
async fn batches_that_cannot_be_taken() {
    let local = Local::start().await;
    let batch = |ids: &[&str]| {
        let entry = |id: &&str| json!({ "Id": id, "MessageBody": "m", "ReceiptHandle": "r", "VisibilityTimeout": 1 });
        json!({ "QueueUrl": "jobs", "Entries": ids.iter().map(entry).collect::<Vec<_>>() })
    };
    for (operation, entry) in [
        ("SendMessageBatch", "SendMessageBatchRequestEntry"),
        ("DeleteMessageBatch", "DeleteMessageBatchRequestEntry"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatchRequestEntry"),
    ] {
        let refuse = async |input: Value, shape: &str, part: &str| {
            let code = format!("AWS.SimpleQueueService.{shape}");
            check(&local, operation, input, shape, &code, part).await;
        };
        let part = format!("There should be at least one {entry} in the request.");
        refuse(batch(&[]), "EmptyBatchRequest", &part).await;
        refuse(json!({ "QueueUrl": "jobs" }), "EmptyBatchRequest", &part).await;
        let part = "Maximum number of entries per request are 10. You have sent 11.";
        refuse(batch(&["a"; 11]), "TooManyEntriesInBatchRequest", part).await;
        refuse(batch(&["a", "b", "a"]), "BatchEntryIdsNotDistinct", "Id a repeated.").await;
        for id in ["", "a:b", "a b", "ä", &"a".repeat(81)] {
            refuse(batch(&["ok", id]), "InvalidBatchEntryId", "A batch entry id can only contain").await;
        }
        let no_id = json!({ "QueueUrl": "jobs", "Entries": [{ "MessageBody": "m" }] });
        missing(&local, operation, no_id, &format!("{entry}.1.Id")).await;
    }
    let half = "x".repeat(524_288);
    let large = json!([{ "Id": "a", "MessageBody": half }, { "Id": "b", "MessageBody": format!("{half}x") }]);
    let part = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.";
    let (shape, code) = ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong");
    check(&local, "SendMessageBatch", json!({ "QueueUrl": "jobs", "Entries": large }), shape, code, part).await;
    assert_eq!(local.bodies("jobs").await, Vec::<String>::new());

    let fifo = |entry: Value| json!({ "QueueUrl": "orders.fifo", "Entries": [entry, { "Id": "b", "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": "b" }] });
    let no_id = fifo(json!({ "Id": "a", "MessageBody": "m", "MessageGroupId": "g" }));
    value(&local, "SendMessageBatch", no_id, "The queue should either have ContentBasedDeduplication").await;
    let no_group = fifo(json!({ "Id": "a", "MessageBody": "m", "MessageDeduplicationId": "a" }));
    missing(&local, "SendMessageBatch", no_group, "MessageGroupId").await;
    assert_eq!(local.bodies("orders.fifo").await, Vec::<String>::new());
}

#[tokio::test]
async fn receives_that_cannot_be_made() {
    let local = Local::start().await;
    let base = json!({ "QueueUrl": "jobs" });
    let receive = "ReceiveMessage";
    for max in [0, 11, -1] {
        let part = format!(
            "Value {max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
        );
        value(&local, receive, with(&base, "MaxNumberOfMessages", max.into()), &part).await;
    }
    for wait in [-1, 21] {
        let part = format!(
            "Value {wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."
        );
        value(&local, receive, with(&base, "WaitTimeSeconds", wait.into()), &part).await;
    }
    for timeout in [-1, 43_201] {
        let part = format!("Value {timeout} for parameter VisibilityTimeout is invalid.");
        value(&local, receive, with(&base, "VisibilityTimeout", timeout.into()), &part).await;
    }
    for names in ["AttributeNames", "MessageSystemAttributeNames"] {
        let (shape, part) = ("InvalidAttributeName", "Unknown Attribute Policy.");
        check(&local, receive, with(&base, names, json!(["All", "Policy"])), shape, shape, part).await;
    }
    value(&local, receive, with(&base, "ReceiveRequestAttemptId", "a".into()), "not valid for this queue type").await;
    let fifo = json!({ "QueueUrl": "orders.fifo", "ReceiveRequestAttemptId": "a b" });
    value(&local, receive, fifo, "1 to 128 in length").await;
}

#[tokio::test]
async fn receipts_that_do_not_count() {
    let local = Local::start().await;
    local.done("SendMessage", json!({ "QueueUrl": "slow", "MessageBody": "m", "DelaySeconds": 0 })).await;
    let handle = local.receive("slow", json!({})).await[0]["ReceiptHandle"].clone();
    let shape = "ReceiptHandleIsInvalid";
    for (queue, handle) in [("slow", json!("garbage")), ("jobs", handle.clone())] {
        let input = json!({ "QueueUrl": queue, "ReceiptHandle": handle, "VisibilityTimeout": 1 });
        let part = format!("The input receipt handle {handle} is not a valid receipt handle.");
        check(&local, "DeleteMessage", input.clone(), shape, shape, &part).await;
        check(&local, "ChangeMessageVisibility", input, shape, shape, &part).await;
    }
    missing(&local, "DeleteMessage", json!({ "QueueUrl": "slow" }), "ReceiptHandle").await;
    let no_handle = json!({ "QueueUrl": "slow", "VisibilityTimeout": 1 });
    missing(&local, "ChangeMessageVisibility", no_handle, "ReceiptHandle").await;
    let hide = |timeout: Value| json!({ "QueueUrl": "slow", "ReceiptHandle": handle, "VisibilityTimeout": timeout });
    missing(&local, "ChangeMessageVisibility", hide(Value::Null), "VisibilityTimeout").await;
    value(&local, "ChangeMessageVisibility", hide(43_201.into()), "Must be >= 0 and <= 43200").await;
    local.cloud.clock().advance(1_000);
    let part = "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond \
                the limit [43200 seconds].";
    value(&local, "ChangeMessageVisibility", hide(43_200.into()), part).await;
    local.cloud.clock().advance(30_000);
    let (shape, code) = ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight");
    check(&local, "ChangeMessageVisibility", hide(1.into()), shape, code, "isn't in flight").await;
    let newer = local.receive("slow", json!({})).await[0]["ReceiptHandle"].clone();
    local.done("DeleteMessage", json!({ "QueueUrl": "slow", "ReceiptHandle": newer })).await;
    let part = "Reason: Message does not exist or is not available for visibility timeout change.";
    value(&local, "ChangeMessageVisibility", hide(1.into()), part).await;

    let message = json!({ "QueueUrl": "events.fifo", "MessageBody": "m", "MessageGroupId": "g" });
    local.done("SendMessage", message).await;
    let handle = local.receive("events.fifo", json!({})).await[0]["ReceiptHandle"].clone();
    local.cloud.clock().advance(30_000);
    let delete = json!({ "QueueUrl": "events.fifo", "ReceiptHandle": handle });
    value(&local, "DeleteMessage", delete, "Reason: The receipt handle has expired.").await;
}

#[tokio::test]
async fn lists_that_cannot_be_made() {
    let local = Local::start().await;
    for (operation, base) in [("ListQueues", json!({})), ("ListDeadLetterSourceQueues", json!({ "QueueUrl": "dead" }))]
    {
        for most in [0, 1_001] {
            value(&local, operation, with(&base, "MaxResults", most.into()), "Must be >= 1 and <= 1000").await;
        }
        value(&local, operation, with(&base, "NextToken", "eA==".into()), "MaxResults is a mandatory parameter").await;
        let wrong = json!({ "QueueUrl": "dead", "MaxResults": 1, "NextToken": "?" });
        value(&local, operation, wrong, "Invalid or expired next token.").await;
    }
    let attributes = json!({ "QueueUrl": "jobs", "AttributeNames": ["QueueArn", "Arn"] });
    let shape = "InvalidAttributeName";
    check(&local, "GetQueueAttributes", attributes, shape, shape, "Unknown Attribute Arn.").await;
}

#[tokio::test]
async fn moves_that_cannot_be_made() {
    let local = Local::start().await;
    let start = "StartMessageMoveTask";
    let base = json!({ "SourceArn": arn("dead") });
    for operation in [start, "ListMessageMoveTasks"] {
        missing(&local, operation, json!({}), "SourceArn").await;
        value(&local, operation, json!({ "SourceArn": "dead" }), "You must use this format to specify the SourceArn:")
            .await;
        let shape = "ResourceNotFoundException";
        check(&local, operation, json!({ "SourceArn": arn("none") }), shape, shape, "for the SourceArn parameter")
            .await;
    }
    value(
        &local,
        start,
        json!({ "SourceArn": arn("jobs") }),
        "Source queue must be configured as a Dead Letter Queue.",
    )
    .await;
    let shape = "ResourceNotFoundException";
    let none = with(&base, "DestinationArn", arn("none").into());
    check(&local, start, none, shape, shape, "for the DestinationArn parameter").await;
    for to in ["dead", "orders.fifo"] {
        let part = "Must be another queue than the source, of the same type.";
        value(&local, start, with(&base, "DestinationArn", arn(to).into()), part).await;
    }
    for rate in [0, 501] {
        value(&local, start, with(&base, "MaxNumberOfMessagesPerSecond", rate.into()), "Must be >= 1 and <= 500").await;
    }
    value(&local, "ListMessageMoveTasks", with(&base, "MaxResults", 11.into()), "Must be >= 1 and <= 10").await;
    let cancel = "CancelMessageMoveTask";
    missing(&local, cancel, json!({}), "TaskHandle").await;
    value(&local, cancel, json!({ "TaskHandle": "x" }), "Value for parameter TaskHandle is invalid.").await;
    let handle = |queue: &str| {
        use base64::Engine as _;
        let handle = json!({ "taskId": "t", "sourceArn": arn(queue) }).to_string();
        json!({ "TaskHandle": base64::prelude::BASE64_STANDARD.encode(handle) })
    };
    check(&local, cancel, handle("none"), shape, shape, "for the SourceArn parameter").await;
    check(&local, cancel, handle("dead"), shape, shape, "Task does not exist.").await;
}

#[tokio::test]
async fn queues_with_too_many_messages_in_flight() {
    let local = Local::start().await;
    for _ in 0..MAX_IN_FLIGHT {
        local.cloud.send(DEAD, NewMessage::new("m")).unwrap();
    }
    local.cloud.apply(DEAD, Command::Receive { max: MAX_IN_FLIGHT, visibility: None }).unwrap();
    let receive = json!({ "QueueUrl": "dead" });
    check(&local, "ReceiveMessage", receive, "OverLimit", "OverLimit", "at most 120000 of a queue").await;
}

/// A disk that is full.
struct Full;

impl Store for Full {
    fn write(&mut self, _: &[Change]) -> io::Result<()> {
        Err(io::Error::other("no space left"))
    }

    fn compact(&mut self, _: &Broker) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_kept_is_not_taken() {
    let local = Local::start_with(Full).await;
    let refused = local.sqs("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "m" })).await.unwrap_err();
    let message = "local state: cannot be written: no space left; stop the program, make room, and start it again";
    let (shape, code) = ("InternalFailure".to_owned(), "InternalFailure;Receiver".to_owned());
    assert_eq!(refused, Refused { status: 500, shape, code, message: message.to_owned() });
    let batch = json!({ "QueueUrl": "jobs", "Entries": [{ "Id": "a", "MessageBody": "m" }] });
    let failed = local.done("SendMessageBatch", batch).await["Failed"][0].clone();
    assert_eq!((&failed["Code"], &failed["SenderFault"]), (&json!("InternalFailure"), &json!(false)));
}

#[tokio::test]
async fn requests_that_are_none() {
    let local = Local::start().await;
    let (shape, code) = ("UnknownOperationException", "InvalidAction");
    check(&local, "Dance", json!({}), shape, code, "must be an operation of SQS, got `Dance`").await;
    let shape = "SerializationException";
    for body in ["{", "[]", "{\"QueueUrl\": 1}", "\u{0}"] {
        let refused = local.raw("SendMessage", body, &[]).await.unwrap_err();
        assert_eq!((refused.shape.as_str(), refused.status), (shape, 400), "{body}");
    }
    let other = local.ask("POST /", &["x-amz-target: DynamoDB_20120810.ListTables"], "{}").await;
    assert_eq!(other.status, 400);
    assert!(other.text().contains("set AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_S3 instead of AWS_ENDPOINT_URL"));

    let form = ["content-type: application/x-www-form-urlencoded; charset=utf-8"];
    let old = [
        local.ask("POST /", &form, "Action=ListQueues&Version=2012-11-05").await,
        local.ask("POST /000000000000/jobs", &form, "Action=SendMessage").await,
        local.ask("GET /000000000000/jobs?Action=ReceiveMessage", &[], "").await,
    ];
    for answer in old {
        assert_eq!((answer.status, answer.header("content-type")), (400, "text/xml"));
        let part = "<Message>The endpoint speaks AWS JSON 1.0, not the query protocol: update the SDK";
        assert!(answer.text().contains(part), "{}", answer.text());
    }
    let nothing = local.ask("GET /", &[], "").await;
    assert_eq!(nothing.status, 400);
    assert!(nothing.text().starts_with("request: must have the header x-amz-target"));
}

#[tokio::test]
async fn strangers() {
    let local = Local::start().await;
    for header in ["host: evil.example", "host: 127.0.0.1.evil.example", "origin: https://evil.example", "origin: null"]
    {
        for line in ["POST /", "GET /payloads/key", "GET /?Action=ListQueues"] {
            let answer = local.ask(line, &[header, "x-amz-target: AmazonSQS.ListQueues"], "{}").await;
            assert_eq!(answer.status, 403, "{header} {line}");
            let (_, value) = header.split_once(": ").unwrap();
            assert!(answer.text().contains("must be those of a loopback address") && answer.text().contains(value));
        }
    }
    let home = local.raw("ListQueues", "{}", &["origin: http://localhost:3000"]).await;
    assert!(home.is_ok());
}
