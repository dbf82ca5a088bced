//! `cargo xtask features`: the cargo features of `cfn-model`, one a service.

use std::{collections::BTreeSet, error::Error, fmt::Write as _, fs, path::Path};

const BEGIN: &str = "# begin: `cargo xtask features`\n";
const END: &str = "# end\n";
/// What crates.io takes is 300; one is left for a feature that is no service.
const MOST: usize = 299;

/// Writes the features into `cfn-model/Cargo.toml`. With `--check` nothing is written, and it is an error
/// when they are not what the data gives.
pub fn run(args: &[String]) -> Result<(), Box<dyn Error>> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        other => return Err(format!("features: the only argument is --check, got `{}`", other.join(" ")).into()),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cfn-model/Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    let updated = update(&manifest)?;
    if manifest == updated {
        return Ok(());
    }
    if check {
        return Err("cfn-model/Cargo.toml: its features are not the data's: run `cargo xtask features`".into());
    }
    fs::write(path, updated)?;
    Ok(())
}

/// The manifest with the features of the data between the markers.
fn update(manifest: &str) -> Result<String, Box<dyn Error>> {
    let missing = "cfn-model/Cargo.toml: must have the markers of the features, which say begin and end";
    let (head, rest) = manifest.split_once(BEGIN).ok_or(missing)?;
    let (_, tail) = rest.split_once(END).ok_or(missing)?;
    Ok(format!("{head}{BEGIN}{}{END}{tail}", block()?))
}

fn block() -> Result<String, Box<dyn Error>> {
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
        super::run(&["--check".to_owned()]).expect("run `cargo xtask features`");
    }

    #[test]
    fn a_manifest_without_markers_is_refused() {
        assert!(super::update("[features]\n").is_err());
    }
}
