//! Arguments: values and calls in the place of one.

use cfn_model::{Finding, Node, Object};

use super::{
    Function, Scope, Walker, attribute_types, result, rule_of_result,
    slot::{Allowed, Limit, Owner, Slot},
};
use crate::facts::{
    conditions::Fact,
    place::Place,
    text,
    values::{Choice, is_replaced_later, results},
};

/// How many wrong results of one call are reported.
const MOST_RESULTS: usize = 16;

impl Walker<'_> {
    /// Checks an argument.
    pub(crate) fn fill(&mut self, slot: Slot, node: &Node, place: &Place<'_>, owner: Owner, scope: Scope) {
        if self.depth > super::DEEPEST {
            return;
        }
        self.depth += 1;
        match self.called(node, scope).filter(|(function, _)| slot.functions.contains(function)) {
            Some(call) => self.fill_with_call(slot, call, (node, place), owner, scope),
            None => self.fill_with_value(slot, node, place, owner, scope),
        }
        self.depth -= 1;
    }

    /// A string, or a function that gives one.
    pub(super) fn scalar(
        &mut self,
        function: Function,
        node: &Node,
        place: &Place<'_>,
        functions: Allowed,
        scope: Scope,
    ) {
        self.fill(Slot::text(functions), node, place, Self::owner(function, scope), scope);
    }

    fn fill_with_value(&mut self, slot: Slot, node: &Node, place: &Place<'_>, owner: Owner, scope: Scope) {
        match node {
            // A null is reported for what it is.
            Node::Null => return,
            Node::String(text) => {
                self.literal(text, place, scope);
                if is_replaced_later(text) {
                    return;
                }
            }
            _ => {}
        }
        if !slot.takes(node) {
            let actual = text::shown(node);
            let expected = slot.expected();
            let message = format!("`{}` takes {expected}, got {actual}", owner.name);
            let finding = Finding::new(owner.rule, place.to_path(), message);
            self.findings.push(finding.expected(expected).actual(actual));
            if let Node::Object(object) = node {
                self.no_function(object, place);
            }
            return self.depend(node, place);
        }
        let members = slot.members.copied().unwrap_or(Slot::anything(slot.functions));
        match node {
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.fill(members, item, &place.index(index), owner, scope);
                }
            }
            Node::Object(object) => {
                self.no_function(object, place);
                if Function::call(node).is_some() {
                    self.depend(node, place);
                }
                for (key, value) in object {
                    self.fill(members, value, &place.key(key), owner, scope);
                }
            }
            _ => {}
        }
    }

    fn fill_with_call(
        &mut self,
        slot: Slot,
        (function, argument): (Function, &Node),
        (node, place): (&Node, &Place<'_>),
        owner: Owner,
        scope: Scope,
    ) {
        let at = place.key(function.name());
        if function == Function::If {
            // Both branches must be what the argument must be.
            let Some(branches) = self.if_shape(argument, &at, scope) else { return };
            return self.each_branch(argument, branches, &at, |walker, branch, place| {
                walker.fill(slot, branch, place, owner, scope);
            });
        }
        let is_extension = matches!(function, Function::Length | Function::ToJsonString);
        let is_known = !is_extension || self.context.transforms.language_extensions;
        let is_wrong_kind = is_known && !slot.takes_kind(result(self.context, function, argument));
        if is_wrong_kind {
            let expected = slot.limited(Limit::None).expected();
            let message = format!("`{}` takes {expected}, got the result of `{}`", owner.name, function.name());
            self.fail(scope.code(function), place, message);
        }
        let before = self.findings.len();
        let keys = slot.limit != Limit::None;
        self.call(function, argument, &at, Scope { functions: Some(slot.functions), keys, ..scope });
        // A reference of the wrong type is looked up all the same.
        if self.has_errors_since(before) || (is_wrong_kind && function != Function::Ref) {
            return;
        }
        if function == Function::GetAtt
            && let Some(types) = attribute_types(self.context, argument)
            && !slot.takes_types(types)
        {
            let expected = slot.limited(Limit::None).expected();
            let names: Vec<&str> = types.names().collect();
            let message = format!("`{}` takes {expected}, got an attribute of type {}", owner.name, names.join(" or "));
            return self.fail(scope.code(function), &at, message);
        }
        if slot.limit != Limit::None {
            self.results(slot, node, function, &at);
        }
    }

    /// Checks the results of a call, as far as they are known.
    fn results(&mut self, slot: Slot, node: &Node, function: Function, place: &Place<'_>) {
        let Some(rule) = rule_of_result(function) else { return };
        let mut found = Vec::new();
        for known in results(self.context, node, &self.facts) {
            let is_good = slot.takes(&known.node) || known.node.as_str().is_some_and(is_replaced_later);
            if is_good && !known.is_chosen() {
                return;
            }
            if !is_good && found.len() < MOST_RESULTS {
                let expected = slot.expected();
                let actual = text::shown(&known.node);
                let message = format!("result of `{}` must be {expected}, got {actual}", function.name());
                let finding = Finding::new(rule, place.to_path(), message).expected(expected).actual(actual);
                found.push(finding.help(known.choice()));
            }
        }
        self.findings.append(&mut found);
    }

    /// Adds the dependencies in a value that is wrong.
    pub(crate) fn depend(&mut self, node: &Node, place: &Place<'_>) {
        self.depend_below(node, place, 0);
    }

    fn depend_below(&mut self, node: &Node, place: &Place<'_>, depth: usize) {
        if depth > super::DEEPEST {
            return;
        }
        if let Choice::Either(id, branches) = Choice::of(self.context, node) {
            let place = place.key(Function::If.name());
            for (index, (branch, holds)) in (1..).zip(branches.into_iter().zip([true, false])) {
                self.in_branch(Some(Fact::Condition(id, holds)), |walker| {
                    walker.depend_below(branch, &place.index(index), depth + 1);
                });
            }
            return;
        }
        match node {
            Node::Object(object) => {
                self.depend_on_call(object, place);
                for (key, value) in object {
                    self.depend_below(value, &place.key(key), depth + 1);
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.depend_below(item, &place.index(index), depth + 1);
                }
            }
            _ => {}
        }
    }

    fn depend_on_call(&mut self, object: &Object, place: &Place<'_>) {
        let Some((key, argument)) = object.first().filter(|_| object.len() == 1) else { return };
        let at = place.key(key);
        let id_of = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        match (Function::from_name(key), argument) {
            (Some(Function::Ref), Node::String(name)) => self.edge_to(name, &at),
            (Some(Function::GetAtt), Node::String(name)) => self.edge_to(&id_of(name), &at),
            (Some(Function::GetAtt), Node::Array(parts)) => {
                if let Some(id) = parts.first().and_then(Node::as_str) {
                    self.edge_to(id, &at.index(0));
                }
            }
            (Some(Function::Sub), Node::String(text)) => {
                super::sub_names(text).for_each(|name| self.edge_to(&id_of(name), &at));
            }
            (Some(Function::Sub), Node::Array(parts)) => {
                let variables = parts.get(1).and_then(Node::as_object);
                let is_variable = |name: &str| variables.is_some_and(|variables| variables.contains_key(name));
                let text = parts.first().and_then(Node::as_str).unwrap_or_default();
                for name in super::sub_names(text).filter(|name| !is_variable(name)) {
                    self.edge_to(&id_of(name), &at);
                }
            }
            _ => {}
        }
    }

    /// The owner of an argument of a function.
    pub(super) fn owner(function: Function, scope: Scope) -> Owner {
        Owner { name: function.name(), rule: scope.code(function) }
    }
}
