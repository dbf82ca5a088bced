//! `cargo xtask local-clients`: boto3, the AWS CLI and moto against SQS and S3 on a local port.

use lexopt::prelude::*;
use serde_json::json;

use super::{report::Report, tools};
use crate::{Error, process, venv::Venv};

/// What `cargo xtask local-clients --help` prints.
pub const HELP: &str = "\
usage: cargo xtask local-clients [TEXT]

Runs the example `endpoint` of async-lambda-local and has boto3 and the AWS CLI do every operation of SQS, and those of S3
that payloads need. Does random operations there and in moto, by the same clock, and compares what they say.

  TEXT    only the checks with this in their subject and name
";

/// The package with the example.
const PACKAGE: &str = "async-lambda-local";

/// `cargo xtask local-clients`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut only = String::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(text) if only.is_empty() => only = text.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let endpoint = process::built("endpoint", &["--package", PACKAGE, "--example", "endpoint"])?;
    let mut report = Report::default();
    tools::ask(&Venv::ready()?, "local_clients.py", json!({"endpoint": endpoint, "only": only}), &mut report)?;
    report.finish()
}
