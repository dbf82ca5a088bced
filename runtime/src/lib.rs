//! Asynchronous Lambda applications: plain async functions whose signatures are the infrastructure.
//!
//! ```
//! use async_lambda::prelude::*;
//!
//! #[derive(Serialize, Deserialize)]
//! pub struct Photo { pub key: String, pub width: u32 }
//!
//! pub struct Resize;                       // a task is a type
//! impl Task for Resize { const ID: &'static str = "Resize"; type Payload = Photo; }
//!
//! async fn tick(_: ScheduledEvent, resize: Invoke<Resize>) -> Result<(), Error> {
//!     resize.send(Photo { key: "a.png".into(), width: 800 }).await?;   // payload type is checked
//!     Ok(())
//! }
//!
//! async fn resize(event: ManagedSqsEvent<Resize>) -> Result<(), Error> {
//!     println!("{} from {:?}", event.payload.key, event.source_task_id);
//!     Ok(())
//! }
//!
//! pub fn app() -> App {
//!     App::new("photo-app")
//!         .scheduled_task("Tick", schedule!("rate(15 minutes)"), tick)
//!         .async_task(Resize, task(resize).memory_mb(512).timeout_secs(120))
//! }
//!
//! let model = app().model().unwrap();
//! assert_eq!(model.tasks[0].invokes[0].as_str(), "Resize");
//! ```
//!
//! `tick` takes [`Invoke<Resize>`](Invoke), so without running anything it is known that Tick invokes Resize, and that
//! nothing else does: [`App::model`] says so, and synthesis makes it a template.
//!
//! # Where to start
//!
//! - [`prelude`]: what the file of an application needs, in one line.
//! - [`App`]: the tasks and what starts them; [`task()`]: their options; [`main`]: the program.
//! - What a handler takes: an event ([`ManagedSqsEvent`], [`UnmanagedSqsEvent`], [`ScheduledEvent`], [`ApiEvent`]),
//!   [`Invoke`], [`InvokeLater`], [`InvokeExternal`], [`Once`], `Table` (feature `table`), [`State`], [`Metrics`], [`Context`], or a type of your own
//!   ([`FromInvocation`]).
//! - What it returns: [`handler::Outcome`]; [`Error`], [`Json`], [`IntoResponse`].
//! - [`handler`](macro@handler): the attribute that says precisely what is wrong with a handler.
//! - [`mount`]: an axum router as one task. [`Client`]: sending from outside. [`Engine`]: running handlers in tests.
//!
//! What they are made of is in the modules.
//!
//! # Features
//!
//! `local`, on by default: `invoke` and `web-server` on a laptop. `aws`: the Lambda runtime, SQS and S3; a bootstrap has it,
//! and synthesis does without.
#![warn(clippy::missing_errors_doc)]

mod app;
mod app_options;
mod batch;
mod call;
#[doc(hidden)]
pub mod check;
#[cfg(feature = "local")]
mod cloud;
mod cors;
mod dead_letter;
mod edge;
pub mod engine;
mod envelope;
#[cfg(any(feature = "aws", feature = "local"))]
mod environment;
mod error;
mod event;
mod external;
pub mod extract;
mod failure;
mod fifo;
pub mod handler;
mod in_hand;
mod invocation;
pub mod invoke;
mod json;
#[cfg(feature = "aws")]
mod lambda;
mod lane;
mod later;
pub mod layer;
#[cfg(feature = "local")]
mod local;
pub mod metrics;
#[cfg(any(feature = "aws", feature = "local"))]
mod noise;
mod once;
pub mod options;
mod permanent;
pub mod prelude;
mod record;
mod recorder;
mod retry;
pub mod router;
mod send;
mod start;
mod state;
#[cfg(feature = "table")]
pub mod table;
#[cfg(feature = "local")]
pub mod testing;
pub mod transport;
pub mod trigger;
mod visibility;
mod wanted;

use std::{future::Future, pin::Pin};

/// An application as data.
pub use async_lambda_model as model;
/// The forms of events that the ecosystem agreed on: `proxy_request()` of a request gives one, `record()` of a message with the
/// feature `sqs`, and `rule_event()` of a schedule with the feature `eventbridge`.
pub use aws_lambda_events;
/// The types of HTTP, in the version that is used here.
pub use http;

pub use app::App;
pub use async_lambda_macros::{FromInvocation, handler};
pub use async_lambda_model::{CallTask, Cors, FifoTask, OtherApp, Task};
#[cfg(feature = "table")]
pub use async_lambda_model::{KeyType, KeyValue, TableOf};
pub use axum_core::response::{IntoResponse, Response};
pub use call::{Call, CallError};
pub use engine::Engine;
pub use error::Error;
pub use event::{EventError, Json};
pub use external::InvokeExternal;
pub use extract::{FromInvocation, State};
pub use fifo::InvokeFifo;
pub use http::{Method, StatusCode};
pub use invocation::Context;
pub use invoke::{Client, Invoke};
#[cfg(feature = "aws")]
pub use lambda::Aws;
pub use later::InvokeLater;
pub use metrics::Metrics;
pub use once::{Once, OnceError};
pub use options::task;
pub use permanent::Permanent;
pub use recorder::Recorder;
pub use router::mount;
pub use send::SendError;
pub use start::main;
#[cfg(feature = "table")]
pub use table::{ReadTable, Table, TableError, WriteTable};
#[cfg(feature = "dynamodb")]
pub use trigger::DynamoDbEvent;
pub use trigger::{
    ApiEvent, Batch, CallEvent, DeadLetterEvent, FifoEvent, ManagedSqsEvent, ScheduledEvent, UnmanagedSqsEvent,
};

/// An error on the heap: what tower services fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
