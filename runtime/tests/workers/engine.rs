//! An engine of a local run, as far as workers need it.

use std::{
    env, fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_lambda::http::StatusCode;
use async_lambda_local::{
    cloud::Cloud,
    history::Cause,
    http::{Call, Response, Service, json},
    plan::Plan,
    run::{BoxFuture, Failure, Invocation, RunId, Runner},
    time::Clock,
    workers::{RunInHand, Workers, WorkersConfig},
};
use async_lambda_model::TaskId;
use serde_json::{Value, json};

use crate::program;

/// The argument with which this program is an engine that waits to be killed.
pub const ENGINE: &str = "engine";

type Requests = Arc<Mutex<Vec<(Option<RunId>, Value)>>>;

/// A cloud with workers.
#[derive(Clone)]
pub struct Engine {
    pub workers: Arc<Workers>,
    cloud: Cloud,
    printed: Arc<Mutex<Vec<String>>>,
    requests: Requests,
}

/// Takes what workers send.
struct Taken(Requests);

impl Service for Taken {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        assert_eq!(call.request.uri().path(), "/async-lambda/transport");
        let run = call.request.extensions().get::<RunInHand>().map(|run| run.0);
        self.0.lock().unwrap().push((run, serde_json::from_slice(call.request.body()).unwrap()));
        Box::pin(async { json(StatusCode::OK, &json!({ "Refused": [] })) })
    }
}

/// A path for a file.
pub fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("workers-{name}-{}", std::process::id()))
}

/// Waits for all.
pub async fn all<F: Future<Output: Send + 'static> + Send + 'static>(
    futures: impl IntoIterator<Item = F>,
) -> Vec<F::Output> {
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut outputs = Vec::new();
    for task in tasks {
        outputs.push(task.await.unwrap());
    }
    outputs
}

impl Engine {
    pub async fn start(change: impl FnOnce(&mut WorkersConfig)) -> Engine {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let seed = NUMBER.fetch_add(1, Ordering::Relaxed);
        let cloud = Cloud::in_memory(Plan::of(&program::app().model().unwrap()), Clock::system(), seed);
        let (printed, requests) = (Arc::<Mutex<Vec<String>>>::default(), Requests::default());
        let mut config = WorkersConfig::new(env::current_exe().unwrap(), Arc::new(Taken(Arc::clone(&requests))));
        config.environment = Arc::new(|task| vec![("TEST_VARIABLE".to_owned(), format!("of {task}"))]);
        let lines = Arc::clone(&printed);
        config.print = Arc::new(move |task, line| lines.lock().unwrap().push(format!("{task}: {line}")));
        change(&mut config);
        let workers = Arc::new(Workers::start(cloud.clone(), config).await.unwrap());
        Engine { workers, cloud, printed, requests }
    }

    /// Runs a task.
    pub async fn ask(&self, task: &str, request: Value, seconds: f64) -> Result<Value, Failure> {
        let (task, event) = (TaskId::new(task.to_owned()).unwrap(), request.to_string());
        let run = self.cloud.begin(task.clone(), Cause::Manual, &event);
        let timeout = Duration::from_secs_f64(seconds);
        let answer = self.workers.run(Invocation { run, task, event, timeout }).await;
        self.cloud.end(run, 0.0, &answer, &[]);
        answer.map(|answer| serde_json::from_str(&answer).unwrap())
    }

    /// Runs a task on many requests at once.
    pub async fn ask_all(&self, task: &'static str, requests: &[Value], seconds: f64) -> Vec<Result<Value, Failure>> {
        let runs = requests.iter().map(|request| {
            let (engine, request) = (self.clone(), request.clone());
            async move { engine.ask(task, request, seconds).await }
        });
        all(runs).await
    }

    /// The log of a run.
    pub fn lines(&self, run: RunId) -> Vec<String> {
        self.cloud.look(|_, history| history.run(run).unwrap().lines.iter().map(|line| line.text.clone()).collect())
    }

    /// The lines that came to the terminal.
    pub fn printed(&self) -> Vec<String> {
        self.printed.lock().unwrap().clone()
    }

    /// The requests that workers sent, with their runs.
    pub fn requests(&self) -> Vec<(Option<RunId>, Value)> {
        self.requests.lock().unwrap().clone()
    }
}

/// Starts two workers, of which one blocks, prints their ids and waits.
pub async fn run_until_killed() {
    let engine = Engine::start(|_| {}).await;
    let sleep = json!({"do": "sleep", "millis": 300});
    let pids = engine.ask_all("Act", &[sleep.clone(), sleep], 5.0).await;
    let pids: Vec<Value> = pids.into_iter().map(|answer| answer.unwrap()["pid"].clone()).collect();
    let block = tokio::spawn({
        let engine = engine.clone();
        async move { engine.ask("Act", json!({"do": "block", "millis": 100_000}), 100.0).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    println!("{}", Value::from(pids));
    drop(block.await);
}
