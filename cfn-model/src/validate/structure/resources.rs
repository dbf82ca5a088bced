//! The section `Resources`.

use super::Sections;
use crate::{
    Function, Node, Object,
    validate::{
        conditions::Fact, context, functions::Scope, permissions, place::Place, rules, schema::Env, suggest, text,
    },
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

/// The schema of every custom resource.
const CUSTOM: &str = "AWS::CloudFormation::CustomResource";

impl Sections<'_> {
    pub(super) fn resources(&mut self) {
        let Some(node) = self.context.document.get("Resources") else { return };
        let section = Place::Root.key("Resources");
        let Some(resources) = self.object(&rules::E3001, &section, node) else { return };
        self.at_most(&rules::E3010, &section, "resources", 500, resources.len());
        let parameters = self.context.section("Parameters");
        for (position, (id, node)) in resources.iter().enumerate() {
            let place = section.key(id);
            if context::is_replaced(id) {
                let outside = Object::from_iter([(id.clone(), node.clone())]);
                self.walker.walk(&Node::Object(outside), &section, Scope::VALUE);
                continue;
            }
            self.name(&rules::E3001, &place, id);
            self.length(&rules::E3011, &place, 255, id);
            if parameters.is_some_and(|parameters| parameters.contains_key(id)) {
                let message = format!("`{}` is the name of a parameter as well", text::shortened(id));
                self.fail(&rules::E3007, &place, message).help = Some("rename one of the two".to_owned());
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
        let kind = match resource.get("Type") {
            Some(Node::String(kind)) => kind.as_str(),
            Some(Node::Null) => return,
            Some(other) => {
                self.wrong(&rules::E3001, &place.key("Type"), "a string", other);
                ""
            }
            None if context::has_unknown_entries(resource) => "",
            None => {
                let message = format!("`{}` needs the attribute `Type`", text::shortened(id));
                self.fail(&rules::E3001, place, message).help = Some("add `Type`".to_owned());
                ""
            }
        };
        self.attributes(resource, kind, place);
        let fact = self.condition_of(resource, place);
        self.walker.assume(fact);
        self.depends_on(resource, id, place);
        self.type_exists(kind, place);
        self.properties(resource, kind, fact.as_slice(), place);
        for name in ["Metadata", "CreationPolicy", "UpdatePolicy", "Connectors"] {
            if let Some(node) = resource.get(name) {
                self.walker.walk(node, &place.key(name), Scope::VALUE);
            }
        }
        if kind.is_empty() {
            return;
        }
        if kind.ends_with("::MODULE") {
            self.module(resource, place);
        }
        let is_custom = kind == CUSTOM || kind.starts_with("Custom::");
        if let Some(node) = resource.get("CreationPolicy").filter(|_| !is_custom) {
            self.creation_policy(kind, node, &place.key("CreationPolicy"));
        }
        if let Some(node) = resource.get("UpdatePolicy").filter(|_| !is_custom && !kind.ends_with("::MODULE")) {
            self.update_policy(kind, node, &place.key("UpdatePolicy"));
        }
        if let Some(node) = resource.get("DeletionPolicy") {
            self.removal_policy(&rules::E3035, kind, node, &place.key("DeletionPolicy"));
        }
        if let Some(node) = resource.get("UpdateReplacePolicy") {
            self.removal_policy(&rules::E3036, kind, node, &place.key("UpdateReplacePolicy"));
        }
    }

    /// Which attributes there are, and their types.
    fn attributes(&mut self, resource: &Object, kind: &str, place: &Place<'_>) {
        let is_custom = kind == CUSTOM || kind.starts_with("Custom::");
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
                ("Version", _) if !is_custom && !kind.is_empty() => {
                    let owner = match place {
                        Place::Key(owner, _) => owner,
                        _ => &place,
                    };
                    self.fail(&rules::E3001, owner, "`Version` is for custom resources only");
                }
                ("Connectors" | "IgnoreGlobals", _) if !self.context.transforms.serverless => {
                    let message = format!("`{name}` needs the transform `AWS::Serverless-2016-10-31`");
                    self.fail(&rules::E3066, &place, message);
                }
                ("CreationPolicy", Node::Array(_) | Node::String(_) | Node::Bool(_) | Node::Number(_)) => {
                    self.wrong(&rules::E3001, &place, "an object", node);
                }
                ("Connectors", Node::Object(connectors)) => {
                    for (name, connector) in connectors {
                        self.connector(connector, &place.key(name));
                    }
                }
                ("Connectors", Node::Array(_) | Node::String(_)) => {
                    self.wrong(&rules::E3001, &place, "an object", node);
                }
                _ => {}
            }
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
    fn condition_of(&mut self, resource: &Object, place: &Place<'_>) -> Option<Fact> {
        match resource.get("Condition")? {
            Node::String(name) => {
                self.walker.condition_exists(name, &place.key("Condition"), &rules::E3015);
                self.context.conditions.id(name).map(|id| (id, true))
            }
            Node::Null => None,
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
            other => return self.wrong(&rules::E3001, place, "the logical id of a resource", other),
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
            let help = suggest::did_you_mean(name, known);
            let message = format!("`{}` is not a resource of this template", text::shortened(name));
            let finding = self.fail(&rules::E3005, place, message);
            finding.help = help;
            finding.actual = Some(name.clone());
        } else {
            self.walker.depends_on(name, place);
            let conditions = &context.conditions;
            let id_of = |resource: Option<&Node>| {
                resource.and_then(|resource| conditions.id(resource.get("Condition")?.as_str()?))
            };
            let own = resource.get("Condition").and_then(Node::as_str).and_then(|name| conditions.id(name));
            let Some(target) = id_of(context.section("Resources").and_then(|all| all.get(name))) else { return };
            let mut facts = vec![(target, false)];
            facts.extend(own.map(|own| (own, true)));
            if own != Some(target) && conditions.satisfiable(&facts) {
                let condition = conditions.name(target);
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
        let known = kind.is_empty()
            || kind.starts_with("Custom::")
            || kind.ends_with("::MODULE")
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

    fn properties(&mut self, resource: &Object, kind: &str, facts: &[Fact], place: &Place<'_>) {
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
            None if node.as_object().is_none() && !matches!(node, Node::Null) => {
                return self.wrong(&rules::E3012, &place, "an object", node);
            }
            _ => {}
        }
        self.checker.run(known.schema(), node, &place, Env::report(known.name(), facts));
        self.findings.extend(permissions::check(self.context, kind, node, &place, facts));
        self.checker.extensions(known, node, &place, facts);
        self.tags(known, node, &place);
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
