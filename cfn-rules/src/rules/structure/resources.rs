//! The section `Resources`.

use cfn_model::{Function, Node, Object};

use super::Sections;
use crate::{
    codes as rules,
    facts::{conditions::Fact, context, kinds, place::Place, suggest, text, values::if_arguments},
    rules::functions::{self, Kind, Scope},
    schema::Env,
};

const ATTRIBUTES: [&str; 12] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Version",
];

/// The entry of `Metadata` that `cfn-init` reads.
const INIT: &str = "AWS::CloudFormation::Init";

/// The schema of every custom resource.
const CUSTOM: &str = "AWS::CloudFormation::CustomResource";

impl Sections<'_> {
    pub(super) fn resources(&mut self) {
        let Some(node) = self.context.document.get("Resources") else { return };
        let section = Place::Root.key("Resources");
        let Some(resources) = self.object(&rules::E3001, &section, node) else { return };
        self.at_most(&rules::E3010, &section, "resources", 500, resources.len());
        self.loops(&rules::E3001, resources, &section);
        let parameters = self.context.section("Parameters");
        for (position, (id, node)) in resources.iter().enumerate() {
            let place = section.key(id);
            if context::is_replaced(id) {
                let outside = Object::from_iter([(id.clone(), node.clone())]);
                self.walker.walk(&Node::Object(outside), &section, Scope::VALUE);
                continue;
            }
            self.length(&rules::E3001, &place, 255, id);
            if parameters.is_some_and(|parameters| parameters.contains_key(id)) {
                let message = format!("`{}` is the name of a parameter as well", text::shortened(id));
                self.fail(&rules::E3007, &place, message).help = Some("rename one of the two".to_owned());
            }
            if !self.name(&rules::E3001, &place, id) {
                if let Some(resource) = node.as_object() {
                    self.module(resource, &place);
                }
                self.walker.enter(Some(position));
                self.walker.depend(node, &place);
                continue;
            }
            if matches!(node, Node::Null) {
                self.wrong(&rules::E3001, &place, "an object", node);
            }
            if let Some(resource) = self.object(&rules::E3001, &place, node) {
                self.walker.enter(Some(position));
                self.resource(resource, id, &place);
            }
        }
        self.walker.enter(None);
    }

    fn resource(&mut self, resource: &Object, id: &str, place: &Place<'_>) {
        let kind = self.kind_of(resource, id, place);
        self.attributes(resource, kind, place);
        let fact = self.condition_of(resource, place);
        self.walker.assume(fact.clone());
        self.depends_on(resource, id, place);
        let is_never_there = self.never(&rules::E3001, fact.as_ref(), place);
        if let Some(node) = resource.get("Connectors") {
            self.walker.walk(node, &place.key("Connectors"), Scope::VALUE);
        }
        if let Some(node) = resource.get("Metadata") {
            self.metadata(node, &place.key("Metadata"));
        }
        if let Some(node) = resource.get("UpdatePolicy") {
            self.update_policy(kind, node, &place.key("UpdatePolicy"));
        }
        let Some(kind) = kind else {
            if let Some(node) = resource.get("Properties") {
                self.walker.depend(node, &place.key("Properties"));
            }
            for name in ["CreationPolicy", "DeletionPolicy", "UpdateReplacePolicy"] {
                if resource.contains_key(name) && !context::has_unknown_entries(resource) {
                    let message = format!("`{name}` depends on the type, which is missing");
                    self.fail(&rules::E3001, &place.key(name), message);
                }
            }
            return;
        };
        self.type_exists(kind, place);
        if !is_never_there {
            self.properties(resource, kind, fact.as_slice(), place);
        }
        self.module(resource, place);
        if let Some(node) = resource.get("CreationPolicy") {
            self.creation_policy(kind, node, &place.key("CreationPolicy"));
        }
        if let Some(node) = resource.get("DeletionPolicy") {
            self.removal_policy(&rules::E3035, kind, node, &place.key("DeletionPolicy"));
        }
        if let Some(node) = resource.get("UpdateReplacePolicy") {
            self.removal_policy(&rules::E3036, kind, node, &place.key("UpdateReplacePolicy"));
        }
    }

    /// The type, if there is one. Without it nobody can say what the resource may have.
    fn kind_of<'r>(&mut self, resource: &'r Object, id: &str, place: &Place<'_>) -> Option<&'r str> {
        let kind = resource.get("Type");
        if matches!(kind, None | Some(Node::Null)) && !context::has_unknown_entries(resource) {
            let message = format!("`{}` needs the attribute `Type`", text::shortened(id));
            self.fail(&rules::E3001, place, message).help = Some("add `Type`".to_owned());
        }
        match kind? {
            Node::String(kind) => Some(kind),
            other => {
                self.wrong(&rules::E3001, &place.key("Type"), "a string", other);
                None
            }
        }
    }

    /// Metadata are an object or a list, and hold no null.
    fn metadata(&mut self, node: &Node, place: &Place<'_>) {
        self.walker.walk(node, place, Scope::VALUE.causing(&rules::E3028));
        self.kind_of_metadata(node, place);
        if let Some(init) = node.get(INIT) {
            self.init(init, &place.key(INIT));
            if init.as_object().is_none() {
                self.wrong(&rules::E3028, &place.key(INIT), "an object", init);
            }
        }
    }

    fn kind_of_metadata(&mut self, node: &Node, place: &Place<'_>) {
        match Function::call(node) {
            Some((Function::If, _)) => {
                let place = place.key(Function::If.name());
                let branches = if_arguments(node).map(|(_, branches)| branches);
                for (index, branch) in branches.into_iter().flatten().enumerate() {
                    self.kind_of_metadata(branch, &place.index(index + 1));
                }
            }
            Some((function, argument)) => {
                if functions::result(self.context, function, argument) == Kind::Scalar {
                    self.wrong(functions::rule(function), place, "an object or a list", node);
                }
            }
            None if matches!(node, Node::Array(_) | Node::Object(_)) => self.nulls_of_metadata(node, place, 0),
            None => self.wrong(&rules::E3028, place, "an object or a list", node),
        }
    }

    fn nulls_of_metadata(&mut self, node: &Node, place: &Place<'_>, depth: usize) {
        match node {
            Node::Null => self.wrong(&rules::E3028, place, "a value", node),
            Node::Array(items) if depth < super::sections::DEEPEST => {
                for (index, item) in items.iter().enumerate() {
                    self.nulls_of_metadata(item, &place.index(index), depth + 1);
                }
            }
            Node::Object(object) if depth < super::sections::DEEPEST => {
                for (key, value) in object {
                    self.nulls_of_metadata(value, &place.key(key), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Which attributes there are, and their types.
    fn attributes(&mut self, resource: &Object, kind: Option<&str>, place: &Place<'_>) {
        // Without a type everything is as it is for a custom resource.
        let is_custom = match resource.get("Type") {
            None | Some(Node::Null | Node::Array(_) | Node::Object(_)) => true,
            Some(_) => kind.is_some_and(|kind| kind.contains(CUSTOM) || kind.contains("Custom::")),
        };
        let kind = kind.unwrap_or_default();
        for (name, node) in resource.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = place.key(name);
            if !ATTRIBUTES.contains(&name.as_str()) {
                let is_serverless = kind.starts_with("AWS::Serverless::");
                let rule = if is_serverless { &rules::W3001 } else { &rules::E3001 };
                let message = format!("`{}` is not an attribute of a resource", text::shortened(name));
                let help = match cfn_schema::resource_type(kind).and_then(|known| known.schema().property(name)) {
                    Some(_) => Some(format!("move `{name}` into `Properties`")),
                    None => suggest::did_you_mean(name, ATTRIBUTES),
                };
                let finding = self.fail(rule, &place, message);
                (finding.actual, finding.help) = (Some(name.clone()), help);
            }
            match (name.as_str(), node) {
                ("CreationPolicy" | "UpdatePolicy", _) if is_custom => {
                    self.fail(&rules::E3001, &place, format!("`{name}` is not for custom resources"));
                }
                ("Version", _) if !is_custom => {
                    let owner = match place {
                        Place::Key(owner, _) => owner,
                        _ => &place,
                    };
                    self.fail(&rules::E3001, owner, "`Version` is for custom resources only");
                }
                ("Version", Node::String(_)) => {}
                ("Version", Node::Number(number)) if number.as_i64().is_some() => {}
                ("Version", _) => self.wrong(&rules::E3001, &place, "a string or an integer", node),
                // What stands there is not known yet.
                ("CreationPolicy", Node::String(text)) if text.contains("{{resolve:") => {}
                ("CreationPolicy", _) if node.as_object().is_none() => {
                    self.wrong(&rules::E3001, &place, "an object", node);
                }
                ("UpdatePolicy", Node::Array(_) | Node::String(_) | Node::Bool(_) | Node::Number(_)) => {
                    self.wrong(&rules::E3001, &place, "an object", node);
                }
                ("Connectors", Node::Object(connectors)) => {
                    for (name, connector) in connectors {
                        self.connector(connector, &place.key(name));
                    }
                }
                ("Connectors", Node::Array(_) | Node::String(_) | Node::Bool(_) | Node::Number(_)) => {
                    self.wrong(&rules::E3001, &place, "an object", node);
                }
                ("IgnoreGlobals", _) => self.ignored_globals(node, &place),
                _ => {}
            }
            if ["Connectors", "IgnoreGlobals"].contains(&name.as_str()) && !self.context.transforms.serverless {
                let message = format!("`{name}` needs the transform `AWS::Serverless-2016-10-31`");
                self.fail(&rules::E3066, &place, message);
            }
        }
    }

    /// `*`, or a list of names.
    fn ignored_globals(&mut self, node: &Node, place: &Place<'_>) {
        match node {
            Node::String(all) if all == "*" => {}
            Node::Array(names) => {
                let mut wrong = names.iter().enumerate().filter(|(_, name)| name.as_str().is_none()).peekable();
                // Neither of the two forms.
                if wrong.peek().is_some() {
                    self.wrong(&rules::E3001, place, "`*` or a list of names", node);
                }
                for (index, name) in wrong {
                    self.wrong(&rules::E3001, &place.index(index), "the name of a property", name);
                }
            }
            other => self.wrong(&rules::E3001, place, "`*` or a list of names", other),
        }
    }

    fn connector(&mut self, node: &Node, place: &Place<'_>) {
        let Some(connector) = self.object(&rules::E3001, place, node) else { return };
        for name in connector.keys().filter(|name| *name != "Properties") {
            let message = format!("`{}` is not allowed in a connector", text::shortened(name));
            self.fail(&rules::E3001, &place.key(name), message);
        }
        match connector.get("Properties") {
            None => {
                let message = format!("`{}` needs the property `Properties`", place.name());
                self.fail(&rules::E3001, place, message);
            }
            Some(properties) => {
                self.object(&rules::E3001, &place.key("Properties"), properties);
            }
        }
    }

    /// What the resource's own condition says, as far as it exists.
    fn condition_of(&mut self, resource: &Object, place: &Place<'_>) -> Option<Fact<'static>> {
        match resource.get("Condition")? {
            Node::String(name) => {
                self.walker.condition_exists(name, &place.key("Condition"), &rules::E3015);
                self.context.conditions.id(name).map(|id| Fact::Condition(id, true))
            }
            other => {
                self.wrong(&rules::E3001, &place.key("Condition"), "the name of a condition", other);
                None
            }
        }
    }

    fn depends_on(&mut self, resource: &Object, id: &str, place: &Place<'_>) {
        let Some(node) = resource.get("DependsOn") else { return };
        let place = place.key("DependsOn");
        match node {
            Node::Array(names) => {
                for (index, name) in names.iter().enumerate() {
                    self.dependency(name, resource, id, &place.index(index));
                }
            }
            other => self.dependency(other, resource, id, &place),
        }
    }

    fn dependency(&mut self, node: &Node, resource: &Object, id: &str, place: &Place<'_>) {
        let name = match node {
            Node::String(name) => name,
            other => {
                self.walker.depend(other, place);
                return self.wrong(&rules::E3001, place, "the logical id of a resource", other);
            }
        };
        let context = self.context;
        if name == id {
            self.walker.depends_on(name, place);
            self.fail(&rules::E3005, place, format!("`{id}` cannot depend on itself"));
        } else if context.resource(name).is_none() {
            if context.is_open() || context.is_part_of_module(name) {
                return;
            }
            let known = context.section("Resources").into_iter().flat_map(|all| all.keys().map(String::as_str));
            let help = context.did_you_mean(name, known);
            let message = format!("`{}` is not a resource of this template", text::shortened(name));
            let finding = self.fail(&rules::E3005, place, message);
            finding.help = help;
            finding.actual = Some(name.clone());
        } else {
            self.walker.depends_on(name, place);
            let conditions = &context.conditions;
            let condition_of =
                |resource: &'_ Object| resource.get("Condition").and_then(Node::as_str).map(str::to_owned);
            let target = context.section("Resources").and_then(|all| condition_of(all.get(name)?.as_object()?));
            let Some(target) = target else { return };
            let own = condition_of(resource);
            let may_be_missing = match (own.as_ref(), conditions.id(&target)) {
                // Where nothing is known, a condition that nobody can change is taken for one that somebody will.
                (None, _) => true,
                (Some(_), None) => false,
                (Some(own), Some(id)) => conditions.id(own).is_some_and(|own| {
                    own != id && conditions.satisfiable(&[Fact::Condition(own, true), Fact::Condition(id, false)])
                }),
            };
            if may_be_missing {
                let condition = text::shortened(&target);
                let message = format!("`{name}` is not there when condition `{condition}` is false");
                let help = format!("give this resource the condition `{condition}` too");
                self.fail(&rules::E3005, place, message).help = Some(help);
            }
        }
    }

    fn type_exists(&mut self, kind: &str, place: &Place<'_>) {
        let place = place.key("Type");
        if kind.starts_with("AWS::Serverless::") && !self.context.transforms.serverless {
            let message = format!("`{}` needs the transform `AWS::Serverless-2016-10-31`", text::shortened(kind));
            let help = "add `Transform: AWS::Serverless-2016-10-31`".to_owned();
            self.fail(&rules::E3038, &place, message).help = Some(help);
        }
        let known = kind.starts_with("Custom::")
            || kind.ends_with("::MODULE")
            || kinds::is_third_party(kind)
            || self.context.transforms.macros
            || self.context.resource_type(kind).is_some();
        if !known {
            let message = format!("`{}` is not a resource type", text::shortened(kind));
            let names = cfn_schema::resource_types().map(|known| known.name());
            let help = self.context.did_you_mean(kind, names);
            let finding = self.fail(&rules::E3006, &place, message);
            finding.help = help;
            finding.actual = Some(kind.to_owned());
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
        let schema_of = if kind.starts_with("Custom::") { CUSTOM } else { kind };
        let Some(known) = self.context.resource_type(schema_of).filter(|_| !kind.ends_with("::MODULE")) else { return };
        match Function::call(node) {
            Some((Function::Ref, name)) if name.as_str() == Some("AWS::NoValue") => {
                return self.wrong(&rules::E3012, &place.key("Ref"), "an object", node);
            }
            None if node.as_object().is_none() => {
                return self.wrong(&rules::E3012, &place, "an object", node);
            }
            _ => {}
        }
        // A custom resource is called by its own name.
        let shown = if schema_of == CUSTOM { kind } else { known.name() };
        self.checker.run(known.schema(), node, &place, Env::report(shown, facts));
        self.checker.extensions(known, node, &place, facts);
        // In SAM's schemas these are what the transform sets, and what a template can set as well.
        for path in known.read_only().filter(|_| !known.is_serverless()) {
            self.read_only(node, path, &place);
        }
    }

    /// Reports a property that only AWS sets; `*` in a path stands for every member.
    fn read_only(&mut self, node: &Node, path: &str, place: &Place<'_>) {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (node, rest) {
            (Node::Object(object), rest) if first != "*" => {
                let Some((_, key, value)) = object.get_full(first) else { return };
                let place = place.key(key);
                match rest {
                    Some(rest) => self.read_only(value, rest, &place),
                    None => {
                        let message = format!("`{first}` is set by AWS and cannot be given");
                        self.fail(&rules::E3040, &place, message).help = Some(format!("remove `{first}`"));
                    }
                }
            }
            (Node::Array(items), Some(rest)) if first == "*" => {
                for (index, item) in items.iter().enumerate() {
                    self.read_only(item, rest, &place.index(index));
                }
            }
            _ => {}
        }
    }

    fn module(&mut self, resource: &Object, place: &Place<'_>) {
        if !resource.get("Type").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("::MODULE")) {
            return;
        }
        const RESERVED: &str = "AWS::CloudFormation::Module";
        if resource.get("Metadata").is_some_and(|metadata| metadata.get(RESERVED).is_some()) {
            let message = format!("`{RESERVED}` is what CloudFormation itself writes into the metadata of a module");
            self.fail(&rules::E5001, &place.key("Metadata").key(RESERVED), message);
        }
        for name in ["CreationPolicy", "UpdatePolicy"] {
            if resource.contains_key(name) {
                self.fail(&rules::E5001, &place.key(name), format!("`{name}` is not for modules"));
            }
        }
        if resource.get("Properties").is_some_and(|properties| properties.get("Tags").is_some()) {
            self.fail(&rules::E5001, &place.key("Properties").key("Tags"), "`Tags` is not for modules");
        }
    }
}
