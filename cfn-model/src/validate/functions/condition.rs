//! `Fn::If`, and the functions that conditions are made of.

use super::{Function, Scope, Walker, known_conditions};
use crate::{
    Node,
    validate::{Finding, Rule, place::Place, rules, text},
};

use Function::{And, Condition, Equals, If, Not, Or};

/// What one side of `Fn::Equals` can be, besides a string.
const SIDE: &[Function] = &[
    Function::Ref,
    Function::FindInMap,
    Function::Sub,
    Function::Join,
    Function::Select,
    Function::Split,
    Function::Length,
    Function::ToJsonString,
];

impl Walker<'_> {
    pub(super) fn if_call(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        if let Some(branches) = self.if_shape(argument, place, scope) {
            self.each_branch(argument, branches, place, |walker, branch, place| walker.walk(branch, place, scope));
        }
    }

    /// Visits both branches, each where its condition holds; says so when it never does.
    pub(super) fn each_branch(
        &mut self,
        argument: &Node,
        branches: &[Node; 2],
        place: &Place<'_>,
        visit: impl Fn(&mut Self, &Node, &Place<'_>),
    ) {
        let condition = argument.as_array().and_then(|parts| parts.first()?.as_str());
        let id = condition.and_then(|name| self.context.conditions.id(name));
        let is_unknown = condition.is_some() && id.is_none() && !self.context.transforms.macros;
        for (index, (branch, holds)) in branches.iter().zip([true, false]).enumerate() {
            let place = place.index(index + 1);
            let known = self.facts.len();
            self.facts.extend(id.map(|id| (id, holds)));
            // That a comparison of two texts never changes is said where it stands.
            if !self.context.conditions.imaginable(&self.facts) {
                self.facts.truncate(known);
                let name = condition.unwrap_or_default();
                let message = format!("this branch is never taken: condition `{name}` is never {holds} here");
                let help = "remove the `Fn::If`, or mend the conditions".to_owned();
                self.findings.push(Finding::new(&rules::W1028, place.to_path(), message).help(help));
            }
            let found = self.findings.len();
            visit(self, branch, &place);
            // Where the condition is not there, it is what has to be mended first.
            if is_unknown {
                self.findings.truncate(found);
            }
            self.facts.truncate(known);
        }
    }

    /// The two branches of an `Fn::If` that is well formed.
    pub(super) fn if_shape<'n>(
        &mut self,
        argument: &'n Node,
        place: &Place<'_>,
        scope: Scope,
    ) -> Option<&'n [Node; 2]> {
        let Some([condition, branches @ ..]) = argument.as_array() else {
            self.wrong(If, argument, place, "a list of a condition and two values", scope);
            return None;
        };
        let Ok(branches) = branches.try_into() else {
            self.wrong(If, argument, place, "a list of a condition and two values", scope);
            match condition.as_str() {
                Some(name) => self.condition_exists(name, &place.index(0), scope.code(If)),
                None => self.wrong(If, condition, &place.index(0), "the name of a condition", scope),
            }
            return None;
        };
        match condition.as_str() {
            None => {
                self.wrong(If, condition, &place.index(0), "the name of a condition", scope);
                None
            }
            Some(name) => {
                self.condition_exists(name, &place.index(0), scope.code(If));
                Some(branches)
            }
        }
    }

    /// Reports a condition that is not in the template.
    pub(in crate::validate) fn condition_exists(&mut self, name: &str, place: &Place<'_>, rule: &'static Rule) {
        let conditions = &self.context.conditions;
        if conditions.id(name).is_some() || self.context.transforms.macros {
            return;
        }
        let help = self.context.did_you_mean(name, known_conditions(conditions));
        let message = format!("condition `{}` is not in `Conditions`", text::shortened(name));
        self.findings.push(Finding::new(rule, place.to_path(), message).actual(name).help(help));
    }

    /// Checks a value that has to be true or false.
    pub(in crate::validate) fn condition(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        if self.depth > super::DEEPEST {
            return;
        }
        self.depth += 1;
        self.condition_inside(node, place, scope);
        self.depth -= 1;
    }

    fn condition_inside(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        let Some((function, argument)) = Function::call(node) else {
            // A name that is no text is another rule's matter.
            let is_name = node.as_object().is_some_and(|object| object.len() == 1 && object.contains_key("Condition"));
            if !matches!(node, Node::Bool(_)) && !is_name {
                let actual = text::shown(node);
                let rule = scope.outer.unwrap_or(&rules::E8001);
                let message = format!("`{}` must be a condition function, got {actual}", place.name());
                self.findings.push(Finding::new(rule, place.to_path(), message).actual(actual));
            }
            return;
        };
        let at = place.key(function.name());
        let inside = scope.inside(function);
        let limits = match function {
            And | Or => 2..=10,
            Not => 1..=1,
            Equals => 2..=2,
            Condition => {
                let name = argument.as_str().unwrap_or_default();
                let rule = scope.outer.unwrap_or(&rules::E8007);
                return self.condition_exists(name, &at, rule);
            }
            _ if scope.in_rules => return self.walk(node, place, scope),
            _ => {
                let rule = scope.outer.unwrap_or(&rules::E8001);
                let message = format!("`{}` must be a condition function, got `{}`", place.name(), function.name());
                return self.fail(rule, place, message);
            }
        };
        let Some(parts) = argument.as_array().filter(|parts| limits.contains(&parts.len())) else {
            let expected = match (limits.start(), limits.end()) {
                (least, most) if least == most => format!("a list of {least}"),
                (least, most) => format!("a list of {least} to {most}"),
            };
            self.wrong(function, argument, &at, &expected, scope);
            if matches!(function, And | Or) {
                for (index, part) in argument.as_array().unwrap_or_default().iter().enumerate() {
                    self.condition(part, &at.index(index), inside);
                }
            }
            return;
        };
        if let (Equals, [left, right]) = (function, parts) {
            self.always_the_same(left, right, &at);
        }
        for (index, part) in parts.iter().enumerate() {
            let at = at.index(index);
            match function {
                Equals => self.scalar(Equals, part, &at, SIDE, inside),
                _ => self.condition(part, &at, inside),
            }
        }
    }

    /// Two texts, or the same thing twice.
    fn always_the_same(&mut self, left: &Node, right: &Node, place: &Place<'_>) {
        let same = match (text::scalar(left), text::scalar(right)) {
            (Some(left), Some(right)) => left == right,
            _ if left == right => true,
            _ => return,
        };
        let message = format!("`Fn::Equals` is always {same} here");
        let help = "compare a parameter with a value that it can have".to_owned();
        self.findings.push(Finding::new(&rules::W8003, place.to_path(), message).help(help));
    }
}
