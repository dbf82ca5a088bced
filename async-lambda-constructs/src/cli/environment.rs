//! What a run takes from its surroundings.

use std::{env, ffi::OsString, path::PathBuf};

use cfn_validate::Surroundings;

/// What a run takes from its surroundings. The environment variables that matter are read here and in
/// [`Surroundings`], and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The folder and the terminal.
    pub surroundings: Surroundings,
    /// The folder of the package that this program belongs to: `CARGO_MANIFEST_DIR`, which `cargo run` sets.
    pub manifest_directory: Option<PathBuf>,
    /// The cargo that runs this program: `CARGO`.
    pub cargo: Option<OsString>,
    /// The compiler, where it is another than cargo's: `RUSTC`.
    pub rustc: Option<OsString>,
    /// Whether the program is not the binary `synth` beside others of its package, but all that `cargo run` runs.
    pub is_alone: bool,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Environment {
        Environment {
            surroundings: Surroundings::of_process(),
            manifest_directory: env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
            cargo: env::var_os("CARGO"),
            rustc: env::var_os("RUSTC"),
            is_alone: env::current_exe().is_ok_and(|program| program.file_stem().is_some_and(|stem| stem != "synth")),
        }
    }

    /// A text of help with the command that starts this program.
    pub(super) fn help(&self, text: &str) -> String {
        match self.is_alone {
            true => text.replace("cargo run --bin synth", "cargo run"),
            false => text.to_owned(),
        }
    }

    /// A file or folder that was named relative to where the run started.
    pub(crate) fn path(&self, named: impl AsRef<std::path::Path>) -> PathBuf {
        self.surroundings.directory.join(named)
    }
}
