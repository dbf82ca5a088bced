//! Dead-letter tasks: what they are told of a message that another task did not handle.

use std::{
    sync::{Arc, Mutex},
    time::SystemTime,
};

use async_lambda::{prelude::*, testing::TestApp, transport::Transport};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{body, engine, failures, record};

struct Mail;

impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
    const RECURSION: Option<u32> = Some(1);
}

/// The letters that were seen: task, payload, reason.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> {
    Err(format!("no mail to {}", event.payload).into())
}

async fn letter(letter: DeadLetterEvent, seen: State<Seen>) -> Result<(), Error> {
    let payload = letter.payload::<Mail>().await.unwrap_or_else(|error| error.to_string());
    let sent = letter.sent.and_then(|sent| sent.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    seen.0.lock().unwrap().push(format!(
        "{:?} {payload:?} {:?} {:?} {}",
        letter.task,
        letter.kind,
        letter.reason,
        sent.as_secs()
    ));
    if payload == "resend" { Err("not now".into()) } else { Ok(()) }
}

fn app(seen: &Seen) -> App {
    App::new("demo")
        .with_state(seen.clone())
        .async_task(Mail, task(mail).max_receive_count(2).dead_letters_to("Letters"))
        .dead_letter_task("Letters", task(letter).max_receive_count(1))
}

#[tokio::test]
async fn a_letter_says_what_the_message_was() {
    let seen = Seen::default();
    let (engine, recorder) = engine(app(&seen));
    let key = recorder.store_payload(r#""stored""#.into()).await.unwrap();
    let stored =
        json!({"source_task_id": null, "destination_task_id": "Mail", "invocation_id": "i", "s3_payload_key": key});
    let mut with_reason = record("reason", &body("Mail", &json!("deep")));
    with_reason["messageAttributes"] = json!({
        "AsyncLambdaKind": {"dataType": "String", "stringValue": "recursion"},
        "AsyncLambdaReason": {"dataType": "String", "stringValue": "too many hops"},
    });
    let mut no_body = record("no-body", "");
    no_body["body"] = json!(null);
    let records = vec![
        record("inline", &body("Mail", &json!("ada"))),
        record("stored", &stored.to_string()),
        record("unreadable", "{"),
        record("other", &body("Fax", &json!("ada"))),
        record("wrong", &body("Mail", &json!(7))),
        with_reason,
        no_body,
    ];
    assert_eq!(failures(&engine, "Letters", records).await, ["no-body"]);
    assert_eq!(
        *seen.0.lock().unwrap(),
        [
            r#"Some("Mail") "ada" None None 1795424400"#,
            r#"Some("Mail") "stored" None None 1795424400"#,
            r#"None "dead letter: must be a message to `Mail`, is one to nobody" None None 1795424400"#,
            r#"Some("Fax") "dead letter: must be a message to `Mail`, is one to `Fax`" None None 1795424400"#,
            "Some(\"Mail\") \"payload of `Mail`: invalid type: integer `7`, expected a string at line 1 column 1\" None None \
             1795424400",
            r#"Some("Mail") "deep" Some("recursion") Some("too many hops") 1795424400"#,
        ]
    );
}

#[tokio::test]
async fn what_a_letter_sets_off_belongs_to_its_chain() {
    async fn resend(letter: DeadLetterEvent, mail: Invoke<Mail>) -> Result<(), Error> {
        Ok(mail.send(letter.payload::<Mail>().await?).await?)
    }
    let (engine, recorder) =
        engine(App::new("demo").dead_letters_to("Letters").async_task(Mail, mail).dead_letter_task("Letters", resend));
    let message = json!({"source_task_id": "Tick", "destination_task_id": "Mail", "invocation_id": "chain",
        "payload": "\"ada\"", "hops": 1});
    assert!(failures(&engine, "Letters", vec![record("m", &message.to_string())]).await.is_empty());
    let sent: serde_json::Value = serde_json::from_str(&recorder.take_sent()[0].1.body).unwrap();
    // One more hop: it is too many for Mail, so this does not go on for ever.
    assert_eq!(
        (&sent["invocation_id"], &sent["hops"], &sent["source_task_id"]),
        (&json!("chain"), &json!(2), &json!("Letters"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_test_app_delivers_dead_letters() {
    let seen = Seen::default();
    let app = TestApp::new(app(&seen));
    app.send::<Mail>("ada".to_owned()).await;
    app.send::<Mail>("resend".to_owned()).await;
    let runs = app.run_until_idle().await;
    let runs: Vec<(&str, u32, bool)> =
        runs.iter().map(|run| (run.task.as_str(), run.attempt, run.result.is_ok())).collect();
    assert_eq!(
        runs,
        [
            ("Mail", 1, false),
            ("Mail", 1, false),
            ("Mail", 2, false),
            ("Mail", 2, false),
            ("Letters", 1, true),
            ("Letters", 1, false),
        ]
    );
    let dead: Vec<(String, String)> =
        app.dead_letters().into_iter().map(|letter| (letter.task, letter.reason)).collect();
    let dead: Vec<(&str, &str)> = dead.iter().map(|(task, reason)| (task.as_str(), reason.as_str())).collect();
    assert_eq!(dead, [("Mail", "no mail to ada"), ("Mail", "no mail to resend"), ("Letters", "not now")]);
}

#[test]
fn the_default_is_for_tasks_that_others_invoke() {
    let app = App::new("demo")
        .dead_letters_to("Letters")
        .async_task(Mail, mail)
        .dead_letter_task("Letters", async |_: DeadLetterEvent| Ok::<_, Error>(()))
        .dead_letter_task("Own", async |_: DeadLetterEvent| Ok::<_, Error>(()));
    let model = app.model().unwrap();
    let target = |id: &str| model.task(id).unwrap().options.dead_letters.as_ref().map(ToString::to_string);
    assert_eq!([target("Mail"), target("Letters"), target("Own")], [Some("Letters".to_owned()), None, None]);
    let problems = App::new("demo").dead_letters_to("no-id").async_task(Mail, task(mail).dead_letters_to("Ü")).model();
    let problems: Vec<String> = problems.unwrap_err().iter().map(|problem| problem.message()).collect();
    assert_eq!(
        problems,
        ["task id `no-id`: must be 1 to 32 letters and digits", "task id `Ü`: must be 1 to 32 letters and digits"]
    );
}
