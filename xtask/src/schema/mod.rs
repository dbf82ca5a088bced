//! `cargo xtask schema`: the registry schemas inside the pinned cfn-lint, reduced to facts, in the binary
//! form that `cfn-schema` reads.

mod attributes;
mod encode;
mod inputs;
mod node;
mod patches;

use std::{error::Error, fs, path::Path};

/// Builds `schema/data/`. With `--check` nothing is written, and it is an error when the committed files
/// are not what their inputs give. `--from DIR` names the folder `cfnlint/data/schemas` to read.
pub fn run(args: &[String]) -> Result<(), Box<dyn Error>> {
    let (mut check, mut from) = (false, None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--check" => check = true,
            "--from" => from = Some(rest.next().ok_or("--from: a folder must follow")?.into()),
            other => return Err(format!("schema: unknown argument `{other}`; known are --check and --from DIR").into()),
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let inputs = inputs::Inputs::read(&root, from)?;
    let data = encode::encode(&inputs)?;
    eprintln!(
        "{} types, {} distinct schema nodes, {} strings: {} kB of words, {} kB of text",
        inputs.types.len(),
        data.nodes,
        data.strings,
        data.words.len() / 1024,
        data.text.len() / 1024
    );
    for (name, bytes) in [("schemas.bin", data.words.as_slice()), ("schemas.txt", data.text.as_bytes())] {
        let path = root.join("schema/data").join(name);
        if !check {
            fs::write(&path, bytes)?;
        } else if fs::read(&path).ok().as_deref() != Some(bytes) {
            return Err(format!("schema/data/{name} is not what its inputs give: run `cargo xtask schema`").into());
        }
    }
    Ok(())
}
