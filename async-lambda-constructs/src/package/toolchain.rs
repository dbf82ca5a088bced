//! What is installed, and which of it compiles.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Output, Stdio},
};

use super::{Architecture, PackageError, Request};

/// What `cargo run` tells this program about itself. Build scripts of `ring` and others run again when one of them
/// changes, and with them most of what a bootstrap is made of: the next build of another program, or one that was
/// started by hand, would find nothing that it can use.
const ABOUT_SYNTH: [&str; 11] = [
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// What compiles for Amazon Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// `cargo build`: for the machine that it runs on.
    Cargo,
    /// `cargo zigbuild`: links with zig, against the glibc that is wanted.
    Zigbuild,
    /// `cargo lambda build`: the same, and more commands around it.
    Lambda,
}

impl Compiler {
    /// The name of the program, which is also that of its package.
    pub const fn name(self) -> &'static str {
        match self {
            Compiler::Cargo => "cargo",
            Compiler::Zigbuild => "cargo-zigbuild",
            Compiler::Lambda => "cargo-lambda",
        }
    }
}

/// The programs to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    /// Cargo.
    pub cargo: OsString,
    /// The compiler, which is asked for its targets.
    pub rustc: OsString,
}

impl Default for Programs {
    fn default() -> Programs {
        Programs { cargo: "cargo".into(), rustc: "rustc".into() }
    }
}

/// What is there to compile with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Installed {
    zigbuild: bool,
    lambda: bool,
    /// Whether there is a standard library for the target.
    has_target: bool,
    /// The target of this machine.
    host: String,
}

/// Looks at what is installed, and decides.
pub(super) fn choose(request: &Request) -> Result<Compiler, PackageError> {
    let cargo = stdout(request, &request.programs.cargo, &["--list"])?;
    let has = |name: &str| cargo.lines().any(|line| line.split_whitespace().next() == Some(name));
    let rustc = |arguments: &[&str]| stdout(request, &request.programs.rustc, arguments);
    let target = request.architecture.target();
    let version = rustc(&["-vV"])?;
    let installed = Installed {
        zigbuild: has("zigbuild"),
        lambda: has("lambda"),
        // The folder is named for every target that exists, and is there for those that are installed.
        has_target: Path::new(rustc(&["--print", "target-libdir", "--target", target])?.trim()).is_dir(),
        host: version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("unknown").to_owned(),
    };
    decide(&installed, request.architecture, request.compiler)
}

/// Those that link for Amazon Linux's glibc come first: what they make does not depend on this machine's.
fn decide(
    installed: &Installed,
    architecture: Architecture,
    asked: Option<Compiler>,
) -> Result<Compiler, PackageError> {
    let is_host = installed.host == architecture.target();
    let compiler = match asked {
        Some(compiler @ Compiler::Zigbuild) if !installed.zigbuild => Err(PackageError::NotInstalled { compiler }),
        Some(compiler @ Compiler::Lambda) if !installed.lambda => Err(PackageError::NotInstalled { compiler }),
        Some(Compiler::Cargo) if !is_host => {
            Err(PackageError::OtherHost { architecture, host: installed.host.clone() })
        }
        Some(compiler) => Ok(compiler),
        None if installed.lambda => Ok(Compiler::Lambda),
        None if installed.zigbuild => Ok(Compiler::Zigbuild),
        None if is_host => Ok(Compiler::Cargo),
        None => Err(PackageError::NoCompiler { architecture, host: installed.host.clone() }),
    }?;
    // Asked even where `cargo lambda` compiles: it would have rustup download the target, in silence.
    if installed.has_target { Ok(compiler) } else { Err(PackageError::NoTarget { architecture }) }
}

/// A program, started where cargo was, that cannot ask questions and has nothing downloaded by rustup.
pub(super) fn command(request: &Request, program: &OsStr) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&request.directory).stdin(Stdio::null()).env("RUSTUP_AUTO_INSTALL", "0");
    for name in ABOUT_SYNTH {
        command.env_remove(name);
    }
    command
}

/// What a short command says.
pub(super) fn output(mut command: Command) -> Result<Output, PackageError> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|source| PackageError::Start { program, source })
}

/// What a short command prints; nothing where it fails, which the decision is then made with.
fn stdout(request: &Request, program: &OsStr, arguments: &[&str]) -> Result<String, PackageError> {
    let mut command = command(request, program);
    command.args(arguments);
    Ok(String::from_utf8_lossy(&output(command)?.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_decides() {
        use Architecture::{Arm64, X86_64};
        fn check(installed: &str, architecture: Architecture, asked: Option<Compiler>, expected: &str) {
            let has = |word: &str| installed.split(' ').any(|part| part == word);
            let installed = Installed {
                zigbuild: has("zigbuild"),
                lambda: has("lambda"),
                has_target: has("target"),
                host: if has("mac") { "aarch64-apple-darwin" } else { "x86_64-unknown-linux-gnu" }.to_owned(),
            };
            let found = match decide(&installed, architecture, asked) {
                Ok(compiler) => compiler.name().to_owned(),
                Err(error) => format!("{error} ({})", error.help().unwrap_or_default()),
            };
            assert_eq!(found, expected);
        }
        check("target", X86_64, None, "cargo");
        check("target zigbuild", X86_64, None, "cargo-zigbuild");
        check("target zigbuild lambda", Arm64, None, "cargo-lambda");
        check("target zigbuild lambda", X86_64, Some(Compiler::Cargo), "cargo");
        check("target zigbuild lambda", Arm64, Some(Compiler::Zigbuild), "cargo-zigbuild");
        check("mac target zigbuild", X86_64, None, "cargo-zigbuild");
        let no_target = "target `aarch64-unknown-linux-gnu`: must be installed for arm64, and is not (`rustup target add \
            aarch64-unknown-linux-gnu`; without rustup, install your distribution's package of the standard library for it)";
        check("lambda", Arm64, None, no_target);
        check("zigbuild", Arm64, None, no_target);
        check(
            "",
            Arm64,
            None,
            "arm64: needs `cargo-zigbuild` or `cargo-lambda` on x86_64-unknown-linux-gnu, and neither is installed \
             (`cargo install cargo-zigbuild`, zig for it: `pip install ziglang`, and the target: `rustup target add \
             aarch64-unknown-linux-gnu`)",
        );
        check(
            "target",
            X86_64,
            Some(Compiler::Lambda),
            "`cargo-lambda`: must be installed to compile with it, and is not (`cargo install cargo-lambda`)",
        );
        check(
            "mac target",
            X86_64,
            Some(Compiler::Cargo),
            "`cargo` alone compiles for aarch64-apple-darwin here, and x86_64 was asked for (compile with \
             `cargo-zigbuild` or `cargo-lambda`, or leave `--compiler` out)",
        );
    }
}
