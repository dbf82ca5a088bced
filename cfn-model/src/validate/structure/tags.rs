//! Tags: keys are different and not AWS's own.

use std::collections::HashSet;

use cfn_schema::ResourceType;

use super::Sections;
use crate::{
    Node,
    validate::{place::Place, rules, text},
};

impl Sections<'_> {
    /// Checks the tags of a resource, when its type has them.
    pub(super) fn tags(&mut self, known: ResourceType, properties: &Node, place: &Place<'_>) {
        let Some(name) = known.tag_property().filter(|path| !path.contains('/')) else { return };
        let place = place.key(name);
        match properties.get(name) {
            Some(Node::Array(tags)) => {
                let mut seen = HashSet::new();
                for (index, tag) in tags.iter().enumerate() {
                    let Some(key) = tag.get("Key").and_then(Node::as_str) else { continue };
                    if !seen.insert(key) {
                        let message =
                            format!("`{name}` must have different keys, got `{}` twice", text::shortened(key));
                        self.fail(&rules::E3024, &place, message).actual = Some(key.to_owned());
                    }
                    let place = place.index(index);
                    self.tag_key(key, &place.key("Key"));
                }
            }
            Some(Node::Object(tags)) if crate::Function::call(&properties[name]).is_none() => {
                for key in tags.keys() {
                    self.tag_key(key, &place.key(key));
                }
            }
            _ => {}
        }
    }

    fn tag_key(&mut self, key: &str, place: &Place<'_>) {
        if key.starts_with("aws:") {
            let message = format!("tag `{}` must not begin with `aws:`, which is AWS's own", text::shortened(key));
            self.fail(&rules::E3024, place, message).actual = Some(key.to_owned());
        }
    }
}
