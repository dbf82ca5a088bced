//! Advice about a template, for somebody who wrote an application and not the template.

use async_lambda_model::{AppModel, TaskModel};
use cfn_model::{Finding, IntoNode, Path, Template};

use super::names;
use crate::Synthesized;

/// A dead-letter queue that nobody watches.
const UNWATCHED: &str = "AL1006";

/// A message that comes back while its function is still running, or may be.
const VISIBILITY: [&str; 2] = ["AL1008", "AL1030"];

/// Puts advice into words of the application.
pub(crate) fn in_words_of(model: &AppModel, stack: &mut Synthesized) {
    let Synthesized { template, report, .. } = stack;
    for finding in report.findings.iter_mut().filter(|finding| VISIBILITY.contains(&finding.rule.code)) {
        if let Some(path) = changed_timeout(model, template, &finding.path) {
            finding.path = path;
            finding.origin = template.origin(&finding.path);
        }
    }
    let of_letters = |finding: &&mut Finding| {
        finding.rule.code == UNWATCHED && finding.path.logical_id() == Some(("Resources", names::DEAD_LETTERS))
    };
    for finding in report.findings.iter_mut().filter(of_letters) {
        let id = names::DEAD_LETTERS;
        finding.help = Some(format!(
            "in `app().with_resources(|stack| ...)`, say `stack.alarm_on_dead_letters(topic_arn)`, or give the config file a \
             `queue_age_alarm`, or say `stack.ignore(\"{id}\", \"{UNWATCHED}\", \"the reason\")`"
        ));
    }
}

/// The place of a function's timeout, where its queue has the visibility timeout that the application gave it: then it is
/// the function's timeout that was changed.
fn changed_timeout(model: &AppModel, template: &Template, path: &Path) -> Option<Path> {
    let (_, id) = path.logical_id().filter(|_| path.0.last() == Some(&"VisibilityTimeout".into()))?;
    let is_queue_of = |task: &&TaskModel| {
        (0..task.lanes().get()).any(|lane| names::queue_of_lane(task.id.as_str(), lane).as_str() == id)
    };
    let task = model.tasks.iter().find(is_queue_of)?;
    let is_unchanged =
        template.resource(id)?["Properties"]["VisibilityTimeout"] == task.visibility_timeout().into_node();
    let function = names::function(task.id.as_str());
    let place = ["Resources", function.as_str(), "Properties", "Timeout"];
    is_unchanged.then(|| Path(place.into_iter().map(Into::into).collect()))
}
