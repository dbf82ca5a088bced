//! Triggers: a file for each kind.
//!
//! The types here are what a handler's parameters are checked against. Each file has also how a task of the kind is
//! registered, its event, how it runs, and what `invoke` makes of it. A new kind is a file and its `mod`.

mod api;
mod dead_letters;
mod dynamodb;
mod fifo;
mod function;
mod managed_sqs;
mod managed_sqs_batch;
mod schedule;
mod sqs;

use std::sync::Arc;

#[cfg(feature = "local")]
use async_lambda_model as model;
use async_lambda_model::MediaType;
use serde_json::Value;
use tracing::Span;

pub use api::{Api, ApiEvent};
pub use dead_letters::{DeadLetterEvent, DeadLetters};
pub use dynamodb::{DynamoDb, StartingPosition};
#[cfg(feature = "dynamodb")]
pub use dynamodb::{DynamoDbEvent, DynamoDbEventName};
pub use fifo::{Fifo, FifoEvent};
pub use function::{CallEvent, Function};
pub use managed_sqs::{ManagedSqs, ManagedSqsEvent};
pub(crate) use managed_sqs_batch::Messages;
pub use managed_sqs_batch::{Batch, BatchMessage, ManagedSqsBatch};
#[cfg(feature = "local")]
pub(crate) use schedule::scheduled;
pub use schedule::{Schedule, ScheduledEvent};
pub use sqs::{Sqs, UnmanagedSqsEvent};

use crate::{BoxFuture, batch, engine::Run, envelope::Received, failure::Failure, layer::TaskService};
#[cfg(feature = "local")]
use crate::{
    local::{Invoke, LocalError},
    record::{self, Record},
};
#[cfg(feature = "local")]
use tracing::Instrument;

/// The trigger of a task. Other crates cannot add one: each has its own event and its own way to run.
pub trait Trigger: sealed::Trigger + 'static {}

/// A trigger whose handlers return a `Result` of anything that can be written as JSON. (An API task's handler returns a
/// response, a function task's its own type.)
pub trait ReturnsJson: Trigger {}

mod sealed {
    pub trait Trigger {}
}

/// What most kinds do with an event. By itself, because what stands in a trait with a default is compiled in each crate with tasks.
fn run_by_default(run: &Run, event: Value) -> BoxFuture<'_, Result<Value, Failure>> {
    match run.model().trigger.reads_queue() {
        true => Box::pin(batch::run(run, event)),
        false => Box::pin(run.once(event)),
    }
}

/// The way in which a task with a kind of trigger runs. A task brings its own with it: there is no list of them, so that a
/// bootstrap has the code of those kinds that its application uses.
pub(crate) trait Kind: Send + Sync {
    /// Runs the task on an event of Lambda: on each record of a queue, or once.
    fn run<'a>(&'a self, run: &'a Run, event: Value) -> BoxFuture<'a, Result<Value, Failure>> {
        run_by_default(run, event)
    }

    /// Reads one record of an event. A kind whose records are no messages of this application begins a chain of
    /// invocations with each.
    fn open<'a>(
        &'a self,
        run: &'a Run,
        _message_id: &'a str,
        _record: &'a Value,
    ) -> BoxFuture<'a, Result<Opened, Failure>> {
        let invocation_id = run.transport().new_invocation_id();
        Span::current().record("invocationId", &invocation_id);
        Box::pin(std::future::ready(Ok(Opened { invocation_id, hops: 0, message: None })))
    }

    /// Runs the task on records of its queue. Returns what became of each, in their order.
    #[cfg(feature = "local")]
    fn run_records<'a>(&'a self, run: &'a Run, records: Vec<Record>) -> BoxFuture<'a, Vec<Result<Value, Failure>>> {
        Box::pin(async move {
            let mut results = Vec::with_capacity(records.len());
            for record in records {
                let span = record.span();
                let handled = async { record::run(run, record).await.inspect_err(|failure| run.failed(failure)) };
                results.push(handled.instrument(span).await);
            }
            results
        })
    }

    /// Whether the handler gets many records in one call.
    #[cfg(feature = "local")]
    fn takes_many(&self) -> bool {
        false
    }

    /// Puts around a handler what its events need. `binary` are the media types of the API.
    fn wrap(&self, service: TaskService, _binary: &Arc<[MediaType]>) -> TaskService {
        service
    }

    /// The options of `invoke` that make an event of the kind.
    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str];

    /// The event that `invoke` runs the task on; for a queue one record.
    #[cfg(feature = "local")]
    fn event(&self, task: &model::TaskModel, invoke: &Invoke, binary: &[MediaType]) -> Result<Value, LocalError>;
}

/// A record that was read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) invocation_id: String,
    /// The number of async tasks that the chain of invocations has run through, this one included.
    pub(crate) hops: u32,
    /// The message, if it is one of this application.
    pub(crate) message: Option<Received>,
}
