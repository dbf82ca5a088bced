//! Dead letters.

use async_lambda_local::queue::{Command, NewMessage};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{World, attributes, envelope, ids};

/// Two dead letters of `First`, one of `Second`; their numbers.
fn dead(world: &World) -> [u64; 3] {
    let one = world.send("First", &envelope("First", "a", r#"{"n": 1}"#));
    world.kill("First", "no milk");
    let two = world.send("First", &envelope("First", "b", r#"{"n": 2}"#));
    world.kill("First", "no tea");
    let three = world.send("Second", &envelope("Second", "c", r#"{"n": 3}"#));
    world.kill("Second", "no tea");
    [one, two, three]
}

const LETTERS: &str = "shop-dead-letters";

#[tokio::test]
async fn dead_letters_are_listed_by_their_task() {
    let world = World::new();
    let [one, two, three] = dead(&world);
    assert_eq!(ids(&world.get("message/ls?state=dead").await), [three, two, one]);
    assert_eq!(ids(&world.get(&format!("message/ls?queue={LETTERS}&task=First&error=tea")).await), [two]);
    let shown = world.get(&format!("message/show?id={one}")).await;
    assert_eq!(
        (&shown["state"], &shown["sent_to"], &shown["problem"]),
        (&json!("dead"), &json!("shop-First"), &json!("no milk"))
    );
    assert_eq!(shown["attempts"].as_array().unwrap().len(), 5);
    let list = world.get("dlq/ls").await;
    assert_eq!(list["queues"][0]["dead"], 3);
    assert_eq!(list["queues"][0]["tasks"], json!([{"task": "First", "count": 2}, {"task": "Second", "count": 1}]));
    let status = world.get("status").await;
    assert_eq!(
        (&status["queues"]["shop-First"]["dead"], &status["queues"]["shop-Second"]["dead"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn a_redrive_moves_what_is_meant_and_nothing_else() {
    let world = World::new();
    let [one, two, three] = dead(&world);
    for (meant, expected) in [
        (json!({"all": true}), vec![three, two, one]),
        (json!({"task": "First"}), vec![two, one]),
        (json!({"error": "tea"}), vec![three, two]),
        (json!({"text": "\\\"n\\\": 3"}), vec![three]),
        (json!({"chain": "a"}), vec![one]),
        (json!({"id": [one, three]}), vec![three, one]),
        (json!({"id": [world.cloud.message_id(two)]}), vec![two]),
        (json!({"task": "Nobody"}), vec![]),
    ] {
        let mut params = json!({"queue": LETTERS, "count": true});
        meant.as_object().unwrap().iter().for_each(|(name, value)| params[name] = value.clone());
        let counted = world.post("dlq/redrive", params.clone()).await;
        assert_eq!((&counted["messages"], &counted["done"]), (&json!(expected.len()), &json!(false)), "{meant}");
        assert_eq!(world.post("dlq/delete", params).await["messages"], expected.len(), "{meant}");
    }
    assert_eq!(ids(&world.get("message/ls?state=dead").await).len(), 3);
    for wrong in [
        json!({}),
        json!({"all": true, "id": [1]}),
        json!({"all": true, "task": "First"}),
        json!({"id": [1], "text": "x"}),
    ] {
        let mut params = json!({"queue": LETTERS});
        wrong.as_object().unwrap().iter().for_each(|(name, value)| params[name] = value.clone());
        world.refused("dlq/redrive", params.clone(), 400, "one of the three").await;
        world.refused("dlq/delete", params, 400, "one of the three").await;
    }

    let moved = world.post("dlq/redrive", json!({"queue": LETTERS, "error": "tea"})).await;
    assert_eq!((&moved["messages"], &moved["done"]), (&json!(2), &json!(true)));
    assert_eq!(ids(&world.get("message/ls?state=dead").await), [one]);
    assert_eq!(world.get("message/ls?state=ready").await["messages"].as_array().unwrap().len(), 2);
    // Back in its queue it is another message, and the first says which.
    let before = world.get(&format!("message/show?id={two}")).await;
    let now = world.get(&format!("message/show?id={}", before["now_as"]["id"])).await;
    assert_eq!((&before["state"], &now["state"], &now["receives"]), (&json!("gone"), &json!("ready"), &json!(0)));
    assert_eq!(now["payload"]["text"], r#"{"n": 2}"#);

    world.post("dlq/delete", json!({"queue": LETTERS, "id": [one]})).await;
    assert_eq!(ids(&world.get("message/ls?state=dead").await), Vec::<u64>::new());
    assert_eq!(world.get("status").await["queues"]["shop-First"]["dead"], 0);
}

#[tokio::test]
async fn a_message_that_its_handler_gave_up_goes_back_too() {
    let world = World::new();
    let letters = world.cloud.plan().dead_letters;
    world.cloud.send(letters, NewMessage::new(envelope("Second", "x", "1"))).unwrap();
    world.cloud.send(letters, NewMessage::new("nobody knows where from")).unwrap();
    let moved = world.post("dlq/redrive", json!({"queue": LETTERS, "all": true})).await;
    assert_eq!((&moved["messages"], &moved["without_source"]), (&json!(1), &json!(1)));
    assert_eq!(world.get("message/ls?queue=Second").await["messages"][0]["state"], "ready");
}

#[tokio::test]
async fn a_dead_letter_is_sent_again_with_another_payload() {
    let world = World::new();
    let message = NewMessage {
        attributes: attributes("AsyncLambdaReason", "no"),
        ..NewMessage::new(envelope("First", "a", "[1]"))
    };
    let id = world.cloud.send(world.cloud.plan().dead_letters, message).unwrap();
    world.refused("dlq/resend", json!({"id": id.to_string(), "payload": "{"}), 400, "must be JSON").await;
    world.refused("dlq/resend", json!({"id": id.to_string()}), 400, "one of the two").await;
    world.refused("dlq/resend", json!({"id": "999", "payload": "1"}), 404, "neither").await;
    let sent = world.post("dlq/resend", json!({"id": id, "payload": "[2]"})).await;
    let shown = world.get(&format!("message/show?id={}", sent["id"])).await;
    assert_eq!(
        (&shown["queue"], &shown["payload"]["text"], &shown["chain"]),
        (&json!("shop-First"), &json!("[2]"), &json!("a"))
    );
    assert_eq!(shown["attributes"], json!([]));
    assert_eq!(ids(&world.get("message/ls?state=dead").await), Vec::<u64>::new());
}

#[tokio::test]
async fn letters_that_somebody_has_received_stay() {
    let world = World::new();
    dead(&world);
    let letters = world.cloud.plan().dead_letters;
    world.cloud.apply(letters, Command::Receive { max: 1, visibility: None }).unwrap();
    let params = json!({"queue": LETTERS, "all": true});
    assert_eq!(world.post("dlq/redrive", params.clone()).await["messages"], 2);
    assert_eq!(world.post("dlq/delete", params).await["messages"], 0);
    assert_eq!(world.get("dlq/ls").await["queues"][0]["in_flight"], 1);
}
