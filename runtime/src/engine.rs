//! Runs a task on an event: what Lambda, the local runs and tests have in common.

use std::{sync::Arc, time::Duration};

use async_lambda_model::{AppModel, AppName, AppOptions, Problem, RetryDelay, TaskId, TaskModel, TaskOptions};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use crate::{
    App, BoxError, Context,
    app::Entry,
    extract::Invocation,
    failure::{Failure, guarded},
    in_hand::InHand,
    invocation::Parts,
    lane::{self, Lanes},
    metrics::{Begin, Measure, Meter},
    retry::{self, Attempt},
    send::{self, Sender},
    transport::{Called, Transport, TransportError},
    trigger::Kind,
};
#[cfg(feature = "local")]
use crate::{
    local::{Invoke, LocalError, event::event},
    record::Record,
    transport::OutgoingMessage,
    visibility,
};
#[cfg(feature = "local")]
use async_lambda_model::MediaType;

/// Runs the tasks of an application, in a tokio runtime with time enabled. Cheap to clone.
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
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let app = App::new("demo").scheduled_task("Tick", schedule!("rate(1 day)"), tick).async_task(Mail, mail);
/// let recorder = std::sync::Arc::new(Recorder::new());
/// let engine = Engine::new(app, recorder.clone()).unwrap();
///
/// engine.invoke("Tick", serde_json::json!({}), Context::default()).await.unwrap();
/// assert_eq!(recorder.sent()[0].0.as_str(), "Mail");
/// # });
/// ```
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    /// In the order in which they were registered. There are as many as an application has functions: a map would be more code
    /// than it saves.
    tasks: Vec<Arc<Entry>>,
    transport: Arc<dyn Transport>,
    inline_limit: usize,
    payload_days: u64,
    deletes_payloads: bool,
    name: AppName,
    lanes: Arc<Lanes>,
    in_hand: InHand,
    meter: Option<Box<dyn Meter>>,
}

/// One invocation of a function: what its records have in common. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Run {
    engine: Arc<Inner>,
    pub(crate) task: Arc<Entry>,
    pub(crate) context: Context,
    /// The time at which handlers are stopped.
    pub(crate) cut_off: Option<Instant>,
    /// The metrics of this invocation, where the application has metrics.
    pub(crate) measure: Option<Arc<dyn Measure>>,
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

/// A failed invocation.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct InvocationError {
    /// One word, as in the log: `error` for a handler's own error, `panic`, `deadline`, `event`, `payload`, or
    /// `permanent`, or `task` for a task that is not there.
    pub kind: &'static str,
    /// The reason.
    pub reason: String,
    /// Whether the message is in the dead-letter queue.
    pub(crate) is_dead: bool,
    /// The time for which the message stays hidden, where its error or its task says that.
    pub(crate) hidden: Option<RetryDelay>,
}

#[cfg(feature = "local")]
impl InvocationError {
    /// An event that is not JSON.
    pub(crate) fn no_json(error: serde_json::Error) -> InvocationError {
        let reason = format!("event: must be JSON: {error}");
        InvocationError { kind: "event", reason, is_dead: false, hidden: None }
    }
}

impl From<UnknownTask> for InvocationError {
    fn from(error: UnknownTask) -> InvocationError {
        InvocationError { kind: "task", reason: error.to_string(), is_dead: false, hidden: None }
    }
}

impl Engine {
    /// An engine for an application that has no problems.
    ///
    /// # Errors
    ///
    /// The problems of [`App::model`].
    pub fn new(app: App, transport: impl Transport) -> Result<Engine, Vec<Problem>> {
        let model = app.model()?;
        Ok(Engine::of_model(model, app, transport))
    }

    /// As [`new`](Engine::new), for an application that synth has checked.
    #[cfg(feature = "aws")]
    pub(crate) fn deployed(app: App, transport: impl Transport) -> Result<Engine, Vec<Problem>> {
        let model = app.deployed_model()?;
        Ok(Engine::of_model(model, app, transport))
    }

    fn of_model(model: AppModel, app: App, transport: impl Transport) -> Engine {
        let (tasks, inline_limit, meter) = app.into_parts();
        let retention = model.options.payload_retention.unwrap_or(AppOptions::DEFAULT_PAYLOAD_RETENTION);
        let tasks: Vec<_> = tasks.into_iter().map(Arc::new).collect();
        Engine(Arc::new(Inner {
            lanes: Arc::new(Lanes::of(tasks.iter().map(|task| &*task.model))),
            tasks,
            transport: Arc::new(transport),
            inline_limit,
            payload_days: send::days(retention),
            deletes_payloads: model.delete_payloads,
            name: model.name,
            in_hand: InHand::default(),
            meter,
        }))
    }

    /// Replaces a state of all tasks that take it: for tests, before the first event. `false` where no task takes it.
    #[cfg(feature = "local")]
    pub(crate) fn replace_state<T: Send + Sync + 'static>(&mut self, value: T) -> bool {
        // Nobody else has the engine yet.
        let tasks = Arc::get_mut(&mut self.0).map(|inner| &mut inner.tasks);
        let tasks = tasks.into_iter().flatten().filter_map(Arc::get_mut);
        let mut states = crate::state::States::default();
        states.give(value);
        let mut is_taken = false;
        for task in tasks {
            is_taken |= task.needs_state::<T>();
            task.replace_states(&states);
        }
        is_taken
    }

    /// Makes the state that a task needs, so that its first event need not wait for it.
    ///
    /// # Errors
    ///
    /// [`UnknownTask`], or the error of what makes a state.
    pub async fn prepare(&self, task: &str) -> Result<(), BoxError> {
        self.task(task)?.states.prepare().await
    }

    /// Runs a task on an event, as Lambda would be given it. Returns what Lambda would have to answer: for queues
    /// the records that failed, for an API task the proxy response.
    ///
    /// All of it happens in a span `invocation` with the fields `task` and `requestId`, and all that concerns one
    /// record of a batch in a span `record` with `messageId`, `invocationId` and `attempt`.
    ///
    /// # Errors
    ///
    /// An error, a panic or a deadline of a scheduled or an API task; in a batch each fails only its record, and only
    /// an event that is no batch is an error.
    pub async fn invoke(&self, task: &str, event: Value, context: Context) -> Result<Value, InvocationError> {
        let records = event["Records"].as_array().map_or(0, Vec::len);
        let run = self.run(Arc::clone(self.task(task)?), context, records);
        // Of the highest level, so that lines of every level that is on are inside it.
        let span = tracing::error_span!("invocation", task = %run.model().id, requestId = run.context.request_id);
        async {
            let result = run.kind().run(&run, event).await.map_err(|failure| {
                let (kind, reason) = (failure.kind(), failure.to_string());
                tracing::error!(kind, reason, "invocation failed");
                failure.warn_of_delay();
                run.count(&failure);
                InvocationError { kind, reason, is_dead: false, hidden: None }
            });
            run.end();
            result
        }
        .instrument(span)
        .await
    }

    /// Runs a task of a queue or a stream on records. Returns what the handler did with each, in their order.
    #[cfg(feature = "local")]
    pub(crate) async fn run_records(
        &self,
        task: &str,
        records: Vec<Value>,
        context: Context,
    ) -> Vec<Result<Value, InvocationError>> {
        let run = match self.task(task) {
            Ok(entry) => self.run(Arc::clone(entry), context, records.len()),
            Err(error) => return vec![Err(error.into())],
        };
        let record = |value: Value| {
            let number = value["dynamodb"]["SequenceNumber"].as_str();
            Record { message_id: value["messageId"].as_str().or(number).unwrap_or_default().to_owned(), value }
        };
        let attempts: Vec<u32> = records.iter().map(crate::event::receive_count).collect();
        let records = records.into_iter().map(record).collect();
        let span = tracing::error_span!("invocation", task);
        let results = async {
            let results = run.kind().run_records(&run, records).await;
            run.end();
            results
        };
        let results = results.instrument(span).await;
        let error = |failure: Failure, attempt: u32| InvocationError {
            kind: failure.kind(),
            reason: failure.to_string(),
            is_dead: failure.is_in_dead_letter_queue(),
            hidden: visibility::hidden(&run, &failure, attempt).map(visibility::Hidden::delay),
        };
        let results = results.into_iter().zip(attempts);
        results.map(|(result, attempt)| result.map_err(|failure| error(failure, attempt))).collect()
    }

    /// The task that `invoke` runs, and its event.
    #[cfg(feature = "local")]
    pub(crate) fn local_event(&self, invoke: &Invoke, binary: &[MediaType]) -> Result<(&TaskModel, Value), LocalError> {
        let task = self.task(&invoke.task);
        let task = task.map_err(|error| LocalError::UnknownTask(error.id, error.known.join(", ")))?;
        Ok((&task.model, event(&*task.kind, &task.model, invoke, binary)?))
    }

    /// Whether the task's handler gets many messages in one call.
    #[cfg(feature = "local")]
    pub(crate) fn takes_many(&self, task: &str) -> bool {
        self.task(task).is_ok_and(|task| task.kind.takes_many())
    }

    /// The record that a message becomes in a task's queue.
    #[cfg(feature = "local")]
    pub(crate) fn record(&self, task: &TaskModel, message_id: &str, message: &OutgoingMessage, attempt: u32) -> Value {
        let mut record = crate::event::record(message_id, &message.body, attempt);
        if let Some(group) = &message.group {
            crate::event::set_attribute(&mut record, "MessageGroupId", group);
        }
        for (name, value) in &message.attributes {
            record["messageAttributes"][name] = serde_json::json!({"dataType": "String", "stringValue": value});
        }
        if task.trigger.has_own_queue() {
            let name =
                async_lambda_model::queue_name(self.0.name.as_str(), &task.id, message.lane, task.trigger.is_fifo());
            record["eventSourceARN"] = format!("arn:aws:sqs:local:000000000000:{name}").into();
        }
        record
    }

    #[cfg(feature = "local")]
    pub(crate) fn models(&self) -> impl Iterator<Item = &TaskModel> {
        self.0.tasks.iter().map(|task| &*task.model)
    }

    #[cfg(feature = "local")]
    pub(crate) fn task_model(&self, id: &str) -> Option<&TaskModel> {
        self.task(id).ok().map(|task| &*task.model)
    }

    /// The activity of this engine's thread, asked from another thread.
    #[cfg(feature = "aws")]
    pub(crate) fn thread(&self) -> crate::in_hand::Thread {
        self.0.in_hand.thread()
    }

    /// An invocation with an event of so many records; 0 for one that has none.
    fn run(&self, task: Arc<Entry>, context: Context, records: usize) -> Run {
        let cut_off = context.deadline.map(|deadline| deadline - margin(context.remaining().unwrap_or_default()));
        let measure = self.0.meter.as_ref().map(|meter| {
            let request_id = &context.request_id;
            meter.begin(Begin { application: &self.0.name, task: &task.model, request_id, records })
        });
        Run { engine: Arc::clone(&self.0), task, context, cut_off, measure }
    }

    fn task(&self, id: &str) -> Result<&Arc<Entry>, UnknownTask> {
        let found = self.0.tasks.iter().find(|task| task.model.id.as_str() == id);
        found.ok_or_else(|| UnknownTask {
            id: id.to_owned(),
            known: self.0.tasks.iter().map(|task| task.model.id.to_string()).collect(),
        })
    }
}

impl Run {
    /// Runs the handler once, on the whole event.
    pub(crate) async fn once(&self, event: Value) -> Result<Value, Failure> {
        let sender = self.sender(self.transport().new_invocation_id(), 0);
        let (task, states) = (Arc::clone(&self.task.model), Arc::clone(&self.task.states));
        let context = self.context.clone();
        let (message, batch, run) = (None, None, Some(self.clone()));
        let invocation = Invocation::new(Parts { task, states, raw: event, context, message, batch, sender, run });
        let work = async { self.task.service.run(invocation).await.map_err(|error| Failure::returned(&error)) };
        guarded(Box::pin(work), self.cut_off, self.in_hand()).await
    }

    /// Calls a function task: through the transport, or here where it calls nobody.
    pub(crate) async fn call_function(&self, task: &TaskId, request: Bytes) -> Result<Called, TransportError> {
        let trace_header = self.context.trace_header.as_deref();
        if let Some(call) = self.transport().call(task, request.clone(), trace_header) {
            return call.await;
        }
        let event = serde_json::from_slice(&request).map_err(TransportError::permanent)?;
        let engine = Engine(Arc::clone(&self.engine));
        Ok(match engine.invoke(task.as_str(), event, self.context.clone()).await {
            Ok(answer) => Called::Answer(answer.to_string().into()),
            Err(InvocationError { kind, reason, .. }) => Called::Failed { kind: kind.to_owned(), reason },
        })
    }

    /// A call of the transport on behalf of records, until this time. A panic or no answer is a reason for its failure too.
    pub(crate) async fn call(
        &self,
        name: &'static str,
        end: Option<Instant>,
        make: &Attempt<'_, ()>,
    ) -> Result<(), String> {
        let limit = || retry::small(end);
        let call = async { Ok(retry::call(name, &limit, end, make).await) };
        match guarded(Box::pin(call), end, self.in_hand()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    /// Logs why a record failed, and counts it.
    pub(crate) fn failed(&self, failure: &Failure) {
        failure.log();
        self.count(failure);
    }

    /// Counts a failure.
    pub(crate) fn count(&self, failure: &Failure) {
        if let Some(measure) = &self.measure {
            measure.failed(failure.kind());
        }
    }

    /// Writes the metrics.
    fn end(&self) {
        if let Some(measure) = &self.measure {
            measure.end();
        }
    }

    pub(crate) fn model(&self) -> &TaskModel {
        &self.task.model
    }

    pub(crate) fn kind(&self) -> &dyn Kind {
        &*self.task.kind
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.engine.transport
    }

    pub(crate) fn in_hand(&self) -> &InHand {
        &self.engine.in_hand
    }

    pub(crate) fn deletes_payloads(&self) -> bool {
        self.engine.deletes_payloads
    }

    /// The number of records of a batch that are in hand at once.
    pub(crate) fn record_concurrency(&self) -> usize {
        let concurrency = self.model().options.record_concurrency.unwrap_or(TaskOptions::DEFAULT_RECORD_CONCURRENCY);
        usize::try_from(concurrency.get()).unwrap_or(1)
    }

    pub(crate) fn sender(&self, invocation_id: String, hops: u32) -> Sender {
        Sender {
            source: Some(self.model().id.clone()),
            application: Some(self.engine.name.to_string()),
            invocation_id: Some(invocation_id),
            hops,
            trace_header: self.context.trace_header.clone(),
            propagates_group: self.task.propagates_group(),
            lanes: Some(Arc::clone(&self.engine.lanes)),
            inline_limit: self.engine.inline_limit,
            payload_days: self.engine.payload_days,
            cut_off: self.cut_off,
            ..Sender::outside(Arc::clone(&self.engine.transport))
        }
    }

    /// As [`sender`](Run::sender), with what messages inherit from a record: its message group, and its lane.
    pub(crate) fn sender_of(&self, record: &Value, invocation_id: String, hops: u32) -> Sender {
        let lane = lane::of_record(self.model(), record);
        Sender { lane, ..self.sender(invocation_id, hops).on_behalf_of(record) }
    }
}

/// The time before the deadline at which a handler is stopped, so that there is time to say which records are not done: a tenth
/// of the time, at the most a second.
pub(crate) fn margin(remaining: Duration) -> Duration {
    (remaining / 10).min(Duration::from_secs(1))
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tasks: Vec<&TaskId> = self.0.tasks.iter().map(|task| &task.model.id).collect();
        f.debug_struct("Engine").field("tasks", &tasks).finish_non_exhaustive()
    }
}
