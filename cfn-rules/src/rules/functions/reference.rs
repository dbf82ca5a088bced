//! `Ref` and `Fn::GetAtt`.

use cfn_model::{Finding, Node, Rule};

use super::{
    Function, Kind, Scope, Walker, result,
    slot::{Allowed, Slot},
};
use crate::{
    codes as rules,
    facts::{
        context::{PSEUDO_PARAMETERS, Target},
        kinds::split,
        place::Place,
        text,
        values::{Choice, is_replaced_later, results},
    },
};

/// The functions that a name can be with the transform `AWS::LanguageExtensions`.
const NAME: Allowed = &[
    Function::Ref,
    Function::Base64,
    Function::FindInMap,
    Function::If,
    Function::Join,
    Function::Sub,
    Function::ToJsonString,
];

/// `Resource` of `Resource.Attribute`.
fn id_of<'n>(name: &'n str, attribute: &str) -> &'n str {
    name.strip_suffix(attribute).and_then(|id| id.strip_suffix('.')).unwrap_or(name)
}

/// Whether resources of this type have whatever attributes their makers think of.
fn is_free(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource" || kind.ends_with("::MODULE")
}

impl Walker<'_> {
    pub(super) fn reference(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        if let Some(name) = argument.as_str() {
            if name.starts_with("AWS::") || !is_replaced_later(name) {
                self.name(name, place, scope.code(Function::Ref), scope);
            }
            return;
        }
        let inside = Scope { outer: Some(&rules::E1020), ..scope.inside(Function::Ref) };
        let can_stand = |function| scope.functions.is_none_or(|functions| functions.contains(&function));
        match self.called(argument, scope) {
            // The result of a function is unknown, and CloudFormation does not ask whether it is a name.
            Some((function, inner)) if can_stand(function) => {
                self.call(function, inner, &place.key(function.name()), Scope { functions: scope.functions, ..inside });
                if self.is_no_name(function, inner) {
                    let needed = self.extension_needed(function, place);
                    let found = self.findings.len();
                    self.wrong(Function::Ref, argument, place, "the name of a parameter or a resource", scope);
                    self.findings[found..].iter_mut().for_each(|finding| finding.causes.extend(needed.clone()));
                }
            }
            _ if self.context.transforms.language_extensions => {
                self.fill(Slot::text(NAME), argument, place, Self::owner(Function::Ref, scope), inside);
            }
            _ => {
                self.wrong(Function::Ref, argument, place, "the name of a parameter or a resource", scope);
                self.depend(argument, place);
            }
        }
    }

    /// Takes back the last finding if it says that a call needs `AWS::LanguageExtensions`.
    fn extension_needed(&mut self, function: Function, place: &Place<'_>) -> Option<Finding> {
        let rule = super::rule(function);
        let is_of_call = |finding: &&Finding| std::ptr::eq(finding.rule, rule) && finding.path == place.to_path();
        let needed = self.findings.last().filter(is_of_call).cloned()?;
        self.findings.truncate(self.findings.len() - 1);
        Some(needed)
    }

    /// Whether a call cannot result in a name.
    fn is_no_name(&self, function: Function, argument: &Node) -> bool {
        if self.context.transforms.language_extensions {
            return false;
        }
        match (function, argument) {
            (Function::Length | Function::ToJsonString, _) => true,
            (Function::If, _) => match Choice::of_if(self.context, argument) {
                Choice::Either(_, branches) => branches.iter().any(|branch| Function::call(branch).is_none()),
                _ => true,
            },
            _ => false,
        }
    }

    /// Reports an undefined name; returns the target of any other.
    pub(super) fn name(
        &mut self,
        name: &str,
        place: &Place<'_>,
        rule: &'static Rule,
        scope: Scope,
    ) -> Option<Target<'_>> {
        let target = self.context.target(name);
        match target {
            Some(Target::Pseudo) if scope.no_lists && name == "AWS::NotificationARNs" => {
                self.fail(rule, place, format!("`{name}` cannot be used here"));
                None
            }
            Some(Target::Resource(_)) if !scope.resources => {
                let message = format!("`{name}` is a resource, which cannot be used here");
                let help = "use a parameter or a pseudo parameter".to_owned();
                self.findings.push(Finding::new(rule, place.to_path(), message).actual(name).help(help));
                None
            }
            Some(Target::Resource(_)) => {
                self.edge_to(name, place);
                target
            }
            None => {
                self.edge_without_type(name);
                // Pseudo parameters are suggested only where the rest of the name is right.
                let help = self.context.did_you_mean(name, self.context.names()).or_else(|| {
                    let pseudo = PSEUDO_PARAMETERS.iter().find(|known| known.ends_with(&format!("::{name}")));
                    pseudo.map(|known| format!("did you mean `{known}`?"))
                });
                let what = if scope.resources { "parameter or resource" } else { "parameter" };
                let message = format!("`{}` is not a {what} of this template", text::shortened(name));
                let mut finding = Finding::new(rule, place.to_path(), message).actual(name).help(help);
                finding.causes = self.alternatives(place, scope);
                self.findings.push(finding);
                None
            }
            other => other,
        }
    }

    /// The reasons for an undefined name where a transform or a module makes more names than those in the template.
    fn alternatives(&self, place: &Place<'_>, scope: Scope) -> Vec<Finding> {
        if !self.context.makes_more() || !scope.resources {
            return Vec::new();
        }
        let cause = |rule, message: &str| Finding::new(rule, place.to_path(), message);
        let is_none = "it is not a name of this template";
        let is_no_part = "it does not begin with the name of a resource that a transform makes several of";
        match place.keys().as_slice() {
            ["Outputs", ..] => vec![cause(&crate::rules::outputs::invalid_output::RULE.rule, is_none)],
            ["Resources", _, "Metadata", ..] => Vec::new(),
            _ => vec![
                cause(scope.causes.unwrap_or(&rules::E3030), is_none),
                cause(scope.causes.unwrap_or(&rules::E3031), is_no_part),
            ],
        }
    }

    pub(super) fn attribute(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let rule = scope.code(Function::GetAtt);
        match argument {
            Node::String(name) if name.split_once('.').is_some_and(|(id, rest)| !id.is_empty() && !rest.is_empty()) => {
                self.attribute_of(name, [place, place], rule, scope);
            }
            Node::Array(parts) => match parts.as_slice() {
                [Node::String(id), Node::String(attribute)]
                    if ![id, attribute].into_iter().any(|name| PSEUDO_PARAMETERS.contains(&name.as_str())) =>
                {
                    let places = [&place.index(0), &place.index(1)];
                    self.attribute_of(&format!("{id}.{attribute}"), places, rule, scope);
                }
                [id, attribute] => self.called_attribute([id, attribute], place, scope),
                _ => self.no_attribute(argument, place, scope),
            },
            _ => self.no_attribute(argument, place, scope),
        }
    }

    /// Reports an argument that is neither `Resource.Attribute` nor a list of both.
    fn no_attribute(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        self.wrong(Function::GetAtt, argument, place, "a resource and an attribute", scope);
        if let Some([id, attribute, ..]) = argument.as_array() {
            let inside = scope.inside(Function::GetAtt);
            let owner = Self::owner(Function::GetAtt, inside);
            let names: [Allowed; 2] = self.attribute_functions();
            for (index, (node, functions)) in [id, attribute].into_iter().zip(names).enumerate() {
                self.fill(Slot::text(functions), node, &place.index(index), owner, inside);
            }
        }
        self.depend(argument, place);
    }

    /// The functions that the resource and the attribute can be.
    fn attribute_functions(&self) -> [Allowed; 2] {
        match self.context.transforms.language_extensions {
            true => [NAME, NAME],
            false => [&[], &[Function::Ref]],
        }
    }

    /// A resource and an attribute of which one is a call.
    fn called_attribute(&mut self, [id, attribute]: [&Node; 2], place: &Place<'_>, scope: Scope) {
        let inside = scope.inside(Function::GetAtt);
        let [names, attributes] = self.attribute_functions();
        let owner = Self::owner(Function::GetAtt, inside);
        let before = self.findings.len();
        self.fill(Slot::text(names), id, &place.index(0), owner, inside);
        self.fill(Slot::text(attributes), attribute, &place.index(1), owner, inside);
        let is_good = !self.has_errors_since(before);
        let Some(id) = text::scalar(id) else { return };
        let Some(kind) = self.context.resource(&id) else {
            if is_good {
                self.no_resource(&id, &place.index(0), owner.rule);
            }
            return;
        };
        self.edge_to(&id, &place.index(0));
        let known = self.context.resource_type(kind).filter(|_| is_good && !is_free(kind));
        let Some(known) = known.filter(|_| Function::call(attribute).is_some()) else { return };
        for value in results(self.context, attribute, &self.facts) {
            let Some(name) = value.node.as_str().filter(|name| known.attribute(name).is_none()) else { continue };
            let message = format!("`{}` is not an attribute of {kind}", text::shortened(name));
            let finding = Finding::new(owner.rule, place.index(1).to_path(), message).actual(name);
            self.findings.push(finding.help(value.choice()));
        }
    }

    /// Checks `Resource.Attribute`; the places are those of the resource and of the attribute.
    pub(super) fn attribute_of(
        &mut self,
        name: &str,
        [id_place, place]: [&Place<'_>; 2],
        rule: &'static Rule,
        scope: Scope,
    ) {
        let id = name.split_once('.').map_or(name, |(id, _)| id);
        let Some((kind, attribute)) = split(self.context, name) else {
            return self.no_resource(id, id_place, rule);
        };
        if !scope.resources {
            let message = format!("`{id}` is a resource, which cannot be used here");
            return self.fail(rule, id_place, message);
        }
        self.edge_to(id, id_place);
        let Some(known) = self.context.resource_type(kind).filter(|_| !is_free(kind)) else { return };
        // The attributes of resources that the SAM transform makes are unknown.
        let is_declared = self.context.section("Resources").is_some_and(|all| all.contains_key(id_of(name, attribute)));
        if is_declared && known.attribute(attribute).is_none() {
            let names: Vec<&str> = known.attributes().map(|(name, _)| name).collect();
            let help = self
                .context
                .did_you_mean(attribute, names.iter().copied())
                .or_else(|| Some(format!("it has {}", text::listed(names.iter().copied(), "and"))));
            let message = format!("`{}` is not an attribute of {kind}", text::shortened(attribute));
            let help = help.filter(|_| !names.is_empty());
            self.findings.push(Finding::new(rule, place.to_path(), message).actual(attribute).help(help));
        }
    }

    fn no_resource(&mut self, id: &str, place: &Place<'_>, rule: &'static Rule) {
        if self.context.is_open() || self.context.is_part_of_module(id) {
            return;
        }
        let resources = self.context.section("Resources").into_iter().flat_map(|all| all.keys().map(String::as_str));
        let help = self.context.did_you_mean(id, resources.chain(self.context.generated_ids()));
        let message = format!("`{}` is not a resource of this template", text::shortened(id));
        self.findings.push(Finding::new(rule, place.to_path(), message).actual(id).help(help));
    }

    /// Whether a name is a list, which a string cannot contain.
    pub(super) fn is_list(&self, name: &str) -> bool {
        result(self.context, Function::Ref, &Node::String(name.to_owned())) == Kind::List
    }
}
