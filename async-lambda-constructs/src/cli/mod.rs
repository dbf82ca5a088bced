//! The command line: what `cargo run --bin synth` does.
//!
//! [`main`] is the whole program. [`run`] is the same with everything that it touches handed in: arguments,
//! streams and an [`Environment`], so that tests need no process. Only this module prints and reads
//! the environment; only this one and [`package`](crate::package) touch the disk.
//!
//! Data goes to stdout, words go to stderr; the exit status says how it ended, see [`Exit`].

#[cfg_attr(not(feature = "app"), path = "no_application.rs")]
mod application;
mod args;
#[cfg_attr(not(feature = "package"), path = "no_build.rs")]
mod build;
mod environment;
mod explain;
mod files;
mod graph;
mod plan;
mod report;
mod stacks;
mod synth;
mod validate;

use std::{ffi::OsString, io::Read, process::ExitCode};

pub use cfn_validate::{Streams, Surroundings};
pub use environment::Environment;

use crate::project::{IntoStacks, Project};
use args::{Command, MessageFormat};
use cfn_validate::Stream;
use report::{Diagnostic, Reporter};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done,
    /// There are findings of severity error, or something failed.
    Failed,
    /// The arguments make no sense; for `validate`, which ends as `cfn-validate` does, also a file that cannot be read.
    Usage,
}

/// The main function of a synth program: does what the arguments of the process say with these stacks, or with
/// this application.
///
/// ```no_run
/// use async_lambda_constructs::Stack;
///
/// fn main() -> std::process::ExitCode {
///     async_lambda_constructs::main(Stack::new("orders"))
/// }
/// ```
pub fn main<Kind>(project: impl IntoStacks<Kind>) -> ExitCode {
    let environment = Environment::of_process();
    Streams::of_process(|streams| run(project, std::env::args_os().skip(1), streams, &environment)).into()
}

/// Does what the arguments say. `arguments` are those behind the program's name.
pub fn run<Kind>(
    project: impl IntoStacks<Kind>,
    arguments: impl IntoIterator<Item = OsString>,
    streams: Streams<'_>,
    environment: &Environment,
) -> Exit {
    let mut out = Stream::new(streams.out);
    let mut err = Stream::new(streams.err);
    let arguments = match args::parse(arguments) {
        Ok(arguments) => arguments,
        Err(args::Stop::Help(text)) => {
            out.write(&text);
            return end(Exit::Done, out, err);
        }
        Err(args::Stop::Usage(text)) => {
            err.write(&text);
            return end(Exit::Usage, out, err);
        }
    };
    let mut session = Session {
        reporter: Reporter::new(arguments.message_format, arguments.color, environment),
        message_format: arguments.message_format,
        input: streams.input,
        out,
        err,
        environment,
    };
    let exit = match arguments.command {
        Command::Synth(command) => match made(&mut session, project) {
            Ok(project) => synth::run(&mut session, project, &command),
            Err(exit) => exit,
        },
        Command::Build(command) => match made(&mut session, project) {
            Ok(project) => build::run(&mut session, project, &command),
            Err(exit) => exit,
        },
        Command::Validate(command) => validate::run(&mut session, &command),
        Command::Explain(command) => explain::run(&mut session, &command),
        Command::Graph(command) => match made(&mut session, project) {
            Ok(project) => graph::run(&mut session, project, &command),
            Err(exit) => exit,
        },
        Command::List(chosen) => match made(&mut session, project) {
            Ok(project) => application::list(&mut session, project, &chosen),
            Err(exit) => exit,
        },
        Command::ConfigSchema => application::config_schema(&mut session),
        Command::Version => version(&mut session),
    };
    end(exit, session.out, session.err)
}

/// What the program is about, for the commands that need it; `validate` and `explain` work without.
fn made<Kind>(session: &mut Session<'_>, project: impl IntoStacks<Kind>) -> Result<Project, Exit> {
    project.into_project().map_err(|error| session.fail(error.to_string(), None))
}

/// What every command works with.
struct Session<'a> {
    reporter: Reporter,
    message_format: MessageFormat,
    input: &'a mut dyn Read,
    out: Stream<'a>,
    err: Stream<'a>,
    environment: &'a Environment,
}

impl Session<'_> {
    /// Says what went wrong, where it is no finding about a template, and gives the exit status for it.
    fn fail(&mut self, message: impl Into<String>, help: Option<String>) -> Exit {
        let mut diagnostic = Diagnostic::error(message);
        diagnostic.help = help;
        self.report_failure(&diagnostic)
    }

    fn report_failure(&mut self, diagnostic: &Diagnostic) -> Exit {
        let text = self.reporter.for_err(diagnostic);
        self.err.write(&text);
        Exit::Failed
    }

    /// Says that the arguments make no sense together.
    fn usage(&mut self, message: impl Into<String>, help: impl Into<String>) -> Exit {
        self.fail(message, Some(help.into()));
        Exit::Usage
    }
}

/// The version of this crate and of the schemas, each on a line.
fn version(session: &mut Session<'_>) -> Exit {
    let (version, schemas) = (env!("CARGO_PKG_VERSION"), cfn_schema::fingerprint());
    let types = cfn_schema::resource_types().len();
    session.out.write(&match session.message_format {
        MessageFormat::Human => {
            format!("async-lambda-constructs {version}\nresource types          {types}\nschema fingerprint      {schemas}\n")
        }
        MessageFormat::Json => {
            let value = serde_json::json!({"version": version, "types": types, "schemas": schemas});
            format!("{value}\n")
        }
    });
    Exit::Done
}

/// Flushes both streams. What could not be written is a failure, unless nobody was reading any more.
fn end(exit: Exit, mut out: Stream<'_>, mut err: Stream<'_>) -> Exit {
    let failure = out.finish();
    if let Err(error) = &failure {
        err.write(&format!("error: stdout: {}\n", files::plain(error)));
    }
    // When stderr is what cannot be written there is nobody left to tell.
    let told = err.finish();
    if failure.is_err() || told.is_err() { if exit == Exit::Usage { exit } else { Exit::Failed } } else { exit }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
        })
    }
}
