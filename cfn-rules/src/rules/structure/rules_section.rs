//! The section `Rules`, which looks at parameters before anything is created.

use cfn_model::{Node, Object};

use super::Sections;
use crate::{
    codes as rules,
    facts::{context, place::Place, text},
    rules::functions::Scope,
};

impl Sections<'_> {
    pub(super) fn rules(&mut self) {
        let Some(node) = self.context.document.get("Rules") else { return };
        let section = Place::Root.key("Rules");
        let Some(rules) = self.object(&rules::E1700, &section, node) else { return };
        for (name, node) in rules.iter().filter(|(name, _)| !context::is_replaced(name)) {
            let place = section.key(name);
            if !self.name(&rules::E1700, &place, name) {
                continue;
            }
            if let Some(rule) = self.object(&rules::E1700, &place, node) {
                self.rule(rule, &place);
            }
        }
    }

    fn rule(&mut self, rule: &Object, place: &Place<'_>) {
        let scope = Scope::VALUE.without_resources();
        if let Some(condition) = rule.get("RuleCondition") {
            self.walker.condition(condition, &place.key("RuleCondition"), scope.in_rules(&rules::E1702));
        }
        let Some(assertions) = rule.get("Assertions") else {
            let message = format!("`{}` needs the property `Assertions`", text::shortened(&place.name()));
            self.fail(&rules::E1700, place, message).help = Some("add `Assertions`".to_owned());
            return;
        };
        let place = place.key("Assertions");
        let Node::Array(assertions) = assertions else {
            return self.wrong(&rules::E1700, &place, "a list", assertions);
        };
        for (index, node) in assertions.iter().enumerate() {
            let place = place.index(index);
            let Some(assertion) = self.object(&rules::E1700, &place, node) else { continue };
            if let Some(assert) = assertion.get("Assert") {
                self.walker.condition(assert, &place.key("Assert"), scope.in_rules(&rules::E1701));
            }
            if let Some(words @ (Node::Array(_) | Node::Object(_))) = assertion.get("AssertDescription") {
                self.wrong(&rules::E1700, &place.key("AssertDescription"), "a string", words);
            }
        }
    }
}
