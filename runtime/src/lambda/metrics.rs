//! Metrics of an invocation, as lines on stdout beside those of the log. Lambda hands them to CloudWatch Logs, in both of
//! its log formats.

use std::{
    env,
    io::{self, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use super::log::timestamp;
use crate::metrics::{Report, documents};

/// Writes the metrics of an invocation.
pub(crate) fn write(report: &Report<'_>) {
    let now = SystemTime::now();
    let millis = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let (time, level) = (timestamp(now), env::var("AWS_LAMBDA_LOG_LEVEL").ok());
    let head = [("timestamp", &*time), ("level", passing(level.as_deref())), ("message", "metrics")];
    let mut out = io::stdout().lock();
    for document in documents(report, u64::try_from(millis).unwrap_or_default(), &head) {
        // There is nobody to tell that a line could not be written.
        out.write_all(format!("{document}\n").as_bytes()).ok();
    }
}

/// The level of the lines. In its log format JSON, Lambda drops those below the level of the function, and metrics with
/// them.
fn passing(of_function: Option<&str>) -> &'static str {
    match of_function {
        Some("WARN") => "WARN",
        Some("ERROR") => "ERROR",
        Some("FATAL") => "FATAL",
        _ => "INFO",
    }
}

#[cfg(test)]
mod tests {
    use super::passing;

    #[test]
    fn lambda_lets_the_lines_through() {
        for (of_function, expected) in [
            (None, "INFO"),
            (Some("TRACE"), "INFO"),
            (Some("DEBUG"), "INFO"),
            (Some("INFO"), "INFO"),
            (Some("WARN"), "WARN"),
            (Some("ERROR"), "ERROR"),
            (Some("FATAL"), "FATAL"),
        ] {
            assert_eq!(passing(of_function), expected, "{of_function:?}");
        }
    }
}
