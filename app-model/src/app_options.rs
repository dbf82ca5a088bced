//! Options of an application as a whole.

use std::{convert::Infallible, fmt};

use crate::PayloadRetention;

/// How the resources that tasks share are set up, and what all functions have alike; `None` is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct AppOptions {
    /// The processor of the functions; default x86-64.
    pub architecture: Option<Architecture>,
    /// How long payloads stay in the bucket; default [`AppOptions::DEFAULT_PAYLOAD_RETENTION`].
    pub payload_retention: Option<PayloadRetention>,
    /// How long the log group of each function keeps its lines. `None`: Lambda makes the log groups, which keep them for
    /// ever.
    pub log_retention: Option<LogRetention>,
    /// Whether functions share one role, where their task has no policies of its own in the config file.
    pub shared_role: bool,
}

impl AppOptions {
    /// 30 days: longer than the 14 that a message can wait, in its queue and in the dead-letter queue.
    pub const DEFAULT_PAYLOAD_RETENTION: PayloadRetention = PayloadRetention::of::<30>();

    /// These, and others where these say nothing.
    #[must_use]
    pub fn or(self, others: AppOptions) -> AppOptions {
        AppOptions {
            architecture: self.architecture.or(others.architecture),
            payload_retention: self.payload_retention.or(others.payload_retention),
            log_retention: self.log_retention.or(others.log_retention),
            shared_role: self.shared_role || others.shared_role,
        }
    }
}

/// The processor of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum Architecture {
    /// x86-64: Lambda's default.
    #[cfg_attr(feature = "serde", serde(rename = "x86_64"))]
    X86_64,
    /// 64-bit Arm: Graviton, a fifth cheaper for each second.
    #[cfg_attr(feature = "serde", serde(rename = "arm64"))]
    Arm64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        })
    }
}

/// The numbers of days that CloudWatch Logs takes: `retentionInDays` of `PutRetentionPolicy` in its API reference.
const LOG_DAYS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// For how many days a log group keeps its lines: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096,
/// 1827, 2192, 2557, 2922, 3288 or 3653 (CloudWatch Logs, "retentionInDays").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "i64"))]
pub struct LogRetention(i64);

/// A number of days that CloudWatch Logs does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogRetentionError {
    /// The number.
    pub days: i64,
}

impl LogRetention {
    /// A literal. One that CloudWatch Logs does not take does not build; `cargo check`, which evaluates no such constants,
    /// lets it pass.
    pub const fn of<const N: i64>() -> LogRetention {
        const { assert!(is_taken(N), "log retention must be a number of days that CloudWatch Logs takes") };
        LogRetention(N)
    }

    /// The number of days.
    pub const fn get(self) -> i64 {
        self.0
    }
}

const fn is_taken(days: i64) -> bool {
    let mut index = 0;
    while index < LOG_DAYS.len() {
        if LOG_DAYS[index] == days {
            return true;
        }
        index += 1;
    }
    false
}

impl TryFrom<i64> for LogRetention {
    type Error = LogRetentionError;

    fn try_from(days: i64) -> Result<LogRetention, LogRetentionError> {
        if is_taken(days) { Ok(LogRetention(days)) } else { Err(LogRetentionError { days }) }
    }
}

/// For literals without a suffix, which are `i32`.
impl TryFrom<i32> for LogRetention {
    type Error = LogRetentionError;

    fn try_from(days: i32) -> Result<LogRetention, LogRetentionError> {
        i64::from(days).try_into()
    }
}

impl From<LogRetention> for i64 {
    fn from(retention: LogRetention) -> i64 {
        retention.0
    }
}

impl fmt::Display for LogRetentionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = LOG_DAYS.map(|days| days.to_string()).join(", ");
        write!(f, "log retention: must be one of {days} days, got {}", self.days)
    }
}

impl std::error::Error for LogRetentionError {}

impl From<Infallible> for LogRetentionError {
    fn from(never: Infallible) -> LogRetentionError {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_logs() {
        assert_eq!(LogRetention::try_from(14).map(LogRetention::get), Ok(14));
        assert_eq!(LogRetention::try_from(3653_i64), Ok(LogRetention::of::<3653>()));
        for days in [0_i64, -1, 2, 8, 366, 3654] {
            let message = LogRetention::try_from(days).unwrap_err().to_string();
            assert!(message.ends_with(&format!("3288, 3653 days, got {days}")), "{message}");
        }
    }

    #[test]
    fn others_fill_what_is_not_said() {
        let arm = AppOptions { architecture: Some(Architecture::Arm64), ..AppOptions::default() };
        let others = AppOptions {
            architecture: Some(Architecture::X86_64),
            payload_retention: Some(PayloadRetention::of::<90>()),
            log_retention: Some(LogRetention::of::<7>()),
            shared_role: true,
        };
        assert_eq!(arm.or(others), AppOptions { architecture: Some(Architecture::Arm64), ..others });
        assert_eq!(AppOptions::default().or(others), others);
    }
}
