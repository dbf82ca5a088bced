//! Dead letters that are sent again.

use async_lambda_local::queue::{Command, Message, NewMessage, Place, QueueId};

use super::{TestApp, delivery::payload};
use crate::{Task, envelope::Envelope};

impl TestApp {
    /// Sends the dead letters of the task `T` again, each with the payload that `repair` makes of its own, and returns how many.
    /// They keep their chain of invocations, go to the queues that they came from, and have all attempts before them. In a
    /// local run, `dlq redrive` and `dlq resend` do it. [`dead_letters`](TestApp::dead_letters) still has them.
    ///
    /// ```
    /// use async_lambda::{prelude::*, testing::TestApp};
    ///
    /// # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
    /// async fn mail(event: ManagedSqsEvent<Mail>) -> Result<(), Error> {
    ///     if event.payload.contains('@') { Ok(()) } else { Err("no mail address".into()) }
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// let app = TestApp::new(App::new("shop").async_task(Mail, mail));
    /// app.send::<Mail>("nobody".to_owned()).await;
    /// assert_eq!(app.run_until_idle().await.len(), 5);
    ///
    /// assert_eq!(app.redrive::<Mail>(|to| format!("{to}@example.com")), 1);
    /// let runs = app.run_until_idle().await;
    /// assert_eq!((runs[0].attempt, runs[0].payload::<Mail>().as_str()), (1, "nobody@example.com"));
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// If the application has no such async task, or a payload cannot be read as that of `T`.
    #[track_caller]
    pub fn redrive<T: Task>(&self, mut repair: impl FnMut(T::Payload) -> T::Payload) -> usize {
        let queue = self.cloud.plan().queue_of(T::ID, 0);
        let queue = queue.unwrap_or_else(|| panic!("task `{}`: must be an async task of the application", T::ID));
        let from = self.cloud.plan().dead_letters_of(T::ID);
        let letters = self.letters(from, T::ID);
        let count = letters.len();
        for (letter, envelope) in letters {
            let payload = repair(payload::<T>(T::ID, &self.transport.wire().payload(&envelope)));
            let payload = serde_json::to_string(&payload);
            let payload = payload.unwrap_or_else(|error| panic!("payload of `{}`: {error}", T::ID));
            let body = Envelope { payload: Some(payload), s3_payload_key: None, ..envelope }.to_body();
            let body = body.unwrap_or_else(|error| panic!("message to `{}`: {error}", T::ID));
            let message = NewMessage { group: letter.group.clone(), ..NewMessage::new(body) };
            let sent = self.cloud.send(letter.source.unwrap_or(queue), message);
            sent.unwrap_or_else(|error| panic!("message to `{}`: {error}", T::ID));
            let removed = self.cloud.apply(from, Command::Remove(vec![letter.seq]));
            removed.unwrap_or_else(|error| panic!("{error}"));
        }
        count
    }

    /// The messages of a dead-letter queue that were for a task, the oldest first, and what they say. Those in flight are in the
    /// hands of a dead-letter task.
    fn letters(&self, queue: QueueId, task: &str) -> Vec<(Message, Envelope)> {
        let plan = self.cloud.plan();
        let of_task = |message: &Message, envelope: &Envelope| match message.source {
            Some(source) => plan.queue(source).role.task().is_some_and(|its| its.as_str() == task),
            // Its handler gave it up, and it was sent here.
            None => envelope.destination_task_id == task,
        };
        let mut letters: Vec<(Message, Envelope)> = self.cloud.look(|broker, _| {
            let idle = broker.queue(queue).messages().filter(|message| !matches!(message.place, Place::InFlight(_)));
            let read = idle.filter_map(|message| Some((message.clone(), Envelope::from_body(&message.body).ok()?)));
            read.filter(|(message, envelope)| of_task(message, envelope)).collect()
        });
        letters.sort_unstable_by_key(|(message, _)| message.seq);
        letters
    }
}
