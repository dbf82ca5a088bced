//! From what the program is about to stacks: for an application, with the stage and the settings that were given.

use std::path::{Path, PathBuf};

use async_lambda_model::{AppModel, AppName};
use cfn_model::{Finding, Node, Severity};
use cfn_rules::codes::AL0106;

use super::{
    Exit, Session, args, files,
    report::{self, Diagnostic, Settings},
};
use crate::{
    AppStack, Stack, app,
    config::{self, Config},
    project::{Project, Resources},
};

/// Where settings are looked for, as in the Python package.
const CONFIG: &str = ".async_lambda/config.json";

/// The fix of an option that stacks do not have.
const LEAVE_OUT: &str = "give `main` an application, or leave the option out";

/// What is to be synthesized.
#[derive(Default)]
pub(super) struct Plan {
    /// The stacks. There is none when something is wrong with the application or its settings.
    pub(super) stacks: Vec<Stack>,
    /// What is said before a template is looked at.
    pub(super) findings: Vec<Diagnostic>,
    /// The application, where the program is about one.
    pub(super) model: Option<AppModel>,
    /// The name of the application at the stage, which is that of the model unless the settings have another one.
    pub(super) name: String,
    /// The file of settings, and which part of the template comes from which part of it.
    pub(super) settings: Option<Settings>,
}

/// The stacks of the program.
pub(super) fn plan(session: &mut Session<'_>, project: Project, chosen: &args::Settings) -> Result<Plan, Exit> {
    match project {
        Project::Stacks(stacks) => {
            let given = [
                ("--stage", chosen.stage.is_some()),
                ("--config", chosen.config.is_some()),
                ("--image-uri", chosen.image_uri.is_some()),
            ];
            if let Some((option, _)) = given.into_iter().find(|(_, given)| *given) {
                return Err(session.usage(needs_application(option), LEAVE_OUT));
            }
            Ok(Plan { stacks, ..Plan::default() })
        }
        Project::Application { model: Err(problems), .. } => {
            let findings: Vec<Finding> = problems.iter().map(app::problem).collect();
            Ok(Plan { findings: report::of_application(&findings, session.environment), ..Plan::default() })
        }
        Project::Application { model: Ok(model), resources } => of_model(session, model, resources, chosen),
    }
}

fn needs_application(option: &str) -> String {
    format!("`{option}`: must be given with an application, and this program has stacks")
}

fn of_model(
    session: &mut Session<'_>,
    model: AppModel,
    resources: Resources,
    chosen: &args::Settings,
) -> Result<Plan, Exit> {
    let mut plan = Plan::default();
    let stage = chosen.stage.as_deref();
    let mut config = Config::default().with_image(chosen.image_uri.as_deref());
    let mut file = None;
    if let Some(finding) = config.of_app(None).image_uri.and_then(|image| config::image_uri(&image.value, &image.path))
    {
        return Err(session.usage(finding.message, finding.help.as_deref().unwrap_or_default()));
    }
    if let Some(path) = config_path(session, chosen.config.as_deref()) {
        let (source, node) = files::read_config(session, &path).map_err(|error| session.report_failure(&error))?;
        config = settings(&node, chosen);
        drop(node);
        plan.findings.extend(report::of_settings(&source, &config.check(&model, stage)));
        file = Some(source);
    }
    if plan.findings.iter().all(|finding| finding.severity != Severity::Error) {
        let mut stack = AppStack::for_architecture(&model, &config, stage, chosen.architecture.clone());
        plan.settings = file.map(|source| Settings { source, places: stack.app().places().to_vec() });
        plan.name = stack.app().name().to_owned();
        resources.apply(&mut stack);
        if let Some(stage) = stage.filter(|_| !config.has_stages() && !stack.has_looked_at_stage()) {
            plan.findings.push(Diagnostic::finding(&unused_stage(stage)));
        }
        plan.stacks.push(stack.into_stack());
    }
    plan.model = Some(config.tuned_model(&model, stage));
    Ok(plan)
}

/// The settings of a file, with what the command line says.
pub(super) fn settings(node: &Node, chosen: &args::Settings) -> Config {
    Config::of_node(node).with_image(chosen.image_uri.as_deref())
}

/// A stage that makes no difference.
fn unused_stage(stage: &str) -> Finding {
    let message = format!(
        "stage `{stage}`: must be named in the config file, or be used by the program, and neither is the case here"
    );
    let help =
        format!("run the command in the folder of `{CONFIG}`, or leave `--stage` out; {}", config::declare(stage));
    Finding::new(&AL0106, cfn_model::Path::default(), message).help(help)
}

/// The file that was named, or the usual one where it is there.
pub(super) fn config_path(session: &Session<'_>, named: Option<&Path>) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(|| {
        let usual = Path::new(CONFIG);
        session.environment.path(usual).is_file().then(|| usual.to_owned())
    })
}

/// The application, for a command that is about tasks. What is wrong with it is said here.
pub(super) fn model(session: &mut Session<'_>, project: Project) -> Result<AppModel, Exit> {
    match project {
        Project::Application { model: Ok(model), .. } => Ok(model),
        Project::Application { model: Err(problems), .. } => {
            let findings: Vec<Finding> = problems.iter().map(app::problem).collect();
            for diagnostic in report::of_application(&findings, session.environment) {
                session.report_failure(&diagnostic);
            }
            Err(Exit::Failed)
        }
        Project::Stacks(_) => {
            let help = "`graph` draws the resources of stacks".to_owned();
            Err(session.fail("this program has stacks, and tasks are of an application", Some(help)))
        }
    }
}

/// The application and its settings, for a command that is about tasks. A file that nobody named and that is not right
/// without a stage is for `synth` to report, and does not count here.
pub(super) fn with_settings(
    session: &mut Session<'_>,
    project: Project,
    chosen: &args::Stage,
) -> Result<(AppModel, Config), Exit> {
    if let (Project::Stacks(_), Some(option)) = (&project, chosen.option()) {
        return Err(session.usage(needs_application(option), LEAVE_OUT));
    }
    let model = model(session, project)?;
    let stage = chosen.stage.as_deref();
    let mut config = Config::default();
    if let Some(path) = config_path(session, chosen.config.as_deref()) {
        let (source, node) = files::read_config(session, &path).map_err(|error| session.report_failure(&error))?;
        let read = Config::of_node(&node);
        let findings = read.check(&model, stage);
        match findings.iter().any(|finding| finding.rule.severity == Severity::Error) {
            true if chosen.option().is_some() => {
                for diagnostic in report::of_settings(&source, &findings) {
                    session.report_failure(&diagnostic);
                }
                return Err(Exit::Failed);
            }
            true => {}
            false => config = read,
        }
    }
    if let Some(stage) = stage.filter(|_| !config.has_stages()) {
        return Err(session.report_failure(&Diagnostic::finding(&unused_stage(stage))));
    }
    Ok((model, config))
}

/// The application as it is at a stage: its name, and the numbers of its tasks.
pub(super) fn at_stage(model: &AppModel, config: &Config, stage: Option<&str>) -> AppModel {
    let mut at_stage = config.tuned_model(model, stage);
    if let Ok(name) = AppName::new(config.name(model, stage)) {
        at_stage.name = name;
    }
    at_stage
}

/// `config-schema`: the JSON Schema of the file of settings.
pub(super) fn config_schema(session: &mut Session<'_>) -> Exit {
    session.out.write(&format!("{:#}\n", config::json_schema()));
    Exit::Done
}
