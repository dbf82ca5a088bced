//! What an application's file needs: `use async_lambda::prelude::*`.
//!
//! The derives are serde's, so the package has to depend on `serde` as well.

pub use async_lambda_model::schedule;
pub use http::Method;
pub use serde::{Deserialize, Serialize};

pub use crate::{
    ApiEvent, App, Context, Error, FromInvocation, Invoke, Json, ManagedSqsEvent, ScheduledEvent, State, Task,
    UnmanagedSqsEvent, task,
};
