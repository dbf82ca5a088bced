//! Where a program begins.

use std::process::ExitCode;

use crate::{App, Error};

/// Where Lambda listens for a runtime: set there, and nowhere else.
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
pub fn main<S: Send + Sync + 'static>(app: App<S>) -> ExitCode {
    let on_lambda = std::env::var_os(RUNTIME_API).is_some();
    let result = if cfg!(panic = "abort") {
        Err("profile: `panic` must be \"unwind\", so that a panic fails one record and not the batch".into())
    } else if on_lambda {
        run_on_lambda(app).map(|()| ExitCode::SUCCESS)
    } else {
        run_locally(app)
    };
    match result {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "aws")]
fn run_on_lambda<S: Send + Sync + 'static>(app: App<S>) -> Result<(), Error> {
    crate::lambda::run(app)
}

#[cfg(not(feature = "aws"))]
fn run_on_lambda<S: Send + Sync + 'static>(_: App<S>) -> Result<(), Error> {
    Err("features: `async-lambda` must have the feature `aws` to run on Lambda".into())
}

#[cfg(feature = "local")]
fn run_locally<S: Send + Sync + 'static>(app: App<S>) -> Result<ExitCode, Error> {
    Ok(crate::local::run(app, lexopt::Parser::from_env()))
}

#[cfg(not(feature = "local"))]
fn run_locally<S: Send + Sync + 'static>(_: App<S>) -> Result<ExitCode, Error> {
    Err("features: `async-lambda` must have the feature `local` to run elsewhere than on Lambda".into())
}
