//! The delivery of messages to an application under test: one after the other, on virtual time.

use std::{marker::PhantomData, sync::PoisonError, time::Duration, time::SystemTime};

use async_lambda_local::{
    chaos::Trouble,
    history::Cause,
    mapping::record,
    plan::Mapping,
    queue::{Command, Message, QueueId, Reply, Seq},
    run::{Failure, FailureKind},
    schedules::{self, RETRIES},
    time::{Millis, millis},
};
use async_lambda_model::RetryDelay;
use serde_json::Value;

use super::TestApp;
use crate::{FifoTask, Task, cloud::RUN, engine::InvocationError, envelope::Envelope, fifo::AsTask, json};

/// One run of a task that a message or a schedule started.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The id of the task.
    pub task: String,
    /// The number of receives of the message, this one included.
    pub attempt: u32,
    /// The value that the handler returned, or its failure.
    pub result: Result<Value, InvocationError>,
    /// The task that sent the message; `None` for one from outside of the application, a schedule, and an SQS task.
    pub source_task_id: Option<String>,
    /// The chain of invocations of the message; `None` for a schedule and an SQS task.
    pub invocation_id: Option<String>,
    /// The payload of the message as JSON; for an SQS task its body.
    text: String,
}

/// A message that failed too often, or for good, or whose chain of invocations was too long.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The id of the task that did not handle it.
    pub task: String,
    /// The failure of the last attempt.
    pub reason: String,
    /// The payload of the message as JSON; for an SQS task its body.
    text: String,
}

/// A run of a schedule that is tried at a time.
#[derive(Debug)]
pub(super) struct Again {
    task: String,
    event: String,
    at: Millis,
    attempt: u32,
}

/// The number of messages of a task that fail, and the way in which they do.
#[derive(Debug)]
pub(super) struct Failing {
    task: String,
    count: usize,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The function does not run.
    Fail,
    /// It runs, and its answer is lost.
    Crash,
    /// It runs twice.
    Double,
}

/// The queue of a task, at a time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct QueueView<T: Task> {
    /// The number of messages that can be received.
    pub ready: usize,
    /// The number of messages that can be received later: those with a delay.
    pub delayed: usize,
    /// The number of messages that were received and are hidden: those that failed, until their visibility timeout.
    pub in_flight: usize,
    payloads: Vec<String>,
    task: PhantomData<fn() -> T>,
}

impl TestApp {
    /// Delivers messages, and those that come of them, until there are none. Schedules do not fire. Returns the runs in their
    /// order.
    pub async fn run_until_idle(&self) -> Vec<Run> {
        self.run_events(None).await
    }

    /// Lets so much time pass: schedules fire, and the messages that are due by then are delivered. Returns the runs in their
    /// order. A schedule's run that fails is tried again after one minute and after two more, as Lambda does it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use async_lambda::{prelude::*, testing::TestApp};
    ///
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
    /// async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> { Err("the mail server is down".into()) }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let app = TestApp::new(App::new("shop").async_task(Mail, mail));
    /// app.send::<Mail>("hello".to_owned()).await;
    ///
    /// // A message comes again after six times the function's timeout, which is a minute by default.
    /// assert_eq!(app.advance(Duration::from_secs(359)).await.len(), 1);
    /// assert_eq!(app.queue::<Mail>().in_flight, 1);
    /// assert_eq!(app.advance(Duration::from_secs(1)).await.len(), 1);
    /// # });
    /// ```
    pub async fn advance(&self, duration: Duration) -> Vec<Run> {
        self.run_until(self.now() + duration).await
    }

    /// Lets time pass until then, as [`advance`](TestApp::advance) does. Returns the runs in their order.
    ///
    /// # Panics
    ///
    /// If a schedule has a time zone that is not on this machine.
    pub async fn run_until(&self, time: SystemTime) -> Vec<Run> {
        let runs = self.run_events(Some(millis(time))).await;
        self.cloud.clock().advance_to(millis(time));
        runs
    }

    /// The queue of a task, with the messages of all its lanes.
    ///
    /// # Panics
    ///
    /// If the application has no such async task.
    #[track_caller]
    pub fn queue<T: Task>(&self) -> QueueView<T> {
        let plan = self.cloud.plan();
        let of_task = |mapping: &&Mapping| mapping.task.as_str() == T::ID;
        let queues: Vec<QueueId> = plan.mappings.iter().filter(of_task).map(|mapping| mapping.queue).collect();
        assert!(!queues.is_empty(), "task `{}`: must be an async task of the application", T::ID);
        self.cloud.look(|broker, _| {
            let mut view = QueueView { ready: 0, delayed: 0, in_flight: 0, payloads: Vec::new(), task: PhantomData };
            let mut messages: Vec<&Message> = Vec::new();
            for queue in queues {
                let queue = broker.queue(queue);
                let counts = queue.counts();
                view.ready += counts.ready;
                view.delayed += counts.delayed;
                view.in_flight += counts.in_flight;
                messages.extend(queue.messages());
            }
            messages.sort_unstable_by_key(|message| message.seq);
            view.payloads = messages.iter().map(|message| self.text(T::ID, &message.body)).collect();
            view
        })
    }

    /// Fails the next `count` messages of the task `T`, as if its function had failed: it does not run.
    pub fn fail_next<T: Task>(&self, count: usize) {
        self.fail(T::ID, count, How::Fail);
    }

    /// Runs the task `T` for its next `count` messages and loses its answers, as a crash at the end of a function does: what it
    /// did is done, and the message comes again.
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::TestApp};
    ///
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
    /// # struct Log; impl Task for Log { const ID: &'static str = "Log"; type Payload = String; }
    /// # async fn log(_: ManagedSqsEvent<Log>) -> Result<(), Error> { Ok(()) }
    /// async fn mail(event: ManagedSqsEvent<Mail>, log: Invoke<Log>) -> Result<(), Error> {
    ///     Ok(log.send(event.payload).await?)
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let app = TestApp::new(App::new("shop").async_task(Mail, mail).async_task(Log, log));
    /// app.crash_next::<Mail>(1);
    /// app.send::<Mail>("hello".to_owned()).await;
    /// app.run_until_idle().await;
    /// assert_eq!(app.payloads::<Log>(), ["hello", "hello"]);
    /// # });
    /// ```
    pub fn crash_next<T: Task>(&self, count: usize) {
        self.fail(T::ID, count, How::Crash);
    }

    fn fail(&self, task: &str, count: usize, how: How) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.retain(|known| known.task != task || known.how != how);
        failing.push(Failing { task: task.to_owned(), count, how });
    }

    /// The failure of the next message of a task: as the test says, else by chance.
    fn takes_failure(&self, task: &str) -> Option<How> {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = failing.iter_mut().find(|failing| failing.task == task && failing.count > 0) {
            next.count -= 1;
            return Some(next.how);
        }
        let Trouble { throttled, failed, doubled, crashed, .. } = self.draws.as_ref()?.next();
        match (throttled || failed, crashed, doubled) {
            (true, _, _) => Some(How::Fail),
            (_, true, _) => Some(How::Crash),
            (_, _, true) => Some(How::Double),
            _ => None,
        }
    }

    /// Runs a task once on an event.
    pub(super) async fn invoke(&self, task: &str, event: Value) -> Result<Value, InvocationError> {
        let result = self.engine.invoke(task, event, self.context(task)).await;
        self.take_dead_letters();
        result
    }

    /// Runs what is due until a time, schedules included, or until there are no messages.
    async fn run_events(&self, until: Option<Millis>) -> Vec<Run> {
        let mut runs = Vec::new();
        loop {
            self.cloud.advance().unwrap_or_else(|error| panic!("{error}"));
            if let Some(mapping) = self.next_mapping() {
                runs.extend(self.deliver(&mapping).await);
                continue;
            }
            let scheduled = until.and_then(|_| self.next_scheduled());
            let next = self.next_time().into_iter().chain(scheduled).min();
            let Some(time) = next.filter(|time| until.is_none_or(|until| *time <= until)) else { return runs };
            self.cloud.clock().advance_to(time);
            if scheduled == Some(time) {
                runs.extend(self.fire(time).await);
            }
        }
    }

    /// The next time at which a schedule fires, or a run of one is tried again.
    fn next_scheduled(&self) -> Option<Millis> {
        let now = self.cloud.clock().now();
        let schedules = self.schedules.as_ref().unwrap_or_else(|error| panic!("{error}"));
        let fires = schedules.next_after(now).map(|(at, _)| at);
        self.again().iter().map(|again| again.at).chain(fires).min()
    }

    /// Runs the tasks whose schedules fire at a time, and those whose runs are tried again.
    async fn fire(&self, now: Millis) -> Vec<Run> {
        let mut due: Vec<Again> = self.again().extract_if(.., |again| again.at <= now).collect();
        let schedules = self.schedules.as_ref().unwrap_or_else(|error| panic!("{error}"));
        let new = schedules.at(now).map(|task| {
            let event = schedules::event(&self.cloud, task, now);
            Again { task: task.to_string(), event, at: now, attempt: 1 }
        });
        due.extend(new);
        let mut runs = Vec::with_capacity(due.len());
        for Again { task, event, attempt, .. } in due {
            let value = serde_json::from_str(&event).unwrap_or_default();
            let result = self.invoke(&task, value).await;
            let wait = usize::try_from(attempt - 1).ok().and_then(|index| RETRIES.get(index));
            if let Some(wait) = wait.filter(|_| result.is_err()) {
                let again = Again { task: task.clone(), event: event.clone(), at: now + wait, attempt: attempt + 1 };
                self.again().push(again);
            }
            runs.push(Run { task, attempt, result, source_task_id: None, invocation_id: None, text: event });
        }
        runs
    }

    /// The mapping whose queue has the oldest message that can be received.
    fn next_mapping(&self) -> Option<Mapping> {
        let mappings = self.cloud.plan().mappings.iter();
        self.cloud.look(|broker, _| {
            let ready = mappings.filter_map(|mapping| Some((broker.queue(mapping.queue).first_ready()?, mapping)));
            ready.min_by_key(|(seq, _)| *seq).map(|(_, mapping)| mapping.clone())
        })
    }

    /// The next time at which a message can be received that cannot be now.
    fn next_time(&self) -> Option<Millis> {
        let mappings = self.cloud.plan().mappings.iter();
        self.cloud.look(|broker, _| {
            let ready = mappings.filter_map(|mapping| broker.queue(mapping.queue).next_ready());
            ready.chain(broker.next_later()).min()
        })
    }

    /// Receives messages of a queue and runs its task on them, with one call of its handler.
    async fn deliver(&self, mapping: &Mapping) -> Vec<Run> {
        let task = mapping.task.as_str();
        let max = if self.engine.takes_many(task) { mapping.batch_size } else { 1 };
        let messages = match self.cloud.apply(mapping.queue, Command::Receive { max, visibility: None }) {
            Ok(Reply::Messages(messages)) => messages,
            Ok(_) => Vec::new(),
            Err(error) => panic!("{error}"),
        };
        self.take_moved(mapping);
        if messages.is_empty() {
            return Vec::new();
        }
        let results = self.handle(mapping, &messages).await;
        let mut runs = Vec::with_capacity(messages.len());
        for (message, result) in messages.into_iter().zip(results) {
            self.settle(mapping, &message, result.as_ref().err());
            let (task, attempt, text) = (task.to_owned(), message.receives, self.text(task, &message.body));
            let envelope = self.envelope(&task, &message.body);
            let source_task_id = envelope.as_ref().and_then(|envelope| envelope.source_task_id.clone());
            let invocation_id = envelope.map(|envelope| envelope.invocation_id);
            runs.push(Run { task, attempt, result, source_task_id, invocation_id, text });
        }
        self.take_dead_letters();
        runs
    }

    /// Runs a task on messages. Returns what became of each.
    async fn handle(&self, mapping: &Mapping, messages: &[Message]) -> Vec<Result<Value, InvocationError>> {
        let task = mapping.task.as_str();
        let how = self.takes_failure(task);
        let records: Vec<Value> = messages.iter().map(|message| record(&self.cloud, mapping.queue, message)).collect();
        let run = self.cloud.begin(mapping.task.clone(), Cause::messages(mapping.queue, messages), "");
        let lost = || messages.iter().map(|_| Err(failure("the test lets it fail")));
        let results: Vec<_> = match how {
            Some(How::Fail) => lost().collect(),
            how => {
                let handle = |records| RUN.scope(run, self.engine.run_records(task, records, self.context(task)));
                if how == Some(How::Double) {
                    // The answer to the first of the two does not count.
                    drop(handle(records.clone()).await);
                }
                let results = handle(records).await;
                if how == Some(How::Crash) { lost().collect() } else { results }
            }
        };
        let failed: Vec<usize> = (0..).zip(&results).filter(|(_, result)| result.is_err()).map(|(i, _)| i).collect();
        let first = results.iter().find_map(|result| result.as_ref().err());
        let answer = match first {
            Some(error) => Err(Failure::new(FailureKind::Error, error.reason.clone())),
            None => Ok(String::new()),
        };
        self.cloud.end(run, 0.0, &answer, &failed);
        results
    }

    /// Deletes a message that was handled, and keeps one that failed hidden for as long as its error says.
    fn settle(&self, mapping: &Mapping, message: &Message, error: Option<&InvocationError>) {
        let receipt = message.receipt();
        let command = match error {
            None => Command::Delete(receipt),
            // It is in the dead-letter queue.
            Some(error) if error.is_dead => Command::Delete(receipt),
            Some(error) => {
                let bound = self.cloud.plan().queue(mapping.queue).config.redrive;
                if bound.is_some_and(|(_, bound)| message.receives >= bound) {
                    self.reasons().push((message.id, error.reason.clone()));
                }
                let Some(hidden) = error.hidden.map(RetryDelay::get) else { return };
                Command::ChangeVisibility(receipt, u64::try_from(hidden).unwrap_or_default() * 1000)
            }
        };
        self.cloud.apply(mapping.queue, command).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Notes the messages that have come into the dead-letter queue of a queue.
    fn take_moved(&self, mapping: &Mapping) {
        let plan = self.cloud.plan();
        let Some((letters, _)) = plan.queue(mapping.queue).config.redrive else { return };
        let mut reasons = self.reasons();
        if reasons.is_empty() {
            return;
        }
        let mut moved: Vec<(Seq, Seq, String)> = self.cloud.look(|broker, _| {
            let of_queue = broker.queue(letters).messages().filter(|message| message.source == Some(mapping.queue));
            of_queue.map(|message| (message.seq, message.id, message.body.to_string())).collect()
        });
        moved.sort_unstable();
        for (_, id, body) in moved {
            if let Some(index) = reasons.iter().position(|(known, _)| *known == id) {
                let (_, reason) = reasons.remove(index);
                let task = mapping.task.to_string();
                let text = self.text(&task, &body);
                self.dead().push(DeadLetter { task, reason, text });
            }
        }
    }

    /// Notes the dead letters that the application sent itself.
    pub(super) fn take_dead_letters(&self) {
        for letter in self.transport.take_letters() {
            let attribute = |name: &str| {
                let found = letter.attributes.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let (task, reason) = (attribute("AsyncLambdaTaskId"), attribute("AsyncLambdaReason"));
            let text = self.text(&task, &letter.body);
            self.dead().push(DeadLetter { task, reason, text });
        }
    }

    /// The payload of a message, or its body where the queue is somebody else's.
    fn text(&self, task: &str, body: &str) -> String {
        self.envelope(task, body).map_or_else(|| body.to_owned(), |envelope| self.transport.wire().payload(&envelope))
    }

    /// What a message of a queue of the application says; `None` where the queue is somebody else's.
    fn envelope(&self, task: &str, body: &str) -> Option<Envelope> {
        let is_managed = self.engine.task_model(task).is_some_and(|model| model.trigger.has_own_queue());
        Envelope::from_body(body).ok().filter(|_| is_managed)
    }
}

fn failure(reason: &str) -> InvocationError {
    InvocationError { kind: "test", reason: reason.to_owned(), is_dead: false, hidden: None }
}

impl<T: Task> QueueView<T> {
    /// The payloads of its messages, the oldest first.
    ///
    /// # Panics
    ///
    /// Where one cannot be read as the task's payload.
    #[track_caller]
    pub fn payloads(&self) -> Vec<T::Payload> {
        self.payloads.iter().map(|text| payload::<T>(T::ID, text)).collect()
    }
}

impl Run {
    /// The payload of the message to a FIFO task.
    ///
    /// # Panics
    ///
    /// If the run is not one of the FIFO task `T`.
    #[track_caller]
    pub fn fifo_payload<T: FifoTask>(&self) -> T::Payload {
        payload::<AsTask<T>>(&self.task, &self.text)
    }

    /// The payload of the message.
    ///
    /// # Panics
    ///
    /// If the run is not one of the task `T`.
    #[track_caller]
    pub fn payload<T: Task>(&self) -> T::Payload {
        payload::<T>(&self.task, &self.text)
    }

    /// The payload of the message as JSON; for an SQS task its body.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl DeadLetter {
    /// The payload of the message to a FIFO task.
    ///
    /// # Panics
    ///
    /// If it is not a message to the FIFO task `T`, or cannot be read as its payload.
    #[track_caller]
    pub fn fifo_payload<T: FifoTask>(&self) -> T::Payload {
        payload::<AsTask<T>>(&self.task, &self.text)
    }

    /// The payload of the message.
    ///
    /// # Panics
    ///
    /// If it is not a message to the task `T`, or cannot be read as its payload.
    #[track_caller]
    pub fn payload<T: Task>(&self) -> T::Payload {
        payload::<T>(&self.task, &self.text)
    }

    /// The payload of the message as JSON; for an SQS task its body.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The payload of a message to the task `T`.
#[track_caller]
pub(super) fn payload<T: Task>(task: &str, text: &str) -> T::Payload {
    assert_eq!(task, T::ID, "the message must be one to `{}`", T::ID);
    json::from_str(text).unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID))
}
