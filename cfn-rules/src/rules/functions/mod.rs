//! The shape of every function call, and whether what it names exists.
//!
//! A mistake inside of the arguments of a function is reported under the code of the outermost function, as
//! cfn-lint does; a wrong `Ref` and the branches of an `Fn::If` keep their own.

mod condition;
mod dynamic;
mod fill;
mod find_in_map;
pub(crate) mod forgotten_sub;
mod loops;
mod reach;
mod reference;
mod shape;
mod slot;
mod sub;
pub(crate) mod sub_without_variable;
pub(crate) mod unused_variable;

use std::collections::HashSet;

use cfn_model::{Finding, Function, Node, Object, Path, Rule};

use crate::{
    codes as rules,
    facts::{
        conditions::{self, Fact},
        context::{Context, PSEUDO_PARAMETERS},
        kinds::REGIONS,
        place::Place,
        text,
    },
    found::Findings,
    rules::index::Index,
};

pub(crate) use crate::facts::kinds::{Kind, attribute_types, result};
pub(crate) use crate::facts::resolve::values;
pub(crate) use crate::{
    codes::{of_function as rule, of_result as rule_of_result},
    facts::substitution::names as sub_names,
};
pub(crate) use loops::{MOST_NODES as MOST_UNROLLED, undeclared, unrolled};
pub(crate) use reach::{Reach, without_second_thoughts};
pub(crate) use slot::{EXPORT, OUTPUT, Owner};

/// How deep arguments are followed; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// Walks values and checks the function calls in them.
#[derive(Debug)]
pub(crate) struct Walker<'c> {
    context: &'c Context<'c>,
    index: &'c Index,
    findings: Findings,
    /// Which resource refers to which, by position in the section `Resources`.
    edges: Vec<(usize, usize)>,
    source: Option<usize>,
    /// What `DependsOn` says, apart from what anything else says.
    dependencies: Vec<Dependency>,
    /// The conditions that hold where the walker is.
    facts: Vec<Fact>,
    depth: usize,
}

/// One name in a `DependsOn`.
#[derive(Debug)]
struct Dependency {
    source: usize,
    target: usize,
    path: Path,
}

/// What holds for a value and everything inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// The code of the function around, which goes before the function's own.
    outer: Option<&'static Rule>,
    /// The code of the place, which goes before every other.
    place: Option<&'static Rule>,
    /// Whether resources can be named.
    resources: bool,
    /// The code of a value in the section `Rules` that is neither true nor false; its functions can be used there.
    in_rules: Option<&'static Rule>,
    /// The code that says why a name is none where names can be made, in place of those of properties.
    causes: Option<&'static Rule>,
    /// The functions that can stand here, where these are not those of a property.
    functions: Option<slot::Allowed>,
    /// Whether the keys of `Fn::FindInMap` are looked up, as they are where not any value will do.
    keys: bool,
    /// Whether `AWS::NotificationARNs` is no name here.
    no_lists: bool,
}

impl Scope {
    /// Property values.
    pub(crate) const VALUE: Scope = Scope {
        outer: None,
        place: None,
        resources: true,
        in_rules: None,
        causes: None,
        functions: None,
        keys: true,
        no_lists: false,
    };

    /// A place with a code of its own.
    pub(crate) const fn with_code(self, rule: &'static Rule) -> Scope {
        Scope { place: Some(rule), ..self }
    }

    /// Where any text will do.
    pub(crate) const fn any_text(self) -> Scope {
        Scope { keys: false, ..self }
    }

    /// Where a template has no resources yet: conditions, rules and the names of exports.
    pub(crate) const fn without_resources(self) -> Scope {
        Scope { resources: false, ..self }
    }

    /// The section `Rules`, and the code for what is no condition there.
    pub(crate) const fn in_rules(self, rule: &'static Rule) -> Scope {
        Scope { in_rules: Some(rule), ..self }
    }

    /// An attribute of a resource with a rule of its own.
    pub(crate) const fn causing(self, rule: &'static Rule) -> Scope {
        Scope { causes: Some(rule), ..self }
    }

    fn inside(self, function: Function) -> Scope {
        Scope { outer: self.outer.or(Some(rule(function))), keys: false, ..self }
    }

    /// The code for a mistake in a call.
    fn code(self, function: Function) -> &'static Rule {
        self.place.or(if function == Function::Ref { None } else { self.outer }).unwrap_or(rule(function))
    }
}

impl<'c> Walker<'c> {
    pub(crate) fn new(context: &'c Context<'c>, index: &'c Index) -> Walker<'c> {
        Walker {
            context,
            index,
            findings: Findings::default(),
            edges: Vec::new(),
            source: None,
            dependencies: Vec::new(),
            facts: Vec::new(),
            depth: 0,
        }
    }

    /// From here on, what is walked belongs to the resource at this position.
    pub(crate) fn enter(&mut self, resource: Option<usize>) {
        self.source = resource;
        self.facts.clear();
    }

    /// The condition that holds for everything that is walked, until the next resource or output.
    pub(crate) fn assume(&mut self, fact: Option<Fact>) {
        self.facts.clear();
        self.facts.extend(fact);
    }

    /// How much was found so far.
    pub(crate) fn mark(&self) -> usize {
        self.findings.len()
    }

    /// What was found since a mark.
    pub(crate) fn since(&self, mark: usize) -> &[Finding] {
        &self.findings[mark..]
    }

    /// What was found, and which resource refers to which.
    pub(crate) fn finish(mut self) -> (Findings, Vec<(usize, usize)>) {
        self.needless_dependencies();
        self.edges.extend(self.dependencies.iter().map(|dependency| (dependency.source, dependency.target)));
        (self.findings, self.edges)
    }

    /// A reference is a dependency already.
    fn needless_dependencies(&mut self) {
        if self.dependencies.is_empty() {
            return;
        }
        let edges: HashSet<(usize, usize)> = self.edges.iter().copied().collect();
        let resources = self.context.section("Resources");
        for Dependency { source, target, path } in &self.dependencies {
            if edges.contains(&(*source, *target)) {
                let name = resources.and_then(|all| all.get_index(*target)).map_or("", |(id, _)| id);
                let message = format!("`{}` is referred to, which is a dependency already", text::shortened(name));
                let help = "remove it from `DependsOn`".to_owned();
                self.findings.push(Finding::new(&rules::W3005, path.clone(), message).help(help));
            }
        }
    }

    /// Checks every call in a value.
    pub(crate) fn walk(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        match node {
            Node::Object(object) => match self.called(node, scope) {
                Some((function, argument)) => {
                    self.call(function, argument, &place.key(function.name()), scope);
                }
                None => self.object(object, place, scope),
            },
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &place.index(index), scope);
                }
            }
            Node::String(text) => self.literal(text, place, scope),
            _ => {}
        }
        self.depth -= 1;
    }

    /// A text that stands for itself.
    fn literal(&mut self, text: &str, place: &Place<'_>, scope: Scope) {
        // What a function makes of it is not what stands there.
        if scope.outer.is_none() && text.contains("{{") {
            self.dynamic_references(text, place);
        }
        if text.starts_with("AWS::") && PSEUDO_PARAMETERS.contains(&text) {
            let message = format!("`{}` is the text `{text}`, not the pseudo parameter", place.name());
            let help = format!("write `{{\"Ref\": \"{text}\"}}`");
            self.findings.push(Finding::new(&rules::W1054, place.to_path(), message).help(help));
        }
    }

    /// Checks the texts of a value in which nothing is a function.
    pub(crate) fn texts(&mut self, node: &Node, place: &Place<'_>) {
        match node {
            Node::String(text) => self.literal(text, place, Scope::VALUE),
            Node::Array(items) if self.depth < DEEPEST => {
                self.depth += 1;
                for (index, item) in items.iter().enumerate() {
                    self.texts(item, &place.index(index));
                }
                self.depth -= 1;
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &Object, place: &Place<'_>, scope: Scope) {
        self.no_function(object, place);
        for (key, value) in object {
            if key.starts_with("Fn::ForEach") {
                self.for_each(value, &place.key(key), scope);
            } else {
                self.walk(value, &place.key(key), scope);
            }
        }
    }

    /// Reports what is called as a function and is none. CloudFormation does so wherever it finds one.
    fn no_function(&mut self, object: &Object, place: &Place<'_>) {
        let is_unknown = |key: &&String| {
            key.starts_with("Fn::") && Function::from_name(key).is_none() && !key.starts_with("Fn::ForEach")
        };
        if self.context.transforms.macros {
            return;
        }
        for key in object.keys().filter(is_unknown) {
            let help = self.context.did_you_mean(key, Function::ALL.iter().map(|function| function.name()));
            let message = format!("`{}` is not a function", text::shortened(key));
            self.findings.push(Finding::new(&rules::AL0304, place.to_path(), message).actual(key).help(help));
        }
    }

    /// A loop that could not be unrolled: what is inside means nothing yet. Without the transform it is reported as a
    /// whole.
    fn for_each(&mut self, value: &Node, place: &Place<'_>, scope: Scope) {
        let parts = value.as_array().unwrap_or_default();
        let is_loop = matches!(parts, [Node::String(_), Node::Array(_) | Node::Object(_), Node::Object(_)]);
        if is_loop || !self.context.transforms.language_extensions {
            return;
        }
        let actual = text::shown(value);
        let expected = "a list of a name, a collection and an object";
        let message = format!("`{}` takes {expected}, got {actual}", place.name());
        let finding = Finding::new(scope.place.unwrap_or(&rules::E1032), place.to_path(), message);
        self.findings.push(finding.expected(expected).actual(actual));
    }

    /// The call that a node is here: the functions of conditions mean something in conditions only.
    fn called<'n>(&self, node: &'n Node, scope: Scope) -> Option<(Function, &'n Node)> {
        Function::call(node).filter(|(function, _)| {
            !matches!(function, Function::Condition | Function::And | Function::Or | Function::Not | Function::Equals)
                && (scope.in_rules.is_some() || !is_rules_only(*function))
        })
    }

    fn fail(&mut self, rule: &'static Rule, place: &Place<'_>, message: impl Into<String>) {
        self.findings.push(Finding::new(rule, place.to_path(), message));
    }

    /// Says that an argument is not what it has to be.
    fn wrong(&mut self, function: Function, node: &Node, place: &Place<'_>, expected: &str, scope: Scope) {
        // A null is reported for what it is, but in conditions.
        let is_condition =
            matches!(function, Function::And | Function::Or | Function::Not | Function::Equals | Function::Condition);
        if *node == Node::Null && !is_condition {
            return;
        }
        let actual = text::shown(node);
        let message = format!("`{}` takes {expected}, got {actual}", function.name());
        self.findings
            .push(Finding::new(scope.code(function), place.to_path(), message).expected(expected).actual(actual));
    }

    /// Whether something is wrong with what was looked at, so that what it leads to is of no interest. What a resource
    /// hangs on, and what may never be looked at, is another matter.
    fn has_errors_since(&self, count: usize) -> bool {
        self.findings[count..]
            .iter()
            .any(|finding| !std::ptr::eq(finding.rule, &rules::W1001) && !finding.rule.code.starts_with("AL"))
    }

    fn edge_to(&mut self, id: &str, place: &Place<'_>) {
        let Some((target, _, resource)) = self.context.section("Resources").and_then(|all| all.get_full(id)) else {
            return;
        };
        self.edges.extend(self.source.map(|source| (source, target)));
        let conditions = &self.context.conditions;
        let Some(name) = resource.get("Condition").and_then(Node::as_str) else { return };
        // Of conditions that are not there nobody knows whether they go together.
        let Some(condition) = conditions.id(name) else {
            if self.facts.is_empty() && self.own_condition().is_none() {
                self.perhaps_not_there(id, name, place);
            }
            return;
        };
        if self.own_condition().is_some_and(|own| conditions.id(own).is_none()) {
            return;
        }
        let facts = [self.facts.as_slice(), &[(condition, false)]].concat();
        // Where nothing is known, a condition that nobody can change is taken for one that somebody will.
        let is_used = matches!(place.keys().first(), Some(&"Resources" | &"Outputs"));
        if is_used && (self.facts.is_empty() || conditions.satisfiable(&facts)) {
            self.perhaps_not_there(id, name, place);
        }
    }

    /// A resource without a type is none, and a dependency all the same.
    fn edge_without_type(&mut self, id: &str) {
        let target = self.context.section("Resources").and_then(|all| all.get_index_of(id));
        self.edges.extend(self.source.zip(target));
    }

    /// The condition that the resource names to which belongs what is walked, whether it is there or not.
    fn own_condition(&self) -> Option<&'c str> {
        let (_, resource) = self.context.section("Resources")?.get_index(self.source?)?;
        resource.get("Condition")?.as_str()
    }

    fn perhaps_not_there(&mut self, id: &str, condition: &str, place: &Place<'_>) {
        let condition = text::shortened(condition);
        let message = format!("`{id}` is not there when condition `{condition}` is false");
        let help = format!("put it into an `Fn::If` of `{condition}`");
        self.findings.push(Finding::new(&rules::W1001, place.to_path(), message).actual(id).help(help));
    }

    /// Adds what a `DependsOn` names.
    pub(crate) fn depends_on(&mut self, id: &str, place: &Place<'_>) {
        let resources = self.context.section("Resources");
        if let (Some(source), Some(target)) = (self.source, resources.and_then(|all| all.get_index_of(id))) {
            self.dependencies.push(Dependency { source, target, path: place.to_path() });
        }
    }
}

fn is_rules_only(function: Function) -> bool {
    matches!(
        function,
        Function::Contains
            | Function::EachMemberEquals
            | Function::EachMemberIn
            | Function::RefAll
            | Function::ValueOf
            | Function::ValueOfAll
    )
}

/// The names of all conditions, for a did-you-mean.
fn known_conditions<'d>(conditions: &conditions::Conditions<'d>) -> impl Iterator<Item = &'d str> {
    conditions.names()
}
