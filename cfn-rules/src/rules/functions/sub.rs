//! `Fn::Sub`.

use cfn_model::{Node, Object};
use cfn_schema::Types;

use super::{Function, Scope, Walker, attribute_types, slot::Slot, sub_names as names};
use crate::facts::{context::PSEUDO_PARAMETERS, place::Place};

/// What a variable can be.
const VARIABLE: Slot = Slot::text(&[
    Function::Base64,
    Function::FindInMap,
    Function::GetAtt,
    Function::GetAzs,
    Function::GetStackOutput,
    Function::If,
    Function::ImportValue,
    Function::Join,
    Function::Select,
    Function::Sub,
    Function::ToJsonString,
    Function::Transform,
    Function::Ref,
]);

impl Walker<'_> {
    pub(super) fn sub(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        const FUNCTION: Function = Function::Sub;
        let inside = scope.inside(FUNCTION);
        let before = self.findings.len();
        let (text, variables) = match argument {
            Node::String(text) => (text, None),
            Node::Array(parts) => {
                self.parts(FUNCTION, argument, place, (2..=2, &[Slot::text(&[])]), scope);
                let at = place.index(1);
                match parts.get(1) {
                    Some(Node::Object(map)) => {
                        let owner = Self::owner(FUNCTION, inside);
                        for (name, value) in map {
                            self.fill(VARIABLE, value, &at.key(name), owner, inside);
                        }
                    }
                    Some(Node::String(text)) if PSEUDO_PARAMETERS.contains(&text.as_str()) => {
                        self.literal(text, &at, inside);
                    }
                    Some(other) => self.wrong(FUNCTION, other, &at, "an object of variables", inside),
                    None => {}
                }
                match parts.as_slice() {
                    [Node::String(text), Node::Object(variables)] => (text, Some(variables)),
                    _ => return,
                }
            }
            _ => {
                self.wrong(FUNCTION, argument, place, "a string", scope);
                return self.depend(argument, place);
            }
        };
        if !self.has_errors_since(before) {
            self.names_of(text, variables, place, scope);
        }
    }

    fn names_of(&mut self, text: &str, variables: Option<&Object>, place: &Place<'_>, scope: Scope) {
        let rule = scope.code(Function::Sub);
        let is_variable = |name: &str| variables.is_some_and(|variables| variables.contains_key(name));
        for name in names(text).filter(|name| !is_variable(name)) {
            // `${Function.Alias}` is a resource that SAM makes.
            if name.contains('.') && self.context.resource(name).is_none() {
                if !self.is_stage(name) {
                    self.attribute_in_text(name, place, scope);
                }
            } else if self.name(name, place, rule, scope).is_some() && self.is_list(name) {
                self.fail(rule, place, format!("`{name}` is a list, which a string cannot contain"));
            }
        }
    }

    fn attribute_in_text(&mut self, name: &str, place: &Place<'_>, scope: Scope) {
        let rule = scope.code(Function::Sub);
        let before = self.findings.len();
        self.attribute_of(name, [place, place], rule, scope);
        let types = attribute_types(self.context, &Node::String(name.to_owned()));
        let types = types.filter(|types| !self.has_errors_since(before) && !types.contains(Types::STRING));
        if let Some(types) = types {
            let types: Vec<&str> = types.names().collect();
            let message = format!("`{name}` is of type {}, which a string cannot contain", types.join(" or "));
            self.fail(rule, place, message);
        }
    }

    /// `${Api.Stage}`, which SAM replaces by the stage that it makes.
    fn is_stage(&self, name: &str) -> bool {
        let api = name.strip_suffix(".Stage").and_then(|api| self.context.resource(api));
        matches!(api, Some("AWS::Serverless::Api" | "AWS::Serverless::HttpApi"))
    }
}
