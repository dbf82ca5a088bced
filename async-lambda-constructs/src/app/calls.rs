//! Calls of function tasks: the caller waits, so its time should be longer.

use async_lambda_model::AppModel;
use cfn_model::{Finding, Node, Template};
use cfn_rules::codes::AL0134;

use super::{integrity::place, names};
use crate::config::Found;

const TIMEOUT: &str = "Timeout";

/// Reports callers whose time is not longer than that of a function that they call.
pub(super) fn short_timeouts(model: &AppModel, template: &Template, found: &mut Found) {
    let timeout = |task: &str| match &template.resource(&names::function(task))?["Properties"][TIMEOUT] {
        Node::Number(seconds) => seconds.as_i64(),
        _ => None,
    };
    for task in &model.tasks {
        let id = task.id.as_str();
        for target in &task.calls {
            let (Some(own), Some(called)) = (timeout(id), timeout(target.as_str())) else { continue };
            if own > called {
                continue;
            }
            found.push(&AL0134, || {
                let message = format!(
                    "task `{id}`: its timeout should be longer than the {called} s of `{target}`, which it calls, got {own} s"
                );
                let help = format!(
                    "raise the timeout of `{id}`, or lower that of `{target}` with `task(handler).timeout_secs(..)`: a caller \
                     whose time is up first gets no answer, and the call is made and paid for"
                );
                Finding::new(&AL0134, place(&names::function(id), &[TIMEOUT]), message).actual(own.to_string()).help(help)
            });
        }
    }
}
