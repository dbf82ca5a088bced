//! The application under test.

use std::{
    env, process,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use async_lambda::{Context, prelude::*};
use serde_json::{Value, json};

/// A task that does what its request says, and tells about itself.
pub struct Act;

impl CallTask for Act {
    const ID: &'static str = "Act";
    type Request = Value;
    type Answer = Value;
}

/// The same with other environment variables.
pub struct Other;

impl CallTask for Other {
    const ID: &'static str = "Other";
    type Request = Value;
    type Answer = Value;
}

/// A task whose state is not made as the environment says.
pub struct Broken;

impl CallTask for Broken {
    const ID: &'static str = "Broken";
    type Request = Value;
    type Answer = Value;
}

/// A task that has one worker.
pub struct Alone;

impl CallTask for Alone {
    const ID: &'static str = "Alone";
    type Request = Value;
    type Answer = Value;
}

pub struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = String;
}

/// The number of times that it was made in this process.
struct Made(u32);

static MADE: AtomicU32 = AtomicU32::new(0);

struct Connection;

async fn act(event: CallEvent<Act>, context: Context, made: State<Made>, work: Invoke<Work>) -> Result<Value, Error> {
    if event.request["do"] == "send" {
        work.send("hello".to_owned()).await?;
    }
    run(&event.request, &context, made.0).await
}

async fn other(event: CallEvent<Other>, context: Context) -> Result<Value, Error> {
    run(&event.request, &context, 0).await
}

async fn broken(_: CallEvent<Broken>, _: State<Connection>) -> Result<Value, Error> {
    Ok(Value::Null)
}

async fn alone(event: CallEvent<Alone>, context: Context) -> Result<Value, Error> {
    run(&event.request, &context, 0).await
}

async fn work(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
    Ok(())
}

async fn run(request: &Value, context: &Context, made: u32) -> Result<Value, Error> {
    let millis = Duration::from_millis(request["millis"].as_u64().unwrap_or_default());
    match request["do"].as_str() {
        Some("sleep") => tokio::time::sleep(millis).await,
        Some("block") => thread::sleep(millis),
        Some("exit") => process::exit(3),
        Some("abort") => process::abort(),
        Some("panic") => panic!("on purpose"),
        Some("error") => return Err("no such thing".into()),
        Some("large") => {
            return Ok("x".repeat(usize::try_from(request["bytes"].as_u64().unwrap_or_default())?).into());
        }
        Some("print") => {
            for line in 0..request["lines"].as_u64().unwrap_or_default() {
                println!("out {line}");
                eprintln!("err {line}");
            }
            print!("no end");
            std::io::Write::flush(&mut std::io::stdout())?;
        }
        Some("leave") => drop(thread::spawn(move || {
            thread::sleep(millis);
            process::exit(4);
        })),
        _ => {}
    }
    let variable = |name: &str| env::var(name).ok();
    Ok(json!({
        "pid": process::id(),
        "made": made,
        "requestId": context.request_id,
        "arn": context.function_arn,
        "trace": context.trace_header,
        "remaining": context.remaining().unwrap_or_default().as_millis() as u64,
        "length": request["text"].as_str().map(str::len),
        "variable": variable("TEST_VARIABLE"),
        "function": variable("AWS_LAMBDA_FUNCTION_NAME"),
        "memory": variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        "group": variable("AWS_LAMBDA_LOG_GROUP_NAME"),
        "zone": variable("TZ"),
    }))
}

async fn connect() -> Result<Connection, Error> {
    match env::var("TEST_BROKEN").as_deref() {
        Ok("error") => Err("the database does not answer".into()),
        Ok("panic") => panic!("on purpose"),
        Ok("exit") => process::exit(7),
        _ => Ok(Connection),
    }
}

pub fn app() -> App {
    App::new("workers")
        .with_state_async(async || Ok::<_, Error>(Made(MADE.fetch_add(1, Ordering::Relaxed) + 1)))
        .with_state_async(connect)
        .function_task(Act, task(act).memory_mb(512).timeout_secs(30))
        .function_task(Other, other)
        .function_task(Broken, broken)
        .function_task(Alone, task(alone).reserved_concurrency(1).timeout_secs(1))
        .async_task(Work, work)
}
