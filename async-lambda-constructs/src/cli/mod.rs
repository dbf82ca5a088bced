//! The command line: what `cargo run --bin synth` does.
//!
//! [`main`] is the whole program. [`run`] is the same with everything that it touches handed in: arguments,
//! streams and an [`Environment`], so that tests need no process. Only this module prints and reads
//! the environment; only this one, and what it calls to package, touch the disk.
//!
//! Data goes to stdout, words go to stderr; the exit status says how it ended, see [`Exit`].

#[cfg_attr(not(feature = "app"), path = "no_application.rs")]
mod application;
mod args;
#[cfg_attr(not(feature = "assets"), path = "no_assets.rs")]
mod assets;
#[cfg_attr(not(feature = "package"), path = "no_build.rs")]
mod build;
mod context;
mod environment;
mod explain;
mod files;
mod graph;
mod moved;
mod plan;
mod report;
mod stacks;
mod synth;
mod validate;

use std::{ffi::OsString, io::Read, process::ExitCode};

pub use cfn_validate::{Streams, Surroundings};
pub use environment::Environment;

use crate::{
    context::{Context, Declarations, Spec, Used},
    project::{IntoStacks, Project},
};
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

/// The main function of a synth program that wants [values from outside](crate::context): `--context stage=prod`. They are declared
/// first, so that `--help` lists them, and the function gets them, in its own types.
///
/// ```no_run
/// use async_lambda_constructs::{Stack, context, main_with};
///
/// fn main() -> std::process::ExitCode {
///     let stage = context::value::<String>("stage", "the stage to deploy").one_of(["dev", "prod"]).default("dev");
///     main_with(stage, |stage| Stack::new(format!("orders-{stage}")))
/// }
/// ```
pub fn main_with<C: Context, P: IntoStacks<Kind>, Kind>(context: C, make: impl FnOnce(C::Values) -> P) -> ExitCode {
    let environment = Environment::of_process();
    let arguments = std::env::args_os().skip(1);
    Streams::of_process(|streams| run_with(context, make, arguments, streams, &environment)).into()
}

/// Does what the arguments say. `arguments` are those behind the program's name.
pub fn run<Kind>(
    project: impl IntoStacks<Kind>,
    arguments: impl IntoIterator<Item = OsString>,
    streams: Streams<'_>,
    environment: &Environment,
) -> Exit {
    run_with((), |()| project, arguments, streams, environment)
}

/// Does what the arguments say, with the values from outside that they give.
pub fn run_with<C: Context, P: IntoStacks<Kind>, Kind>(
    context: C,
    make: impl FnOnce(C::Values) -> P,
    arguments: impl IntoIterator<Item = OsString>,
    streams: Streams<'_>,
    environment: &Environment,
) -> Exit {
    let mut declarations = Declarations::default();
    context.declare(&mut declarations);
    let specs = declarations.into_specs();
    let make = |session: &mut Session<'_>, specs: &[Spec], texts: &[String]| {
        let values = context::values(session, context, specs, texts)?;
        make(values).into_project().map_err(|error| session.fail(error.to_string(), None))
    };
    run_program(&specs, make, arguments.into_iter().collect(), streams, environment)
}

/// Does what the arguments say. `make` makes what the program is about, for the commands that need it; `validate` and `explain`
/// work without.
fn run_program(
    specs: &[Spec],
    make: impl FnOnce(&mut Session<'_>, &[Spec], &[String]) -> Result<Project, Exit>,
    arguments: Vec<OsString>,
    streams: Streams<'_>,
    environment: &Environment,
) -> Exit {
    let mut out = Stream::new(streams.out);
    let mut err = Stream::new(streams.err);
    let arguments = match args::parse(arguments, specs) {
        Ok(arguments) => arguments,
        Err(args::Stop::Help(text)) => {
            out.write(&environment.help(&text));
            return end(Exit::Done, out, err);
        }
        Err(args::Stop::Usage(text)) => {
            err.write(&environment.help(&text));
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
        used: Used::default(),
    };
    let context = arguments.context;
    let exit = match arguments.command {
        Command::Validate(command) => validate::run(&mut session, &command),
        Command::Explain(command) => explain::run(&mut session, &command),
        Command::ConfigSchema => application::config_schema(&mut session),
        Command::Version => version(&mut session),
        Command::Graph(command) if !command.files.is_empty() => graph::of_files(&mut session, &command, &context),
        command => match make(&mut session, specs, &context) {
            Ok(project) => with_project(&mut session, project, command),
            Err(exit) => exit,
        },
    };
    end(exit, session.out, session.err)
}

/// The commands that are about the stacks.
fn with_project(session: &mut Session<'_>, project: Project, command: Command) -> Exit {
    match command {
        Command::Build(command) => build::run(session, project, &command),
        Command::Graph(command) => graph::run(session, project, &command),
        Command::List(chosen) => application::list(session, project, &chosen),
        Command::Synth(command) => synth::run(session, project, &command),
        Command::Validate(_) | Command::Explain(_) | Command::ConfigSchema | Command::Version => Exit::Done,
    }
}

/// What every command works with.
struct Session<'a> {
    reporter: Reporter,
    message_format: MessageFormat,
    input: &'a mut dyn Read,
    out: Stream<'a>,
    err: Stream<'a>,
    environment: &'a Environment,
    /// The values from outside that the stacks were made with.
    used: Used,
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
