//! The sections by name, the description and the transform.

use cfn_model::{Node, Rule};

use super::Sections;
use crate::{
    codes as rules,
    facts::{context, place::Place, text},
};

const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// How deep nulls are looked for; the readers allow 128 levels.
pub(super) const DEEPEST: usize = 256;

impl Sections<'_> {
    pub(super) fn sections(&mut self) {
        let document = self.context.document;
        for (name, node) in document {
            let place = Place::Root.key(name);
            // A transform may take them away, but for those that it does not look at.
            if name == "Metadata" || (!self.context.transforms.serverless && !self.context.transforms.macros) {
                self.nulls(node, &place, 0);
            }
            if !SECTIONS.contains(&name.as_str()) && !context::is_replaced(name) {
                let message = format!("`{}` is not a section of a template", text::shortened(name));
                let help = self
                    .context
                    .did_you_mean(name, SECTIONS)
                    .unwrap_or_else(|| format!("sections are {}", text::listed(SECTIONS, "and")));
                let finding = self.fail(&rules::E1001, &place, message);
                (finding.actual, finding.help) = (Some(name.clone()), Some(help));
            }
        }
        if !document.contains_key("Resources") && !context::has_unknown_entries(document) {
            let finding = self.fail(&rules::E1001, &Place::Root, "the template needs the section `Resources`");
            finding.help = Some("add `Resources`".to_owned());
        }
        for name in ["Conditions", "Globals", "Hooks", "Rules"] {
            if let Some(node) = document.get(name) {
                self.object(&rules::E1001, &Place::Root.key(name), node);
            }
        }
        self.version();
        self.description();
        if let Some(transform) = document.get("Transform") {
            self.transform(transform, &Place::Root.key("Transform"));
        }
    }

    fn version(&mut self) {
        let place = Place::Root.key("AWSTemplateFormatVersion");
        match self.context.document.get("AWSTemplateFormatVersion") {
            None | Some(Node::Null) => {}
            Some(Node::String(version)) if version == "2010-09-09" => {}
            Some(other) => self.wrong(&rules::E1001, &place, "`2010-09-09`", other),
        }
    }

    fn description(&mut self) {
        let place = Place::Root.key("Description");
        match self.context.document.get("Description") {
            Some(Node::String(description)) => self.length(&rules::E1003, &place, 1024, description),
            None | Some(Node::Null) => {}
            Some(other) => self.wrong(&rules::E1004, &place, "a string", other),
        }
    }

    fn transform(&mut self, node: &Node, place: &Place<'_>) {
        match node {
            Node::String(_) | Node::Null => {}
            Node::Array(all) => {
                for (index, one) in all.iter().enumerate() {
                    match one {
                        Node::Array(_) => {
                            self.wrong(&rules::E1005, &place.index(index), "the name of a transform", one);
                        }
                        _ => self.transform(one, &place.index(index)),
                    }
                }
            }
            Node::Object(object) => {
                for (key, value) in object {
                    let place = place.key(key);
                    match key.as_str() {
                        "Name" if value.as_str().is_none() => self.wrong(&rules::E1005, &place, "a string", value),
                        "Name" => {}
                        "Parameters" => {
                            self.object(&rules::E1005, &place, value);
                        }
                        _ => {
                            let message = format!("`{}` is not a property of a transform", text::shortened(key));
                            self.fail(&rules::E1005, &place, message);
                        }
                    }
                }
                if !object.contains_key("Name") {
                    self.fail(&rules::E1005, place, "a transform needs `Name`");
                }
            }
            other => self.wrong(&rules::E1005, place, "the name of a transform", other),
        }
    }

    fn nulls(&mut self, node: &Node, place: &Place<'_>, depth: usize) {
        match node {
            Node::Null if !is_reported_elsewhere(place) => {
                let message = format!("`{}` must have a value, got null", text::shortened(&place.name()));
                let help = "remove it, or use `{\"Ref\": \"AWS::NoValue\"}`".to_owned();
                self.fail(rule_of_null(place), place, message).help = Some(help);
            }
            Node::Array(items) if depth < DEEPEST => {
                for (index, item) in items.iter().enumerate() {
                    self.nulls(item, &place.index(index), depth + 1);
                }
            }
            Node::Object(object) if depth < DEEPEST => {
                for (key, value) in object {
                    self.nulls(value, &place.key(key), depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// Whether the type of the value is checked where it stands, so that a null is a value of a wrong type there.
fn is_reported_elsewhere(place: &Place<'_>) -> bool {
    const ATTRIBUTES: [&str; 8] = [
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Properties",
        "Type",
        "UpdateReplacePolicy",
        "Version",
    ];
    match place.keys().as_slice() {
        ["Parameters", _, _, ..] | ["Rules", ..] => true,
        ["Resources", _, "Metadata", ..] => true,
        ["Resources", _, attribute] => ATTRIBUTES.contains(attribute),
        _ => false,
    }
}

/// The rule that a null breaks: that of its section where cfn-lint says so as well.
fn rule_of_null(place: &Place<'_>) -> &'static Rule {
    match place.keys().as_slice() {
        ["AWSTemplateFormatVersion"] | ["Conditions", ..] => &rules::E1001,
        ["Description"] => &rules::E1004,
        ["Mappings", ..] => &rules::E7001,
        ["Metadata", _, ..] => &rules::E4002,
        ["Outputs", _] | ["Outputs", _, "Condition" | "Description" | "Export"] => &rules::E6003,
        ["Parameters", ..] => &rules::E2001,
        ["Transform"] => &rules::E1005,
        _ => &rules::AL0302,
    }
}
