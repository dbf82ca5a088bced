//! The stream of a DynamoDB table.

use std::fmt;

use serde_json::Value;

use super::{Kind, Seen, StreamArn, Synth, filter, numbers::WrongNumbers, refused};
use crate::{
    BatchSize, BatchingWindow, IntoBounded, ParallelizationFactor, Problem, StreamRecordAge, StreamRetryAttempts,
    TaskModel, data::Object,
};

/// Changes of the items of a DynamoDB table: the ARN of its stream and, where the defaults are not right, more.
///
/// ```
/// use async_lambda_model::trigger::DynamoDb;
///
/// let stream = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
/// let orders = DynamoDb::new(stream).batch_size(10).maximum_retry_attempts(3);
/// assert_eq!(orders.batch_size.map(|size| size.get()), Some(10));
/// ```
///
/// A record that fails holds up its shard until it is given up: after [`DynamoDb::DEFAULT_RETRY_ATTEMPTS`] more attempts,
/// where Lambda's own default is to try for as long as the record exists. A wrong value is a problem of the task: at
/// synth, with its line.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct DynamoDb {
    /// Which stream.
    pub stream_arn: StreamArn,
    /// Where a new event source mapping begins.
    #[cfg_attr(feature = "serde", serde(default))]
    pub starting_position: StartingPosition,
    /// How many records an invocation gets at most; default [`DynamoDb::DEFAULT_BATCH_SIZE`].
    pub batch_size: Option<BatchSize>,
    /// For how long Lambda collects records; default 0.
    pub batching_window: Option<BatchingWindow>,
    /// How often a record that failed is tried again.
    #[cfg_attr(feature = "serde", serde(default = "defaults::retry_attempts"))]
    pub maximum_retry_attempts: StreamRetryAttempts,
    /// How old a record may be that is handled.
    #[cfg_attr(feature = "serde", serde(default = "defaults::record_age"))]
    pub maximum_record_age: StreamRecordAge,
    /// How many batches of a shard are handled at once; default 1.
    pub parallelization_factor: Option<ParallelizationFactor>,
    /// Whether a batch that failed is cut in two before it is tried again.
    #[cfg_attr(feature = "serde", serde(default = "defaults::yes"))]
    pub bisect: bool,
    /// Whether the application's dead-letter queue is told of records that are given up.
    #[cfg_attr(feature = "serde", serde(default = "defaults::yes"))]
    pub dead_letters: bool,
    /// Patterns of records, of which one has to fit; none by default.
    #[cfg_attr(feature = "serde", serde(default))]
    pub filters: Vec<Value>,
    #[cfg_attr(feature = "serde", serde(skip))]
    wrong: WrongNumbers,
}

/// Where a new event source mapping begins to read a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "SCREAMING_SNAKE_CASE"))]
pub enum StartingPosition {
    /// At the oldest record, up to 24 hours old.
    #[default]
    TrimHorizon,
    /// At the records that come after the mapping was made.
    Latest,
}

/// Of fields that JSON leaves out.
#[cfg(feature = "serde")]
mod defaults {
    use super::DynamoDb;
    use crate::{StreamRecordAge, StreamRetryAttempts};

    pub(super) fn retry_attempts() -> StreamRetryAttempts {
        DynamoDb::DEFAULT_RETRY_ATTEMPTS
    }

    pub(super) fn record_age() -> StreamRecordAge {
        DynamoDb::DEFAULT_RECORD_AGE
    }

    pub(super) fn yes() -> bool {
        true
    }
}

impl StartingPosition {
    /// As Lambda writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            StartingPosition::TrimHorizon => "TRIM_HORIZON",
            StartingPosition::Latest => "LATEST",
        }
    }
}

impl DynamoDb {
    /// 100, Lambda's default.
    pub const DEFAULT_BATCH_SIZE: BatchSize = BatchSize::of::<100>();
    /// 10: twice the attempts of an async task's message, since there is no visibility timeout between two of them.
    pub const DEFAULT_RETRY_ATTEMPTS: StreamRetryAttempts = StreamRetryAttempts::of::<10>();
    /// 86,400 s: for so long a stream keeps a record, so that none is given up unread that is still there.
    pub const DEFAULT_RECORD_AGE: StreamRecordAge = StreamRecordAge::of::<86400>();

    /// The stream with this ARN, a string or an intrinsic function as JSON, from its oldest record on.
    pub fn new(stream_arn: impl Into<StreamArn>) -> DynamoDb {
        DynamoDb {
            stream_arn: stream_arn.into(),
            starting_position: StartingPosition::default(),
            batch_size: None,
            batching_window: None,
            maximum_retry_attempts: DynamoDb::DEFAULT_RETRY_ATTEMPTS,
            maximum_record_age: DynamoDb::DEFAULT_RECORD_AGE,
            parallelization_factor: None,
            bisect: true,
            dead_letters: true,
            filters: Vec::new(),
            wrong: WrongNumbers::default(),
        }
    }

    /// Where a new event source mapping begins: by default at the oldest record. Changes of it replace the mapping.
    pub fn starting_position(mut self, position: StartingPosition) -> DynamoDb {
        self.starting_position = position;
        self
    }

    /// How many records an invocation gets at most: 1 to 10,000, default 100. They are handled one after the other.
    #[track_caller]
    pub fn batch_size(mut self, size: impl IntoBounded<BatchSize>) -> DynamoDb {
        self.batch_size = self.wrong.check(size).or(self.batch_size);
        self
    }

    /// For how long Lambda collects records before it invokes the function, in seconds: 0 to 300, default 0.
    #[track_caller]
    pub fn batching_window_secs(mut self, window: impl IntoBounded<BatchingWindow>) -> DynamoDb {
        self.batching_window = self.wrong.check(window);
        self
    }

    /// How often a record that failed is tried again before it is given up: 0 to 10,000, default 10. The records behind it
    /// wait for that long.
    #[track_caller]
    pub fn maximum_retry_attempts(mut self, attempts: impl IntoBounded<StreamRetryAttempts>) -> DynamoDb {
        self.maximum_retry_attempts = self.wrong.check(attempts).unwrap_or(self.maximum_retry_attempts);
        self
    }

    /// How old a record may be, in seconds: 60 to 604,800, default 86,400. An older one is given up without being handled,
    /// when the function has fallen behind too.
    #[track_caller]
    pub fn maximum_record_age_secs(mut self, age: impl IntoBounded<StreamRecordAge>) -> DynamoDb {
        self.maximum_record_age = self.wrong.check(age).unwrap_or(self.maximum_record_age);
        self
    }

    /// How many batches of a shard are handled at once: 1 to 10, default 1. Changes of one item stay in order.
    #[track_caller]
    pub fn parallelization_factor(mut self, factor: impl IntoBounded<ParallelizationFactor>) -> DynamoDb {
        self.parallelization_factor = self.wrong.check(factor);
        self
    }

    /// Tries a batch that failed again as a whole. By default, Lambda cuts it in two, so that the records in front of a bad one
    /// are not given up with it.
    pub fn without_bisect(mut self) -> DynamoDb {
        self.bisect = false;
        self
    }

    /// Drops records that are given up. By default, the application's dead-letter queue is told of them, and the function may
    /// send there.
    ///
    /// The message has the shard and the sequence numbers, and not the records: they can be read from the stream for as long
    /// as it keeps them, which is 24 hours.
    pub fn without_dead_letters(mut self) -> DynamoDb {
        self.dead_letters = false;
        self
    }

    /// Takes only records that fit this pattern, or that of another call: `json!({"eventName": ["INSERT"]})`. The others
    /// count as handled.
    ///
    /// The form is that of Lambda's event filtering: an object whose values are objects or lists of what is allowed. Lambda's
    /// quota is 5 patterns, and can be raised to 10.
    pub fn filter(mut self, pattern: impl Into<Value>) -> DynamoDb {
        self.filters.push(pattern.into());
        self
    }
}

impl<T: Into<StreamArn>> From<T> for DynamoDb {
    fn from(stream_arn: T) -> DynamoDb {
        DynamoDb::new(stream_arn)
    }
}

impl Kind for DynamoDb {
    fn reports_failures(&self) -> bool {
        true
    }
}

impl Synth for DynamoDb {
    const NAME: &'static str = "dynamodb";

    fn data(&self) -> Object {
        Object::new()
            .with("stream_arn", self.stream_arn.data())
            .with("starting_position", self.starting_position.as_str())
            .with_some("batch_size", self.batch_size.map(i64::from))
            .with_some("batching_window", self.batching_window.map(i64::from))
            .with("maximum_retry_attempts", self.maximum_retry_attempts.get())
            .with("maximum_record_age", self.maximum_record_age.get())
            .with_some("parallelization_factor", self.parallelization_factor.map(i64::from))
            .with("bisect", self.bisect)
            .with("dead_letters", self.dead_letters)
            .with_some("filters", (!self.filters.is_empty()).then(|| self.filters.clone()))
    }

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        if !self.stream_arn.is_valid() {
            let message =
                format!("stream `{}`: must be the ARN of a table's stream or an intrinsic function", self.stream_arn);
            let help = "write it as `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME`";
            problems.push(refused(task, message, help));
        }
        self.wrong.report(task, problems);
        filter::check(&self.filters, task, problems);
    }
}

impl fmt::Display for DynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dynamodb {}", self.stream_arn)
    }
}

impl StreamArn {
    /// Whether it is the ARN of a table's stream, or an intrinsic function.
    fn is_valid(&self) -> bool {
        match self {
            StreamArn::Literal(text) => {
                let parts: Vec<&str> = text.splitn(6, ':').collect();
                let is_stream = |resource: &str| {
                    let name = resource.strip_prefix("table/").and_then(|rest| rest.split_once("/stream/"));
                    name.is_some_and(|(table, label)| !table.is_empty() && !label.is_empty())
                };
                matches!(parts[..], ["arn", partition, "dynamodb", _, _, resource] if !partition.is_empty() && is_stream(resource))
            }
            StreamArn::Intrinsic(function) => function.as_object().is_some_and(|object| object.len() == 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DynamoDb, StartingPosition};
    use crate::{Trigger, trigger::testing};

    const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";

    fn check(stream: DynamoDb, expected: &[&str]) {
        testing::check(Trigger::DynamoDb(stream), expected);
    }

    #[test]
    fn every_wrong_value_is_a_problem() {
        check(ARN.into(), &[]);
        check(json!({"Fn::GetAtt": ["Orders", "StreamArn"]}).into(), &[]);
        let all = DynamoDb::new(ARN)
            .starting_position(StartingPosition::Latest)
            .batch_size(10_000)
            .batching_window_secs(300)
            .maximum_retry_attempts(0)
            .maximum_record_age_secs(604_800)
            .parallelization_factor(10)
            .filter(json!({"eventName": ["INSERT"]}));
        check(all, &[]);
        for arn in [
            "orders",
            "arn:aws:dynamodb:us-east-1:123456789012:table/Orders",
            "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
            "arn:aws:dynamodb:us-east-1:123456789012:table//stream/x",
        ] {
            let message = format!(
                "src/lib.rs:1: task `A`: stream `{arn}`: must be the ARN of a table's stream or an intrinsic function; write \
                 it as `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME`"
            );
            check(arn.into(), &[&message]);
        }
        let line = line!() + 2;
        #[rustfmt::skip]
        let numbers = DynamoDb::new(ARN).batch_size(0).maximum_retry_attempts(-1).maximum_record_age_secs(-1).parallelization_factor(11);
        let at = format!("{}:{line}: task `A`: ", file!());
        check(
            numbers.filter(json!([])),
            &[
                &format!("{at}batch size: must be 1 to 10000, got 0"),
                &format!("{at}maximum retry attempts: must be 0 to 10000, got -1"),
                &format!("{at}maximum record age: must be 60 to 604800 s, got -1 s"),
                &format!("{at}parallelization factor: must be 1 to 10, got 11"),
                "src/lib.rs:1: task `A`: filter: must be an object with at least one key, got `[]`; \
                 write `{\"body\": {\"kind\": [\"order\"]}}` for example",
            ],
        );
    }

    #[test]
    fn defaults_do_not_block_a_shard_for_ever() {
        let stream: DynamoDb = serde_json::from_value(json!({"stream_arn": ARN})).unwrap();
        assert_eq!(stream, DynamoDb::new(ARN));
        assert_eq!((stream.maximum_retry_attempts.get(), stream.maximum_record_age.get()), (10, 86_400));
        assert!(stream.bisect && stream.dead_letters);
    }
}
