//! Events made by hand, and whole applications under test.

use std::time::{Duration, UNIX_EPOCH};

use async_lambda::{
    http::StatusCode,
    prelude::*,
    testing::{Outbox, TestApp},
};
use pretty_assertions::assert_eq;
use serde_json::json;

struct Resize;
impl Task for Resize {
    const ID: &'static str = "Resize";
    type Payload = String;
}

struct Notify;
impl Task for Notify {
    const ID: &'static str = "Notify";
    type Payload = u32;
}

async fn resize(event: ManagedSqsEvent<Resize>, notify: Invoke<Notify>) -> Result<u32, Error> {
    if event.payload == "broken" {
        return Err(format!("attempt {}", event.receive_count).into());
    }
    if event.payload == "flaky" && event.receive_count < 3 {
        panic!("not yet");
    }
    let length = u32::try_from(event.payload.len())?;
    notify.message(length).delay_secs(60).send().await?;
    Ok(length)
}

async fn notify(event: ManagedSqsEvent<Notify>) -> Result<u32, Error> {
    Ok(event.payload)
}

async fn tick(event: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    Ok(resize.send(event.time).await?)
}

async fn import(event: UnmanagedSqsEvent, resize: Invoke<Resize>) -> Result<(), Error> {
    Ok(resize.send(event.json()?).await?)
}

async fn upload(event: ApiEvent, resize: Invoke<Resize>) -> Result<(StatusCode, String), Error> {
    let name: String = event.json()?;
    let answer = format!("{} {}", event.path_parameter("id").unwrap_or("none"), event.query("q").unwrap_or("none"));
    resize.send(name).await?;
    Ok((StatusCode::CREATED, answer))
}

fn app() -> App {
    App::new("demo")
        .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
        .sqs_task("Import", "arn:aws:sqs:eu-west-1:123456789012:legacy", import)
        .api_task("Upload", Method::POST, "/photos/{id}", upload)
        .async_task(Resize, task(resize).max_receive_count(3).timeout_secs(5))
        .async_task(Notify, notify)
}

#[tokio::test]
async fn a_handler_is_called_as_the_function_that_it_is() {
    let outbox = Outbox::new();
    let event = ManagedSqsEvent::<Resize>::new("a.png".to_owned());
    assert_eq!((event.receive_count, &event.message_id[..], event.source_task_id.as_deref()), (1, "test-1", None));
    assert_eq!(resize(event, outbox.invoke()).await.unwrap(), 5);
    let sent = outbox.sent::<Notify>();
    assert_eq!((sent.len(), sent[0].payload, sent[0].delay_secs), (1, 5, 60));
    assert_eq!(outbox.payloads::<Resize>(), [""; 0]);

    let event = ManagedSqsEvent::<Resize>::new("broken".to_owned()).with_receive_count(4).with_source_task_id("Tick");
    assert_eq!(event.raw()["attributes"]["ApproximateReceiveCount"], "4");
    assert_eq!(event.record().unwrap().attributes["ApproximateReceiveCount"], "4");
    assert!(event.raw()["body"].as_str().unwrap().contains(r#""source_task_id":"Tick""#));
    assert_eq!(resize(event, outbox.invoke()).await.unwrap_err().to_string(), "attempt 4");

    let event = ManagedSqsEvent::<Resize>::new(String::new()).with_lane(2).with_message_group_id("g");
    let event = event.with_message_id("m");
    assert_eq!((event.lane, event.message_group_id.as_deref(), &event.message_id[..]), (2, Some("g"), "m"));

    outbox.fail_sends::<Notify>(1);
    let error = resize(ManagedSqsEvent::new("a.png".to_owned()), outbox.invoke()).await.unwrap_err();
    let expected = "message to `Notify`: was refused: the test refuses it (`fail_sends`)";
    assert_eq!(error.to_string(), expected);
    assert!(resize(ManagedSqsEvent::new("a.png".to_owned()), outbox.invoke()).await.is_ok());
}

#[tokio::test]
async fn events_of_every_kind_can_be_made() {
    let event = UnmanagedSqsEvent::new("\"x\"")
        .with_message_id("m-7")
        .with_receive_count(2)
        .with_attribute("MessageGroupId", "g")
        .with_message_attribute("kind", "photo");
    assert_eq!((&event.body[..], &event.message_id[..], event.receive_count), ("\"x\"", "m-7", 2));
    assert_eq!(event.attribute("MessageGroupId").as_deref(), Some("g"));
    assert_eq!(event.message_group_id.as_deref(), Some("g"));
    assert_eq!(event.message_attribute("kind"), Some("photo"));

    let event = ScheduledEvent::at("2026-11-23T09:00:00Z");
    assert_eq!(event.rule_event().unwrap().source, "aws.events");
    assert_eq!(ScheduledEvent::of(json!({"own": "input"})).raw()["own"], "input");

    let event = ApiEvent::put("/photos/a%20b?q=1&q=2")
        .path_parameter("id", "a b/c")
        .query("r", "x y")
        .header("X-One", "1")
        .json(&json!({"n": 1}))
        .build();
    assert_eq!(
        (&event.path[..], event.method.as_str(), event.path_parameter("id")),
        ("/photos/a%20b", "PUT", Some("a b/c"))
    );
    assert_eq!((event.query("q"), event.query("r"), event.header("x-one")), (Some("2"), Some("x y"), Some("1")));
    assert_eq!(event.json::<serde_json::Value>().unwrap(), json!({"n": 1}));
    assert_eq!(event.proxy_request().unwrap().path.as_deref(), Some("/photos/a%20b"));
    let bytes = ApiEvent::post("/x").body(vec![0xff_u8, 0]).build();
    assert_eq!(&bytes.body[..], [0xff, 0]);
}

#[tokio::test]
async fn messages_are_followed_until_there_are_none() {
    let app = TestApp::new(app()).starting_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    app.run_schedule("Tick").await.unwrap();
    let response = app.request(ApiEvent::post("/photos/7?q=x").json(&"flaky")).await;
    assert_eq!((response.status, response.text()), (StatusCode::CREATED, "7 x"));
    app.receive("Import", "\"broken\"");
    app.send::<Resize>("direct".to_owned()).await;

    let runs = app.run_until_idle().await;
    let lines: Vec<String> = runs
        .iter()
        .map(|run| {
            let end = match &run.result {
                Ok(value) => value.to_string(),
                Err(error) => format!("{}: {}", error.kind, error.reason),
            };
            format!("{} {} {} -> {end}", run.task, run.text(), run.attempt)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "Resize \"2026-01-01T00:00:00Z\" 1 -> 20",
            "Resize \"flaky\" 1 -> panic: panic: not yet",
            "Import \"broken\" 1 -> null",
            "Resize \"direct\" 1 -> 6",
            "Resize \"broken\" 1 -> error: attempt 1",
            // After the visibility timeout, 30 s.
            "Resize \"flaky\" 2 -> panic: panic: not yet",
            "Resize \"broken\" 2 -> error: attempt 2",
            // After the delay of 60 s, and the second visibility timeout: the oldest messages first.
            "Resize \"flaky\" 3 -> 5",
            "Notify 20 1 -> 20",
            "Resize \"broken\" 3 -> error: attempt 3",
            "Notify 6 1 -> 6",
            "Notify 5 1 -> 5",
        ]
    );
    assert_eq!(runs[8].payload::<Notify>(), 20);
    let dead = app.dead_letters();
    assert_eq!((dead.len(), &dead[0].task[..], &dead[0].reason[..]), (1, "Resize", "attempt 3"));
    assert_eq!(dead[0].payload::<Resize>(), "broken");
    assert_eq!(app.payloads::<Notify>(), [20, 6, 5]);
    assert!(app.run_until_idle().await.is_empty());
}

#[tokio::test]
async fn dead_letters_are_sent_again_in_their_chain() {
    let app = TestApp::new(app());
    app.request(ApiEvent::post("/photos/7").json(&"broken")).await;
    let failed = app.run_until_idle().await;
    assert_eq!(failed.iter().map(|run| run.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(app.redrive::<Notify>(|length| length), 0);

    // Without a repair it fails as often again.
    assert_eq!(app.redrive::<Resize>(|name| name), 1);
    let failed_again = app.run_until_idle().await;
    assert_eq!(failed_again.iter().map(|run| run.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(app.dead_letters().len(), 2);

    assert_eq!(app.redrive::<Resize>(|name| name.replace("broken", "whole")), 1);
    let runs = app.run_until_idle().await;
    let found = runs.iter().map(|run| (run.text(), run.source_task_id.as_deref(), run.attempt, run.result.is_ok()));
    assert_eq!(found.collect::<Vec<_>>(), [("\"whole\"", Some("Upload"), 1, true), ("5", Some("Resize"), 1, true)]);
    assert!(failed[0].invocation_id.is_some());
    assert!(runs.iter().chain(&failed).all(|run| run.invocation_id == failed[0].invocation_id), "{runs:?}");
    assert_eq!(app.redrive::<Resize>(|name| name), 0);
}

#[tokio::test]
async fn what_a_handler_gave_up_is_sent_again_from_the_bucket_too() {
    async fn resize(event: ManagedSqsEvent<Resize>, permanent: Permanent) -> Result<(), Error> {
        if event.payload.len() > 10 { Err(permanent.error("too long")) } else { Ok(()) }
    }
    async fn notify(_: ManagedSqsEvent<Notify>, permanent: Permanent) -> Result<(), Error> {
        Err(permanent.error("nobody is there"))
    }
    let app = TestApp::new(App::new("demo").async_task(Resize, resize).async_task(Notify, notify));
    app.send::<Resize>("x".repeat(300_000)).await;
    app.send::<Notify>(1).await;
    assert_eq!(app.run_until_idle().await.len(), 2);
    assert_eq!(app.dead_letters().len(), 2);
    assert_eq!(app.redrive::<Resize>(|name| name[..10].to_owned()), 1);
    let runs = app.run_until_idle().await;
    assert_eq!((runs.len(), runs[0].payload::<Resize>().len(), runs[0].result.is_ok()), (1, 10, true));
}

#[tokio::test]
#[should_panic(expected = "task `Resize`: must be an async task of the application")]
async fn dead_letters_of_nobody() {
    TestApp::new(App::new("demo").async_task(Notify, notify)).redrive::<Resize>(|name| name);
}

#[tokio::test]
async fn failures_of_an_api_are_those_of_api_gateway() {
    let app = TestApp::new(app());
    app.fail_sends::<Resize>(1);
    let response = app.request(ApiEvent::post("/photos/7").json(&"a")).await;
    assert_eq!(
        (response.status, response.json::<serde_json::Value>()),
        (StatusCode::INTERNAL_SERVER_ERROR, json!({"message": "Internal server error"}))
    );
    assert!(app.run_until_idle().await.is_empty());
    assert_eq!(app.request(ApiEvent::get("/nowhere")).await.status, StatusCode::FORBIDDEN);
    let error = app.run_schedule("Tock").await.unwrap_err();
    assert_eq!(error.to_string(), "task `Tock`: must be one of Tick, Import, Upload, Resize, Notify");
}

#[tokio::test]
async fn large_payloads_and_long_chains_are_followed() {
    struct Again;
    impl Task for Again {
        const ID: &'static str = "Again";
        type Payload = String;
        const RECURSION: Option<u32> = Some(2);
    }
    async fn again(event: ManagedSqsEvent<Again>, again: Invoke<Again>) -> Result<(), Error> {
        Ok(again.send(event.payload).await?)
    }
    let app = TestApp::new(App::new("demo").async_task(Again, again));
    let large = "x".repeat(300_000);
    app.send::<Again>(large.clone()).await;
    let runs = app.run_until_idle().await;
    assert_eq!(runs.iter().map(|run| run.payload::<Again>() == large).collect::<Vec<_>>(), [true; 4]);
    assert!(runs[3].result.is_err());
    assert_eq!(app.dead_letters().len(), 1);
    assert_eq!(app.dead_letters()[0].payload::<Again>(), large);
}

#[tokio::test]
async fn payloads_can_be_asked_for_after_they_were_deleted() {
    async fn start(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
        Ok(resize.send("x".repeat(300_000)).await?)
    }
    async fn resize(_: ManagedSqsEvent<Resize>) -> Result<(), Error> {
        Ok(())
    }
    let app = App::new("demo").scheduled_task("Start", schedule!("rate(1 day)"), start).async_task(Resize, resize);
    let app = TestApp::new(app.delete_payloads_after_success());
    app.run_schedule("Start").await.unwrap();
    let runs = app.run_until_idle().await;
    assert_eq!((runs.len(), runs[0].payload::<Resize>().len()), (1, 300_000));
    assert_eq!(app.payloads::<Resize>()[0].len(), 300_000);
}

#[tokio::test]
async fn what_is_sent_behind_the_back_of_a_handler_is_delivered() {
    async fn start(_: ScheduledEvent, notify: Invoke<Notify>) -> Result<(), Error> {
        tokio::spawn(async move { notify.send(1).await });
        Ok(())
    }
    let app = App::new("demo").scheduled_task("Start", schedule!("rate(1 day)"), start).async_task(Notify, notify);
    let app = TestApp::new(app);
    app.run_schedule("Start").await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(app.run_until_idle().await.len(), 1);
}

#[tokio::test]
#[should_panic(expected = "task `Resize`: must be an async task of the application")]
async fn a_message_to_nobody() {
    TestApp::new(App::new("demo").async_task(Notify, notify)).send::<Resize>("a".to_owned()).await;
}

#[test]
#[should_panic(expected = "invokes `Notify`, which is not registered")]
fn problems_are_shown() {
    drop(TestApp::new(App::new("demo").async_task(Resize, resize)));
}

#[tokio::test]
async fn states_are_replaced_in_merged_applications_too() {
    struct Database(&'static str);
    async fn tick(_: ScheduledEvent, database: State<Database>) -> Result<&'static str, Error> {
        Ok(database.0)
    }
    let part = |id: &str| App::new("part").scheduled_task(id, schedule!("rate(1 day)"), tick);
    let down = async || Err::<Database, _>("the database is down");
    let app = || {
        App::new("whole").with_state(Database("real")).merge(part("Own").with_state_async(down)).merge(part("Other"))
    };
    let real = TestApp::new(app());
    assert_eq!(real.run_schedule("Other").await.unwrap(), "real");
    assert_eq!(real.run_schedule("Own").await.unwrap_err().reason, "the database is down");
    let fake = TestApp::new(app()).with_state(Database("fake"));
    for task in ["Own", "Other"] {
        assert_eq!(fake.run_schedule(task).await.unwrap(), "fake");
    }
}

#[test]
#[should_panic(expected = "no handler of the application takes `State<&str>`")]
fn a_state_that_nobody_takes_is_a_mistake() {
    drop(TestApp::new(app()).with_state("fake"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end_fails_at_its_timeout() {
    async fn never(_: ManagedSqsEvent<Resize>) -> Result<(), Error> {
        std::future::pending().await
    }
    let app = TestApp::new(App::new("demo").async_task(Resize, task(never).timeout_secs(10).max_receive_count(1)));
    app.send::<Resize>("a".to_owned()).await;
    let runs = app.run_until_idle().await;
    assert_eq!((runs.len(), runs[0].result.as_ref().unwrap_err().kind), (1, "deadline"));
    assert_eq!(app.dead_letters().len(), 1);
}
