//! The templates of projects: files of `templates/`, with the name and the dependencies filled in.

use std::path::PathBuf;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, syntax::SyntaxConfig};

use crate::{
    error::Error,
    source::{Keys, Source},
};

/// A kind of project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// An application with a schedule and a task.
    App,
    /// An application with an API.
    Api,
    /// Resources, without an application.
    Plain,
}

/// What the files of a template name.
#[derive(Debug)]
pub struct Names<'a> {
    /// The name of the project.
    pub name: &'a str,
    /// Whether the project belongs to a workspace, in which only the root has profiles.
    pub in_workspace: bool,
}

/// A file of a project: where it goes, and its text before anything is filled in.
type File = (&'static str, &'static str);

/// A manifest in `templates/` would make a package of its folder, hence its other name there.
macro_rules! file {
    ($folder:literal, $path:literal) => {
        ($path, include_str!(concat!("../templates/", $folder, "/", $path)))
    };
    ($folder:literal, $path:literal, $source:literal) => {
        ($path, include_str!(concat!("../templates/", $folder, "/", $source)))
    };
}

/// Files of every project.
const COMMON: &[File] = &[file!("common", ".gitignore", "gitignore")];

/// Files of every application.
const APPLICATION: &[File] = &[
    file!("application", "Cargo.toml", "Cargo.toml.jinja"),
    file!("application", "infra/main.rs"),
    file!("application", "src/main.rs"),
];

const APP: &[File] = &[
    file!("app", ".async_lambda/config.json", "config.json"),
    file!("app", "README.md"),
    file!("app", "src/lib.rs"),
    file!("app", "tests/app.rs"),
];

const API: &[File] = &[file!("api", "README.md"), file!("api", "src/lib.rs"), file!("api", "tests/api.rs")];

const PLAIN: &[File] = &[
    file!("plain", "Cargo.toml", "Cargo.toml.jinja"),
    file!("plain", "README.md"),
    file!("plain", "src/lib.rs"),
    file!("plain", "src/main.rs"),
    file!("plain", "src/work_queue.rs"),
    file!("plain", "tests/template.rs"),
];

/// The keys of a dependency, as TOML: a string of JSON is one of TOML.
const KEYS: &str = "{% for key, value in keys %}{{ key }} = {{ value|tojson }}{{ ', ' if not loop.last }}{% endfor %}";

impl Template {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Template::App => "app",
            Template::Api => "api",
            Template::Plain => "plain",
        }
    }

    /// One line for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Template::App => "an application: a schedule, a task with a queue, state, a config file",
            Template::Api => "an application: routes that take and give JSON, and a task behind them",
            Template::Plain => "a stack of resources and a construct, without an application",
        }
    }

    /// Commands that one tries first, each with a comment.
    pub fn next_steps(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Template::App => &[
                ("cargo test", "the handlers, without AWS"),
                ("cargo run -- invoke Collect", "runs a task here, and those that it invokes"),
                ("cargo run --bin synth", "template.json, validated"),
                ("cargo run --bin synth -- build", "template.json and deployment.zip"),
            ],
            Template::Api => &[
                ("cargo test", "the handlers, without AWS"),
                ("cargo run -- web-server", "answers on http://127.0.0.1:8000"),
                ("cargo run --bin synth", "template.json, validated"),
                ("cargo run --bin synth -- build", "template.json and deployment.zip"),
            ],
            Template::Plain => &[
                ("cargo test", "the template has what it must have"),
                ("cargo run", "template.json, validated"),
                ("cargo run -- graph --output graph.svg", "a picture"),
            ],
        }
    }

    fn files(self) -> impl Iterator<Item = &'static File> {
        let files = match self {
            Template::App => [APPLICATION, APP],
            Template::Api => [APPLICATION, API],
            Template::Plain => [PLAIN, &[]],
        };
        COMMON.iter().chain(files.into_iter().flatten())
    }

    /// The files of a project, with their texts.
    pub fn render(self, names: &Names<'_>, source: &Source) -> Result<Vec<(PathBuf, String)>, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|source| Error::Template { file: "syntax", source })?);
        let toml = |keys: &Keys| {
            let broken = |source| Error::Template { file: "dependency", source };
            environment.render_str(KEYS, context! { keys }).map_err(broken)
        };
        let dependencies = source.dependencies()?;
        let values = context! {
            name => names.name,
            crate_name => names.name.replace('-', "_"),
            // Names of stacks have no underscores.
            stack_name => names.name.replace('_', "-"),
            in_workspace => names.in_workspace,
            template => self.name(),
            async_lambda => toml(&dependencies.async_lambda)?,
            constructs => toml(&dependencies.constructs)?,
            cfn_model => toml(&dependencies.cfn_model)?,
        };
        let render = |&(file, text): &File| {
            let broken = |source| Error::Template { file, source };
            Ok((PathBuf::from(file), environment.render_named_str(file, text, &values).map_err(broken)?))
        };
        self.files().map(render).collect()
    }
}
