//! The API of the dashboard, as the page and the command line call it.

mod letters;
mod messages;
mod page;
mod runs;

use std::sync::{Arc, Mutex};

use async_lambda_local::{
    bucket::Bucket,
    cloud::Cloud,
    dashboard::{
        Dashboard,
        actions::{Action, ActionError, Actions, ApiRequest, ApiResponse, Started},
    },
    history::Cause,
    http::{Body, Call, Service},
    plan::Plan,
    queue::{Attribute, Attributes, Command, NewMessage, QueueId, Reply},
    run::{Answer, BoxFuture, RunId},
    time::{Clock, Millis},
};
use async_lambda_model::{
    AppModel, AppName, AppOptions, Origin, TaskId, TaskModel, schedule,
    trigger::{Api, ManagedSqs, Schedule, Sqs},
};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

/// The time at which the clock of these tests stands still.
const BEGIN: Millis = 1_800_000_000_000;

/// The dashboard under test, and its cloud.
struct World {
    cloud: Cloud,
    bucket: Arc<Bucket>,
    dashboard: Dashboard,
    /// The calls of the actions.
    called: Arc<Mutex<Vec<String>>>,
}

struct Recorder {
    cloud: Cloud,
    called: Arc<Mutex<Vec<String>>>,
}

impl Actions for Recorder {
    fn offers(&self, task: &TaskId, action: Action) -> bool {
        (task.as_str(), action) != ("Import", Action::Send)
    }

    fn send<'a>(&'a self, task: &'a TaskId, input: &'a str) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            if !self.offers(task, Action::Send) {
                return Err(ActionError::NotOffered(task.clone()));
            }
            self.called.lock().unwrap().push(format!("send {task} {input}"));
            let queue = self.cloud.plan().queue_read_by(task.as_str()).unwrap();
            Ok(Started { message: Some(self.cloud.send(queue, NewMessage::new(input)).unwrap()), run: None })
        })
    }

    fn fire_schedule<'a>(&'a self, task: &'a TaskId) -> BoxFuture<'a, Result<Started, ActionError>> {
        Box::pin(async move {
            self.called.lock().unwrap().push(format!("fire {task}"));
            Err(ActionError::Failed("the worker has ended".to_owned()))
        })
    }

    fn request<'a>(&'a self, request: ApiRequest) -> BoxFuture<'a, Result<ApiResponse, ActionError>> {
        Box::pin(async move {
            self.called.lock().unwrap().push(format!("{request:?}"));
            let headers = vec![("x-a".to_owned(), "1".to_owned())];
            Ok(ApiResponse { status: StatusCode::CREATED, headers, body: "made".into(), run: Some(7) })
        })
    }

    fn next_fire(&self, task: &TaskId) -> Option<Millis> {
        (task.as_str() == "Nightly").then_some(BEGIN + 3_600_000)
    }
}

fn model() -> AppModel {
    let work = |id| TaskModel::new(TaskId::literal(id), ManagedSqs::default(), Origin::default());
    let mut first = work("First");
    first.invokes = vec![TaskId::literal("Second")];
    let import = Sqs::new("arn:aws:sqs:us-east-1:111111111111:legacy");
    let nightly = Schedule::new(schedule!("rate(1 hour)"));
    let api = Api { method: "POST".to_owned(), path: "/orders".to_owned() };
    AppModel {
        name: AppName::literal("shop"),
        tasks: vec![
            first,
            work("Second"),
            TaskModel::new(TaskId::literal("Import"), import, Origin::default()),
            TaskModel::new(TaskId::literal("Nightly"), nightly, Origin::default()),
            TaskModel::new(TaskId::literal("Place"), api, Origin::default()),
        ],
        delete_payloads: false,
        binary_media_types: Vec::new(),
        cors: None,
        options: AppOptions::default(),
        origin: Origin::default(),
    }
}

/// The body of a message between tasks.
fn envelope(to: &str, chain: &str, payload: &str) -> String {
    json!({"source_task_id": "First", "destination_task_id": to, "invocation_id": chain, "payload": payload})
        .to_string()
}

impl World {
    fn new() -> World {
        let cloud = Cloud::in_memory(Plan::of(&model()), Clock::stopped_at(BEGIN), 1);
        let bucket = Arc::new(Bucket::in_memory());
        let called = Arc::default();
        let actions = Recorder { cloud: cloud.clone(), called: Arc::clone(&called) };
        let dashboard = Dashboard::new(cloud.clone(), Arc::clone(&bucket), actions);
        World { cloud, bucket, dashboard, called }
    }

    fn queue(&self, task: &str) -> QueueId {
        self.cloud.plan().queue_read_by(task).unwrap()
    }

    fn send(&self, task: &str, body: &str) -> u64 {
        self.cloud.send(self.queue(task), NewMessage::new(body)).unwrap()
    }

    /// Receives one message and lets a run of its task end like this.
    fn run(&self, task: &str, answer: &Answer) -> RunId {
        let queue = self.queue(task);
        let received = self.cloud.apply(queue, Command::Receive { max: 1, visibility: None }).unwrap();
        let Reply::Messages(messages) = received else { panic!("{received:?}") };
        let message = &messages[0];
        let cause = Cause::Messages {
            queue,
            messages: vec![async_lambda_local::history::Received {
                id: message.id,
                seq: message.seq,
                receives: message.receives,
                failed: None,
            }],
        };
        let run = self.cloud.begin(TaskId::new(task.to_owned()).unwrap(), cause, "{}");
        let failed: &[usize] = if answer.is_ok() { &[] } else { &[0] };
        self.cloud.end(run, 12.5, answer, failed);
        if answer.is_ok() {
            self.cloud.apply(queue, Command::Delete(message.receipt())).unwrap();
        }
        run
    }

    /// Lets the first message of a task fail until it is a dead letter.
    fn kill(&self, task: &str, error: &str) {
        let failure = async_lambda_local::run::Failure::new(async_lambda_local::run::FailureKind::Error, error);
        for _ in 0..5 {
            self.run(task, &Err(failure.clone()));
            self.cloud.clock().advance(360_000);
        }
        self.cloud.apply(self.queue(task), Command::Receive { max: 1, visibility: Some(0) }).unwrap();
    }

    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        self.dashboard.call(Call { request, client: [127, 0, 0, 1].into() }).await
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.try_get(path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn try_get(&self, path: &str) -> (u16, Value) {
        let response = self.call("GET", &format!("/api/{path}"), &[("host", "127.0.0.1:8001")], "").await;
        (response.status().as_u16(), serde_json::from_str(&text(response)).unwrap())
    }

    async fn text(&self, path: &str) -> String {
        let response = self.call("GET", &format!("/api/{path}"), &[("host", "127.0.0.1:8001")], "").await;
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        text(response)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        let headers = [("host", "localhost:8001"), ("origin", "http://localhost:8001")];
        let response = self.call("POST", &format!("/api/{path}"), &headers, &body.to_string()).await;
        (response.status().as_u16(), serde_json::from_str(&text(response)).unwrap())
    }

    /// Checks that a command is refused with these words.
    async fn refused(&self, path: &str, body: Value, status: u16, words: &str) {
        let (got, answer) = self.try_post(path, body).await;
        let message = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && message.contains(words), "{path}: {got} {answer}");
    }
}

fn text(response: Response<Body>) -> String {
    match response.into_body() {
        Body::Full(bytes) => String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap(),
        Body::Stream(_) => panic!("a stream"),
    }
}

/// The numbers of the messages of a list.
fn ids(list: &Value) -> Vec<u64> {
    list["messages"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

fn attributes(name: &str, value: &str) -> Option<Arc<Attributes>> {
    let named = [(name.to_owned(), Attribute::string(value))].into();
    Some(Arc::new(Attributes { named, ..Attributes::default() }))
}
