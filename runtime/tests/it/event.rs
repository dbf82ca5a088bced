//! Events from outside: whatever they are, no decoder panics.

use async_lambda::prelude::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

struct Any;

impl Task for Any {
    const ID: &'static str = "Any";
    type Payload = Value;
}

fn app() -> App {
    App::new("demo")
        .async_task(Any, async |_: ManagedSqsEvent<Any>| Ok::<_, Error>(()))
        .sqs_task("Queue", "arn:aws:sqs:us-east-1:123456789012:q", async |event: UnmanagedSqsEvent| {
            Ok::<_, Error>(event.json::<Value>().is_ok())
        })
        .scheduled_task("Tick", schedule!("rate(1 day)"), async |event: ScheduledEvent| Ok::<_, Error>(event.time))
        .api_task("Api", "ANY", "/", async |event: ApiEvent| Ok::<_, Error>(event.into_request()?.uri().to_string()))
}

#[tokio::test]
async fn a_rules_event_has_a_date() {
    async fn tick(event: ScheduledEvent) -> Result<String, Error> {
        let rule = event.rule_event()?;
        Ok(format!("{} {:?} {:?}", event.time, rule.time.map(|time| time.timestamp()), rule.resources))
    }
    let app = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let (engine, _) = crate::engine(app);
    let event = json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": "2026-11-23T09:00:00Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/demo-Tick"], "detail": {},
    });
    let answer = engine.invoke("Tick", event, Context::default()).await.unwrap();
    let rule = r#"["arn:aws:events:us-east-1:123456789012:rule/demo-Tick"]"#;
    assert_eq!(answer, format!("2026-11-23T09:00:00Z Some(1795424400) Some({rule})"));
    let error = engine.invoke("Tick", json!({}), Context::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "event: must be an event of EventBridge: missing field `detail-type`");
}

/// A value for a key that a decoder looks at.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop_oneof![Just("GET"), Just("/a b?c#d%2"), Just("1"), Just("q.fifo"), Just("{\"payload\":\"1\"}")]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,6}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// An object with some of these keys.
fn object(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::collection::vec((prop::sample::select(keys), value()), 0..keys.len()).prop_map(|pairs| {
        let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
        Value::Object(pairs.collect())
    })
}

fn reason(task: &str, event: Value) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (engine, _) = crate::engine(app());
    match runtime.block_on(engine.invoke(task, event, Context::default())) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

proptest! {
    #[test]
    fn requests(event in object(&[
        "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "requestContext", "body", "isBase64Encoded",
    ])) {
        let mut event = event;
        if event.get("httpMethod").is_none() {
            event["httpMethod"] = "GET".into();
        }
        if event.get("path").is_none() {
            event["path"] = "/a".into();
        }
        let reason = reason("Api", event);
        prop_assert!(!reason.starts_with("panic"), "{}", reason);
    }

    /// Whatever is in front of the task.
    #[test]
    fn requests_of_other_senders(event in object(&[
        "version", "rawPath", "rawQueryString", "cookies", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "requestContext", "body", "isBase64Encoded", "path",
        "httpMethod", "Records", "resourceId", "stageVariables",
    ]), context in prop_oneof![
        Just(json!({ "http": { "method": "GET" }, "stage": "a", "domainName": "x.execute-api.y" })),
        Just(json!({ "http": { "method": "GET" }, "domainName": "x.lambda-url.y" })),
        Just(json!({ "elb": {} })),
        value(),
    ], version in prop_oneof![Just(json!("1.0")), Just(json!("2.0")), Just(Value::Null), value()]) {
        let mut event = event;
        for (key, value) in [("requestContext", context), ("version", version), ("rawPath", json!("/a/%%41 ü"))] {
            if event.get(key).is_none() {
                event[key] = value;
            }
        }
        let reason = reason("Api", event);
        prop_assert!(!reason.starts_with("panic"), "{}", reason);
    }

    #[test]
    fn schedules(event in value()) {
        prop_assert_eq!(reason("Tick", event), "");
    }

    #[test]
    fn batches(event in value(), records in prop::collection::vec(object(&[
        "messageId", "body", "attributes", "messageAttributes", "eventSourceARN", "receiptHandle",
    ]), 0..4)) {
        for event in [event, json!({ "Records": records })] {
            for task in ["Any", "Queue"] {
                let reason = reason(task, event.clone());
                prop_assert!(reason.is_empty() || reason.starts_with("event: "), "{}", reason);
            }
        }
    }
}
