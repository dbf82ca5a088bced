//! Environment variables of functions.

use cfn_model::{Finding, Node};

use crate::{codes as rules, facts::place::Place};

/// The names that Lambda sets itself and refuses in a configuration: the page "Working with Lambda environment
/// variables" of its guide.
const RESERVED: [&str; 18] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// Whether Lambda sets the environment variable of this name itself, and refuses it in a configuration.
///
/// ```
/// assert!(cfn_rules::is_reserved_variable("AWS_REGION"));
/// ```
pub fn is_reserved_variable(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether Lambda takes an environment variable of this name: a letter, then at least one letter, digit or
/// underscore. From the pattern of the keys in Lambda's API, `[a-zA-Z]([a-zA-Z0-9_])+`.
///
/// ```
/// use cfn_rules::is_variable_name;
///
/// assert!(is_variable_name("LOG_LEVEL") && !is_variable_name("log-level") && !is_variable_name("X"));
/// ```
pub fn is_variable_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.len() > 1 && name.as_bytes()[0].is_ascii_alphabetic() && name.bytes().all(is_part)
}

/// Reports the variables whose names are reserved.
pub(crate) fn names(node: &Node, place: &Place<'_>, findings: &mut Vec<Finding>) {
    for name in node.as_object().into_iter().flat_map(|variables| variables.keys()) {
        if is_reserved_variable(name) {
            let message = format!("`{name}` is a name that Lambda keeps for itself");
            let help = "remove it, or give it another name".to_owned();
            findings.push(Finding::new(&rules::E3663, place.key(name).to_path(), message).actual(name).help(help));
        }
    }
}
