//! What the parts of a template can refer to.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeSet, HashMap, HashSet},
};

use cfn_model::{Function, KeyHash, Node, Object, Path, Segment};
use cfn_pattern::Pattern;
use cfn_schema::ResourceType;

use super::{
    conditions::{Conditions, Fact},
    nulls::{Null, Part, nulls},
    sam, suggest,
    uses::Uses,
};
use crate::{Options, limits::LIMITS};

/// The pseudo parameters, which every template has.
pub(crate) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// How many things are named that were not looked at in full.
const MOST_NOTES: usize = 20;

/// The longest logical id.
const LONGEST_ID: usize = 255;

const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// A template, with its names looked up.
#[derive(Debug)]
pub(crate) struct Context<'d> {
    pub(crate) document: &'d Object,
    pub(crate) transforms: Transforms,
    /// The options that the caller gave.
    pub(crate) options: Options<'d>,
    /// The section `Conditions`, as formulas.
    pub(crate) conditions: Conditions<'d>,
    /// Resources that a transform makes, with their types.
    generated: HashMap<String, &'static str, KeyHash>,
    /// The types of the resources, looked up.
    types: HashMap<&'d str, Option<ResourceType>, KeyHash>,
    /// The resources of which a module or the SAM transform makes more.
    makers: HashSet<Cow<'d, str>>,
    /// Whether a loop or a macro may make resources that nobody can know yet.
    open: bool,
    /// What the template uses of what it declares.
    pub(crate) uses: Uses<'d>,
    /// What loops make twice; empty without loops.
    pub(crate) repeated: Repeated,
    /// The nulls, once a rule has asked.
    nulls: OnceCell<Vec<Null>>,
    /// The dependencies between resources, once the functions were walked.
    dependencies: OnceCell<Dependencies>,
    /// How much work the results of functions may still take.
    results: Cell<usize>,
    /// Whether what conditions compare is being computed. It may be an `Fn::If`, on the same condition for one.
    pub(crate) is_comparing: Cell<bool>,
    /// With how many names unknown names may still be compared.
    compared: Cell<usize>,
    /// How many comparisons of policies with queues may still be made.
    policy_steps: Cell<u64>,
    /// Whether something is replaced in large objects that were asked about, by address; and in their values.
    replaced: RefCell<HashMap<(usize, bool), bool>>,
    /// How much work patterns may still take.
    pattern_steps: Cell<u64>,
    /// What was too much to be looked at in full, each with where that is.
    too_much: RefCell<BTreeSet<(Path, String)>>,
}

/// The dependencies between resources, by positions in the section `Resources`.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    /// A function in the first resource refers to the second.
    pub(crate) references: Vec<(usize, usize)>,
    /// The names in `DependsOn`.
    pub(crate) named: Vec<Dependency>,
}

/// One name in a `DependsOn`.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) source: usize,
    pub(crate) target: usize,
    pub(crate) path: Path,
}

/// What the section `Transform` names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Transforms {
    pub(crate) serverless: bool,
    pub(crate) language_extensions: bool,
    /// A macro, which may change anything.
    pub(crate) macros: bool,
}

/// Keys in bodies of `Fn::ForEach`, each with a key that it makes though that is there already.
pub(crate) type Repeated = BTreeSet<(Path, String)>;

/// What a name in a `Ref` stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target<'d> {
    /// A parameter and its type.
    Parameter(&'d str),
    Pseudo,
    Resource(&'d str),
    /// Nobody knows yet: a loop, a macro or a module may make it.
    Unknown,
}

impl Transforms {
    pub(crate) fn new(document: &Object) -> Transforms {
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
    pub(crate) fn new(document: &'d Object, options: Options<'d>) -> Context<'d> {
        let transforms = Transforms::new(document);
        let section = |name| document.get(name).and_then(Node::as_object);
        let resources = section("Resources");
        let mut context = Context {
            document,
            transforms,
            options,
            conditions: Conditions::new(section("Conditions"), section("Parameters")),
            generated: HashMap::default(),
            types: HashMap::default(),
            makers: HashSet::new(),
            open: transforms.macros || resources.is_some_and(has_unknown_entries),
            uses: Uses::new(document),
            repeated: Repeated::new(),
            nulls: OnceCell::new(),
            dependencies: OnceCell::new(),
            results: Cell::new(LIMITS.results),
            is_comparing: Cell::new(false),
            compared: Cell::new(LIMITS.compared_names),
            policy_steps: Cell::new(LIMITS.policy_steps),
            replaced: RefCell::default(),
            pattern_steps: Cell::new(LIMITS.pattern_steps),
            too_much: RefCell::default(),
        };
        // A template without the transform that its types need has one mistake, and not one more for each generated name.
        let is_serverless = |kind: &str| kind.starts_with("AWS::Serverless::");
        let mut needs_serverless = transforms.serverless;
        for (id, resource) in resources.into_iter().flatten() {
            let Some(kind) = resource.get("Type").and_then(Node::as_str) else { continue };
            context.types.entry(kind).or_insert_with(|| options.resource_type(kind));
            needs_serverless |= is_serverless(kind);
            if kind.ends_with("::MODULE") || is_serverless(kind) {
                context.makers.insert(Cow::Borrowed(id));
            }
        }
        if let Some(resources) = resources.filter(|_| needs_serverless) {
            context.generated = sam::generated(resources);
            let makers =
                context.generated.iter().filter(|(_, kind)| is_serverless(kind)).map(|(id, _)| Cow::Owned(id.clone()));
            context.makers.extend(makers);
        }
        context
    }

    /// The nulls in a part of the template.
    pub(crate) fn nulls(&self, part: Part) -> impl Iterator<Item = &Null> {
        let all = self.nulls.get_or_init(|| nulls(self.document, self.transforms));
        all.iter().filter(move |null| null.part == part)
    }

    /// The condition of a resource or an output that contradicts itself, so that it is never created.
    pub(crate) fn impossible_condition(&self, entry: &Object) -> Option<&'d str> {
        let name = entry.get("Condition").and_then(Node::as_str)?;
        let id = self.conditions.id(name)?;
        self.conditions.contradictory(&Fact::Condition(id, true)).then(|| self.conditions.name(id))
    }

    /// Keeps the dependencies that the walk over all functions found.
    pub(crate) fn keep_dependencies(&self, dependencies: Dependencies) {
        // There is one walk, and so nothing there before.
        let _ = self.dependencies.set(dependencies);
    }

    /// Pairs of positions of resources: a function in the first refers to the second. Empty before the functions were
    /// walked, as are the others.
    pub(crate) fn references(&self) -> &[(usize, usize)] {
        self.dependencies.get().map_or(&[], |all| &all.references)
    }

    /// The names in `DependsOn`.
    pub(crate) fn dependencies(&self) -> &[Dependency] {
        self.dependencies.get().map_or(&[], |all| &all.named)
    }

    /// Pairs of positions of resources: the first refers to the second, or depends on it.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (usize, usize)> {
        let named = self.dependencies().iter().map(|one| (one.source, one.target));
        self.references().iter().copied().chain(named)
    }

    /// What is known of a type. Those of the template's resources are looked up once.
    pub(crate) fn resource_type(&self, kind: &str) -> Option<ResourceType> {
        self.types.get(kind).copied().unwrap_or_else(|| self.options.resource_type(kind))
    }

    /// Takes work from what the results of functions may take; says whether there was enough.
    pub(crate) fn spend(&self, work: usize) -> bool {
        let left = self.results.get().checked_sub(work);
        self.results.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Takes work from what comparing policies with queues may take; says whether there was enough.
    pub(crate) fn spend_on_policies(&self, work: u64) -> bool {
        let left = self.policy_steps.get().saturating_sub(work);
        self.policy_steps.set(left);
        left > 0
    }

    /// Whether a pattern matches somewhere in a text; `None` where to know it takes too much work.
    pub(crate) fn matches(&self, pattern: &Pattern, text: &str) -> Option<bool> {
        let left = self.pattern_steps.get();
        let (answer, steps) = match left {
            0 => (None, 0),
            _ => pattern.search(text, left),
        };
        self.pattern_steps.set(left.saturating_sub(steps));
        answer
    }

    /// Notes that something was not looked at in full: what, and what the limit is.
    pub(crate) fn too_much(&self, path: Path, what: impl Into<String>) {
        let mut all = self.too_much.borrow_mut();
        if all.len() < MOST_NOTES {
            all.insert((path, what.into()));
        }
    }

    /// What was not looked at in full, and where that is.
    pub(crate) fn not_looked_at(&self) -> Vec<(Path, String)> {
        if self.results.get() == 0 {
            let what = format!("the results of functions take more than {} steps", LIMITS.results);
            self.too_much(Path::default(), what);
        }
        if self.conditions.gave_up() {
            let what = format!("the conditions take more than {} steps", LIMITS.condition_steps);
            self.too_much(Path(vec!["Conditions".into()]), what);
        }
        if self.policy_steps.get() == 0 {
            let what = format!("comparing policies with queues takes more than {} steps", LIMITS.policy_steps);
            self.too_much(Path::default(), what);
        }
        if self.pattern_steps.get() == 0 {
            let what = format!("the patterns take more than {} steps", LIMITS.pattern_steps);
            self.too_much(Path::default(), what);
        }
        self.too_much.borrow().iter().cloned().collect()
    }

    /// [`suggest::did_you_mean`], as long as not too many names were compared.
    pub(crate) fn did_you_mean<'a>(&self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        // Two names of 16 letters are one step.
        let counted = candidates.into_iter().take_while(|candidate| {
            let left = self.compared.get();
            self.compared.set(left.saturating_sub(1 + name.len() * candidate.len() / 256));
            left > 0
        });
        suggest::did_you_mean(name, counted)
    }

    /// A section that is a map of names.
    pub(crate) fn section(&self, name: &str) -> Option<&'d Object> {
        self.document.get(name)?.as_object()
    }

    /// What stands at a path.
    pub(crate) fn at(&self, path: &Path) -> Option<&'d Node> {
        let [Segment::Key(section), rest @ ..] = path.0.as_slice() else { return None };
        rest.iter().try_fold(self.document.get(section)?, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.as_array()?.get(*index),
        })
    }

    /// Whether a module or the SAM transform makes resources whose names nobody can list.
    pub(crate) fn makes_more(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Whether names may exist that are not in the template.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// [`has_unknown_entries`] of an object of the template that many calls may ask about.
    pub(crate) fn is_replaced_in(&self, object: &'d Object) -> bool {
        self.remembered(object, false, || has_unknown_entries(object))
    }

    /// The same, of the objects in it.
    pub(crate) fn is_replaced_below(&self, object: &'d Object) -> bool {
        self.remembered(object, true, || object.values().filter_map(Node::as_object).any(has_unknown_entries))
    }

    fn remembered(&self, object: &'d Object, below: bool, look: impl FnOnce() -> bool) -> bool {
        // The template outlives this, so that an address is an object.
        let key = (std::ptr::from_ref(object).addr(), below);
        *self.replaced.borrow_mut().entry(key).or_insert_with(look)
    }

    /// What a `Ref` to this name stands for.
    pub(crate) fn target(&self, name: &str) -> Option<Target<'d>> {
        // Without a type it is not one.
        let parameter = self.section("Parameters").and_then(|section| section.get(name));
        if let Some(kind) = parameter.and_then(|parameter| parameter.get("Type")?.as_str()) {
            return Some(Target::Parameter(kind));
        }
        if let Some(kind) = self.resource(name) {
            return Some(Target::Resource(kind));
        }
        if PSEUDO_PARAMETERS.contains(&name) {
            return Some(Target::Pseudo);
        }
        let open_parameters = || self.section("Parameters").is_some_and(|section| self.is_replaced_in(section));
        (self.open || self.is_part_of_module(name) || open_parameters()).then_some(Target::Unknown)
    }

    /// The type of a resource, of one that a transform makes as well.
    pub(crate) fn resource(&self, id: &str) -> Option<&'d str> {
        let declared = self.section("Resources").and_then(|section| section.get(id)?.get("Type")?.as_str());
        declared.or_else(|| self.generated.get(id).copied())
    }

    /// Whether a text means something of this template: `Name`, or `Resource.Attribute`.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        if PSEUDO_PARAMETERS.contains(&text) || self.resource(text).is_some() {
            return true;
        }
        if self.section("Parameters").is_some_and(|parameters| parameters.contains_key(text)) {
            return true;
        }
        text.split_once('.').is_some_and(|(id, attribute)| {
            self.resource(id)
                .and_then(|kind| self.resource_type(kind))
                .is_some_and(|kind| kind.attribute(attribute).is_some())
        })
    }

    /// Whether the name can be one that a module, or the SAM transform, makes: the id of the resource and more.
    pub(crate) fn is_part_of_module(&self, name: &str) -> bool {
        let longest = name.len().min(LONGEST_ID + 1);
        let ends = (1..longest).filter(|end| name.is_char_boundary(*end));
        !self.makers.is_empty() && { ends }.any(|end| self.makers.contains(&name[..end]))
    }

    /// Every name that a `Ref` may have.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let section = |name| self.section(name).into_iter().flat_map(|section| section.keys().map(String::as_str));
        section("Parameters").chain(section("Resources")).chain(PSEUDO_PARAMETERS).chain(self.generated_ids())
    }

    /// The ids of resources that a transform makes.
    pub(crate) fn generated_ids(&self) -> impl Iterator<Item = &str> {
        self.generated.keys().map(String::as_str)
    }
}

/// Whether an object has entries that a macro or a loop will replace.
pub(crate) fn has_unknown_entries(object: &Object) -> bool {
    object.keys().any(|key| is_replaced(key))
}

/// Whether a key stands for whatever a macro or a loop makes of it.
pub(crate) fn is_replaced(key: &str) -> bool {
    key.starts_with("Fn::") && (key == Function::Transform.name() || key.starts_with("Fn::ForEach"))
}
