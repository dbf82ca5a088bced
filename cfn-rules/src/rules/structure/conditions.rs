//! The section `Conditions`.

use cfn_model::Node;

use super::Sections;
use crate::{
    codes as rules,
    facts::{context, place::Place, text},
    rules::functions::Scope,
};

impl Sections<'_> {
    pub(super) fn conditions(&mut self) {
        let Some(node) = self.context.document.get("Conditions") else { return };
        let section = Place::Root.key("Conditions");
        let Node::Object(conditions) = node else {
            self.wrong(&rules::E8001, &section, "an object", node);
            return;
        };
        self.loops(&rules::E8001, conditions, &section);
        for (name, node) in conditions.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"&_".contains(&byte);
            if name.is_empty() || name.len() > 255 || !name.bytes().all(is_good) {
                let message = format!("`{}` must be 1 to 255 letters and digits", text::shortened(name));
                self.fail(&rules::E8001, &place, message);
                continue;
            }
            self.walker.condition(node, &place, Scope::VALUE.without_resources());
        }
    }
}
