//! The arguments: every option is declared, documented and read here.

use std::{ffi::OsString, path::PathBuf, time::SystemTime};

use cfn_rules::Day;
use clap::{
    Arg, ArgAction, Command, ValueEnum,
    builder::{EnumValueParser, PossibleValue},
    error::ErrorKind,
    value_parser,
};

/// What was asked for.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) task: Task,
    pub(super) format: Format,
    pub(super) output: Option<PathBuf>,
    pub(super) config: Option<PathBuf>,
    pub(super) ignore: Vec<String>,
    pub(super) only: Vec<String>,
    pub(super) strict: bool,
    pub(super) today: Option<Day>,
    pub(super) color: Color,
}

#[derive(Debug)]
pub(super) enum Task {
    Check(Vec<PathBuf>),
    Explain(String),
    ListRules,
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
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal $help:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($variant),* }

        impl ValueEnum for $name {
            fn value_variants<'a>() -> &'a [$name] {
                &[$($name::$variant),*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self { $($name::$variant => PossibleValue::new($text).help($help)),* })
            }
        }
    )*};
}

choices! {
    /// How findings are said.
    Format {
        Text = "text" "for people: the line of the file with a caret";
        Json = "json" "for programs: one object a line";
        Sarif = "sarif" "SARIF 2.1.0, for code scanning";
        Junit = "junit" "JUnit XML, for what shows test results";
        Github = "github" "annotations, from the log of a GitHub workflow";
    }
    /// When there is colour.
    Color {
        Auto = "auto" "on a terminal, unless NO_COLOR is set";
        Always = "always" "always";
        Never = "never" "never";
    }
}

impl Color {
    /// Whether there is to be colour; `None` leaves it to the terminal.
    pub(super) fn is_wanted(self) -> Option<bool> {
        match self {
            Color::Auto => None,
            Color::Always => Some(true),
            Color::Never => Some(false),
        }
    }
}

const EXIT_STATUS: &str = "\
Exit status:
  0  no finding of severity error
  1  there are findings of severity error, or with --strict warnings
  2  arguments or settings make no sense, or a file cannot be read";

/// Reads the arguments behind the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Stop> {
    let program = OsString::from("cfn-validate");
    let mut matches = command().try_get_matches_from(std::iter::once(program).chain(arguments)).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Help(text),
            _ => Stop::Usage(text),
        }
    })?;
    let mut codes = |name: &str| matches.remove_many(name).into_iter().flatten().collect();
    let (ignore, only) = (codes("ignore"), codes("only"));
    Ok(Arguments {
        task: match (matches.remove_one("explain"), matches.get_flag("list-rules")) {
            (Some(code), _) => Task::Explain(code),
            (None, true) => Task::ListRules,
            (None, false) => Task::Check(matches.remove_many("files").into_iter().flatten().collect()),
        },
        format: matches.remove_one("format").unwrap_or(Format::Text),
        output: matches.remove_one("output"),
        config: matches.remove_one("config"),
        ignore,
        only,
        strict: matches.get_flag("strict"),
        today: matches.remove_one("today"),
        color: matches.remove_one("color").unwrap_or(Color::Auto),
    })
}

/// A day, or the one of the clock.
fn day(text: &str) -> Result<Day, String> {
    if text == "now" { Ok(SystemTime::now().into()) } else { text.parse() }
}

fn command() -> Command {
    let path = |name: &'static str| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    let codes = |name: &'static str| {
        Arg::new(name).long(name).value_name("CODE").action(ArgAction::Append).value_delimiter(',')
    };
    Command::new("cfn-validate")
        .about("Checks CloudFormation and SAM templates and shows the lines that are wrong.")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(EXIT_STATUS)
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .num_args(0..)
                .value_parser(value_parser!(PathBuf))
                .help("Templates, folders, patterns ('templates/**/*.yaml'), or - for stdin"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .value_name("FORMAT")
                .value_parser(EnumValueParser::<Format>::new())
                .help("How findings are said [default: text]"),
        )
        .arg(path("output").short('o').help("Write the findings to a file instead of stdout"))
        .arg(codes("ignore").help("Silence a rule, or all that begin like this; several with commas"))
        .arg(codes("only").help("Check nothing but a rule, or those that begin like this"))
        .arg(Arg::new("strict").long("strict").action(ArgAction::SetTrue).help("Fail on warnings too"))
        .arg(
            Arg::new("today")
                .long("today")
                .value_name("DAY")
                .value_parser(day)
                .help("A day like 2026-11-20, or now: what AWS refuses by then fails"),
        )
        .arg(path("config").help("The settings [default: .cfn-validate.yaml, here or above]"))
        .arg(
            Arg::new("explain")
                .long("explain")
                .value_name("CODE")
                .conflicts_with_all(["files", "list-rules", "ignore", "only", "strict", "today", "config"])
                .help("Say what a rule is about, with a mistake and its mend"),
        )
        .arg(
            Arg::new("list-rules")
                .long("list-rules")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["files", "ignore", "only", "strict", "today", "config"])
                .help("List all rules"),
        )
        .arg(
            Arg::new("color")
                .long("color")
                .value_name("WHEN")
                .value_parser(EnumValueParser::<Color>::new())
                .help("When there is colour [default: auto]"),
        )
}
