//! The section `Mappings`.

use cfn_model::{Node, Object};

use super::Sections;
use crate::{
    codes as rules,
    facts::{context, place::Place, text},
};

impl Sections<'_> {
    pub(super) fn mappings(&mut self) {
        let Some(node) = self.context.document.get("Mappings") else { return };
        let section = Place::Root.key("Mappings");
        let Some(mappings) = self.object(&rules::E7001, &section, node) else { return };
        self.at_most(&rules::E7010, &section, "mappings", 200, mappings.len());
        for (name, node) in mappings.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            self.length(&rules::E7002, &place, 255, name);
            if !self.name(&rules::E7001, &place, name) {
                continue;
            }
            let Some(mapping) = self.object(&rules::E7001, &place, node) else { continue };
            self.keys(mapping, &place, is_first_key);
            let inner = |(key, _): &(&String, &Node)| is_first_key(key) && !context::is_replaced(key);
            for (key, node) in mapping.iter().filter(inner) {
                let place = place.key(key);
                let Some(values) = self.object(&rules::E7001, &place, node) else { continue };
                self.keys(values, &place, is_second_key);
                for (key, value) in values.iter().filter(|(key, _)| is_second_key(key) && !context::is_replaced(key)) {
                    self.length(&rules::E7002, &place.key(key), 255, key);
                    self.walker.texts(value, &place.key(key));
                    if let Node::Object(_) = value {
                        self.wrong(&rules::E7001, &place.key(key), "a string, a number, a boolean or a list", value);
                    }
                }
            }
        }
    }

    fn keys(&mut self, object: &Object, place: &Place<'_>, is_good: fn(&str) -> bool) {
        // A null is a value that is not there.
        if object.values().all(|value| matches!(value, Node::Null)) {
            let message = format!("`{}` must have at least 1 key, got 0", place.name());
            self.fail(&rules::E7001, place, message);
        }
        self.at_most(&rules::E7010, place, "keys", 200, object.len());
        for key in object.keys().filter(|key| !is_good(key) && !context::is_replaced(key)) {
            let message = format!("key `{}` must be made of letters and digits", text::shortened(key));
            self.fail(&rules::E7001, &place.key(key), message).actual = Some(key.clone());
        }
    }
}

fn is_first_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

fn is_second_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
