//! The runs that one message, request or run of a schedule has set off.

use async_lambda_local::history;

use super::TestApp;

/// One message that was delivered in a chain of invocations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The id of the task.
    pub task: String,
    /// The task whose run sent the message; `None` for one from outside of the application, a request or a schedule.
    pub source_task_id: Option<String>,
    /// The number of receives of the message, this one included.
    pub attempt: u32,
    /// Whether it failed.
    pub failed: bool,
}

impl TestApp {
    /// The messages that were delivered in a chain of invocations, in their order. The id of a chain is
    /// [`Run::invocation_id`](super::Run::invocation_id), and `invocation_id` of an event.
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
    /// app.fail_next::<Log>(1);
    /// app.send::<Mail>("hello".to_owned()).await;
    /// let runs = app.run_until_idle().await;
    ///
    /// let chain = app.chain(runs[0].invocation_id.as_deref().unwrap());
    /// let steps: Vec<_> = chain.iter().map(|link| (link.task.as_str(), link.attempt, link.failed)).collect();
    /// assert_eq!(steps, [("Mail", 1, false), ("Log", 1, true), ("Log", 2, false)]);
    /// assert_eq!(chain[1].source_task_id.as_deref(), Some("Mail"));
    /// # });
    /// ```
    pub fn chain(&self, invocation_id: &str) -> Vec<Link> {
        self.cloud.look(|_, history| {
            let links = history.chain(invocation_id).flat_map(|run| {
                run.received().iter().map(|received| Link {
                    task: run.task.to_string(),
                    source_task_id: sender(history, received.id),
                    attempt: received.receives,
                    failed: received.failed == Some(true),
                })
            });
            links.collect()
        })
    }
}

/// The task whose run sent a message.
fn sender(history: &history::History, message: u64) -> Option<String> {
    let run = history.run(history.message(message)?.sender?)?;
    Some(run.task.to_string())
}
