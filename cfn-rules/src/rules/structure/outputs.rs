//! The section `Outputs`.

use cfn_model::{Node, Object};

use super::Sections;
use crate::{
    codes as rules,
    facts::{conditions::Fact, context, place::Place, suggest, text},
    rules::functions::{self, Owner, Scope},
};

const PROPERTIES: [&str; 4] = ["Condition", "Description", "Export", "Value"];

impl Sections<'_> {
    pub(super) fn outputs(&mut self) {
        let Some(node) = self.context.document.get("Outputs") else { return };
        let section = Place::Root.key("Outputs");
        let Some(outputs) = self.object(&rules::E6003, &section, node) else { return };
        self.at_most(&rules::E6010, &section, "outputs", 200, outputs.len());
        self.walker.enter(None);
        self.loops(&rules::E6001, outputs, &section);
        for (name, node) in outputs.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            self.length(&rules::E6011, &place, 255, name);
            // What has no good name is looked at when it has one.
            if !self.name(&rules::E6001, &place, name) {
                self.walker.depend(node, &place);
                continue;
            }
            match self.object(&rules::E6003, &place, node) {
                Some(output) => self.output(output, &place),
                None => self.wrong(&rules::E6001, &place, "an object with `Value`", node),
            }
        }
    }

    fn output(&mut self, output: &Object, place: &Place<'_>) {
        let condition = output.get("Condition").and_then(Node::as_str);
        let fact = condition.and_then(|name| Some(Fact::Condition(self.context.conditions.id(name)?, true)));
        self.walker.assume(fact.clone());
        let is_never_there = self.never(&rules::E6001, fact.as_ref(), place);
        for key in output.keys().filter(|key| !PROPERTIES.contains(&key.as_str()) && !context::is_replaced(key)) {
            let message = format!("`{}` is not a property of an output", text::shortened(key));
            let help = suggest::did_you_mean(key, PROPERTIES);
            self.fail(&rules::E6001, &place.key(key), message).help = help;
        }
        match output.get("Value") {
            None if context::has_unknown_entries(output) => {}
            None | Some(Node::Null) => {
                let message = format!("`{}` needs the property `Value`", place.name());
                self.fail(&rules::E6002, place, message).help = Some("add `Value`".to_owned());
            }
            Some(_) if is_never_there => {}
            Some(value) => {
                let scope = Scope::VALUE.with_code(&rules::E6101).any_text();
                self.walker.fill(functions::OUTPUT, value, &place.key("Value"), Owner::OUTPUT, scope);
            }
        }
        match output.get("Condition") {
            Some(Node::String(name)) => {
                self.walker.condition_exists(name, &place.key("Condition"), &rules::E6005);
            }
            None | Some(Node::Null) => {}
            Some(other) => self.wrong(&rules::E6003, &place.key("Condition"), "a string", other),
        }
        match output.get("Description").map(|node| (node, text::scalar(node))) {
            Some((_, Some(given))) => self.length(&rules::E6011, &place.key("Description"), 1024, &given),
            None | Some((Node::Null, _)) => {}
            Some((other, None)) => self.wrong(&rules::E6003, &place.key("Description"), "a string", other),
        }
        if let Some(export) = output.get("Export") {
            self.export(export, &place.key("Export"));
        }
    }

    fn export(&mut self, node: &Node, place: &Place<'_>) {
        let Some(export) = self.object(&rules::E6003, place, node) else { return };
        for key in export.keys().filter(|key| *key != "Name" && !context::is_replaced(key)) {
            let message = format!("`{}` is not a property of an export", text::shortened(key));
            self.fail(&rules::E6001, &place.key(key), message).actual = Some(key.clone());
        }
        match export.get("Name") {
            None if context::has_unknown_entries(export) => {}
            None => {
                self.fail(&rules::E6002, place, "`Export` needs the property `Name`");
            }
            Some(name) => {
                let place = place.key("Name");
                let scope = Scope::VALUE.without_resources().any_text();
                self.walker.fill(functions::EXPORT, name, &place, Owner::EXPORT, scope);
            }
        }
    }
}
