//! The command line, run in this process: what it prints, and with which status it ends.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

#[cfg_attr(not(feature = "app"), path = "no_application.rs")]
mod application;
#[cfg_attr(not(feature = "assets"), path = "no_assets.rs")]
mod assets;
#[cfg_attr(not(feature = "package"), path = "no_build.rs")]
mod build;
mod context;
mod explain;
mod graph;
mod help;
#[cfg(feature = "app")]
mod last;
mod nested;
mod program;
mod stacks;
mod synth;
#[cfg(feature = "app")]
mod triggers;
mod validate;

use std::{ffi::OsString, fs, path::PathBuf};

use async_lambda_constructs::{
    Stack,
    cli::{self, Environment, Exit, Streams, Surroundings},
    project::IntoStacks,
};

/// What a run came to.
struct Run {
    exit: Exit,
    out: String,
    err: String,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n---- stdout\n{}---- stderr\n{}", self.exit, self.out, self.err)
    }
}

/// A run in a folder, with something on stdin.
fn run_in<K>(directory: PathBuf, stacks: impl IntoStacks<K>, arguments: &[&str], input: &str) -> Run {
    let surroundings = Surroundings { directory, ..Surroundings::default() };
    let environment = Environment { surroundings, ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut input.as_bytes(), out: &mut out, err: &mut err };
    let exit = cli::run(stacks, arguments.iter().map(OsString::from), streams, &environment);
    Run { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// A run of something that writes no file, where the fixtures are.
fn run(arguments: &[&str]) -> Run {
    run_in(fixtures(), stacks::orders(), arguments, "")
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cli/fixtures")
}

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The names of what is in a folder.
fn listing(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn no_stacks() -> Vec<Stack> {
    Vec::new()
}

/// A pipe whose reader is gone.
struct Closed(std::io::ErrorKind);

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_who_goes_away_is_no_failure_and_a_full_disk_is_one() {
    let check = |kind, expected| {
        let mut err = Vec::new();
        let streams = Streams { input: &mut std::io::empty(), out: &mut Closed(kind), err: &mut err };
        let exit = cli::run(no_stacks(), ["explain".into()], streams, &Environment::default());
        assert_eq!(exit, expected, "{}", String::from_utf8(err).unwrap());
    };
    check(std::io::ErrorKind::BrokenPipe, Exit::Done);
    check(std::io::ErrorKind::StorageFull, Exit::Failed);
}
