//! Libraries whose log lines are held back.

/// Starts of the targets whose lines below INFO hold requests, events, signatures and keys. They are not written,
/// whatever the level is.
pub(crate) const NOISY: [&str; 7] = ["aws_", "h2", "hyper", "lambda_runtime", "mio", "rustls", "want"];
