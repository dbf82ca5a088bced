//! The output of `synth` of an example: the committed template, and the same bytes each time.

use std::{fs, path::Path, process::Command};

use super::{
    Subject, diff,
    report::{Report, Status},
    scratch,
};
use crate::{Error, process};

/// The picture that `graph` draws, where an example shows it.
const PICTURE: &str = "graph.svg";

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
    compare(&name, example, "expected/template.json", &first, bless, report)?;
    match synthesize(example, &template, &[]) {
        Ok(second) if second == first => report.check(&name, "synth gives the same bytes again", Status::Passed, ""),
        Ok(second) => {
            let difference = diff::unified(&String::from_utf8_lossy(&first), &String::from_utf8_lossy(&second));
            report.check(&name, "synth gives the same bytes again", Status::Failed, &difference);
        }
        Err(error) => report.check(&name, "synth gives the same bytes again", Status::Failed, &error.to_string()),
    }
    if example.join(PICTURE).is_file() {
        let drawn = scratch(&name)?.join(PICTURE);
        match synthesize(example, &drawn, &["graph".as_ref(), "--output".as_ref(), drawn.as_os_str()]) {
            Ok(bytes) => compare(&name, example, PICTURE, &bytes, bless, report)?,
            Err(error) => report.check(&name, PICTURE, Status::Failed, &error.to_string()),
        }
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
pub(super) fn synthesize(example: &Path, output: &Path, options: &[&std::ffi::OsStr]) -> Result<Vec<u8>, Error> {
    // A file of an earlier run must not pass for the output of this one.
    if output.exists() {
        fs::remove_file(output).map_err(Error::io(format!("remove {}", output.display())))?;
    }
    let mut command = Command::new("cargo");
    command.current_dir(example).args(["run", "--quiet", "--bin", "synth", "--"]).args(options);
    process::run(&mut command)?;
    fs::read(output).map_err(Error::io(format!("read what synth wrote, {}", output.display())))
}

/// Compares with a committed file of the example, or writes it.
pub(super) fn compare(
    name: &str,
    example: &Path,
    file: &str,
    actual: &[u8],
    bless: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let committed = example.join(file);
    let expected = fs::read(&committed).ok();
    if bless && expected.as_deref() != Some(actual) {
        let folder = committed.parent().unwrap_or(example);
        fs::create_dir_all(folder).map_err(Error::io(format!("create folder of {name}")))?;
        fs::write(&committed, actual).map_err(Error::io(format!("write {}", committed.display())))?;
        report.check(name, file, Status::Passed, "blessed");
        return Ok(());
    }
    match expected {
        Some(expected) if expected == actual => report.check(name, file, Status::Passed, ""),
        Some(expected) => {
            let text = diff::unified(&String::from_utf8_lossy(&expected), &String::from_utf8_lossy(actual));
            report.check(name, file, Status::Failed, &text);
        }
        None => report.check(name, file, Status::Failed, "missing; --bless writes it"),
    }
    Ok(())
}
