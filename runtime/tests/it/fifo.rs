//! FIFO tasks: messages of one group stay in order, whatever fails.

use std::sync::{Arc, Mutex};

use async_lambda::{
    Engine,
    invoke::SendFailure,
    prelude::*,
    testing::{Outbox, TestApp},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{body, engine, failures, record};

struct Ship;

impl FifoTask for Ship {
    const ID: &'static str = "Ship";
    type Payload = String;
    type Group = u32;
    const RECURSION: Option<u32> = Some(1);
}

/// Groups and payloads in the order in which they were handled.
#[derive(Clone, Default)]
struct Handled(Arc<Mutex<Vec<String>>>);

async fn ship(event: FifoEvent<Ship>, handled: State<Handled>) -> Result<(), Error> {
    let fails = event.payload == "bad" || event.payload == "late" && event.receive_count == 1;
    if fails {
        return Err(format!("{} is {}", event.group, event.payload).into());
    }
    handled.0.lock().unwrap().push(format!("{} {}", event.group, event.payload));
    Ok(())
}

async fn order(event: ApiEvent, ship: InvokeFifo<Ship>) -> Result<StatusCode, Error> {
    let messages = event.text()?.split(',').filter_map(|word| word.split_once(' '));
    let messages = messages.map(|(group, payload)| Ok::<_, Error>((group.parse()?, payload.to_owned())));
    ship.send_all(messages.collect::<Result<Vec<_>, _>>()?).await?;
    Ok(StatusCode::ACCEPTED)
}

fn app(handled: &Handled) -> App {
    App::new("demo")
        .with_state(handled.clone())
        .fifo_task(Ship, task(ship).max_receive_count(2).batch_size(10))
        .api_task("Order", Method::POST, "/orders", order)
}

fn in_group(message_id: &str, group: &str, payload: &str) -> Value {
    let mut record = record(message_id, &body("Ship", &json!(payload)));
    record["eventSourceARN"] = "arn:aws:sqs:us-east-1:123456789012:demo-Ship.fifo".into();
    record["attributes"]["MessageGroupId"] = group.into();
    record["attributes"]["SequenceNumber"] = "18850000000000000001".into();
    record
}

#[tokio::test]
async fn a_failed_message_holds_up_its_group_only() {
    let handled = Handled::default();
    let (engine, _): (Engine, _) = engine(app(&handled));
    let records = vec![
        in_group("a", "1", "first"),
        in_group("b", "1", "bad"),
        in_group("c", "2", "first"),
        in_group("d", "1", "third"),
    ];
    assert_eq!(failures(&engine, "Ship", records).await, ["b", "d"]);
    assert_eq!(*handled.0.lock().unwrap(), ["1 first", "2 first"]);
}

#[tokio::test]
async fn a_letter_of_a_fifo_task_is_one_for_a_fifo_queue() {
    let (engine, recorder) = engine(app(&Handled::default()));
    let mut deep = in_group("deep", "7", "x");
    deep["body"] =
        json!({"source_task_id": null, "destination_task_id": "Ship", "invocation_id": "i", "payload": "\"x\"",
        "hops": 2})
        .to_string()
        .into();
    assert!(failures(&engine, "Ship", vec![deep]).await.is_empty());
    let letter = &recorder.take_dead_letters()[0];
    assert_eq!((letter.group.as_deref(), letter.deduplication_id.as_deref()), (Some("7"), Some("deep")));
}

#[tokio::test]
async fn messages_have_a_group_and_an_id() {
    let outbox = Outbox::new();
    let ship = outbox.invoke_fifo::<Ship>();
    ship.send(7, "packed".to_owned()).await.unwrap();
    ship.message(8, "sent".to_owned()).deduplication_id("order-8").send().await.unwrap();
    assert_eq!(
        outbox.fifo_payloads::<Ship>(),
        [("7".to_owned(), "packed".to_owned()), ("8".to_owned(), "sent".to_owned())]
    );
    let error = ship.message(7, String::new()).deduplication_id("a b").send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "message to `Ship`: deduplication id: must be 1 to 128 letters, digits and punctuation marks of ASCII, got `a b`"
    );
}

struct Grouped;

impl FifoTask for Grouped {
    const ID: &'static str = "Grouped";
    type Payload = u32;
    type Group = String;
}

#[tokio::test]
async fn a_group_that_sqs_does_not_take_is_an_error() {
    let outbox = Outbox::new();
    let grouped = outbox.invoke_fifo::<Grouped>();
    let error = grouped.send_all([("ok".to_owned(), 1), (String::new(), 2), ("ok".to_owned(), 3)]).await.unwrap_err();
    assert_eq!((error.total(), error.unsent().len(), error.unsent()[0].index), (3, 1, 1));
    assert!(matches!(error.unsent()[0].reason, SendFailure::Group { .. }));
    assert_eq!(outbox.fifo_payloads::<Grouped>().len(), 2);
}

#[tokio::test]
async fn what_is_behind_an_unsent_message_of_its_group_is_not_tried() {
    let outbox = Outbox::new();
    outbox.fail_fifo_sends::<Grouped>(1);
    let grouped = outbox.invoke_fifo::<Grouped>();
    let messages =
        [("a", 1), ("b", 2), ("a", 3), ("b", 4), ("a", 5)].map(|(group, payload)| (group.to_owned(), payload));
    let error = grouped.send_all(messages).await.unwrap_err();
    let unsent: Vec<(usize, bool)> = error
        .unsent()
        .iter()
        .map(|unsent| (unsent.index, matches!(unsent.reason, SendFailure::NotTried { .. })))
        .collect();
    assert_eq!(unsent, [(0, false), (2, true), (4, true)]);
    let sent: Vec<u32> = outbox.fifo_payloads::<Grouped>().into_iter().map(|(_, payload)| payload).collect();
    assert_eq!(sent, [2, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_test_app_keeps_the_order_of_groups() {
    let handled = Handled::default();
    let app = TestApp::new(app(&handled));
    let orders = "1 first,1 late,1 third,2 first,2 bad,2 third";
    assert_eq!(app.request(ApiEvent::post("/orders").body(orders)).await.status, StatusCode::ACCEPTED);
    app.send_fifo::<Ship>(1, "fourth".to_owned()).await;
    let runs = app.run_until_idle().await;
    // 1 waits for its late one, 2 goes on without its bad one.
    assert_eq!(
        *handled.0.lock().unwrap(),
        ["1 first", "2 first", "1 late", "1 third", "1 fourth", "2 third"].map(ToOwned::to_owned)
    );
    assert_eq!(runs[0].fifo_payload::<Ship>(), "first");
    let dead = app.dead_letters();
    assert_eq!((dead.len(), dead[0].fifo_payload::<Ship>()), (1, "bad".to_owned()));
    assert_eq!(app.fifo_payloads::<Ship>().len(), 7);
}

#[tokio::test]
async fn a_test_app_takes_a_message_of_one_id_once() {
    async fn twice(_: ScheduledEvent, ship: InvokeFifo<Ship>) -> Result<(), Error> {
        for payload in ["one", "again"] {
            ship.message(1, payload.to_owned()).deduplication_id("same").send().await?;
        }
        Ok(())
    }
    let handled = Handled::default();
    let app = TestApp::new(App::new("demo").with_state(handled.clone()).fifo_task(Ship, ship).scheduled_task(
        "Tick",
        schedule!("rate(1 day)"),
        twice,
    ));
    app.run_schedule("Tick").await.unwrap();
    assert_eq!(app.run_until_idle().await.len(), 1);
    assert_eq!(*handled.0.lock().unwrap(), ["1 one"]);
}

#[test]
fn what_is_for_standard_queues_is_not_for_fifo_tasks() {
    let app = App::new("demo").lanes(3).dead_letters_to("Letters").with_state(Handled::default()).fifo_task(Ship, ship);
    let model = app.model().unwrap();
    assert_eq!((model.tasks[0].lanes().get(), &model.tasks[0].options.dead_letters), (1, &None));
    assert_eq!(FifoEvent::<Ship>::new(&7, "packed".to_owned()).group, "7");
}
