//! Messages through queues on this machine.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use async_lambda_local::{
    bucket::{Bucket, BucketError},
    cloud::{Cloud, CloudError, Stopped},
    history::Cause,
    queue::{Attribute, Attributes, Command, Later, NewMessage, QueueId, Receipt, Reply, Seq, message_id},
    run::{Failure, RunId, Runner, invoke},
    time::{millis, system_time, utc},
};
use async_lambda_model::{TaskId, queue_name};
use bytes::Bytes;

use super::RUN;
#[cfg(feature = "table")]
use crate::table::{MemoryTables, TableAnswer, TableCall};
use crate::{
    BoxFuture,
    once::OnceTable,
    recorder::no_schedule,
    transport::{Called, HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};

/// The salt of the ids of chains, which must not be those of messages.
const CHAINS: u64 = 0x6368_6169_6e73;

/// Messages through the queues of a cloud on this machine, payloads through its bucket. Cheap to clone.
#[derive(Clone)]
pub(crate) struct CloudTransport {
    shared: Arc<Shared>,
    /// The run whose calls these are; `None` for the one in hand.
    run: Option<RunId>,
}

struct Shared {
    cloud: Cloud,
    bucket: Arc<Bucket>,
    once: Arc<dyn OnceTable>,
    #[cfg(feature = "table")]
    tables: OnceLock<Arc<MemoryTables>>,
    /// Runs the tasks that others call. It has this transport itself, so it is set later.
    runner: OnceLock<Arc<dyn Runner>>,
    seed: u64,
    ids: AtomicU64,
}

impl CloudTransport {
    /// Makes a transport. `seed` is that of the ids of chains and the keys of payloads: for a state that outlives the process,
    /// another one each time.
    pub(crate) fn new(cloud: Cloud, bucket: Arc<Bucket>, once: Arc<dyn OnceTable>, seed: u64) -> CloudTransport {
        let (runner, ids) = (OnceLock::new(), AtomicU64::new(0));
        let shared = Shared {
            cloud,
            bucket,
            once,
            #[cfg(feature = "table")]
            tables: OnceLock::new(),
            runner,
            seed,
            ids,
        };
        CloudTransport { shared: Arc::new(shared), run: None }
    }

    /// Has these tables instead of empty ones, before the first call.
    #[cfg(feature = "table")]
    pub(crate) fn with_tables(self, tables: Arc<MemoryTables>) -> CloudTransport {
        // There is none before the first call.
        let _ = self.shared.tables.set(tables);
        self
    }

    /// Runs the tasks that others call with this. Only the first call counts.
    pub(crate) fn call_with(&self, runner: Arc<dyn Runner>) {
        // A second runner would be a mistake of this crate, and the first one runs the same tasks.
        let _ = self.shared.runner.set(runner);
    }

    /// The same transport, for the calls of a run.
    pub(crate) fn of_run(&self, run: Option<RunId>) -> CloudTransport {
        CloudTransport { run, ..self.clone() }
    }

    /// Sends a message from outside of the application.
    pub(crate) fn put(&self, destination: &TaskId, message: &OutgoingMessage) -> Result<(), TransportError> {
        let queue = self.queue(destination, message)?;
        self.cloud().send(queue, self.message(message)).map(|_| ()).map_err(TransportError::permanent)
    }

    /// Sends a body as it is to a queue. A FIFO queue has it in a group, and takes it whatever came before.
    pub(crate) fn put_body(&self, queue: QueueId, body: String, group: &str) -> Result<Seq, CloudError> {
        let mut message = NewMessage::new(body);
        if self.cloud().plan().queue(queue).config.fifo {
            (message.group, message.deduplication) = (Some(group.into()), Some(self.new_id().into()));
        }
        self.cloud().send(queue, message)
    }

    fn cloud(&self) -> &Cloud {
        &self.shared.cloud
    }

    fn run(&self) -> Option<RunId> {
        self.run.or_else(|| RUN.try_with(|run| *run).ok())
    }

    fn new_id(&self) -> String {
        message_id(self.shared.seed ^ CHAINS, self.shared.ids.fetch_add(1, Ordering::Relaxed))
    }

    /// The queue of a message to a task.
    fn queue(&self, destination: &TaskId, message: &OutgoingMessage) -> Result<QueueId, TransportError> {
        let plan = self.cloud().plan();
        let found = match &message.application {
            Some(application) => plan.queue_named(&queue_name(application, destination, 0, false)),
            None => plan.queue_of(destination.as_str(), message.lane),
        };
        found.ok_or_else(|| TransportError::permanent(format!("task `{destination}`: has no queue on this machine")))
    }

    fn message(&self, message: &OutgoingMessage) -> NewMessage {
        let mut named = BTreeMap::new();
        for (name, value) in &message.attributes {
            named.insert((*name).to_owned(), Attribute::string(value.as_str()));
        }
        let attributes = Attributes { named, trace_header: message.trace_header.clone(), sender: self.run() };
        NewMessage {
            body: message.body.as_str().into(),
            attributes: (attributes != Attributes::default()).then(|| Arc::new(attributes)),
            delay: (message.delay_secs > 0).then(|| u64::from(message.delay_secs) * 1000),
            group: message.group.as_deref().map(Into::into),
            deduplication: message.deduplication_id.as_deref().map(Into::into),
        }
    }

    /// Sends messages to a queue. Those that it refuses are returned.
    fn send_all(&self, queue: QueueId, messages: &[OutgoingMessage]) -> Result<Vec<Refused>, TransportError> {
        let mut refused = Vec::new();
        for (index, message) in messages.iter().enumerate() {
            match self.cloud().send(queue, self.message(message)) {
                Ok(_) => {}
                Err(CloudError::Refused(refusal)) => {
                    refused.push(Refused { index, reason: refusal.to_string(), retry: false });
                }
                Err(error) => return Err(TransportError::permanent(error)),
            }
        }
        Ok(refused)
    }

    fn hide(&self, messages: &[HiddenMessage]) -> Result<Vec<Refused>, Stopped> {
        let mut refused = Vec::new();
        for (index, message) in messages.iter().enumerate() {
            let receipt = Receipt::of_handle(&message.receipt_handle);
            let reason = match receipt.filter(|(queue, _)| self.cloud().plan().queues.len() > usize::from(*queue)) {
                None => format!("receipt handle `{}`: must be of a message of this program", message.receipt_handle),
                Some((queue, receipt)) => {
                    let hidden = Command::ChangeVisibility(receipt, u64::from(message.seconds) * 1000);
                    match self.cloud().apply(queue, hidden)? {
                        Reply::Refused(refusal) => refusal.to_string(),
                        _ => continue,
                    }
                }
            };
            refused.push(Refused { index, reason, retry: false });
        }
        Ok(refused)
    }
}

fn of_bucket(error: BucketError) -> TransportError {
    match error {
        BucketError::Missing(_) => TransportError::missing(error),
        BucketError::Key(_) | BucketError::Folder(..) => TransportError::permanent(error),
    }
}

impl Transport for CloudTransport {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let Some(first) = messages.first() else { return Box::pin(ready(Ok(Vec::new()))) };
        let sent = self.queue(destination, first).and_then(|queue| self.send_all(queue, messages));
        Box::pin(ready(sent))
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        let plan = self.cloud().plan();
        let task = message.attributes.iter().find(|(name, _)| *name == "AsyncLambdaTaskId");
        let queue = task.map_or(plan.dead_letters, |(_, task)| plan.dead_letters_of(task));
        let sent = self.send_all(queue, std::slice::from_ref(message)).and_then(|mut refused| match refused.pop() {
            None => Ok(()),
            Some(refused) => Err(TransportError::permanent(refused.reason)),
        });
        Box::pin(ready(sent))
    }

    fn change_visibility<'a>(
        &'a self,
        _queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        // A receipt handle names its queue.
        Box::pin(ready(self.hide(messages).map_err(TransportError::permanent)))
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        let day = utc(self.cloud().clock().now())[..10].replace('-', "/");
        let key = format!("{day}/{}.json", self.new_id().replace('-', ""));
        let stored = self.shared.bucket.put(&key, payload).map(|()| key).map_err(of_bucket);
        Box::pin(ready(stored))
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        let loaded = self.shared.bucket.get(key).map_err(of_bucket);
        let text = loaded.and_then(|bytes| {
            let text = String::from_utf8(bytes.into());
            text.map_err(|_| TransportError::permanent(format!("payload `{key}`: must be UTF-8")))
        });
        Box::pin(ready(text))
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(ready(self.shared.bucket.delete(key).map_err(of_bucket)))
    }

    fn call<'a>(
        &'a self,
        task: &'a TaskId,
        request: Bytes,
        _trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        let runner = Arc::clone(self.shared.runner.get()?);
        let from = self.run();
        Some(Box::pin(async move {
            let event = String::from_utf8_lossy(&request).into_owned();
            let answer = invoke(self.cloud(), &*runner, task, Cause::Call { from }, event).await;
            Ok(match answer {
                Ok(answer) => Called::Answer(answer.into()),
                Err(Failure { kind, message }) => Called::Failed { kind: kind.as_str().to_owned(), reason: message },
            })
        }))
    }

    fn new_invocation_id(&self) -> String {
        self.new_id()
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        let OutgoingSchedule { name, at, token, .. } = schedule;
        let later = |queue| Later {
            name: name.clone(),
            at: millis(*at),
            queue,
            token: token.clone(),
            message: self.message(message),
        };
        let queue = self.queue(destination, message);
        let made = queue.and_then(|queue| self.cloud().schedule(later(queue)).map_err(TransportError::permanent));
        let made = made.and_then(|is_made| match is_made {
            true => Ok(()),
            false => Err(TransportError::conflict(format!("a schedule `{name}` exists"))),
        });
        Box::pin(ready(made))
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        let at = self.cloud().look(|broker, _| broker.later_named(name).map(|later| later.at));
        Box::pin(ready(at.map(system_time).ok_or_else(|| no_schedule(name))))
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        let deleted = self.cloud().unschedule(name).map_err(TransportError::permanent);
        Box::pin(ready(deleted.and_then(|known| known.map(|_| ()).ok_or_else(|| no_schedule(name)))))
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Ok(Box::new(&*self.shared.once))
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(ready(self.shared.tables.get_or_init(Arc::default).call(call)))
    }

    fn now(&self) -> SystemTime {
        system_time(self.cloud().clock().now())
    }
}

#[cfg(test)]
mod tests {
    use async_lambda_local::{plan::Plan, time::Clock};
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{App, once::MemoryTable};

    #[test]
    fn a_receipt_of_another_program_is_refused() {
        let plan = Plan::of(&App::new("shop").model().unwrap());
        let queues = plan.queues.len();
        let cloud = Cloud::in_memory(plan, Clock::stopped_at(0), 1);
        let transport = CloudTransport::new(cloud, Arc::new(Bucket::in_memory()), Arc::new(MemoryTable::new()), 1);
        let handles = ["AQEB", &format!("local-{queues}-1-1"), "local-0-1-1"];
        let message = |handle: &str| HiddenMessage { receipt_handle: handle.to_owned(), seconds: 1 };
        let refused = transport.hide(&handles.map(message)).unwrap();
        let reasons: Vec<String> = refused.into_iter().map(|refused| refused.reason).collect();
        let foreign = |handle: &str| format!("receipt handle `{handle}`: must be of a message of this program");
        let unknown = "message: must be in the queue, is gone".to_owned();
        assert_eq!(reasons, [foreign(handles[0]), foreign(handles[1]), unknown]);
    }
}
