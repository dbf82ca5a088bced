//! From a project to `deployment.zip`: compile, check, zip.
//!
//! [`build`] compiles the program of a [`Request`] for Amazon Linux 2023 and puts it, named `bootstrap`, into an
//! archive together with the files of `assets/`. What Lambda would refuse at the first event is refused here: a
//! binary for another processor, a glibc that is too new, a program that aborts on a panic, too many bytes.
//!
//! This module alone starts processes: cargo, rustc, and `cargo-zigbuild` or `cargo-lambda` where they are
//! installed. It installs nothing, and does not let them do so.

mod assets;
mod binary;
mod compile;
mod elf;
mod error;
mod project;
mod toolchain;

use std::{fs, path::PathBuf};

use crate::archive::{self, DIRECT_UPLOAD, UNZIPPED, zip};

pub use crate::archive::ArchiveError;
pub use binary::BinaryError;
pub use error::PackageError;
pub use project::Selection;
pub use toolchain::{Compiler, Programs};

/// What Lambda starts, and what it is allowed to.
const BOOTSTRAP: (&str, u32) = ("bootstrap", 0o755);

/// A processor that Lambda has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`.
    X86_64,
    /// `arm64`.
    Arm64,
}

impl Architecture {
    /// Lambda's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }

    /// Rust's name for it with Amazon Linux.
    pub const fn target(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64-unknown-linux-gnu",
            Architecture::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }
}

/// What to package, and where it goes.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where cargo is started: its configuration is looked for from here upwards.
    pub directory: PathBuf,
    /// The folder of the package whose `synth` runs.
    pub manifest_directory: PathBuf,
    /// The package and the binary, where they were named.
    pub selection: Selection,
    /// The processor.
    pub architecture: Architecture,
    /// What to compile with, instead of what is installed.
    pub compiler: Option<Compiler>,
    /// The programs to start.
    pub programs: Programs,
    /// Variables for the compilation, on top of those of this process.
    pub environment: Vec<(String, String)>,
    /// Whether the compiler's words have colour.
    pub color: bool,
    /// The archive.
    pub output: PathBuf,
}

/// What happens while a program is compiled.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// What is compiled, with what.
    Started {
        /// The binary.
        binary: &'a str,
        /// What compiles it.
        compiler: Compiler,
    },
    /// One more part is done.
    Compiled {
        /// How many are.
        parts: usize,
        /// The name of the latest.
        name: &'a str,
    },
    /// The program is compiled; it is checked and zipped.
    Packing {
        /// The binary.
        binary: &'a str,
    },
    /// A line of the compiler: warnings and errors.
    Line(&'a str),
    /// Nothing for a while.
    Waiting,
}

/// An archive that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The archive.
    pub path: PathBuf,
    /// The name of the binary that is `bootstrap` in it.
    pub binary: String,
    /// What it was compiled with.
    pub compiler: Compiler,
    /// The bytes of the archive.
    pub bytes: u64,
    /// The bytes of all files in it.
    pub unzipped: u64,
    /// The bytes of `bootstrap`.
    pub bootstrap: u64,
    /// How many files `assets/` has.
    pub assets: usize,
    /// Whether the file is another than the one that was there.
    pub changed: bool,
}

impl Package {
    /// Whether Lambda takes the archive in a request: at most 50 MB. A larger one goes through S3, which
    /// `sam deploy` and `aws cloudformation package` do.
    pub fn is_direct_upload(&self) -> bool {
        self.bytes <= DIRECT_UPLOAD
    }
}

/// Compiles, checks and zips.
///
/// The archive is made of the contents, the names and the executable bits of its files and of nothing else: the same
/// input gives the same bytes. A file is written only when everything is right, in one step.
///
/// # Errors
///
/// When the program cannot be found or compiled, when Lambda could not run it, when there is something else than
/// files and folders in `assets/`, or when a file cannot be read or written. See [`PackageError`].
pub fn build(request: &Request, on_progress: &mut dyn FnMut(Progress<'_>)) -> Result<Package, PackageError> {
    let project = project::find(request)?;
    // Found before the long part: what is wrong with a file should not be told after minutes.
    let assets = assets::list(&project.directory)?;
    let compiler = toolchain::choose(request)?;
    let executable = compile::run(request, &project, compiler, on_progress)?;
    on_progress(Progress::Packing { binary: &project.binary });

    let bootstrap = fs::read(&executable).map_err(|error| PackageError::read(&executable, error))?;
    let architecture = request.architecture;
    binary::check(&bootstrap, architecture).map_err(|error| PackageError::Binary { error, architecture })?;
    let (name, mode) = BOOTSTRAP;
    let unzipped = bootstrap.len() as u64 + assets.iter().map(|asset| asset.bytes).sum::<u64>();
    if unzipped > UNZIPPED {
        return Err(PackageError::TooLarge { unzipped, limit: UNZIPPED });
    }
    let mut files = vec![zip::File { name: name.to_owned(), mode, content: bootstrap }];
    for asset in &assets {
        files.push(asset.read()?);
    }
    let bootstrap = files[0].content.len() as u64;
    let unzipped = files.iter().map(|file| file.content.len() as u64).sum();
    let archive = zip::write(&files)?;
    let failed = |error| PackageError::Write { path: request.output.clone(), source: error };
    let changed = archive::write(&request.output, &archive).map_err(failed)?;
    Ok(Package {
        path: request.output.clone(),
        binary: project.binary,
        compiler,
        bytes: archive.len() as u64,
        unzipped,
        bootstrap,
        assets: assets.len(),
        changed,
    })
}
