//! The examples against the official AWS tools and a moto server. What is checked against what stands
//! in `conformance/README.md`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lexopt::prelude::*;

use crate::{Error, root};
use report::Report;

pub mod arm64;
mod bootstraps;
mod diff;
pub mod faults;
pub mod local_clients;
mod moving;
mod report;
mod security;
mod synth;
mod tools;

/// What `cargo xtask conformance --help` prints.
pub const HELP: &str = "\
usage: cargo xtask conformance [EXAMPLE...] [--bless]
       cargo xtask conformance --security | --bootstraps | --moving [--bless] | --every-kind | --groups
       cargo xtask conformance --template FILE...
       cargo xtask conformance --self-test

Synthesizes the examples (default: all in examples/), compares each template with its committed
expected/template.json, those of a program of several stacks with the files in expected/, and its picture with graph.svg, and checks the template with cfn-lint, sam validate, the SAM translator and a moto server.
Without an argument, also compares what checkov says about shop with docs/security.md, runs the bootstraps of
photo-app and shop under the Lambda emulator, has every example with tasks go through ministack, and moves a stack of
the Python package to every-task there.

  --bless            write what was synthesized to expected/template.json and graph.svg instead of comparing
  --security         only what checkov says
  --bootstraps       only the bootstraps, under the emulator and in ministack
  --moving           only every-task and its twin in Python: what both become, and a stack that moves from one to the other
  --every-kind       only the bootstrap of every-task, under the emulator with the Python package, and in ministack;
                     not part of the whole, because it takes minutes
  --groups           only applications with groups in ministack: groups-app, and one of 400 tasks; not part of the whole either
  --template FILE    check a template that is there already, JSON or YAML; may be repeated
  --self-test        show that faults make the checks fail
";

/// A template that the Python tools check.
pub struct Subject {
    /// The example's folder, or the file.
    name: String,
    /// The template, usually JSON.
    template: PathBuf,
    /// The same template as YAML, where it was synthesized.
    yaml: Option<PathBuf>,
    /// Whether it is a stack of the same program as the one before, whose exports it may import.
    follows: bool,
    /// The subject in which it is nested, and its logical id there.
    inside: Option<(String, String)>,
}

/// `cargo xtask conformance`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let (mut names, mut templates, mut bless) = (Vec::new(), Vec::new(), false);
    let (mut only_security, mut only_bootstraps, mut only_moving, mut every_kind) = (false, false, false, false);
    let mut groups = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("bless") => bless = true,
            Long("security") => only_security = true,
            Long("bootstraps") => only_bootstraps = true,
            Long("moving") => only_moving = true,
            Long("every-kind") => every_kind = true,
            Long("groups") => groups = true,
            Long("self-test") => {
                tools::self_test()?;
                return security::self_test();
            }
            Long("template") => templates.extend(arguments.values()?.map(PathBuf::from)),
            Value(name) => names.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }

    let mut report = Report::default();
    let mut subjects = Vec::new();
    let only = only_security || only_bootstraps || only_moving || every_kind || groups;
    let everything = names.is_empty() && templates.is_empty() && !only;
    if everything || !names.is_empty() {
        for folder in examples(&names)? {
            subjects.extend(synth::check(&folder, bless, &mut report)?);
        }
    }
    for template in templates {
        let template = template.canonicalize().map_err(Error::io(format!("open {}", template.display())))?;
        let name = template.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        subjects.push(Subject { name, template, yaml: None, follows: false, inside: None });
    }
    if !subjects.is_empty() {
        tools::check(&subjects, &mut report)?;
    }
    if only_security || everything && !bless {
        security::check(&mut report)?;
    }
    if only_moving || everything {
        moving::check(bless, &mut report)?;
    }
    if only_bootstraps || everything && !bless {
        bootstraps::check(&mut report)?;
    }
    if every_kind {
        bootstraps::every_kind(&mut report)?;
    }
    if groups {
        bootstraps::groups(&mut report)?;
    }
    report.finish()
}

/// The folders of the examples that have these names, or of all that synthesize a template.
fn examples(names: &[String]) -> Result<Vec<PathBuf>, Error> {
    let folder = root().join("examples");
    let entries = fs::read_dir(&folder).map_err(Error::io(format!("list {}", folder.display())))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|example| example.join("infra/main.rs").is_file())
        .collect();
    found.sort();
    if let Some(unknown) = names.iter().find(|name| !found.iter().any(|example| named(example, name))) {
        let known: Vec<_> = found.iter().filter_map(|example| example.file_name()).collect();
        return Err(lexopt::Error::from(format!("example: must be one of {known:?}, got `{unknown}`")).into());
    }
    if found.is_empty() {
        return Err(Error::Environment { missing: format!("{}: has no example with infra/main.rs", folder.display()) });
    }
    if !names.is_empty() {
        found.retain(|example| names.iter().any(|name| named(example, name)));
    }
    Ok(found)
}

fn named(example: &Path, name: &str) -> bool {
    example.file_name().is_some_and(|file_name| file_name == name)
}

/// A folder of ours below `target`, made if need be.
fn scratch(name: &str) -> Result<PathBuf, Error> {
    let folder = root().join("target/conformance").join(name);
    fs::create_dir_all(&folder).map_err(Error::io(format!("create {}", folder.display())))?;
    Ok(folder)
}
