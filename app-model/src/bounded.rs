//! Numbers with a range.

use std::fmt;

/// A number outside its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// What the number is: `timeout`.
    pub subject: &'static str,
    /// The number.
    pub value: i64,
    /// The smallest that is allowed.
    pub min: i64,
    /// The largest that is allowed.
    pub max: i64,
    /// What is counted: ` s`, ` MB` or nothing.
    pub unit: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfRange { subject, value, min, max, unit } = self;
        write!(f, "{subject}: must be {min} to {max}{unit}, got {value}{unit}")
    }
}

impl std::error::Error for OutOfRange {}

/// A number that may be in the range of `T`, or a `T`: what the options of a task take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number for a `{T}`",
    label = "expected a number",
    note = "write a whole number, `1024` for example, or a `{T}`; one of another type than `i32`, `i64` or `u32` is converted \
            with `i64::try_from`"
)]
pub trait IntoBounded<T> {
    /// The value.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`].
    fn into_bounded(self) -> Result<T, OutOfRange>;
}

impl<T> IntoBounded<T> for T {
    fn into_bounded(self) -> Result<T, OutOfRange> {
        Ok(self)
    }
}

macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident = $min:literal ..= $max:literal, $unit:literal, $subject:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "i64"))]
        pub struct $name(i64);

        impl $name {
            /// The smallest.
            pub const MIN: i64 = $min;
            /// The largest.
            pub const MAX: i64 = $max;

            /// A literal. One that is out of range does not build; `cargo check`, which evaluates no such constants,
            /// lets it pass.
            pub const fn of<const N: i64>() -> $name {
                const { assert!($min <= N && N <= $max, concat!($subject, " must be ", $min, " to ", $max, $unit)) };
                $name(N)
            }

            /// A number that is known at run time.
            ///
            /// # Errors
            ///
            /// [`OutOfRange`]: below [`MIN`](Self::MIN) or above [`MAX`](Self::MAX).
            pub const fn new(value: i64) -> Result<$name, OutOfRange> {
                if $min <= value && value <= $max {
                    Ok($name(value))
                } else {
                    Err(OutOfRange { subject: $subject, value, min: $min, max: $max, unit: $unit })
                }
            }

            /// The number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = OutOfRange;

            fn try_from(value: i64) -> Result<$name, OutOfRange> {
                $name::new(value)
            }
        }

        /// For literals without a suffix, which are `i32`.
        impl TryFrom<i32> for $name {
            type Error = OutOfRange;

            fn try_from(value: i32) -> Result<$name, OutOfRange> {
                $name::new(i64::from(value))
            }
        }

        impl TryFrom<u32> for $name {
            type Error = OutOfRange;

            fn try_from(value: u32) -> Result<$name, OutOfRange> {
                $name::new(i64::from(value))
            }
        }

        impl IntoBounded<$name> for i64 {
            fn into_bounded(self) -> Result<$name, OutOfRange> {
                $name::new(self)
            }
        }

        /// For literals without a suffix, which are `i32`.
        impl IntoBounded<$name> for i32 {
            fn into_bounded(self) -> Result<$name, OutOfRange> {
                $name::new(i64::from(self))
            }
        }

        impl IntoBounded<$name> for u32 {
            fn into_bounded(self) -> Result<$name, OutOfRange> {
                $name::new(i64::from(self))
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> i64 {
                value.0
            }
        }
    )*};
}

bounded! {
    /// How long a function may run, in seconds: 1 to 900 (Lambda's quota "function timeout").
    Timeout = 1..=900, " s", "timeout";
    /// A function's memory in MB: 128 to 10,240 (Lambda's quota "function memory allocation").
    MemorySize = 128..=10240, " MB", "memory size";
    /// The size of a function's `/tmp` in MB: 512 to 10,240 (Lambda's quota "ephemeral storage").
    EphemeralStorage = 512..=10240, " MB", "ephemeral storage";
    /// How often a message is received before SQS moves it to the dead-letter queue: 1 to 1,000.
    MaxReceiveCount = 1..=1000, "", "max receive count";
    /// For how long a queue keeps a new message to itself, in seconds: 0 to 900 (SQS, "delay").
    Delay = 0..=900, " s", "delay";
    /// How many functions an event source may run at once: 2 to 1,000 (Lambda, "maximum concurrency for
    /// Amazon SQS event sources").
    MaximumConcurrency = 2..=1000, "", "maximum concurrency";
    /// How many records of one batch are handled at once: 1 to 1,000. The upper bound is this library's: handlers
    /// share one thread.
    RecordConcurrency = 1..=1000, "", "record concurrency";
    /// How many messages of a standard queue an invocation gets: 1 to 10,000. Above 10, a batching window of
    /// at least 1 s is needed; a FIFO queue gives 10 at the most.
    BatchSize = 1..=10000, "", "batch size";
    /// For how long Lambda collects messages before it invokes a function, in seconds: 0 to 300 (Lambda, "batching
    /// window").
    BatchingWindow = 0..=300, " s", "batching window";
    /// How many lanes an async task has, each with a queue and an event source mapping of its own: 1 to 100. The upper bound
    /// is this library's.
    LaneCount = 1..=100, "", "lane count";
    /// One of the lanes of an async task: 0 to 99.
    Lane = 0..=99, "", "lane";
    /// How long after its time a schedule may start its function, in minutes: 1 to 1,440, which is a day (EventBridge
    /// Scheduler, `MaximumWindowInMinutes`).
    FlexibleTimeWindow = 1..=1440, " min", "flexible time window";
    /// How often EventBridge Scheduler tries again to start a function: 0 to 185 (`MaximumRetryAttempts`).
    ScheduleRetryAttempts = 0..=185, "", "maximum retry attempts";
    /// For how long EventBridge Scheduler tries to start a function, in seconds: 60 to 86,400, which is a day
    /// (`MaximumEventAgeInSeconds`).
    ScheduleEventAge = 60..=86400, " s", "maximum event age";
    /// How many invocations of a function run at once at most, which are kept free for it: 1 to 100,000. The upper bound is
    /// this library's; that of an account is its quota "concurrent executions". With 0, no message would ever be handled.
    ReservedConcurrency = 1..=100000, "", "reserved concurrency";
    /// How long a queue keeps a message that nobody handles, in seconds: 60 (SQS, "message retention period") to 1,036,800,
    /// 12 days: a message expires that long after it was sent, wherever it is then, and each dead-letter queue behind this
    /// one keeps it for a day longer: 13 days in that of a dead-letter task, 14 days in the application's.
    QueueRetention = 60..=1036800, " s", "queue retention";
    /// How long a message waits that failed before it comes again, in seconds: 0 to 42,000. SQS hides a message for 12 hours
    /// (43,200 s) at most, from when it was received; a batching window and the function's own time can be 1,200 s of them.
    RetryDelay = 0..=42000, " s", "retry delay";
    /// How long a payload stays in the bucket, in days: 14 to 36,500. A message with it can wait for 14 days, in its queue
    /// and in the dead-letter queue.
    PayloadRetention = 14..=36500, " days", "payload retention";
    /// How often Lambda tries the records of a stream again: 0 to 10,000 (`MaximumRetryAttempts`).
    StreamRetryAttempts = 0..=10000, "", "maximum retry attempts";
    /// How old a record of a stream may be, in seconds: 60 to 604,800, which is a week (`MaximumRecordAgeInSeconds`).
    StreamRecordAge = 60..=604800, " s", "maximum record age";
    /// How many batches of a shard Lambda hands on at once: 1 to 10 (`ParallelizationFactor`).
    ParallelizationFactor = 1..=10, "", "parallelization factor";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_range() {
        assert_eq!(Timeout::new(1).map(Timeout::get), Ok(1));
        assert_eq!(Timeout::new(900), Ok(Timeout::of::<900>()));
        assert_eq!(Timeout::new(901).unwrap_err().to_string(), "timeout: must be 1 to 900 s, got 901 s");
        assert_eq!(Timeout::new(0).unwrap_err().to_string(), "timeout: must be 1 to 900 s, got 0 s");
        assert_eq!(
            MaximumConcurrency::try_from(1_i64).unwrap_err().to_string(),
            "maximum concurrency: must be 2 to 1000, got 1"
        );
    }
}
