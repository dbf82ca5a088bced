//! Tasks that wait, fail, panic and send, as the messages say. `conformance/faults.py` runs them under the Lambda
//! emulator with a server that has faults.
//!
//! `START` and `END` with the message's id go to standard output when a handler begins and when it is done.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use async_lambda::prelude::*;
use serde_json::{Value, json};

/// What a handler shall do.
#[derive(Serialize, Deserialize)]
struct Job {
    kind: Kind,
    /// Milliseconds.
    #[serde(default)]
    wait: u64,
    #[serde(default)]
    data: String,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Waits and is done.
    Ok,
    /// Fails.
    Error,
    /// Panics.
    Panic,
    /// Blocks the thread.
    Block,
    /// Blocks the thread in a task of its own.
    Spawn,
    /// Waits, and panics when it is dropped before it is done.
    Bomb,
    /// Panics with a value whose destructor panics, again and again.
    Bombs,
    /// Puts a value into its span that panics when it is written.
    Field,
    /// Writes a line of each level.
    Log,
    /// Writes a line in a span whose fields have the names of the library's.
    Span,
}

/// One record after the other.
struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = Job;
}

/// Ten records at once.
struct Wide;

impl Task for Wide {
    const ID: &'static str = "Wide";
    type Payload = Job;
}

/// Sends its payload on.
struct Echo;

impl Task for Echo {
    const ID: &'static str = "Echo";
    type Payload = Value;
}

/// Gets what is sent.
struct Sink;

impl Task for Sink {
    const ID: &'static str = "Sink";
    type Payload = Value;
}

/// A chain of at most three hops.
struct Chain;

impl Task for Chain {
    const ID: &'static str = "Chain";
    type Payload = u32;
    const RECURSION: Option<u32> = Some(3);
}

struct Bomb {
    is_live: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.is_live, "panic in a destructor");
    }
}

/// As the value of a panic: the panic in its destructor has another one.
struct Bombs(u32);

impl Drop for Bombs {
    fn drop(&mut self) {
        if self.0 > 0 {
            std::panic::panic_any(Bombs(self.0 - 1));
        }
    }
}

struct Unprintable;

impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("cannot be written")
    }
}

async fn do_job(message_id: &str, job: &Job) -> Result<(), Error> {
    println!("START {message_id}");
    let wait = Duration::from_millis(job.wait);
    match job.kind {
        Kind::Ok => tokio::time::sleep(wait).await,
        Kind::Error => return Err("the handler says no".into()),
        Kind::Panic => panic!("the handler panics"),
        Kind::Block => std::thread::sleep(wait),
        Kind::Spawn => tokio::spawn(async move { std::thread::sleep(wait) }).await?,
        Kind::Bombs => std::panic::panic_any(Bombs(3)),
        Kind::Field => {
            tracing::Span::current().record("invocationId", tracing::field::display(Unprintable));
        }
        Kind::Bomb => {
            let mut bomb = Bomb { is_live: true };
            tokio::time::sleep(wait).await;
            bomb.is_live = false;
        }
        Kind::Log => {
            tracing::info!(number = 7, "a line of the handler");
            tracing::warn!("a warning of the handler");
        }
        Kind::Span => {
            let span = tracing::info_span!("mine", message = "mine", level = "mine", requestId = "mine", attempt = 7);
            span.in_scope(|| tracing::info!(timestamp = "mine", "a line in a span"));
        }
    }
    println!("END {message_id}");
    Ok(())
}

async fn work(event: ManagedSqsEvent<Work>, _: State<Ready>) -> Result<(), Error> {
    do_job(&event.message_id, &event.payload).await
}

async fn wide(event: ManagedSqsEvent<Wide>) -> Result<(), Error> {
    do_job(&event.message_id, &event.payload).await
}

async fn echo(event: ManagedSqsEvent<Echo>, sink: Invoke<Sink>) -> Result<(), Error> {
    println!("START {}", event.message_id);
    sink.send(event.payload).await?;
    println!("END {}", event.message_id);
    Ok(())
}

async fn sink(event: ManagedSqsEvent<Sink>) -> Result<(), Error> {
    println!("END {}", event.message_id);
    Ok(())
}

async fn chain(event: ManagedSqsEvent<Chain>, next: Invoke<Chain>) -> Result<(), Error> {
    println!("START {}", event.message_id);
    next.send(event.payload + 1).await?;
    println!("END {}", event.message_id);
    Ok(())
}

/// Sends `n` messages with `size` bytes of data, and answers what came of it.
async fn fan(event: ScheduledEvent, sink: Invoke<Sink>) -> Result<Value, Error> {
    let number = |name: &str| event.raw()[name].as_u64().unwrap_or_default();
    let data = "x".repeat(usize::try_from(number("size"))?);
    let begin = Instant::now();
    let sent = sink.send_all((0..number("n")).map(|n| json!({"n": n, "data": data}))).await;
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    let (unsent, error): (Vec<usize>, _) = match sent {
        Ok(()) => (Vec::new(), None),
        Err(error) => (error.unsent().iter().map(|unsent| unsent.index).collect(), Some(error.to_string())),
    };
    Ok(json!({"milliseconds": milliseconds, "unsent": unsent, "error": error}))
}

/// What the initialization makes.
struct Ready;

async fn state() -> Result<Ready, Error> {
    match std::env::var("INIT").as_deref() {
        Ok("error") => Err("the database is down".into()),
        Ok("panic") => panic!("the state panics"),
        Ok("hang") => std::future::pending().await,
        Ok("thread") => {
            let thread = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(600)));
            let answer = tokio::time::timeout(Duration::from_millis(100), thread).await;
            answer.map_err(|_| "the driver does not answer")??;
            Ok(Ready)
        }
        _ => Ok(Ready),
    }
}

fn main() -> ExitCode {
    let mut app = App::new("faults")
        .with_state_async(state)
        .async_task(Work, task(work).timeout_secs(10))
        .async_task(Wide, task(wide).record_concurrency(10))
        .async_task(Echo, echo)
        .async_task(Sink, sink)
        .async_task(Chain, chain)
        .scheduled_task("Fan", schedule!("rate(1 day)"), task(fan).timeout_secs(300));
    if std::env::var_os("DELETE_PAYLOADS").is_some() {
        app = app.delete_payloads_after_success();
    }
    if std::env::var_os("METRICS").is_some() {
        app = app.metrics("Faults");
    }
    async_lambda::main(app)
}
