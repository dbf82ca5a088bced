//! The file of settings in what is said of a stack: the line to change is there, where a value comes from it.

use std::collections::{HashMap, HashSet};

use cfn_model::{
    Finding, Node, Object, Path, Segment,
    text::{self, ErrorKind, ReadError},
};
use cfn_validate::{Place, Source, SuppressedBy, parse_node};

use super::super::{
    Session, files,
    report::{Diagnostic, file_place},
};
use crate::app;

/// A file of settings.
pub(super) struct Settings {
    source: Source,
    /// Parts of the template, each with the part of the file that it comes from.
    places: Vec<(Path, Path)>,
}

impl Settings {
    pub(super) fn new(source: Source, places: Vec<(Path, Path)>) -> Settings {
        Settings { source, places }
    }

    /// The places in the file of what is wrong with values that come from there, in the order of the findings.
    pub(super) fn places(&self, findings: &[(&Finding, Option<SuppressedBy>)]) -> Vec<Option<Place>> {
        let mut origins: HashMap<&[Segment], &Path> = HashMap::with_capacity(self.places.len());
        for (part, origin) in &self.places {
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
        let mut locations = self.source.locate(&known).into_iter();
        let places = paths.iter().zip(findings).map(|(path, (finding, _))| {
            let path = path.as_ref()?;
            let location = locations.next()??;
            Some(file_place(&self.source, finding, path, &location))
        });
        places.collect()
    }

    /// The diagnostics, with each mistake in the file once.
    pub(super) fn without_repeats(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut said = HashSet::new();
        diagnostics
            .into_iter()
            .filter(|diagnostic| {
                let from_settings = diagnostic.place.as_ref().filter(|place| place.file == self.source.name);
                // Which task it is said of makes no difference.
                let message = || app::without_owner(&diagnostic.message);
                from_settings.is_none_or(|place| said.insert((diagnostic.code, place.position, message())))
            })
            .collect()
    }
}

/// Reads a config file, `-` being stdin, and what stands in it.
pub(in super::super) fn read(
    session: &mut Session<'_>,
    path: &std::path::Path,
) -> Result<(Source, Node), Box<Diagnostic>> {
    let (name, text) = (files::display(path), files::text(session, path)?);
    // The reader takes YAML too. Editors, `jq` and the Python package do not.
    if let (Err(error), true) = (is_json(&text), text::parse_traced(&text).is_ok()) {
        let mut diagnostic = Diagnostic::error(format!("the config file must be JSON: {}", reason(&error)));
        diagnostic.code = Some("E0000");
        return Err(Box::new(diagnostic.at(Place::file(name, &text, error.line(), error.column()))));
    }
    match text::parse_traced(&text) {
        Ok((read, trace)) => Ok((Source { name, text, document: Object::default(), trace: Some(trace) }, read.node)),
        Err(ReadError { kind: ErrorKind::Empty, .. }) => {
            let mut diagnostic = Diagnostic::error("the config file must be an object, got an empty file");
            diagnostic.code = Some("E0000");
            diagnostic.help = Some("write `{}`, or remove the file".to_owned());
            Err(Box::new(diagnostic.at(Place::file(name, &text, 1, 1))))
        }
        // It says where reading ended.
        Err(_) => Err(parse_node(&name, &text).err().unwrap_or_else(|| Box::new(Diagnostic::error(name)))),
    }
}

fn is_json(text: &str) -> Result<(), serde_json::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<serde_json::Value>(text).map(drop)
}

/// The error without the place, which is shown apart.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// What is wrong with a file of settings, each with its line.
pub(super) fn diagnostics(source: &Source, findings: &[Finding]) -> Vec<Diagnostic> {
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
