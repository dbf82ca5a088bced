//! The names that an application's file needs: `use async_lambda::prelude::*`.
//!
//! The derives are serde's, so the package has to depend on `serde` as well.

pub use async_lambda_model::schedule;
pub use http::{Method, StatusCode};
pub use serde::{Deserialize, Serialize};

#[cfg(feature = "dynamodb")]
pub use crate::DynamoDbEvent;
pub use crate::{
    ApiEvent, App, Batch, Call, CallEvent, CallTask, Context, Cors, DeadLetterEvent, Error, FifoEvent, FifoTask,
    FromInvocation, IntoResponse, Invoke, InvokeExternal, InvokeFifo, InvokeLater, Json, ManagedSqsEvent, Metrics,
    Once, OtherApp, Permanent, ScheduledEvent, SendError, State, Task, UnmanagedSqsEvent, handler, task,
    trigger::{DynamoDb, Schedule, Sqs},
};
#[cfg(feature = "table")]
pub use crate::{ReadTable, Table, TableOf, WriteTable};
