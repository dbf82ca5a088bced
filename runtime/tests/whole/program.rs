//! The application under test. What its handlers do is in a file, since they run in processes of their own.

use std::{env, fs::OpenOptions, io::Write, path::Path};

use async_lambda::prelude::*;

pub struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = String;
}

macro_rules! tasks {
    ($($name:ident),*) => {$(
        pub struct $name;

        impl Task for $name {
            const ID: &'static str = stringify!($name);
            type Payload = serde_json::Value;
        }
    )*};
}

// For the figures.
tasks!(Quick, QuickTen, Stamp);

async fn quick(_: ManagedSqsEvent<Quick>) -> Result<(), Error> {
    Ok(())
}

async fn quick_ten(_: ManagedSqsEvent<QuickTen>) -> Result<(), Error> {
    Ok(())
}

async fn stamp(event: ManagedSqsEvent<Stamp>) -> Result<(), Error> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs_f64() * 1000.0;
    note(&format!("{} {now}", event.payload))
}

pub struct Step;

impl FifoTask for Step {
    const ID: &'static str = "Step";
    type Group = String;
    type Payload = u32;
}

/// Adds a line to the file of the test.
fn note(line: &str) -> Result<(), Error> {
    let path = env::var("NOTES")?;
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    // One `write`, so that lines of several processes do not mix.
    Ok(file.write_all(format!("{line}\n").as_bytes())?)
}

async fn work(event: ManagedSqsEvent<Work>) -> Result<(), Error> {
    let is_fixed = env::var("FIXED").is_ok_and(|path| Path::new(&path).exists());
    match event.payload.as_str() {
        "bad" if !is_fixed => Err("it is broken".into()),
        "crash" if event.receive_count == 1 => std::process::exit(3),
        "block" if event.receive_count == 1 => loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        },
        payload => note(&format!("{payload} {}", env::var("COLOR").unwrap_or_default())),
    }
}

async fn step(event: FifoEvent<Step>) -> Result<(), Error> {
    note(&format!("step {} {}", event.group, event.payload))
}

/// Sends as many messages as the body says, one of them bad, and one step for each in two groups.
async fn order(event: ApiEvent, work: Invoke<Work>, step: InvokeFifo<Step>) -> Result<StatusCode, Error> {
    let count: u32 = event.text()?.parse()?;
    work.send_all((0..count).map(|number| format!("m{number}"))).await?;
    work.send("bad".to_owned()).await?;
    for number in 0..count {
        step.send(format!("g{}", number % 2), number).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

async fn tick(_: ScheduledEvent) -> Result<(), Error> {
    note(&format!("tick {}", env::var("COLOR").unwrap_or_default()))
}

pub fn app() -> App {
    App::new("whole")
        .async_task(Work, task(work).timeout_secs(1).max_receive_count(2))
        .fifo_task(Step, task(step).timeout_secs(5))
        .api_task("Order", Method::POST, "/orders", order)
        .async_task(Quick, quick)
        .async_task(QuickTen, task(quick_ten).batch_size(10))
        .async_task(Stamp, stamp)
        .scheduled_task("Tick", schedule!("rate(1 hour)"), tick)
}
