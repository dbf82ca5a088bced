//! The arguments: every command and option is declared, documented and read here.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, ValueEnum, builder::EnumValueParser, error::ErrorKind, parser::ValueSource,
    value_parser,
};

use cfn_validate::cli::{self as shared, Color};

use super::{application, build, context};
use crate::context::Spec;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) command: Command,
    /// The values from outside, as they were written.
    pub(super) context: Vec<String>,
    pub(super) message_format: MessageFormat,
    pub(super) color: Color,
}

#[derive(Debug)]
pub(super) enum Command {
    Synth(Synth),
    Build(build::Build),
    Validate(shared::Arguments),
    Explain(Explain),
    Graph(Graph),
    List(Stage),
    ConfigSchema,
    Version,
}

#[derive(Debug)]
pub(super) struct Synth {
    pub(super) output: Option<PathBuf>,
    pub(super) format: Option<TemplateFormat>,
    pub(super) extras: Vec<PathBuf>,
    /// Whether warnings keep templates from being written.
    pub(super) strict: bool,
    /// Whether findings of severity info are shown.
    pub(super) info: bool,
    pub(super) settings: Settings,
    /// The stacks that are written; all if none is named.
    pub(super) stacks: Vec<String>,
}

/// With what an application is synthesized.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) stage: Option<String>,
    pub(super) config: Option<PathBuf>,
    /// The image that the functions run, whatever the config file says.
    pub(super) image_uri: Option<String>,
    /// The processor that the functions are for, where the command compiles for one.
    pub(super) architecture: Option<sam_resources::Architecture>,
}

impl Settings {
    /// The option that was given.
    pub(super) fn option(&self) -> Option<&'static str> {
        given([
            ("--stage", self.stage.is_some()),
            ("--config", self.config.is_some()),
            ("--image-uri", self.image_uri.is_some()),
        ])
    }
}

/// The settings of an application that a picture or a listing of it has.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) stage: Option<String>,
    pub(super) config: Option<PathBuf>,
}

impl Stage {
    /// The option that was given.
    pub(super) fn option(&self) -> Option<&'static str> {
        given([("--stage", self.stage.is_some()), ("--config", self.config.is_some())])
    }
}

/// The first option that was given.
fn given<const N: usize>(options: [(&'static str, bool); N]) -> Option<&'static str> {
    options.into_iter().find_map(|(option, given)| given.then_some(option))
}

#[derive(Debug)]
pub(super) struct Explain {
    pub(super) name: Option<String>,
    pub(super) schemas: Vec<PathBuf>,
}

#[derive(Debug)]
pub(super) struct Graph {
    pub(super) files: Vec<PathBuf>,
    pub(super) format: Option<GraphFormat>,
    pub(super) output: Option<PathBuf>,
    pub(super) all: bool,
    pub(super) stage: Stage,
}

/// Why nothing is done.
#[derive(Debug)]
pub(super) enum Stop {
    /// Help was asked for: it is the data.
    Help(String),
    /// The arguments make no sense.
    Usage(String),
}

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($variant),* }

        impl clap::ValueEnum for $name {
            fn value_variants<'a>() -> &'a [$name] {
                &[$($name::$variant),*]
            }

            fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
                Some(match self { $($name::$variant => clap::builder::PossibleValue::new($text)),* })
            }
        }
    )*};
}

choices! {
    /// How findings and listings are said.
    MessageFormat {
        Human = "human";
        Json = "json";
    }
    /// The language of a template.
    TemplateFormat {
        Json = "json";
        Yaml = "yaml";
    }
    /// The language of a picture.
    GraphFormat {
        Mermaid = "mermaid";
        Dot = "dot";
        Svg = "svg";
    }
}

#[cfg(feature = "package")]
pub(super) use choices;

/// The options of synth, which stand at the top as well.
const TOP: [&str; 8] = ["output", "format", "extras", "stage", "config", "context", "strict", "info"];
const HEADING: &str = "Options of synth";
/// Whether help leaves out what needs an application, because none can be given: it is known still, to say so.
const HIDES_APPLICATIONS: bool = cfg!(not(feature = "app"));
/// Of commands that validate.
pub(super) const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  there are findings of severity error, with --strict also warnings,
     or something failed
  2  invalid arguments";
/// Of the other commands.
const PLAIN_EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  something failed
  2  invalid arguments";

/// Reads the arguments behind the program's name, where the program declares these values from outside.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>, specs: &[Spec]) -> Result<Arguments, Stop> {
    let program = OsString::from("synth");
    let matches = command(specs).try_get_matches_from(std::iter::once(program).chain(arguments)).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Help(text),
            _ => Stop::Usage(text),
        }
    })?;
    let command = match matches.subcommand() {
        None => Command::Synth(synth(&matches)),
        Some((name, inner)) => {
            // The options of synth stand at the top as well, because it is the default. Before another
            // command they would be ignored in silence.
            if let Some(option) = TOP.iter().find(|option| is_given(&matches, option)) {
                return Err(Stop::Usage(format!(
                    "error: `--{option}` must stand behind the command: `{name} --{option} ...`\n"
                )));
            }
            match name {
                "synth" => {
                    let stacks = inner.get_many("stacks").into_iter().flatten().cloned().collect();
                    Command::Synth(Synth { stacks, ..synth(inner) })
                }
                "build" => Command::Build(build::Build::of(inner)),
                "validate" => Command::Validate(validate(&matches, inner)?),
                "explain" => {
                    Command::Explain(Explain { name: inner.get_one("name").cloned(), schemas: paths(inner, "schema") })
                }
                "graph" => Command::Graph(Graph {
                    files: paths(inner, "files"),
                    format: inner.get_one("format").copied(),
                    output: inner.get_one("output").cloned(),
                    all: inner.get_flag("all"),
                    stage: stage(inner),
                }),
                "ls" => Command::List(stage(inner)),
                "config-schema" => Command::ConfigSchema,
                _ => Command::Version,
            }
        }
    };
    let message_format = matches.get_one("message-format").copied().unwrap_or(MessageFormat::Human);
    let color = matches.get_one("color").copied().unwrap_or(Color::Auto);
    let inner = matches.subcommand().map_or(&matches, |(_, inner)| inner);
    // Not every command makes stacks.
    let context = inner.try_get_many("context").ok().flatten().into_iter().flatten().cloned().collect();
    Ok(Arguments { command, context, message_format, color })
}

fn stage(matches: &ArgMatches) -> Stage {
    Stage { stage: matches.get_one("stage").cloned(), config: matches.get_one("config").cloned() }
}

/// Whether an option is on the command line: a flag always has a value.
fn is_given(matches: &ArgMatches, option: &str) -> bool {
    matches.value_source(option) == Some(ValueSource::CommandLine)
}

pub(super) fn synth(matches: &ArgMatches) -> Synth {
    Synth {
        output: matches.get_one("output").cloned(),
        format: matches.get_one("format").copied(),
        extras: paths(matches, "extras"),
        strict: matches.get_flag("strict"),
        info: matches.get_flag("info"),
        settings: Settings {
            stage: matches.get_one("stage").cloned(),
            config: matches.get_one("config").cloned(),
            image_uri: matches.get_one("image-uri").cloned(),
            architecture: None,
        },
        stacks: Vec::new(),
    }
}

/// The arguments of `validate`, of which `--message-format json` is another word for `--format json`.
fn validate(top: &ArgMatches, inner: &ArgMatches) -> Result<shared::Arguments, Stop> {
    let arguments = shared::Arguments::of(inner);
    match top.get_one("message-format") {
        Some(MessageFormat::Json) if inner.contains_id("format") => Err(Stop::Usage(
            "error: `--message-format` cannot be used with `validate --format`, which has more formats\n".to_owned(),
        )),
        Some(MessageFormat::Json) => Ok(arguments.or_format(shared::Format::Json)),
        Some(MessageFormat::Human) | None => Ok(arguments),
    }
}

fn paths(matches: &ArgMatches, name: &str) -> Vec<PathBuf> {
    matches.get_many(name).into_iter().flatten().cloned().collect()
}

fn command(specs: &[Spec]) -> clap::Command {
    clap::Command::new("synth")
        .bin_name("synth")
        .version(env!("CARGO_PKG_VERSION"))
        .about(format!("Turns {} of this program into\nvalidated CloudFormation templates", application::SUBJECT))
        .override_usage("cargo run --bin synth -- [COMMAND] [OPTIONS]")
        .disable_help_subcommand(true)
        .subcommand_help_heading("Commands")
        .args(synth_args(specs).map(|arg| arg.help_heading(HEADING)))
        .arg(
            choice::<MessageFormat>("message-format", "human|json", "Format of messages [default: human]")
                .global(true)
                .display_order(900),
        )
        .arg(
            choice::<Color>("color", "auto|always|never", "Color of the output [default: auto]")
                .global(true)
                .display_order(901),
        )
        .subcommands([
            synth_command(specs),
            build::command(specs),
            list_command(specs),
            graph_command(specs),
            validate_command(),
            explain_command(),
            config_schema_command(),
            version_command(),
        ])
        .after_help(format!(
            "{values}Examples:
  cargo run --bin synth
  cargo run --bin synth -- --output out.yaml --extras extra.json
{application}{build}  cargo run --bin synth -- validate template.yaml
  cargo run --bin synth -- explain AWS::SQS::Queue.RedrivePolicy
  cargo run --bin synth -- graph --output graph.svg

{EXIT_STATUS}",
            values = context::help(specs),
            application = application::EXAMPLES,
            build = build::EXAMPLE,
        ))
}

pub(super) fn subcommand(name: &'static str, about: &'static str, usage: &str) -> clap::Command {
    clap::Command::new(name).about(about).override_usage(format!("cargo run --bin synth -- {name} {usage}"))
}

pub(super) fn synth_args(specs: &[Spec]) -> [Arg; 9] {
    [
        context_arg(specs),
        stage_arg(),
        config_arg(),
        Arg::new("image-uri").long("image-uri").value_name("URI").hide(HIDES_APPLICATIONS).help(
            "The container image that the functions run,\n\
             instead of `image_uri` of the config file",
        ),
        Arg::new("output").long("output").short('o').value_name("FILE").value_parser(value_parser!(PathBuf)).help(
            "File for the template, `-` for stdout; in a\n\
             folder, `out/`, one for each stack\n[default: template.json]",
        ),
        choice::<TemplateFormat>("format", "json|yaml", "Format [default: by FILE, or json]"),
        Arg::new("extras")
            .long("extras")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help(
                "A JSON or YAML file that is merged into the\n\
                 template at the end; can be repeated",
            ),
        Arg::new("strict").long("strict").action(ArgAction::SetTrue).help("Fail on warnings too"),
        Arg::new("info").long("info").action(ArgAction::SetTrue).help("Show findings of severity info too"),
    ]
}

/// A value from outside. Help leaves it out where the program declares none: it is known still, to say so.
fn context_arg(specs: &[Spec]) -> Arg {
    let arg = Arg::new("context").long("context").short('c').value_name("KEY=VALUE").action(ArgAction::Append);
    arg.hide(specs.is_empty()).help("A value of the program, see below; can be\nrepeated")
}

fn stage_arg() -> Arg {
    Arg::new("stage").long("stage").short('s').value_name("STAGE").hide(HIDES_APPLICATIONS).help(
        "The stage whose settings in the config file\n\
         come on top [default: none]",
    )
}

fn config_arg() -> Arg {
    let arg = Arg::new("config").long("config").value_name("FILE").value_parser(value_parser!(PathBuf));
    arg.hide(HIDES_APPLICATIONS).help(
        "The config file [default:\n\
         .async_lambda/config.json, if it is there]",
    )
}

fn synth_command(specs: &[Spec]) -> clap::Command {
    subcommand("synth", "Writes the templates, validated [the default]", "[OPTIONS] [STACK]...")
        .arg(Arg::new("stacks").value_name("STACK").num_args(0..).help("The stacks that are written [default: all]"))
        .args(synth_args(specs))
        .after_help(format!(
            "{values}Examples:
  cargo run --bin synth
  cargo run --bin synth -- --output out.yaml
  cargo run --bin synth -- --output - --format yaml | less
  cargo run --bin synth -- --extras extra.json
{application}
Nothing is written when there is an error, or with --strict a warning.

{EXIT_STATUS}",
            values = context::help(specs),
            application = application::EXAMPLE_OF_SYNTH,
        ))
}

fn validate_command() -> clap::Command {
    subcommand("validate", "Checks any CloudFormation or SAM templates", "[OPTIONS] [FILE]...")
        .args(shared::options())
        .next_line_help(true)
        .after_help(format!(
            "Examples:
  cargo run --bin synth -- validate template.yaml other.json
  cat template.yaml | cargo run --bin synth -- validate -
  cargo run --bin synth -- validate templates --format json | jq .code

These are the options of the program cfn-validate, but for `--color`.

{}",
            shared::EXIT_STATUS
        ))
}

fn explain_command() -> clap::Command {
    subcommand("explain", "Explains a type, a property or a rule", "[OPTIONS] [NAME]")
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .help("A type, a property with dots, a service or a rule\n[default: lists the services]"),
        )
        .arg(
            Arg::new("schema")
                .long("schema")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .action(ArgAction::Append)
                .help("The schema of a private or third-party\nresource type; can be repeated"),
        )
        .after_help(format!(
            "Examples:
  cargo run --bin synth -- explain AWS::SQS::Queue
  cargo run --bin synth -- explain AWS::SQS::Queue.RedrivePolicy.maxReceiveCount
  cargo run --bin synth -- explain AWS::Serverless::Function.Events.SQSEvent
  cargo run --bin synth -- explain sqs
  cargo run --bin synth -- explain Globals
  cargo run --bin synth -- explain E3034

{PLAIN_EXIT_STATUS}"
        ))
}

fn graph_command(specs: &[Spec]) -> clap::Command {
    subcommand("graph", application::ABOUT_GRAPH, "[OPTIONS] [FILE]...")
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .num_args(0..)
                .value_parser(value_parser!(PathBuf))
                .help("Templates to draw, `-` is stdin [default: this\nprogram's application or stacks]"),
        )
        .arg(choice::<GraphFormat>("format", "mermaid|dot|svg", "Format [default: by FILE, or mermaid]"))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("File for the picture [default: stdout]"),
        )
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help("Also draw what only connects others:\nmappings, permissions, policies, API parts;\nof an application, its resources"),
        )
        .args([context_arg(specs), stage_arg(), config_arg()])
        .after_help(format!(
            "{values}Examples:
  cargo run --bin synth -- graph
  cargo run --bin synth -- graph --output graph.svg
{application}  cargo run --bin synth -- graph --format dot | dot -Tpng > graph.png
  cargo run --bin synth -- graph template.yaml --message-format json

{PLAIN_EXIT_STATUS}",
            values = context::help(specs),
            application = application::EXAMPLE_OF_GRAPH,
        ))
}

fn list_command(specs: &[Spec]) -> clap::Command {
    let args = [context_arg(specs), stage_arg(), config_arg()];
    subcommand("ls", application::ABOUT_LIST, "[OPTIONS]").args(args).after_help(format!(
        "{values}Examples:
  cargo run --bin synth -- ls
{application}  cargo run --bin synth -- ls --message-format json | jq .name

{PLAIN_EXIT_STATUS}",
        values = context::help(specs),
        application = application::EXAMPLE_OF_LIST,
    ))
}

fn config_schema_command() -> clap::Command {
    let about = "Shows a JSON Schema of .async_lambda/config.json";
    subcommand("config-schema", about, "[OPTIONS]").hide(HIDES_APPLICATIONS).after_help(format!(
        "Example:
  cargo run --bin synth -- config-schema > .async_lambda/config.schema.json

With `\"$schema\": \"config.schema.json\"` in it, an editor completes the file.

{PLAIN_EXIT_STATUS}"
    ))
}

fn version_command() -> clap::Command {
    subcommand("version", "Shows the versions of the library and of the schemas", "[OPTIONS]")
        .after_help(PLAIN_EXIT_STATUS)
}

/// An option with a closed set of values.
pub(super) fn choice<T: ValueEnum + Clone + Send + Sync + 'static>(
    name: &'static str,
    values: &'static str,
    help: &'static str,
) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(values)
        .hide_possible_values(true)
        .value_parser(EnumValueParser::<T>::new())
        .help(help)
}
