//! Runs on Lambda. This and the local runs are what reads the environment and the clock.

mod aws;
mod init;
mod log;
mod metrics;
mod watchdog;

use std::{
    env,
    pin::pin,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda_model::AppName;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tokio::time::{Instant, timeout};

#[cfg(feature = "table")]
pub(crate) use aws::want_tables;
pub use aws::{Aws, AwsError};
pub(crate) use aws::{want_calls, want_once_table, want_schedules, want_visibility};
pub(crate) use metrics::write as write_metrics;
use watchdog::Watchdog;

use crate::{
    App, BoxError, Context, Engine,
    environment::{configured, ready, task_id},
};

/// After this long, and each time again, an initialization that is not done is in the log. Lambda gives it 10 s.
const PATIENCE: Duration = Duration::from_secs(4);

/// The name of the application, where the template gives it another one than the code.
const APP_NAME: &str = "ASYNC_LAMBDA_APP_NAME";
/// Asks Lambda for events until there are no more; not at all if there is a reason not to. What goes wrong before the
/// first event is in the log, and Lambda is told.
pub(crate) fn run(app: App, refused: Option<BoxError>) -> ExitCode {
    log::init();
    // One event at a time is what a function gets: threads would cost start time and memory for nothing.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(kind = "init", reason = %error, "initialization failed");
            return ExitCode::FAILURE;
        }
    };
    let exit = runtime.block_on(async {
        let prepared = match refused {
            Some(error) => Err(("Profile", error)),
            None => patiently(prepare(app)).await,
        };
        let (engine, task) = match prepared {
            Ok(prepared) => prepared,
            Err((error_type, error)) => {
                init::report(error_type, &error).await;
                return ExitCode::FAILURE;
            }
        };
        match serve(&engine, &task).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!(kind = "runtime", reason = %error, "Lambda gave no further event");
                ExitCode::FAILURE
            }
        }
    });
    // Otherwise the process would wait for threads that block, and Lambda for the process.
    runtime.shutdown_background();
    exit
}

/// Says from time to time that the initialization is not done: what hangs there is stopped by Lambda without a word.
async fn patiently<T>(preparation: impl Future<Output = T>) -> T {
    let mut preparation = pin!(preparation);
    let begin = Instant::now();
    loop {
        if let Ok(prepared) = timeout(PATIENCE, preparation.as_mut()).await {
            return prepared;
        }
        let seconds = begin.elapsed().as_secs();
        tracing::warn!(
            kind = "init",
            seconds,
            "initialization is not done: the application's state is still being made"
        );
    }
}

async fn serve(engine: &Engine, task: &str) -> Result<(), BoxError> {
    let watchdog = Watchdog::new(engine.clone());
    let watchdog = &watchdog;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let context = context(&event.context);
        let _watched = watchdog.watch(&context);
        let result = engine.invoke(task, event.payload, context).await;
        result.map_err(|error| Diagnostic { error_type: error.kind.to_owned(), error_message: error.reason })
    }))
    .await
}

/// The engine, and the task that this function is for, ready for events. An error comes with its type.
async fn prepare(app: App) -> Result<(Engine, String), (&'static str, BoxError)> {
    let task = task_id().map_err(|error| ("Environment", error))?;
    let name = application_name(app.name(), env::var(APP_NAME).ok()).map_err(|error| ("Environment", error))?;
    let mut app = configured(app).map_err(|error| ("Environment", error))?;
    if let Some(meter) = &mut app.meter {
        meter.write_on_lambda(&name);
    }
    ready(Engine::deployed(app, Aws::of_function(name)), task).await
}

/// The name that the queues of the application have: that in code, unless the template gives another one, for a stage.
fn application_name(in_code: &str, given: Option<String>) -> Result<String, BoxError> {
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(in_code.to_owned()) };
    let name = AppName::new(given).map_err(|error| format!("environment: `{APP_NAME}`: {error}"))?;
    Ok(name.into())
}

fn context(context: &lambda_runtime::Context) -> Context {
    let deadline = UNIX_EPOCH + Duration::from_millis(context.deadline);
    // A deadline that has passed, or a clock that is off, leaves no time.
    let remaining = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    Context {
        request_id: context.request_id.clone(),
        function_arn: context.invoked_function_arn.clone(),
        // SQS refuses an attribute that is empty.
        trace_header: context.xray_trace_id.clone().filter(|header| !header.is_empty()),
        deadline: Some(Instant::now() + remaining),
    }
}

#[cfg(test)]
mod tests {
    use super::application_name;

    #[test]
    fn the_template_may_give_another_name() {
        let name =
            |given: Option<&str>| application_name("shop", given.map(str::to_owned)).map_err(|error| error.to_string());
        assert_eq!(name(None).as_deref(), Ok("shop"));
        assert_eq!(name(Some("")).as_deref(), Ok("shop"));
        assert_eq!(name(Some("shop-prod")).as_deref(), Ok("shop-prod"));
        let error = name(Some("shop/prod")).unwrap_err();
        let rule = "application name `shop/prod`: must be 1 to 62 letters, digits, `-` and `_`";
        assert_eq!(error, format!("environment: `ASYNC_LAMBDA_APP_NAME`: {rule}"));
    }
}
