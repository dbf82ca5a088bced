//! What the parts of a template can refer to.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use cfn_schema::ResourceType;

use super::{conditions::Conditions, sam, suggest};
use crate::{Function, KeyHash, Node, Object, Path, Segment};

/// The pseudo parameters, which every template has.
pub(super) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// How much work the results of functions may take in one run: ten times what the largest template needs.
const MOST_RESULTS: usize = 500_000;

/// With how many names unknown names are compared in one run: nobody misspells thousands.
const MOST_COMPARED: usize = 200_000;

/// The longest logical id.
const LONGEST_ID: usize = 255;

const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// A template, with its names looked up.
#[derive(Debug)]
pub(super) struct Context<'d> {
    pub(super) document: &'d Object,
    pub(super) transforms: Transforms,
    /// The section `Conditions`, as formulas.
    pub(super) conditions: Conditions<'d>,
    /// Resources that a transform makes, with their types.
    generated: HashMap<String, &'static str, KeyHash>,
    /// The types of the resources, looked up.
    types: HashMap<&'d str, Option<ResourceType>, KeyHash>,
    /// The resources of which a module or the SAM transform makes more.
    makers: HashSet<&'d str>,
    /// Whether a loop or a macro may make resources that nobody can know yet.
    open: bool,
    /// How much work the results of functions may still take.
    results: Cell<usize>,
    /// With how many names unknown names may still be compared.
    compared: Cell<usize>,
}

/// What the section `Transform` names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Transforms {
    pub(super) serverless: bool,
    pub(super) language_extensions: bool,
    /// A macro, which may change anything.
    pub(super) macros: bool,
}

/// What a name in a `Ref` stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target<'d> {
    /// A parameter and its type.
    Parameter(&'d str),
    Pseudo,
    Resource(&'d str),
    /// Nobody knows yet: a loop, a macro or a module may make it.
    Unknown,
}

impl Transforms {
    pub(super) fn new(document: &Object) -> Transforms {
        let mut transforms = Transforms::default();
        let Some(section) = document.get("Transform") else { return transforms };
        let all = section.as_array().unwrap_or(std::slice::from_ref(section));
        for transform in all {
            match transform.as_str().or_else(|| transform.get("Name")?.as_str()) {
                Some(SERVERLESS) => transforms.serverless = true,
                Some(LANGUAGE_EXTENSIONS) => transforms.language_extensions = true,
                Some(name) if name.starts_with("AWS::") && name != "AWS::Include" => {}
                None if matches!(transform, Node::Null) => {}
                _ => transforms.macros = true,
            }
        }
        transforms
    }
}

impl<'d> Context<'d> {
    /// Looks the names of a template up.
    pub(super) fn new(document: &'d Object) -> Context<'d> {
        let transforms = Transforms::new(document);
        let section = |name| document.get(name).and_then(Node::as_object);
        let resources = section("Resources");
        let mut context = Context {
            document,
            transforms,
            conditions: Conditions::new(section("Conditions"), section("Parameters")),
            generated: HashMap::default(),
            types: HashMap::default(),
            makers: HashSet::new(),
            open: transforms.macros || resources.is_some_and(has_unknown_entries),
            results: Cell::new(MOST_RESULTS),
            compared: Cell::new(MOST_COMPARED),
        };
        for (id, resource) in resources.into_iter().flatten() {
            let makes_more = |kind: &str| {
                kind.ends_with("::MODULE") || (transforms.serverless && kind.starts_with("AWS::Serverless::"))
            };
            let Some(kind) = resource.get("Type").and_then(Node::as_str) else { continue };
            context.types.entry(kind).or_insert_with(|| cfn_schema::resource_type(kind));
            if makes_more(kind) {
                context.makers.insert(id);
            }
        }
        if let Some(resources) = resources.filter(|_| transforms.serverless) {
            context.generated = sam::generated(resources);
        }
        context
    }

    /// What is known of a type. Those of the template's resources are looked up once.
    pub(super) fn resource_type(&self, kind: &str) -> Option<ResourceType> {
        self.types.get(kind).copied().unwrap_or_else(|| cfn_schema::resource_type(kind))
    }

    /// Takes work from what the results of functions may take; says whether there was enough.
    pub(super) fn spend(&self, work: usize) -> bool {
        let left = self.results.get().checked_sub(work);
        self.results.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether the results of some functions were not looked at.
    pub(super) fn gave_up(&self) -> bool {
        self.results.get() == 0
    }

    /// [`suggest::did_you_mean`], as long as not too many names were compared.
    pub(super) fn did_you_mean<'a>(&self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        let left = self.compared.get();
        let counted = candidates.into_iter().take(left).inspect(|_| self.compared.set(self.compared.get() - 1));
        suggest::did_you_mean(name, counted)
    }

    /// A section that is a map of names.
    pub(super) fn section(&self, name: &str) -> Option<&'d Object> {
        self.document.get(name)?.as_object()
    }

    /// What stands at a path.
    pub(super) fn at(&self, path: &Path) -> Option<&'d Node> {
        let [Segment::Key(section), rest @ ..] = path.0.as_slice() else { return None };
        rest.iter().try_fold(self.document.get(section)?, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.as_array()?.get(*index),
        })
    }

    /// Whether a module or the SAM transform makes resources whose names nobody can list.
    pub(super) fn makes_more(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Whether names may exist that are not in the template.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// What a `Ref` to this name stands for.
    pub(super) fn target(&self, name: &str) -> Option<Target<'d>> {
        if let Some(parameter) = self.section("Parameters").and_then(|section| section.get(name)) {
            return Some(parameter.get("Type").and_then(Node::as_str).map_or(Target::Unknown, Target::Parameter));
        }
        if let Some(kind) = self.resource(name) {
            return Some(Target::Resource(kind));
        }
        if PSEUDO_PARAMETERS.contains(&name) {
            return Some(Target::Pseudo);
        }
        let open_parameters = || self.section("Parameters").is_some_and(has_unknown_entries);
        (self.open || self.is_part_of_module(name) || open_parameters()).then_some(Target::Unknown)
    }

    /// The type of a resource, of one that a transform makes as well.
    pub(super) fn resource(&self, id: &str) -> Option<&'d str> {
        let declared = self.section("Resources").and_then(|section| section.get(id)?.get("Type")?.as_str());
        declared.or_else(|| self.generated.get(id).copied())
    }

    /// Whether a text means something of this template: `Name`, or `Resource.Attribute`.
    pub(super) fn is_named(&self, text: &str) -> bool {
        if PSEUDO_PARAMETERS.contains(&text) || self.resource(text).is_some() {
            return true;
        }
        if self.section("Parameters").is_some_and(|parameters| parameters.contains_key(text)) {
            return true;
        }
        text.split_once('.').is_some_and(|(id, attribute)| {
            self.resource(id)
                .and_then(cfn_schema::resource_type)
                .is_some_and(|kind| kind.attribute(attribute).is_some())
        })
    }

    /// Whether the name can be one that a module, or the SAM transform, makes: the id of the resource and more.
    pub(super) fn is_part_of_module(&self, name: &str) -> bool {
        let longest = name.len().min(LONGEST_ID + 1);
        let ends = (1..longest).filter(|end| name.is_char_boundary(*end));
        !self.makers.is_empty() && { ends }.any(|end| self.makers.contains(&name[..end]))
    }

    /// Every name that a `Ref` may have.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let section = |name| self.section(name).into_iter().flat_map(|section| section.keys().map(String::as_str));
        section("Parameters").chain(section("Resources")).chain(PSEUDO_PARAMETERS).chain(self.generated_ids())
    }

    /// The ids of resources that a transform makes.
    pub(super) fn generated_ids(&self) -> impl Iterator<Item = &str> {
        self.generated.keys().map(String::as_str)
    }
}

/// Whether an object has entries that a macro or a loop will replace.
pub(super) fn has_unknown_entries(object: &Object) -> bool {
    object.keys().any(|key| is_replaced(key))
}

/// Whether a key stands for whatever a macro or a loop makes of it.
pub(super) fn is_replaced(key: &str) -> bool {
    key.starts_with("Fn::") && (key == Function::Transform.name() || key.starts_with("Fn::ForEach"))
}
