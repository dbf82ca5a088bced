//! The start of a program.

use std::process::ExitCode;

use crate::{App, BoxError};

/// The variable with the address at which Lambda listens for a runtime: set there, and nowhere else.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Runs an application: on Lambda the task that `ASYNC_LAMBDA_TASK_ID` names, elsewhere what the command line says.
///
/// ```no_run
/// # fn app() -> async_lambda::App { async_lambda::App::new("photo-app") }
/// fn main() -> std::process::ExitCode {
///     async_lambda::main(app())
/// }
/// ```
///
/// A program that aborts on a panic is refused: one bad record would take a whole batch with it.
///
/// Nothing runs when a function ends: Lambda sends `SIGTERM` only to functions with an extension, and stops the process
/// otherwise. Whatever has to be written is written before a handler returns.
pub fn main(app: App) -> ExitCode {
    #[cfg(feature = "local")]
    if std::env::var_os(async_lambda_local::workers::WORKER).is_some() {
        return crate::local::worker::run(app, aborts());
    }
    let on_lambda = std::env::var_os(RUNTIME_API).is_some();
    if on_lambda {
        return run_on_lambda(app);
    }
    match aborts().map_or(Ok(()), Err).and_then(|()| run_locally(app)) {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The reason not to run a program that aborts on a panic.
fn aborts() -> Option<BoxError> {
    let error = "profile: `panic` must be \"unwind\", so that a panic fails one record and not the batch";
    cfg!(panic = "abort").then(|| error.into())
}

#[cfg(feature = "aws")]
fn run_on_lambda(app: App) -> ExitCode {
    crate::lambda::run(app, aborts())
}

#[cfg(not(feature = "aws"))]
fn run_on_lambda(_: App) -> ExitCode {
    let message = "features: `async-lambda` must have the feature `aws` to run on Lambda";
    eprintln!("{}", serde_json::json!({ "level": "ERROR", "message": message }));
    ExitCode::FAILURE
}

#[cfg(feature = "local")]
fn run_locally(app: App) -> Result<ExitCode, BoxError> {
    Ok(crate::local::run(app, lexopt::Parser::from_env()))
}

#[cfg(not(feature = "local"))]
fn run_locally(_: App) -> Result<ExitCode, BoxError> {
    Err("features: `async-lambda` must have the feature `local` to run elsewhere than on Lambda".into())
}
