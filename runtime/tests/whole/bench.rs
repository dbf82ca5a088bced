//! How fast a local run is: `cargo test --release -p async-lambda --test whole -- bench`. It is no test.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::application::{Application, Project, eventually, status};

/// Prints the figures.
pub fn run() {
    for (task, batch) in [("Quick", 1), ("QuickTen", 10)] {
        println!("durable messages through workers, batch {batch}: {:.0} a second", throughput(task));
    }
    let (median, p99) = latency();
    println!("sent to handler started, idle: median {median:.1} ms, 99 % {p99:.1} ms");
    let project = Project::new("bench-start");
    let (millis, megabytes) = start(&project);
    println!("start to ready, empty: {millis:.0} ms, {megabytes:.0} MB");
    let application = project.start(&[]);
    project.data(&application, &["queue", "pause", "whole-Quick"]);
    fill(&application, "Quick", 100_000, 1_000);
    drop(application);
    // The pause has ended with the program: nobody is there to run them at once.
    let (millis, megabytes) = start(&project);
    println!("start to ready, 100,000 messages of 1 kB: {millis:.0} ms, {megabytes:.0} MB");
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
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(status(&mut stream), Some(200));
    }
}

/// How long it takes from before a message is sent until its handler runs, in milliseconds: the median, and what 99 % are below.
fn latency() -> (f64, f64) {
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
    (millis[150], millis[297])
}

/// How long the application takes to be ready, and its memory then.
fn start(project: &Project) -> (f64, f64) {
    let begin = Instant::now();
    let application = project.start(&["--concurrency", "1"]);
    let millis = begin.elapsed().as_secs_f64() * 1000.0;
    let status = fs::read_to_string(format!("/proc/{}/status", application.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default();
    (millis, kilobytes / 1024.0)
}
