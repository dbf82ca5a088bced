//! Running other programs.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use crate::{Error, root};

/// The length of a failed program's output that is repeated: its end, where the reason stands.
const SAID_LIMIT: usize = 4_000;

/// Cargo, without what `cargo xtask` was told about itself: build scripts run again when that changes.
pub fn cargo() -> Command {
    let mut command = Command::new("cargo");
    let is_about_us = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_about_us)) {
        command.env_remove(name);
    }
    command
}

/// The folder that cargo writes into.
pub fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Builds a program of the repository with these arguments of cargo; its path.
pub fn built(name: &str, arguments: &[&str]) -> Result<PathBuf, Error> {
    eprintln!("compiling {name}");
    run(cargo().current_dir(root()).args(["build", "--quiet"]).args(arguments))?;
    let folder = if arguments.contains(&"--example") { "debug/examples" } else { "debug" };
    Ok(target_folder().join(folder).join(name))
}

/// Runs a program without input and gives what it wrote; any other exit than 0 is an error.
pub fn run(command: &mut Command) -> Result<Output, Error> {
    let output = capture(command)?;
    if output.status.success() { Ok(output) } else { Err(failure(command, &output)) }
}

/// Runs a program without input and gives what it wrote, however it ended.
pub fn capture(command: &mut Command) -> Result<Output, Error> {
    command.stdin(Stdio::null()).output().map_err(Error::io(format!("start {}", text(command))))
}

/// The error of a program that ended in a way that it should not.
pub fn failure(command: &Command, output: &Output) -> Error {
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Error::Process { command: text(command), status: output.status, said: tail(&said).to_owned() }
}

/// The program and its arguments, as one would type them.
fn text(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    shorten(&words.join(" "))
}

/// A list of hundreds of files is no help in a message.
fn shorten(line: &str) -> String {
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

/// The end of what a program said.
pub fn tail(said: &str) -> &str {
    let mut start = said.len().saturating_sub(SAID_LIMIT);
    while !said.is_char_boundary(start) {
        start += 1;
    }
    &said[start..]
}
