//! The settings, `.cfn-validate.yaml`, and what they and the arguments select.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use cfn_model::{Node, Object, Severity, text};
use cfn_rules::{did_you_mean, registry};
use glob::Pattern;

use super::{Arguments, Failure};
use crate::{Diagnostic, Place, SuppressedBy, parse_node, plain, read_text};

/// The name of the file. JSON is YAML too.
const NAME: &str = ".cfn-validate.yaml";
const KEYS: [&str; 8] = ["exclude", "files", "ignore", "info", "only", "regions", "schemas", "strict"];

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The folder of the file, where its patterns start.
    pub(super) folder: PathBuf,
    /// What is checked when the command line names nothing.
    pub(super) files: Vec<String>,
    /// What is not, among what is found.
    pub(super) exclude: Vec<Pattern>,
    /// Codes, or how they begin, each with a reason.
    ignore: Vec<(String, String)>,
    /// Codes, or how they begin.
    only: Vec<String>,
    strict: bool,
    info: bool,
    /// The regions that must have the types.
    pub(super) regions: Vec<String>,
    /// The files with the schemas of types, from the folder of the settings.
    pub(super) schemas: Vec<String>,
}

/// The settings that were named, those of this folder or one above it, or none.
pub(super) fn find(directory: &Path, named: Option<&Path>) -> Result<Settings, Failure> {
    let (path, name) = match named {
        Some(path) => (directory.join(path), path.display().to_string()),
        None => match directory.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file()) {
            Some(path) => {
                let name = path.strip_prefix(directory).unwrap_or(&path).display().to_string();
                (path, name)
            }
            None => return Ok(Settings { folder: directory.to_owned(), ..Settings::default() }),
        },
    };
    let file = File::open(&path).map_err(|error| super::failure(format!("{name}: {}", plain(&error))))?;
    let text = read_text(&name, file, 0).map_err(|diagnostic| vec![*diagnostic])?;
    let folder = path.parent().unwrap_or(directory).to_owned();
    parse(&name, &text).map(|settings| Settings { folder, ..settings })
}

fn parse(name: &str, text: &str) -> Result<Settings, Failure> {
    let is_empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if is_empty {
        return Ok(Settings::default());
    }
    let node = parse_node(name, text).map_err(|diagnostic| vec![Diagnostic { code: None, ..*diagnostic }])?;
    let mut reader = Reader::default();
    let settings = match &node {
        Node::Object(object) => reader.settings(object),
        other => {
            reader.wrong(&[], "settings", "an object", other);
            Settings::default()
        }
    };
    if reader.mistakes.is_empty() {
        return Ok(settings);
    }
    let paths: Vec<cfn_model::Path> = reader.mistakes.iter().map(|mistake| mistake.path.clone()).collect();
    let located = reader.mistakes.into_iter().zip(text::locate(text, &paths));
    Err(located
        .map(|(mistake, location)| {
            let place = match location {
                Some(location) => {
                    let span = location.key.filter(|_| mistake.is_about_the_key).unwrap_or(location.value);
                    Place::span(name.to_owned(), text, span)
                }
                None => Place::whole(name.to_owned()),
            };
            Diagnostic { help: mistake.help, ..Diagnostic::error(mistake.message) }.at(place)
        })
        .collect())
}

struct Mistake {
    path: cfn_model::Path,
    message: String,
    help: Option<String>,
    is_about_the_key: bool,
}

#[derive(Default)]
struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn settings(&mut self, object: &Object) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in object {
            match key.as_str() {
                "exclude" => {
                    for (index, pattern) in self.texts(key, value).into_iter().enumerate() {
                        match Pattern::new(&pattern) {
                            Ok(pattern) => settings.exclude.push(pattern),
                            Err(error) => self.pattern(key, index, &pattern, &error),
                        }
                    }
                }
                "files" => {
                    settings.files = self.texts(key, value);
                    for (index, pattern) in settings.files.iter().enumerate() {
                        if let Err(error) = Pattern::new(pattern) {
                            self.pattern(key, index, pattern, &error);
                        }
                    }
                }
                "ignore" => settings.ignore = self.ignore(key, value),
                "only" => {
                    settings.only = self.texts(key, value);
                    for (index, code) in settings.only.iter().enumerate() {
                        self.code(code, cfn_model::Path::default().join(key.as_str()).join(index), false);
                    }
                }
                "regions" => {
                    settings.regions = self.texts(key, value);
                    for (index, region) in settings.regions.iter().enumerate() {
                        if let Some((message, help)) = cfn_rules::unknown_region(region) {
                            let path = cfn_model::Path::default().join(key.as_str()).join(index);
                            self.mistakes.push(Mistake { path, message, help: Some(help), is_about_the_key: false });
                        }
                    }
                }
                "schemas" => settings.schemas = self.texts(key, value),
                "info" => settings.info = self.flag(key, value),
                "strict" => settings.strict = self.flag(key, value),
                _ => self.mistakes.push(Mistake {
                    path: cfn_model::Path::default().join(key.as_str()),
                    message: format!("`{key}`: must be one of {}", KEYS.join(", ")),
                    help: did_you_mean(key, KEYS),
                    is_about_the_key: true,
                }),
            }
        }
        settings
    }

    fn flag(&mut self, key: &str, value: &Node) -> bool {
        if !matches!(value, Node::Bool(_)) {
            self.wrong(&[key], key, "true or false", value);
        }
        matches!(value, Node::Bool(true))
    }

    fn texts(&mut self, key: &str, value: &Node) -> Vec<String> {
        let Some(items) = value.as_array() else {
            self.wrong(&[key], key, "a list of texts", value);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item.as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => self.mistakes.push(Mistake {
                    path: cfn_model::Path::default().join(key).join(index),
                    message: format!("`{key}[{index}]`: must be a text, got {}", item.kind()),
                    help: None,
                    is_about_the_key: false,
                }),
            }
        }
        texts
    }

    fn ignore(&mut self, key: &str, value: &Node) -> Vec<(String, String)> {
        let Some(codes) = value.as_object() else {
            self.wrong(&[key], key, "an object of codes, each with a reason", value);
            return Vec::new();
        };
        let mut ignored = Vec::with_capacity(codes.len());
        for (code, reason) in codes {
            self.code(code, cfn_model::Path::default().join(key).join(code.as_str()), true);
            match reason.as_str().filter(|reason| !reason.trim().is_empty()) {
                Some(reason) => ignored.push((code.clone(), reason.to_owned())),
                None => self.wrong(&[key, code], code, "a reason", reason),
            }
        }
        ignored
    }

    fn code(&mut self, code: &str, path: cfn_model::Path, is_about_the_key: bool) {
        if let Some((message, help)) = unknown(code) {
            self.mistakes.push(Mistake { path, message, help, is_about_the_key });
        }
    }

    fn pattern(&mut self, key: &str, index: usize, pattern: &str, error: &glob::PatternError) {
        self.mistakes.push(Mistake {
            path: cfn_model::Path::default().join(key).join(index),
            message: format!("`{pattern}`: must be a pattern of paths: {}", error.msg),
            help: None,
            is_about_the_key: false,
        });
    }

    fn wrong(&mut self, path: &[&str], subject: &str, expected: &str, got: &Node) {
        self.mistakes.push(Mistake {
            path: cfn_model::Path(path.iter().map(|step| (*step).into()).collect()),
            message: format!("`{subject}`: must be {expected}, got {}", got.kind()),
            help: None,
            is_about_the_key: false,
        });
    }
}

/// What to say of a code that no rule has, and with which none begins.
fn unknown(code: &str) -> Option<(String, Option<String>)> {
    let is_known = !code.is_empty() && registry::all().any(|rule| rule.code.starts_with(code));
    (!is_known).then(|| {
        let help = did_you_mean(code, registry::all().map(|rule| rule.code));
        (format!("`{code}`: no rule has this code, and none begins like this"), help)
    })
}

/// Which findings count.
#[derive(Debug)]
pub(super) struct Selection {
    ignore: Vec<(String, String)>,
    only: Vec<String>,
    strict: bool,
    info: bool,
}

/// Whether a finding is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selected {
    Yes,
    No,
    /// Not, because its severity is info.
    Hidden,
}

impl Selection {
    pub(super) fn new(settings: &Settings, arguments: &Arguments) -> Result<Selection, Failure> {
        let mistakes: Failure = [("--ignore", &arguments.ignore), ("--only", &arguments.only)]
            .into_iter()
            .flat_map(|(option, codes)| codes.iter().filter_map(move |code| Some((option, unknown(code)?))))
            .map(|(option, (message, help))| {
                let help = help.unwrap_or_else(|| "`--list-rules` lists all".to_owned());
                Diagnostic { help: Some(help), ..Diagnostic::error(format!("`{option}`: {message}")) }
            })
            .collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let ignored = arguments.ignore.iter().map(|code| (code.clone(), "`--ignore`".to_owned()));
        Ok(Selection {
            ignore: settings.ignore.iter().cloned().chain(ignored).collect(),
            only: if arguments.only.is_empty() { settings.only.clone() } else { arguments.only.clone() },
            strict: settings.strict || arguments.strict,
            info: settings.info || arguments.info,
        })
    }

    /// Whether a finding is shown. One that is suppressed is marked.
    pub(super) fn select(&self, diagnostic: &mut Diagnostic) -> Selected {
        let Some(code) = diagnostic.code else { return Selected::Yes };
        if diagnostic.suppressed.is_none() {
            let suppressed = self.ignore.iter().find(|(start, _)| code.starts_with(start.as_str()));
            diagnostic.suppressed =
                suppressed.map(|(_, reason)| SuppressedBy { reason: reason.clone(), is_in_source: false });
        }
        if !self.only.is_empty() && !self.only.iter().any(|start| code.starts_with(start.as_str())) {
            return Selected::No;
        }
        // Whoever names the code, or those that begin with `I`, wants to see them.
        let is_named = || self.only.iter().any(|start| start == code || start.starts_with('I'));
        match diagnostic.severity {
            Severity::Info if !self.info && !is_named() => Selected::Hidden,
            _ => Selected::Yes,
        }
    }

    /// Whether a finding makes the run fail.
    pub(super) fn fails(&self, diagnostic: &Diagnostic) -> bool {
        match diagnostic.severity {
            Severity::Error => true,
            Severity::Warning => self.strict,
            Severity::Info => false,
        }
    }
}
