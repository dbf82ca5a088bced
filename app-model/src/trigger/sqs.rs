//! Somebody else's queue.

use std::fmt;

use serde_json::Value;

use super::{Kind, QueueArn, Seen, Synth, filter, numbers::WrongNumbers, refused};
use crate::{BatchSize, BatchingWindow, IntoBounded, Problem, TaskModel, data::Object};

/// The most messages of a FIFO queue that an invocation gets, and of any queue without a batching window (Lambda).
const MAX_BATCH: i64 = 10;

/// Messages of somebody else's queue: its ARN and, where the defaults are not right, more.
///
/// ```
/// use async_lambda_model::trigger::Sqs;
///
/// let uploads = Sqs::new("arn:aws:sqs:eu-west-1:123456789012:uploads").batch_size(100).batching_window_secs(5);
/// assert_eq!(uploads.batch_size.map(|size| size.get()), Some(100));
/// ```
///
/// A wrong value is a problem of the task: at synth, with its line.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Sqs {
    /// Which queue.
    pub queue_arn: QueueArn,
    /// How many messages an invocation gets at most; default 1.
    pub batch_size: Option<BatchSize>,
    /// For how long Lambda collects messages; default 0.
    pub batching_window: Option<BatchingWindow>,
    /// Patterns of messages, of which one has to fit; none by default.
    #[cfg_attr(feature = "serde", serde(default))]
    pub filters: Vec<Value>,
    #[cfg_attr(feature = "serde", serde(skip))]
    wrong: WrongNumbers,
}

impl Sqs {
    /// The queue with this ARN, a string or an intrinsic function as JSON. An invocation gets one message.
    pub fn new(queue_arn: impl Into<QueueArn>) -> Sqs {
        Sqs {
            queue_arn: queue_arn.into(),
            batch_size: None,
            batching_window: None,
            filters: Vec::new(),
            wrong: WrongNumbers::default(),
        }
    }

    /// How many messages an invocation gets at most: 1 to 10,000, default 1. Above 10, a batching window of at least 1 s is
    /// needed; a FIFO queue gives 10 at the most. Each message is handled, and fails, by itself.
    #[track_caller]
    pub fn batch_size(mut self, size: impl IntoBounded<BatchSize>) -> Sqs {
        self.batch_size = self.wrong.check(size);
        self
    }

    /// For how long Lambda collects messages before it invokes the function, in seconds: 0 to 300, default 0. Not for a FIFO
    /// queue.
    #[track_caller]
    pub fn batching_window_secs(mut self, window: impl IntoBounded<BatchingWindow>) -> Sqs {
        self.batching_window = self.wrong.check(window);
        self
    }

    /// Takes only messages that fit this pattern, or that of another call: `json!({"body": {"kind": ["order"]}})`. **A message
    /// that fits none is deleted from the queue, unhandled.**
    ///
    /// The form is that of Lambda's event filtering: an object whose values are objects or lists of what is allowed. Lambda's
    /// quota is 5 patterns, and can be raised to 10.
    pub fn filter(mut self, pattern: impl Into<Value>) -> Sqs {
        self.filters.push(pattern.into());
        self
    }
}

impl<T: Into<QueueArn>> From<T> for Sqs {
    fn from(queue_arn: T) -> Sqs {
        Sqs::new(queue_arn)
    }
}

impl Kind for Sqs {
    fn reads_queue(&self) -> bool {
        true
    }
}

impl Synth for Sqs {
    const NAME: &'static str = "sqs";

    fn data(&self) -> Object {
        Object::new()
            .with("queue_arn", self.queue_arn.data())
            .with_some("batch_size", self.batch_size.map(i64::from))
            .with_some("batching_window", self.batching_window.map(i64::from))
            .with_some("filters", (!self.filters.is_empty()).then(|| self.filters.clone()))
    }

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        if !self.queue_arn.is_valid() {
            let (arn, origin) = (self.queue_arn.clone(), task.origin.clone());
            problems.push(Problem::Queue { task: task.id.clone(), arn, origin });
        }
        self.wrong.report(task, problems);
        filter::check(&self.filters, task, problems);
        let (size, window) = (self.batch_size.map_or(1, BatchSize::get), self.batching_window.map(BatchingWindow::get));
        let arn = &self.queue_arn;
        if arn.is_fifo() {
            if size > MAX_BATCH {
                let message = format!("batch size of the FIFO queue `{arn}`: must be 1 to {MAX_BATCH}, got {size}");
                problems.push(refused(task, message, "write `.batch_size(10)`"));
            }
            if let Some(window) = window {
                let message = format!("batching window of the FIFO queue `{arn}`: must not be set, got {window} s");
                problems.push(refused(task, message, "remove it: Lambda has none for FIFO queues"));
            }
        } else if size > MAX_BATCH && window.unwrap_or(0) == 0 {
            let message = format!("batch size: must be at most {MAX_BATCH} without a batching window, got {size}");
            problems.push(refused(task, message, "add `.batching_window_secs(1)`"));
        }
    }
}

impl fmt::Display for Sqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sqs {}", self.queue_arn)?;
        self.batch_size.map_or(Ok(()), |size| write!(f, " (batches of {})", size.get()))
    }
}

impl QueueArn {
    /// Whether it is an ARN of SQS, or an intrinsic function.
    fn is_valid(&self) -> bool {
        match self {
            QueueArn::Literal(text) => {
                let parts: Vec<&str> = text.split(':').collect();
                matches!(parts[..], ["arn", partition, "sqs", _, _, name] if !partition.is_empty() && !name.is_empty())
            }
            QueueArn::Intrinsic(function) => function.as_object().is_some_and(|object| object.len() == 1),
        }
    }
}

impl QueueArn {
    /// Whether it is that of a FIFO queue. What an intrinsic function gives is not known.
    pub fn is_fifo(&self) -> bool {
        matches!(self, QueueArn::Literal(text) if text.ends_with(".fifo"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Sqs;
    use crate::{BatchingWindow, Trigger, trigger::testing};

    const ARN: &str = "arn:aws:sqs:eu-west-1:123456789012:uploads";
    const FIFO: &str = "arn:aws:sqs:eu-west-1:123456789012:uploads.fifo";

    fn check(queue: Sqs, expected: &[&str]) {
        testing::check(Trigger::Sqs(queue), expected);
    }

    #[test]
    fn batches_are_those_that_lambda_allows() {
        check(Sqs::new(ARN).batch_size(10), &[]);
        check(Sqs::new(ARN).batch_size(10_000).batching_window_secs(1), &[]);
        check(Sqs::new(FIFO).batch_size(10), &[]);
        let large = "src/lib.rs:1: task `A`: batch size: must be at most 10 without a batching window, got 11; \
                     add `.batching_window_secs(1)`";
        check(Sqs::new(ARN).batch_size(11), &[large]);
        check(Sqs::new(json!({"Fn::ImportValue": "Uploads"})).batch_size(11).batching_window_secs(0), &[large]);
        check(
            Sqs::new(FIFO).batch_size(11).batching_window_secs(BatchingWindow::of::<0>()),
            &[
                "src/lib.rs:1: task `A`: batch size of the FIFO queue `arn:aws:sqs:eu-west-1:123456789012:uploads.fifo`: \
                 must be 1 to 10, got 11; write `.batch_size(10)`",
                "src/lib.rs:1: task `A`: batching window of the FIFO queue \
                 `arn:aws:sqs:eu-west-1:123456789012:uploads.fifo`: must not be set, got 0 s; \
                 remove it: Lambda has none for FIFO queues",
            ],
        );
        let line = line!() + 1;
        let numbers = Sqs::new(ARN).batch_size(10_001).batching_window_secs(301);
        let at = format!("{}:{line}: task `A`: ", file!());
        check(
            numbers,
            &[
                &format!("{at}batch size: must be 1 to 10000, got 10001"),
                &format!("{at}batching window: must be 0 to 300 s, got 301 s"),
            ],
        );
    }

    #[test]
    fn filters_are_patterns() {
        let with = |filter: Value| Sqs::new(ARN).filter(filter);
        for pattern in [
            json!({"body": {"kind": ["order", null, 7, true]}}),
            json!({"body": {"price": [{"numeric": [">", 100]}], "shop": [{"anything-but": ["old"]}]}}),
            json!({"messageAttributes": {"shop": {"stringValue": [{"prefix": "b"}]}}, "body": ["plain"]}),
        ] {
            check(with(pattern), &[]);
        }
        let start = "src/lib.rs:1: task `A`: filter";
        check(
            with(json!({"body": {"kind": "order"}})),
            &[&format!(
                "{start} `{{\"body\":{{\"kind\":\"order\"}}}}`: `body/kind` must be a list of values or an object, got \
                 `\"order\"`; write `[\"order\"]`"
            )],
        );
        check(
            with(json!({"body": []})),
            &[&format!(
                "{start} `{{\"body\":[]}}`: `body` must be a list of values or an object, got `[]`; write at least one value"
            )],
        );
        for (filter, got) in [(json!("{}"), r#""{}""#), (json!({}), "{}")] {
            check(
                with(filter),
                &[&format!(
                    "{start}: must be an object with at least one key, got `{got}`; \
                     write `{{\"body\": {{\"kind\": [\"order\"]}}}}` for example"
                )],
            );
        }
        check(
            with(json!({"body": ["x".repeat(4096)]})),
            &[&format!("{start}: must have at most 4096 characters, has 4109; split it into several filters")],
        );
        let many = (0..11).fold(Sqs::new(ARN), |queue, number| queue.filter(json!({"body": {"shop": [number]}})));
        check(many, &[&format!("{start}s: must be at most 10, got 11; put several values of one key into one list")]);
    }
}
