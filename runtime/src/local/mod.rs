//! Runs an application on a laptop: one task, and everything that it invokes.

mod actions;
mod apart;
mod api;
mod application;
mod arguments;
mod banner;
mod client;
mod control;
pub(crate) mod event;
pub(crate) mod gateway;
mod limits;
mod log;
mod metrics;
mod place;
pub(crate) mod request;
pub(crate) mod route;
mod server;
mod settings;
mod table;
mod told;
mod tree;
mod watch;
pub(crate) mod worker;
mod workers;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use async_lambda_model::Problem;
use tokio::runtime::Runtime;

use crate::{App, Engine, Recorder};
pub(crate) use arguments::Invoke;
use arguments::{Command, Format};
use settings::{Choice, Settings, SettingsError};
use tree::Run;

/// Everything that the command line can ask for and that can be wrong with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalError {
    #[error(transparent)]
    Arguments(#[from] lexopt::Error),
    #[error("{0}: must be {1}, got `{2}`")]
    Argument(&'static str, &'static str, String),
    #[error("task `{task}`: takes {options}, got {option}")]
    WrongOption { task: String, option: &'static str, options: String },
    #[error("task `{task}`: --path must match `{route}`, got `{path}`")]
    Path { task: String, route: String, path: String },
    #[error("task `{task}`: --path must be given, since `{route}` has parameters")]
    NoPath { task: String, route: String },
    #[error("task `{0}`: must be one of {1}")]
    UnknownTask(String, String),
    #[error("unknown command `{0}`: must be {1}")]
    UnknownCommand(String, String),
    #[error("`{command}` needs a {missing}; see --help")]
    Missing { command: &'static str, missing: String },
    #[error("{0}: {1}: {2}")]
    File(&'static str, String, io::Error),
    #[error("{0}: must be JSON: {1}")]
    Json(&'static str, serde_json::Error),
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// The end of the process: done, failed, or not understood.
enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
}

pub(crate) fn run(app: App, arguments: lexopt::Parser) -> ExitCode {
    let exit = match arguments::parse(arguments) {
        Ok(Command::Help) => {
            say(&arguments::help());
            Exit::Done
        }
        Ok(Command::Invoke(invoke)) if invoke.format == Format::Json && !apart::is_second() => {
            return apart::run_again().unwrap_or_else(|error| {
                eprintln!("error: --format json: the program cannot be started once more: {error}");
                ExitCode::FAILURE
            });
        }
        Ok(Command::Invoke(invoke)) => invoke_task(app, &invoke),
        Ok(Command::WebServer { port, settings }) => serve(app, port, &settings),
        Ok(Command::Run(options)) => application::run(app, &options),
        Ok(Command::Control(control)) => control::run(&control),
        Err(error) => usage(&error),
    };
    ExitCode::from(exit as u8)
}

/// The application behind the API that the settings describe, and the settings.
fn deployed(app: App, choice: &Choice) -> Result<(App, Settings), LocalError> {
    let settings = settings::read(choice)?;
    let has_cors = app.cors.is_some();
    let mut app = app.with_media_types(settings.media_types()?);
    metrics::log(&mut app);
    match settings.cors()? {
        Some(_) if !has_cors => {
            Err(settings.wrong_cors("`cors` must come with `App::cors`, got none".to_owned()).into())
        }
        cors => {
            let app = app.with_cors(&|| cors.clone()).map_err(|error| settings.wrong_cors(error.to_string()))?;
            Ok((app, settings))
        }
    }
}

fn invoke_task(app: App, invoke: &Invoke) -> Exit {
    log::init();
    let app = match deployed(app, &invoke.settings) {
        Ok((app, _)) => app,
        Err(error) => return usage(&error),
    };
    let binary = app.gateway().binary;
    let transport = Arc::new(Recorder::new());
    let engine = match Engine::new(app, Arc::clone(&transport)) {
        Ok(engine) => engine,
        Err(problems) => return failed(&problems),
    };
    let (task, event) = match engine.local_event(invoke, &binary) {
        Ok(found) => found,
        Err(error) => return usage(&error),
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return Exit::Failed;
        }
    };
    let run = runtime.block_on(tree::follow(&engine, &transport, task, event));
    match invoke.format {
        Format::Text => say(&run.to_string()),
        Format::Json => match apart::write(&format!("{}\n", run.to_json())) {
            // Somebody who has stopped reading need not be told.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                eprintln!("error: stdout: {error}");
                return Exit::Failed;
            }
            _ => {}
        },
    }
    if Run::has_failed(&run) { Exit::Failed } else { Exit::Done }
}

fn serve(app: App, port: u16, settings: &Choice) -> Exit {
    log::init();
    let app = match deployed(app, settings) {
        Ok((app, _)) => app,
        Err(error) => return usage(&error),
    };
    let gateway = app.gateway();
    let transport = Arc::new(Recorder::new());
    let engine = match Engine::new(app, Arc::clone(&transport)) {
        Ok(engine) => engine,
        Err(problems) => return failed(&problems),
    };
    let result = runtime().and_then(|runtime| runtime.block_on(server::serve(engine, transport, gateway, port)));
    match result {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!("error: port {port}: {error}");
            Exit::Failed
        }
    }
}

/// A runtime of one thread.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Writes to stdout. A reader that has stopped reading, `head` for one, need not be told of the rest.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

/// Writes a line to stderr. A stderr that is closed or full must not end a program that goes on.
fn tell(text: &str) {
    let mut out = io::stderr().lock();
    writeln!(out, "{text}").ok();
}

fn usage(error: &LocalError) -> Exit {
    eprintln!("error: {error}\n\n{}", arguments::USAGE);
    Exit::Usage
}

fn failed(problems: &[Problem]) -> Exit {
    for problem in problems {
        eprintln!("error: {problem}");
    }
    Exit::Failed
}
