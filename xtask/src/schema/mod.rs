//! `cargo xtask schema`: the registry schemas inside the pinned cfn-lint, reduced to facts, in the binary
//! form that `cfn-schema` reads.

mod actions;
mod attributes;
mod documents;
mod encode;
mod inputs;
mod json;
mod patches;
mod release;
mod summary;

use std::{fs, path::PathBuf};

use cfn_schema::resource_types;

use self::{inputs::Inputs, release::Release, summary::Summary};
use crate::{Error, root, venv::Venv};

/// What `cargo xtask schema --help` prints.
pub const HELP: &str = "\
usage: cargo xtask schema [--check] [--release VERSION | --from FOLDER]

Makes schema/data/ from the registry schemas inside a cfn-lint and from schema/patches/, and prints what has changed: first what
breaks programs that use the generated Rust, then new types, removed ones, and properties.

  --check            write nothing, and fail when the committed data is not what its inputs give
  --release VERSION  take this release of cfn-lint from PyPI, instead of that which conformance/requirements.txt pins
  --from FOLDER      read this folder, a `cfnlint/data/schemas`, instead of that of .venv
";

/// `cargo xtask schema`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    use lexopt::{Arg::Long, ValueExt as _};
    let (mut check, mut from, mut release) = (false, None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("check") => check = true,
            Long("from") => from = Some(PathBuf::from(arguments.value()?)),
            Long("release") => release = Some(arguments.value()?.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let data = |source| Error::Data { subject: "schema", source };
    if from.is_some() && release.is_some() {
        return Err(data("`--from` and `--release` must not be together: a folder is of one release".into()));
    }
    let version = match (&release, &from) {
        (Some(version), _) => version.clone(),
        (None, Some(folder)) if let Some(version) = release::version_of(folder) => version,
        _ => inputs::pinned(root()).map_err(data)?,
    };
    // Unpacked, and removed at the end.
    let unpacked = release.map(|version| Release::fetch(&version)).transpose()?;
    let from = from.or_else(|| unpacked.as_ref().map(Release::schemas));
    if from.is_none() {
        Venv::ready()?;
    }
    let inputs = Inputs::read(root(), &version, from).map_err(data)?;
    if inputs.fingerprint != cfn_schema::fingerprint() {
        // Before what may fail: a patch without use is easier to judge by what has changed.
        let newer = cfn_schema::load(|words| encode::records(words, &inputs)).map_err(data)?;
        println!("{} -> {}", cfn_schema::fingerprint(), inputs.fingerprint);
        println!("{}", Summary::new(&resource_types().collect::<Vec<_>>(), &newer));
    }
    let made = encode::encode(&inputs).map_err(data)?;
    println!(
        "{} types, {} distinct schema nodes, {} strings: {} kB of words, {} kB of text",
        inputs.types.len(),
        made.nodes,
        made.strings,
        made.words.len() / 1024,
        made.text.len() / 1024
    );
    let actions = actions::encode(&inputs).map_err(data)?;
    println!("{} IAM actions: {} kB", actions.count, actions.text.len() / 1024);
    let files = [
        ("actions.txt", actions.text.as_bytes()),
        ("schemas.bin", made.words.as_slice()),
        ("schemas.txt", made.text.as_bytes()),
    ];
    let path = |name: &str| root().join("schema/data").join(name);
    let stale: Vec<_> =
        files.iter().filter(|(name, bytes)| fs::read(path(name)).ok().as_deref() != Some(*bytes)).collect();
    if let (true, Some((name, _))) = (check, stale.first()) {
        return Err(data(format!("schema/data/{name} is not what its inputs give: run `cargo xtask schema`").into()));
    }
    for (name, bytes) in stale {
        fs::write(path(name), bytes).map_err(Error::io(format!("writing {}", path(name).display())))?;
    }
    Ok(())
}
