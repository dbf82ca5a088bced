//! Findings and failures, each with the line of the file that has to be changed.

mod place;

pub(super) use cfn_validate::{Counts, Diagnostic, Style, plural};
pub(super) use place::rust_place;

use std::collections::{HashMap, HashSet};

use cfn_model::{
    Finding, Node, Path, Segment,
    text::{Location, Position, Span},
};
use cfn_rules::MOST_OF_A_RULE;
use cfn_validate::{Place, Silence, Source, cli::Color, heard_and_silenced, node_at, render, written_path};

use super::{args::MessageFormat, environment::Environment};
use crate::{Synthesized, app, config};

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
    stack: &Synthesized,
    extras: &[Source],
    settings: Option<&Settings>,
    environment: &Environment,
) -> Vec<Diagnostic> {
    let Synthesized { name, template, report } = stack;
    let mut findings: Vec<_> = heard_and_silenced(report).collect();
    findings.sort_by_key(|(finding, _)| is_excess(finding));
    let paths: Vec<Path> =
        findings.iter().map(|(finding, _)| written_path(template.document(), &finding.path)).collect();
    // The last one wins when extras are merged, so it is asked first.
    let located: Vec<_> = extras.iter().rev().map(|source| (source, source.locate(&paths))).collect();
    let mut from_settings = settings.map(|settings| settings_places(settings, &findings)).unwrap_or_default();
    let diagnostics = findings.into_iter().enumerate().map(|(position, (finding, silenced))| {
        let from_extras = located.iter().find_map(|(source, locations)| {
            let path = &paths[position];
            let location = locations[position].filter(|location| location.depth == path.0.len())?;
            let mentioned = source.node(path)?;
            // Where they add to an object, what is wrong with it may not be theirs.
            let is_part = matches!(mentioned, Node::Object(_)) && node_at(template.document(), path) != Some(mentioned);
            (!path.0.is_empty() && (finding.origin.is_none() || !is_part))
                .then(|| file_place(source, finding, path, &location))
        });
        let from_settings = from_settings.get_mut(position).and_then(Option::take);
        let rust = || finding.origin.map(|origin| rust_place(origin, environment));
        Diagnostic {
            stack: Some(name.clone()),
            place: from_extras.or(from_settings).or_else(rust),
            silenced,
            ..Diagnostic::finding(finding)
        }
    });
    once_for_settings(diagnostics, settings)
}

/// Whether it only says how many more findings there are, which comes last.
fn is_excess(finding: &Finding) -> bool {
    finding.path.0.is_empty() && finding.message.ends_with(&format!("a report has {MOST_OF_A_RULE}"))
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
            // Which task it is said of makes no difference.
            let message = || app::without_owner(&diagnostic.message);
            from_settings.is_none_or(|place| said.insert((diagnostic.code, place.position, message())))
        })
        .collect()
}

/// The places in the file of settings of what is wrong with values that come from there, in the order of the findings.
fn settings_places(settings: &Settings, findings: &[(&Finding, Option<Silence>)]) -> Vec<Option<Place>> {
    let mut origins: HashMap<&[Segment], &Path> = HashMap::with_capacity(settings.places.len());
    for (part, origin) in &settings.places {
        origins.entry(part.0.as_slice()).or_insert(origin);
    }
    let paths: Vec<Option<Path>> = findings
        .iter()
        .map(|(finding, _)| {
            let steps = &finding.path.0;
            let parts = (1..=steps.len()).rev().map(|length| steps.split_at(length));
            let (origin, rest) = { parts }.find_map(|(part, rest)| Some((*origins.get(part)?, rest)))?;
            Some(Path(origin.0.iter().chain(rest).cloned().collect()))
        })
        .collect();
    let known: Vec<Path> = paths.iter().flatten().cloned().collect();
    let mut locations = settings.source.locate(&known).into_iter();
    let places = paths.iter().zip(findings).map(|(path, (finding, _))| {
        let path = path.as_ref()?;
        let location = locations.next()??;
        Some(file_place(&settings.source, finding, path, &location))
    });
    places.collect()
}

/// Where to look, where some rules are those of a file of settings.
fn file_place(source: &Source, finding: &Finding, path: &Path, location: &Location) -> Place {
    let part = finding.actual.as_deref().filter(|_| config::is_about_a_part(finding.rule.code));
    let spans = location.key.into_iter().chain([location.value]);
    if let Some(span) = part.and_then(|part| spans.into_iter().find_map(|span| span_of_part(&source.text, span, part)))
    {
        return Place::span(source.name.clone(), &source.text, span);
    }
    source.place(finding, path, location, config::is_about_a_name(finding.rule.code))
}

/// Where a part of a string stands in it.
fn span_of_part(text: &str, whole: Span, part: &str) -> Option<Span> {
    let inside = text.get(whole.start.offset..whole.end.offset)?;
    let before = &inside[..inside.find(part)?];
    if before.contains(['\n', '\r']) {
        return None;
    }
    let (line, column) = (whole.start.line, whole.start.column + before.chars().count());
    let offset = whole.start.offset + before.len();
    let end = Position { line, column: column + part.chars().count(), offset: offset + part.len() };
    Some(Span { start: Position { line, column, offset }, end })
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
