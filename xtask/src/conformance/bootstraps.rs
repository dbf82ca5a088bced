//! The programs that `synth -- build` makes of the examples: under the real Lambda emulator, and from end to end in ministack.

use std::{path::Path, process::Command};

use serde_json::{Value, json};

use super::{
    report::{Report, Status},
    scratch, tools,
};
use crate::{Error, process, root, venv::Venv};

/// The applications that talk to each other, to a moto server and to the Python package under the emulator.
const CONVERSING: [&str; 2] = ["photo-app", "shop"];
/// The other examples that have a program. All of them go through ministack.
const OTHERS: [&str; 2] = ["price-alerts", "axum-api"];
/// An example with tasks and no program: a stand-in takes its place in ministack.
const WITHOUT_PROGRAM: &str = "readme-app";

/// The example with every kind of task, whose other half is on the Python package.
const EVERY_KIND: &str = "every-task";

/// The example whose tasks are in groups.
const WITH_GROUPS: &str = "groups-app";

/// Builds the archives as a user does, and has what is in them run.
pub fn check(report: &mut Report) -> Result<(), Error> {
    eprintln!("compiling the bootstraps of the examples, optimized as for Lambda (6 to 8 minutes the first time)");
    let (mut conversing, mut applications) = (Vec::new(), Vec::new());
    for name in CONVERSING.into_iter().chain(OTHERS) {
        let Some(application) = built(name, report) else { continue };
        if CONVERSING.contains(&name) {
            conversing.push(application.clone());
        }
        applications.push(application);
    }
    if conversing.len() == CONVERSING.len() {
        tools::ask(&Venv::ready()?, "bootstrap.py", json!({"applications": conversing}), report)?;
    }
    let template = root().join("examples").join(WITHOUT_PROGRAM).join("expected/template.json");
    applications.push(json!({"name": WITHOUT_PROGRAM, "template": template, "zip": Value::Null}));
    tools::ask(&Venv::ministack()?, "end_to_end.py", json!({"applications": applications}), report)
}

/// Checks what every kind of task says to the Python package and hears from it, and what it does in ministack, in a stack that
/// was Python's.
pub fn every_kind(report: &mut Report) -> Result<(), Error> {
    eprintln!("compiling the bootstrap of {EVERY_KIND}, optimized as for Lambda (2 minutes the first time)");
    let Some(application) = built(EVERY_KIND, report) else { return Ok(()) };
    let twin = root().join("examples").join(EVERY_KIND).join("python");
    let request = json!({
        "application": application, "interpreter": Venv::python()?.program("python"), "twin": twin,
    });
    tools::ask(&Venv::ready()?, "every_kind.py", request, report)?;
    let python = root().join("examples").join(EVERY_KIND).join("tests/golden/none.json");
    tools::ask(&Venv::ministack()?, "moved.py", json!({"application": application, "python": python}), report)
}

/// Checks that applications with groups deploy in ministack: an example with its program, and 400 tasks of every kind.
pub fn groups(report: &mut Report) -> Result<(), Error> {
    eprintln!("compiling the bootstrap of {WITH_GROUPS}, optimized as for Lambda (2 minutes the first time)");
    let Some(application) = built(WITH_GROUPS, report) else { return Ok(()) };
    let (before, after) = (scratch("before")?, scratch("after")?);
    let program = process::built("grouped", &["--package", "benches", "--bin", "grouped"])?;
    for (folder, more) in [(&before, "more=false"), (&after, "more=true")] {
        process::run(Command::new(&program).args(["--context", more, "--output"]).arg(folder.join("")))?;
    }
    let request = json!({"example": application, "before": before, "after": after});
    tools::ask(&Venv::ministack()?, "groups.py", request, report)
}

/// Builds an example. Returns what the scripts are told of it, or `None` if it cannot be built.
fn built(name: &str, report: &mut Report) -> Option<Value> {
    let example = root().join("examples").join(name);
    if let Err(error) = build(&example) {
        report.check(name, "synth build", Status::Failed, &error.to_string());
        return None;
    }
    report.check(name, "synth build", Status::Passed, "");
    let zip = example.join(".async_lambda/build/deployment.zip");
    Some(json!({"name": name, "template": example.join("template.json"), "zip": zip}))
}

fn build(example: &Path) -> Result<(), Error> {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let mut command = process::cargo();
    command.current_dir(example).args(["run", "--quiet", "--bin", "synth", "--", "build", "--arch", architecture]);
    // The compiler that is always there.
    process::run(command.args(["--compiler", "cargo"])).map(drop)
}
