//! A stack of the Python package that moves to ours: what the twin of `examples/every-task` becomes at each stage, against
//! the committed templates, and the change set between both.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cfn_schema::resource_types;
use serde_json::{Value, json};

use super::{report::Report, scratch, synth, tools};
use crate::{Error, process, root, venv::Venv};

const EXAMPLE: &str = "every-task";
/// The stages of its config file, and the name of none of them.
const STAGES: [Option<&str>; 3] = [None, Some("dev"), Some("prod")];
const WITHOUT_STAGE: &str = "none";
/// The file that the package's `build` reads, from the example's folder.
const SETTINGS: &str = ".async_lambda/config.json";

/// Compares Python's templates with the committed ones, or writes these, and has a stack move.
pub fn check(bless: bool, report: &mut Report) -> Result<(), Error> {
    let example = root().join("examples").join(EXAMPLE);
    let mut stages = Vec::new();
    for stage in STAGES {
        let name = stage.unwrap_or(WITHOUT_STAGE);
        let python = python(&example, stage)?;
        let text = fs::read(&python).map_err(Error::io(format!("read {}", python.display())))?;
        synth::compare(EXAMPLE, &example, &format!("tests/golden/{name}.json"), &text, bless, report)?;
        let ours = scratch(EXAMPLE)?.join(format!("{name}.json"));
        let mut options = vec![OsStr::new("--output"), ours.as_os_str()];
        options.extend(stage.into_iter().flat_map(|stage| [OsStr::new("--stage"), OsStr::new(stage)]));
        synth::synthesize(&example, &ours, &options)?;
        stages.push(json!({"stage": name, "python": python, "ours": ours}));
    }
    let create_only: Value = resource_types()
        .map(|each| {
            let paths: Vec<&str> = each.create_only().chain(each.conditional_create_only()).collect();
            (each.name().to_owned(), json!(paths))
        })
        .collect::<serde_json::Map<String, Value>>()
        .into();
    let request = json!({
        "subject": "every-task, moved from Python", "name": "orders", "stages": stages, "create_only": create_only,
    });
    tools::ask(&Venv::ministack()?, "moving.py", request, report)
}

/// Has the Python package build the twin at a stage, as its user does. Gives the template.
fn python(example: &Path, stage: Option<&str>) -> Result<PathBuf, Error> {
    let folder = scratch("python")?;
    let template = folder.join(format!("{}.json", stage.unwrap_or(WITHOUT_STAGE)));
    for (from, to) in [("python/app.py", "app.py"), (SETTINGS, SETTINGS)] {
        let to = folder.join(to);
        let parent = to.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(Error::io(format!("create {}", parent.display())))?;
        fs::copy(example.join(from), &to).map_err(Error::io(format!("copy {from}")))?;
    }
    let mut command = Command::new(Venv::python()?.program("async-lambda"));
    command.current_dir(&folder).env("AWS_REGION", "us-east-1").args(["build", "app", "--output"]).arg(&template);
    command.args(stage.into_iter().flat_map(|stage| ["--stage", stage]));
    process::run(&mut command)?;
    Ok(template)
}
