//! `cargo xtask package`: the crates as a registry would get them.

use std::{fs, path::PathBuf, process::Command};

use serde_json::Value;

use crate::{
    Error,
    process::{self, target_folder},
    root,
};

/// What `cargo xtask package --help` prints.
pub const HELP: &str = "\
usage: cargo xtask package [--verify]

Packages every crate that is published, as `cargo publish` does, and unpacks them into target/packaged. Checks that each
has its README and licence, and is small enough for crates.io.

  --verify  compile each of them from its package (minutes)
";

/// The largest package that crates.io takes.
const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// A crate that was packaged.
pub struct Package {
    /// Its name.
    pub name: String,
    /// The folder with what was in the package.
    pub folder: PathBuf,
    /// The package itself.
    archive: PathBuf,
}

/// `cargo xtask package`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut verify = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("verify") => verify = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    let packages = packages(verify)?;
    let mut failed = 0;
    for package in &packages {
        for problem in problems(package)? {
            eprintln!("{}: {problem}", package.name);
            failed += 1;
        }
    }
    println!("{} crates in {}", packages.len(), unpacked().display());
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "package", failed }) }
}

/// Packages and unpacks every crate that is published.
pub fn packages(verify: bool) -> Result<Vec<Package>, Error> {
    let members = members()?;
    let published = || members.iter().filter(|member| is_published(member));
    let mut cargo = process::cargo();
    // A work tree with changes is packaged too: what is checked is the crates, not the commit.
    cargo.current_dir(root()).args(["package", "--locked", "--allow-dirty"]);
    if !verify {
        cargo.arg("--no-verify");
    }
    for member in published() {
        cargo.args(["--package", text(&member["name"])]);
    }
    process::run(&mut cargo)?;
    let target = unpacked();
    if target.exists() {
        fs::remove_dir_all(&target).map_err(Error::io(format!("remove {}", target.display())))?;
    }
    fs::create_dir_all(&target).map_err(Error::io(format!("make {}", target.display())))?;
    published()
        .map(|member| {
            let name = text(&member["name"]).to_owned();
            let stem = format!("{name}-{}", text(&member["version"]));
            let archive = target_folder().join("package").join(format!("{stem}.crate"));
            process::run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&target))?;
            Ok(Package { name, folder: target.join(stem), archive })
        })
        .collect()
}

/// The packages of the workspace, as `cargo metadata` describes them.
pub fn members() -> Result<Vec<Value>, Error> {
    let mut cargo = process::cargo();
    cargo.current_dir(root()).args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let output = process::run(&mut cargo)?;
    let mut metadata: Value = serde_json::from_slice(&output.stdout).map_err(Error::json("cargo metadata"))?;
    match metadata["packages"].take() {
        Value::Array(packages) => Ok(packages),
        _ => Err(Error::Data { subject: "package", source: "cargo metadata: no packages".into() }),
    }
}

/// Whether a package goes to a registry: its manifest does not say `publish = false`.
pub fn is_published(member: &Value) -> bool {
    member["publish"].is_null()
}

fn problems(package: &Package) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    for file in ["README.md", "LICENSE", "Cargo.toml"] {
        if !package.folder.join(file).is_file() {
            problems.push(format!("the package must have {file}"));
        }
    }
    let archive = &package.archive;
    let bytes = fs::metadata(archive).map_err(Error::io(format!("look at {}", archive.display())))?.len();
    if bytes > MOST_BYTES {
        problems.push(format!("the package must have at most {MOST_BYTES} bytes, has {bytes}"));
    }
    Ok(problems)
}

fn unpacked() -> PathBuf {
    target_folder().join("packaged")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
