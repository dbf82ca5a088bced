//! The output of `synth` of an example: the committed template, and the same bytes each time.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::{
    Subject, diff,
    report::{Report, Status},
    scratch,
};
use crate::{Error, process};

/// The picture that `graph` draws, where an example shows it.
const PICTURE: &str = "graph.svg";

/// The file beside the templates of several stacks.
const MANIFEST: &str = "manifest.json";

/// Synthesizes an example. Gives what the other tools shall check: nothing if it cannot be synthesized.
pub fn check(example: &Path, bless: bool, report: &mut Report) -> Result<Vec<Subject>, Error> {
    if example.join("expected").join(MANIFEST).is_file() {
        return several(example, bless, report);
    }
    Ok(one(example, bless, report)?.into_iter().collect())
}

/// The stacks of a program, in the order of deployment.
fn several(example: &Path, bless: bool, report: &mut Report) -> Result<Vec<Subject>, Error> {
    let name = example.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let output = scratch(&name)?.join("out/");
    let run = |times: &str, report: &mut Report| {
        let manifest = output.join(MANIFEST);
        let options = ["--output".as_ref(), output.as_os_str()];
        let bytes = synthesize(example, &manifest, &options);
        bytes.map_err(|error| report.check(&name, times, Status::Failed, &error.to_string())).ok()
    };
    let Some(manifest) = run("synth", report) else { return Ok(Vec::new()) };
    let value: Value = serde_json::from_slice(&manifest).map_err(Error::json(format!("manifest of {name}")))?;
    let mut stacks = Vec::new();
    for entry in value["stacks"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let stack = entry["name"].as_str().unwrap_or_default();
        gather(entry, format!("{name}/{stack}"), None, &mut stacks);
    }
    let files: Vec<&str> = stacks.iter().map(|stack| stack.file.as_str()).collect();
    let read = |file: &str| {
        let path = output.join(file);
        fs::read(&path).map_err(Error::io(format!("read what synth wrote, {}", path.display())))
    };
    // Assets are compared with each other only: an archive says less in a repository than what is in it.
    let assets = stacks.iter().flat_map(|stack| &stack.assets);
    let assets: Vec<String> = assets.filter_map(|asset| Some(asset["path"].as_str()?.to_owned())).collect();
    let read_assets = || assets.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>();
    let first = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    let first_assets = read_assets()?;
    for file in &assets {
        let path = output.join(file);
        fs::remove_file(&path).map_err(Error::io(format!("remove {}", path.display())))?;
    }
    compare(&name, example, "expected/manifest.json", &manifest, bless, report)?;
    for (file, bytes) in files.iter().zip(&first) {
        compare(&name, example, &format!("expected/{file}"), bytes, bless, report)?;
    }
    let again = run("synth gives the same bytes again", report);
    let second = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    let is_same = again.is_some_and(|again| again == manifest) && second == first && read_assets()? == first_assets;
    let status = if is_same { Status::Passed } else { Status::Failed };
    report.check(&name, "synth gives the same bytes again", status, if is_same { "" } else { "they differ" });
    let subject = |(index, stack): (usize, WrittenStack)| {
        let WrittenStack { name, file, inside, .. } = stack;
        Subject { name, template: output.join(file), yaml: None, follows: index > 0, inside }
    };
    Ok(stacks.into_iter().enumerate().map(subject).collect())
}

/// A stack of a manifest.
struct WrittenStack {
    name: String,
    file: String,
    assets: Vec<Value>,
    inside: Option<(String, String)>,
}

/// An entry of a manifest, and the nested stacks in it.
fn gather(entry: &Value, name: String, inside: Option<(String, String)>, found: &mut Vec<WrittenStack>) {
    let file = entry["template"].as_str().unwrap_or_default().to_owned();
    let assets = entry["assets"].as_array().cloned().unwrap_or_default();
    found.push(WrittenStack { name: name.clone(), file, assets, inside });
    for nested in entry["nested"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let id = nested["id"].as_str().unwrap_or_default();
        gather(nested, format!("{name}-{id}"), Some((name.clone(), id.to_owned())), found);
    }
}

/// An example with one stack.
fn one(example: &Path, bless: bool, report: &mut Report) -> Result<Option<Subject>, Error> {
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
    Ok(Some(Subject { name, template, yaml, follows: false, inside: None }))
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
