//! A message on its way: sent, handled, failed, dead.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lambda_local::{
    cloud::{Cloud, CloudError},
    mapping::poll,
    plan::Plan,
    queue::{Broker, Command, MAX_IN_FLIGHT, NewMessage, QueueConfig, Refusal},
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, Runner},
    store::InMemory,
    time::Clock,
};
use async_lambda_model::{AppModel, Origin, TaskId, TaskModel, trigger::ManagedSqs};
use pretty_assertions::assert_eq;

use crate::operations::{self, BEGIN, plan_of};

pub fn model() -> AppModel {
    let mut model = operations::model();
    model.tasks.push(TaskModel::new(TaskId::literal("Work"), ManagedSqs::default(), Origin::default()));
    model
}

struct Fails(AtomicUsize);

impl Runner for Fails {
    fn run(&self, _: Invocation) -> BoxFuture<'_, Answer> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err(Failure::new(FailureKind::Error, "no")) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_fails_is_dead_after_five_receives() {
    let begin = 1_000_000;
    let cloud = Cloud::in_memory(Plan::of(&model()), Clock::starting_at(begin), 1);
    let mapping = cloud.plan().mappings[0].clone();
    let runner = Arc::new(Fails(AtomicUsize::new(0)));
    let poller = tokio::spawn(poll(cloud.clone(), mapping.clone(), runner.clone()));
    cloud.send(mapping.queue, NewMessage::new("{}")).unwrap();
    let letters = cloud.plan().dead_letters;
    cloud.receive(letters, 1, None, begin + 10_000_000).await.unwrap();
    assert_eq!(runner.0.load(Ordering::Relaxed), 5);
    // Five visibility timeouts of six times the function's minute.
    assert_eq!((cloud.clock().now() - begin) / 1000, 5 * 360);
    let runs = cloud.look(|_, history| history.runs().map(|run| run.end.is_some()).collect::<Vec<_>>());
    assert_eq!(runs, [true; 5]);
    poller.abort();
}

#[tokio::test(start_paused = true)]
async fn a_message_that_expires_in_flight_frees_its_group_at_once() {
    let retention = 60_000;
    let plan = plan_of([QueueConfig { fifo: true, retention, ..QueueConfig::new("jobs.fifo") }]);
    let cloud = Cloud::in_memory(plan, Clock::starting_at(BEGIN), 1);
    let message =
        |body: &str| NewMessage { group: Some("g".into()), deduplication: Some(body.into()), ..NewMessage::new(body) };
    cloud.send(0, message("first")).unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    cloud.send(0, message("second")).unwrap();
    let first = cloud.receive(0, 1, Some(1_000_000), 0).await.unwrap();
    assert_eq!(&*first[0].body, "first");
    let second = cloud.receive(0, 1, None, BEGIN + 1_000_000).await.unwrap();
    assert_eq!((&*second[0].body, cloud.clock().now()), ("second", BEGIN + retention));
}

#[tokio::test(start_paused = true)]
async fn a_mapping_that_is_resumed_goes_on_at_once() {
    let cloud = Cloud::in_memory(Plan::of(&model()), Clock::starting_at(BEGIN), 1);
    let queue = cloud.plan().mappings[0].queue;
    cloud.send(queue, NewMessage::new("{}")).unwrap();
    cloud.pause(queue, true);
    let until = BEGIN + 20_000;
    let poll = cloud.poll(queue, 1, until);
    tokio::pin!(poll);
    let wait = tokio::time::timeout(Duration::from_secs(10), poll.as_mut());
    assert!(wait.await.is_err(), "a mapping that is stopped must receive nothing");
    cloud.pause(queue, false);
    assert_eq!(poll.await.unwrap().len(), 1);
    assert_eq!(cloud.clock().now(), BEGIN + 10_000);
    // Without a resumption it ends without a message.
    cloud.send(queue, NewMessage::new("{}")).unwrap();
    cloud.pause(queue, true);
    assert_eq!(cloud.poll(queue, 1, until).await.unwrap().len(), 0);
    assert_eq!(cloud.clock().now(), until);
}

#[tokio::test(start_paused = true)]
async fn a_mapping_waits_while_too_many_messages_are_in_flight() {
    let mut broker = Broker::default();
    broker.add(QueueConfig::new("jobs"));
    let mut apply = |command| broker.apply(BEGIN, 0, command, &mut Vec::new());
    for _ in 0..=MAX_IN_FLIGHT {
        apply(Command::Send(NewMessage::new("")));
    }
    for _ in 0..MAX_IN_FLIGHT / 10 {
        apply(Command::Receive { max: 10, visibility: None });
    }
    let plan = plan_of([QueueConfig::new("jobs")]);
    let cloud = Cloud::new(plan, Clock::starting_at(BEGIN), broker, InMemory, 1);
    assert!(matches!(cloud.receive(0, 10, None, 0).await, Err(CloudError::Refused(Refusal::OverLimit))));
    assert_eq!(cloud.poll(0, 10, 0).await.unwrap().len(), 0);
    // The first visibility timeout ends.
    assert_eq!(cloud.poll(0, 10, BEGIN + 600_000).await.unwrap().len(), 10);
    assert_eq!(cloud.clock().now(), BEGIN + 30_000);
}
