//! Nulls of a template, by the part in which they stand.

use cfn_model::{Node, Object, Path};

use super::{context::Transforms, place::Place, sam::takes_null};

/// How deep nulls are looked for; the readers allow 128 levels.
pub(crate) const DEEPEST: usize = 256;

/// The part of a template in which a null stands: each has a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A whole section, or its conditions.
    Section,
    Description,
    Transform,
    Parameter,
    Mapping,
    Output,
    /// An entry of the template's `Metadata`.
    Metadata,
    /// A key that `AWS::LanguageExtensions` deletes.
    Deleted,
    Other,
}

/// A null that CloudFormation refuses, or that a transform deletes.
#[derive(Debug)]
pub(crate) struct Null {
    pub(crate) part: Part,
    pub(crate) path: Path,
    /// The name of the property, for messages.
    pub(crate) name: String,
}

/// The nulls of a template, without those that SAM removes or writes into a string, and without those that the check of
/// a type reports.
pub(crate) fn nulls(document: &Object, transforms: Transforms) -> Vec<Null> {
    let mut gathered = Gathered { document, transforms, nulls: Vec::new() };
    for (name, node) in document {
        // A macro may remove the others.
        if name == "Metadata" || !transforms.macros {
            gathered.gather(node, &Place::Root.key(name), 0);
        }
    }
    gathered.nulls
}

struct Gathered<'d> {
    document: &'d Object,
    transforms: Transforms,
    nulls: Vec<Null>,
}

impl Gathered<'_> {
    fn gather(&mut self, node: &Node, place: &Place<'_>, depth: usize) {
        match node {
            Node::Null if !is_reported_elsewhere(place) && !self.is_taken(place) => {
                let part = match part_of(place) {
                    Part::Other if self.transforms.language_extensions && matches!(place, Place::Key(..)) => {
                        Part::Deleted
                    }
                    part => part,
                };
                self.nulls.push(Null { part, path: place.to_path(), name: place.name() });
            }
            Node::Array(items) if depth < DEEPEST => {
                for (index, item) in items.iter().enumerate() {
                    self.gather(item, &place.index(index), depth + 1);
                }
            }
            Node::Object(object) if depth < DEEPEST => {
                for (key, value) in object {
                    self.gather(value, &place.key(key), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Whether SAM removes the null, or writes it into a string.
    fn is_taken(&self, place: &Place<'_>) -> bool {
        if !self.transforms.serverless {
            return false;
        }
        match place.keys().as_slice() {
            ["Resources", id, ..] => {
                let kind = self.document.get("Resources").and_then(|all| all.get(id)?.get("Type")?.as_str());
                kind.is_some_and(|kind| takes_null(kind, &place.to_path().0[2..]))
            }
            // A shared property without a value is one that is not shared.
            ["Globals", _, _] => matches!(place, Place::Key(..)),
            _ => false,
        }
    }
}

/// Whether the type of the value is checked where it stands, so that a null is a value of a wrong type there.
fn is_reported_elsewhere(place: &Place<'_>) -> bool {
    const ATTRIBUTES: [&str; 8] = [
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Properties",
        "Type",
        "UpdateReplacePolicy",
        "Version",
    ];
    match place.keys().as_slice() {
        ["Parameters", _, _, ..] | ["Rules", ..] | ["Resources", _, "Metadata", ..] | ["Outputs", _, "Value"] => true,
        ["Resources", _, attribute] => ATTRIBUTES.contains(attribute),
        _ => false,
    }
}

fn part_of(place: &Place<'_>) -> Part {
    match place.keys().as_slice() {
        ["AWSTemplateFormatVersion"] | ["Conditions", ..] => Part::Section,
        ["Description"] => Part::Description,
        ["Transform"] => Part::Transform,
        ["Parameters", ..] => Part::Parameter,
        ["Mappings", ..] => Part::Mapping,
        ["Metadata", _, ..] => Part::Metadata,
        ["Outputs", _] | ["Outputs", _, "Condition" | "Description" | "Export"] => Part::Output,
        _ => Part::Other,
    }
}
