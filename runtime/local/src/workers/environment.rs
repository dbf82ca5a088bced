//! Environment variables of workers: those that Lambda sets.

use std::{ffi::OsString, net::SocketAddr};

use async_lambda_model::TaskId;

use super::{RUNTIME_API, TASK_ID, WORKER, WorkersConfig};
use crate::{
    mapping::{ACCOUNT, REGION},
    plan::Plan,
};

/// The memory of functions that say nothing else, in MB.
const DEFAULT_MEMORY: i64 = 128;

/// The name of a task's function.
fn function(plan: &Plan, task: &TaskId) -> String {
    format!("{}-{task}", plan.model.name)
}

/// The ARN of a task's function.
pub(super) fn function_arn(plan: &Plan, task: &TaskId) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", function(plan, task))
}

/// Variables of a worker beside those of this process, by "Defined runtime environment variables" of Lambda's developer guide.
pub(super) fn variables(
    plan: &Plan,
    config: &WorkersConfig,
    task: &TaskId,
    address: SocketAddr,
    key: &str,
) -> Vec<(String, OsString)> {
    let function = function(plan, task);
    let memory = plan.model.task(task.as_str()).and_then(|task| task.options.memory);
    let memory = memory.map_or(DEFAULT_MEMORY, |memory| memory.get());
    let default = [("TZ", ":UTC".to_owned())];
    // A function cannot have variables of these names.
    let reserved = [
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{function}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/[$LATEST]{key}")),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("_HANDLER", "bootstrap".to_owned()),
        // Without the scheme, Lambda's runtime for Rust takes no path.
        (RUNTIME_API, format!("http://{address}/{key}")),
        (TASK_ID, task.to_string()),
        (WORKER, "1".to_owned()),
    ];
    let named = |(name, value): (&str, String)| (name.to_owned(), value);
    let own = (config.environment)(task);
    let all = default.map(named).into_iter().chain(own).chain(reserved.map(named));
    all.map(|(name, value)| (name, value.into())).collect()
}
