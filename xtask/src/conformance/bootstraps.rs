//! What `synth -- build` makes of the examples: under the real Lambda emulator, and from end to end in ministack.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    report::{Report, Status},
    tools,
};
use crate::{Error, process, root, venv::Venv};

/// The applications that talk to each other, to a moto server and to the Python package under the emulator.
const CONVERSING: [&str; 2] = ["photo-app", "shop"];
/// The other examples that have a program. All of them go through ministack.
const OTHERS: [&str; 2] = ["price-alerts", "axum-api"];
/// An example with tasks and no program: a stand-in takes its place in ministack.
const WITHOUT_PROGRAM: &str = "readme-app";

/// Builds the archives as a user does, and has what is in them run.
pub fn check(report: &mut Report) -> Result<(), Error> {
    eprintln!("compiling the bootstraps of the examples, optimized as for Lambda (6 to 8 minutes the first time)");
    let (mut conversing, mut applications) = (Vec::new(), Vec::new());
    for name in CONVERSING.into_iter().chain(OTHERS) {
        let example = root().join("examples").join(name);
        if let Err(error) = build(&example) {
            report.check(name, "synth build", Status::Failed, &error.to_string());
            continue;
        }
        report.check(name, "synth build", Status::Passed, "");
        let zip = example.join(".async_lambda/build/deployment.zip");
        let application = json!({"name": name, "template": example.join("template.json"), "zip": zip});
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

fn build(example: &Path) -> Result<(), Error> {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let mut command = process::cargo();
    command.current_dir(example).args(["run", "--quiet", "--bin", "synth", "--", "build", "--arch", architecture]);
    // The compiler that is always there.
    process::run(command.args(["--compiler", "cargo"])).map(drop)
}
