//! `cargo xtask dashboard`: the pages of the dashboard in a browser.

use std::{env, path::PathBuf, process::Command};

use lexopt::prelude::*;

use crate::{Error, process, root, venv::Venv};

/// What `cargo xtask dashboard --help` prints.
pub const HELP: &str = "\
usage: cargo xtask dashboard [--screenshots FOLDER] [SCENE...]

Opens every page of the dashboard in headless Chromium, with data, empty, with 10,000 messages and with payloads that nobody
should trust, narrow and wide, light and dark, and presses the buttons. Chromium is the one of the PATH, or of `CHROMIUM`;
where there is none, it is installed with apt-get.

  --screenshots FOLDER    keeps a picture of each page there
  SCENE                   busy, many, hostile or empty; all by default
";

/// The package with the example.
const PACKAGE: &str = "async-lambda-local";

/// `cargo xtask dashboard`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut given = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("screenshots") => given.extend(["--screenshots".into(), arguments.value()?]),
            Value(scene) => given.push(scene),
            other => return Err(other.unexpected().into()),
        }
    }
    let chromium = chromium()?;
    let program = process::built("dashboard", &["--package", PACKAGE, "--example", "dashboard"])?;
    let mut python = Command::new(Venv::dashboard()?.program("python"));
    python.current_dir(root()).arg("conformance/dashboard.py").arg(program).args(given).env("CHROMIUM", chromium);
    let status = python.status().map_err(Error::io("start conformance/dashboard.py"))?;
    if status.success() { Ok(()) } else { Err(Error::Checks { subject: "dashboard", failed: 1 }) }
}

/// The browser, which is installed where there is none.
fn chromium() -> Result<PathBuf, Error> {
    if let Some(found) = find() {
        return Ok(found);
    }
    eprintln!("installing chromium");
    let apt = |arguments: &[&str]| process::run(Command::new("apt-get").args(arguments)).map(drop);
    let installed = apt(&["update", "--quiet"])
        .and_then(|()| apt(&["install", "--quiet", "--yes", "--no-install-recommends", "chromium"]));
    let missing = || Error::Environment {
        missing: "chromium: the dashboard is tested in it; install it (Debian: chromium), or name it in `CHROMIUM`"
            .to_owned(),
    };
    installed.map_err(|_| missing())?;
    find().ok_or_else(missing)
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let in_path = env::split_paths(&path).map(|folder| folder.join("chromium"));
    named.into_iter().chain(in_path).find(|program| program.is_file())
}
