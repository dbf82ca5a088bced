//! One run of a handler, and what is known about it.

use std::{fmt, sync::Arc, time::Duration};

use async_lambda_model::{TaskId, TaskModel};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    engine::Run,
    envelope::Received,
    event::{EventError, no_message},
    metrics::Measure,
    send::Sender,
    state::States,
    trigger::Messages,
};

/// One run of a handler: what extractors are made of. Cheap to clone.
#[derive(Clone)]
pub struct Invocation(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) task: Arc<TaskModel>,
    pub(crate) states: Arc<States>,
    pub(crate) raw: Value,
    pub(crate) context: Context,
    /// The message, if the task is an async one.
    pub(crate) message: Option<Received>,
    /// The messages, if the task is a batch task.
    pub(crate) batch: Option<Arc<Messages>>,
    pub(crate) sender: Sender,
    /// The invocation of the function, of which this is a part; `None` for one that a test makes.
    pub(crate) run: Option<Run>,
}

impl Invocation {
    pub(crate) fn new(parts: Parts) -> Invocation {
        Invocation(Arc::new(parts))
    }

    /// An invocation for an event that a test makes. What a handler would send with it goes nowhere.
    #[cfg(feature = "local")]
    pub(crate) fn by_hand(trigger: async_lambda_model::Trigger, raw: Value) -> Invocation {
        let (id, origin) = (const { TaskId::literal("Test") }, async_lambda_model::Origin::default());
        let task = TaskModel::new(id, trigger, origin);
        let sender = Sender::outside(Arc::new(crate::Recorder::new()));
        let (task, states, context) = (Arc::new(task), Arc::default(), Context::default());
        let (message, batch, run) = (None, None, None);
        Invocation::new(Parts { task, states, raw, context, message, batch, sender, run })
    }

    /// The task that runs.
    pub fn task(&self) -> &TaskId {
        &self.0.task.id
    }

    /// The event that Lambda was given; for a queue, the one record that this run is about.
    pub fn raw(&self) -> &Value {
        &self.0.raw
    }

    /// About the invocation of the function.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    pub(crate) fn model(&self) -> &TaskModel {
        &self.0.task
    }

    pub(crate) fn states(&self) -> &States {
        &self.0.states
    }

    /// The message that was received.
    pub(crate) fn message(&self) -> Result<&Received, EventError> {
        self.0.message.as_ref().ok_or_else(no_message)
    }

    pub(crate) fn batch(&self) -> Option<&Arc<Messages>> {
        self.0.batch.as_ref()
    }

    pub(crate) fn run(&self) -> Option<&Run> {
        self.0.run.as_ref()
    }

    /// The metrics of the invocation, where the application has some.
    pub(crate) fn measure(&self) -> Option<Arc<dyn Measure>> {
        self.run()?.measure.clone()
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.0.sender
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invocation of {}", self.task())
    }
}

/// About the invocation of a function. All records of a batch share one.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Context {
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// The ARN that was invoked; empty outside Lambda.
    pub function_arn: String,
    /// X-Ray's trace header, which goes along with each message that is sent.
    pub trace_header: Option<String>,
    /// The time at which Lambda stops the function.
    pub deadline: Option<Instant>,
}

impl Context {
    /// A context with the deadline of a task's timeout, as on Lambda.
    #[cfg(feature = "local")]
    pub(crate) fn with_timeout_of(task: &TaskModel) -> Context {
        let timeout = Duration::from_secs(u64::try_from(task.timeout().get()).unwrap_or_default());
        Context { deadline: Some(Instant::now() + timeout), ..Context::default() }
    }

    /// The time that is left; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
