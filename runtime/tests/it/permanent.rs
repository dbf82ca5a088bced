//! Permanent errors: the message is in the dead-letter queue at once, or comes again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_lambda::{
    BoxError, BoxFuture, Engine, Recorder,
    extract::{Edge, Invocation},
    model::TaskId,
    prelude::*,
    testing::TestApp,
    transport::{OutgoingMessage, Refused, Transport, TransportError},
    trigger::ManagedSqs,
};
use bytes::Bytes;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{body, engine, failures, record};

struct Work;
struct Rows;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = String;
}

impl Task for Rows {
    const ID: &'static str = "Rows";
    type Payload = u32;
}

/// An application's own error, whose source is the library's.
#[derive(Debug, thiserror::Error)]
#[error("step 2")]
struct Step(#[source] BoxError);

async fn work(event: ManagedSqsEvent<Work>, permanent: Permanent) -> Result<(), Error> {
    match event.payload.as_str() {
        "ok" => Ok(()),
        "wrapped" => Err(Step(permanent.error("too wide").into_inner()).into()),
        "panic" => panic!("no"),
        "" => Err(permanent.error("")),
        "width" => {
            let width: u32 = "wide".parse().map_err(|error: std::num::ParseIntError| permanent.error(error))?;
            Err(format!("{width}").into())
        }
        _ => Err("later".into()),
    }
}

async fn rows(rows: Batch<Rows>, permanent: Permanent) -> Result<(), Error> {
    for row in &rows {
        match row.payload {
            10.. => rows.fail(row, permanent.error(format!("{} is too large", row.payload))),
            5 => rows.fail(row, "later"),
            9 => return Err(permanent.error("9 ends all")),
            _ => {}
        }
    }
    Ok(())
}

fn app() -> App {
    App::new("demo").async_task(Work, work).async_batch_task(Rows, rows)
}

fn row(message_id: &str, row: u32) -> serde_json::Value {
    record(message_id, &body("Rows", &json!(row)))
}

/// `kind: reason` of each dead letter, with the id of its message.
fn letters(recorder: &Recorder) -> Vec<String> {
    let letters = recorder.take_dead_letters();
    let attribute = |letter: &OutgoingMessage, name: &str| {
        letter.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let line = |letter: &OutgoingMessage| {
        let [task, id, kind, reason] =
            ["TaskId", "MessageId", "Kind", "Reason"].map(|name| attribute(letter, &format!("AsyncLambda{name}")));
        format!("{task} {id} {kind}: {reason}")
    };
    let mut lines: Vec<String> = letters.iter().map(line).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_permanent_error_is_a_dead_letter_at_once() {
    let (engine, recorder) = engine(app());
    let message = |id: &str, text: &str| record(id, &body("Work", &json!(text)));
    let records = ["ok", "wrapped", "panic", "", "width", "other"].map(|text| message(&format!("m-{text}"), text));
    assert_eq!(failures(&engine, "Work", records.to_vec()).await, ["m-panic", "m-other"]);
    let bodies: Vec<String> = recorder.dead_letters().into_iter().map(|letter| letter.body).collect();
    assert_eq!(bodies[0], body("Work", &json!("wrapped")));
    assert_eq!(
        letters(&recorder),
        [
            "Work m- permanent: an error without a message",
            "Work m-width permanent: invalid digit found in string",
            "Work m-wrapped permanent: step 2: too wide",
        ]
    );
}

#[tokio::test]
async fn in_a_batch_each_message_is_one() {
    let (engine, recorder) = engine(app());
    let many: Vec<_> =
        (1..=30).map(|number| row(&format!("m{number:02}"), number)).filter(|row| row["messageId"] != "m09").collect();
    assert_eq!(failures(&engine, "Rows", many).await, ["m05"]);
    let buried = letters(&recorder);
    assert_eq!(buried.len(), 21);
    assert_eq!(buried[0], "Rows m10 permanent: 10 is too large");
    // The results of single messages stand where the handler gives up all of them.
    let all = vec![row("a", 1), row("b", 5), row("c", 9), record("d", "{")];
    assert_eq!(failures(&engine, "Rows", all).await, ["b", "d"]);
    assert_eq!(letters(&recorder), ["Rows a permanent: 9 ends all", "Rows c permanent: 9 ends all"]);
}

/// A dead-letter queue that takes nothing, or panics.
struct Refusing(Recorder, Arc<AtomicBool>);

impl Transport for Refusing {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.0.send(destination, messages)
    }

    fn send_dead_letter<'a>(&'a self, _: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        assert!(!self.1.load(Ordering::Relaxed), "in the transport");
        Box::pin(async { Err(TransportError::permanent("access denied")) })
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        self.0.store_payload(payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.0.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.0.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.0.new_invocation_id()
    }
}

#[tokio::test]
async fn a_message_that_the_queue_does_not_take_comes_again() {
    for panics in [false, true] {
        let engine = Engine::new(app(), Refusing(Recorder::new(), Arc::new(panics.into()))).unwrap();
        let records = vec![record("bad", &body("Work", &json!("width"))), record("good", &body("Work", &json!("ok")))];
        assert_eq!(failures(&engine, "Work", records).await, ["bad"], "{panics}");
        assert_eq!(failures(&engine, "Rows", vec![row("a", 10), row("b", 1)]).await, ["a"], "{panics}");
    }
}

/// An extractor that hides the edge.
struct Hidden(Permanent);

impl FromInvocation<ManagedSqs<Work>> for Hidden {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(Hidden(<Permanent as FromInvocation<ManagedSqs<Work>>>::from_invocation(invocation).await?))
    }
}

#[tokio::test]
async fn without_the_permission_it_is_an_ordinary_failure() {
    async fn hides(_: ManagedSqsEvent<Work>, hidden: Hidden) -> Result<(), Error> {
        Err(hidden.0.error("never"))
    }
    async fn made(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
        Err(Permanent::in_test().error("never"))
    }
    for app in [App::new("demo").async_task(Work, hides), App::new("demo").async_task(Work, made)] {
        assert!(!app.model().unwrap().tasks[0].writes_dead_letters);
        let (engine, recorder) = engine(app);
        assert_eq!(failures(&engine, "Work", vec![record("m", &body("Work", &json!("ok")))]).await, ["m"]);
        assert_eq!(recorder.dead_letters(), []);
    }
}

#[tokio::test]
async fn a_handler_that_is_called_as_a_function_says_it() {
    let error = work(ManagedSqsEvent::new("width".to_owned()), Permanent::in_test()).await.unwrap_err();
    assert!(error.is_permanent());
    let source = error.source().unwrap();
    assert!(source.is::<std::num::ParseIntError>());
    assert!(!work(ManagedSqsEvent::new("other".to_owned()), Permanent::in_test()).await.unwrap_err().is_permanent());
}

#[tokio::test]
async fn a_test_app_has_it_among_its_dead_letters() {
    async fn letter(letter: DeadLetterEvent) -> Result<String, Error> {
        Ok(format!("{:?} {:?}", letter.kind, letter.reason))
    }
    let work = task(work).dead_letters_to("Letters").max_receive_count(2);
    let app = TestApp::new(App::new("demo").async_task(Work, work).dead_letter_task("Letters", letter));
    app.send::<Work>("width".to_owned()).await;
    app.send::<Work>("other".to_owned()).await;
    let runs = app.run_until_idle().await;
    let runs: Vec<(&str, u32)> = runs.iter().map(|run| (run.task.as_str(), run.attempt)).collect();
    assert_eq!(runs, [("Work", 1), ("Work", 1), ("Letters", 1), ("Work", 2), ("Letters", 1)]);
    let dead: Vec<String> = app.dead_letters().into_iter().map(|letter| letter.reason).collect();
    assert_eq!(dead, ["invalid digit found in string", "later"]);
}

#[tokio::test]
async fn a_letter_that_is_given_up_ends_in_the_queue_of_the_application() {
    async fn letter(letter: DeadLetterEvent, permanent: Permanent) -> Result<(), Error> {
        Err(permanent.error(format!("nobody wants {}", letter.body)))
    }
    let (engine, recorder) = engine(App::new("demo").dead_letter_task("Letters", letter));
    assert_eq!(failures(&engine, "Letters", vec![record("m", "no message")]).await, [""; 0]);
    assert_eq!(letters(&recorder), ["Letters m permanent: nobody wants no message"]);
}

#[tokio::test]
async fn a_payload_in_the_bucket_stays_there_for_its_letter() {
    let (engine, recorder) = engine(app().delete_payloads_after_success());
    let key = recorder.store_payload(r#""width""#.into()).await.unwrap();
    let stored =
        json!({"source_task_id": null, "destination_task_id": "Work", "invocation_id": "i", "s3_payload_key": key});
    assert_eq!(failures(&engine, "Work", vec![record("m", &stored.to_string())]).await, [""; 0]);
    assert_eq!(recorder.dead_letters()[0].body, stored.to_string());
    assert_eq!(recorder.payloads().len(), 1);
}
