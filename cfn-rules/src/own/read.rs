//! Reads the schema of a type.

use cfn_model::{Node, Path, Segment, text};
use cfn_pattern::Pattern;
use cfn_schema::{
    ResourceType,
    build::{self, Json, Patterns, Problem, Replacement, View},
};

use super::SchemaError;
use crate::did_you_mean;

pub(super) fn read(name: &str, schema: &Node) -> Result<ResourceType, SchemaError> {
    cfn_schema::add_type(name, Value(schema), &Compiled).map_err(|problem| described(problem, schema))
}

fn described(problem: Problem, schema: &Node) -> SchemaError {
    let mut at = Some(schema);
    let mut segments = Vec::new();
    for step in &problem.path {
        segments.push(match at {
            Some(Node::Array(_)) => step.parse().map_or_else(|_| Segment::Key(step.clone()), Segment::Index),
            _ => Segment::Key(step.clone()),
        });
        at = at.and_then(|node| match node {
            Node::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        });
    }
    let known = build::KEYWORDS.iter().copied();
    let last = problem.path.last().map(String::as_str).unwrap_or_default();
    let help = (problem.message == build::UNKNOWN).then(|| did_you_mean(last, known)).flatten();
    SchemaError { path: Path(segments), message: problem.message, help }
}

/// A node as the builder of schemas reads it.
#[derive(Clone, Copy)]
struct Value<'a>(&'a Node);

impl<'a> Json<'a> for Value<'a> {
    fn view(self) -> View<'a, Self> {
        match self.0 {
            Node::Null => View::Null,
            Node::Bool(value) => View::Bool(*value),
            Node::Number(_) => View::Number,
            Node::String(text) => View::String(text),
            Node::Array(items) => View::Array(items.iter().map(Value).collect()),
            Node::Object(object) => {
                View::Object(object.iter().map(|(name, node)| (name.as_str(), Value(node))).collect())
            }
        }
    }

    fn get(self, name: &str) -> Option<Self> {
        self.0.get(name).map(Value)
    }

    fn text(self) -> String {
        text::to_json_compact(self.0)
    }
}

/// Patterns must be such that the validator can match them.
struct Compiled;

impl Patterns for Compiled {
    fn replacement(&self, pattern: &str) -> Result<Option<Replacement>, String> {
        match Pattern::new(pattern) {
            Ok(_) => Ok(None),
            Err(error) => Err(format!("must be a regular expression; {error}")),
        }
    }
}
