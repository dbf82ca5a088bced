//! The calls of a transport as JSON: requests of workers, and the replies of the engine.

use std::time::SystemTime;

use async_lambda_model::TaskId;
use serde::{Deserialize, Serialize};

#[cfg(feature = "table")]
use crate::table::{TableAnswer, TableCall};
use crate::{
    dead_letter::ATTRIBUTES,
    transport::{
        Called, Claimed, HiddenMessage, OnceKey, OnceTimes, OutgoingMessage, OutgoingSchedule, Refused, TransportError,
    },
};

/// The path of requests.
pub(super) const PATH: &str = "/async-lambda/transport";

/// A call.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    Send {
        destination: String,
        messages: Vec<Message>,
    },
    SendDeadLetter {
        message: Message,
    },
    ChangeVisibility {
        queue_arn: String,
        messages: Vec<Hidden>,
    },
    StorePayload {
        payload: String,
    },
    LoadPayload {
        key: String,
    },
    DeletePayload {
        key: String,
    },
    Call {
        task: String,
        request: String,
        trace_header: Option<String>,
    },
    Schedule {
        destination: String,
        message: Message,
        schedule: Schedule,
    },
    ScheduleTime {
        name: String,
    },
    DeleteSchedule {
        name: String,
    },
    Claim {
        key: Key,
        times: Times,
    },
    Complete {
        key: Key,
        result: Option<String>,
        times: Times,
    },
    Release {
        key: Key,
    },
    #[cfg(feature = "table")]
    Table {
        call: TableCall,
    },
}

/// The result of a request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Done,
    Refused(Vec<RefusedMessage>),
    /// The key of a payload, or the payload.
    Text(String),
    Time(SystemTime),
    Answer(String),
    Failed {
        kind: String,
        reason: String,
    },
    New,
    Locked {
        until: SystemTime,
    },
    Kept {
        result: Option<String>,
    },
    IsOwn(bool),
    #[cfg(feature = "table")]
    Table(TableAnswer),
    Error {
        class: Class,
        message: String,
    },
}

/// The classes of a [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Class {
    Transient,
    Permanent,
    Missing,
    Conflict,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message {
    body: String,
    delay_secs: u16,
    lane: u32,
    group: Option<String>,
    deduplication_id: Option<String>,
    application: Option<String>,
    trace_header: Option<String>,
    attributes: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hidden {
    receipt_handle: String,
    seconds: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RefusedMessage {
    index: usize,
    reason: String,
    retry: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Schedule {
    name: String,
    at: SystemTime,
    wait_secs: u64,
    token: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Key {
    task: String,
    text: String,
    token: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Times {
    now_ms: u64,
    locked_until_ms: u64,
    expires: u64,
}

impl From<&OutgoingMessage> for Message {
    fn from(message: &OutgoingMessage) -> Message {
        let OutgoingMessage { body, delay_secs, lane, group, deduplication_id, application, trace_header, attributes } =
            message.clone();
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Message { body, delay_secs, lane, group, deduplication_id, application, trace_header, attributes }
    }
}

impl Message {
    /// The message; an error where an attribute has an unknown name.
    pub(super) fn outgoing(self) -> Result<OutgoingMessage, TransportError> {
        let Message { body, delay_secs, lane, group, deduplication_id, application, trace_header, attributes } = self;
        let attributes = attributes.into_iter().map(|(name, value)| {
            let known = ATTRIBUTES.into_iter().find(|known| *known == name);
            let known = known.ok_or_else(|| TransportError::permanent(format!("attribute `{name}`: is unknown")));
            Ok((known?, value))
        });
        let attributes = attributes.collect::<Result<_, TransportError>>()?;
        Ok(OutgoingMessage { body, delay_secs, lane, group, deduplication_id, application, trace_header, attributes })
    }
}

impl From<&HiddenMessage> for Hidden {
    fn from(message: &HiddenMessage) -> Hidden {
        Hidden { receipt_handle: message.receipt_handle.clone(), seconds: message.seconds }
    }
}

impl From<Hidden> for HiddenMessage {
    fn from(message: Hidden) -> HiddenMessage {
        HiddenMessage { receipt_handle: message.receipt_handle, seconds: message.seconds }
    }
}

impl From<Refused> for RefusedMessage {
    fn from(refused: Refused) -> RefusedMessage {
        let Refused { index, reason, retry } = refused;
        RefusedMessage { index, reason, retry }
    }
}

impl From<RefusedMessage> for Refused {
    fn from(refused: RefusedMessage) -> Refused {
        let RefusedMessage { index, reason, retry } = refused;
        Refused { index, reason, retry }
    }
}

impl From<&OutgoingSchedule> for Schedule {
    fn from(schedule: &OutgoingSchedule) -> Schedule {
        let OutgoingSchedule { name, at, wait_secs, token } = schedule.clone();
        Schedule { name, at, wait_secs, token }
    }
}

impl From<Schedule> for OutgoingSchedule {
    fn from(schedule: Schedule) -> OutgoingSchedule {
        let Schedule { name, at, wait_secs, token } = schedule;
        OutgoingSchedule { name, at, wait_secs, token }
    }
}

impl From<&OnceKey> for Key {
    fn from(key: &OnceKey) -> Key {
        let OnceKey { task, text, token } = key.clone();
        Key { task: task.to_string(), text, token }
    }
}

impl Key {
    pub(super) fn once(self) -> Result<OnceKey, TransportError> {
        let Key { task, text, token } = self;
        Ok(OnceKey { task: task_id(task)?, text, token })
    }
}

impl From<OnceTimes> for Times {
    fn from(times: OnceTimes) -> Times {
        let OnceTimes { now_ms, locked_until_ms, expires } = times;
        Times { now_ms, locked_until_ms, expires }
    }
}

impl From<Times> for OnceTimes {
    fn from(times: Times) -> OnceTimes {
        let Times { now_ms, locked_until_ms, expires } = times;
        OnceTimes { now_ms, locked_until_ms, expires }
    }
}

impl From<Called> for Reply {
    fn from(called: Called) -> Reply {
        match called {
            Called::Answer(answer) => Reply::Answer(String::from_utf8_lossy(&answer).into_owned()),
            Called::Failed { kind, reason } => Reply::Failed { kind, reason },
        }
    }
}

impl From<Claimed> for Reply {
    fn from(claimed: Claimed) -> Reply {
        match claimed {
            Claimed::New => Reply::New,
            Claimed::Locked { until } => Reply::Locked { until },
            Claimed::Done { result } => Reply::Kept { result },
        }
    }
}

impl From<TransportError> for Reply {
    fn from(error: TransportError) -> Reply {
        let class = match () {
            () if error.is_transient() => Class::Transient,
            () if error.is_missing() => Class::Missing,
            () if error.is_conflict() => Class::Conflict,
            () => Class::Permanent,
        };
        Reply::Error { class, message: crate::failure::chain(&error) }
    }
}

impl Reply {
    /// The error of the reply; any other reply does not fit its request, which is an error too.
    pub(super) fn error(self) -> TransportError {
        match self {
            Reply::Error { class: Class::Transient, message } => TransportError::transient(message),
            Reply::Error { class: Class::Permanent, message } => TransportError::permanent(message),
            Reply::Error { class: Class::Missing, message } => TransportError::missing(message),
            Reply::Error { class: Class::Conflict, message } => TransportError::conflict(message),
            other => TransportError::permanent(format!("engine: the reply is of another call: {other:?}")),
        }
    }
}

/// The id of a task.
pub(super) fn task_id(id: String) -> Result<TaskId, TransportError> {
    TaskId::new(id).map_err(TransportError::permanent)
}
