//! A message on its way: sent, handled, failed, dead.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_lambda_local::{
    cloud::Cloud,
    mapping::poll,
    plan::Plan,
    queue::NewMessage,
    run::{Answer, BoxFuture, Failure, FailureKind, Invocation, Runner},
    time::Clock,
};
use async_lambda_model::{AppModel, AppName, AppOptions, Origin, TaskId, TaskModel, trigger::ManagedSqs};
use pretty_assertions::assert_eq;

pub fn model() -> AppModel {
    let task = |id| TaskModel::new(TaskId::literal(id), ManagedSqs::default(), Origin::default());
    AppModel {
        name: AppName::literal("shop"),
        tasks: vec![task("Work")],
        delete_payloads: false,
        binary_media_types: Vec::new(),
        cors: None,
        options: AppOptions::default(),
        origin: Origin::default(),
    }
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
