//! `build`: the templates, and the archive with the program that they name.

mod args;
mod progress;

use std::path::{Path, PathBuf};

use cfn_model::{Node, Object, Severity};
use serde_json::json;

use super::{
    Exit, Session, application,
    args::{MessageFormat, Settings},
    files,
    report::{Diagnostic, plural},
    synth,
};
use crate::{
    config,
    package::{self, Architecture, Compiler, Package, Programs, Request, Selection},
    project::Project,
};

pub(super) use args::{Build, EXAMPLE, command};

use progress::ProgressReport;

/// Where the archive goes: the templates name it by this path, which begins in their folder.
const ARCHIVE: &str = ".async_lambda/build/deployment.zip";

/// Writes the templates, which are validated first, then compiles and writes the archive.
pub(super) fn run(session: &mut Session<'_>, project: Project, command: &Build) -> Exit {
    let architecture = match architecture(session, &project, command) {
        Ok(architecture) => architecture,
        Err(exit) => return exit,
    };
    let exit = synth::run(session, project, &command.synth);
    if exit != Exit::Done {
        return exit;
    }
    let settings = settings(session, &command.synth.settings);
    if let Some(image) = &settings.image_uri {
        say_image(session, &image.value);
        return Exit::Done;
    }
    // What was said so far is for those who wait.
    session.err.flush();
    let environment = environment(settings);
    let request = request(session, command, architecture, environment);
    let mut report = ProgressReport::new(request.color);
    let package = package::build(&request, &mut |progress| report.on_progress(session, progress));
    report.clear(session);
    match package {
        Ok(package) => {
            say(session, &package, request.architecture, report.seconds());
            Exit::Done
        }
        Err(error) => session.fail(error.to_string(), error.help()),
    }
}

/// The settings of the application. What is wrong with the file was said before.
fn settings(session: &mut Session<'_>, chosen: &Settings) -> config::Settings {
    let file = application::config_path(session, chosen.config.as_deref())
        .and_then(|path| application::read_config(session, &path).ok());
    let node = file.map(|(_, node)| node).unwrap_or_else(|| Node::Object(Object::default()));
    application::settings(&node, chosen).of_app(chosen.stage.as_deref())
}

/// The environment variables of the settings, for the compiler; those that are known now, and no intrinsics.
fn environment(settings: config::Settings) -> Vec<(String, String)> {
    let text = |value: Node| match value {
        Node::String(text) => Some(text),
        Node::Number(number) => Some(number.to_string()),
        Node::Bool(bool) => Some(bool.to_string()),
        _ => None,
    };
    settings
        .environment_variables
        .into_iter()
        .filter_map(|(name, setting)| Some((name, text(setting.value)?)))
        .collect()
}

/// Says that nothing is compiled.
fn say_image(session: &mut Session<'_>, image: &Node) {
    match session.message_format {
        MessageFormat::Human => {
            let image = image.as_str().map_or_else(|| "that of `image_uri`".to_owned(), |image| format!("`{image}`"));
            let style = session.reporter.err;
            session.err.write(&format!("{} no archive: the functions run the image {image}\n", style.good("skipped")));
        }
        MessageFormat::Json => {
            let image = serde_json::to_value(image).unwrap_or_default();
            session.out.write(&format!("{}\n", json!({"kind": "image", "image_uri": image})));
        }
    }
}

/// The processor to compile for: that of the application, which an option must not contradict.
fn architecture(session: &mut Session<'_>, project: &Project, command: &Build) -> Result<Architecture, Exit> {
    let given = command.architecture.map(|architecture| match architecture {
        args::Architecture::X86 => Architecture::X86_64,
        args::Architecture::Arm => Architecture::Arm64,
    });
    let of_app = match project {
        Project::Application { model: Ok(model), .. } => model.options.architecture,
        _ => None,
    };
    let of_app = of_app.map(|architecture| match architecture {
        async_lambda_model::Architecture::X86_64 => Architecture::X86_64,
        async_lambda_model::Architecture::Arm64 => Architecture::Arm64,
    });
    match (given, of_app) {
        (Some(given), Some(of_app)) if given != of_app => {
            let (given, of_app) = (given.name(), of_app.name());
            let message = format!("`--arch`: must be that of the application, `{of_app}`, got `{given}`");
            Err(session.usage(message, "leave the option out, or change `App::architecture`"))
        }
        (given, of_app) => Ok(given.or(of_app).unwrap_or(Architecture::X86_64)),
    }
}

fn request(
    session: &Session<'_>,
    command: &Build,
    architecture: Architecture,
    variables: Vec<(String, String)>,
) -> Request {
    let environment = session.environment;
    let programs = Programs::default();
    Request {
        directory: environment.surroundings.directory.clone(),
        manifest_directory: environment
            .manifest_directory
            .clone()
            .unwrap_or_else(|| environment.surroundings.directory.clone()),
        selection: Selection { package: command.package.clone(), binary: command.binary.clone() },
        architecture,
        compiler: command.compiler.map(|compiler| match compiler {
            args::Compiler::Cargo => Compiler::Cargo,
            args::Compiler::Zigbuild => Compiler::Zigbuild,
            args::Compiler::Lambda => Compiler::Lambda,
        }),
        programs: Programs {
            cargo: environment.cargo.clone().unwrap_or(programs.cargo),
            rustc: environment.rustc.clone().unwrap_or(programs.rustc),
        },
        environment: variables,
        color: session.reporter.err.is_colored(),
        output: environment.path(synth::template_folder(session, &command.synth).join(ARCHIVE)),
    }
}

fn say(session: &mut Session<'_>, package: &Package, architecture: Architecture, seconds: f64) {
    if !package.is_direct_upload() {
        let mut diagnostic = Diagnostic::error(format!(
            "archive: at most 50 MB can be uploaded in a request, got {}",
            synth::size(package.bytes as usize)
        ));
        diagnostic.severity = Severity::Warning;
        diagnostic.help = Some("deploy it through S3: `sam deploy` does, with `--resolve-s3`".to_owned());
        let text = session.reporter.for_err(&diagnostic);
        session.err.write(&text);
    }
    let path = shown(&package.path, &session.environment.surroundings.directory);
    match session.message_format {
        MessageFormat::Human => {
            let style = session.reporter.err;
            let assets = match package.assets {
                0 => String::new(),
                assets => format!(", {}", plural(assets, "asset")),
            };
            session.err.write(&format!(
                "{} {} ({}: bootstrap {}{assets}; {}, {}, {seconds:.1} s)\n",
                style.good(if package.changed { "wrote" } else { "unchanged" }),
                style.bold(&files::display(&path)),
                synth::size(package.bytes as usize),
                synth::size(package.bootstrap as usize),
                architecture.name(),
                package.compiler.name(),
            ));
        }
        MessageFormat::Json => {
            let value = json!({
                "kind": "package", "file": path.display().to_string(), "changed": package.changed,
                "bytes": package.bytes, "unzipped": package.unzipped, "bootstrap": package.bootstrap,
                "assets": package.assets, "binary": package.binary, "architecture": architecture.name(),
                "compiler": package.compiler.name(),
            });
            session.out.write(&format!("{value}\n"));
        }
    }
}

/// The path as a person would write it.
fn shown(path: &Path, directory: &Path) -> PathBuf {
    path.strip_prefix(directory).unwrap_or(path).to_owned()
}
