//! One pass through the template: function calls in every section, and the properties of every resource against the
//! schema of its type.

use cfn_model::{Finding, Function, Node, Object, Rule};

use super::{
    definition::Attribute,
    functions::{self, Owner, Scope, Walker},
    index::Index,
    serverless,
    template::transform,
};
use crate::{
    codes as rules,
    facts::{
        conditions::Fact,
        context::{self, Context},
        kinds::schema_of,
        names::{is_condition_name, is_first_key, is_name},
        place::Place,
        text,
    },
    found::Findings,
    schema::{Checker, Env},
};

/// The attributes that have rules of their own.
const ATTRIBUTES: [&str; 5] = ["CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"];

/// The pass, and its findings.
pub(crate) struct Walk<'c> {
    context: &'c Context<'c>,
    index: &'c Index,
    pub(crate) findings: Findings,
    pub(crate) walker: Walker<'c>,
    pub(crate) checker: Checker<'c>,
}

impl<'c> Walk<'c> {
    pub(crate) fn new(
        context: &'c Context<'c>,
        index: &'c Index,
        rule_of: fn(&str) -> Option<&'static Rule>,
    ) -> Walk<'c> {
        Walk {
            context,
            index,
            findings: Findings::default(),
            walker: Walker::new(context, index),
            checker: Checker::new(context, rule_of),
        }
    }

    /// Walks the whole template.
    pub(crate) fn walk(&mut self) {
        transform::check(self.context, &mut self.findings);
        self.mappings();
        self.conditions();
        self.rules();
        self.globals();
        self.resources();
        self.outputs();
        self.findings.absorb(self.checker.take());
    }

    fn must_be(&mut self, rule: &'static Rule, place: &Place<'_>, expected: &str, node: &Node) {
        let actual = text::shown(node);
        let message = format!("`{}` must be {expected}, got {actual}", place.name());
        self.findings.push(Finding::new(rule, place.to_path(), message).expected(expected).actual(actual));
    }

    /// The values of mappings, in which nothing is a function.
    fn mappings(&mut self) {
        let section = Place::Root.key("Mappings");
        for (name, mapping) in self.entries("Mappings") {
            let place = section.key(name);
            for (key, values) in entries_of(mapping).filter(|(key, _)| is_first_key(key)) {
                let place = place.key(key);
                for (key, value) in entries_of(values).filter(|(key, _)| is_name(key)) {
                    self.walker.texts(value, &place.key(key));
                }
            }
        }
    }

    fn conditions(&mut self) {
        let Some(node) = self.context.document.get("Conditions") else { return };
        let section = Place::Root.key("Conditions");
        let Node::Object(conditions) = node else {
            self.must_be(&rules::E8001, &section, "an object", node);
            return;
        };
        for (name, node) in self.loops(conditions) {
            self.outside(name, node, &section);
            let message = format!("`{}` must consist of letters and digits", text::shortened(name));
            let help = "add `AWS::LanguageExtensions` to `Transform`".to_owned();
            self.findings.push(Finding::new(&rules::E8001, section.key(name).to_path(), message).help(help));
        }
        for (name, node) in conditions.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            if is_condition_name(name) {
                self.walker.condition(node, &place, Scope::VALUE.without_resources());
            } else {
                let message = format!("`{}` must be 1 to 255 letters and digits", text::shortened(name));
                self.findings.push(Finding::new(&rules::E8001, place.to_path(), message));
            }
        }
    }

    fn rules(&mut self) {
        let scope = Scope::VALUE.without_resources();
        let section = Place::Root.key("Rules");
        for (name, rule) in self.entries("Rules") {
            let place = section.key(name);
            if let Some(condition) = rule.get("RuleCondition") {
                self.walker.condition(condition, &place.key("RuleCondition"), scope.in_rules(&rules::E1702));
            }
            let place = place.key("Assertions");
            let assertions = rule.get("Assertions").and_then(Node::as_array).unwrap_or_default();
            for (index, assertion) in assertions.iter().enumerate() {
                if let Some(assert) = assertion.get("Assert") {
                    let place = place.index(index);
                    self.walker.condition(assert, &place.key("Assert"), scope.in_rules(&rules::E1701));
                }
            }
        }
    }

    fn globals(&mut self) {
        let globals = self.context.document.get("Globals").filter(|_| self.context.transforms.serverless);
        let Some(globals @ Node::Object(_)) = globals else { return };
        self.findings.absorb(self.checker.take());
        self.checker.run(cfn_schema::globals(), globals, &Place::Root.key("Globals"), Env::causes());
        let rule = &serverless::invalid_globals::RULE.rule;
        let found = self.checker.take();
        self.findings.absorb_if(found, |finding| Some(Finding { rule, causes: Vec::new(), ..finding }));
    }

    fn resources(&mut self) {
        let section = Place::Root.key("Resources");
        let resources = self.context.section("Resources").into_iter().flatten();
        for (position, (id, node)) in resources.enumerate() {
            let place = section.key(id);
            if context::is_replaced(id) {
                self.outside(id, node, &section);
                continue;
            }
            self.walker.enter(Some(position));
            match node.as_object() {
                // A resource with a wrong name is checked when it has a good one.
                _ if !is_name(id) => self.walker.depend(node, &place),
                Some(resource) => self.resource(resource, &place),
                None => {}
            }
        }
        self.walker.enter(None);
    }

    fn resource(&mut self, resource: &Object, place: &Place<'_>) {
        let kind = resource.get("Type").and_then(Node::as_str);
        let fact = self.condition_of(resource, place, &rules::E3015);
        self.walker.assume(fact.clone());
        self.depends_on(resource, place);
        if let Some(node) = resource.get("Connectors") {
            self.walker.walk(node, &place.key("Connectors"), Scope::VALUE);
        }
        for name in ATTRIBUTES {
            if let Some(node) = resource.get(name) {
                let place = Place::Key(place, name);
                let attribute = Attribute { context: self.context, kind, node, place };
                self.index.attribute(name, &attribute, &mut self.walker, &mut self.findings);
            }
        }
        match (kind, resource.get("Properties")) {
            (None, Some(node)) => self.walker.depend(node, &place.key("Properties")),
            (Some(kind), _) if self.context.impossible_condition(resource).is_none() => {
                self.properties(resource, kind, fact.as_slice(), place);
            }
            _ => {}
        }
    }

    fn depends_on(&mut self, resource: &Object, place: &Place<'_>) {
        let place = place.key("DependsOn");
        match resource.get("DependsOn") {
            None => {}
            Some(Node::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    self.dependency(name, &place.index(index));
                }
            }
            Some(other) => self.dependency(other, &place),
        }
    }

    fn dependency(&mut self, node: &Node, place: &Place<'_>) {
        match node.as_str() {
            Some(name) => self.walker.depends_on(name, place),
            None => self.walker.depend(node, place),
        }
    }

    fn properties(&mut self, resource: &Object, kind: &str, facts: &[Fact<'_>], place: &Place<'_>) {
        let place = place.key("Properties");
        let empty = Node::Object(Object::default());
        let node = match resource.get("Properties") {
            Some(node) => node,
            None if context::has_unknown_entries(resource) => return,
            None => &empty,
        };
        self.walker.walk(node, &place, Scope::VALUE);
        let schema_of = schema_of(kind);
        let Some(known) = self.context.resource_type(schema_of).filter(|_| !kind.ends_with("::MODULE")) else { return };
        match Function::call(node) {
            Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => {
                return self.must_be(&rules::E3012, &place.key("Ref"), "an object", node);
            }
            None if node.as_object().is_none() => {
                return self.must_be(&rules::E3012, &place, "an object", node);
            }
            _ => {}
        }
        // A custom resource is called by its own name.
        let shown = if schema_of == kind { known.name() } else { kind };
        self.checker.run(known.schema(), node, &place, Env::report(shown, facts));
        self.checker.extensions(known, node, &place, facts);
        if self.context.transforms.serverless {
            self.checker.copied(kind, node, &place, facts);
        }
    }

    fn outputs(&mut self) {
        let Some(outputs) = self.context.section("Outputs") else { return };
        let section = Place::Root.key("Outputs");
        self.walker.enter(None);
        for (name, node) in self.loops(outputs) {
            self.outside(name, node, &section);
        }
        for (name, node) in outputs.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            match node.as_object() {
                _ if !is_name(name) => self.walker.depend(node, &place),
                Some(output) => self.output(output, &place),
                None => {}
            }
        }
    }

    fn output(&mut self, output: &Object, place: &Place<'_>) {
        let fact = self.condition_of(output, place, &rules::E6005);
        self.walker.assume(fact.clone());
        let value = output.get("Value").filter(|value| !matches!(value, Node::Null));
        if let Some(value) = value.filter(|_| self.context.impossible_condition(output).is_none()) {
            let scope = Scope::VALUE.with_code(&rules::E6101).any_text();
            self.walker.fill(functions::OUTPUT, value, &place.key("Value"), Owner::OUTPUT, scope);
        }
        if let Some(name) = output.get("Export").and_then(|export| export.as_object()?.get("Name")) {
            let scope = Scope::VALUE.without_resources().any_text();
            let place = place.key("Export");
            self.walker.fill(functions::EXPORT, name, &place.key("Name"), Owner::EXPORT, scope);
        }
    }

    /// The condition of a resource or an output; reports an undefined one.
    fn condition_of(&mut self, entry: &Object, place: &Place<'_>, rule: &'static Rule) -> Option<Fact<'static>> {
        let name = entry.get("Condition").and_then(Node::as_str)?;
        self.walker.condition_exists(name, &place.key("Condition"), rule);
        self.context.conditions.id(name).map(|id| Fact::Condition(id, true))
    }

    /// The entries of a section with a good name.
    fn entries(&self, section: &str) -> impl Iterator<Item = (&'c str, &'c Node)> + use<'c> {
        let section = self.context.document.get(section);
        section.into_iter().flat_map(entries_of).filter(|(name, _)| is_name(name))
    }

    /// The loops of a section, where they are names without `AWS::LanguageExtensions`.
    fn loops<'n>(&self, section: &'n Object) -> Vec<(&'n String, &'n Node)> {
        let is_loop = |(name, _): &(&String, &Node)| name.starts_with("Fn::ForEach");
        match self.context.transforms.language_extensions {
            true => Vec::new(),
            false => section.iter().filter(is_loop).collect(),
        }
    }

    /// Walks an entry that a loop or a macro replaces.
    fn outside(&mut self, name: &str, node: &Node, section: &Place<'_>) {
        let outside = Object::from_iter([(name.to_owned(), node.clone())]);
        self.walker.walk(&Node::Object(outside), section, Scope::VALUE);
    }
}

/// The entries of an object that no loop or macro replaces.
fn entries_of(node: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let all = node.as_object().into_iter().flatten();
    all.filter(|(name, _)| !context::is_replaced(name)).map(|(name, node)| (name.as_str(), node))
}
