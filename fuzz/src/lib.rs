//! What several targets use: an application that looks at everything that an event offers, and the program
//! `cfn-validate`.

use std::{env, fs, path::PathBuf, process, sync::Arc};

use async_lambda::{Engine, Recorder, prelude::*};
use cfn_validate::{
    Streams, Surroundings,
    cli::{self, Exit},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The id of the record that is always right.
pub const GOOD: &str = "the record that is right";

/// A task with a queue of its own, and a bound on its recursion.
pub struct Echo;

impl Task for Echo {
    const ID: &'static str = "Echo";
    type Payload = Value;
    const RECURSION: Option<u32> = Some(3);
}

/// An application, what it sent, and what runs it.
pub struct Subject {
    engine: Engine,
    /// What it sent.
    pub sent: Arc<Recorder>,
    runtime: Runtime,
}

async fn echo(event: ManagedSqsEvent<Echo>, echo: Invoke<Echo>) -> Result<(), Error> {
    assert_eq!(event.record()?.message_id.as_deref(), Some(&*event.message_id));
    Ok(echo.send(event.payload).await?)
}

async fn import(event: UnmanagedSqsEvent) -> Result<(), Error> {
    let record = event.record()?;
    assert_eq!(record.body.as_ref(), Some(&event.body));
    for (name, value) in &record.attributes {
        assert_eq!(event.attribute(name).as_deref(), Some(value.as_str()));
    }
    event.json::<Value>()?;
    Ok(())
}

async fn tick(event: ScheduledEvent) -> Result<(String, bool), Error> {
    Ok((event.time.clone(), event.rule_event().is_ok()))
}

async fn answer(event: ApiEvent) -> Result<String, Error> {
    let _ = (event.text().is_ok(), event.json::<Value>().is_ok());
    if let Ok(typed) = event.proxy_request() {
        // What API Gateway's form can say, our own reader, which is more lenient, has read too.
        assert_eq!(typed.http_method, event.method);
        assert_eq!(typed.path.as_ref(), Some(&event.path));
        assert!(typed.path_parameters.iter().all(|(name, value)| event.path_parameter(name) == Some(value)));
        assert!(typed.multi_value_headers.keys().all(|name| event.headers.contains_key(name)));
        assert!(typed.headers.keys().all(|name| event.headers.contains_key(name)));
    }
    Ok(event.into_request()?.uri().to_string())
}

impl Subject {
    /// A new one.
    pub fn new() -> Subject {
        let app = App::new("demo")
            .async_task(Echo, echo)
            .sqs_task("Import", "arn:aws:sqs:us-east-1:123456789012:orders", import)
            .scheduled_task("Tick", schedule!("rate(1 day)"), tick)
            .api_task("Answer", "ANY", "/", answer);
        let sent = Arc::new(Recorder::new());
        let engine = Engine::new(app, Arc::clone(&sent)).expect("the application is right");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        Subject { engine, sent, runtime }
    }

    /// What a task answers to an event.
    pub fn invoke(&self, task: &str, event: Value) -> Result<Value, String> {
        let answer = self.engine.invoke(task, event, Context::default());
        self.runtime.block_on(answer).map_err(|error| error.to_string())
    }
}

impl Default for Subject {
    fn default() -> Self {
        Subject::new()
    }
}

thread_local! {
    /// One for all runs.
    pub static SUBJECT: Subject = Subject::new();
}

/// A record of a standard queue with this body.
pub fn record(message_id: &str, body: &str) -> Value {
    json!({"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}})
}

/// The record that is always right.
pub fn good() -> Value {
    let body = json!({"source_task_id": null, "destination_task_id": "Echo", "invocation_id": "i", "payload": "1"});
    record(GOOD, &body.to_string())
}

/// A template with several mistakes.
pub const MISTAKES: &str = r#"
Parameters: {Unused: {Type: String}}
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 901, RedrivePolicy: {deadLetterTargetArn: !GetAtt Jobs.Arn, maxReceiveCount: 1}}}
  Topic: {Type: AWS::SNS::Topc, DependsOn: Nothing}
Outputs: {Missing: {Value: !Ref Nothing}}
"#;

/// A folder of this process for files.
pub fn folder() -> PathBuf {
    let folder = env::temp_dir().join(format!("cfn-validate-fuzz-{}", process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    folder
}

/// Runs `cfn-validate` with a text on stdin: how it ended, and what it wrote to stdout.
pub fn run(arguments: &[&str], input: &str) -> (Exit, String) {
    let mut input = input.as_bytes();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut input, out: &mut out, err: &mut err };
    let surroundings = Surroundings { directory: folder(), ..Surroundings::default() };
    let exit = cli::run(arguments.iter().map(Into::into), streams, &surroundings);
    (exit, String::from_utf8(out).expect("words are UTF-8"))
}

/// Asserts that each line is an object of JSON.
pub fn whole_lines(text: &str) {
    for line in text.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object()), "{line:?}");
    }
}
