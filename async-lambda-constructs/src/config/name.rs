//! The name of an application at a stage: the first part of every physical name.

use async_lambda_model::{AppModel, AppName};
use cfn_model::{Finding, Path};

use super::{Config, rules::NAME, values::shortened};

/// What stands for the name in code, and for the stage.
const APP: &str = "{app}";
const STAGE: &str = "{stage}";
/// The longest name of a function.
const LONGEST_FUNCTION: usize = 64;

impl Config {
    /// The name of the application at a stage: that in code, unless the file gives another one.
    pub(crate) fn name(&self, model: &AppModel, stage: Option<&str>) -> String {
        let settings = self.of_app(stage);
        let pattern = settings.name.as_ref().and_then(|setting| setting.value.as_str()).unwrap_or(APP);
        pattern.replace(APP, model.name.as_str()).replace(STAGE, stage.unwrap_or_default())
    }
}

/// Finds what is wrong with the name at this stage.
pub(super) fn check(config: &Config, model: &AppModel, stage: Option<&str>) -> Option<Finding> {
    let settings = config.of_app(stage);
    let setting = settings.name.as_ref()?;
    let pattern = setting.value.as_str()?;
    let finding = |message: String, actual: &str, help: String| {
        Some(Finding::new(&NAME, Path::clone(&setting.path), message).actual(actual).help(help))
    };
    if pattern.contains(STAGE) && stage.is_none() {
        let message = format!("`name`: `{STAGE}` must be filled in, and no stage is given");
        return finding(message, pattern, "choose one: `synth --stage prod`".to_owned());
    }
    let name = config.name(model, stage);
    if let Err(error) = AppName::new(name.clone()) {
        let message = format!("`name`: must be {}, got `{}`", error.rule, shortened(&name));
        return finding(message, &name, format!("`{APP}` is the name in code, and `{STAGE}` that of the stage"));
    }
    let own = model.tasks.iter().find(|task| task.invokes_external.iter().any(|target| target.app.as_str() == name));
    if let Some(task) = own.filter(|_| name != model.name.as_str()) {
        let message =
            format!("`name`: must not be that of another application that task `{}` invokes, got `{name}`", task.id);
        return finding(message, &name, "give it another name: both would have queues of one name".to_owned());
    }
    let suffix = if settings.image_uri.is_some() { "-image" } else { "" };
    let functions = model.tasks.iter().map(|task| format!("{name}-{}{suffix}", task.id));
    let longest = functions.max_by_key(String::len).filter(|function| function.len() > LONGEST_FUNCTION)?;
    let message = format!(
        "`name`: the name of a function must have at most {LONGEST_FUNCTION} characters, got `{longest}`, which has {}",
        longest.len()
    );
    finding(message, &name, "shorten the name, or the id of that task".to_owned())
}
