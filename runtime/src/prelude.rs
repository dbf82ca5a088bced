//! What an application's file needs: `use async_lambda::prelude::*`.
//!
//! The derives are serde's, so the package has to depend on `serde` as well.

pub use async_lambda_model::schedule;
pub use http::{Method, StatusCode};
pub use serde::{Deserialize, Serialize};

pub use crate::{
    ApiEvent, App, Batch, Context, DeadLetterEvent, Error, FromInvocation, IntoResponse, Invoke, Json, ManagedSqsEvent,
    Permanent, ScheduledEvent, SendError, State, Task, UnmanagedSqsEvent, handler, task,
    trigger::{Schedule, Sqs},
};
