//! `cargo xtask COMMAND`: what this project does to itself.
//!
//! A command is one module with a `HELP` text and a `run` function, and one line in [`COMMANDS`].

use std::{ffi::OsString, path::Path, process::ExitCode};

pub use error::Error;

mod conformance;
mod corpus;
mod dashboard;
mod deny;
mod each_feature;
mod error;
mod features;
mod package;
mod process;
mod projects;
mod rules;
mod schema;
mod second_opinion;
mod shell;
mod shell_blocks;
mod tidy;
mod venv;

/// One command.
struct Command {
    name: &'static str,
    /// One line for the list of commands.
    about: &'static str,
    /// The output of `--help`.
    help: &'static str,
    /// Gets the arguments that follow the name of the command.
    run: fn(lexopt::Parser) -> Result<(), Error>,
}

/// All commands, in the order of the help text.
const COMMANDS: &[Command] = &[
    Command {
        name: "arm64",
        about: "build a bootstrap for arm64 in a Debian root, and run it once under qemu",
        help: conformance::arm64::HELP,
        run: conformance::arm64::run,
    },
    Command {
        name: "conformance",
        about: "compare the examples with what the official AWS tools and a moto server make of them",
        help: conformance::HELP,
        run: conformance::run,
    },
    Command {
        name: "corpus",
        about: "compare our findings on a corpus of templates with those of cfn-lint",
        help: corpus::HELP,
        run: corpus::run,
    },
    Command {
        name: "deny",
        about: "check the licences and the sources of what we depend on",
        help: deny::HELP,
        run: deny::run,
    },
    Command {
        name: "dashboard",
        about: "open the pages of the dashboard in a browser, and press their buttons",
        help: dashboard::HELP,
        run: dashboard::run,
    },
    Command {
        name: "each-feature",
        about: "compile every cargo feature on its own",
        help: each_feature::HELP,
        run: each_feature::run,
    },
    Command {
        name: "faults",
        about: "run a program under the Lambda emulator with a server that has faults",
        help: conformance::faults::HELP,
        run: conformance::faults::run,
    },
    Command {
        name: "features",
        about: "write the cargo features of cfn-model, one a service, or check that they are up to date",
        help: features::HELP,
        run: features::run,
    },
    Command {
        name: "local-clients",
        about: "have boto3 and the AWS CLI use SQS and S3 on a local port, and compare it with moto",
        help: conformance::local_clients::HELP,
        run: conformance::local_clients::run,
    },
    Command {
        name: "package",
        about: "package the crates as a registry would get them",
        help: package::HELP,
        run: package::run,
    },
    Command {
        name: "projects",
        about: "make a project of each template, and build, test and run it",
        help: projects::HELP,
        run: projects::run,
    },
    Command {
        name: "rules",
        about: "write the page of each rule and their index, or check that they are up to date",
        help: rules::HELP,
        run: rules::run,
    },
    Command {
        name: "schema",
        about: "make the data of cfn-schema from the pinned cfn-lint, or check that it is up to date",
        help: schema::HELP,
        run: schema::run,
    },
    Command {
        name: "second-opinion",
        about: "compare our findings on a corpus of templates with those of AWS's cloudformation-validate",
        help: second_opinion::HELP,
        run: second_opinion::run,
    },
    Command {
        name: "shell-blocks",
        about: "run the commands of README, docs and examples in a clone",
        help: shell_blocks::HELP,
        run: shell_blocks::run,
    },
    Command {
        name: "tidy",
        about: "check the rules of the house that a compiler does not know",
        help: tidy::HELP,
        run: tidy::run,
    },
    Command {
        name: "venv",
        about: "install the Python tools that the conformance checks use",
        help: venv::HELP,
        run: venv::run,
    },
];

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let wants_help = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    let name = match arguments.first().and_then(|name| name.to_str()) {
        Some(name) if !name.starts_with('-') => name.to_owned(),
        _ if wants_help => return overview(0),
        _ => return overview(2),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("error: command: must be one of the list, got `{name}`\n");
        return overview(2);
    };
    if wants_help {
        print!("{}", command.help);
        return ExitCode::SUCCESS;
    }
    arguments.remove(0);
    match (command.run)(lexopt::Parser::from_args(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn overview(exit_code: u8) -> ExitCode {
    let width = COMMANDS.iter().map(|command| command.name.len()).max().unwrap_or(0);
    let mut text = String::from("usage: cargo xtask COMMAND [OPTION]...   (COMMAND --help explains one)\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:width$}  {}\n", command.name, command.about));
    }
    match exit_code {
        0 => print!("{text}"),
        _ => eprint!("{text}"),
    }
    ExitCode::from(exit_code)
}

/// The folder that holds the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}
