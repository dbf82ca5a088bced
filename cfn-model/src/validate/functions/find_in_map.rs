//! `Fn::FindInMap`.

use super::{Function, Scope, Walker};
use crate::{
    Node, Object,
    validate::{Finding, context, place::Place, rules, text},
};

const KEY: &[Function] = &[Function::FindInMap, Function::Ref];
const KEY_EXTENDED: &[Function] = &[
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
        let Some(arguments @ [map, first, second, ..]) = argument.as_array().filter(|items| items.len() <= 4) else {
            return self.wrong(FUNCTION, argument, place, "a list of a mapping and two keys", scope);
        };
        let inside = scope.inside(FUNCTION);
        let keys = if self.context.transforms.language_extensions { KEY_EXTENDED } else { KEY };
        let before = self.findings.len();
        for (index, key) in [map, first, second].into_iter().enumerate() {
            self.scalar(FUNCTION, key, &place.index(index), keys, inside);
        }
        if let Some(options) = arguments.get(3) {
            let place = place.index(3);
            match options.as_object() {
                Some(object) if object.len() == 1 && object.contains_key("DefaultValue") => {
                    self.walk(options, &place, inside);
                }
                _ => self.wrong(FUNCTION, options, &place, "an object with `DefaultValue`", inside),
            }
        } else if self.findings.len() == before {
            self.look_up([map, first, second], place, scope);
        }
    }

    /// Follows the keys as far as they are known.
    fn look_up(&mut self, [map, first, second]: [&Node; 3], place: &Place<'_>, scope: Scope) {
        if self.context.transforms.macros {
            return;
        }
        let Some(name) = map.as_str() else { return };
        let empty = Object::default();
        let mappings = self.context.section("Mappings").unwrap_or(&empty);
        if context::has_unknown_entries(mappings) {
            return;
        }
        let Some(mapping) = mappings.get(name) else {
            return self.no_key(name, "is not in `Mappings`", mappings, &place.index(0), scope);
        };
        let Some(mapping) = mapping.as_object().filter(|mapping| !context::has_unknown_entries(mapping)) else {
            return;
        };
        let wanted = text::scalar(second);
        // Large mappings are paid for by their size.
        if !self.context.spend(1 + mapping.len() / 8) {
            return;
        }
        match text::scalar(first) {
            Some(first) => match mapping.get(&*first).map(Node::as_object) {
                None => self.no_key(&first, &format!("is not a key of `{name}`"), mapping, &place.index(1), scope),
                Some(Some(inner)) if !context::has_unknown_entries(inner) => {
                    if let Some(wanted) = wanted.filter(|wanted| !inner.contains_key(&**wanted)) {
                        let says = format!("is not a key of `{name}` under `{first}`");
                        self.no_key(&wanted, &says, inner, &place.index(2), scope);
                    }
                }
                Some(_) => {}
            },
            None => {
                let inner: Vec<&Object> = mapping.values().filter_map(Node::as_object).collect();
                let known = |wanted: &str| inner.iter().any(|inner| inner.contains_key(wanted));
                if inner.iter().any(|inner| context::has_unknown_entries(inner)) {
                    return;
                }
                if let Some(wanted) = wanted.filter(|wanted| !known(wanted)) {
                    // cfn-lint follows the region and the account, and nothing that somebody may choose.
                    let is_pseudo =
                        first.get("Ref").and_then(Node::as_str).is_some_and(|name| name.starts_with("AWS::"));
                    let scope = if is_pseudo { scope } else { scope.inside(Function::FindInMap) };
                    let any = inner.first().copied().unwrap_or(&empty);
                    self.no_key(&wanted, &format!("is not a key of `{name}`"), any, &place.index(2), scope);
                }
            }
        }
    }

    fn no_key(&mut self, name: &str, says: &str, known: &Object, place: &Place<'_>, scope: Scope) {
        let help = self.context.did_you_mean(name, known.keys().map(String::as_str));
        let message = format!("`{}` {says}", text::shortened(name));
        // Elsewhere, and where the value could be anything, cfn-lint does not look the key up.
        let direct = scope.place.is_none() && scope.outer.is_none();
        let rule = if direct { &rules::E1011 } else { &rules::AL0301 };
        self.findings.push(Finding::new(rule, place.to_path(), message).actual(name).help(help));
    }
}
