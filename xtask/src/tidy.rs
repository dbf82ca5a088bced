//! `cargo xtask tidy`: the rules of the house that a compiler does not know.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::{
    Error,
    package::{is_published, members},
    root,
};

/// The crates that each crate of this workspace may import. There is no other edge.
const EDGES: &[(&str, &[&str])] = &[
    ("cfn-schema", &[]),
    ("async-lambda-model", &[]),
    ("async-lambda-macros", &[]),
    ("async-lambda-local", &["async-lambda-model"]),
    ("async-lambda", &["async-lambda-model", "async-lambda-macros", "async-lambda-local"]),
    ("cfn-codegen", &["cfn-schema"]),
    ("cfn-model", &["cfn-schema", "cfn-codegen"]),
    ("sam-resources", &["cfn-model", "cfn-schema", "cfn-codegen"]),
    ("cfn-pattern", &[]),
    ("cfn-rules", &["cfn-schema", "cfn-model", "cfn-pattern"]),
    ("cfn-validate", &["cfn-model", "cfn-rules"]),
    (
        "async-lambda-constructs",
        &["cfn-schema", "cfn-model", "cfn-pattern", "cfn-rules", "cfn-validate", "sam-resources", "async-lambda-model"],
    ),
    ("cargo-async-lambda", &[]),
    ("xtask", &["cfn-schema", "cfn-codegen"]),
];

/// The parts of `cfn-rules` that each part may import, by the first step of a path from the crate's root: a folder, or
/// what the root itself has.
const FOLDERS: &[(&str, &[&str])] = &[
    ("codes", &[]),
    ("facts", &["Day", "Options", "limits"]),
    ("schema", &["codes", "facts", "found", "limits"]),
    ("rules", &["codes", "facts", "schema", "found", "limits", "Day", "Options", "NestedTemplates"]),
    ("report", &["codes", "facts", "found"]),
];

/// Packages that import like a user: whatever is public.
const USERS: &[&str] = &["examples/", "benches/", "conformance/"];

/// The longest source file, in lines; tests and data may be longer.
const MAX_LINES: usize = 600;

/// What `cargo xtask tidy --help` prints.
pub const HELP: &str = "\
usage: cargo xtask tidy

Checks who imports whom in this workspace, that no source file is too long, and that each crate has what a registry asks
for.
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
    let members = members()?;
    let mut problems = edges(root, &members);
    problems.extend(manifests(root, &members)?);
    problems.extend(folders(root)?);
    problems.extend(long_files(root)?);
    Ok(problems)
}

fn edges(root: &Path, packages: &[Value]) -> Vec<String> {
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
            // Crates that only tests import are no edges of the architecture.
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if names.contains(&target) && !is_dev && !allowed.contains(&target) {
                problems.push(format!("{folder}: `{name}` must not import `{target}`"));
            }
        }
    }
    problems
}

/// Crates that a registry would not take, or would show without a word.
fn manifests(root: &Path, packages: &[Value]) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let licence = fs::read(root.join("LICENSE"))?;
    let mut problems = Vec::new();
    for package in packages.iter().filter(|package| is_published(package)) {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.parent().unwrap_or(root);
        let name = manifest.strip_prefix(root).unwrap_or(manifest).display();
        for key in ["description", "keywords", "categories", "readme", "license", "rust_version"] {
            let value = &package[key];
            if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
                problems.push(format!("{name}: must have `{key}`, or `publish = false`"));
            }
        }
        if fs::read(folder.join("LICENSE")).ok().as_ref() != Some(&licence) {
            problems.push(format!("{name}: the folder must have a copy of LICENSE"));
        }
    }
    Ok(problems)
}

/// Imports against the direction of the folders of `cfn-rules`.
fn folders(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut problems = Vec::new();
    for (folder, allowed) in FOLDERS {
        let pattern = format!("cfn-rules/src/{folder}/*.rs");
        let listing = Command::new("git").args(["ls-files", &pattern]).current_dir(root).output()?;
        for file in String::from_utf8(listing.stdout)?.lines() {
            if file.contains("/tests/") || file.ends_with("/tests.rs") {
                continue;
            }
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for target in from_root(text) {
                if target != *folder && !allowed.contains(&target) {
                    problems.push(format!("{file}: `{folder}` must not import `{target}`"));
                }
            }
        }
    }
    Ok(problems)
}

/// The first step of each path that begins at the root of its crate.
fn from_root(text: &str) -> Vec<&str> {
    let word = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let Some(inside) = rest.strip_prefix('{') else {
            found.push(&rest[..word(rest)]);
            continue;
        };
        let (mut depth, mut is_start) = (0, true);
        for (at, c) in inside.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                '{' => depth += 1,
                ',' if depth == 0 => is_start = true,
                _ if is_start && !c.is_whitespace() => {
                    found.push(&inside[at..at + word(&inside[at..])]);
                    is_start = false;
                }
                _ => {}
            }
        }
    }
    found
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
    use pretty_assertions::assert_eq;

    #[test]
    fn paths_from_the_root() {
        let check = |text, expected: &[&str]| assert_eq!(super::from_root(text), expected, "{text}");
        check("use crate::facts::text;\nuse super::x;", &["facts"]);
        check("use crate::{\n    a::{self, b::{c, d}},\n    e, f as g,\n};\ncrate::h::i()", &["a", "e", "f", "h"]);
        check("pub(crate) fn f()", &[]);
    }

    #[test]
    fn the_house_is_tidy() {
        let problems = super::problems(crate::root()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
