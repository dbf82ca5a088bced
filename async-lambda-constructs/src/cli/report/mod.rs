//! Findings and failures, each with the line of the file that has to be changed.

mod place;

pub(super) use cfn_validate::{Counts, Diagnostic, Style, diagnostics as of_file, plural};
pub(super) use place::rust_place;

use std::collections::HashSet;

use cfn_model::{Finding, Node, Path, Report, text::Location};
use cfn_validate::{Place, Source, heard_and_silenced, render};

use super::{
    args::{Color, MessageFormat},
    environment::Environment,
};
use crate::config;

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
pub(super) fn of_settings(source: &Source, findings: &[Finding]) -> Vec<Diagnostic> {
    let paths: Vec<Path> = findings.iter().map(|finding| finding.path.clone()).collect();
    let located = findings.iter().zip(source.locate(&paths));
    located
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
    let findings: Vec<_> = heard_and_silenced(report).collect();
    let paths: Vec<Path> = findings.iter().map(|(finding, _)| finding.path.clone()).collect();
    // The last one wins when extras are merged, so it is asked first.
    let located: Vec<_> = extras.iter().rev().map(|source| (source, source.locate(&paths))).collect();
    let diagnostics = findings.into_iter().enumerate().map(|(position, (finding, silenced))| {
        let from_extras = located.iter().find_map(|(source, locations)| {
            let location = locations[position].filter(|location| location.depth == finding.path.0.len())?;
            let mentioned = source.node(&finding.path)?;
            let is_container = matches!(mentioned, Node::Object(_) | Node::Array(_));
            (!finding.path.0.is_empty() && (finding.origin.is_none() || !is_container))
                .then(|| file_place(source, finding, &finding.path, &location))
        });
        let from_settings = || settings.and_then(|settings| settings_place(settings, finding));
        let rust = || finding.origin.map(|origin| rust_place(origin, environment));
        Diagnostic {
            stack: Some(name.to_owned()),
            place: from_extras.or_else(from_settings).or_else(rust),
            silenced,
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
    let location = settings.source.locate(std::slice::from_ref(&path)).pop()??;
    Some(file_place(&settings.source, finding, &path, &location))
}

/// Where to look, where some rules are those of a file of settings.
fn file_place(source: &Source, finding: &Finding, path: &Path, location: &Location) -> Place {
    source.place(finding, path, location, config::is_about_a_name(finding.rule.code))
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
        let (out, err) = environment.surroundings.styles(color.is_wanted());
        Reporter { format, out, err }
    }

    pub(super) fn for_out(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.out)
    }

    pub(super) fn for_err(self, diagnostic: &Diagnostic) -> String {
        self.render(diagnostic, self.err)
    }

    fn render(self, diagnostic: &Diagnostic, style: Style) -> String {
        match self.format {
            MessageFormat::Human => render::human(diagnostic, style),
            MessageFormat::Json => render::json(diagnostic),
        }
    }
}
