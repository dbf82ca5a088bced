//! Findings and failures, and how they are said: one renderer a format.

mod human;
mod json;
mod place;
mod style;

pub(super) use place::{Place, rust_place};
pub(super) use style::Style;

use std::collections::HashSet;

use cfn_model::{
    Node, Path, Segment,
    text::{self, Location},
    validate::{Finding, Origin, Report, Severity},
};

use super::{
    args::{Color, MessageFormat},
    environment::Environment,
    files::Source,
};
use crate::config;

/// A finding about a template, or a failure of a command, ready to be said.
#[derive(Clone, Debug)]
pub(super) struct Diagnostic {
    pub(super) severity: Severity,
    pub(super) code: Option<&'static str>,
    pub(super) message: String,
    /// Where a person has to look.
    pub(super) place: Option<Place>,
    /// The stack, where it is about one of this program's.
    pub(super) stack: Option<String>,
    /// The place in the template.
    pub(super) path: Option<String>,
    pub(super) expected: Option<String>,
    pub(super) actual: Option<String>,
    pub(super) help: Option<String>,
    pub(super) origin: Option<Origin>,
    /// Why no alternative of the schema fits: code, place and message of each mistake.
    pub(super) causes: Vec<(&'static str, String, String)>,
}

impl Diagnostic {
    /// A failure that is no finding about a template.
    pub(super) fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            place: None,
            stack: None,
            path: None,
            expected: None,
            actual: None,
            help: None,
            origin: None,
            causes: Vec::new(),
        }
    }

    /// The same, with a place.
    pub(super) fn at(self, place: Place) -> Diagnostic {
        Diagnostic { place: Some(place), ..self }
    }

    fn finding(finding: &Finding) -> Diagnostic {
        Diagnostic {
            severity: finding.rule.severity,
            code: Some(finding.rule.code),
            message: finding.message.clone(),
            place: None,
            stack: None,
            path: Some(finding.path.to_string()).filter(|path| !path.is_empty()),
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            help: finding.help.clone(),
            origin: finding.origin,
            causes: finding
                .with_causes()
                .skip(1)
                .map(|cause| (cause.rule.code, cause.path.to_string(), cause.message.clone()))
                .collect(),
        }
    }
}

/// A file of settings, and which part of a template comes from which part of it.
pub(super) struct Settings {
    pub(super) source: Source,
    pub(super) places: Vec<(Path, Path)>,
}

/// What is wrong with an application, each with its Rust line.
pub(super) fn of_application(findings: &[Finding], environment: &Environment) -> Vec<Diagnostic> {
    findings
        .iter()
        .map(|finding| {
            let place = finding.origin.map(|origin| rust_place(origin, environment));
            Diagnostic { place, ..Diagnostic::finding(finding) }
        })
        .collect()
}

/// What is wrong with a file of settings, each with its line.
pub(super) fn of_settings(source: &Source, findings: Vec<Finding>) -> Vec<Diagnostic> {
    of_file(source, &Report { findings })
}

/// The findings about a template that was read from a file, each with its line.
pub(super) fn of_file(source: &Source, report: &Report) -> Vec<Diagnostic> {
    let paths: Vec<Path> = report.findings.iter().map(|finding| finding.path.clone()).collect();
    let locations = text::locate(&source.text, &paths);
    report
        .findings
        .iter()
        .zip(locations)
        .map(|(finding, location)| {
            let place = match location {
                Some(location) => file_place(source, finding, &finding.path, &location),
                None => Place::whole(source.name.clone()),
            };
            Diagnostic::finding(finding).at(place)
        })
        .collect()
}

/// The findings about a stack of this program, each with the Rust line, or with the line of the extras
/// or of the settings where it is they who say what is wrong.
pub(super) fn of_stack(
    name: &str,
    report: &Report,
    extras: &[Source],
    settings: Option<&Settings>,
    environment: &Environment,
) -> Vec<Diagnostic> {
    let paths: Vec<Path> = report.findings.iter().map(|finding| finding.path.clone()).collect();
    // The last one wins when extras are merged, so it is asked first.
    let located: Vec<_> = extras.iter().rev().map(|source| (source, text::locate(&source.text, &paths))).collect();
    let diagnostics = report.findings.iter().enumerate().map(|(position, finding)| {
        let from_extras = located.iter().find_map(|(source, locations)| {
            let location = locations[position].filter(|location| location.depth == finding.path.0.len())?;
            let mentioned = node_at(source, &finding.path)?;
            let is_container = matches!(mentioned, Node::Object(_) | Node::Array(_));
            (!finding.path.0.is_empty() && (finding.origin.is_none() || !is_container))
                .then(|| file_place(source, finding, &finding.path, &location))
        });
        let from_settings = || settings.and_then(|settings| settings_place(settings, finding));
        let rust = || finding.origin.map(|origin| rust_place(origin, environment));
        Diagnostic {
            stack: Some(name.to_owned()),
            place: from_extras.or_else(from_settings).or_else(rust),
            ..Diagnostic::finding(finding)
        }
    });
    once_for_settings(diagnostics, settings)
}

/// A mistake in a setting is in every function and queue that has it, and is said once.
fn once_for_settings(diagnostics: impl Iterator<Item = Diagnostic>, settings: Option<&Settings>) -> Vec<Diagnostic> {
    let mut said = HashSet::new();
    diagnostics
        .filter(|diagnostic| {
            let from_settings = diagnostic
                .place
                .as_ref()
                .filter(|place| settings.is_some_and(|settings| settings.source.name == place.file));
            from_settings.is_none_or(|place| said.insert((diagnostic.code, place.position, diagnostic.message.clone())))
        })
        .collect()
}

/// The place in the file of settings of what is wrong with a value that comes from there.
fn settings_place(settings: &Settings, finding: &Finding) -> Option<Place> {
    let steps = &finding.path.0;
    let (part, origin) = settings.places.iter().find(|(part, _)| steps.starts_with(&part.0))?;
    let path = Path(origin.0.iter().chain(&steps[part.0.len()..]).cloned().collect());
    let location = text::locate(&settings.source.text, std::slice::from_ref(&path)).pop()??;
    Some(file_place(&settings.source, finding, &path, &location))
}

fn node_at<'a>(source: &'a Source, path: &Path) -> Option<&'a Node> {
    let mut segments = path.0.iter();
    let Some(Segment::Key(first)) = segments.next() else { return None };
    let first = source.document.get(first)?;
    segments.try_fold(first, |node, segment| match segment {
        Segment::Key(key) => node.get(key),
        Segment::Index(index) => node.as_array()?.get(*index),
    })
}

/// Unknown names are wrong themselves; otherwise a value is, unless it fills many lines.
fn file_place(source: &Source, finding: &Finding, path: &Path, location: &Location) -> Place {
    let is_there = location.depth == path.0.len();
    let is_unknown = match (path.0.last(), &finding.actual) {
        (Some(Segment::Key(key)), Some(actual)) => key == actual,
        _ => false,
    };
    let is_a_name = is_unknown || config::is_about_a_name(finding.rule.code);
    let one_line = location.value.start.line == location.value.end.line;
    let span = match location.key {
        Some(key) if !is_there || !one_line || is_a_name => key,
        _ => location.value,
    };
    Place::span(source.name.clone(), &source.text, span)
}

/// How many findings of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
}

impl Counts {
    pub(super) fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Info => counts.infos += 1,
            }
        }
        counts
    }

    /// `2 errors, 1 warning`; `no findings`.
    pub(super) fn words(self) -> String {
        let parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| plural(count, word))
            .collect();
        if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
    }
}

/// `1 error`, `2 errors`.
pub(super) fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Says diagnostics in the format and colours that were asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporter {
    format: MessageFormat,
    /// The style of stdout.
    pub(super) out: Style,
    /// The style of stderr.
    pub(super) err: Style,
}

impl Reporter {
    pub(super) fn new(format: MessageFormat, color: Color, environment: &Environment) -> Reporter {
        let style = |is_terminal: bool| match color {
            Color::Always => Style::colored(),
            Color::Never => Style::plain(),
            Color::Auto if is_terminal && !environment.no_color => Style::colored(),
            Color::Auto => Style::plain(),
        };
        Reporter { format, out: style(environment.out_is_terminal), err: style(environment.err_is_terminal) }
    }

    pub(super) fn for_out(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.out)
    }

    pub(super) fn for_err(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.err)
    }

    fn render(self, diagnostic: &Diagnostic, style: Style) -> String {
        match self.format {
            MessageFormat::Human => human::render(diagnostic, style),
            MessageFormat::Json => json::render(diagnostic),
        }
    }
}
