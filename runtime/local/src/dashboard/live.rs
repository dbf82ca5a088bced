//! The picture of everything that has a count, and the stream of it.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::{sync::mpsc, time::sleep};

use super::{
    Dashboard, clock,
    errors::row,
    params::{Params, Refused},
    queues::counts,
};
use crate::{
    background::background,
    cloud::Cloud,
    http::{Response, events},
    race::race,
    time::Millis,
};

/// The shortest time between two pictures.
const EVERY: Duration = Duration::from_millis(250);
/// The interval at which a stream without events says that it is there: a browser that went away is noticed then.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// The most failures in a picture.
const MOST_ERRORS: usize = 5;

/// Parts of a dashboard, for a stream that outlives the request.
struct Watcher(Dashboard);

/// `status`
pub(super) fn status(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    dashboard.cloud.advance()?;
    let mut picture = picture(dashboard);
    picture["now"] = dashboard.cloud.clock().now().into();
    Ok(picture)
}

/// Everything but the time, which always changes.
fn picture(dashboard: &Dashboard) -> Value {
    let cloud = &dashboard.cloud;
    let (plan, now) = (cloud.plan(), cloud.clock().now());
    let paused = cloud.paused();
    let (queues, tasks, sends, errors, revision) = cloud.look(|broker, history| {
        let tally = history.tally();
        let mut queues = Map::new();
        for (id, queue) in broker.queues() {
            let is_paused = plan.mapping_of(id).map(|_| paused.contains(&id));
            queues.insert(plan.name_of(id).to_owned(), counts(queue, tally.queue(id), is_paused, now));
        }
        let mut tasks = Map::new();
        for task in &plan.model.tasks {
            let tally = tally.task(&task.id);
            let counts = json!({
                "running": tally.running,
                "runs": tally.runs,
                "failed": tally.failed,
                "millis": tally.millis.round(),
            });
            tasks.insert(task.id.to_string(), counts);
        }
        let mut sends: Vec<Value> =
            tally.sends().map(|(task, queue, count)| json!([task.as_str(), plan.name_of(queue), count])).collect();
        sends.extend(tally.calls().map(|(task, other, count)| json!([task.as_str(), other.as_str(), count])));
        let errors: Vec<Value> = history.problems().newest().into_iter().take(MOST_ERRORS).map(row).collect();
        let revision = (history.problems().len(), broker.later().count());
        (queues, tasks, sends, errors, revision)
    });
    let next = clock::coming(dashboard).first().map(|coming| coming.at);
    json!({
        "speed": cloud.clock().speed(),
        "next": next,
        "queues": queues,
        "tasks": tasks,
        "sends": sends,
        "errors": errors,
        "error_count": revision.0,
        "later": revision.1,
    })
}

/// `watch`
pub(super) fn watch(dashboard: &Dashboard) -> Response {
    let (sender, receiver) = mpsc::channel(4);
    let watcher = Watcher(Dashboard {
        cloud: dashboard.cloud.clone(),
        bucket: dashboard.bucket.clone(),
        actions: dashboard.actions.clone(),
    });
    background(Box::pin(watcher.run(sender)));
    events(receiver)
}

impl Watcher {
    async fn run(self, sender: mpsc::Sender<Bytes>) {
        let cloud = &self.0.cloud;
        let mut revision = cloud.revision();
        let mut last = None;
        let mut silence = tokio::time::Instant::now();
        loop {
            revision.mark_unchanged();
            // A state that cannot be written any more can still be shown.
            let _ = cloud.advance();
            let mut picture = picture(&self.0);
            let (number, now) = (*revision.borrow(), cloud.clock().now());
            if last.as_ref() != Some(&(number, picture.clone())) {
                last = Some((number, picture.clone()));
                (picture["now"], picture["revision"]) = (now.into(), number.into());
                let event = Bytes::from(format!("data: {picture}\n\n"));
                if sender.send(event).await.is_err() {
                    return;
                }
                silence = tokio::time::Instant::now();
            }
            race(sleep(EVERY), sender.closed()).await;
            let changed = async {
                // The cloud is there as long as this runs.
                let _ = revision.changed().await;
            };
            let seen = race(changed, race(cloud.clock().moved(), wake(cloud)));
            race(race(seen, sender.closed()), tokio::time::sleep_until(silence + SIGN_OF_LIFE)).await;
            if sender.is_closed() {
                return;
            }
            if silence.elapsed() >= SIGN_OF_LIFE {
                if sender.send(Bytes::from_static(b": still here\n\n")).await.is_err() {
                    return;
                }
                silence = tokio::time::Instant::now();
            }
        }
    }
}

/// Waits until something changes by the time alone; for ever where nothing does.
async fn wake(cloud: &Cloud) {
    let at: Option<Millis> = cloud.look(|broker, _| broker.next_wake());
    match at {
        Some(at) => cloud.clock().sleep_until(at).await,
        None => std::future::pending().await,
    }
}
