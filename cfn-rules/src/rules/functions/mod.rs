//! The arguments of every function call, and whether the names in them exist.
//!
//! The [`Walker`] visits every value. The shapes of arguments are a table (`shape`, `slot`), whose rules are in
//! `codes/references.rs`; every other rule is a file and looks at a call, a string or a reference that the walker shows.
//!
//! A mistake in the arguments of a function is reported under the code of the outermost function, as cfn-lint does; a
//! wrong `Ref` and the branches of an `Fn::If` keep their own.

mod condition;
pub(crate) mod constant_equals;
pub(crate) mod dead_branch;
pub(crate) mod dynamic_reference_form;
pub(crate) mod dynamic_reference_space;
mod dynamic_references;
pub(crate) mod exported_import;
mod fill;
mod find_in_map;
pub(crate) mod forgotten_sub;
pub(crate) mod loop_without_transform;
mod loops;
pub(crate) mod pseudo_parameter_as_string;
mod reference;
pub(crate) mod repeated_key;
pub(crate) mod secret_outside_property;
pub(crate) mod secure_string;
mod shape;
pub(crate) mod shown_secret;
mod slot;
mod standing;
mod sub;
pub(crate) mod sub_without_variable;
pub(crate) mod unused_variable;

use cfn_model::{Finding, Function, Node, Object, Rule};

use crate::{
    codes as rules,
    facts::{
        conditions::{Conditions, Fact},
        context::{Context, Dependencies, Dependency},
        kinds::REGIONS,
        place::Place,
        text,
    },
    found::Findings,
    rules::{
        definition::{Call, Literal, Reference},
        index::Index,
        references::conditional_resource,
    },
};

pub(crate) use crate::facts::kinds::{Kind, attribute_types, result};
pub(crate) use crate::{
    codes::{of_function as rule, of_result as rule_of_result},
    facts::substitution::names as sub_names,
};
pub(crate) use loops::unrolled;
pub(crate) use slot::{EXPORT, OUTPUT, Owner};

/// How deep arguments are followed; the readers allow 128 levels.
const DEEPEST: usize = 256;

/// Walks values and checks the function calls in them.
#[derive(Debug)]
pub(crate) struct Walker<'c> {
    context: &'c Context<'c>,
    index: &'c Index,
    findings: Findings,
    /// The dependencies that the walk has found so far.
    dependencies: Dependencies,
    source: Option<usize>,
    /// The conditions that hold where the walker is.
    facts: Vec<Fact<'c>>,
    /// Whether the walker is in a branch that is never used.
    is_dead: bool,
    depth: usize,
}

/// How calls in a value are reported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// Rule of the outermost function around, which replaces the rule of the function.
    outer: Option<&'static Rule>,
    /// Rule of the place, which replaces every other.
    place: Option<&'static Rule>,
    /// Whether resources can be referred to.
    resources: bool,
    /// Rule to report for a value of the section `Rules` that is neither true nor false, where the functions of rules
    /// can be used.
    in_rules: Option<&'static Rule>,
    /// Rule to report for an undefined name when a transform may define names.
    causes: Option<&'static Rule>,
    /// The functions that are allowed here, where these are not those of a property.
    functions: Option<slot::Allowed>,
    /// Whether the keys of `Fn::FindInMap` are looked up, as they are where the value is restricted.
    keys: bool,
    /// Whether `AWS::NotificationARNs` cannot be used here.
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

    /// A place with a rule of its own.
    pub(crate) const fn with_code(self, rule: &'static Rule) -> Scope {
        Scope { place: Some(rule), ..self }
    }

    /// Where any string is accepted.
    pub(crate) const fn any_text(self) -> Scope {
        Scope { keys: false, ..self }
    }

    /// Where a template has no resources yet: conditions, rules and the names of exports.
    pub(crate) const fn without_resources(self) -> Scope {
        Scope { resources: false, ..self }
    }

    /// The section `Rules`, and the rule to report for a value that is not a condition.
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

    /// The rule for a mistake in a call.
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
            dependencies: Dependencies::default(),
            source: None,
            facts: Vec::new(),
            is_dead: false,
            depth: 0,
        }
    }

    /// Enters the resource at this position; the values that follow belong to it.
    pub(crate) fn enter(&mut self, resource: Option<usize>) {
        self.source = resource;
        self.facts.clear();
    }

    /// The condition that holds for everything that is walked, until the next resource or output.
    pub(crate) fn assume(&mut self, fact: Option<Fact<'c>>) {
        self.facts.clear();
        self.facts.extend(fact);
    }

    /// The number of findings so far.
    pub(crate) fn mark(&self) -> usize {
        self.findings.len()
    }

    /// The findings since a mark.
    pub(crate) fn since(&self, mark: usize) -> &[Finding] {
        &self.findings[mark..]
    }

    /// The findings that count where they are, and what depends on what.
    pub(crate) fn finish(self) -> (Findings, Dependencies) {
        let mut standing = standing::Standing::default();
        let mut findings = Findings::default();
        findings.absorb_if(self.findings, |finding| standing.judge(self.context, finding));
        (findings, self.dependencies)
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

    /// A string that is a value.
    fn literal(&mut self, text: &str, place: &Place<'_>, scope: Scope) {
        let literal = Literal { context: self.context, text, place, is_argument: scope.outer.is_some() };
        self.index.literal(&literal, &mut self.findings);
    }

    /// Checks the strings of a value without functions.
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

    /// Reports an unknown function. CloudFormation does so wherever it finds one.
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

    /// A loop that could not be unrolled: its body is not a part of the template yet. Without the transform it is
    /// reported as a whole.
    fn for_each(&mut self, value: &Node, place: &Place<'_>, scope: Scope) {
        let parts = value.as_array().unwrap_or_default();
        let is_loop = matches!(parts, [Node::String(_), Node::Array(_) | Node::Object(_), Node::Object(_)]);
        if is_loop || !self.context.transforms.language_extensions {
            return;
        }
        let actual = text::shown(value);
        let expected = "a list of a name, a collection and an object";
        let message = format!("`{}` takes {expected}, got {actual}", place.name());
        let finding = Finding::new(scope.place.unwrap_or(&loop_without_transform::RULE.rule), place.to_path(), message);
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

    /// Reports an argument of the wrong form.
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

    /// Whether a lookup already failed, so that follow-up checks are skipped. Resources that may not exist, and AL
    /// findings, do not count.
    fn has_errors_since(&self, count: usize) -> bool {
        let counts = |finding: &Finding| {
            !std::ptr::eq(finding.rule, &conditional_resource::RULE.rule) && !finding.rule.code.starts_with("AL")
        };
        self.findings[count..].iter().any(counts)
    }

    /// Visits a branch where a fact holds.
    fn in_branch(&mut self, fact: Option<Fact<'c>>, visit: impl FnOnce(&mut Self)) {
        let (known, was_dead) = (self.facts.len(), self.is_dead);
        self.facts.extend(fact);
        if !self.context.conditions.imaginable(&self.facts) {
            self.facts.truncate(known);
            self.is_dead = true;
        }
        visit(self);
        self.is_dead = was_dead;
        self.facts.truncate(known);
    }

    /// Shows a call to the rules of its function.
    fn show(&mut self, function: Function, argument: &Node, place: &Place<'_>) {
        if self.index.has_call(function) {
            let call = Call { context: self.context, function, argument, place, facts: &self.facts };
            self.index.call(&call, &mut self.findings);
        }
    }

    fn edge_to(&mut self, id: &str, place: &Place<'_>) {
        let Some((target, _, resource)) = self.context.section("Resources").and_then(|all| all.get_full(id)) else {
            return;
        };
        self.dependencies.references.extend(self.source.map(|source| (source, target)));
        if !self.is_dead {
            let own_condition = self.own_condition();
            let (context, facts) = (self.context, &self.facts);
            let reference = Reference { context, id, resource, place, facts, own_condition };
            self.index.reference(&reference, &mut self.findings);
        }
    }

    /// Adds the dependency on a resource without a type, which is an error of its own.
    fn edge_without_type(&mut self, id: &str) {
        let target = self.context.section("Resources").and_then(|all| all.get_index_of(id));
        self.dependencies.references.extend(self.source.zip(target));
    }

    /// The condition of the resource that is walked, defined or not.
    fn own_condition(&self) -> Option<&'c str> {
        let (_, resource) = self.context.section("Resources")?.get_index(self.source?)?;
        resource.get("Condition")?.as_str()
    }

    /// Adds what a `DependsOn` names.
    pub(crate) fn depends_on(&mut self, id: &str, place: &Place<'_>) {
        let resources = self.context.section("Resources");
        if let (Some(source), Some(target)) = (self.source, resources.and_then(|all| all.get_index_of(id))) {
            self.dependencies.named.push(Dependency { source, target, path: place.to_path() });
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
fn known_conditions<'d>(conditions: &Conditions<'d>) -> impl Iterator<Item = &'d str> {
    conditions.names()
}
