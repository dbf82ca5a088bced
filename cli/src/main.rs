//! `cargo async-lambda`: see `cargo async-lambda --help`.

use std::process::ExitCode;

mod args;
mod error;
mod name;
mod new;
mod source;
mod template;

use args::{Command, Stop};

fn main() -> ExitCode {
    match args::parse(std::env::args_os()) {
        Ok(Command::New(command)) => match new::run(&command) {
            Ok(project) => {
                eprint!("{}", project.next_steps());
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("error: {error}");
                if let Some(help) = error.help() {
                    eprintln!("  = help: {help}");
                }
                ExitCode::FAILURE
            }
        },
        Err(Stop::Help(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(Stop::Usage(text)) => {
            eprint!("{text}");
            ExitCode::from(2)
        }
    }
}
