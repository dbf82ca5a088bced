//! Messages that wait longer than a queue keeps them: a schedule each.
//!
//! A schedule fires 900 s early, and the queue does the rest. So the name of a schedule is free again when its message
//! arrives, although Scheduler deletes it some time after it has fired.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_lambda_model::{Delay, TaskId};

use super::{Choices, SendError, SendFailure, Sender, Unsent, choices, plan};
use crate::{
    Task,
    envelope::{MAX_MESSAGE_BYTES, encoded_len},
    retry,
    transport::OutgoingSchedule,
};

/// The longest that a queue keeps a message to itself, in seconds.
const LONGEST_DELAY: u64 = Delay::MAX.unsigned_abs();

/// The earliest that a schedule fires, in seconds from now: Scheduler's precision. One in the past never fires.
const EARLIEST: u64 = 60;

/// The longest body of a message, written as a JSON string, in bytes. Scheduler's limit on a target's input is 256 KB; the
/// queue's URL and the message's attributes are beside it.
const MAX_BODY: usize = 250_000;

/// The longest id, in characters.
const MAX_ID: usize = 64;

/// The end of the year 9999, in seconds since 1970: a schedule's expression has a year of four digits.
const END_OF_TIME: u64 = 253_402_300_800;

const DAY: u64 = 24 * 60 * 60;

/// The time at which a message is to be handled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    At(SystemTime),
    After(Duration),
}

/// The reason why a message was not cancelled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CancelError {
    /// The message is on its way, was handled, or was never there.
    #[error("schedule `{id}`: must be cancelled 900 s before its time at the latest, is no longer pending")]
    TooLate {
        /// The id of the message.
        id: String,
    },
    /// The id breaks the rule for one.
    #[error("schedule: id must be 1 to 64 letters, digits, `-`, `_` and `.`, got `{id}`")]
    Id {
        /// The id.
        id: String,
    },
    /// A call failed; the message may arrive.
    #[error("schedule `{id}`: was not cancelled: {reason}")]
    Failed {
        /// The id of the message.
        id: String,
        /// The reason that Scheduler gives.
        reason: String,
    },
}

impl When {
    /// The number of seconds until then, rounded up.
    fn secs_from(self, now: SystemTime) -> u64 {
        let duration = match self {
            When::At(time) => time.duration_since(now).unwrap_or_default(),
            When::After(duration) => duration,
        };
        duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
    }
}

impl Sender {
    /// Sends a message for a time: to the queue where that is near, otherwise as a schedule.
    pub(crate) async fn send_later<T: Task>(
        &self,
        payload: T::Payload,
        mut choices: Choices,
        when: When,
        id: Option<String>,
    ) -> Result<(), SendError> {
        let unsent = |reason| SendError::unless_sent(1, vec![Unsent { index: 0, reason }]);
        let task = match TaskId::new(T::ID) {
            Ok(task) => task,
            Err(source) => return unsent(SendFailure::Name { source }),
        };
        if let Some(id) = id.as_ref().filter(|id| !is_id(id)) {
            return unsent(SendFailure::ScheduleId { task, id: id.clone() });
        }
        let now = self.transport.now();
        let secs = when.secs_from(now);
        if secs <= LONGEST_DELAY {
            choices.delay(i64::try_from(secs).unwrap_or(Delay::MAX));
            return SendError::unless_sent(1, self.send::<T>(&task, std::iter::once((payload, choices))).await);
        }
        self.schedule(&task, serde_json::to_string(&payload), choices, (now, secs), id).await.or_else(unsent)
    }

    async fn schedule(
        &self,
        task: &TaskId,
        payload: Result<String, serde_json::Error>,
        choices: Choices,
        (now, secs): (SystemTime, u64),
        id: Option<String>,
    ) -> Result<(), SendFailure> {
        let wait_secs = secs.saturating_sub(LONGEST_DELAY).max(EARLIEST);
        let at = fires_at(now, wait_secs).ok_or_else(|| SendFailure::Time { task: task.clone() })?;
        let mut missing = Vec::new();
        let mut settings = choices.settings(self, task, &mut missing)?;
        choices::warn_of(task, &missing);
        settings.delay_secs = u16::try_from(secs - wait_secs).unwrap_or(u16::MAX);
        let fits = |message: &_| is_small(message);
        let content = payload.and_then(|payload| plan::content(self, task, payload, settings, &fits));
        let message = match content.map_err(|source| SendFailure::Encode { task: task.clone(), source })? {
            plan::Content::Inline(message) => message,
            plan::Content::Stored(_, payload, _) if secs > self.payload_days * DAY => {
                return Err(SendFailure::Retention {
                    task: task.clone(),
                    bytes: payload.len(),
                    days: secs.div_ceil(DAY),
                    kept: self.payload_days,
                });
            }
            plan::Content::Stored(envelope, payload, settings) => self.store(task, envelope, payload, settings).await?,
        };
        let (is_own, token) = (id.is_some(), self.transport.new_invocation_id());
        let name = id.unwrap_or_else(|| self.transport.new_invocation_id());
        let schedule = OutgoingSchedule { name, at, wait_secs, token };
        let (transport, limit) = (&self.transport, || retry::upload(message.size(), self.cut_off));
        let call = || transport.schedule(task, &message, &schedule);
        retry::call("create schedule", &limit, self.cut_off, &call).await.map_err(|error| {
            let task = task.clone();
            match is_own && error.is_conflict() {
                true => SendFailure::AlreadyScheduled { task, id: schedule.name.clone() },
                false => SendFailure::Refused { task, reason: error.to_string() },
            }
        })
    }

    /// Deletes a schedule that has not fired.
    pub(crate) async fn cancel(&self, id: &str) -> Result<(), CancelError> {
        if !is_id(id) {
            return Err(CancelError::Id { id: id.to_owned() });
        }
        let (transport, cut_off) = (&self.transport, self.cut_off);
        let too_late = || CancelError::TooLate { id: id.to_owned() };
        let failed = |error: crate::transport::TransportError| match error.is_missing() {
            true => too_late(),
            false => CancelError::Failed { id: id.to_owned(), reason: error.to_string() },
        };
        let limit = || retry::small(cut_off);
        let get = || transport.schedule_time(id);
        let at = retry::call("get schedule", &limit, cut_off, &get).await.map_err(failed)?;
        // One that has fired is there for a while.
        if at <= transport.now() {
            return Err(too_late());
        }
        let delete = || transport.delete_schedule(id);
        let deleted = retry::call("delete schedule", &limit, cut_off, &delete).await;
        // Before its time, a schedule that is not there was deleted: by an attempt that got no answer, or by somebody else.
        match deleted.or_else(|error| if error.is_missing() { Ok(()) } else { Err(error) }) {
            Ok(()) if at <= transport.now() => Err(too_late()),
            deleted => deleted.map_err(failed),
        }
    }
}

/// Scheduler's rule for the name of a schedule.
fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Whether a message fits into a schedule.
fn is_small(message: &crate::transport::OutgoingMessage) -> bool {
    message.size() <= MAX_MESSAGE_BYTES && encoded_len(&message.body) <= MAX_BODY
}

/// The time at which a schedule that waits so many seconds fires: a whole second.
fn fires_at(now: SystemTime, wait_secs: u64) -> Option<SystemTime> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let secs = now.as_secs() + u64::from(now.subsec_nanos() > 0);
    let at = secs.checked_add(wait_secs).filter(|at| *at < END_OF_TIME)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_names_of_schedules() {
        let (longest, too_long) = ("x".repeat(64), "x".repeat(65));
        for (text, expected) in
            [("order-7_a.B", true), (&longest, true), (&too_long, false), ("", false), ("a/b", false), ("ü", false)]
        {
            assert_eq!(is_id(text), expected, "{text}");
        }
    }

    #[test]
    fn times_are_rounded_up() {
        let now = UNIX_EPOCH + Duration::from_millis(10_500);
        for (when, expected) in [
            (When::After(Duration::from_millis(1)), 1),
            (When::After(Duration::from_secs(7)), 7),
            (When::At(now + Duration::from_millis(1500)), 2),
            (When::At(UNIX_EPOCH), 0),
            (When::After(Duration::MAX), u64::MAX),
        ] {
            assert_eq!(when.secs_from(now), expected, "{when:?}");
        }
        assert_eq!(fires_at(now, 60), Some(UNIX_EPOCH + Duration::from_secs(71)));
        assert_eq!(fires_at(now, END_OF_TIME - 12), Some(UNIX_EPOCH + Duration::from_secs(END_OF_TIME - 1)));
        assert_eq!([fires_at(now, END_OF_TIME - 11), fires_at(now, u64::MAX)], [None, None]);
    }
}
