//! The Python side: one process for all templates, because the tools take seconds to load.

use std::{
    fs::{self, File},
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

/// Runs every tool on every template.
pub fn check(subjects: &[Subject], report: &mut Report) -> Result<(), Error> {
    let subjects: Vec<Value> = subjects
        .iter()
        .map(|subject| {
            let Subject { name, template, yaml, follows, inside } = subject;
            let inside = inside.as_ref().map(|(of, id)| json!({"of": of, "id": id}));
            json!({"name": name, "template": template, "yaml": yaml, "follows": follows, "inside": inside})
        })
        .collect();
    ask(&Venv::ready()?, "check.py", json!({"subjects": subjects}), report)
}

/// Hands a request to a script of `conformance/`, on its standard input. The script answers with one JSON object a
/// line and check.
pub fn ask(venv: &Venv, script: &str, mut request: Value, report: &mut Report) -> Result<(), Error> {
    let folder = scratch("tools")?;
    let log = folder.join("log.txt");
    request["scratch"] = json!(folder);

    let mut command = python(venv, script, &folder);
    let noise = File::create(&log).map_err(Error::io(format!("create {}", log.display())))?;
    answers(script, command.stderr(noise), Some(&request), report).map_err(|error| match error {
        Error::Process { command, status, .. } => {
            Error::Process { command, status, said: fs::read_to_string(&log).unwrap_or_default() }
        }
        other => other,
    })
}

/// Runs a script, and reports what it answers. A request is written to its standard input.
pub fn answers(script: &str, command: &mut Command, request: Option<&Value>, report: &mut Report) -> Result<(), Error> {
    command.stdin(if request.is_some() { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(Error::io(format!("start {script}")))?;
    if let (Some(mut stdin), Some(request)) = (child.stdin.take(), request) {
        stdin.write_all(request.to_string().as_bytes()).map_err(Error::io(format!("hand a request to {script}")))?;
    }
    let stdout = child.stdout.take().expect("stdout is piped");
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(Error::io(format!("read the answers of {script}")))?;
        let answer: Value = serde_json::from_str(&line).map_err(Error::json(format!("{script} answered `{line}`")))?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default();
        let status = Status::named(text("status")).unwrap_or(Status::Failed);
        report.check(text("subject"), text("check"), status, text("detail"));
    }
    let status = child.wait().map_err(Error::io(format!("wait for {script}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Process { command: script.to_owned(), status, said: String::new() })
}

/// Runs the tests of the Python side, which show that a fault makes a check fail.
pub fn self_test() -> Result<(), Error> {
    let mut failed = 0;
    let scripts = [
        (Venv::ready()?, "selftest.py"),
        (Venv::ministack()?, "selftest_end_to_end.py"),
        (Venv::ministack()?, "selftest_moving.py"),
    ];
    for (venv, script) in scripts {
        let mut command = python(&venv, script, &scratch("tools")?);
        let status = command.stdin(Stdio::null()).status().map_err(Error::io(format!("start {script}")))?;
        failed += usize::from(!status.success());
    }
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "conformance self-test", failed }) }
}

/// One of our scripts, with the interpreter that has the tools.
fn python(venv: &Venv, script: &str, folder: &Path) -> Command {
    let mut command = Command::new(venv.program("python"));
    // Without -B, Python would write compiled files beside the scripts.
    command.arg("-B").arg(root().join("conformance").join(script)).current_dir(folder);
    command
}
