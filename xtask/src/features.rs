//! `cargo xtask features`: the cargo features of `cfn-model`, one a service.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use crate::{Error, root};

const BEGIN: &str = "# begin: `cargo xtask features`\n";
const END: &str = "# end\n";
/// The most services: crates.io takes 300 features, and one is left for a feature that is no service.
const MOST: usize = 299;

/// What `cargo xtask features --help` prints.
pub const HELP: &str = "\
usage: cargo xtask features [--check]

Writes the cargo features of cfn-model, one a service, into its manifest.

  --check  write nothing, and fail when they are not those of the schema data
";

/// `cargo xtask features`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut check = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("check") => check = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    let path = root().join("cfn-model/Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(Error::io("reading cfn-model/Cargo.toml"))?;
    let data = |source| Error::Data { subject: "features", source };
    let updated = update(&manifest).map_err(data)?;
    if manifest == updated {
        return Ok(());
    }
    if check {
        return Err(data("cfn-model/Cargo.toml is not up to date: run `cargo xtask features`".into()));
    }
    fs::write(path, updated).map_err(Error::io("writing cfn-model/Cargo.toml"))
}

/// The manifest with the features of the data between the markers.
fn update(manifest: &str) -> Result<String, Box<dyn std::error::Error>> {
    let missing = "cfn-model/Cargo.toml: must have the markers of the features, which say begin and end";
    let (head, rest) = manifest.split_once(BEGIN).ok_or(missing)?;
    let (_, tail) = rest.split_once(END).ok_or(missing)?;
    Ok(format!("{head}{BEGIN}{}{END}{tail}", block()?))
}

fn block() -> Result<String, Box<dyn std::error::Error>> {
    let features: BTreeSet<String> = cfn_codegen::services().into_iter().map(|service| service.feature).collect();
    let count = features.len() + 1;
    if count > MOST {
        return Err(format!("cfn-model: must have at most {MOST} features, got {count}").into());
    }
    let mut block = String::from("default = []\nall = [\n");
    features.iter().for_each(|feature| {
        let _ = writeln!(block, "    \"{feature}\",");
    });
    block.push_str("]\n");
    features.iter().for_each(|feature| {
        let _ = writeln!(block, "{feature} = []");
    });
    Ok(block)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_features_are_the_datas() {
        super::run(lexopt::Parser::from_args(["--check"])).expect("run `cargo xtask features`");
    }

    #[test]
    fn a_manifest_without_markers_is_refused() {
        assert!(super::update("[features]\n").is_err());
    }
}
