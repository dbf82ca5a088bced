//! One chain of runs, from a request to a dead letter that is sent again: the same in a local run and in a `TestApp`.
//! `conformance/one_chain.py` compares it with that of the bootstrap in ministack.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod http;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use async_lambda::{prelude::*, testing::TestApp};
use pretty_assertions::assert_eq;
use serde_json::Value;
use shop::BuildReport;

/// The chain, as it is everywhere.
#[derive(Deserialize)]
struct Expected {
    /// The body of the request.
    request: Value,
    /// The status and the body of its answer.
    answer: (u16, String),
    /// The task and the payload of the dead letter.
    letter: (String, Payload),
    /// The payload that is sent instead.
    repaired: Value,
    runs: Vec<Run>,
}

/// A task, the task that sent the message, its payload, the attempt, and `done` or `failed`.
type Run = (String, Option<String>, Payload, u32, String);

type Payload = BTreeMap<String, Value>;

fn expected() -> Expected {
    serde_json::from_str(include_str!("chain.json")).unwrap()
}

fn payload(text: &str) -> Payload {
    serde_json::from_str(text).unwrap()
}

/// A line for each run. Runs at the same time have no order.
fn lines(runs: &[Run]) -> Vec<String> {
    let mut lines: Vec<String> = runs.iter().map(|run| serde_json::to_string(run).unwrap()).collect();
    lines.sort();
    lines
}

fn outcome(is_done: bool) -> String {
    if is_done { "done" } else { "failed" }.to_owned()
}

#[tokio::test]
async fn in_a_test_app() {
    let expected = expected();
    let app = TestApp::new(shop::app());
    let response = app.request(ApiEvent::post("/orders").json(&expected.request)).await;
    assert_eq!((response.status.as_u16(), response.text().to_owned()), expected.answer);

    let mut runs = app.run_until_idle().await;
    let letters: Vec<_> = app.dead_letters().iter().map(|dead| (dead.task.clone(), payload(dead.text()))).collect();
    assert_eq!(letters, [expected.letter]);
    app.redrive::<BuildReport>(|_| serde_json::from_value(expected.repaired.clone()).unwrap());
    runs.extend(app.run_until_idle().await);

    let chains: BTreeSet<_> = runs.iter().map(|run| &run.invocation_id).collect();
    assert_eq!(chains.len(), 1);
    let request = payload(&expected.request.to_string());
    let mut found: Vec<Run> = vec![("PostOrder".to_owned(), None, request, 1, outcome(response.status.is_success()))];
    found.extend(runs.into_iter().map(|run| {
        let (payload, outcome) = (payload(run.text()), outcome(run.result.is_ok()));
        (run.task, run.source_task_id, payload, run.attempt, outcome)
    }));
    assert_eq!(lines(&found), lines(&expected.runs));
}

#[test]
fn in_a_local_run() {
    let expected = expected();
    let shop = Shop::start();
    let (status, body) = http::call(&shop.api, "POST", "/orders", &expected.request.to_string());
    assert_eq!((status.parse().unwrap(), body), expected.answer);

    let chains = shop.data(&["chain", "ls"]);
    let chain = chains["chains"][0]["chain"].as_str().unwrap();
    let shown = shop.until(chain, |shown| messages(shown).any(|message| message["state"] == "dead"));
    let dead = messages(&shown).find(|message| message["state"] == "dead").unwrap();
    let id = dead["id"].to_string();
    let message = shop.data(&["message", "show", &id]);
    let letter = (text(&message["task"]), payload(&text(&message["payload"]["text"])));
    assert_eq!(letter, expected.letter);
    shop.data(&["dlq", "resend", &id, "--payload", &expected.repaired.to_string()]);

    let is_done = |message: &Value| message["state"] == "done" || message["id"] == dead["id"];
    let shown = shop.until(chain, |shown| messages(shown).all(is_done));
    let found: Vec<Run> = runs(&shown).map(|run| shop.run(run)).collect();
    assert_eq!(lines(&found), lines(&expected.runs));
}

/// `cargo run`, with a clock that only the test moves. It ends with the test.
struct Shop {
    process: Child,
    api: String,
    dashboard: String,
}

impl Shop {
    fn start() -> Shop {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        command.args(["--in-memory", "--speed", "0", "--port", "0", "--dashboard-port", "0", "--aws-port", "0"]);
        let mut process = command.env("RUST_LOG", "off").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut address = |name: &str| {
            let line = lines.find(|line| line.starts_with(name)).unwrap();
            line.split("http://").nth(1).unwrap().to_owned()
        };
        let (dashboard, api) = (address("dashboard"), address("API"));
        thread::spawn(move || lines.for_each(drop));
        Shop { process, api, dashboard }
    }

    /// The answer to one of its commands.
    fn data(&self, arguments: &[&str]) -> Value {
        let port = self.dashboard.rsplit(':').next().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        let output = command.args(arguments).args(["--format", "json", "--dashboard-port", port]).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Moves the clock from event to event until a chain is as it should be.
    fn until(&self, chain: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let shown = self.data(&["chain", "show", chain]);
            if is_idle(&shown) {
                if is_so(&shown) {
                    return shown;
                }
                self.data(&["clock", "next"]);
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "not after a minute: {shown:#}");
        }
    }

    /// A run of a list.
    fn run(&self, run: &Value) -> Run {
        let (task, outcome) = (text(&run["task"]), outcome(run["failed"] == false));
        let Some(received) = run["received"].get(0) else {
            let run = self.data(&["run", "show", &run["id"].to_string()]);
            let event: Value = serde_json::from_str(run["event"]["text"].as_str().unwrap()).unwrap();
            return (task, None, payload(event["body"].as_str().unwrap()), 1, outcome);
        };
        let message = self.data(&["message", "show", &received["id"].to_string()]);
        let attempt = received["receives"].as_u64().unwrap().try_into().unwrap();
        let sender = message["envelope"]["source_task_id"].as_str().map(ToOwned::to_owned);
        (task, sender, payload(&text(&message["payload"]["text"])), attempt, outcome)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn runs(chain: &Value) -> impl Iterator<Item = &Value> {
    chain["runs"].as_array().unwrap().iter()
}

fn messages(chain: &Value) -> impl Iterator<Item = &Value> {
    chain["messages"].as_array().unwrap().iter()
}

/// Whether nothing happens in a chain before the clock moves: a message of a run that goes on would be received once more.
fn is_idle(chain: &Value) -> bool {
    runs(chain).all(|run| !run["failed"].is_null())
        && messages(chain).all(|message| {
            let received = runs(chain).flat_map(|run| run["received"].as_array().unwrap());
            let mut failed = received.filter(|received| received["id"] == message["id"] && received["failed"] == true);
            match message["state"].as_str().unwrap() {
                "ready" => false,
                "in-flight" => failed.any(|received| received["receives"] == message["receives"]),
                _ => true,
            }
        })
}
