//! `Fn::FindInMap`: its arguments, whether the keys are there, and what they lead to.

use cfn_model::{Finding, Node};

use super::{
    Function, Scope, Walker,
    slot::{Allowed, Slot},
};
use crate::{
    codes as rules,
    facts::{place::Place, text, values::missing_keys},
};

const KEY: Allowed = &[Function::FindInMap, Function::Ref];
const KEY_EXTENDED: Allowed = &[
    Function::FindInMap,
    Function::Join,
    Function::Sub,
    Function::If,
    Function::Select,
    Function::Length,
    Function::ToJsonString,
    Function::Ref,
];

impl Walker<'_> {
    pub(super) fn find_in_map(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        const FUNCTION: Function = Function::FindInMap;
        let key = Slot::text(if self.context.transforms.language_extensions { KEY_EXTENDED } else { KEY });
        let before = self.findings.len();
        self.parts(FUNCTION, argument, place, (3..=4, &[key, key, key]), scope);
        let Some(arguments @ [map, first, second, ..]) = argument.as_array() else { return };
        let options = arguments.get(3);
        if let Some(options) = options {
            self.options(options, &place.index(3), scope.inside(FUNCTION));
        }
        let has_default = options.is_some_and(|options| options.get("DefaultValue").is_some());
        if !self.has_errors_since(before) && !has_default {
            self.look_up([map, first, second], place, scope);
        }
    }

    fn options(&mut self, options: &Node, place: &Place<'_>, scope: Scope) {
        const FUNCTION: Function = Function::FindInMap;
        let Node::Object(object) = options else {
            return self.wrong(FUNCTION, options, place, "an object with `DefaultValue`", scope);
        };
        for (key, value) in object {
            let place = place.key(key);
            if key == "DefaultValue" {
                // What is wrong in it shows only when the key is not there.
                self.walk_beyond(value, &place, scope);
            } else {
                let message = format!("`Fn::FindInMap` has no option `{}`", text::shortened(key));
                self.fail(scope.code(FUNCTION), &place, message);
            }
        }
        if !object.contains_key("DefaultValue") {
            self.wrong(FUNCTION, options, place, "an object with `DefaultValue`", scope);
        }
    }

    /// Follows the keys as far as they are known.
    fn look_up(&mut self, arguments: [&Node; 3], place: &Place<'_>, scope: Scope) {
        if self.context.transforms.macros {
            return;
        }
        let missing = missing_keys(self.context, arguments, &self.facts);
        for missing in missing.into_iter().filter(|missing| missing.never || !missing.is_chosen) {
            let help = self.context.did_you_mean(
                &missing.name,
                missing.known.into_iter().flat_map(|known| known.keys().map(String::as_str)),
            );
            let message = format!("`{}` {}", text::shortened(&missing.name), missing.says);
            // Where the value could be anything, and where somebody may choose another, cfn-lint does not look.
            let rule = if scope.keys && !missing.is_chosen { scope.code(Function::FindInMap) } else { &rules::AL0301 };
            let place = place.index(missing.index);
            self.findings.push(Finding::new(rule, place.to_path(), message).actual(&missing.name).help(help));
        }
    }
}
