//! SQS and S3 over a socket.

mod messages;
mod moves;
mod objects;
mod queues;
mod refusals;

use std::{net::SocketAddr, sync::Arc};

use async_lambda_local::{
    bucket::Bucket,
    cloud::Cloud,
    http::{listen, serve},
    plan::{Plan, PlannedQueue, Role},
    queue::{Broker, QueueConfig, QueueId},
    sqs::{Endpoint, MAX_REQUEST_BYTES},
    store::{InMemory, Store},
    time::Clock,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::flow::model;

/// The time at which the clock begins, in milliseconds.
const BEGIN: u64 = 1_795_435_200_000;
/// The places of some queues.
const DEAD: QueueId = 0;
const JOBS: QueueId = 1;

/// An endpoint, whose clock stands still, and a client of it.
struct Local {
    address: SocketAddr,
    cloud: Cloud,
}

/// An answer over HTTP.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

/// An error of SQS, as clients see it.
#[derive(Debug, PartialEq)]
struct Refused {
    status: u16,
    shape: String,
    code: String,
    message: String,
}

/// An endpoint with some queues.
fn endpoint(store: impl Store) -> (Endpoint, Cloud) {
    let mut plan = Plan::of(&model());
    let fifo = |name| QueueConfig { fifo: true, ..QueueConfig::new(name) };
    let configs = [
        QueueConfig::new("dead"),
        QueueConfig { redrive: Some((DEAD, 1)), ..QueueConfig::new("jobs") },
        QueueConfig { delay: 5_000, ..QueueConfig::new("slow") },
        fifo("dead.fifo"),
        QueueConfig { redrive: Some((3, 1)), ..fifo("orders.fifo") },
        QueueConfig { content_based_deduplication: true, ..fifo("events.fifo") },
    ];
    plan.queues = configs.map(|config| PlannedQueue { config, role: Role::Former }).into();
    plan.mappings.clear();
    let mut broker = Broker::default();
    for queue in &plan.queues {
        broker.add(queue.config.clone());
    }
    let cloud = Cloud::new(plan, Clock::stopped_at(BEGIN), broker, store, 1);
    let endpoint = Endpoint::new(cloud.clone(), Arc::new(Bucket::in_memory()));
    (endpoint, cloud)
}

impl Local {
    async fn start() -> Local {
        Local::start_with(InMemory).await
    }

    async fn start_with(store: impl Store) -> Local {
        let (endpoint, cloud) = endpoint(store);
        let listener = listen(0).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, Arc::new(endpoint), MAX_REQUEST_BYTES));
        Local { address, cloud }
    }

    /// Makes a request: its first line without the version, its headers but `Host` if it has none, its body.
    async fn ask(&self, line: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Answer {
        let body = body.as_ref();
        let mut head = format!("{line} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        if !headers.iter().any(|header| header.starts_with("host:")) {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        headers.iter().for_each(|header| head.push_str(&format!("{header}\r\n")));
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: answer[end + 4..].to_vec() }
    }

    async fn raw(&self, operation: &str, body: impl AsRef<[u8]>, headers: &[&str]) -> Result<Value, Refused> {
        let target = format!("x-amz-target: AmazonSQS.{operation}");
        let mut all = vec![target.as_str(), "content-type: application/x-amz-json-1.0", "x-amzn-query-mode: true"];
        all.extend(headers);
        let answer = self.ask("POST /", &all, body).await;
        assert_eq!(answer.header("content-type"), "application/x-amz-json-1.0");
        assert_eq!(answer.header("x-amzn-requestid").len(), 36);
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        if answer.status == 200 {
            return Ok(value);
        }
        let shape = value["__type"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
        let message = value["message"].as_str().unwrap().to_owned();
        Err(Refused { status: answer.status, shape, code: answer.header("x-amzn-query-error").to_owned(), message })
    }

    async fn sqs(&self, operation: &str, input: Value) -> Result<Value, Refused> {
        self.raw(operation, input.to_string(), &[]).await
    }

    /// Does an operation that must succeed.
    async fn done(&self, operation: &str, input: Value) -> Value {
        self.sqs(operation, input).await.unwrap()
    }

    /// Receives messages.
    async fn receive(&self, queue: &str, more: Value) -> Vec<Value> {
        let mut input = json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10 });
        more.as_object().unwrap().iter().for_each(|(name, value)| input[name] = value.clone());
        let answer = self.done("ReceiveMessage", input).await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }

    /// The bodies of messages that are received.
    async fn bodies(&self, queue: &str) -> Vec<String> {
        let messages = self.receive(queue, json!({})).await;
        messages.iter().map(|message| message["Body"].as_str().unwrap().to_owned()).collect()
    }

    fn url(&self, queue: &str) -> String {
        format!("http://{}/000000000000/{queue}", self.address)
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let named = |line| str::split_once(line, ": ").filter(|(known, _)| known.eq_ignore_ascii_case(name));
        self.head.lines().find_map(named).map_or("", |(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{queue}")
}
