//! A template that was read.

use std::{
    io::{self, Read},
    path,
};

use cfn_model::{
    Finding, Node, Object, Path, Segment,
    text::{self, ErrorKind, Limits, Location, ReadError, Trace},
};

use crate::{Diagnostic, Place};

/// A template, or part of one, that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name as the user wrote it.
    pub name: String,
    /// What stands in the file.
    pub text: String,
    /// What it means.
    pub document: Object,
    /// Where everything in the text stands, if reading it has left that.
    pub trace: Option<Trace>,
}

impl Source {
    /// Reads a template, JSON or YAML, whose root must be an object; one with nothing in it lacks its sections. An
    /// error has its line and column.
    pub fn parse(name: impl Into<String>, text: String) -> Result<Source, Box<Diagnostic>> {
        let name = name.into();
        let (node, trace) = match text::parse_traced(&text) {
            Ok((read, trace)) => (read.node, Some(trace)),
            Err(ReadError { kind: ErrorKind::Empty, .. }) => (Node::Null, None),
            Err(error) => return Err(unreadable(&name, &text, &error)),
        };
        match node {
            Node::Object(document) => Ok(Source { name, text, document, trace }),
            Node::Null => Ok(Source { name, text, document: Object::default(), trace }),
            other => {
                let message = format!("a template must be an object, got {}", other.kind());
                let diagnostic = Diagnostic { code: Some("E0000"), ..Diagnostic::error(message) };
                Err(Box::new(diagnostic.at(Place::file(name, &text, 1, 1))))
            }
        }
    }

    /// What stands at the end of a path.
    pub fn node(&self, path: &Path) -> Option<&Node> {
        node_at(&self.document, path)
    }

    /// Where in the text paths lead, as [`text::locate`] says.
    pub fn locate(&self, paths: &[Path]) -> Vec<Option<Location>> {
        match &self.trace {
            Some(trace) => trace.locate(&self.text, paths),
            None => text::locate(&self.text, paths),
        }
    }

    /// Where to look for a finding whose path, or the part of it that is there, was located.
    ///
    /// A name that is unknown is wrong itself; so it is where `is_about_a_name` says so. Otherwise the value is,
    /// unless it fills many lines.
    pub fn place(&self, finding: &Finding, path: &Path, location: &Location, is_about_a_name: bool) -> Place {
        let is_there = location.depth == path.0.len();
        let is_unknown = match (path.0.last(), &finding.actual) {
            (Some(Segment::Key(key)), Some(actual)) => key == actual,
            _ => false,
        };
        let one_line = location.value.start.line == location.value.end.line;
        let span = match location.key {
            Some(key) if !is_there || !one_line || is_unknown || is_about_a_name => key,
            _ => location.value,
        };
        Place::span(self.name.clone(), &self.text, span)
    }
}

/// Where a value of a resource is written: in `Globals`, if it is not in the resource itself.
pub fn written_path(document: &Object, path: &Path) -> Path {
    let [Segment::Key(section), Segment::Key(id), Segment::Key(properties), rest @ ..] = path.0.as_slice() else {
        return path.clone();
    };
    if section != "Resources" || properties != "Properties" || node_at(document, path).is_some() {
        return path.clone();
    }
    let kind = document.get(section).and_then(|resources| resources[id.as_str()]["Type"].as_str());
    let kind = kind.and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
    let shared =
        kind.map(|kind| Path(["Globals", kind].map(Segment::from).into_iter().chain(rest.iter().cloned()).collect()));
    shared.filter(|shared| node_at(document, shared).is_some()).unwrap_or_else(|| path.clone())
}

/// What stands at the end of a path.
pub fn node_at<'d>(document: &'d Object, path: &Path) -> Option<&'d Node> {
    let mut steps = path.0.iter();
    let Some(Segment::Key(section)) = steps.next() else { return None };
    steps.try_fold(document.get(section)?, |node, step| match step {
        Segment::Key(key) => node.get(key),
        Segment::Index(index) => node.as_array()?.get(*index),
    })
}

/// The name for messages: the path as it was given, `stdin` for `-`.
pub fn display(path: &path::Path) -> String {
    if path == path::Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

/// What a text means, whatever its root is. An error has its line and column.
pub fn parse_node(name: &str, text: &str) -> Result<Node, Box<Diagnostic>> {
    text::parse(text, &Limits::default()).map(|document| document.node).map_err(|error| unreadable(name, text, &error))
}

fn unreadable(name: &str, text: &str, error: &ReadError) -> Box<Diagnostic> {
    let diagnostic = Diagnostic { code: Some("E0000"), ..Diagnostic::error(error.kind.to_string()) };
    let name = name.to_owned();
    Box::new(diagnostic.at(match error.position {
        Some(position) => Place::file(name, text, position.line, position.column),
        None => Place::whole(name),
    }))
}

/// Reads a text as far as its readers take it. `length` is that of the whole, where it is known.
pub fn read_text(name: &str, reader: impl Read, length: usize) -> Result<String, Box<Diagnostic>> {
    let limit = Limits::default().bytes;
    let mut bytes = Vec::with_capacity(length.min(limit) + 1);
    // One byte more than the reader takes: enough to see that there is more.
    let failed = |error: &io::Error| Box::new(Diagnostic::error(format!("{name}: {}", crate::plain(error))));
    reader.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let length = bytes.len().max(length);
    if length > limit {
        let error = ReadError { kind: ErrorKind::TooLong { limit, bytes: length }, position: None };
        let diagnostic = Diagnostic { code: Some("E0000"), ..Diagnostic::error(error.kind.to_string()) };
        return Err(Box::new(diagnostic.at(Place::whole(name.to_owned()))));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Box::new(Diagnostic::error(format!("{name}: must be UTF-8, and is not from byte {at} on")))
    })
}
