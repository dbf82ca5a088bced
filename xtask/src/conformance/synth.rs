//! What `synth` of an example writes: the committed template, and the same bytes each time.

use std::{fs, path::Path, process::Command};

use super::{
    Subject, diff,
    report::{Report, Status},
    scratch,
};
use crate::{Error, process};

/// Synthesizes an example. Gives what the other tools shall check, unless it cannot be synthesized.
pub fn check(example: &Path, bless: bool, report: &mut Report) -> Result<Option<Subject>, Error> {
    let name = example.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let template = example.join("template.json");
    let yaml = scratch(&name)?.join("template.yaml");

    let first = match synthesize(example, &template, &[]) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.check(&name, "synth", Status::Failed, &error.to_string());
            return Ok(None);
        }
    };
    compare(&name, example, &first, bless, report)?;
    match synthesize(example, &template, &[]) {
        Ok(second) if second == first => report.check(&name, "synth gives the same bytes again", Status::Passed, ""),
        Ok(second) => {
            let difference = diff::unified(&String::from_utf8_lossy(&first), &String::from_utf8_lossy(&second));
            report.check(&name, "synth gives the same bytes again", Status::Failed, &difference);
        }
        Err(error) => report.check(&name, "synth gives the same bytes again", Status::Failed, &error.to_string()),
    }
    let options = ["--format".as_ref(), "yaml".as_ref(), "--output".as_ref(), yaml.as_os_str()];
    let yaml = match synthesize(example, &yaml, &options) {
        Ok(_) => Some(yaml),
        Err(error) => {
            report.check(&name, "synth --format yaml", Status::Failed, &error.to_string());
            None
        }
    };
    Ok(Some(Subject { name, template, yaml }))
}

/// Runs the example's `synth` as its user does, and reads the file that it has to write.
fn synthesize(example: &Path, output: &Path, options: &[&std::ffi::OsStr]) -> Result<Vec<u8>, Error> {
    // A file of an earlier run must not pass for the output of this one.
    if output.exists() {
        fs::remove_file(output).map_err(Error::io(format!("remove {}", output.display())))?;
    }
    let mut command = Command::new("cargo");
    command.current_dir(example).args(["run", "--quiet", "--bin", "synth", "--"]).args(options);
    process::run(&mut command)?;
    fs::read(output).map_err(Error::io(format!("read what synth wrote, {}", output.display())))
}

fn compare(name: &str, example: &Path, actual: &[u8], bless: bool, report: &mut Report) -> Result<(), Error> {
    let committed = example.join("expected/template.json");
    let expected = fs::read(&committed).ok();
    if bless && expected.as_deref() != Some(actual) {
        fs::create_dir_all(example.join("expected")).map_err(Error::io(format!("create folder of {name}")))?;
        fs::write(&committed, actual).map_err(Error::io(format!("write {}", committed.display())))?;
        report.check(name, "expected/template.json", Status::Passed, "blessed");
        return Ok(());
    }
    match expected {
        Some(expected) if expected == actual => report.check(name, "expected/template.json", Status::Passed, ""),
        Some(expected) => {
            let text = diff::unified(&String::from_utf8_lossy(&expected), &String::from_utf8_lossy(actual));
            report.check(name, "expected/template.json", Status::Failed, &text);
        }
        None => report.check(name, "expected/template.json", Status::Failed, "missing; --bless writes it"),
    }
    Ok(())
}
