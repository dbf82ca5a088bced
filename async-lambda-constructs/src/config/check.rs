//! Checks of a config file against its application.

use async_lambda_model::AppModel;
use cfn_model::{Finding, Node, Path};

use super::{
    Config, Setting, Settings, Staged, cors,
    found::Found,
    functions,
    keys::{STAGES, TASKS},
    media_types, merged, name,
    rules::{LIST_TWICE, NEW_CERTIFICATE, NO_CERTIFICATE, NO_DOMAIN, STAGE_OF_TASK, UNKNOWN_STAGE, UNKNOWN_TASK},
    values,
};
use crate::explain::suggest::did_you_mean;

/// How many names of stages a finding shows.
const MOST_SHOWN: usize = 20;

/// A list that a function gives is known only when the stack is deployed, so nothing can be added to it.
fn list_twice((key, list): (&str, &[Setting])) -> Option<Finding> {
    let whole = list.iter().find(|setting| setting.is_list)?;
    let other = list.iter().find(|setting| setting.path != whole.path)?;
    let message =
        format!("`{}`: nothing can be added to a list that a function gives, got `{}` too", whole.path, other.path);
    let help = format!("give `{key}` on one level only, or write its members out: `[{{\"Fn::Select\": ...}}, ...]`");
    Some(Finding::new(&LIST_TWICE, whole.path.clone(), message).help(Some(help)))
}

/// Where the certificate of a domain comes from: it is given, or made.
fn certificate(app: &Settings, stage: Option<&str>) -> Option<Finding> {
    let domain = app.domain_name.as_ref()?;
    let place = stage.map_or_else(String::new, |stage| format!(" of stage `{stage}`"));
    let new = app.auto_create_acm_certificate.as_ref().filter(|new| is_true(new));
    let (rule, at, message, help) = match (new, &app.certificate_arn, &app.hosted_zone_id) {
        (None, None, _) => {
            let message = "`domain_name`: must have a certificate, and `certificate_arn` is missing";
            let help = format!(
                "give the settings{place} a `certificate_arn`: one of ACM for that name; or `hosted_zone_id` and \
                 `\"auto_create_acm_certificate\": true`"
            );
            (&NO_CERTIFICATE, domain, message, help)
        }
        (Some(new), Some(_), _) => {
            let message = "`auto_create_acm_certificate`: must not come with `certificate_arn`, got both";
            let help =
                format!("remove one of them, or set `auto_create_acm_certificate` to false in the settings{place}");
            (&NEW_CERTIFICATE, new, message, help)
        }
        (Some(new), None, None) => {
            let message = "`auto_create_acm_certificate`: must come with `hosted_zone_id`, got none";
            let help = format!(
                "give the settings{place} the Route 53 hosted zone of the domain, in which a record proves that it is yours"
            );
            (&NEW_CERTIFICATE, new, message, help)
        }
        _ => return None,
    };
    Some(Finding::new(rule, at.path.clone(), message).help(help))
}

pub(crate) fn is_true(setting: &Setting) -> bool {
    setting.value == Node::Bool(true)
}

impl Config {
    /// Whether the file has settings of some stage, or declares one.
    pub(crate) fn has_stages(&self) -> bool {
        std::iter::once(&self.all).chain(self.tasks.values()).any(|staged| !staged.stages.is_empty())
    }

    /// Everything that is wrong with the file for this application at this stage. The paths lead into the file.
    ///
    /// Of each rule [1,000](super::MOST_OF_A_RULE) findings are listed; the last ones say how many more there are.
    pub fn check(&self, model: &AppModel, stage: Option<&str>) -> Vec<Finding> {
        let mut found = Found::default();
        let tasks = self.tasks.keys().chain(&self.unread).map(String::as_str);
        for task in tasks.filter(|task| model.task(task).is_none()) {
            found.push(&UNKNOWN_TASK, || {
                let path = Path::default().join(TASKS).join(task);
                let message = format!("`{}`: must be a task of application `{}`", values::shortened(task), model.name);
                let help = did_you_mean(task, model.tasks.iter().map(|task| task.id.as_str()));
                Finding::new(&UNKNOWN_TASK, path, message).actual(task).help(help)
            });
        }
        stage.and_then(|stage| self.unknown_stage(stage)).into_iter().for_each(|finding| found.push_once(finding));
        self.stages_of_tasks_only(&mut found);
        media_types::check(self).for_each(|finding| found.push_once(finding));
        for settings in std::iter::once(&self.all).chain(self.tasks.values()).flat_map(Staged::levels) {
            values::check(settings, &mut found);
        }
        self.domain_settings_alone(&mut found);
        let app = self.of_app(stage);
        let of_tasks = model.tasks.iter().map(|task| self.of_task(task.id.as_str(), stage));
        for settings in std::iter::once(app.clone()).chain(of_tasks) {
            // What is wrong with the application's own list would be said again for each task.
            settings.string_lists().filter_map(list_twice).for_each(|finding| found.push_once(finding));
        }
        name::check(self, model, stage).into_iter().for_each(|finding| found.push_once(finding));
        functions::signed_image(&app).into_iter().for_each(|finding| found.push_once(finding));
        for task in &model.tasks {
            self.wrong_numbers(model, task, stage).into_iter().for_each(|finding| found.push_once(finding));
        }
        cors::check(&app, model).into_iter().for_each(|finding| found.push_once(finding));
        certificate(&app, stage).into_iter().for_each(|finding| found.push_once(finding));
        // What was not read in full is nothing to look at together.
        if self.is_complete {
            merged::check(self, model, stage, &mut found);
        }
        let (listed, more) = found.finish();
        let (own, own_more) = self.findings.split_at(self.findings.len() - self.more);
        [own, &listed, own_more, &more].concat()
    }

    /// A file that names stages must name this one: otherwise a misspelt one would get no settings.
    fn unknown_stage(&self, stage: &str) -> Option<Finding> {
        let staged = || std::iter::once(&self.all).chain(self.tasks.values());
        let names = || staged().flat_map(|staged: &Staged| staged.stages.keys()).map(String::as_str);
        if names().next().is_none() || names().any(|name| name == stage) {
            return None;
        }
        let mut known: Vec<&str> = names().collect();
        known.sort_unstable();
        known.dedup();
        let message = format!("stage `{stage}`: must be named in the config file");
        let shown = known.iter().take(MOST_SHOWN).copied().collect::<Vec<_>>().join(", ");
        let rest = if known.len() > MOST_SHOWN { ", ..." } else { "" };
        let help = did_you_mean(stage, known).unwrap_or_else(|| declare(stage));
        let finding = Finding::new(&UNKNOWN_STAGE, Path::default().join(STAGES), message);
        Some(finding.expected(format!("{shown}{rest}")).actual(stage).help(help))
    }

    /// Settings of a domain, where no level of the file has a domain.
    fn domain_settings_alone(&self, found: &mut Found) {
        if self.all.levels().any(|settings| settings.domain_name.is_some()) {
            return;
        }
        for settings in self.all.levels() {
            let new_certificate = settings.auto_create_acm_certificate.clone().filter(is_true);
            for (key, setting) in [
                ("certificate_arn", &settings.certificate_arn),
                ("tls_version", &settings.tls_version),
                ("hosted_zone_id", &settings.hosted_zone_id),
                ("auto_create_acm_certificate", &new_certificate),
            ] {
                if let Some(setting) = setting {
                    let message = format!("`{key}`: must come with `domain_name`, got none");
                    let help = "add `domain_name`, or remove it: without a domain it does nothing".to_owned();
                    found.push_once(Finding::new(&NO_DOMAIN, setting.path.clone(), message).help(Some(help)));
                }
            }
        }
    }

    /// Stages under a task that the application's own list of stages does not have.
    fn stages_of_tasks_only(&self, found: &mut Found) {
        let known = &self.all.stages;
        if known.is_empty() {
            return;
        }
        for (task, staged) in &self.tasks {
            for stage in staged.stages.keys().filter(|stage| !known.contains_key(*stage)) {
                found.push(&STAGE_OF_TASK, || {
                    let path =
                        [TASKS, task, STAGES, stage].into_iter().fold(Path::default(), |path, key| path.join(key));
                    let name = values::shortened(stage);
                    let message =
                        format!("stage `{name}` of task `{task}`: must be among the stages of the application");
                    let help = did_you_mean(stage, known.keys().map(String::as_str)).unwrap_or_else(|| declare(stage));
                    Finding::new(&STAGE_OF_TASK, path, message).actual(stage).help(help)
                });
            }
        }
    }
}

/// A stage without settings of its own is declared with an empty object.
pub(crate) fn declare(stage: &str) -> String {
    format!(
        "if it has no settings of its own, declare it: `{{\"stages\": {{\"{}\": {{}}}}}}`",
        values::shortened(stage)
    )
}
