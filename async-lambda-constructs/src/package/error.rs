//! Why there is no archive.

use std::{io, path::PathBuf};

use super::{Architecture, ArchiveError, BinaryError, Compiler};

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A program could not be started.
    #[error("{program}: cannot be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// Cargo cannot say what the project is.
    #[error("cargo metadata: {message}")]
    Metadata {
        /// Its words.
        message: String,
    },
    /// There is no package where one should be.
    #[error("{}: must be the folder of a package, and cargo knows none there", folder.display())]
    NoPackage {
        /// The folder.
        folder: PathBuf,
    },
    /// The workspace has no package of this name.
    #[error("package `{name}`: must be one of the workspace, which has {}", list(known))]
    UnknownPackage {
        /// The name that was given.
        name: String,
        /// The packages of the workspace.
        known: Vec<String>,
    },
    /// The package has no program but `synth`.
    #[error("package `{package}`: must have a binary other than `synth`, and has none")]
    NoBinary {
        /// The package.
        package: String,
    },
    /// The package has several programs.
    #[error("package `{package}`: there must be one binary other than `synth`, got {}", list(binaries))]
    SeveralBinaries {
        /// The package.
        package: String,
        /// Its programs.
        binaries: Vec<String>,
    },
    /// The package has no program of this name.
    #[error("binary `{name}`: must be one of package `{package}`, which has {}", list(binaries))]
    UnknownBinary {
        /// The name that was given.
        name: String,
        /// The package.
        package: String,
        /// Its programs.
        binaries: Vec<String>,
    },
    /// The standard library of the target is not installed.
    #[error("target `{}`: must be installed for {}, and is not", architecture.target(), architecture.name())]
    NoTarget {
        /// The processor.
        architecture: Architecture,
    },
    /// Nothing that is installed links for the target.
    #[error("{}: needs `cargo-zigbuild` or `cargo-lambda` on {host}, and neither is installed", architecture.name())]
    NoCompiler {
        /// The processor.
        architecture: Architecture,
        /// The target of this machine.
        host: String,
    },
    /// What was asked for is not installed.
    #[error("`{}`: must be installed to compile with it, and is not", compiler.name())]
    NotInstalled {
        /// What was asked for.
        compiler: Compiler,
    },
    /// Plain cargo was asked for, for another machine.
    #[error("`cargo` alone compiles for {host} here, and {} was asked for", architecture.name())]
    OtherHost {
        /// The processor.
        architecture: Architecture,
        /// The target of this machine.
        host: String,
    },
    /// The compiler found errors, which it has said.
    #[error("binary `{binary}`: could not be compiled with `{}`", compiler.name())]
    Compilation {
        /// The program.
        binary: String,
        /// What compiled it.
        compiler: Compiler,
    },
    /// The compiler was content and left no program.
    #[error("binary `{binary}`: `{}` said that it is compiled, and not where it is", compiler.name())]
    NoExecutable {
        /// The program.
        binary: String,
        /// What compiled it.
        compiler: Compiler,
    },
    /// Lambda could not run the program.
    #[error("{error}")]
    Binary {
        /// Why.
        error: BinaryError,
        /// The processor.
        architecture: Architecture,
    },
    /// The files cannot be put together.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// More than Lambda takes.
    #[error("archive: the files must be at most {limit} bytes together, got {unzipped}")]
    TooLarge {
        /// How many there are.
        unzipped: u64,
        /// How many there can be.
        limit: u64,
    },
    /// A file cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl PackageError {
    pub(super) fn read(path: &std::path::Path, source: io::Error) -> PackageError {
        PackageError::Read { path: path.to_owned(), source }
    }

    /// What to do about it, where there is something to say beyond the rule.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            PackageError::NoPackage { .. } => {
                "run it with `cargo run --bin synth -- build`, or name one: `--package NAME`".to_owned()
            }
            PackageError::NoBinary { .. } => {
                "add `src/main.rs` with `async_lambda::main(...)`, or name the package that has it: `--package NAME`"
                    .to_owned()
            }
            PackageError::SeveralBinaries { .. } => "name one: `--bin NAME`, or `default-run` in Cargo.toml".to_owned(),
            PackageError::NoTarget { architecture } => format!(
                "`rustup target add {}`; without rustup, install your distribution's package of the standard library \
                 for it",
                architecture.target()
            ),
            PackageError::NoCompiler { architecture, .. } => format!(
                "`cargo install cargo-zigbuild`, zig for it: `pip install ziglang`, and the target: `rustup target add {}`",
                architecture.target()
            ),
            PackageError::NotInstalled { compiler } => format!("`cargo install {}`", compiler.name()),
            PackageError::OtherHost { .. } => {
                "compile with `cargo-zigbuild` or `cargo-lambda`, or leave `--compiler` out".to_owned()
            }
            PackageError::Compilation { compiler: Compiler::Cargo, .. } => return None,
            PackageError::Compilation { compiler, .. } => {
                format!("where `{}` itself is what fails, try another: `--compiler NAME`", compiler.name())
            }
            PackageError::Binary { error, architecture } => error.help(*architecture),
            PackageError::Archive(ArchiveError::Kind { .. } | ArchiveError::Link { .. }) => {
                "put a copy of the file into `assets/`".to_owned()
            }
            PackageError::Archive(ArchiveError::Name { .. } | ArchiveError::LongName { .. }) => {
                "rename the file".to_owned()
            }
            PackageError::Archive(ArchiveError::TooMany { .. }) => "move files to S3, or into an image".to_owned(),
            PackageError::TooLarge { .. } => {
                "move what `assets/` holds to S3, or into a layer or a container image".to_owned()
            }
            PackageError::Start { .. }
            | PackageError::Metadata { .. }
            | PackageError::UnknownPackage { .. }
            | PackageError::UnknownBinary { .. }
            | PackageError::NoExecutable { .. }
            | PackageError::Archive(ArchiveError::Write { .. } | ArchiveError::Read { .. })
            | PackageError::Read { .. }
            | PackageError::Write { .. } => return None,
        })
    }
}

/// `a`, `b`; `none`.
fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
