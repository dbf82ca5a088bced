//! A message on its way: sent, handled, failed, dead.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lambda_local::{
    cloud::Cloud,
    mapping::poll,
    plan::Plan,
    queue::{NewMessage, QueueConfig},
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, Runner},
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
