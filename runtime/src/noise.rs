//! Libraries whose log lines are held back.

use tracing_subscriber::filter::{LevelFilter, Targets};

/// Starts of the targets whose lines below INFO hold requests, events, signatures and keys. They are not written,
/// whatever the level is.
pub(crate) const NOISY: [&str; 7] = ["aws_", "h2", "hyper", "lambda_runtime", "mio", "rustls", "want"];

/// Lets lines of this level and above through, but for those of the libraries above.
pub(crate) fn quiet(level: LevelFilter) -> Targets {
    Targets::new().with_default(level).with_targets(NOISY.map(|target| (target, level.min(LevelFilter::INFO))))
}
