//! Tests of infrastructure: assertions on a template, as in the assertions module of the CDK.
//!
//! It needs the feature `testing`, which is for tests only, so that `synth` compiles without it:
//!
//! ```toml
//! [dev-dependencies]
//! async-lambda-constructs = { version = "0.1", default-features = false, features = ["testing"] }
//! ```
//!
//! The methods are those of [`TemplateAssertions`]; a [`Stack`](crate::Stack) and an application's
//! `AppStack` have them too. What they expect is written as it is added to a stack:
//!
//! ```
//! use async_lambda_constructs::{prelude::*, testing::*};
//!
//! fn stack() -> Stack {
//!     let mut stack = Stack::new("orders");
//!     let dead = stack.add("Dead", sqs::Queue::new().message_retention_period(1_209_600));
//!     let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360).dead_letter(&dead, 5));
//!     stack.output("JobsUrl", Output::new(jobs.url()));
//!     stack
//! }
//!
//! let stack = stack();
//! stack.assert_no_errors();
//! stack.assert_resource_count::<sqs::Queue>(2);
//!
//! // A typed resource: at least these properties, at any depth.
//! stack.assert_has(sqs::Queue::new().visibility_timeout(360));
//! // JSON and matchers.
//! let redrive = json!({"deadLetterTargetArn": capture("target"), "maxReceiveCount": any_value()});
//! let jobs = stack.assert_resource("Jobs", sqs::Queue::new().redrive_policy(redrive));
//! assert_eq!(jobs.captures["target"], json!({"Fn::GetAtt": ["Dead", "Arn"]}));
//!
//! stack.assert_has_output("JobsUrl", Output::new(any_value()));
//! ```
//!
//! A failure says which resource came closest, where it comes from, and each place that differs:
//!
//! ```should_panic
//! # use async_lambda_constructs::{prelude::*, testing::*};
//! # let mut stack = Stack::new("orders");
//! # stack.add("Dead", sqs::Queue::new().message_retention_period(1_209_600));
//! # stack.add("Jobs", sqs::Queue::new().visibility_timeout(360));
//! stack.assert_has(sqs::Queue::new().visibility_timeout(60));
//! ```
//!
//! ```text
//! none of the 2 resources of type `AWS::SQS::Queue` matches
//!
//! closest: `Jobs`, added at infra/main.rs:8:11
//! Diff < expected / actual > :
//!  Resources/Jobs/Properties/VisibilityTimeout
//! <  60
//! >  360
//! ```
//!
//! # Patterns
//!
//! - An object has at least the keys of the pattern, at any depth; inside of [`exact`] it has no others.
//! - A list has the same members in the same order; [`array_with`] wants some of them.
//! - Everything else is the same value. Functions are compared as they are written: `360` is not
//!   `{"Fn::If": ["IsProd", 360, 60]}`.
//! - A [`Matcher`] stands in the place of a value, in a typed resource as in JSON.
//!
//! Resources that a loop (`Fn::ForEach`) or a transform makes are not seen: CloudFormation makes them later.

mod assertions;
mod compare;
mod failure;
mod findings;
mod found;
mod matcher;
mod section;
mod show;
mod snapshot;

pub use assertions::TemplateAssertions;
pub use found::{Captures, Match};
pub use matcher::{
    Matcher, absent, any_value, array_with, capture, capture_matching, contains, ends_with, exact, matches_regex, not,
    object_like, serialized_json, starts_with, string_like,
};
pub use snapshot::Snapshot;
