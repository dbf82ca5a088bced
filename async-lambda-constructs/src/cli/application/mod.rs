//! An application on the command line: its stack, with the stage and the settings that were given, its tasks, its picture.

mod list;
mod settings;

use std::path::{Path, PathBuf};

use async_lambda_model::{AppModel, AppName, Problem};
use cfn_model::{Finding, Node, Severity};
use cfn_rules::codes::AL0106;
use cfn_validate::{Place, SuppressedBy};

use super::{
    Exit, Session, args,
    environment::Environment,
    graph,
    plan::{self, Application, Plan},
    report::{Diagnostic, Style, rust_place},
    stacks,
};
use crate::{
    AppStack, Synthesized, app,
    config::{self, Config},
    graph::{Detail, Graph},
    project::{Project, Resources},
};
use settings::Settings;

pub(super) use settings::read as read_config;

/// The subjects of the program.
pub(super) const SUBJECT: &str = "the application or the stacks";
pub(super) const ABOUT_LIST: &str = "Lists the tasks of the application, or the stacks";
pub(super) const ABOUT_GRAPH: &str = "Draws the tasks and who invokes whom, or the resources";

/// The examples with an application among those of the program, of `synth` and of `graph`.
pub(super) const EXAMPLES: &str = "  cargo run --bin synth -- --stage prod\n  cargo run --bin synth -- ls\n";
pub(super) const EXAMPLE_OF_SYNTH: &str = "  cargo run --bin synth -- --stage prod\n";
pub(super) const EXAMPLE_OF_LIST: &str = "  cargo run --bin synth -- ls --stage prod\n";
pub(super) const EXAMPLE_OF_GRAPH: &str = "  cargo run --bin synth -- graph --stage prod\n";

/// Where settings are looked for, as in the Python package.
const CONFIG: &str = ".async_lambda/config.json";

/// An application at a stage.
struct AtStage {
    model: AppModel,
    /// The name of the application at the stage, which is that of the model unless the settings have another one.
    name: String,
    /// The file of settings, where there is one.
    settings: Option<Settings>,
}

impl Application for AtStage {
    fn review(&self, stack: &mut Synthesized) {
        app::in_words_of(&self.model, stack);
        app::add_integrity(&self.model, &self.name, stack);
    }

    fn tasks(&self, indent: &str, style: Style) -> String {
        list::lines(&self.model, indent, style)
    }

    fn places(&self, findings: &[(&Finding, Option<SuppressedBy>)]) -> Vec<Option<Place>> {
        self.settings.as_ref().map(|settings| settings.places(findings)).unwrap_or_default()
    }

    fn without_repeats(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        match &self.settings {
            Some(settings) => settings.without_repeats(diagnostics),
            None => diagnostics,
        }
    }
}

/// The stacks of the program.
pub(super) fn plan(session: &mut Session<'_>, project: Project, chosen: &args::Settings) -> Result<Plan, Exit> {
    match project {
        Project::Stacks(stacks) => plan::of_stacks(session, stacks, chosen),
        Project::Application { model: Err(problems), .. } => {
            Ok(Plan { findings: of_problems(&problems, session.environment), ..Plan::default() })
        }
        Project::Application { model: Ok(model), resources, program } => {
            let mut plan = of_model(session, model, resources, chosen)?;
            // Without the stack of the application there are errors, and nothing is written.
            if !plan.stacks.is_empty() {
                plan.stacks = program.into_stacks(plan.stacks);
            }
            Ok(plan)
        }
    }
}

fn of_model(
    session: &mut Session<'_>,
    model: AppModel,
    resources: Resources,
    chosen: &args::Settings,
) -> Result<Plan, Exit> {
    let mut plan = Plan::default();
    let (mut name, mut read) = (String::new(), None);
    let stage = chosen.stage.as_deref();
    let mut config = Config::default().with_image(chosen.image_uri.as_deref());
    let mut file = None;
    if let Some(finding) = config.of_app(None).image_uri.and_then(|image| config::image_uri(&image.value, &image.path))
    {
        return Err(session.usage(finding.message, finding.help.as_deref().unwrap_or_default()));
    }
    if let Some(path) = config_path(session, chosen.config.as_deref()) {
        let (source, node) = read_config(session, &path).map_err(|error| session.report_failure(&error))?;
        config = settings(&node, chosen);
        drop(node);
        plan.findings.extend(settings::diagnostics(&source, &config.check(&model, stage)));
        file = Some(source);
    }
    if plan.findings.iter().all(|finding| finding.severity != Severity::Error) {
        let mut stack = AppStack::for_architecture(&model, &config, stage, chosen.architecture.clone());
        read = file.map(|source| Settings::new(source, stack.app().places().to_vec()));
        name = stack.app().name().to_owned();
        resources.apply(&mut stack);
        if let Some(stage) = stage.filter(|_| !config.has_stages() && !stack.has_looked_at_stage()) {
            plan.findings.push(Diagnostic::finding(&unused_stage(stage)));
        }
        plan.stacks.push(stack.into_stack());
    }
    let model = config.tuned_model(&model, stage);
    plan.application = Some(Box::new(AtStage { model, name, settings: read }));
    Ok(plan)
}

/// What is wrong with an application, each with its Rust line.
fn of_problems(problems: &[Problem], environment: &Environment) -> Vec<Diagnostic> {
    problems
        .iter()
        .map(|problem| {
            let finding = app::problem(problem);
            let place = finding.origin.map(|origin| rust_place(origin, environment));
            Diagnostic { place, ..Diagnostic::finding(&finding) }
        })
        .collect()
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

/// The pictures of the program: the resources of stacks; of an application its tasks, and its resources only where
/// everything was asked for.
pub(super) fn graphs(
    session: &mut Session<'_>,
    project: Project,
    detail: Detail,
    chosen: &args::Stage,
) -> Result<Vec<Graph>, Exit> {
    let (model, program) = match project {
        Project::Stacks(stacks) => return graph::of_stacks(session, &stacks, detail, chosen),
        Project::Application { model, program, .. } => (model, program),
    };
    let (model, config) = with_settings(session, model, chosen)?;
    let stage = chosen.stage.as_deref();
    let mut graphs = vec![match detail {
        Detail::Overview => Graph::of_application(&at_stage(&model, &config, stage)),
        Detail::Everything => {
            let stack = AppStack::new(&model, &config, stage).into_stack();
            Graph::of_template(stack.name(), stack.document(), detail)
        }
    }];
    let stacks = program.into_stacks(Vec::new());
    graphs.extend(stacks.iter().flat_map(|stack| graph::of_stack(stack, detail)));
    Ok(graphs)
}

/// `ls`: the tasks of the application, or the stacks.
pub(super) fn list(session: &mut Session<'_>, project: Project, chosen: &args::Stage) -> Exit {
    let (model, program) = match project {
        Project::Stacks(stacks) => return stacks::list(session, &stacks, chosen),
        Project::Application { model, program, .. } => (model, program),
    };
    match with_settings(session, model, chosen) {
        Ok((model, config)) => {
            list::run(session, &at_stage(&model, &config, chosen.stage.as_deref()));
            stacks::list(session, &program.into_stacks(Vec::new()), &args::Stage::default())
        }
        Err(exit) => exit,
    }
}

/// The application and its settings, for a command that is about tasks. What is wrong with the application is said here.
/// A file that nobody named and that is not right without a stage is for `synth` to report, and does not count.
fn with_settings(
    session: &mut Session<'_>,
    model: Result<AppModel, Vec<Problem>>,
    chosen: &args::Stage,
) -> Result<(AppModel, Config), Exit> {
    let model = model.map_err(|problems| {
        for diagnostic in of_problems(&problems, session.environment) {
            session.report_failure(&diagnostic);
        }
        Exit::Failed
    })?;
    let stage = chosen.stage.as_deref();
    let mut config = Config::default();
    if let Some(path) = config_path(session, chosen.config.as_deref()) {
        let (source, node) = read_config(session, &path).map_err(|error| session.report_failure(&error))?;
        let read = Config::of_node(&node);
        let findings = read.check(&model, stage);
        match findings.iter().any(|finding| finding.rule.severity == Severity::Error) {
            true if chosen.option().is_some() => {
                for diagnostic in settings::diagnostics(&source, &findings) {
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
fn at_stage(model: &AppModel, config: &Config, stage: Option<&str>) -> AppModel {
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
