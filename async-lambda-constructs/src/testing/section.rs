//! Sections of a template, and the words about their entries.

use std::collections::BTreeMap;

use cfn_model::{Node, Path, Template};
use cfn_schema::matches_wildcard;

use super::{
    Match,
    compare::{Comparison, Objects, compare},
    show,
};

/// A section whose entries have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Resources,
    Outputs,
    Parameters,
    Conditions,
    Mappings,
}

/// A choice of entries of a section: by logical id, or by type.
pub(super) struct Selection<'a> {
    section: Section,
    /// Their logical id, with `*` for any characters.
    id: &'a str,
    /// Of resources their type, where the pattern has one.
    type_name: Option<&'a Node>,
}

/// An entry beside the pattern.
pub(super) struct Candidate<'t> {
    pub(super) id: &'t str,
    pub(super) path: Path,
    definition: &'t Node,
    pub(super) comparison: Comparison,
}

impl Section {
    const fn key(self) -> &'static str {
        match self {
            Section::Resources => "Resources",
            Section::Outputs => "Outputs",
            Section::Parameters => "Parameters",
            Section::Conditions => "Conditions",
            Section::Mappings => "Mappings",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Section::Resources => "resource",
            Section::Outputs => "output",
            Section::Parameters => "parameter",
            Section::Conditions => "condition",
            Section::Mappings => "mapping",
        }
    }

    /// The entries. Loops are none: what they make, CloudFormation knows.
    fn entries(self, template: &Template) -> impl Iterator<Item = (&str, &Node)> {
        let entries = template.document().get(self.key()).and_then(Node::as_object);
        let entries = entries.into_iter().flatten().map(|(id, definition)| (id.as_str(), definition));
        entries.filter(|(id, _)| !id.starts_with("Fn::ForEach::"))
    }
}

impl<'a> Selection<'a> {
    /// The resources of the type that the pattern has.
    pub(super) fn of_type(pattern: &'a Node) -> Selection<'a> {
        Selection { section: Section::Resources, id: "*", type_name: pattern.get("Type") }
    }

    /// The entries with this logical id, in which `*` stands for any characters.
    pub(super) fn of_id(section: Section, id: &'a str) -> Selection<'a> {
        Selection { section, id, type_name: None }
    }

    /// The entries, each beside the pattern.
    pub(super) fn compare<'t>(&self, template: &'t Template, pattern: &Node) -> Vec<Candidate<'t>> {
        let mut candidates = Vec::new();
        for (id, definition) in self.section.entries(template) {
            let path = Path::default().join(self.section.key()).join(id);
            let is_of_type = self
                .type_name
                .is_none_or(|name| compare(name, definition.get("Type"), &path, Objects::Like).is_match());
            if is_of_type && matches_wildcard(self.id, id) {
                let comparison = compare(pattern, Some(definition), &path, Objects::Like);
                candidates.push(Candidate { id, path, definition, comparison });
            }
        }
        candidates
    }

    /// The choice in words: "resources of type `AWS::SQS::Queue`".
    pub(super) fn words(&self, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        let mut words = format!("{}{plural}", self.section.noun());
        match self.type_name {
            Some(Node::String(name)) => words.push_str(&format!(" of type `{name}`")),
            Some(pattern) => words.push_str(&format!(" of type {}", show::text(pattern))),
            None if self.id != "*" => words.push_str(&format!(" `{}`", self.id)),
            None => {}
        }
        words
    }

    /// Words for a choice of nothing, with the entries that are there instead.
    pub(super) fn nothing(&self, template: &Template) -> String {
        let missing = format!("there is no {}", self.words(1));
        let others = match self.type_name {
            Some(_) => {
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for (_, definition) in self.section.entries(template) {
                    *counts.entry(definition["Type"].as_str().unwrap_or("no type")).or_default() += 1;
                }
                listed(counts.into_iter().map(|(name, count)| match count {
                    1 => format!("`{name}`"),
                    count => format!("`{name}` ({count})"),
                }))
            }
            None => listed(self.section.entries(template).map(|(id, _)| format!("`{id}`"))),
        };
        match others {
            Some(others) => format!("{missing}; the template has {others}"),
            None => format!("{missing}; the template has no {}s", self.section.noun()),
        }
    }
}

fn listed(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    let (last, rest) = words.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) })
}

impl<'t> Candidate<'t> {
    pub(super) fn is_match(&self) -> bool {
        self.comparison.is_match()
    }

    /// The match, if it is one.
    pub(super) fn into_match(self) -> Option<Match<'t>> {
        let Candidate { id, definition, comparison, .. } = self;
        comparison.is_match().then_some(Match { logical_id: id, definition, captures: comparison.captures })
    }
}

/// The type of a resource as a pattern.
pub(super) fn type_pattern(name: &str) -> Node {
    let name = Node::String(name.to_owned());
    Node::Object(FromIterator::from_iter([("Type".to_owned(), name)]))
}
