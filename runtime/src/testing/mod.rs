//! Tests of handlers and of whole applications, in memory. It needs the feature `local`, which is on by default.
//!
//! A handler is a function, so a test can call it: events are made with `new`, [`ApiRequest`] and the like, and an
//! [`Outbox`] gives the [`Invoke`](crate::Invoke)s.
//!
//! ```
//! use async_lambda::{prelude::*, testing::Outbox};
//!
//! # struct Mail; impl Task for Mail { const ID: &'static str = "Mail"; type Payload = String; }
//! async fn tick(event: ScheduledEvent, mail: Invoke<Mail>) -> Result<(), Error> {
//!     Ok(mail.send(format!("it is {}", event.time)).await?)
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let outbox = Outbox::new();
//! tick(ScheduledEvent::at("2026-11-23T09:00:00Z"), outbox.invoke()).await.unwrap();
//! assert_eq!(outbox.payloads::<Mail>(), ["it is 2026-11-23T09:00:00Z"]);
//! # });
//! ```
//!
//! A [`TestApp`] runs an application as Lambda would: extractors, layers, state, retries of messages, dead letters.

mod app;
mod chain;
mod delivery;
mod metrics;
mod outbox;
mod redrive;
mod request;
mod transport;

pub use crate::once::OnceState;
pub use app::TestApp;
pub use async_lambda_local::chaos::{Chaos, ChaosError};
pub use chain::Link;
pub use delivery::{DeadLetter, QueueView, Run};
pub use outbox::{Outbox, Sent};
pub use request::{ApiRequest, ApiResponse};
