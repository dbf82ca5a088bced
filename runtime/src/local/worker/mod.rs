//! A worker process: the program as a function, which asks the engine of a local run for events as it asks Lambda.
//!
//! The engine is on the other side of a port of this machine, and so is everything that handlers send.

mod clock;
mod engine;
mod remote;
mod server;
#[cfg(test)]
mod tests;
mod wire;

use std::{
    env,
    io::{self, Read},
    process::ExitCode,
    sync::Arc,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda_local::workers::RUNTIME_API;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    App, BoxError, Context, Engine,
    engine::InvocationError,
    environment,
    failure::{chain, one_line},
};
use clock::EngineClock;
use engine::{EngineClient, EngineError};
use remote::RemoteTransport;
pub(crate) use server::TransportServer;

/// The beginning of the Runtime API's paths.
const VERSION: &str = "/2018-06-01/runtime/";

/// Runs the task that the environment names until the engine ends, unless `refused` says why not.
pub(crate) fn run(app: App, refused: Option<BoxError>) -> ExitCode {
    super::log::init();
    // One event at a time, as on Lambda: a handler that blocks stops everything.
    let result = super::runtime().map_err(BoxError::from).and_then(|runtime| {
        end_with_engine()?;
        let address = env::var(RUNTIME_API).map_err(|_| format!("environment: `{RUNTIME_API}` must be an address"))?;
        let result = runtime.block_on(work(app, refused, &address));
        // Otherwise the process would wait for threads that block.
        runtime.shutdown_background();
        Ok(result?)
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(kind = "worker", reason = %error, "the worker ends");
            ExitCode::FAILURE
        }
    }
}

/// Ends this process with the engine, which holds the other end of stdin: it is closed with the engine, however that ends. A
/// thread waits for it, since a handler can block the one that asks for events.
fn end_with_engine() -> io::Result<()> {
    let wait = || {
        let mut stdin = io::stdin().lock();
        let mut buffer = [0; 64];
        while stdin.read(&mut buffer).is_ok_and(|length| length > 0) {}
        std::process::exit(0);
    };
    thread::Builder::new().name("engine".to_owned()).spawn(wait).map(drop)
}

async fn work(app: App, refused: Option<BoxError>, address: &str) -> Result<(), EngineError> {
    let clock = Arc::new(EngineClock::default());
    let client = Arc::new(EngineClient::new(address, Arc::clone(&clock)));
    let prepared = match refused {
        Some(error) => Err(("Profile", error)),
        None => prepare(app, RemoteTransport::new(Arc::clone(&client), clock)).await,
    };
    match prepared {
        Ok((engine, task)) => serve(&client, &engine, &task).await,
        Err((error_type, error)) => {
            let reason = one_line(&chain(error.as_ref()));
            tracing::error!(kind = "init", errorType = error_type, reason, "initialization failed");
            let body = json!({ "errorType": error_type, "errorMessage": reason });
            client.post(&format!("{VERSION}init/error"), body.to_string().into()).await.map(drop)
        }
    }
}

/// The engine of this process, and the task that it is for, ready for events. An error comes with its type.
async fn prepare(app: App, transport: RemoteTransport) -> Result<(Engine, String), (&'static str, BoxError)> {
    let task = environment::task_id().map_err(|error| ("Environment", error))?;
    let mut app = environment::configured(app).map_err(|error| ("Environment", error))?;
    super::metrics::log(&mut app);
    environment::ready(Engine::new(app, transport), task).await
}

/// Asks for events until there are no more.
async fn serve(client: &EngineClient, engine: &Engine, task: &str) -> Result<(), EngineError> {
    let next = format!("{VERSION}invocation/next");
    let (mut headers, mut body) = client.get(&next).await?;
    loop {
        let context = context(&headers);
        let path = format!("{VERSION}invocation/{}/", context.request_id);
        let (path, answer) = match invoke(engine, task, &body, context).await {
            Ok(answer) => (path + "response", answer.to_string()),
            Err(InvocationError { kind, reason, .. }) => {
                (path + "error", json!({ "errorType": kind, "errorMessage": reason }).to_string())
            }
        };
        (headers, body) = match client.post_and_next(&path, answer.into()).await {
            // The engine has told the one who waits for the answer why it did not take it.
            Err(EngineError::Status { .. }) => client.get(&next).await?,
            answered => answered?,
        };
    }
}

async fn invoke(engine: &Engine, task: &str, body: &Bytes, context: Context) -> Result<Value, InvocationError> {
    let event = serde_json::from_slice(body).map_err(InvocationError::no_json)?;
    engine.invoke(task, event, context).await
}

fn context(headers: &HeaderMap) -> Context {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let deadline = header("lambda-runtime-deadline-ms").parse().ok();
    let deadline = deadline.map(|millis| {
        let deadline = UNIX_EPOCH + Duration::from_millis(millis);
        Instant::now() + deadline.duration_since(SystemTime::now()).unwrap_or_default()
    });
    Context {
        request_id: header("lambda-runtime-aws-request-id").to_owned(),
        function_arn: header("lambda-runtime-invoked-function-arn").to_owned(),
        trace_header: Some(header("lambda-runtime-trace-id").to_owned()).filter(|header| !header.is_empty()),
        deadline,
    }
}
