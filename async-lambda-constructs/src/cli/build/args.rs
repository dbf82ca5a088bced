//! The arguments of `build`.

use clap::{Arg, ArgMatches};

use super::super::{
    args::{self, EXIT_STATUS, Synth, choice, choices, subcommand},
    context,
};
use crate::context::Spec;

/// Its line among the examples of the program.
pub(in super::super) const EXAMPLE: &str = "  cargo run --bin synth -- build\n";

/// What `build` does on top of what `synth` does.
#[derive(Debug)]
pub(in super::super) struct Build {
    pub(super) synth: Synth,
    /// `None`: that of the application.
    pub(super) architecture: Option<Architecture>,
    pub(super) compiler: Option<Compiler>,
    pub(super) package: Option<String>,
    pub(super) binary: Option<String>,
}

choices! {
    /// The processor of a function.
    Architecture {
        X86 = "x86_64";
        Arm = "arm64";
    }
    /// What compiles.
    Compiler {
        Cargo = "cargo";
        Zigbuild = "cargo-zigbuild";
        Lambda = "cargo-lambda";
    }
}

impl Build {
    /// What was asked for.
    pub(in super::super) fn of(matches: &ArgMatches) -> Build {
        let architecture: Option<Architecture> = matches.get_one("arch").copied();
        let mut synth = args::synth(matches);
        synth.settings.architecture = architecture.map(|architecture| match architecture {
            Architecture::X86 => sam_resources::Architecture::X86_64,
            Architecture::Arm => sam_resources::Architecture::Arm64,
        });
        Build {
            synth,
            architecture,
            compiler: matches.get_one("compiler").copied(),
            package: matches.get_one("package").cloned(),
            binary: matches.get_one("bin").cloned(),
        }
    }
}

/// How it is declared.
pub(in super::super) fn command(specs: &[Spec]) -> clap::Command {
    let name = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("NAME").help(help);
    subcommand("build", "Writes the templates, and deployment.zip for Lambda", "[OPTIONS]")
        .args(args::synth_args(specs))
        .arg(choice::<Architecture>(
            "arch",
            "x86_64|arm64",
            "Processor of the functions [default:\nthat of the application, or x86_64]",
        ))
        .arg(choice::<Compiler>(
            "compiler",
            "NAME",
            "cargo, cargo-zigbuild or cargo-lambda\n[default: the one that is installed]",
        ))
        .arg(name("package", "The package of the program\n[default: that of this one]"))
        .arg(name("bin", "The program that becomes `bootstrap`\n[default: the one that is not `synth`]"))
        .after_help(format!(
            "{values}Examples:
  cargo run --bin synth -- build
  cargo run --bin synth -- build --arch arm64

The program is compiled for Amazon Linux 2023, with the feature `aws` if its
package has one, and the profile `bootstrap`: release, made small, unless the
workspace has `[profile.bootstrap]`. `bootstrap` and the folder `assets/` beside
Cargo.toml go to .async_lambda/build/deployment.zip, unless Lambda could not
run the program; with `--output`, below the folder of the template. No toolchain
is downloaded.

{EXIT_STATUS}",
            values = context::help(specs),
        ))
}
