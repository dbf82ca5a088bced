//! Messages: lists, filters, one of them.

use async_lambda_local::{
    queue::{Later, NewMessage},
    run::{Failure, FailureKind},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{World, attributes, envelope, ids};

#[tokio::test]
async fn a_list_has_pages() {
    let world = World::new();
    let sent: Vec<u64> = (0..120).map(|number| world.send("First", &format!("{{\"n\": {number}}}"))).collect();
    for filter in ["", "queue=First&", "state=ready&"] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        for size in [50, 50, 20] {
            let list = world.get(&format!("message/ls?{filter}{after}")).await;
            assert_eq!(ids(&list).len(), size, "{filter}");
            seen.extend(ids(&list));
            after = format!("after={}", list["next"].as_str().unwrap_or_default());
        }
        assert_eq!(after, "after=");
        assert!(seen.iter().eq(sent.iter().rev()), "{filter} {seen:?}");
    }
    assert_eq!(ids(&world.get("message/ls?limit=3").await).len(), 3);
    for wrong in ["limit=0", "limit=101", "limit=x", "state=x", "after=x", "after=1-2", "queue=none"] {
        let (status, answer) = world.try_get(&format!("message/ls?{wrong}")).await;
        assert!(status == 400 || status == 404, "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let world = World::new();
    let plain = world.send("First", &envelope("First", "chain-a", r#"{"tea": "green"}"#));
    let other = world.send("Second", &envelope("Second", "chain-b", r#"{"tea": "black"}"#));
    let foreign = world.send("Import", "<tea/>");
    let late = NewMessage { delay: Some(5_000), ..NewMessage::new("late") };
    let delayed = world.cloud.send(world.queue("First"), late).unwrap();
    world.run("Second", &Ok(r#"{"batchItemFailures": []}"#.to_owned()));
    world.run("First", &Err(Failure::new(FailureKind::Error, "no green tea")));
    let check = async |filter: &str, expected: &[u64]| {
        assert_eq!(ids(&world.get(&format!("message/ls?{filter}")).await), expected, "{filter}");
    };
    check("", &[delayed, foreign, other, plain]).await;
    check("state=in-flight", &[plain]).await;
    check("state=delayed", &[delayed]).await;
    check("state=ready", &[foreign]).await;
    check("state=done", &[other]).await;
    check("state=dead", &[]).await;
    check("task=First", &[delayed, plain]).await;
    check("queue=shop-First", &[delayed, plain]).await;
    check("text=tea", &[foreign, other, plain]).await;
    check("text=Tea", &[]).await;
    check("text=%3Ctea", &[foreign]).await;
    check("queue=First&text=green", &[plain]).await;
    check("chain=chain-b", &[other]).await;
    check("error=green+tea", &[plain]).await;
    check("error=green+tea&task=Second", &[]).await;
}

#[tokio::test]
async fn a_search_goes_on_where_it_stopped() {
    let world = World::new();
    let needle = world.send("First", "the needle");
    for _ in 0..2_500 {
        world.send("First", "hay");
    }
    let (mut after, mut looked_at) = (String::new(), 0);
    let found = loop {
        let list = world.get(&format!("message/ls?queue=First&text=needle{after}")).await;
        looked_at += list["looked_at"].as_u64().unwrap();
        match list["next"].as_str() {
            Some(next) if ids(&list).is_empty() => after = format!("&after={next}"),
            _ => break ids(&list),
        }
    };
    assert_eq!((found, looked_at), (vec![needle], 2_501));
}

#[tokio::test]
async fn a_message_has_what_is_known_of_it() {
    let world = World::new();
    let message =
        NewMessage { attributes: attributes("colour", "red"), ..NewMessage::new(envelope("First", "c", "[1]")) };
    let id = world.cloud.send(world.queue("First"), message).unwrap();
    let run = world.run("First", &Err(Failure::new(FailureKind::Timeout, "60 s are up")));
    let shown = world.get(&format!("message/show?id={id}")).await;
    assert_eq!(shown["state"], "in-flight");
    assert_eq!((&shown["receives"], &shown["most_receives"]), (&json!(1), &json!(5)));
    assert_eq!(shown["next"], super::BEGIN + 360_000);
    assert_eq!(shown["payload"]["text"], "[1]");
    assert_eq!(shown["envelope"]["invocation_id"], "c");
    assert_eq!(shown["attributes"][0]["name"], "colour");
    let attempt = &shown["attempts"][0];
    assert_eq!((&attempt["run"], &attempt["problem"]), (&json!(run), &json!("60 s are up")));
    assert_eq!((&attempt["failed"], &attempt["millis"]), (&json!(true), &json!(12.5)));
    // By its MessageId too.
    let message_id = world.cloud.message_id(id);
    assert_eq!(world.get(&format!("message/show?id={message_id}")).await, shown);
    for wrong in ["999", "x", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(world.try_get(&format!("message/show?id={wrong}")).await.0, 404, "{wrong}");
    }
    let code = world.text(&format!("message/test?id={id}")).await;
    assert!(code.contains("app.send::<First>(payload).await;") && code.contains("\"[1]\""), "{code}");
}

#[tokio::test]
async fn a_payload_comes_from_the_bucket() {
    let world = World::new();
    world.bucket.put("a/b.json", r#"{"large": true}"#.into()).unwrap();
    let of_key = |key: &str| json!({"source_task_id": null, "destination_task_id": "First", "invocation_id": "c", "s3_payload_key": key});
    let id = world.send("First", &of_key("a/b.json").to_string());
    let shown = world.get(&format!("message/show?id={id}")).await;
    assert_eq!(
        (&shown["payload"]["text"], &shown["payload"]["key"]),
        (&json!(r#"{"large": true}"#), &json!("a/b.json"))
    );
    assert_eq!(world.text(&format!("message/payload?id={id}")).await, r#"{"large": true}"#);
    for key in ["missing", "../secret"] {
        let id = world.send("First", &of_key(key).to_string());
        let shown = world.get(&format!("message/show?id={id}")).await;
        assert!(shown["payload"]["missing"].as_str().unwrap().contains(key), "{shown}");
        assert_eq!(world.try_get(&format!("message/payload?id={id}")).await.0, 404);
    }
}

#[tokio::test]
async fn long_strings_are_cut_and_can_be_had_as_a_whole() {
    let world = World::new();
    let body = "ä".repeat(400_000);
    let id = world.send("Import", &body);
    let list = world.get("message/ls").await.to_string();
    assert!(list.len() < 2_000, "{}", list.len());
    let shown = world.get(&format!("message/show?id={id}")).await;
    assert_eq!((&shown["body"]["cut"], &shown["body"]["length"]), (&json!(true), &json!(800_000)));
    assert_eq!(shown["body"]["text"].as_str().unwrap().len(), 65_536);
    assert_eq!(world.text(&format!("message/body?id={id}")).await, body);
}

#[tokio::test]
async fn queues_are_paused_and_purged() {
    let world = World::new();
    world.send("First", "{}");
    let queue = |list: &Value| {
        list["queues"].as_array().unwrap().iter().find(|queue| queue["name"] == "shop-First").unwrap().clone()
    };
    assert_eq!(queue(&world.get("queue/ls").await)["counts"]["paused"], false);
    world.post("queue/pause", json!({"queue": "shop-First"})).await;
    assert!(world.cloud.paused().contains(&world.queue("First")));
    assert_eq!(queue(&world.get("queue/ls").await)["counts"]["paused"], true);
    world.post("queue/resume", json!({"queue": "shop-First"})).await;
    assert!(!world.cloud.paused().contains(&world.queue("First")));
    world.refused("queue/pause", json!({"queue": "shop-dead-letters"}), 400, "must have an event source mapping").await;

    let counted = world.post("queue/purge", json!({"queue": "First", "count": true})).await;
    assert_eq!((&counted["messages"], &counted["done"]), (&json!(1), &json!(false)));
    assert_eq!(queue(&world.get("queue/ls").await)["counts"]["ready"], 1);
    world.post("queue/purge", json!({"queue": "First"})).await;
    assert_eq!(queue(&world.get("queue/ls").await)["counts"]["ready"], 0);
    assert_eq!(world.get("message/ls?state=gone").await["messages"][0]["state"], "gone");
}

#[tokio::test]
async fn the_clock_moves_to_what_comes_next() {
    let world = World::new();
    let later = |name: &str, at| Later {
        name: name.to_owned(),
        at: super::BEGIN + at,
        queue: world.queue("First"),
        token: "t".to_owned(),
        message: NewMessage::new("{}"),
    };
    assert!(world.cloud.schedule(later("soon", 60_000)).unwrap());
    assert!(world.cloud.schedule(later("late", 7_200_000)).unwrap());
    let clock = world.get("clock/show").await;
    let kinds: Vec<&str> =
        clock["coming"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["later", "schedule", "later"]);
    assert_eq!(world.post("clock/next", json!({})).await["now"], super::BEGIN + 60_000);
    assert_eq!(ids(&world.get("message/ls?queue=First").await).len(), 1);
    assert_eq!(world.post("clock/advance", json!({"by": "1h30m"})).await["now"], super::BEGIN + 60_000 + 5_400_000);
    assert_eq!(world.get("later/ls").await["later"][0]["name"], "late");
    world.post("later/cancel", json!({"name": "late"})).await;
    world.refused("later/cancel", json!({"name": "late"}), 404, "does not exist").await;
    world.refused("clock/next", json!({}), 400, "nothing waits").await;
    for wrong in ["", "x", "-1h", "1w"] {
        world.refused("clock/advance", json!({"by": wrong}), 400, "duration").await;
    }
    world.refused("clock/speed", json!({"factor": "-1"}), 400, "0 to 1000000").await;
    world.post("clock/resume", json!({})).await;
    assert_eq!(world.get("status").await["speed"], 1.0);
    assert_eq!(world.post("clock/pause", json!({})).await["speed"], 0.0);
}
