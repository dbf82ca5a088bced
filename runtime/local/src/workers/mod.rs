//! Worker processes, which run tasks and ask for their events as functions on Lambda do.
//!
//! A worker is a process of one task with its own environment variables. It speaks Lambda's Runtime API with the server of
//! [`Workers`], under a path of its own, and gets one invocation at a time. Its timeout is real: a handler that blocks is ended
//! with its process, as is one that crashes, and no other worker notices.

mod api;
mod environment;
mod lines;
mod pools;
mod process;

use std::{ffi::OsString, fmt, io, path::PathBuf, sync::Arc, time::Duration};

use async_lambda_model::TaskId;
use tokio::task::AbortHandle;

use crate::{
    background::background,
    cloud::Cloud,
    http::{self, Service},
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, RunId, Runner},
};
use pools::Pools;

/// The environment variable that makes a program a worker.
pub const WORKER: &str = "ASYNC_LAMBDA_LOCAL_WORKER";
/// The environment variable with the address of the Runtime API, which has a scheme and a path here.
pub const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
/// The environment variable that names the task of a worker.
pub const TASK_ID: &str = "ASYNC_LAMBDA_TASK_ID";
/// The header of events and answers with the time of the cloud's clock, in milliseconds since 1970, and, after a space, its
/// speed as a multiple of the system's.
pub const CLOCK: &str = "async-lambda-clock";
/// The header of an answer, or an error, that asks for the next event too: half the requests. With status 200 the response is that
/// event; otherwise the answer was not taken, and the next event is to be asked for.
pub const AND_NEXT: &str = "async-lambda-and-next";
/// The largest event and the largest answer, in bytes: 6 MB.
pub const MAX_PAYLOAD: usize = 6 * 1024 * 1024;

/// The largest request of a worker, in bytes: an answer, which may be too large by far, or a payload for the bucket.
const MAX_REQUEST: usize = 256 << 20;

/// The run that a worker has in hand while it sends a request: among the extensions of that request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunInHand(pub RunId);

/// The environment variables of a task: names and values.
pub type Environment = Arc<dyn Fn(&TaskId) -> Vec<(String, String)> + Send + Sync>;
/// Takes a line of a task's worker.
pub type Print = Arc<dyn Fn(&TaskId, &str) + Send + Sync>;

/// The configuration of workers.
#[derive(Clone)]
#[non_exhaustive]
pub struct WorkersConfig {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Environment variables of a task, beside those of this process and those that Lambda sets.
    pub environment: Environment,
    /// The most workers of a task; fewer where it has a smaller reserved concurrency. Default 4.
    pub concurrency: usize,
    /// The most workers in all. An idle one of another task ends for one that is needed. Default 32.
    pub limit: usize,
    /// The time that a worker has until it asks for its first event; the timeout of its function, where that is longer. Default
    /// 10 s, which Lambda gives.
    pub initialization: Duration,
    /// Takes each line that a worker prints.
    pub print: Print,
    /// Answers requests of workers whose path begins with `async-lambda/`, after the worker's own part. They have the
    /// [`RunInHand`].
    pub service: Arc<dyn Service>,
}

impl WorkersConfig {
    /// Workers of a program without arguments, with the environment of this process, that print nothing.
    pub fn new(program: impl Into<PathBuf>, service: Arc<dyn Service>) -> WorkersConfig {
        WorkersConfig {
            program: program.into(),
            arguments: Vec::new(),
            environment: Arc::new(|_| Vec::new()),
            concurrency: 4,
            limit: 32,
            initialization: Duration::from_secs(10),
            print: Arc::new(|_, _| {}),
            service,
        }
    }
}

impl fmt::Debug for WorkersConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WorkersConfig");
        debug.field("program", &self.program).field("arguments", &self.arguments);
        debug.field("concurrency", &self.concurrency).field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// Worker processes. They end when it is dropped, and when this process ends, however it does.
#[derive(Debug)]
pub struct Workers {
    pools: Arc<Pools>,
    server: AbortHandle,
}

impl Workers {
    /// Opens a port for workers, of which each is started when it is needed. In a tokio runtime with I/O and time enabled.
    ///
    /// # Errors
    ///
    /// No port could be opened.
    pub async fn start(cloud: Cloud, config: WorkersConfig) -> io::Result<Workers> {
        let listener = http::listen(0).await?;
        let pools = Pools::new(cloud, config, listener.local_addr()?);
        let api = Arc::new(api::Api(Arc::clone(&pools)));
        let server = background(Box::pin(http::serve(listener, api, MAX_REQUEST)));
        Ok(Workers { pools, server: server.abort_handle() })
    }

    /// Ends workers, so that others are started where they are needed: idle ones now, busy ones after their invocation.
    pub fn restart(&self) {
        self.pools.restart();
    }
}

impl Runner for Workers {
    /// Waits for a worker first, which does not count against the timeout of the invocation.
    fn run(&self, invocation: Invocation) -> BoxFuture<'_, Answer> {
        let size = invocation.event.len();
        if size > MAX_PAYLOAD {
            let message = format!("event: must have at most {MAX_PAYLOAD} bytes of JSON on Lambda, has {size}");
            return Box::pin(async { Err(Failure::new(FailureKind::Error, message)) });
        }
        let answer = self.pools.push(invocation);
        Box::pin(async {
            let ended = |_| Err(Failure::new(FailureKind::Crash, "the workers were stopped"));
            answer.await.unwrap_or_else(ended)
        })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.pools.stop();
        self.server.abort();
    }
}
