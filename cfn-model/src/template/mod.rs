//! A whole template, built up in Rust or read from a file.

mod element;
mod overrides;
mod part;
mod sections;
mod silence;
mod surroundings;

use std::panic::Location;

use indexmap::IndexMap;

use crate::{
    Finding, Handle, IntoNode, IntoResource, LogicalId, Node, Object, Origin, Path, ResourceType, Rule, Segment,
    Suppression, rules,
    text::{self, ErrorKind, Limits, ReadError},
};

pub use element::{Mapping, Output, Parameter, TemplateRule};
pub use overrides::PropertyPath;
pub use sections::{ConditionHandle, ParameterHandle};
pub use surroundings::OwnSchema;

/// The sections in the order in which they are written.
const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Transform",
    "Globals",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Hooks",
    "Resources",
    "Outputs",
];

/// The transform that `AWS::Serverless::*` resources need.
pub const SERVERLESS_TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// A CloudFormation or SAM template.
///
/// It is the document itself, in the order in which things were added, with the Rust line that added each.
/// Nothing here fails: a wrong name or a name that is given twice is a finding of validation, so
/// that all mistakes are reported together.
///
/// ```
/// use cfn_model::{IntoNode, Output, Resource, Template};
/// use cfn_rules::Validate;
///
/// let mut template = Template::new();
/// let topic = template.add("Alerts", Resource::raw("AWS::SNS::Topic", serde_json::json!({})));
/// template.output("AlertsArn", Output::new(topic.reference()));
/// assert!(!template.validate().has_errors());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    document: Object,
    origins: IndexMap<(&'static str, String), Lines>,
    overrides: Vec<overrides::Override>,
    problems: Vec<Finding>,
    suppressions: Vec<Suppression>,
    schemas: Vec<OwnSchema>,
    region: Option<String>,
    /// The line of what is being added, where that is not the caller's.
    origin: Option<Origin>,
    /// The line that added the construct that is being added.
    added_by: Option<Origin>,
}

/// The lines of an entry of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lines {
    origin: Origin,
    /// The line that added the construct, where `origin` is inside of one.
    added_by: Option<Origin>,
}

impl Template {
    /// An empty template of format version 2010-09-09.
    pub fn new() -> Template {
        let mut template = Template::default();
        template.document.insert("AWSTemplateFormatVersion".to_owned(), "2010-09-09".into_node());
        template
    }

    /// A template that already exists as a document.
    pub fn from_document(document: Object) -> Template {
        Template { document, ..Template::default() }
    }

    /// Reads a template: JSON, or YAML with the short forms `!Ref`, `!Sub` and the others. Whether it is right
    /// is validation's business; an error here is a text that cannot be read. Values, their order and the digits of numbers
    /// are kept; comments and the layout of the text are not.
    ///
    /// # Errors
    ///
    /// [`ReadError`], with its line and column: neither JSON nor YAML, no object, or more than [`Limits`] allow.
    pub fn parse(text: &str) -> Result<Template, ReadError> {
        match text::parse(text, &Limits::default())?.node {
            Node::Object(document) => Ok(Template::from_document(document)),
            other => Err(ReadError { kind: ErrorKind::NotAnObject { found: other.kind() }, position: None }),
        }
    }

    /// The template as JSON, in the order in which it was made: the same template is the same text, to the byte.
    pub fn to_json(&self) -> String {
        text::object_to_json(&self.document)
    }

    /// The template as YAML, in the order in which it was made, functions in their long form. Comments of a template that
    /// was read are lost.
    pub fn to_yaml(&self) -> String {
        text::object_to_yaml(&self.document)
    }

    /// The document.
    pub fn document(&self) -> &Object {
        &self.document
    }

    /// Adds a resource and returns the handle by which others refer to it.
    ///
    /// An `AWS::Serverless::*` resource brings SAM's transform with it.
    #[track_caller]
    pub fn add<R: IntoResource>(&mut self, id: impl Into<String>, resource: R) -> Handle<R::Attributes> {
        let id = id.into();
        let definition = resource.into_definition();
        if definition["Type"].as_str().is_some_and(|name| name.starts_with("AWS::Serverless::")) {
            self.transform(SERVERLESS_TRANSFORM);
        }
        self.insert("Resources", id.clone(), definition);
        Handle::new(LogicalId::unchecked(&id))
    }

    /// Removes a resource: for a construct that puts something else in its place. What refers to it is found by validation.
    pub fn remove(&mut self, id: impl AsRef<str>) {
        let id = id.as_ref();
        if let Some(Node::Object(resources)) = self.document.get_mut("Resources") {
            resources.shift_remove(id);
            self.origins.shift_remove(&("Resources", id.to_owned()));
            self.overrides.retain(|change| change.path.logical_id() != Some(("Resources", id)));
        }
    }

    /// The handle of a resource that is already there: one that was read from a file.
    ///
    /// `None` where no resource has this id, or where it is of another type.
    pub fn handle<R: ResourceType>(&self, id: &str) -> Option<Handle<R::Attributes>> {
        let definition = self.resource(id)?;
        (definition["Type"].as_str() == Some(R::TYPE)).then(|| Handle::new(LogicalId::unchecked(id)))
    }

    /// The definition of a resource.
    pub fn resource(&self, id: &str) -> Option<&Node> {
        self.document.get("Resources")?.get(id)
    }

    /// The resources by logical id, in the order in which they were added.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &Node)> {
        let resources = self.document.get("Resources").and_then(Node::as_object);
        resources.into_iter().flatten().map(|(id, definition)| (id.as_str(), definition))
    }

    /// Merges a document into the template: objects key by key, everything else replaces what was there.
    pub fn merge(&mut self, extras: Object) {
        for (section, value) in extras {
            match self.document.get_mut(&section) {
                Some(existing) => deep_merge(existing, value),
                None => *self.section(&section) = value,
            }
        }
    }

    /// Puts a finding among those of validation: for constructs, which cannot fail. Its origin is
    /// the caller's line unless it has one.
    #[track_caller]
    pub fn report(&mut self, mut finding: Finding) {
        let Lines { origin, added_by } = self.lines(Location::caller().into());
        if finding.origin.is_none() {
            (finding.origin, finding.added_by) = (Some(origin), added_by);
        }
        self.problems.push(finding);
    }

    /// Says from which line everything comes that is added from here on, up to the next call, instead of from the
    /// caller's: for a construct that adds what its user declared elsewhere.
    pub fn set_origin(&mut self, origin: Option<Origin>) {
        self.origin = origin;
    }

    /// Says by which line the construct was added whose parts come next; `None` at its end. Gives back the line of the
    /// construct around it.
    pub fn set_added_by(&mut self, added_by: Option<Origin>) -> Option<Origin> {
        std::mem::replace(&mut self.added_by, added_by)
    }

    fn lines(&self, caller: Origin) -> Lines {
        match self.origin {
            Some(origin) => Lines { origin, added_by: None },
            None => Lines { origin: caller, added_by: self.added_by.filter(|added_by| *added_by != caller) },
        }
    }

    /// What was found while the template was made: names that are given twice, overrides of nothing, and whatever
    /// constructs have [reported](Template::report).
    pub fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// The rules that [`Template::ignore`] and [`Template::ignore_everywhere`] suppress.
    pub fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }

    /// The Rust line that made what is at this place: that of the last override, or that which added it.
    pub fn origin(&self, path: &Path) -> Option<Origin> {
        if let Some(origin) = self.override_origin(path) {
            return Some(origin);
        }
        self.lines_of(path).map(|lines| lines.origin)
    }

    /// The Rust line that added the construct around what is at this place, where [`Template::origin`] is a line inside of
    /// one.
    pub fn added_by(&self, path: &Path) -> Option<Origin> {
        if self.override_origin(path).is_some() {
            return None;
        }
        self.lines_of(path)?.added_by
    }

    fn lines_of(&self, path: &Path) -> Option<Lines> {
        let (section, id) = path.logical_id()?;
        let section = SECTIONS.into_iter().find(|known| *known == section)?;
        self.origins.get(&(section, id.to_owned())).copied()
    }

    /// Puts an entry into a section that is a map of names.
    #[track_caller]
    fn insert(&mut self, section: &'static str, id: String, value: Node) {
        let lines = self.lines(Location::caller().into());
        let path = Path(vec![section.into(), Segment::Key(id.clone())]);
        let key = (section, id.clone());
        let Node::Object(entries) = self.section(section) else {
            return;
        };
        if entries.contains_key(&id) {
            let first =
                self.origins.get(&key).map_or_else(|| "in the template".to_owned(), |lines| lines.origin.to_string());
            let message =
                format!("`{id}`: a name of `{section}` is given once, and this one is there already, from {first}");
            self.problem(&rules::E0000, path, lines, message);
            return;
        }
        entries.insert(id, value);
        self.origins.insert(key, lines);
    }

    fn problem(&mut self, rule: &'static Rule, path: Path, lines: Lines, message: String) {
        let mut finding = Finding::new(rule, path, message);
        (finding.origin, finding.added_by) = (Some(lines.origin), lines.added_by);
        self.problems.push(finding);
    }

    /// A section, made at its usual place where it is not there yet.
    fn section(&mut self, name: &str) -> &mut Node {
        if !self.document.contains_key(name) {
            let rank = |name: &str| SECTIONS.iter().position(|known| *known == name).unwrap_or(SECTIONS.len());
            let position = self.document.keys().position(|key| rank(key) > rank(name)).unwrap_or(self.document.len());
            self.document.shift_insert(position, name.to_owned(), Node::Object(Object::default()));
        }
        &mut self.document[name]
    }
}

fn deep_merge(target: &mut Node, extra: Node) {
    match (target, extra) {
        (Node::Object(target), Node::Object(extra)) => {
            for (key, value) in extra {
                match target.get_mut(&key) {
                    Some(existing) => deep_merge(existing, value),
                    None => {
                        target.insert(key, value);
                    }
                }
            }
        }
        (target, extra) => *target = extra,
    }
}
