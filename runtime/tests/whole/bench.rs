//! The figures of local runs: `cargo test --release -p async-lambda --test whole -- bench`, or `bench throughput` for a part. They
//! are no test. `benches/compare --only local` makes a table of them.

use std::{
    env, fs,
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use async_lambda::{prelude::*, testing::TestApp};
use serde_json::{Value, json};

use super::{
    application::{Application, Project, eventually, status},
    program::Work,
};

/// Prints the figures as JSON: messages a second, milliseconds, MB.
pub fn run() {
    let figures = match env::args().nth(2).as_deref() {
        Some("throughput") => throughputs(),
        _ => json!({"throughput": throughputs(), "latency": latency(), "start": starts(), "week": week()}),
    };
    println!("{figures}");
}

fn throughputs() -> Value {
    json!({"1": throughput("Quick"), "10": throughput("QuickTen")})
}

fn starts() -> Value {
    let project = Project::new("bench-start");
    let empty = start(&project);
    let application = project.start(&[]);
    project.data(&application, &["queue", "pause", "whole-Quick"]);
    fill(&application, "Quick", 100_000, 1_000);
    drop(application);
    // The pause has ended with the program, but its worker is not ready before the application is.
    json!({"empty": empty, "full": start(&project)})
}

/// How long it takes a test that a schedule of every five minutes fires for a week, and each time sends a message that is handled
/// at the second attempt.
fn week() -> f64 {
    async fn tick(_: ScheduledEvent, work: Invoke<Work>) -> Result<(), Error> {
        Ok(work.send("tick".to_owned()).await?)
    }
    async fn fails_once(event: ManagedSqsEvent<Work>) -> Result<(), Error> {
        if event.receive_count == 1 { Err("not at first".into()) } else { Ok(()) }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begin = Instant::now();
    runtime.block_on(async {
        let app = App::new("week").scheduled_task("Tick", schedule!("rate(5 minutes)"), tick);
        let app = TestApp::new(app.async_task(Work, fails_once));
        let runs = app.advance(Duration::from_secs(7 * 24 * 3600)).await;
        assert_eq!(runs.iter().filter(|run| run.task == "Tick").count(), 2016);
    });
    begin.elapsed().as_secs_f64() * 1000.0
}

/// Messages a second, from when the queue is resumed until it is empty.
fn throughput(task: &str) -> f64 {
    let (project, count) = (Project::new(&format!("bench-{task}")), 20_000);
    let application = project.start(&["--concurrency", "2"]);
    let queue = format!("whole-{task}");
    project.data(&application, &["queue", "pause", &queue]);
    fill(&application, task, count, 1_000);
    project.data(&application, &["queue", "resume", &queue]);
    let begin = Instant::now();
    let mut left = count;
    while left > 0 {
        thread::sleep(Duration::from_millis(20));
        let queues = project.data(&application, &["queue", "ls"]);
        let counts = queues["queues"].as_array().unwrap().iter().find(|known| known["name"] == queue.as_str()).unwrap();
        let number = |name: &str| counts["counts"][name].as_u64().unwrap();
        left = usize::try_from(number("ready") + number("in_flight")).unwrap();
    }
    f64::from(u32::try_from(count).unwrap()) / begin.elapsed().as_secs_f64()
}

/// Sends messages with payloads of so many bytes.
fn fill(application: &Application, task: &str, count: usize, size: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", application.aws())).unwrap();
    let payload = Value::from("x".repeat(size)).to_string();
    let body =
        json!({"destination_task_id": task, "source_task_id": null, "invocation_id": "bench", "payload": payload});
    let entry = |id: usize| json!({"Id": id.to_string(), "MessageBody": body.to_string()});
    let entries: Vec<Value> = (0..10).map(entry).collect();
    let request = json!({"QueueUrl": format!("whole-{task}"), "Entries": entries}).to_string();
    for _ in 0..count / 10 {
        let head = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AmazonSQS.SendMessageBatch\r\ncontent-type: \
             application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
            request.len()
        );
        // In one piece: the second of two would wait for the answer to the first, 40 ms each time.
        stream.write_all(format!("{head}{request}").as_bytes()).unwrap();
        assert_eq!(status(&mut stream), Some(200));
    }
}

/// How long it takes from before a message is sent until its handler runs: the median, and what 99 % are below.
fn latency() -> Value {
    let project = Project::new("bench-latency");
    let application = project.start(&[]);
    let mut stream = application.connect();
    let mut send = |number: usize| {
        let body = json!({"task": "Stamp", "payload": number.to_string()});
        assert_eq!(super::request(&mut stream, "/api/send", &body.to_string()), Some(200));
    };
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0;
    // The worker starts with the first.
    send(0);
    eventually("the first is handled", || project.notes().len() == 1);
    let mut millis: Vec<f64> = Vec::new();
    for number in 1..=300 {
        let begin = now();
        send(number);
        eventually("it is handled", || project.notes().len() == number + 1);
        let notes = project.notes();
        let note = notes.iter().find(|note| note.starts_with(&format!("{number} "))).unwrap();
        millis.push(note.split(' ').nth(1).unwrap().parse::<f64>().unwrap() - begin);
    }
    millis.sort_by(f64::total_cmp);
    json!({"median": millis[150], "p99": millis[297]})
}

/// How long the application takes to be ready, and its memory then.
fn start(project: &Project) -> Value {
    let begin = Instant::now();
    let application = project.start(&["--concurrency", "1"]);
    let millis = begin.elapsed().as_secs_f64() * 1000.0;
    let status = fs::read_to_string(format!("/proc/{}/status", application.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default();
    json!({"millis": millis, "memory": kilobytes / 1024.0})
}
