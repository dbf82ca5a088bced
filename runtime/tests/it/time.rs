//! An application under test on virtual time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use async_lambda::{prelude::*, testing::TestApp};
use pretty_assertions::assert_eq;

struct Work;
impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = u32;
}

#[derive(Clone, Default)]
struct Count(Arc<AtomicU32>);

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn tick(event: ScheduledEvent, count: State<Count>, work: Invoke<Work>) -> Result<String, Error> {
    work.send(count.0.fetch_add(1, Ordering::Relaxed)).await?;
    Ok(event.time)
}

async fn fails_once(event: ManagedSqsEvent<Work>) -> Result<(), Error> {
    if event.receive_count == 1 { Err("not at first".into()) } else { Ok(()) }
}

async fn fails(_: ManagedSqsEvent<Work>) -> Result<(), Error> {
    Err("never".into())
}

#[tokio::test]
async fn schedules_fire_and_messages_come_again() {
    let app = App::new("demo").with_state(Count::default());
    let app = app.scheduled_task("Tick", schedule!("rate(5 minutes)"), tick).async_task(Work, fails_once);
    let app = TestApp::new(app).starting_at(UNIX_EPOCH + 365 * DAY);
    let runs = app.run_until(UNIX_EPOCH + 372 * DAY).await;
    let of = |task: &str| runs.iter().filter(|run| run.task == task).count();
    // The second attempt of the last two messages is still to come: it is 6 minutes after the first.
    assert_eq!((of("Tick"), of("Work")), (2016, 2 * 2016 - 2));
    assert_eq!(app.now(), UNIX_EPOCH + 372 * DAY);
    let first = runs.iter().find(|run| run.task == "Tick").unwrap();
    assert_eq!(first.result.as_ref().unwrap(), "1971-01-01T00:05:00Z");
    assert_eq!((app.queue::<Work>().in_flight, app.queue::<Work>().payloads()), (2, vec![2014, 2015]));
    assert_eq!(app.run_until_idle().await.len(), 2);
    assert!(app.dead_letters().is_empty());
}

#[tokio::test]
async fn a_run_of_a_schedule_that_fails_is_tried_three_times() {
    async fn fails(_: ScheduledEvent) -> Result<(), Error> {
        Err("no".into())
    }
    let app = TestApp::new(App::new("demo").scheduled_task("Tick", schedule!("rate(1 hour)"), fails));
    let runs = app.advance(2 * HOUR - Duration::from_secs(1)).await;
    assert_eq!(runs.iter().map(|run| run.attempt).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_message_is_a_dead_letter_when_the_queue_moves_it() {
    let app = TestApp::new(App::new("demo").async_task(Work, task(fails).timeout_secs(10).max_receive_count(2)));
    app.send::<Work>(7).await;
    assert_eq!(app.advance(Duration::from_secs(60)).await.len(), 2);
    assert_eq!((app.dead_letters().len(), app.queue::<Work>().in_flight), (0, 1));
    assert!(app.advance(Duration::from_secs(60)).await.is_empty());
    assert_eq!((app.dead_letters().len(), app.queue::<Work>().in_flight), (1, 0));
}

#[tokio::test]
async fn a_test_lets_messages_fail() {
    async fn adds(event: ManagedSqsEvent<Work>, count: State<Count>) -> Result<(), Error> {
        count.0.fetch_add(event.payload, Ordering::Relaxed);
        Ok(())
    }
    let count = Count::default();
    let app = TestApp::new(App::new("demo").with_state(count.clone()).async_task(Work, adds));
    app.fail_next::<Work>(2);
    app.send::<Work>(1).await;
    let runs = app.run_until_idle().await;
    assert_eq!(runs.iter().map(|run| run.result.is_ok()).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    app.crash_next::<Work>(1);
    app.send::<Work>(10).await;
    assert_eq!(app.run_until_idle().await.len(), 2);
    // A handler that is not idempotent shows it.
    assert_eq!(count.0.load(Ordering::Relaxed), 21);
}

#[tokio::test]
async fn a_message_that_nobody_takes_expires() {
    let work = task(fails).queue_retention_secs(3600);
    let app = TestApp::new(App::new("demo").async_task(Work, work.max_receive_count(1000)));
    app.send::<Work>(1).await;
    // Every 6 minutes, until the hour is over.
    assert_eq!(app.advance(DAY).await.len(), 10);
    assert_eq!((app.queue::<Work>().in_flight, app.dead_letters().len()), (0, 0));
}
