//! `cargo xtask schema`: the registry schemas inside the pinned cfn-lint, reduced to facts, in the binary
//! form that `cfn-schema` reads.

mod actions;
mod attributes;
mod documents;
mod encode;
mod inputs;
mod json;
mod patches;

use std::{fs, path::PathBuf};

use crate::{Error, root, venv::Venv};

/// What `cargo xtask schema --help` prints.
pub const HELP: &str = "\
usage: cargo xtask schema [--check] [--from FOLDER]

Makes schema/data/ from the registry schemas inside the pinned cfn-lint and from schema/patches/.

  --check        write nothing, and fail when the committed data is not what its inputs give
  --from FOLDER  read this folder, a `cfnlint/data/schemas`, instead of that of .venv
";

/// `cargo xtask schema`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    use lexopt::Arg::Long;
    let (mut check, mut from) = (false, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("check") => check = true,
            Long("from") => from = Some(PathBuf::from(arguments.value()?)),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if from.is_none() {
        Venv::ready()?;
    }
    let data = |source| Error::Data { subject: "schema", source };
    let inputs = inputs::Inputs::read(root(), from).map_err(data)?;
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
    for (name, bytes) in files {
        let path = root().join("schema/data").join(name);
        if !check {
            fs::write(&path, bytes).map_err(Error::io(format!("writing {}", path.display())))?;
        } else if fs::read(&path).ok().as_deref() != Some(bytes) {
            let stale = format!("schema/data/{name} is not what its inputs give: run `cargo xtask schema`");
            return Err(data(stale.into()));
        }
    }
    Ok(())
}
