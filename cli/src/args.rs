//! The arguments: every option is declared, documented and read here.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    Arg, ValueEnum,
    builder::{EnumValueParser, PossibleValue},
    error::ErrorKind,
    value_parser,
};

use crate::{source::Source, template::Template};

/// What was asked for.
#[derive(Debug)]
pub enum Command {
    New(New),
}

/// A project to make.
#[derive(Debug)]
pub struct New {
    pub folder: PathBuf,
    /// The name; without it, the folder's.
    pub name: Option<String>,
    pub template: Template,
    pub source: Source,
    /// The version control; without it, what `cargo new` takes.
    pub vcs: Option<String>,
}

/// Why nothing is done.
#[derive(Debug)]
pub enum Stop {
    /// Help was asked for: it is the data.
    Help(String),
    /// The arguments make no sense.
    Usage(String),
}

impl ValueEnum for Template {
    fn value_variants<'a>() -> &'a [Template] {
        &[Template::App, Template::Api, Template::Plain]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.about()))
    }
}

/// Reads all arguments of the process. Cargo starts a subcommand with the name of the subcommand as the first one.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Stop> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|argument| argument == "async-lambda") {
        arguments.remove(1);
    }
    let mut matches = command().try_get_matches_from(arguments).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Help(text),
            _ => Stop::Usage(text),
        }
    })?;
    // The only subcommand, and one is required.
    let (_, mut matches) =
        matches.remove_subcommand().ok_or_else(|| Stop::Usage(command().render_usage().to_string()))?;
    let source = match (matches.remove_one("path"), matches.remove_one("git")) {
        (Some(folder), _) => Source::Path(folder),
        (None, Some(url)) => Source::Git { url, rev: matches.remove_one("rev") },
        (None, None) => Source::Registry,
    };
    Ok(Command::New(New {
        folder: matches.remove_one("folder").unwrap_or_default(),
        name: matches.remove_one("name"),
        template: matches.remove_one("template").unwrap_or(Template::App),
        source,
        vcs: matches.remove_one("vcs"),
    }))
}

fn command() -> clap::Command {
    clap::Command::new("cargo-async-lambda")
        .bin_name("cargo async-lambda")
        .about("Makes projects for async-lambda.")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(new())
}

fn new() -> clap::Command {
    clap::Command::new("new")
        .about("Make a project that builds, synthesizes, runs and has passing tests")
        .arg(
            Arg::new("folder")
                .value_name("NAME")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The project's name, or the folder to make; the last part of it is the name"),
        )
        .arg(
            Arg::new("template")
                .long("template")
                .short('t')
                .value_name("TEMPLATE")
                .value_parser(EnumValueParser::<Template>::new())
                .default_value("app")
                .help("The kind of project"),
        )
        .arg(Arg::new("name").long("name").value_name("NAME").help("The name, where it is not the folder's"))
        .arg(
            Arg::new("path")
                .long("path")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Depend on a checkout of async-lambda in this folder"),
        )
        .arg(
            Arg::new("git")
                .long("git")
                .value_name("URL")
                .conflicts_with("path")
                .help("Depend on a Git repository of async-lambda"),
        )
        .arg(
            Arg::new("rev")
                .long("rev")
                .value_name("REV")
                .requires("git")
                .help("The revision of the repository: a commit"),
        )
        .arg(
            Arg::new("vcs")
                .long("vcs")
                .value_name("VCS")
                .value_parser(["git", "hg", "pijul", "fossil", "none"])
                .help("The version control of the project, as for `cargo new`"),
        )
}
