//! From an application to its resources: tasks become functions, with their queues, schedules and routes.
//!
//! [`AppStack`] is the whole stack of an application. Each part is a construct of its own, for a stack that is put together
//! by hand:
//!
//! ```
//! use async_lambda_constructs::prelude::*;
//!
//! let mut stack = Stack::new("photo-app");
//! let app = stack.add("photo-app", AsyncLambdaApp::new());
//!
//! let resize = TaskFunction::new(&app).memory(MemorySize::of::<512>()).timeout(Timeout::of::<120>());
//! stack.add("Resize", AsyncTask::new(resize).max_receive_count(MaxReceiveCount::of::<3>()));
//!
//! let tick = TaskFunction::new(&app).invokes("Resize");
//! stack.add("Tick", ScheduledTask::new(tick, schedule!("rate(15 minutes)")));
//! assert!(stack.resource("ResizeALQueue").is_some());
//! ```
//!
//! Logical ids, physical names and environment variables are those of the Python package, so that a stack can be
//! moved over task by task. `docs/differences.md` lists what is not the same.

mod advice;
mod alarms;
mod api;
mod application;
mod calls;
#[cfg(feature = "constructs")]
mod dashboard;
mod delay;
mod encryption;
mod function;
mod hardened;
mod integrity;
mod names;
mod once;
mod problem;
mod resources;
mod role;
mod split;
mod tables;
mod tags;
pub(crate) mod trigger;

pub use application::{AsyncLambdaApp, AsyncLambdaAppHandle};
pub use function::TaskFunction;
pub use resources::{AppStack, AppWithResources, TaskInStack, WithResources};
pub use trigger::{ApiTask, AsyncTask, AsyncTaskHandle, DynamoDbTask, FunctionTask, ScheduledTask, SqsTask};

pub(crate) use advice::in_words_of;
pub(crate) use function::{RARE_VARIABLES, VARIABLES, is_of_library};
pub(crate) use integrity::add as add_integrity;
pub(crate) use names::{DEAD_LETTERS, ONCE_TABLE, queue as queue_id, without_owner};
pub(crate) use problem::problem;
pub(crate) use split::split;
