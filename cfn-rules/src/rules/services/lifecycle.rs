//! The stages in which AWS ends a service.

use cfn_model::Node;

use crate::{
    facts::values::path,
    rules::definition::{Entry, Reporter},
};

/// Reports a resource whose service is in a stage. `since` goes before the date, where it is known.
pub(crate) fn report(entry: &Entry<'_>, stage: &str, says: &str, since: &str, report: &mut Reporter<'_>) {
    let Some(kind) = entry.node.get("Type").and_then(Node::as_str) else { return };
    let lifecycle = entry.context.resource_type(kind).and_then(|known| known.lifecycle());
    let Some((_, date)) = lifecycle.filter(|(status, _)| *status == stage) else { return };
    let when = if date.is_empty() { String::new() } else { format!(" {since} {date}") };
    report.at(path(entry.name, &[]), format!("the service of {kind} {says}{when}"));
}
