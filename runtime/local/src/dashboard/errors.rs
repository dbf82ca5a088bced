//! Failures, by their messages.

use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
};
use crate::problem::Problem;

/// The most groups in an answer.
const MOST: usize = 200;

/// A group of failures.
pub(super) fn row(problem: &Problem) -> Value {
    json!({
        "pattern": problem.pattern,
        "text": problem.text,
        "count": problem.count,
        "first": problem.first,
        "last": problem.last,
        "run": problem.run,
        "tasks": problem.tasks.iter().map(|task| task.as_str()).collect::<Vec<_>>(),
    })
}

/// `error ls`
pub(super) fn list(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    let (rows, count) = dashboard.cloud.look(|_, history| {
        let problems = history.problems();
        let newest = problems.newest();
        (newest.into_iter().take(MOST).map(row).collect::<Vec<_>>(), problems.len())
    });
    Ok(json!({"errors": rows, "count": count}))
}
