//! Filters of event source mappings.

use serde_json::Value;

use super::refused;
use crate::{Problem, TaskModel};

/// The most filters of an event source mapping: Lambda's quota is 5, and can be raised to this.
const MAX_FILTERS: usize = 10;
/// The longest pattern, in characters (`Pattern` of `FilterCriteria`).
const MAX_PATTERN: usize = 4096;

/// Reports mistakes in the filters of a task.
pub(super) fn check(filters: &[Value], task: &TaskModel, problems: &mut Vec<Problem>) {
    if filters.len() > MAX_FILTERS {
        let message = format!("filters: must be at most {MAX_FILTERS}, got {}", filters.len());
        problems.push(refused(task, message, "put several values of one key into one list"));
    }
    for filter in filters {
        let text = filter.to_string();
        let length = text.chars().count();
        if length > MAX_PATTERN {
            let message = format!("filter: must have at most {MAX_PATTERN} characters, has {length}");
            problems.push(refused(task, message, "split it into several filters"));
        } else if filter.as_object().is_none_or(|keys| keys.is_empty()) {
            let message = format!("filter: must be an object with at least one key, got `{text}`");
            problems.push(refused(task, message, "write `{\"body\": {\"kind\": [\"order\"]}}` for example"));
        } else if let Some((place, wrong)) = broken(filter, "") {
            let message = format!("filter `{text}`: `{place}` must be a list of values or an object, got `{wrong}`");
            let help = match wrong {
                Value::Array(_) => "write at least one value".to_owned(),
                Value::Object(_) => "write at least one key".to_owned(),
                value => format!("write `[{value}]`"),
            };
            problems.push(refused(task, message, help));
        }
    }
}

/// The first value, and its place, that is no list of values and no object of such: Lambda compares with every value of a
/// list, and knows nothing else. The objects in a list are operators, `{"prefix": "a"}`, of which Lambda may know more than we.
fn broken<'a>(pattern: &'a Value, place: &str) -> Option<(String, &'a Value)> {
    let is_value = |value: &Value| !value.is_array();
    match pattern {
        Value::Object(keys) if !keys.is_empty() => keys.iter().find_map(|(key, value)| {
            let place = if place.is_empty() { key.clone() } else { format!("{place}/{key}") };
            broken(value, &place)
        }),
        Value::Array(values) if !values.is_empty() && values.iter().all(is_value) => None,
        other => Some((place.to_owned(), other)),
    }
}
