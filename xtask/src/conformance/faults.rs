//! `cargo xtask faults`: a program under the Lambda emulator, and a server with faults in the place of SQS and S3.

use lexopt::prelude::*;
use serde_json::json;

use super::{report::Report, tools};
use crate::{Error, process, venv::Venv};

/// What `cargo xtask faults --help` prints.
pub const HELP: &str = "\
usage: cargo xtask faults [TEXT]

Runs conformance/program under the Lambda emulator with a server that refuses, hangs, drips, throttles and resets, and
checks what the program answers, logs and sends. For each case, also shows that its expectations would have noticed.

  TEXT    only the cases with this in their name
";

/// The package with the program.
const PROGRAM: &str = "conformance-program";

/// `cargo xtask faults`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut only = String::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(text) if only.is_empty() => only = text.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let program = process::built(PROGRAM, &["--package", PROGRAM, "--features", "aws"])?;
    let mut report = Report::default();
    tools::ask(&Venv::ready()?, "faults.py", json!({"program": program, "only": only}), &mut report)?;
    report.finish()
}
