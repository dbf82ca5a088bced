//! `cargo xtask arm64`: a bootstrap for arm64, built and run once.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use lexopt::prelude::*;

use super::{report::Report, tools};
use crate::{Error, root, venv};

/// What `cargo xtask arm64 --help` prints.
pub const HELP: &str = "\
usage: cargo xtask arm64 [--root DIR]

Builds photo-app, as it is committed, for arm64 in a Debian root with a toolchain of its own, and gives it one batch
under qemu. By hand, not in CI: needs root, debootstrap, 4 GB, and package indices; takes some minutes the first time.

  --root DIR    where the Debian root is, or is made (default: target/arm64)
";

/// `cargo xtask arm64`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    let mut folder = root().join("target/arm64");
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("root") => folder = PathBuf::from(arguments.value()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let scripts = root().join("conformance");
    // Not captured: it takes minutes, and says what it does.
    let mut command = Command::new(scripts.join("arm64.sh"));
    command.arg(&folder).arg(root()).arg("photo-app").stdin(Stdio::null());
    let status = command.status().map_err(Error::io("start arm64.sh"))?;
    if !status.success() {
        return Err(Error::Process { command: "arm64.sh".to_owned(), status, said: String::new() });
    }
    let mut command = Command::new(venv::interpreter()?);
    command.arg("-B").arg(scripts.join("arm64.py")).arg(&folder);
    let mut report = Report::default();
    tools::answers("arm64.py", &mut command, None, &mut report)?;
    report.finish()
}
