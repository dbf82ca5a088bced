//! The Python side: one process for all templates, because the tools take seconds to load.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
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
    let venv = Venv::ready()?;
    let folder = scratch("tools")?;
    let log = folder.join("log.txt");
    let subjects: Vec<Value> = subjects
        .iter()
        .map(|subject| json!({"name": subject.name, "template": subject.template, "yaml": subject.yaml}))
        .collect();
    let request = json!({"subjects": subjects, "scratch": folder}).to_string();

    let script = root().join("conformance/check.py");
    let mut command = Command::new(venv.program("python"));
    let noise = File::create(&log).map_err(Error::io(format!("create {}", log.display())))?;
    command.arg("-B").arg(&script).current_dir(&folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(noise);
    let mut child = command.spawn().map_err(Error::io(format!("start {}", script.display())))?;
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
    Err(Error::Process { command: format!("python {}", script.display()), status, said })
}
