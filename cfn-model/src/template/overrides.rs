//! Changes to resources that are already in the template.

use std::panic::Location;

use super::Template;
use crate::{Finding, Function, IntoNode, Node, Object, Origin, Path, Segment, rules, text::Limits};

/// The place of a property inside its resource, for [`Template::override_property`] and its relatives.
///
/// - A string is split at its dots: `RedrivePolicy.maxReceiveCount`, `Tags.0.Value`. A dot that belongs to a key is
///   written `\.`, a backslash `\\`: `Parameters.rds\.force_ssl`.
/// - An array or a `Vec` of strings is taken as it is, dots included: `["Parameters", "rds.force_ssl"]`.
/// - A [`Path`] says of each step whether it is a key or an index.
///
/// A number in a string or an array is the index of a list, and where nothing is yet, it makes a list. Where an object
/// stands, it is a key. For a new object whose key is a number, use a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PropertyPath {
    steps: Vec<Step>,
    /// What is wrong with the text that it was made from.
    fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    Key(String),
    Index(usize),
    /// A number: an index, or the key of an object that is there.
    Either(String, usize),
}

impl Step {
    fn new(text: String) -> Step {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(index) if digits => Step::Either(text, index),
            _ => Step::Key(text),
        }
    }

    fn segment(&self) -> Segment {
        match self {
            Step::Key(key) => Segment::Key(key.clone()),
            Step::Index(index) | Step::Either(_, index) => Segment::Index(*index),
        }
    }
}

impl PropertyPath {
    fn new(steps: Vec<Step>) -> PropertyPath {
        PropertyPath { steps, fault: None }
    }

    /// The path one level further out, as overrides of attributes need it.
    fn within(mut self, first: &str) -> PropertyPath {
        self.steps.insert(0, Step::Key(first.to_owned()));
        self
    }
}

impl From<&str> for PropertyPath {
    fn from(text: &str) -> PropertyPath {
        let mut steps = Vec::new();
        let mut fault = None;
        let mut step = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '.' => steps.push(std::mem::take(&mut step)),
                '\\' => match letters.next() {
                    Some(escaped @ ('.' | '\\')) => step.push(escaped),
                    Some(other) => fault = Some(format!("`\\{other}` is no escape, only `\\.` and `\\\\` are")),
                    None => fault = Some("it ends in the middle of an escape".to_owned()),
                },
                _ => step.push(letter),
            }
        }
        steps.push(step);
        if steps.iter().any(String::is_empty) {
            fault = Some("a key between dots must not be empty".to_owned());
        }
        PropertyPath { fault, ..steps.into() }
    }
}

impl From<&String> for PropertyPath {
    fn from(text: &String) -> PropertyPath {
        text.as_str().into()
    }
}

impl From<String> for PropertyPath {
    fn from(text: String) -> PropertyPath {
        text.as_str().into()
    }
}

impl<S: Into<String>> From<Vec<S>> for PropertyPath {
    fn from(steps: Vec<S>) -> PropertyPath {
        PropertyPath::new(steps.into_iter().map(|step| Step::new(step.into())).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for PropertyPath {
    fn from(steps: [S; N]) -> PropertyPath {
        steps.into_iter().collect::<Vec<S>>().into()
    }
}

impl From<Path> for PropertyPath {
    fn from(path: Path) -> PropertyPath {
        let step = |segment| match segment {
            Segment::Key(key) => Step::Key(key),
            Segment::Index(index) => Step::Index(index),
        };
        PropertyPath::new(path.0.into_iter().map(step).collect())
    }
}

/// An override: its place, and the line that made it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Override {
    pub(super) path: Path,
    pub(super) origin: Origin,
}

impl Template {
    /// Sets a property of a resource that is already there, whatever its type says; validation looks at the
    /// result. [`PropertyPath`] has the forms of `path`: `"RedrivePolicy.maxReceiveCount"`, `"Tags.0.Value"`,
    /// `["Parameters", "rds.force_ssl"]`. Objects on the way are made where they are missing. The index behind the last
    /// member of a list adds one, and index 0 makes a list where nothing is.
    ///
    /// Validation reports an error when there is no such resource, when the index is larger, or when the path leads
    /// into a string or into the call of a function.
    #[track_caller]
    pub fn override_property(&mut self, id: impl AsRef<str>, path: impl Into<PropertyPath>, value: impl IntoNode) {
        let path = path.into().within("Properties");
        self.change(id.as_ref(), path, Some(value.into_node()), Location::caller().into());
    }

    /// Takes a property away from a resource. It is no error when the property is not there.
    #[track_caller]
    pub fn remove_property(&mut self, id: impl AsRef<str>, path: impl Into<PropertyPath>) {
        self.change(id.as_ref(), path.into().within("Properties"), None, Location::caller().into());
    }

    /// Sets what stands beside the properties of a resource that is already there: `DeletionPolicy`, `DependsOn`,
    /// `Condition`, `Metadata.Owner`. It is how the resources of a construct get what the construct does not offer.
    ///
    /// Validation reports an error in the same cases as for [`Template::override_property`].
    #[track_caller]
    pub fn override_attribute(&mut self, id: impl AsRef<str>, path: impl Into<PropertyPath>, value: impl IntoNode) {
        self.change(id.as_ref(), path.into(), Some(value.into_node()), Location::caller().into());
    }

    fn change(&mut self, id: &str, path: PropertyPath, value: Option<Node>, caller: Origin) {
        let origin = self.origin.unwrap_or(caller);
        let resource = self.document.get_mut("Resources").and_then(|resources| resources.as_object_mut()?.get_mut(id));
        let result = match (resource, &path.fault) {
            _ if path.steps.len() > Limits::MAX_DEPTH => {
                let (most, steps) = (Limits::MAX_DEPTH, path.steps.len());
                let reason = format!("the path must have at most {most} steps, got {steps}");
                Err(Refused { depth: 0, reason, help: HELP })
            }
            (_, Some(fault)) => Err(Refused { depth: 0, reason: fault.clone(), help: HELP }),
            (None, _) => {
                let help = "add the resource first";
                Err(Refused { depth: 0, reason: "no resource has this name".to_owned(), help })
            }
            (Some(resource), None) => apply(resource, &path.steps, 0, value),
        };
        let mut place = Path(vec!["Resources".into(), id.into()]);
        match result {
            Ok(()) => {
                place.0.extend(path.steps.iter().map(Step::segment));
                self.overrides.push(Override { path: place, origin });
            }
            Err(refused) => {
                place.0.extend(path.steps.iter().take(refused.depth).map(Step::segment));
                let steps: Vec<String> = path.steps.iter().map(|step| step.segment().to_string()).collect();
                let message = format!("override of `{}` in `{id}`: {}", steps.join("/"), refused.reason);
                let mut finding = Finding::new(&rules::AL0003, place, message);
                finding.help = Some(refused.help.to_owned());
                finding.origin = Some(origin);
                self.problems.push(finding);
            }
        }
    }

    /// The line of the last override that made what is at this place, or a part of which it is.
    pub(super) fn override_origin(&self, path: &Path) -> Option<Origin> {
        let made = |change: &&Override| path.0.starts_with(&change.path.0);
        self.overrides.iter().rev().find(made).map(|change| change.origin)
    }
}

/// How paths are written.
const HELP: &str = "write a dot of a key as `\\.`, or give the keys as an array";

/// Why an override cannot be made, and how many steps lead to the place that refuses it.
struct Refused {
    depth: usize,
    reason: String,
    help: &'static str,
}

/// Sets or removes what is at the end of the steps. Nothing changes where the way does not exist.
fn apply(node: &mut Node, steps: &[Step], depth: usize, value: Option<Node>) -> Result<(), Refused> {
    let refuse = |reason, help| Err(Refused { depth, reason, help });
    let Some((step, rest)) = steps.split_first() else {
        return refuse("the path has no key".to_owned(), HELP);
    };
    if let Some((function, _)) = Function::call(node)
        && (function == Function::Ref || function.name().starts_with("Fn::"))
        && !matches!(step, Step::Key(key) if key == function.name())
    {
        let reason = format!("it leads into the function `{}`", function.name());
        return refuse(reason, "override the whole value, or go on with the name of the function");
    }
    match node {
        Node::Object(object) => {
            let key = match step {
                Step::Key(key) | Step::Either(key, _) => key,
                Step::Index(index) => return refuse(format!("an object has no index {index}"), "give a key"),
            };
            match (object.get_mut(key), value) {
                (Some(inner), value) if !rest.is_empty() => return apply(inner, rest, depth + 1, value),
                (_, Some(value)) => {
                    let made = make(rest, depth + 1, value)?;
                    object.insert(key.clone(), made);
                }
                (_, None) if rest.is_empty() => {
                    object.shift_remove(key);
                }
                (_, None) => {}
            }
            Ok(())
        }
        Node::Array(items) => {
            let index = match step {
                Step::Index(index) | Step::Either(_, index) => *index,
                Step::Key(key) => return refuse(format!("a list has no key `{key}`"), "give the index, from 0"),
            };
            let length = items.len();
            match (items.get_mut(index), value) {
                (Some(inner), value) if !rest.is_empty() => return apply(inner, rest, depth + 1, value),
                (Some(inner), Some(value)) => *inner = value,
                (Some(_), None) => {
                    items.remove(index);
                }
                (None, Some(value)) if index == length => items.push(make(rest, depth + 1, value)?),
                (None, _) => {
                    let plural = if length == 1 { "" } else { "s" };
                    let reason = format!("the list has {length} member{plural}, and index {index} is not the next");
                    return refuse(reason, "members count from 0");
                }
            }
            Ok(())
        }
        Node::Null => {
            if let Some(value) = value {
                *node = make(steps, depth, value)?;
            }
            Ok(())
        }
        other => refuse(format!("{} is there, not an object or a list", an(other)), "override the whole value"),
    }
}

/// The value inside of new objects and lists, as the steps say.
fn make(steps: &[Step], depth: usize, value: Node) -> Result<Node, Refused> {
    let Some((step, rest)) = steps.split_first() else { return Ok(value) };
    let inner = make(rest, depth + 1, value)?;
    match step {
        Step::Key(key) => Ok(Node::Object(Object::from_iter([(key.clone(), inner)]))),
        Step::Index(0) | Step::Either(_, 0) => Ok(Node::Array(vec![inner])),
        Step::Index(index) | Step::Either(_, index) => {
            let reason = format!("nothing is there, and a new list begins at index 0, not {index}");
            Err(Refused { depth, reason, help: "begin at 0; where the number is a key, give the path as a `Path`" })
        }
    }
}

/// The kind of a value with its article.
fn an(node: &Node) -> String {
    let kind = node.kind();
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}
