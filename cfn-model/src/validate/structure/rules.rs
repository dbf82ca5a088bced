//! The section `Rules`, which looks at parameters before anything is created.

use super::Sections;
use crate::{
    Node,
    validate::{functions::Scope, place::Place},
};

impl Sections<'_> {
    pub(super) fn rules(&mut self) {
        let Some(rules) = self.context.section("Rules") else { return };
        let section = Place::Root.key("Rules");
        let scope = Scope::VALUE.without_resources().in_rules();
        for (name, rule) in rules {
            let place = section.key(name);
            if let Some(condition) = rule.get("RuleCondition") {
                self.walker.condition(condition, &place.key("RuleCondition"), scope);
            }
            let place = place.key("Assertions");
            for (index, assertion) in rule["Assertions"].as_array().unwrap_or_default().iter().enumerate() {
                if let Some(assert @ Node::Object(_)) = assertion.get("Assert") {
                    self.walker.condition(assert, &place.index(index).key("Assert"), scope);
                }
            }
        }
    }
}
