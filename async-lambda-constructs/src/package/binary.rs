//! Whether Lambda could run a program, told from its bytes.

use super::{
    Architecture,
    elf::{self, Elf, Unreadable},
};

/// The glibc of Amazon Linux 2023.
const GLIBC: (u32, u32) = (2, 34);

/// Why Lambda could not run a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BinaryError {
    /// It is no executable for Linux.
    #[error("bootstrap: must be an ELF executable for Linux, got {found}")]
    Kind {
        /// What it is.
        found: &'static str,
    },
    /// It is for another processor.
    #[error("bootstrap: must be for {expected}, got {found}")]
    Machine {
        /// The architecture of the function.
        expected: &'static str,
        /// That of the program.
        found: String,
    },
    /// Its loader is not there on Lambda.
    #[error("bootstrap: its loader must be `{expected}`, got `{found}`")]
    Interpreter {
        /// That of Amazon Linux.
        expected: &'static str,
        /// That of the program.
        found: String,
    },
    /// It needs a glibc that Amazon Linux 2023 does not have.
    #[error("bootstrap: must need no glibc newer than {}.{}, got {}", GLIBC.0, GLIBC.1, found.join(", "))]
    Glibc {
        /// The versions that are too new.
        found: Vec<String>,
    },
    /// A panic would end the process, and with it the whole batch.
    #[error("bootstrap: a panic must unwind, and this program aborts")]
    Panic,
}

impl BinaryError {
    /// How it is built right.
    pub fn help(&self, architecture: Architecture) -> String {
        let (name, target) = (architecture.name(), architecture.target());
        match self {
            BinaryError::Kind { .. } => format!("compile for `{target}`"),
            BinaryError::Machine { .. } => {
                format!("compile for `{target}`, or deploy for the other processor: `--arch x86_64|arm64` ({name} now)")
            }
            BinaryError::Interpreter { .. } => format!(
                "compile for `{target}` with `cargo-zigbuild` or `cargo-lambda`: `cargo install cargo-zigbuild`, and \
                 zig: `pip install ziglang`"
            ),
            BinaryError::Glibc { .. } => {
                "this machine's glibc is newer than that of Amazon Linux 2023: install `cargo-zigbuild` or \
                 `cargo-lambda`, which link against 2.34: `cargo install cargo-zigbuild`, and zig: `pip install ziglang`"
                    .to_owned()
            }
            BinaryError::Panic => {
                "remove `-C panic=abort` from `RUSTFLAGS` and from `rustflags` in `.cargo/config.toml`; the profile's \
                 `panic` is set to \"unwind\" already"
                    .to_owned()
            }
        }
    }
}

/// Checks the bytes of a program.
pub(super) fn check(bytes: &[u8], architecture: Architecture) -> Result<(), BinaryError> {
    let elf = elf::read(bytes).map_err(|reason| BinaryError::Kind {
        found: match reason {
            Unreadable::NotElf => "a file of another kind",
            Unreadable::OtherWords => "ELF that is not of 64 bits, little-endian",
            Unreadable::Malformed => "ELF that is cut off, damaged or without sections",
        },
    })?;
    if !elf.is_program {
        return Err(BinaryError::Kind { found: "a library" });
    }
    let (machine, interpreter) = match architecture {
        Architecture::X86_64 => (elf::X86_64, "/lib64/ld-linux-x86-64.so.2"),
        Architecture::Arm64 => (elf::AARCH64, "/lib/ld-linux-aarch64.so.1"),
    };
    if elf.machine != machine {
        let found = match elf.machine {
            elf::X86_64 => "x86_64".to_owned(),
            elf::AARCH64 => "arm64".to_owned(),
            other => format!("machine {other}"),
        };
        return Err(BinaryError::Machine { expected: architecture.name(), found });
    }
    if let Some(found) = elf.interpreter.as_ref().filter(|found| *found != interpreter) {
        return Err(BinaryError::Interpreter { expected: interpreter, found: found.clone() });
    }
    let found: Vec<String> = elf.versions.iter().filter(|version| is_too_new(version)).cloned().collect();
    if !found.is_empty() {
        return Err(BinaryError::Glibc { found });
    }
    if !unwinds(&elf, bytes) {
        return Err(BinaryError::Panic);
    }
    Ok(())
}

/// Whether a version of a symbol is one that Amazon Linux 2023 lacks.
fn is_too_new(version: &str) -> bool {
    let Some(version) = version.strip_prefix("GLIBC_") else { return false };
    // Marks of features of the loader, the first of which, `GLIBC_ABI_DT_RELR`, came with 2.36.
    if version.starts_with("ABI_") {
        return true;
    }
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) > GLIBC,
        // `GLIBC_PRIVATE` has no age.
        _ => false,
    }
}

/// Whether a panic unwinds.
///
/// The standard library comes compiled for unwinding, with its tables and `rust_eh_personality`, so these are in
/// every program. What is only in one that unwinds is the crate `panic_unwind`, and so
///
/// - the call of `_Unwind_RaiseException`: an import, where the unwinder is the platform's shared library;
/// - the words for a panic that is caught and not thrown on, which nothing else refers to: where the unwinder is
///   linked statically, as zig and musl do it, and there are no names any more.
///
/// A test compiles a program each way, so that a Rust with other words is noticed.
fn unwinds(elf: &Elf, bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 2] = [b"Rust panics must be rethrown", b"Rust cannot catch foreign exceptions"];
    elf.imports.iter().any(|name| name == "_Unwind_RaiseException") || WORDS.iter().any(|words| contains(bytes, words))
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    let Some((&first, rest)) = words.split_first() else { return true };
    // By the first byte: a comparison at each of some million places would take seconds without optimization.
    let mut remaining = bytes;
    while let Some(position) = remaining.iter().position(|byte| *byte == first) {
        remaining = &remaining[position + 1..];
        if remaining.starts_with(rest) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{super::elf::tests::Builder, *};

    const ARM_LOADER: &str = "/lib/ld-linux-aarch64.so.1";

    #[test]
    fn what_lambda_cannot_run_is_an_error() {
        fn check(architecture: Architecture, change: impl FnOnce(&mut Builder), expected: &str) {
            let mut builder = Builder::new();
            change(&mut builder);
            let result = super::check(&builder.bytes(), architecture);
            assert_eq!(result.map_or_else(|error| error.to_string(), |()| "fine".to_owned()), expected);
        }
        use Architecture::{Arm64, X86_64};
        check(X86_64, |_| {}, "fine");
        check(Arm64, |_| {}, "bootstrap: must be for arm64, got x86_64");
        check(X86_64, |elf| elf.machine = elf::AARCH64, "bootstrap: must be for x86_64, got arm64");
        check(X86_64, |elf| elf.machine = 243, "bootstrap: must be for x86_64, got machine 243");
        let arm = |elf: &mut Builder| (elf.machine, elf.interpreter) = (elf::AARCH64, Some(ARM_LOADER));
        check(Arm64, arm, "fine");
        check(X86_64, |elf| elf.kind = 1, "bootstrap: must be an ELF executable for Linux, got a library");
        check(
            X86_64,
            |elf| elf.interpreter = Some("/lib/ld-musl-x86_64.so.1"),
            "bootstrap: its loader must be `/lib64/ld-linux-x86-64.so.2`, got `/lib/ld-musl-x86_64.so.1`",
        );
        check(
            X86_64,
            |elf| elf.versions = vec!["GLIBC_2.34", "GLIBC_2.35", "GLIBC_2.3.4", "GCC_9.9", "GLIBC_ABI_DT_RELR"],
            "bootstrap: must need no glibc newer than 2.34, got GLIBC_2.35, GLIBC_ABI_DT_RELR",
        );
        check(
            X86_64,
            |elf| elf.versions = vec!["GLIBC_3.0"],
            "bootstrap: must need no glibc newer than 2.34, got GLIBC_3.0",
        );
        check(X86_64, |elf| elf.versions = vec!["GLIBC_PRIVATE", "GCC_3.0", "ZLIB_9.0"], "fine");
        let aborts = "bootstrap: a panic must unwind, and this program aborts";
        check(X86_64, |elf| elf.imports = vec!["_Unwind_Resume", "_Unwind_Backtrace"], aborts);
        let linked_statically = |text| {
            move |elf: &mut Builder| {
                (elf.interpreter, elf.text) = (None, text);
                elf.versions.clear();
                elf.imports.clear();
            }
        };
        check(X86_64, linked_statically("Rust and more"), aborts);
        check(X86_64, linked_statically("RRust panics must be rethrown"), "fine");
    }

    #[test]
    fn what_is_no_program_is_an_error() {
        for (bytes, found) in [
            (&b""[..], "a file of another kind"),
            (b"#!/bin/sh\n", "a file of another kind"),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01", "a file of another kind"),
            (b"\x7fELF\x01\x01\x01", "ELF that is not of 64 bits, little-endian"),
            (b"\x7fELF\x02\x01\x01", "ELF that is cut off, damaged or without sections"),
        ] {
            assert_eq!(super::check(bytes, Architecture::X86_64), Err(BinaryError::Kind { found }));
        }
    }

    #[test]
    fn every_error_says_how_to_build_it_right() {
        let errors = [
            (BinaryError::Kind { found: "" }, "aarch64-unknown-linux-gnu"),
            (BinaryError::Machine { expected: "", found: String::new() }, "--arch"),
            (BinaryError::Interpreter { expected: "", found: String::new() }, "cargo install cargo-zigbuild"),
            (BinaryError::Glibc { found: Vec::new() }, "cargo install cargo-zigbuild"),
            (BinaryError::Panic, "RUSTFLAGS"),
        ];
        for (error, expected) in errors {
            let help = error.help(Architecture::Arm64);
            assert!(help.contains(expected), "{error:?}: {help}");
        }
    }

    /// The evidence for unwinding is what this compiler really leaves in a program without names.
    #[test]
    fn a_compiled_program_says_whether_it_unwinds() {
        let folder = std::env::temp_dir().join(format!("async-lambda-unwind-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let source = folder.join("main.rs");
        std::fs::write(&source, "fn main() { let _ = std::panic::catch_unwind(|| std::env::args().nth(9).unwrap()); }")
            .unwrap();
        let dynamic: &[&str] = &[];
        let linked_statically: &[&str] = &["-Ctarget-feature=+crt-static"];
        for (panic, expected) in [("unwind", true), ("abort", false)] {
            for flags in [dynamic, linked_statically] {
                let program = folder.join("program");
                let compiled = Command::new("rustc")
                    .args(["--edition=2024", "-Copt-level=1", "-Cstrip=symbols", &format!("-Cpanic={panic}"), "-o"])
                    .arg(&program)
                    .arg(&source)
                    .args(flags)
                    .output();
                // A machine without a compiler, or without static libraries, has nothing to say here.
                if !compiled.is_ok_and(|compiled| compiled.status.success()) {
                    continue;
                }
                let bytes = std::fs::read(&program).unwrap();
                let Ok(elf) = elf::read(&bytes) else { continue };
                assert_eq!(unwinds(&elf, &bytes), expected, "{panic} {flags:?}");
                assert_eq!(elf.interpreter.is_some(), flags.is_empty(), "{panic} {flags:?}");
                // The words alone tell it too, as they must where the unwinder is linked statically.
                let nameless = Elf { imports: Vec::new(), ..elf };
                assert_eq!(unwinds(&nameless, &bytes), expected, "{panic} {flags:?}");
            }
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
