//! Constructs, synthesis and the `synth` command line: what an `infra/main.rs` uses.
//!
//! A [`Stack`] is a template with a name. Typed resources and [constructs](Construct) are added to it; [`main`] turns
//! the program into a command line that synthesizes, validates, explains and draws.
//!
//! ```no_run
//! use async_lambda_constructs::prelude::*;
//!
//! fn stack() -> Stack {
//!     let mut stack = Stack::new("orders");
//!     let dlq = stack.add("OrdersDLQ", sqs::Queue::new().message_retention_period(1_209_600));
//!     let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360).dead_letter(&dlq, 5));
//!     stack.output("JobsUrl", Output::new(jobs.url()));
//!     stack
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     async_lambda_constructs::main(stack())
//! }
//! ```
//!
//! [`main`] takes an application as well, and [`with_resources`](WithResources::with_resources) adds resources of its own
//! to the stack that its tasks make.
//!
//! # Where to start
//!
//! - [`prelude`]: what an `infra/main.rs` needs, in one line.
//! - [`Stack::add`]: resources and constructs. Resources of services beyond queues, topics and buckets are behind features of
//!   `cfn-model`.
//! - Constructs: [`ManagedQueue`], [`SqsFunction`], [`ScheduledFunction`], [`RestApi`], [`PayloadBucket`],
//!   [`QueueSubscription`], or your own: [`Construct`].
//! - `constructs`, behind the feature of that name: tables, buckets, topics, alarms, dashboards, and `metric`, what they look at.
//! - [`iam`] and the grants ([`QueueGrants`], [`TopicGrants`], [`BucketGrants`]): who may do what.
//! - [`access`]: resources by ARN or name, of another stack or of somebody else, and grants on them.
//! - [`Program`]: several stacks, values that they share ([`Stack::export`]), tags and visits of all resources.
//! - [`main_with`] and [`context`]: values from outside, `--context stage=prod`.
//! - [`Stack::asset`] and [`Stack::image`]: files and folders of the program as code, definitions, images.
//! - [`WithResources`] and [`AppStack`]: an application with resources of its own.
//! - `testing`, behind the feature of that name: assertions on a stack, as in the assertions module of the CDK.
//! - [`synthesize`]: the template in a test; [`config`], [`explain`] and [`graph`]: what the commands are made of.
//!
//! # Features
//!
//! `app` and `package` are on by default. A program about stacks does without, and compiles in less time:
//! `default-features = false`.
//!
//! - `app`: applications, which is [`AppStack`] and the constructs of tasks, [`config`], the commands `ls` and
//!   `config-schema`.
//! - `package`: the command `build`, which compiles and zips an application for Lambda. It includes `app`.
//! - `constructs`: the modules `constructs` and `metric`, and the typed services that they are made of.
//! - `assets`: what reads, zips and writes [assets](Asset); without it they are an error of `synth`.
//! - `schemas`: what reads the schemas of types that are not AWS's: [`Program::schema`], `--schema`.
//! - `testing`: the module of that name, for tests. Switch it on under `[dev-dependencies]`, so that `synth` does not compile it.
#![warn(clippy::missing_errors_doc)]
#![cfg_attr(not(feature = "app"), expect(dead_code, reason = "what constructs do for applications only"))]

pub mod access;
#[cfg(feature = "app")]
mod app;
#[cfg(any(feature = "assets", feature = "package"))]
mod archive;
mod asset;
pub mod cli;
#[cfg(feature = "app")]
pub mod config;
mod construct;
#[cfg(feature = "constructs")]
pub mod constructs;
pub mod context;
pub mod explain;
mod function;
mod grant;
pub mod graph;
pub mod iam;
mod managed_queue;
#[cfg(feature = "constructs")]
pub mod metric;
mod object;
#[cfg(feature = "package")]
pub mod package;
mod payload_bucket;
pub mod prelude;
mod program;
pub mod project;
mod queue_subscription;
mod reference;
mod rest_api;
mod stack;
mod substitution;
mod synth;
mod tags;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "app")]
pub use app::{
    ApiTask, AppStack, AsyncLambdaApp, AsyncLambdaAppHandle, AsyncTask, AsyncTaskHandle, DynamoDbTask, FunctionTask,
    ScheduledTask, SqsTask, TaskFunction, TaskInStack, WithResources,
};
pub use asset::{Asset, AssetValue, Image};
pub use cli::{main, main_with};
pub use construct::Construct;
pub use function::{FunctionHandle, ScheduledFunction, SqsFunction};
pub use grant::{BucketGrants, QueueGrants, TopicGrants};
pub use managed_queue::{ManagedQueue, ManagedQueueHandle};
pub use payload_bucket::PayloadBucket;
pub use program::{
    Export, NestedInput, NestedOutput, NestedStack, NestedStackHandle, Program, Shared, Sharing, Visited,
    encrypt_at_rest, log_retention, permissions_boundary, retain_data,
};
pub use queue_subscription::QueueSubscription;
pub use rest_api::{RestApi, RestApiHandle};
pub use stack::Stack;
pub use synth::{Synthesized, synthesize};

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
