//! What an asynchronous Lambda application is: tasks, what starts them, whom they invoke. Plain values that cannot
//! be wrong.
//!
//! A literal is checked by the compiler, a value from elsewhere when it is made:
//!
//! ```
//! use async_lambda_model::{MaximumConcurrency, ScheduleExpression, schedule};
//!
//! let often = schedule!("rate(15 minutes)");
//! let five = MaximumConcurrency::of::<5>();
//!
//! assert!(MaximumConcurrency::new(1).is_err());
//! let error = ScheduleExpression::new("rate(1 minutes)").unwrap_err();
//! assert_eq!(error.to_string(), "schedule `rate(1 minutes)`: the unit of 1 is singular: write `rate(1 minute)`");
//! ```
#![warn(clippy::missing_errors_doc)]

mod app_options;
mod application;
mod backoff;
mod bounded;
mod calls;
mod check;
mod cors;
mod data;
mod groups;
mod media_type;
mod metric_namespace;
mod problem;
mod route;
mod schedule;
mod suggest;
mod table;
mod task;
mod task_id;
mod time;
pub mod trigger;

pub use app_options::{AppOptions, Architecture, LogRetention, LogRetentionError};
pub use application::{AppModel, Application, ExternalTask, Origin, TaskModel, TaskOptions};
pub use backoff::Backoff;
pub use bounded::{
    BatchSize, BatchingWindow, Delay, EphemeralStorage, FlexibleTimeWindow, IntoBounded, Lane, LaneCount,
    MaxReceiveCount, MaximumConcurrency, MemorySize, OutOfRange, ParallelizationFactor, PayloadRetention,
    QueueRetention, RecordConcurrency, ReservedConcurrency, RetryDelay, ScheduleEventAge, ScheduleRetryAttempts,
    StreamRecordAge, StreamRetryAttempts, Timeout,
};
pub use cors::{Cors, CorsError};
pub use media_type::{MediaType, MediaTypeError};
pub use metric_namespace::MetricNamespace;
pub use problem::Problem;
pub use schedule::{IntoSchedule, ScheduleError, ScheduleExpression};
pub use table::{IntoKey, KeyField, KeyType, KeyValue, SortedKey, TableAccess, TableKey, TableOf, TableUse, key_value};
pub use task::{CallTask, FifoTask, OtherApp, Task};
pub use task_id::{AppName, GroupName, NameError, TableName, TaskId, queue_name};
pub use trigger::{QueueArn, Trigger};

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
