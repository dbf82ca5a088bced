//! Tests of the cloud as a whole.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

mod dashboard;
mod endpoint;
mod filter;
mod flow;
mod journal;
mod kill;
mod limits;
mod machine;
mod operations;
mod slow;
