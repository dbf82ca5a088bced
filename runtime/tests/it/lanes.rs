//! Lanes and message groups are passed on from message to message.

use std::time::Duration;

use async_lambda::{
    prelude::*,
    testing::{Sent, TestApp},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{body, engine, failures, record};

macro_rules! tasks {
    ($($task:ident),*) => {$(
        struct $task;
        impl Task for $task {
            const ID: &'static str = stringify!($task);
            type Payload = String;
        }
    )*};
}

tasks!(Start, Three, One, Still);

/// Sends one message to each task, to the lane that the payload names, if it names one.
async fn start(
    event: ManagedSqsEvent<Start>,
    three: Invoke<Three>,
    one: Invoke<One>,
    still: Invoke<Still>,
) -> Result<u32, Error> {
    let Ok(lane) = event.payload.parse::<i64>() else {
        three.send(String::new()).await?;
        one.send(String::new()).await?;
        still.send(String::new()).await?;
        return Ok(event.lane);
    };
    three.message(String::new()).lane(lane).group("own").send().await?;
    one.message(String::new()).lane(lane).group("own").send().await?;
    still.messages([String::new()]).lane(lane).group("own").send().await?;
    Ok(event.lane)
}

async fn end<T: Task>(event: ManagedSqsEvent<T>) -> Result<Value, Error> {
    Ok(json!([event.lane, event.message_group_id]))
}

fn app() -> App {
    App::new("demo")
        .lanes(3)
        .async_task(Start, task(start).lanes(5))
        .async_task(Three, end::<Three>)
        .async_task(One, task(end::<One>).lanes(1))
        .async_task(Still, task(end::<Still>).propagate_lane(false))
}

/// A record that came through a lane, with a message group.
fn from_lane(lane: u32, group: &str, payload: &str) -> Value {
    let mut record = record("m", &body("Start", &json!(payload)));
    record["eventSourceARN"] = match lane {
        0 => "arn:aws-cn:sqs:cn-north-1:123456789012:demo-Start".into(),
        lane => format!("arn:aws-cn:sqs:cn-north-1:123456789012:demo-Start-L{lane}").into(),
    };
    record["attributes"]["MessageGroupId"] = group.into();
    record
}

#[tokio::test]
async fn a_message_goes_to_the_lane_that_is_meant_and_there() {
    let (engine, recorder) = engine(app());
    for (came_through, asked, expected) in [
        (0, "-", [0, 0, 0]),
        (2, "-", [2, 0, 0]),
        // Three has no lane 4, and nothing fails because of it.
        (4, "-", [0, 0, 0]),
        (1, "2", [2, 0, 2]),
        (1, "4", [0, 0, 0]),
        (1, "0", [0, 0, 0]),
    ] {
        assert_eq!(failures(&engine, "Start", vec![from_lane(came_through, "g", asked)]).await, [""; 0]);
        let sent = recorder.take_sent();
        let lanes: Vec<(&str, u32)> = sent.iter().map(|(task, message)| (task.as_str(), message.lane)).collect();
        let tasks = ["Three", "One", "Still"];
        assert_eq!(lanes, std::iter::zip(tasks, expected).collect::<Vec<_>>(), "{came_through} {asked}");
        let group = if asked == "-" { "g" } else { "own" };
        assert!(sent.iter().all(|(_, message)| message.group.as_deref() == Some(group)), "{sent:?}");
    }
}

#[tokio::test]
async fn records_of_one_batch_keep_their_own_group() {
    let (engine, recorder) = engine(app());
    let records = ["a", "b"].map(|group| {
        let mut record = from_lane(1, group, "-");
        record["messageId"] = group.into();
        record
    });
    assert_eq!(failures(&engine, "Start", records.into()).await, [""; 0]);
    let groups: Vec<String> = recorder.sent().into_iter().filter_map(|(_, message)| message.group).collect();
    assert_eq!(groups, ["a", "a", "a", "b", "b", "b"]);
}

#[tokio::test]
async fn groups_of_other_queues_are_passed_on_and_schedules_have_none() {
    async fn import(event: UnmanagedSqsEvent, one: Invoke<One>) -> Result<(), Error> {
        Ok(one.send(event.message_group_id.unwrap_or_default()).await?)
    }
    async fn tick(_: ScheduledEvent, one: Invoke<One>) -> Result<(), Error> {
        Ok(one.send("tick".to_owned()).await?)
    }
    let part = |app: App| {
        app.sqs_task("Import", "arn:aws:sqs:eu-west-1:123456789012:legacy", import).scheduled_task(
            "Tick",
            schedule!("rate(1 day)"),
            tick,
        )
    };
    let end = |app: App| app.async_task(One, end::<One>);
    for (app, expected) in [
        (end(part(App::new("demo"))), Some("g")),
        (end(part(App::new("demo"))).propagate_message_group(false), None),
        // A part keeps what it says.
        (end(App::new("demo")).propagate_message_group(false).merge(part(App::new("part"))), None),
        (
            end(App::new("demo"))
                .propagate_message_group(false)
                .merge(part(App::new("part")).propagate_message_group(true)),
            Some("g"),
        ),
        (end(App::new("demo")).merge(part(App::new("part")).propagate_message_group(false)), None),
    ] {
        let (engine, recorder) = engine(app);
        let mut record = record("m", "a");
        record["attributes"]["MessageGroupId"] = "g".into();
        assert_eq!(failures(&engine, "Import", vec![record]).await, [""; 0]);
        engine.invoke("Tick", json!({}), Context::default()).await.unwrap();
        let sent = recorder.sent();
        assert!(sent[0].1.body.contains(r#""payload":"\"g\"""#), "{sent:?}");
        assert_eq!((sent[0].1.group.as_deref(), sent[1].1.group.as_deref()), (expected, None));
    }
}

#[tokio::test]
async fn test_apps_have_lanes_and_groups() {
    let app = TestApp::new(app());
    app.run("Start", json!({"Records": [from_lane(2, "g", "-")]})).await.unwrap();
    let said = |sent: &Sent<Three>| (sent.lane, sent.group.clone());
    assert_eq!(said(&app.sent::<Three>()[0]), (2, Some("g".to_owned())));
    let results: Vec<Value> = app.run_until_idle().await.into_iter().map(|run| run.result.unwrap()).collect();
    assert_eq!(results, [json!([2, "g"]), json!([0, "g"]), json!([0, "g"])]);
}

#[tokio::test]
async fn a_batch_keeps_its_lane_and_the_group_of_each_message() {
    async fn sum(batch: Batch<Start>, three: Invoke<Three>, later: InvokeLater<Three>) -> Result<(), Error> {
        three.send("all".to_owned()).await?;
        for message in &batch {
            let said = format!("{} {}", message.lane, message.message_group_id.as_deref().unwrap_or("none"));
            three.following(message).send(said.clone()).await?;
            later.following(message).message(said).after(Duration::from_secs(3600)).send().await?;
        }
        Ok(())
    }
    for (groups, of_all) in [(["a", "b"], None), (["a", "a"], Some("a"))] {
        let app = App::new("demo").lanes(3).async_batch_task(Start, sum).async_task(Three, end::<Three>);
        let (engine, recorder) = engine(app);
        let records = groups.iter().enumerate().map(|(index, group)| {
            let mut record = from_lane(2, group, "");
            record["messageId"] = index.to_string().into();
            record
        });
        assert_eq!(failures(&engine, "Start", records.collect()).await, [""; 0]);
        let sent = recorder.sent();
        let said: Vec<_> = sent.iter().map(|(_, message)| (message.lane, message.group.as_deref())).collect();
        assert_eq!(said, [(2, of_all), (2, Some(groups[0])), (2, Some(groups[1]))]);
        assert!(sent[1].1.body.contains(r#""payload":"\"2 a\"""#), "{sent:?}");
        let scheduled = recorder.scheduled();
        let said: Vec<_> = scheduled.iter().map(|(_, message, _)| (message.lane, message.group.as_deref())).collect();
        assert_eq!(said, [(2, Some(groups[0])), (2, Some(groups[1]))]);
    }
}
