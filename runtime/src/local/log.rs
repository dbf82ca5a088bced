//! Log lines of handlers and of the library, on stderr: stdout is for data.

use std::{env, io};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

use crate::noise::{NOISY, quiet};

/// Writes lines for people, from the level on that `RUST_LOG` says: `debug`, `warn,my_crate=trace`; INFO by default.
pub(crate) fn init() {
    let directives = env::var("RUST_LOG").unwrap_or_default();
    let targets = targets(&directives);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false).without_time();
    let filter = targets.clone().unwrap_or_else(|| quiet(LevelFilter::INFO));
    // An application that has set its own subscriber keeps it.
    drop(tracing::subscriber::set_global_default(tracing_subscriber::registry().with(filter).with(lines)));
    if targets.is_none() {
        eprintln!("warning: RUST_LOG: must be levels such as `debug` or `warn,my_crate=trace`, got `{directives}`");
    }
}

/// The targets that directives let through; `None` if they are no directives.
fn targets(directives: &str) -> Option<Targets> {
    if directives.trim().is_empty() {
        return Some(quiet(LevelFilter::INFO));
    }
    let given: Targets = directives.parse().ok()?;
    // Levels for some targets only leave INFO for all others; `tracing-subscriber` would leave them off.
    let mut targets = quiet(given.default_level().unwrap_or(LevelFilter::INFO));
    for (target, level) in given {
        let is_noisy = NOISY.iter().any(|noisy| target.starts_with(noisy));
        targets = targets.with_target(target, if is_noisy { level.min(LevelFilter::INFO) } else { level });
    }
    Some(targets)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_are_those_of_rust_log() {
        for (directives, target, level, expected) in [
            ("", "shop", Level::INFO, true),
            ("", "shop", Level::DEBUG, false),
            ("debug", "shop", Level::DEBUG, true),
            ("debug", "hyper::proto", Level::DEBUG, false),
            ("trace", "aws_smithy_runtime", Level::INFO, true),
            ("trace", "aws_smithy_runtime", Level::DEBUG, false),
            ("error", "aws_config", Level::WARN, false),
            ("hyper::proto=trace,aws_config=debug", "hyper::proto", Level::DEBUG, false),
            ("hyper::proto=trace,aws_config=debug", "aws_config", Level::DEBUG, false),
            ("hyper=error", "hyper::proto", Level::WARN, false),
            ("shop=trace", "shop::orders", Level::TRACE, true),
            ("shop=trace", "other", Level::INFO, true),
            ("shop=off", "shop", Level::ERROR, false),
            ("off", "shop", Level::ERROR, false),
            ("off", "hyper", Level::ERROR, false),
        ] {
            let targets = targets(directives).unwrap();
            assert_eq!(targets.would_enable(target, &level), expected, "{directives}: {target} {level}");
        }
        assert!(targets("shop=loud").is_none());
    }
}
