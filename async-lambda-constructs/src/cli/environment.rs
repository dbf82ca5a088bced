//! What a run takes from its surroundings.

use std::{env, ffi::OsString, io::IsTerminal, path::PathBuf};

/// What a run takes from its surroundings. The environment variables that matter are read here and
/// nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Where relative paths start.
    pub directory: PathBuf,
    /// Whether colour is unwanted: `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    pub no_color: bool,
    /// Whether stdout is a terminal.
    pub out_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub err_is_terminal: bool,
    /// The folder of the package that this program belongs to: `CARGO_MANIFEST_DIR`, which `cargo run` sets.
    pub manifest_directory: Option<PathBuf>,
    /// The cargo that runs this program: `CARGO`.
    pub cargo: Option<OsString>,
    /// The compiler, where it is another than cargo's: `RUSTC`.
    pub rustc: Option<OsString>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Environment {
        Environment {
            directory: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || env::var_os("TERM").is_some_and(|value| value == "dumb"),
            out_is_terminal: std::io::stdout().is_terminal(),
            err_is_terminal: std::io::stderr().is_terminal(),
            manifest_directory: env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
            cargo: env::var_os("CARGO"),
            rustc: env::var_os("RUSTC"),
        }
    }
}
