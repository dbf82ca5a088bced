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
//! nothing else does: [`App::model`] says so, and synthesis makes it a template. What runs the handlers is an
//! [`Engine`], on a [`Transport`].

mod app;
mod batch;
#[doc(hidden)]
pub mod check;
pub mod engine;
mod envelope;
mod event;
pub mod extract;
mod failure;
pub mod handler;
mod in_hand;
mod invocation;
pub mod invoke;
mod json;
#[cfg(feature = "aws")]
mod lambda;
pub mod layer;
#[cfg(feature = "local")]
mod local;
#[cfg(any(feature = "aws", feature = "local"))]
mod noise;
pub mod options;
pub mod prelude;
mod record;
mod recorder;
mod retry;
pub mod router;
mod send;
mod start;
mod task;
#[cfg(feature = "local")]
pub mod testing;
pub mod transport;
pub mod trigger;

use std::{future::Future, pin::Pin};

/// What an application is, as data.
pub use async_lambda_model as model;
/// The forms of events that the ecosystem agreed on: what `record()` of a message, `proxy_request()` of a request and
/// `rule_event()` of a schedule give.
pub use aws_lambda_events;
/// The types of HTTP, in the version that is used here.
pub use http;

pub use app::App;
pub use async_lambda_macros::{FromInvocation, handler};
pub use engine::Engine;
pub use event::{ApiEvent, EventError, Json, ManagedSqsEvent, ScheduledEvent, UnmanagedSqsEvent};
pub use extract::{FromInvocation, FromState, State};
pub use http::{Method, StatusCode};
pub use invocation::Context;
pub use invoke::{Client, Invoke};
#[cfg(feature = "aws")]
pub use lambda::Aws;
pub use options::task;
pub use recorder::Recorder;
pub use router::mount;
pub use send::SendError;
pub use start::main;
pub use task::Task;

/// Any error: what handlers fail with. `?` makes one of every `std::error::Error`, and of a text.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
