//! A small cloud on a laptop: queues with the semantics of SQS, event source mappings, schedules, an API.
//!
//! It takes an application as data and something that runs a task on a Lambda event, and knows no handler.

pub mod background;
pub mod bucket;
pub mod chaos;
pub mod checksum;
pub mod cloud;
pub mod dashboard;
pub mod firing;
pub mod history;
pub mod http;
pub mod mapping;
pub mod plan;
pub mod problem;
pub mod queue;
mod race;
pub mod random;
pub mod run;
pub mod schedules;
mod sorted;
pub mod sqs;
pub mod store;
pub mod tally;
mod text;
pub mod time;
pub mod workers;
