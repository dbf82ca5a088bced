//! Runs a task on an event: what Lambda, the local runs and tests have in common.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

#[cfg(feature = "local")]
use async_lambda_model::TaskModel;
use async_lambda_model::{Problem, TaskId, Trigger};
use serde_json::Value;

use crate::{
    App, Context, Error, Invocation, Transport,
    app::Entry,
    batch,
    failure::{Failure, guarded},
    invocation::Parts,
    sender::Sender,
};

/// Runs the tasks of an application.
///
/// ```
/// use async_lambda::{Context, Engine, Recorder, prelude::*};
/// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
/// # async fn mail(_: ManagedSqsEvent<Mail>) -> Result<(), Error> { Ok(()) }
///
/// async fn tick(_: ScheduledEvent, mail: Invoke<Mail>) -> Result<(), Error> {
///     Ok(mail.send("hello".to_owned()).await?)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick).async_task(Mail, mail);
/// let recorder = std::sync::Arc::new(Recorder::new());
/// let engine = Engine::new(app, recorder.clone()).unwrap();
///
/// engine.invoke("Tick", serde_json::json!({}), Context::default()).await.unwrap();
/// assert_eq!(recorder.sent()[0].0.as_str(), "Mail");
/// # });
/// ```
pub struct Engine {
    tasks: BTreeMap<TaskId, Entry>,
    transport: Arc<dyn Transport>,
    inline_limit: usize,
}

/// An event for a task that is not there.
#[derive(Debug, thiserror::Error)]
#[error("task `{id}`: must be one of {}", known.join(", "))]
pub struct UnknownTask {
    /// The id.
    pub id: String,
    /// The ids of all tasks.
    pub known: Vec<String>,
}

impl Engine {
    /// An engine for an application that has no problems.
    pub fn new<S: Send + Sync + 'static>(app: App<S>, transport: impl Transport) -> Result<Engine, Vec<Problem>> {
        app.model()?;
        let (tasks, inline_limit) = app.into_parts();
        let tasks = tasks.into_iter().map(|task| (task.model.id.clone(), task)).collect();
        Ok(Engine { tasks, transport: Arc::new(transport), inline_limit })
    }

    /// Makes the state that a task needs, so that its first event need not wait for it.
    pub async fn prepare(&self, task: &str) -> Result<(), Error> {
        (self.task(task)?.prepare)().await
    }

    /// Runs a task on an event, as Lambda would be given it. Returns what Lambda would have to answer: for queues
    /// the records that failed, for an API task the proxy response.
    ///
    /// An error, a panic or a deadline of a scheduled or an API task is an error; in a batch each fails only its
    /// record.
    pub async fn invoke(&self, task: &str, event: Value, context: Context) -> Result<Value, Error> {
        let task = self.task(task)?;
        let request_id = context.request_id.clone();
        self.run(task, event, context).await.map_err(|failure| {
            let (task, kind) = (&task.model.id, failure.kind());
            tracing::error!(%task, request_id, kind, reason = %failure, "invocation failed");
            failure.into()
        })
    }

    async fn run(&self, task: &Entry, event: Value, context: Context) -> Result<Value, Failure> {
        let cut_off = context.remaining().map(|remaining| remaining.saturating_sub(margin(remaining)));
        let cut_off = cut_off.map(|time| tokio::time::Instant::now() + time);
        if matches!(task.model.trigger, Trigger::ManagedSqs | Trigger::Sqs { .. }) {
            return batch::run(self, task, event, context, cut_off).await;
        }
        let sender = self.sender(task, &context, self.transport.new_invocation_id(), 0);
        let model = Arc::clone(&task.model);
        let invocation = Invocation::new(Parts { task: model, raw: event, context, message: None, sender });
        guarded(task.service.run(invocation), cut_off).await
    }

    /// Runs a task of a queue on one record, without a deadline. Returns what the handler did.
    #[cfg(feature = "local")]
    pub(crate) async fn run_record(&self, task: &str, record: Value) -> Result<Value, Error> {
        Ok(batch::run_record(self, self.task(task)?, record, &Context::default(), None).await?)
    }

    #[cfg(feature = "local")]
    pub(crate) fn models(&self) -> impl Iterator<Item = &TaskModel> {
        self.tasks.values().map(|task| &*task.model)
    }

    #[cfg(feature = "local")]
    pub(crate) fn task_model(&self, id: &str) -> Option<&TaskModel> {
        self.task(id).ok().map(|task| &*task.model)
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    pub(crate) fn sender(&self, task: &Entry, context: &Context, invocation_id: String, hops: u32) -> Sender {
        Sender {
            transport: Arc::clone(&self.transport),
            source: Some(task.model.id.clone()),
            invocation_id: Some(invocation_id),
            hops,
            trace_header: context.trace_header.clone(),
            inline_limit: self.inline_limit,
        }
    }

    fn task(&self, id: &str) -> Result<&Entry, UnknownTask> {
        let found = self.tasks.iter().find(|(known, _)| known.as_str() == id);
        found.map(|(_, task)| task).ok_or_else(|| UnknownTask {
            id: id.to_owned(),
            known: self.tasks.keys().map(ToString::to_string).collect(),
        })
    }
}

/// How long before the deadline a handler is stopped, so that there is time to say which records are not done:
/// a tenth of the time, at the most a second.
fn margin(remaining: Duration) -> Duration {
    (remaining / 10).min(Duration::from_secs(1))
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("tasks", &self.tasks.keys()).finish_non_exhaustive()
    }
}
