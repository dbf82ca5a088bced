//! Runs, chains, failures, and what is started by hand.

use std::{collections::BTreeSet, sync::Arc};

use async_lambda_local::{
    history::Cause,
    queue::{Attributes, NewMessage},
    run::{Failure, FailureKind},
};
use async_lambda_model::TaskId;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{World, envelope};

/// A run of the API that sends a message, which is handled in the second attempt.
fn flow(world: &World) -> (u64, u64) {
    let event = json!({"httpMethod": "POST", "path": "/orders", "headers": {"a": "b"}, "body": "{}"}).to_string();
    let cause = Cause::Request { line: "POST /orders".to_owned() };
    let run = world.cloud.begin(TaskId::literal("Place"), cause, &event);
    world.cloud.log(run, "hello");
    let attributes = Some(Arc::new(Attributes { sender: Some(run), ..Attributes::default() }));
    let message = NewMessage { attributes, ..NewMessage::new(envelope("First", "the-chain", "{}")) };
    let message = world.cloud.send(world.queue("First"), message).unwrap();
    let answer = r#"{"statusCode": 201, "body": "made"}"#.to_owned();
    world.cloud.end(run, 5.0, &Ok(answer), &[]);
    world.run("First", &Err(Failure::new(FailureKind::Crash, "signal 9 of process 17")));
    world.cloud.clock().advance(360_000);
    world.run("First", &Ok("null".to_owned()));
    (run, message)
}

#[tokio::test]
async fn a_chain_says_what_started_what() {
    let world = World::new();
    let (run, message) = flow(&world);
    let list = world.get("chain/ls").await;
    let row = &list["chains"][0];
    assert_eq!((&row["chain"], &row["runs"], &row["failed"]), (&json!("the-chain"), &json!(3), &json!(1)));
    assert_eq!(row["root"], json!({"task": "Place", "cause": "request"}));
    let chain = world.get("chain/show?chain=the-chain").await;
    assert_eq!(chain["messages"][0]["sender"], run);
    assert_eq!((&chain["messages"][0]["id"], &chain["messages"][0]["state"]), (&json!(message), &json!("done")));
    let receives: Vec<&Value> =
        chain["runs"].as_array().unwrap().iter().map(|run| &run["received"][0]["receives"]).collect();
    assert_eq!(receives, [&Value::Null, &json!(1), &json!(2)]);
    assert_eq!(world.try_get("chain/show?chain=other").await.0, 404);
    let waiting = world.send("Second", &envelope("Second", "waits", "1"));
    assert_eq!(world.get("chain/show?chain=waits").await["messages"][0]["id"], waiting);
    let status = world.get("status").await;
    assert_eq!(status["sends"], json!([["Place", "shop-First", 1]]));
    assert_eq!(status["tasks"]["First"]["failed"], 1);
}

#[tokio::test]
async fn runs_are_filtered_and_have_pages() {
    let world = World::new();
    let (run, _) = flow(&world);
    let check = async |filter: &str, expected: &[u64]| {
        let list = world.get(&format!("run/ls?{filter}")).await;
        let ids: Vec<u64> = list["runs"].as_array().unwrap().iter().map(|run| run["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, expected, "{filter}");
    };
    check("", &[3, 2, 1]).await;
    check("limit=2", &[3, 2]).await;
    check("limit=2&after=2", &[1]).await;
    check("failed=true", &[2]).await;
    check("cause=request", &[1]).await;
    check("task=First&error=signal", &[2]).await;
    assert_eq!(world.get("run/ls?limit=2").await["next"], "2");
    assert_eq!(world.get("run/ls?limit=3").await["next"], Value::Null);
    assert_eq!(world.try_get("run/ls?cause=x").await.0, 400);
    let shown = world.get(&format!("run/show?id={run}")).await;
    assert_eq!(
        (&shown["status"], &shown["line"], &shown["log"][0]["text"]["text"]),
        (&json!(201), &json!("POST /orders"), &json!("hello"))
    );
    assert_eq!(shown["sent_messages"][0]["task"], "First");
    assert_eq!(world.text(&format!("run/log?id={run}")).await, "hello\n");
    assert!(world.text(&format!("run/event?id={run}")).await.contains("httpMethod"));
    assert!(world.text(&format!("run/answer?id={run}")).await.contains("201"));
    assert_eq!(world.try_get("run/show?id=99").await.0, 404);
}

#[tokio::test]
async fn failures_with_the_same_words_are_one() {
    let world = World::new();
    for number in [17, 18] {
        world.send("First", "{}");
        world.run("First", &Err(Failure::new(FailureKind::Crash, format!("signal 9 of process {number}"))));
    }
    world.send("Second", "{}");
    world.run("Second", &Err(Failure::new(FailureKind::Error, "other")));
    let list = world.get("error/ls").await;
    let rows: Vec<_> = list["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["text"].as_str().unwrap(), row["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(rows, [("other", 1), ("signal 9 of process 18", 2)]);
}

#[tokio::test]
async fn tasks_are_started_by_hand() {
    let world = World::new();
    let tasks = world.get("task/ls").await;
    let offers = |task: usize| tasks["tasks"][task]["offers"]["send"].clone();
    assert_eq!((offers(0), offers(2)), (json!(true), json!(false)));
    let template = async |task: &str| world.get(&format!("task/template?task={task}")).await["payload"].clone();
    assert_eq!(template("First").await, "{}");
    world.send("First", &envelope("First", "a", "[1]"));
    world.send("Import", "<order/>");
    assert_eq!((template("First").await, template("Import").await), (json!("[1]"), json!("<order/>")));

    let sent = world.post("send", json!({"task": "First", "payload": "[2]"})).await;
    assert_eq!(sent["message"], world.cloud.message_id(sent["id"].as_u64().unwrap()));
    world.refused("send", json!({"task": "First", "payload": "{"}), 400, "must be JSON").await;
    world.refused("send", json!({"task": "Import", "payload": "<x/>"}), 400, "cannot be started like this").await;
    world.refused("send", json!({"task": "Other"}), 404, "does not exist").await;
    world.refused("schedule/fire", json!({"task": "Nightly"}), 502, "the worker has ended").await;

    let request = json!({"method": "post", "path": "/orders?a=1", "header": ["X-A: b: c"], "body": "hi"});
    let answer = world.post("request", request).await;
    assert_eq!((&answer["status"], &answer["body"]["text"], &answer["run"]), (&json!(201), &json!("made"), &json!(7)));
    world.refused("request", json!({"method": "GET", "path": "orders"}), 400, "must begin with `/`").await;
    world.refused("request", json!({"method": "GET", "path": "/", "header": ["x"]}), 400, "Name: value").await;

    let (run, _) = flow(&world);
    world.post("run/replay", json!({"id": run.to_string()})).await;
    world.refused("run/replay", json!({"id": "2"}), 400, "must be of a request").await;
    let called = world.called.lock().unwrap().clone();
    assert_eq!(called[..2], ["send First [2]", "fire Nightly"]);
    assert!(called[2].contains(r#"method: "POST", path: "/orders?a=1", headers: [("X-A", "b: c")]"#), "{called:?}");
    assert!(called[3].contains(r#"method: "POST", path: "/orders", headers: [("a", "b")], body: b"{}""#), "{called:?}");
}

#[tokio::test]
async fn the_graph_has_what_starts_tasks_and_whom_they_invoke() {
    let graph = World::new().get("graph").await;
    let edges: Vec<String> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| format!("{} {} {}", edge["from"], edge["kind"], edge["to"]).replace('"', ""))
        .collect();
    for expected in [
        "First-queue triggers First",
        "First-queue dead shop-dead-letters",
        "First sends Second-queue",
        "legacy triggers Import",
        "Nightly-schedule triggers Nightly",
        "api- triggers Place",
    ] {
        assert!(edges.iter().any(|edge| edge == expected), "{expected}: {edges:#?}");
    }
    let nodes: BTreeSet<&str> =
        graph["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    for edge in graph["edges"].as_array().unwrap() {
        assert!(
            nodes.contains(edge["from"].as_str().unwrap()) && nodes.contains(edge["to"].as_str().unwrap()),
            "{edge}"
        );
    }
}
