//! Metrics: what each kind of task writes, and what handlers add.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_lambda::{
    metrics::{Metric, Unit},
    model::{AppModel, MetricNamespace, Problem},
    prelude::*,
    testing::TestApp,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{body, record};

struct Pay;
struct Rows;

impl Task for Pay {
    const ID: &'static str = "Pay";
    type Payload = String;
}

impl Task for Rows {
    const ID: &'static str = "Rows";
    type Payload = u32;
}

async fn pay(event: ManagedSqsEvent<Pay>, metrics: Metrics, permanent: Permanent) -> Result<(), Error> {
    metrics.count("Seen", 1);
    metrics.put("Size", event.payload.len(), Unit::Bytes);
    match event.payload.as_str() {
        "error" => Err("no money".into()),
        "panic" => panic!("no bank"),
        "never" => Err(permanent.error("no such account")),
        "long" => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A message to `Pay` that is 5 s old by now, or older.
fn message(id: &str, payload: &str) -> Value {
    record(id, &body("Pay", &payload.into()))
}

fn records(records: impl IntoIterator<Item = Value>) -> Value {
    json!({ "Records": records.into_iter().collect::<Vec<_>>() })
}

/// The metrics of a task, without those that the clock decides: of these, how many there are.
fn written(app: &TestApp, task: &str) -> Vec<(String, Vec<f64>)> {
    let metrics = app.metrics(task).into_iter();
    let metrics = metrics.map(|metric| match &*metric.name {
        "Duration" | "Age" => (format!("{} values of {}", metric.values.len(), metric.name), Vec::new()),
        name => (name.to_owned(), metric.values),
    });
    metrics.collect()
}

fn named(metrics: &[(&str, &[f64])]) -> Vec<(String, Vec<f64>)> {
    metrics.iter().map(|(name, values)| ((*name).to_owned(), values.to_vec())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_queue_counts_its_records() {
    let app = TestApp::new(App::new("shop").metrics("Shop").async_task(Pay, task(pay).timeout_secs(60)));
    let payloads = ["fine", "error", "panic", "never", "ok", "long", "late", "late too"];
    let messages = payloads.iter().enumerate().map(|(index, payload)| message(&format!("m{index}"), payload));
    let unreadable = record("bad", "{");
    app.run("Pay", records([unreadable].into_iter().chain(messages))).await.unwrap();
    assert_eq!(
        written(&app, "Pay"),
        named(&[
            ("Handled", &[2.0]),
            ("Failed", &[7.0]),
            ("Failed.deadline", &[3.0]),
            ("Failed.error", &[1.0]),
            ("Failed.message", &[1.0]),
            ("Failed.panic", &[1.0]),
            ("Failed.permanent", &[1.0]),
            ("BatchSize", &[9.0]),
            ("6 values of Duration", &[]),
            ("6 values of Age", &[]),
            // A handler that fails, panics or is stopped has counted what it did until then.
            ("Seen", &[6.0]),
            ("Size", &[4.0, 5.0, 5.0, 5.0, 2.0, 4.0]),
        ])
    );
    // The last one ran until it was stopped, a second before the deadline.
    assert_eq!(app.metric_values("Pay", "Duration"), [0.0, 0.0, 0.0, 0.0, 0.0, 59_000.0]);
    let units: Vec<Unit> = app.metrics("Pay").iter().map(|metric| metric.unit).collect();
    let [count, millis] = [Unit::Count, Unit::Milliseconds];
    let expected = [vec![count; 8], vec![millis; 2], vec![count, Unit::Bytes]].concat();
    assert_eq!(units, expected);
}

#[tokio::test]
async fn an_age_is_the_time_since_a_message_was_sent() {
    let app = TestApp::new(App::new("shop").metrics("Shop").async_task(Pay, pay));
    let now = app.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let sent = |millis: u128| {
        let mut message = message("m", "fine");
        message["attributes"]["SentTimestamp"] = millis.to_string().into();
        message
    };
    // The clock of SQS may be ahead of that of Lambda.
    app.run("Pay", records([sent(now - 5000), sent(now + 3_600_000)])).await.unwrap();
    assert_eq!(app.metric_values("Pay", "Age"), [5000.0, 0.0]);
}

#[tokio::test(start_paused = true)]
async fn records_that_are_not_tried_are_counted_each() {
    let app = App::new("shop").metrics("Shop").async_task(Pay, task(pay).timeout_secs(60));
    let app = TestApp::new(app);
    let late = (0..30).map(|index| message(&format!("m{index}"), "fine"));
    app.run("Pay", records([message("long", "long")].into_iter().chain(late))).await.unwrap();
    assert_eq!(app.metric_values("Pay", "Failed.deadline"), [31.0]);

    let mut group = vec![message("first", "error"), message("second", "fine"), message("third", "fine")];
    for message in &mut group {
        message["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:pay.fifo".into();
        message["attributes"]["MessageGroupId"] = "a".into();
    }
    app.run("Pay", records(group)).await.unwrap();
    assert_eq!(app.metric_values("Pay", "Failed"), [31.0, 3.0]);
    assert_eq!(app.metric_values("Pay", "Failed.order"), [2.0]);
}

#[tokio::test]
async fn records_at_once_add_to_one_invocation() {
    let app = App::new("shop").metrics("Shop").async_task(Pay, task(pay).record_concurrency(10));
    let app = TestApp::new(app);
    let messages = (0..200).map(|index| message(&format!("m{index}"), if index < 50 { "error" } else { "fine" }));
    app.run("Pay", records(messages)).await.unwrap();
    for (name, expected) in [("Handled", 150.0), ("Failed", 50.0), ("Seen", 200.0), ("BatchSize", 200.0)] {
        assert_eq!(app.metric_values("Pay", name), [expected], "{name}");
    }
    assert_eq!(app.metric_values("Pay", "Duration").len(), 200);
}

#[tokio::test]
async fn an_event_that_is_no_batch_has_failed() {
    let app = TestApp::new(App::new("shop").metrics("Shop").async_task(Pay, pay));
    app.run("Pay", json!({})).await.unwrap_err();
    let expected: &[(&str, &[f64])] = &[("Handled", &[0.0]), ("Failed", &[1.0]), ("Failed.event", &[1.0])];
    assert_eq!(written(&app, "Pay"), named(expected));
}

async fn rows(rows: Batch<Rows>, metrics: Metrics, permanent: Permanent) -> Result<(), Error> {
    metrics.count("Rows", rows.messages().len());
    for row in &rows {
        match row.payload {
            0 => rows.fail(row, "zero"),
            1 => rows.fail(row, permanent.error("one")),
            2 => return Err("two".into()),
            3 => panic!("three"),
            _ => {}
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_batch_task_has_one_call_for_many_messages() {
    let row = |payload: u32| record(&format!("m{payload}"), &body("Rows", &payload.into()));
    for (payloads, expected) in [
        (
            vec![7, 0, 1, 8],
            vec![
                ("Handled", 2.0),
                ("Failed", 3.0),
                ("Failed.error", 1.0),
                ("Failed.message", 1.0),
                ("Failed.permanent", 1.0),
            ],
        ),
        (vec![7, 2], vec![("Handled", 0.0), ("Failed", 3.0), ("Failed.error", 2.0), ("Failed.message", 1.0)]),
        (vec![7, 3], vec![("Handled", 0.0), ("Failed", 3.0), ("Failed.message", 1.0), ("Failed.panic", 2.0)]),
    ] {
        let app = TestApp::new(App::new("shop").metrics("Shop").async_batch_task(Rows, rows));
        let count = payloads.len();
        let messages = payloads.into_iter().map(row).chain([record("bad", "{")]);
        app.run("Rows", records(messages)).await.unwrap();
        let mut expected: Vec<(String, Vec<f64>)> =
            expected.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
        expected.extend([
            ("BatchSize".to_owned(), vec![count as f64 + 1.0]),
            ("1 values of Duration".to_owned(), vec![]),
            (format!("{count} values of Age"), vec![]),
            ("Rows".to_owned(), vec![count as f64]),
        ]);
        assert_eq!(written(&app, "Rows"), expected);
    }
}

#[tokio::test]
async fn a_stream_ends_at_the_first_failure() {
    #[derive(Deserialize)]
    struct Item {
        id: u32,
    }
    async fn changed(event: DynamoDbEvent<Item>) -> Result<(), Error> {
        if event.new_image.is_some_and(|item| item.id == 0) { Err("zero".into()) } else { Ok(()) }
    }
    let stream = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
    let app = TestApp::new(App::new("shop").metrics("Shop").dynamodb_task("Changed", stream, changed));
    let change = |number: usize, id: u32| {
        json!({ "eventName": "INSERT", "dynamodb": {
            "SequenceNumber": number.to_string(),
            "ApproximateCreationDateTime": 1_795_424_400.0,
            "NewImage": { "id": { "N": id.to_string() } },
        }})
    };
    app.run("Changed", records([change(1, 7), change(2, 0), change(3, 8)])).await.unwrap();
    let expected: &[(&str, &[f64])] = &[
        ("Handled", &[1.0]),
        ("Failed", &[1.0]),
        ("Failed.error", &[1.0]),
        ("BatchSize", &[3.0]),
        ("2 values of Duration", &[]),
        ("2 values of Age", &[]),
    ];
    assert_eq!(written(&app, "Changed"), named(expected));
}

#[tokio::test]
async fn a_schedule_is_an_event_of_its_own() {
    async fn tick(event: ScheduledEvent) -> Result<(), Error> {
        if event.time.is_empty() { Err("no time".into()) } else { Ok(()) }
    }
    let app = App::new("shop").metrics("Shop").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let app = TestApp::new(app);
    app.run_schedule("Tick").await.unwrap();
    // A schedule may have an input of its own.
    app.run("Tick", json!({ "Records": [1, 2, 3] })).await.unwrap_err();
    let expected: &[(&str, &[f64])] = &[
        ("Handled", &[1.0]),
        ("Failed", &[0.0]),
        ("1 values of Duration", &[]),
        ("1 values of Age", &[]),
        ("Handled", &[0.0]),
        ("Failed", &[1.0]),
        ("Failed.error", &[1.0]),
        ("1 values of Duration", &[]),
    ];
    assert_eq!(written(&app, "Tick"), named(expected));
}

#[tokio::test]
async fn a_request_fails_with_a_status_of_500_and_more() {
    async fn answer(event: ApiEvent) -> Result<StatusCode, Error> {
        match event.query("status") {
            Some("error") => Err("no answer".into()),
            Some("panic") => panic!("no answer"),
            status => Ok(status.unwrap_or("200").parse()?),
        }
    }
    let app = App::new("shop").metrics("Shop").api_task("Answer", Method::GET, "/", answer);
    let app = TestApp::new(app);
    for status in ["200", "404", "499", "500", "503", "error", "panic"] {
        app.request(ApiEvent::get(&format!("/?status={status}"))).await;
    }
    assert_eq!(app.metric_values("Answer", "Handled"), [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(app.metric_values("Answer", "Failed.error"), [1.0, 1.0, 1.0]);
    assert_eq!(app.metric_values("Answer", "Failed.panic"), [1.0]);
    assert_eq!(app.metric_values("Answer", "Age"), [0.0; 0]);
}

#[tokio::test]
async fn messages_of_a_test_are_invocations_too() {
    let app = TestApp::new(App::new("shop").metrics("Shop").async_task(Pay, task(pay).max_receive_count(2)));
    app.send::<Pay>("error".to_owned()).await;
    app.send::<Pay>("fine".to_owned()).await;
    app.run_until_idle().await;
    assert_eq!(app.metric_values("Pay", "Handled"), [0.0, 1.0, 0.0]);
    assert_eq!(app.metric_values("Pay", "Failed"), [1.0, 0.0, 1.0]);
    assert_eq!(app.metric_values("Pay", "BatchSize"), [1.0, 1.0, 1.0]);
}

#[tokio::test]
async fn handlers_add_their_own() {
    async fn tick(_: ScheduledEvent, metrics: Metrics, kept: State<Mutex<Option<Metrics>>>) -> Result<(), Error> {
        metrics.count("Paid", 3);
        metrics.count("Paid", 2.5);
        metrics.put("Paid", 9, Unit::Count);
        metrics.put("Size", u64::MAX, Unit::Bytes);
        metrics.duration("Bank", Duration::from_nanos(1_234_567));
        let euros = metrics.dimension("Currency", "USD").dimension("Bank", "B").dimension("Currency", "EUR");
        euros.count("Paid", 1);
        metrics.dimension("Bank", "B").dimension("Currency", "EUR").count("Paid", 1);
        // None of these is written.
        metrics.put("Handled", 1, Unit::Count);
        metrics.put("Wrong", f64::NAN, Unit::None);
        metrics.put("", 1, Unit::None);
        metrics.dimension("Größe", "L").count("Lost", 1);
        metrics.dimension("Task", "Mine").dimension("Other", "x").count("Lost", 1);
        euros.count("Currency", 1);
        *kept.lock().unwrap() = Some(metrics);
        Err("at the end".into())
    }
    let kept: Arc<Mutex<Option<Metrics>>> = Arc::default();
    let own = Arc::clone(&kept);
    let tick = move |event: ScheduledEvent, metrics: Metrics| tick(event, metrics, State::from(Arc::clone(&own)));
    let app = App::new("shop").metrics("Shop").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    let app = TestApp::new(app);
    app.run_schedule("Tick").await.unwrap_err();
    // The invocation is over, and nothing of it goes into the next one.
    let late = kept.lock().unwrap().take().unwrap();
    late.count("Late", 1);
    app.run_schedule("Tick").await.unwrap_err();

    let show = |metric: &Metric| {
        let dimensions: Vec<String> = metric.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{} {:?} {} {}", metric.name, metric.values, metric.unit, dimensions.join(" "))
    };
    let own = app.metrics("Tick");
    let is_own = |metric: &&Metric| !["Handled", "Duration", "Age"].contains(&&*metric.name);
    let own: Vec<String> =
        own.iter().filter(is_own).filter(|metric| !metric.name.starts_with("Failed")).map(show).collect();
    let expected = [
        "Bank [1.234] Milliseconds ",
        "Paid [9.0] Count ",
        "Paid [5.5] Count ",
        "Size [1.8446744073709552e19] Bytes ",
        "Paid [2.0] Count Bank=B Currency=EUR",
    ];
    assert_eq!(own, [expected, expected].concat());
}

#[tokio::test]
async fn a_handler_is_a_function() {
    let metrics = Metrics::new();
    let event = ManagedSqsEvent::<Pay>::new("fine".to_owned());
    pay(event, metrics.clone(), Permanent::in_test()).await.unwrap();
    let recorded: Vec<_> = metrics.recorded().into_iter().map(|metric| (metric.name, metric.values)).collect();
    assert_eq!(recorded, [("Seen".into(), vec![1.0]), ("Size".into(), vec![4.0])]);
}

#[test]
fn a_sum_stays_in_the_range_of_values() {
    let (metrics, most) = (Metrics::new(), 2_f64.powi(360));
    for by in [most, 1.0, most, -most] {
        metrics.count("Sum", by);
    }
    assert_eq!(metrics.recorded()[0].values, [0.0]);
}

fn messages(result: Result<AppModel, Vec<Problem>>) -> Vec<String> {
    let problems = result.err().unwrap_or_default();
    problems.iter().map(|problem| format!("{}; {}", problem.message(), problem.help().unwrap_or_default())).collect()
}

#[test]
fn a_handler_that_takes_metrics_needs_a_namespace() {
    let inner = || App::new("inner").async_task(Pay, pay);
    let expected = "task `Pay`: handler `it::metrics::pay` takes `Metrics`, and the application has no namespace for them; add \
                    `.metrics(\"Namespace\")` to the `App`";
    assert_eq!(messages(inner().model()), [expected]);
    assert_eq!(messages(App::new("shop").merge(inner()).model()), [expected]);
    assert!(App::new("shop").metrics("Shop").merge(inner()).model().is_ok());
    assert!(App::new("shop").merge(inner().metrics("Inner")).model().is_ok());
}

#[tokio::test]
async fn optional_metrics_may_be_absent() {
    async fn tick(_: ScheduledEvent, metrics: Option<Metrics>) -> Result<bool, Error> {
        Ok(metrics.is_some())
    }
    let app = || App::new("shop").scheduled_task("Tick", schedule!("rate(1 day)"), tick);
    assert_eq!(TestApp::new(app()).run_schedule("Tick").await.unwrap(), false);
    assert_eq!(TestApp::new(app().metrics("Shop".to_owned())).run_schedule("Tick").await.unwrap(), true);
}

#[test]
fn a_wrong_namespace_is_one_problem() {
    const SHOP: MetricNamespace = MetricNamespace::literal("Shop");
    assert!(App::new("shop").metrics(SHOP).model().is_ok());
    let wrong = messages(App::new("shop").metrics("AWS/Shop").async_task(Pay, pay).model());
    let expected = "metrics namespace `AWS/Shop`: must be 1 to 255 letters, digits, spaces and `.-_/#:`, not only spaces, \
                    without `AWS/` or `:` at its beginning; write `AWSShop`";
    assert_eq!(wrong, [expected]);
}

#[tokio::test]
#[should_panic(expected = "the application must have metrics")]
async fn a_test_of_metrics_needs_some() {
    TestApp::new(App::new("shop")).metrics("Tick");
}
