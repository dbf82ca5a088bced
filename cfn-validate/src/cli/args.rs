//! The arguments: every option is declared, documented and read here. All but `--color` are those of `synth validate`
//! too.

use std::{ffi::OsString, path::PathBuf, time::SystemTime};

use cfn_rules::Day;
use clap::{
    Arg, ArgAction, ArgMatches, Command, ValueEnum,
    builder::{EnumValueParser, PossibleValue},
    error::ErrorKind,
    value_parser,
};

/// The arguments of a check, as [`options`] declares them.
#[derive(Debug)]
pub struct Arguments {
    pub(super) task: Task,
    format: Option<Format>,
    pub(super) output: Option<PathBuf>,
    pub(super) config: Option<PathBuf>,
    pub(super) ignore: Vec<String>,
    pub(super) only: Vec<String>,
    pub(super) strict: bool,
    pub(super) info: bool,
    pub(super) packaged: bool,
    pub(super) today: Option<Day>,
    pub(super) schemas: Vec<PathBuf>,
    pub(super) regions: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Task {
    Check(Vec<PathBuf>),
    Explain(String),
    ListRules,
}

impl Arguments {
    /// Reads what was given for [`options`].
    pub fn of(matches: &ArgMatches) -> Arguments {
        let codes = |name: &str| matches.get_many(name).into_iter().flatten().cloned().collect();
        Arguments {
            task: match (matches.get_one("explain").cloned(), matches.get_flag("list-rules")) {
                (Some(code), _) => Task::Explain(code),
                (None, true) => Task::ListRules,
                (None, false) => Task::Check(matches.get_many("files").into_iter().flatten().cloned().collect()),
            },
            format: matches.get_one("format").copied(),
            output: matches.get_one("output").cloned(),
            config: matches.get_one("config").cloned(),
            ignore: codes("ignore"),
            only: codes("only"),
            strict: matches.get_flag("strict"),
            info: matches.get_flag("info"),
            packaged: matches.get_flag("packaged"),
            today: matches.get_one("today").copied(),
            schemas: matches.get_many("schema").into_iter().flatten().cloned().collect(),
            regions: codes("region"),
        }
    }

    /// The format that was asked for, by default text.
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format::Text)
    }

    /// The same, with another default format.
    pub fn or_format(self, format: Format) -> Arguments {
        Arguments { format: self.format.or(Some(format)), ..self }
    }
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
        pub enum $name {
            $(#[doc = $help] $variant),*
        }

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
    /// Whether colour is wanted; `None` leaves it to the terminal.
    pub fn is_wanted(self) -> Option<bool> {
        match self {
            Color::Auto => None,
            Color::Always => Some(true),
            Color::Never => Some(false),
        }
    }
}

/// What the exit status of a check means, for the end of a help text.
pub const EXIT_STATUS: &str = "\
Exit status:
  0  no finding of severity error
  1  findings of severity error, or with --strict warnings
  2  invalid arguments or settings, or a file that cannot be read";

/// Reads the arguments behind the program's name.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<(Arguments, Color), Stop> {
    let program = OsString::from("cfn-validate");
    let matches = command().try_get_matches_from(std::iter::once(program).chain(arguments)).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Help(text),
            _ => Stop::Usage(text),
        }
    })?;
    let color = matches.get_one("color").copied().unwrap_or(Color::Auto);
    Ok((Arguments::of(&matches), color))
}

/// A day, or today.
fn day(text: &str) -> Result<Day, String> {
    if text == "now" { Ok(SystemTime::now().into()) } else { text.parse() }
}

fn command() -> Command {
    Command::new("cfn-validate")
        .about("Checks CloudFormation and SAM templates and shows the lines that are wrong.")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(EXIT_STATUS)
        .next_line_help(true)
        .args(options())
        .arg(choice::<Color>("color", "auto|always|never", "When there is colour [default: auto]"))
}

/// The options of a check: those of `cfn-validate` and of `synth validate`.
pub fn options() -> Vec<Arg> {
    let path = |name: &'static str| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    let codes = |name: &'static str| {
        Arg::new(name).long(name).value_name("CODE").action(ArgAction::Append).value_delimiter(',')
    };
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let checking = ["files", "ignore", "only", "strict", "info", "packaged", "today", "schema", "region", "config"];
    vec![
        Arg::new("files")
            .value_name("FILE")
            .num_args(0..)
            .value_parser(value_parser!(PathBuf))
            .help("Templates, folders, patterns ('templates/**/*.yaml'), or - for stdin"),
        choice::<Format>("format", "text|json|sarif|junit|github", "Format of the findings [default: text]").short('f'),
        path("output").short('o').help("Write the findings to a file instead of stdout"),
        codes("ignore").help("Suppress a rule, or all that begin like this; several with commas"),
        codes("only").help("Check only a rule, or those that begin like this"),
        flag("strict").help("Fail on warnings too"),
        flag("info").help("Show findings of severity info too"),
        flag("packaged")
            // Its name before there was anything between an error and silence.
            .alias("check-files")
            .help("The code has been packaged: what templates name must be there"),
        Arg::new("today")
            .long("today")
            .value_name("DAY")
            .value_parser(day)
            .help("A day like 2026-11-20, or now: what AWS refuses by then fails"),
        path("schema")
            .action(ArgAction::Append)
            .help("The schema of a private or third-party resource type; can be repeated"),
        codes("region")
            .alias("regions")
            .value_name("REGION")
            .help("A region that must have the resource types; several with commas"),
        path("config").help("The config file [default: .cfn-validate.yaml, here or above]"),
        Arg::new("explain")
            .long("explain")
            .value_name("CODE")
            .conflicts_with_all(checking)
            .conflicts_with("list-rules")
            .help("Explain a rule, with a mistake and its fix"),
        flag("list-rules").conflicts_with_all(checking).help("List all rules"),
    ]
}

/// An option with a closed set of values, which the long help explains.
fn choice<T: ValueEnum + Send + Sync + 'static>(name: &'static str, values: &'static str, help: &'static str) -> Arg {
    let explained = T::value_variants().iter().filter_map(ValueEnum::to_possible_value).map(|value| {
        let help = value.get_help().map(ToString::to_string).unwrap_or_default();
        format!("\n- {}: {help}", value.get_name())
    });
    Arg::new(name)
        .long(name)
        .value_name(values)
        .hide_possible_values(true)
        .value_parser(EnumValueParser::<T>::new())
        .help(help)
        .long_help(help.to_owned() + &explained.collect::<String>())
}
