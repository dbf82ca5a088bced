//! References of a part of an application's template, in the words of that part.

use std::collections::{BTreeMap, BTreeSet};

use cfn_model::{
    Finding, Function, IntoNode, Node, Object, Path, Template,
    intrinsic::{get_att, join, ref_},
};
use cfn_rules::codes::AL0523;
use serde_json::json;

use super::{id, physical};

/// Types that name other resources in policies, definitions and dimensions only: those need not exist.
const NAMING: [&str; 6] = [
    "AWS::IAM::",
    "AWS::CloudWatch::",
    "AWS::KMS::",
    "AWS::Serverless::Api",
    "AWS::Serverless::Function",
    "AWS::SSM::",
];

/// The template whose references are rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side<'a> {
    /// That of the application.
    Application,
    /// That of a group.
    Group(&'a str),
}

/// What a reference becomes.
enum Target {
    /// It stays.
    Same,
    /// A text of `Fn::Sub`.
    Text(String),
    /// A parameter.
    Parameter(String),
    /// An output of a group.
    Output { group: String, name: String },
}

/// A parameter of a group.
struct Given {
    /// Its value, in the application's template.
    value: Node,
    definition: Node,
}

/// The references of one template, and what they need of others.
pub(super) struct References<'a> {
    whole: &'a Template,
    groups: &'a BTreeMap<String, String>,
    side: Side<'a>,
    /// By name, so that the order of tasks makes no difference.
    given: BTreeMap<String, Given>,
    after: BTreeSet<String>,
    conditions: BTreeSet<String>,
    mappings: BTreeSet<String>,
    /// Whether a mapping's name is known at deployment only.
    needs_all_mappings: bool,
    /// The outputs that the application reads, by group.
    outputs: Vec<(String, Object)>,
    problems: Vec<Finding>,
    /// The place of what is looked at.
    place: Path,
    /// The groups that the resource that is looked at names.
    named: BTreeSet<String>,
    /// Whether a policy is looked at, in which what need not exist can be named.
    is_policy: bool,
}

impl<'a> References<'a> {
    pub(super) fn new(whole: &'a Template, groups: &'a BTreeMap<String, String>, side: Side<'a>) -> References<'a> {
        References {
            whole,
            groups,
            side,
            given: BTreeMap::new(),
            after: BTreeSet::new(),
            conditions: BTreeSet::new(),
            mappings: BTreeSet::new(),
            needs_all_mappings: false,
            outputs: Vec::new(),
            problems: Vec::new(),
            place: Path::default(),
            named: BTreeSet::new(),
            is_policy: false,
        }
    }

    /// Rewrites all references of the template.
    pub(super) fn rewrite(&mut self, part: &mut Template) {
        let document = part.document_mut();
        for section in ["Globals", "Resources", "Outputs"] {
            let is_of_group = matches!(self.side, Side::Group(_));
            let Some(Node::Object(entries)) =
                document.get_mut(section).filter(|_| section != "Outputs" || !is_of_group)
            else {
                continue;
            };
            for (name, entry) in entries.iter_mut() {
                self.place = Path(vec![section.into(), name.as_str().into()]);
                match section {
                    "Resources" => self.resource(entry),
                    _ => self.node(entry),
                }
            }
        }
    }

    fn resource(&mut self, resource: &mut Node) {
        self.named.clear();
        let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
        let Node::Object(members) = resource else { return };
        for (key, value) in members.iter_mut() {
            match key.as_str() {
                "DependsOn" | "Type" => {}
                "Condition" => self.conditions.extend(value.as_str().map(str::to_owned)),
                "Properties" => self.properties(&kind, value),
                _ => self.node(value),
            }
        }
        let mut after: Vec<String> = match members.get("DependsOn") {
            Some(Node::String(id)) => vec![id.clone()],
            Some(Node::Array(ids)) => ids.iter().filter_map(Node::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let before = after.clone();
        after = after.into_iter().filter_map(|id| self.dependency(id)).collect();
        if !NAMING.iter().any(|start| kind.starts_with(start)) {
            after.extend(self.named.iter().map(|group| id(group)));
        }
        let mut known = BTreeSet::new();
        after.retain(|id| known.insert(id.clone()));
        if after != before {
            match after.as_slice() {
                [] => drop(members.shift_remove("DependsOn")),
                [only] => drop(members.insert("DependsOn".to_owned(), only.into_node())),
                _ => drop(members.insert("DependsOn".to_owned(), after.into_node())),
            }
        }
    }

    fn properties(&mut self, kind: &str, properties: &mut Node) {
        let Node::Object(properties) = properties else { return self.node(properties) };
        for (name, value) in properties {
            self.is_policy = kind.starts_with("AWS::IAM::") || name == "Policies";
            self.node(value);
        }
        self.is_policy = false;
    }

    /// A dependency on another resource, as this template has it.
    fn dependency(&mut self, on: String) -> Option<String> {
        match (self.side, self.groups.get(&on)) {
            (Side::Application, Some(group)) => Some(id(group)),
            (Side::Application, None) => Some(on),
            (Side::Group(own), Some(group)) if own == group => Some(on),
            (Side::Group(_), Some(group)) => {
                self.refuse(&on, "`DependsOn`", group);
                None
            }
            (Side::Group(_), None) => {
                self.after.insert(on);
                None
            }
        }
    }

    fn node(&mut self, node: &mut Node) {
        if let Some((function, argument)) = Function::call(node) {
            let text = argument.as_str().map(str::to_owned);
            match (function, text) {
                (Function::Ref, Some(name)) => return self.replace(node, &name, None),
                (Function::GetAtt, _) => {
                    if let Some((name, attribute)) = attribute(argument) {
                        return self.replace(node, &name, Some(&attribute));
                    }
                }
                (Function::Sub, _) => return self.sub(node),
                (Function::Condition, Some(name)) => {
                    self.conditions.insert(name);
                    return;
                }
                (Function::If, _) => {
                    let condition = argument.as_array().and_then(<[Node]>::first).and_then(Node::as_str);
                    self.conditions.extend(condition.map(str::to_owned));
                }
                (Function::FindInMap, _) => match argument.as_array().and_then(<[Node]>::first) {
                    Some(Node::String(name)) => drop(self.mappings.insert(name.clone())),
                    _ => self.needs_all_mappings = true,
                },
                _ => {}
            }
        }
        match node {
            Node::Object(object) => object.values_mut().for_each(|value| self.node(value)),
            Node::Array(items) => items.iter_mut().for_each(|item| self.node(item)),
            _ => {}
        }
    }

    fn replace(&mut self, node: &mut Node, name: &str, attribute: Option<&str>) {
        match self.target(name, attribute) {
            Target::Same => {}
            Target::Text(text) => *node = physical::value(text),
            Target::Parameter(name) => *node = ref_::<Node>(name.as_str()).into_node(),
            Target::Output { group, name } => {
                *node = get_att::<Node>(id(&group).as_str(), format!("Outputs.{name}")).into_node();
            }
        }
    }

    /// Rewrites the placeholders of a text.
    fn sub(&mut self, node: &mut Node) {
        let Node::Object(object) = node else { return };
        let Some(argument) = object.get_mut(Function::Sub.name()) else { return };
        match argument {
            Node::String(text) => {
                let new = self.text(text, &Object::default());
                let is_plain = !new.contains("${") && new != *text;
                *text = new;
                if is_plain {
                    *node = std::mem::take(text).into_node();
                }
            }
            Node::Array(parts) => {
                let [text, variables] = parts.as_mut_slice() else { return };
                self.node(variables);
                if let (Node::String(text), Node::Object(variables)) = (text, variables) {
                    *text = self.text(text, variables);
                }
            }
            other => self.node(other),
        }
    }

    fn text(&mut self, text: &str, variables: &Object) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((inner, behind)) = after.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            rest = behind;
            let name = inner.trim();
            if name.starts_with('!') || variables.contains_key(name) {
                result.push_str(&format!("${{{inner}}}"));
                continue;
            }
            let (name, attribute) = match name.split_once('.') {
                Some((name, attribute)) => (name, Some(attribute)),
                None => (name, None),
            };
            result.push_str(&match self.target(name, attribute) {
                Target::Same => format!("${{{inner}}}"),
                Target::Text(text) => text,
                Target::Parameter(name) => format!("${{{name}}}"),
                Target::Output { group, name } => format!("${{{}.Outputs.{name}}}", id(&group)),
            });
        }
        result + rest
    }

    /// What a reference to this becomes.
    fn target(&mut self, name: &str, attribute: Option<&str>) -> Target {
        if let Some(definition) = self.entry("Parameters", name) {
            if matches!(self.side, Side::Group(_)) {
                let given = Given { value: handed_on(name, definition), definition: received(definition) };
                self.given.entry(name.to_owned()).or_insert(given);
            }
            return Target::Same;
        }
        let Some(owner) = self.owner(name) else { return Target::Same };
        let group = self.groups.get(&owner).cloned();
        match (self.side, group) {
            (Side::Application, None) => Target::Same,
            (Side::Group(own), Some(group)) if own == group => Target::Same,
            (Side::Group(_), None) => {
                let resource = self.whole.resource(name).filter(|_| self.is_policy);
                match resource.and_then(|resource| physical::text(resource, attribute)) {
                    Some(text) => Target::Text(text),
                    None => Target::Parameter(self.give(&owner, name, attribute)),
                }
            }
            (side, Some(group)) => {
                let resource = self.whole.resource(name);
                if let Some(text) = resource.and_then(|resource| physical::text(resource, attribute)) {
                    self.named.insert(group);
                    return Target::Text(text);
                }
                if side == Side::Application {
                    return self.read(group, name, attribute);
                }
                let what = attribute.map_or_else(|| "`Ref`".to_owned(), |attribute| format!("attribute `{attribute}`"));
                self.refuse(name, &what, &group);
                // So that nothing else is said of it.
                let definition = json!({"Type": "String"}).into_node();
                self.given.insert(name.to_owned(), Given { value: "".into_node(), definition });
                Target::Parameter(name.to_owned())
            }
        }
    }

    fn entry(&self, section: &str, name: &str) -> Option<&'a Node> {
        self.whole.document().get(section)?.get(name)
    }

    /// The resource with this logical id, or the one of which SAM makes it.
    fn owner(&self, name: &str) -> Option<String> {
        if self.whole.resource(name).is_some() {
            return Some(name.to_owned());
        }
        let makers = self.whole.resources().filter(|(id, resource)| {
            name.starts_with(id) && resource["Type"].as_str().is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
        });
        makers.max_by_key(|(id, _)| id.len()).map(|(id, _)| id.to_owned())
    }

    /// A parameter with a value of the application's template.
    fn give(&mut self, owner: &str, name: &str, attribute: Option<&str>) -> String {
        let value = match attribute {
            None => ref_::<Node>(name).into_node(),
            Some(attribute) => get_att::<Node>(name, attribute).into_node(),
        };
        // What is not made has no attributes, and whoever refers to it has the same condition.
        let value = match self.whole.resource(owner).and_then(|resource| resource["Condition"].as_str()) {
            Some(condition) => json!({"Fn::If": [condition, value, ""]}).into_node(),
            None => value,
        };
        let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let mut parameter = format!("{name}{}", letters(attribute.unwrap_or_default()));
        let is_taken = |parameter: &str| {
            self.given.get(parameter).is_some_and(|given| given.value != value)
                || self.entry("Parameters", parameter).is_some()
                || (attribute.is_some() && self.whole.resource(parameter).is_some())
        };
        while is_taken(&parameter) {
            parameter.push_str("Value");
        }
        let definition = json!({"Type": "String"}).into_node();
        self.given.entry(parameter.clone()).or_insert(Given { value, definition });
        parameter
    }

    /// An output of a group.
    fn read(&mut self, group: String, name: &str, attribute: Option<&str>) -> Target {
        let value = match attribute {
            None => ref_::<Node>(name).into_node(),
            Some(attribute) => get_att::<Node>(name, attribute).into_node(),
        };
        let letters = attribute.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric);
        let output = format!("{name}{}", letters.collect::<String>());
        match self.outputs.iter_mut().find(|(known, _)| *known == group) {
            Some((_, outputs)) => drop(outputs.insert(output.clone(), value)),
            None => self.outputs.push((group.clone(), Object::from_iter([(output.clone(), value)]))),
        }
        Target::Output { group, name: output }
    }

    fn refuse(&mut self, name: &str, what: &str, group: &str) {
        let own = match self.side {
            Side::Group(own) => own,
            Side::Application => return,
        };
        let from = self.place.logical_id().map_or_else(String::new, |(_, id)| id.to_owned());
        let message = format!(
            "`{from}` of group `{own}`: must not refer to `{name}` of group `{group}`, whose {what} no name gives"
        );
        let help = "put both into one group, or the other one into none".to_owned();
        self.problems.push(Finding::new(&AL0523, self.place.clone(), message).actual(name).help(help));
    }

    /// Keeps the conditions and mappings that the resources use, and those that these use.
    pub(super) fn keep_used(&mut self, document: &mut Object) {
        let mut done = BTreeSet::new();
        while let Some(name) = self.conditions.iter().find(|name| !done.contains(*name)).cloned() {
            if let Some(condition) = self.entry("Conditions", &name) {
                self.node(&mut condition.clone());
            }
            done.insert(name);
        }
        for (section, used, all) in
            [("Conditions", &self.conditions, false), ("Mappings", &self.mappings, self.needs_all_mappings)]
        {
            let Some(Node::Object(entries)) = document.get_mut(section) else { continue };
            entries.retain(|name, _| all || used.contains(name));
            if entries.is_empty() {
                document.shift_remove(section);
            }
        }
    }

    /// The parameters of the template.
    pub(super) fn parameters(&self) -> Object {
        self.given.iter().map(|(name, given)| (name.clone(), given.definition.clone())).collect()
    }

    /// The values of these, in the application's template.
    pub(super) fn given(&self) -> impl Iterator<Item = (String, Node)> {
        self.given.iter().map(|(name, given)| (name.clone(), given.value.clone()))
    }

    /// The resources of the application that are there before those of the group.
    pub(super) fn after(&self) -> Vec<String> {
        self.after.iter().cloned().collect()
    }

    /// The outputs of a group that the application reads.
    pub(super) fn outputs_of<'r>(&'r self, group: &'r str) -> impl Iterator<Item = (String, Node)> + 'r {
        let outputs = self.outputs.iter().filter(move |(of, _)| of == group).flat_map(|(_, outputs)| outputs);
        outputs.map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Reports what was refused, with the line of each.
    pub(super) fn report(&mut self, part: &mut Template) {
        for mut finding in std::mem::take(&mut self.problems) {
            finding.origin = part.origin(&finding.path);
            part.report(finding);
        }
    }
}

/// The logical id and the attribute of `Fn::GetAtt`.
fn attribute(argument: &Node) -> Option<(String, String)> {
    match argument {
        Node::String(text) => text.split_once('.').map(|(name, attribute)| (name.to_owned(), attribute.to_owned())),
        Node::Array(parts) => match parts.as_slice() {
            [Node::String(name), Node::String(attribute)] => Some((name.clone(), attribute.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// The type of a parameter's value: of one of Systems Manager, that of the value in there.
fn value_type(definition: &Node) -> &str {
    let kind = definition["Type"].as_str().unwrap_or("String");
    kind.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind)
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

/// A parameter of the application, as a value for a nested stack: a list goes as one text.
fn handed_on(name: &str, definition: &Node) -> Node {
    match is_list(value_type(definition)) {
        true => join(",", ref_::<cfn_model::intrinsic::List<String>>(name)).into_node(),
        false => ref_::<Node>(name).into_node(),
    }
}

/// The parameter of the nested stack: as that of the application, but for the default, which is there.
fn received(definition: &Node) -> Node {
    let kind = match value_type(definition) {
        "List<String>" => "CommaDelimitedList",
        kind => kind,
    };
    let mut received = definition.as_object().cloned().unwrap_or_default();
    received.shift_remove("Default");
    received.insert("Type".to_owned(), kind.into_node());
    received.into_node()
}
