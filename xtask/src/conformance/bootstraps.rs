//! What `synth -- build` makes of two examples, under the real Lambda emulator.

use std::path::Path;

use serde_json::json;

use super::{
    report::{Report, Status},
    tools,
};
use crate::{Error, process, root};

/// The applications that talk to each other, to a moto server and to the Python package.
const APPLICATIONS: [&str; 2] = ["photo-app", "shop"];

/// Builds the archives as a user does, and has what is in them run.
pub fn check(report: &mut Report) -> Result<(), Error> {
    compile()?;
    let mut applications = Vec::new();
    for name in APPLICATIONS {
        let example = root().join("examples").join(name);
        match build(&example) {
            Ok(()) => report.check(name, "synth build", Status::Passed, ""),
            Err(error) => {
                report.check(name, "synth build", Status::Failed, &error.to_string());
                return Ok(());
            }
        }
        let (template, zip) = (example.join("template.json"), example.join(".async_lambda/build/deployment.zip"));
        applications.push(json!({"name": name, "template": template, "zip": zip}));
    }
    tools::ask("bootstrap.py", json!({"applications": applications}), report)
}

/// Compiles all programs in one go, into the folder and with the settings of `synth -- build`, which then has only to
/// pack them: the crates are shared, and the programs linked side by side.
fn compile() -> Result<(), Error> {
    eprintln!(
        "compiling the bootstraps of {}, optimized as for Lambda (6 to 8 minutes the first time)",
        APPLICATIONS.join(" and ")
    );
    let mut command = process::cargo();
    command.current_dir(root()).args(["build", "--quiet", "--profile", "bootstrap", "--no-default-features"]);
    command.args(["--target", &format!("{}-unknown-linux-gnu", std::env::consts::ARCH)]);
    for name in APPLICATIONS {
        command.args(["--package", name, "--bin", name, "--features", &format!("{name}/aws")]);
    }
    process::run(&mut command).map(drop)
}

fn build(example: &Path) -> Result<(), Error> {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let mut command = process::cargo();
    command.current_dir(example).args(["run", "--quiet", "--bin", "synth", "--", "build", "--arch", architecture]);
    // The compiler that is always there, and that `compile` has asked.
    process::run(command.args(["--compiler", "cargo"])).map(drop)
}
