//! `Fn::If`, and the functions that conditions are made of.

use Function::{And, Condition, Equals, If, Not, Or};
use cfn_model::{Finding, Node, Rule};

use super::{Function, Scope, Walker, is_rules_only, known_conditions};
use crate::{
    codes as rules,
    facts::{conditions::Fact, place::Place, text, values::Choice},
};

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

    /// Visits both branches, each under its condition.
    pub(super) fn each_branch(
        &mut self,
        argument: &Node,
        branches: &[Node; 2],
        place: &Place<'_>,
        visit: impl Fn(&mut Self, &Node, &Place<'_>),
    ) {
        self.show(If, argument, place);
        let id = match Choice::of_if(self.context, argument) {
            Choice::Either(id, _) => Some(id),
            _ => None,
        };
        for (index, (branch, holds)) in branches.iter().zip([true, false]).enumerate() {
            let place = place.index(index + 1);
            self.in_branch(id.map(|id| Fact::Condition(id, holds)), |walker| {
                let found = walker.findings.len();
                visit(walker, branch, &place);
                // Where the condition is undefined, that has to be fixed first.
                if id.is_none() {
                    walker.findings.truncate(found);
                }
            });
        }
    }

    /// The two branches of an `Fn::If` that is well formed.
    pub(crate) fn if_shape<'n>(
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
    pub(crate) fn condition_exists(&mut self, name: &str, place: &Place<'_>, rule: &'static Rule) {
        let conditions = &self.context.conditions;
        if conditions.id(name).is_some() {
            return;
        }
        let help = self.context.did_you_mean(name, known_conditions(conditions));
        let message = format!("condition `{}` is not in `Conditions`", text::shortened(name));
        self.findings.push(Finding::new(rule, place.to_path(), message).actual(name).help(help));
    }

    /// Checks a value that has to be true or false.
    pub(crate) fn condition(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        if self.depth > super::DEEPEST {
            return;
        }
        self.depth += 1;
        self.condition_inside(node, place, scope);
        self.depth -= 1;
    }

    fn condition_inside(&mut self, node: &Node, place: &Place<'_>, scope: Scope) {
        let own = scope.outer.or(scope.in_rules).unwrap_or(&rules::E8001);
        let Some((function, argument)) = Function::call(node) else {
            return self.no_condition(node, place, own, scope);
        };
        let at = place.key(function.name());
        let inside = scope.inside(function);
        let limits = match function {
            And | Or => 2..=10,
            Not => 1..=1,
            Equals => 2..=2,
            Condition => return self.condition_exists(argument.as_str().unwrap_or_default(), &at, own),
            _ if scope.in_rules.is_some() && is_rules_only(function) => return self.walk(node, place, scope),
            _ => {
                let message = format!("`{}` must be a condition function, got `{}`", place.name(), function.name());
                return self.fail(own, place, message);
            }
        };
        let Some(parts) = argument.as_array().filter(|parts| limits.contains(&parts.len())) else {
            let expected = match (limits.start(), limits.end()) {
                (least, most) if least == most => format!("a list of {least}"),
                (least, most) => format!("a list of {least} to {most}"),
            };
            self.wrong(function, argument, &at, &expected, scope);
            for (index, part) in argument.as_array().unwrap_or_default().iter().enumerate() {
                self.condition_part(function, part, &at.index(index), inside);
            }
            return;
        };
        if let (Equals, [left, right]) = (function, parts) {
            return self.equals(argument, [left, right], &at, scope);
        }
        for (index, part) in parts.iter().enumerate() {
            self.condition_part(function, part, &at.index(index), inside);
        }
    }

    fn equals(&mut self, argument: &Node, [left, right]: [&Node; 2], at: &Place<'_>, scope: Scope) {
        let inside = scope.inside(Equals);
        let start = self.findings.len();
        self.condition_part(Equals, left, &at.index(0), inside);
        let middle = self.findings.len();
        self.condition_part(Equals, right, &at.index(1), inside);
        if start == self.findings.len() {
            self.show(Equals, argument, at);
        } else if scope.in_rules.is_none() && is_turned_round(left, right) {
            let (left, right) = self.findings[start..].split_at_mut(middle - start);
            let codes = |findings: &[Finding]| -> Vec<_> { findings.iter().map(|one| one.rule.code).collect() };
            let (left_codes, right_codes) = (codes(left), codes(right));
            let path = at.to_path();
            for (findings, others) in [(left, right_codes), (right, left_codes)] {
                findings
                    .iter_mut()
                    .filter(|one| !others.contains(&one.rule.code))
                    .for_each(|one| one.path = path.clone());
            }
        }
    }

    fn condition_part(&mut self, function: Function, part: &Node, place: &Place<'_>, inside: Scope) {
        match function {
            Equals => {
                // `Fn::Equals` does not change its sides, so that a string is a value as if no function were around it.
                if let Some(text) = part.as_str().filter(|text| text.contains("{{")) {
                    self.literal(text, place, Scope::VALUE);
                }
                self.scalar(Equals, part, place, SIDE, inside);
            }
            _ => self.condition(part, place, inside),
        }
    }

    /// Reports a value that is not a call, unless it is true or false.
    fn no_condition(&mut self, node: &Node, place: &Place<'_>, rule: &'static Rule, scope: Scope) {
        let flag = |text: &str| matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE");
        if matches!(node, Node::Bool(_)) || node.as_str().is_some_and(flag) {
            return;
        }
        let actual = text::shown(node);
        match node.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("Condition")) {
            // A condition of a condition is the condition.
            Some(name) if Function::call(name).is_some() => self.condition(name, &place.key("Condition"), scope),
            Some(name) => {
                let message = format!("`Condition` takes the name of a condition, got {}", text::shown(name));
                self.fail(rule, &place.key("Condition"), message);
            }
            None => {
                let message = format!("`{}` must be a condition function, got {actual}", place.name());
                self.findings.push(Finding::new(rule, place.to_path(), message).actual(actual));
            }
        }
    }
}

/// Whether cfn-lint has the two sides the other way round: it sorts them before it looks, so that its places are those
/// of the sorted list. Where that makes a difference both can agree on the comparison only, and not on a side.
fn is_turned_round(left: &Node, right: &Node) -> bool {
    fn call(node: &Node) -> Option<(&'static str, Option<&str>)> {
        Function::call(node).map(|(function, argument)| (function.name(), argument.as_str()))
    }
    match (left, right) {
        (Node::Object(_), Node::Object(_)) => match (call(left), call(right)) {
            (None, second) => second.is_some(),
            (Some(_), None) => false,
            (Some(("Ref", Some(first))), Some(("Ref", Some(second)))) => second <= first,
            (Some((first, _)), Some((second, _))) => second <= first,
        },
        _ => sorted_as(right) <= sorted_as(left),
    }
}

/// What cfn-lint sorts by: what Python writes for a value, as far as that matters.
fn sorted_as(node: &Node) -> String {
    match node {
        Node::Null => "None".to_owned(),
        Node::Bool(true) => "True".to_owned(),
        Node::Bool(false) => "False".to_owned(),
        Node::Array(_) => "[".to_owned(),
        Node::Object(object) => format!("{{'{}", object.keys().next().map_or("", String::as_str)),
        scalar => text::scalar(scalar).unwrap_or_default().into_owned(),
    }
}
