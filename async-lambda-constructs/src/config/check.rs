//! Whether a file of settings fits its application.

use async_lambda_model::AppModel;
use cfn_model::{Finding, Path};

use super::{
    Config, Setting, Staged,
    keys::{STAGES, TASKS},
    rules::{LIST_TWICE, NO_CERTIFICATE, UNKNOWN_STAGE, UNKNOWN_TASK},
};
use crate::explain::did_you_mean;

/// A list that a function gives is known only when the stack is deployed, so nothing can be added to it.
fn list_twice((key, list): (&str, &[Setting])) -> Option<Finding> {
    let whole = list.iter().find(|setting| setting.is_list)?;
    let other = list.iter().find(|setting| setting.path != whole.path)?;
    let message =
        format!("`{}`: nothing can be added to a list that a function gives, got `{}` too", whole.path, other.path);
    let help = format!("give `{key}` on one level only, or write its members out: `[{{\"Fn::Select\": ...}}, ...]`");
    Some(Finding::new(&LIST_TWICE, whole.path.clone(), message).help(Some(help)))
}

impl Config {
    /// Everything that is wrong with the file for this application at this stage. The paths lead into the file.
    pub fn check(&self, model: &AppModel, stage: Option<&str>) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        for task in self.tasks.keys().filter(|task| model.task(task).is_none()) {
            let path = Path::default().join(TASKS).join(task.as_str());
            let message = format!("`{task}`: must be a task of application `{}`", model.name);
            let help = did_you_mean(task, model.tasks.iter().map(|task| task.id.as_str()));
            findings.push(Finding::new(&UNKNOWN_TASK, path, message).actual(task).help(help));
        }
        findings.extend(stage.and_then(|stage| self.unknown_stage(stage)));
        for settings in
            std::iter::once(self.of_app(stage)).chain(self.tasks.keys().map(|task| self.of_task(task, stage)))
        {
            for finding in settings.text_lists().into_iter().filter_map(list_twice) {
                // What is wrong with the application's own list would be said again for each task.
                if !findings.contains(&finding) {
                    findings.push(finding);
                }
            }
        }
        let app = self.of_app(stage);
        if let (Some(domain), None) = (app.domain_name, app.certificate_arn) {
            let message = "`domain_name`: must have a certificate, and `certificate_arn` is missing";
            let place = stage.map_or_else(String::new, |stage| format!(" of stage `{stage}`"));
            let help = format!("give the settings{place} a `certificate_arn`: one of ACM for that name");
            findings.push(Finding::new(&NO_CERTIFICATE, domain.path, message).help(Some(help)));
        }
        findings
    }

    /// A file that names stages is probably meant to name this one.
    fn unknown_stage(&self, stage: &str) -> Option<Finding> {
        let staged = || std::iter::once(&self.all).chain(self.tasks.values());
        let names = || staged().flat_map(|staged: &Staged| staged.stages.keys()).map(String::as_str);
        if names().next().is_none() || names().any(|name| name == stage) {
            return None;
        }
        let mut known: Vec<&str> = names().collect();
        known.sort_unstable();
        known.dedup();
        let message = format!("stage `{stage}`: must be one that the file names");
        let finding = Finding::new(&UNKNOWN_STAGE, Path::default().join(STAGES), message);
        Some(finding.expected(known.join(", ")).actual(stage).help(did_you_mean(stage, known)))
    }
}
