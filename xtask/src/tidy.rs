//! `cargo xtask tidy`: the rules of the house that a compiler does not know.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::{Error, root};

/// Who may import whom inside this workspace. There is no other edge.
const EDGES: &[(&str, &[&str])] = &[
    ("cfn-schema", &[]),
    ("async-lambda-model", &[]),
    ("async-lambda-macros", &[]),
    ("async-lambda", &["async-lambda-model", "async-lambda-macros"]),
    ("cfn-codegen", &["cfn-schema"]),
    ("cfn-model", &["cfn-schema", "cfn-codegen"]),
    ("sam-resources", &["cfn-model", "cfn-schema", "cfn-codegen"]),
    ("cfn-validate", &["cfn-model"]),
    ("async-lambda-constructs", &["cfn-schema", "cfn-model", "cfn-validate", "sam-resources", "async-lambda-model"]),
    ("xtask", &["cfn-schema", "cfn-codegen"]),
];

/// Packages that import like a user: whatever is public.
const USERS: &[&str] = &["examples/", "benches/", "conformance/"];

/// The longest source file, in lines; tests and data may be longer.
const MAX_LINES: usize = 600;

/// What `cargo xtask tidy --help` prints.
pub const HELP: &str = "\
usage: cargo xtask tidy

Checks who imports whom in this workspace, and that no source file is too long.
";

/// `cargo xtask tidy`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let problems = problems(root()).map_err(|source| Error::Data { subject: "tidy", source })?;
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Checks { subject: "tidy", failed: problems.len() }) }
}

/// Everything that is wrong.
fn problems(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut problems = edges(root)?;
    problems.extend(long_files(root)?);
    Ok(problems)
}

fn edges(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata: no packages")?;
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut problems = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.strip_prefix(root).unwrap_or(manifest).to_string_lossy().into_owned();
        if USERS.iter().any(|prefix| folder.starts_with(prefix)) {
            continue;
        }
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
            problems.push(format!("{folder}: say in xtask/src/tidy.rs what `{name}` may import"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["name"].as_str().unwrap_or_default();
            // What only tests import is no edge of the architecture.
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if names.contains(&target) && !is_dev && !allowed.contains(&target) {
                problems.push(format!("{folder}: `{name}` must not import `{target}`"));
            }
        }
    }
    Ok(problems)
}

fn long_files(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let listing = Command::new("git").args(["ls-files", "*.rs"]).current_dir(root).output()?;
    let mut problems = Vec::new();
    for file in String::from_utf8(listing.stdout)?.lines() {
        let is_test = file.contains("/tests/") || file.contains("/benches/");
        let lines = fs::read_to_string(root.join(file)).map_or(0, |text| text.lines().count());
        if lines > MAX_LINES && !is_test {
            problems.push(format!("{file}: {lines} lines, {MAX_LINES} at the most: find the second idea in it"));
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let problems = super::problems(crate::root()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
