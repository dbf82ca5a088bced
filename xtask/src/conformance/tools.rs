//! The Python side: one process for all templates, because the tools take seconds to load.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{
    Subject,
    report::{Report, Status},
    scratch,
};
use crate::{Error, root, venv::Venv};

/// Runs every tool on every template. `conformance/check.py` gets the templates on its standard input
/// and answers with one JSON object a line and check.
pub fn check(subjects: &[Subject], report: &mut Report) -> Result<(), Error> {
    let folder = scratch("tools")?;
    let log = folder.join("log.txt");
    let subjects: Vec<Value> = subjects
        .iter()
        .map(|subject| json!({"name": subject.name, "template": subject.template, "yaml": subject.yaml}))
        .collect();
    let request = json!({"subjects": subjects, "scratch": folder}).to_string();

    let mut command = python("check.py", &folder)?;
    let noise = File::create(&log).map_err(Error::io(format!("create {}", log.display())))?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(noise);
    let mut child = command.spawn().map_err(Error::io("start check.py"))?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(request.as_bytes()).map_err(Error::io("hand the templates to check.py"))?;
    drop(stdin);

    let stdout = child.stdout.take().expect("stdout is piped");
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(Error::io("read the answers of check.py"))?;
        let answer: Value = serde_json::from_str(&line).map_err(Error::json(format!("check.py answered `{line}`")))?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default();
        let status = Status::named(text("status")).unwrap_or(Status::Failed);
        report.check(text("subject"), text("check"), status, text("detail"));
    }
    let status = child.wait().map_err(Error::io("wait for check.py"))?;
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    Err(Error::Process { command: "check.py".to_owned(), status, said })
}

/// Runs the tests of the Python side, which show that a fault makes a check fail.
pub fn self_test() -> Result<(), Error> {
    let mut command = python("selftest.py", &scratch("tools")?)?;
    let status = command.stdin(Stdio::null()).status().map_err(Error::io("start selftest.py"))?;
    if status.success() { Ok(()) } else { Err(Error::Checks { subject: "conformance self-test", failed: 1 }) }
}

/// One of our scripts, with the interpreter that has the tools.
fn python(script: &str, folder: &Path) -> Result<Command, Error> {
    let mut command = Command::new(Venv::ready()?.program("python"));
    // Without -B, Python would write compiled files beside the scripts.
    command.arg("-B").arg(root().join("conformance").join(script)).current_dir(folder);
    Ok(command)
}
