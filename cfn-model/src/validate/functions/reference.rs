//! `Ref` and `Fn::GetAtt`.

use super::{Function, Kind, Scope, Walker, result};
use crate::{
    Node,
    validate::{
        Finding, Rule,
        context::{Context, PSEUDO_PARAMETERS, Target},
        place::Place,
        rules, text,
    },
};

/// The functions that a name can be with the transform `AWS::LanguageExtensions`.
const NAME: &[Function] = &[
    Function::Ref,
    Function::Base64,
    Function::FindInMap,
    Function::If,
    Function::Join,
    Function::Sub,
    Function::ToJsonString,
];

/// The resource type and the attribute that `Fn::GetAtt` names, when the resource exists.
pub(in crate::validate) fn get_att<'n>(context: &Context<'n>, argument: &'n Node) -> Option<(&'n str, &'n str)> {
    match argument {
        Node::String(name) => split(context, name),
        Node::Array(parts) => match parts.as_slice() {
            [Node::String(id), Node::String(attribute)] => {
                Some((context.resource(id)?, attribute.as_str())).filter(|_| {
                    !attribute.contains('.') || {
                        // `Fn.Version` can be a resource that SAM makes.
                        attribute
                            .split_once('.')
                            .is_none_or(|(first, _)| context.resource(&format!("{id}.{first}")).is_none())
                    }
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// Takes `Resource.Attribute` apart; the id of a resource that SAM makes can have a dot in it.
fn split<'n>(context: &Context<'n>, name: &'n str) -> Option<(&'n str, &'n str)> {
    let dots: Vec<usize> = name.match_indices('.').map(|(position, _)| position).collect();
    dots.iter().rev().find_map(|dot| Some((context.resource(&name[..*dot])?, &name[dot + 1..])))
}

/// `Resource` of `Resource.Attribute`.
fn id_of<'n>(name: &'n str, attribute: &str) -> &'n str {
    name.strip_suffix(attribute).and_then(|id| id.strip_suffix('.')).unwrap_or(name)
}

impl Walker<'_> {
    pub(super) fn reference(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        match argument.as_str() {
            Some(name) => {
                self.name(name, place, scope.code(Function::Ref), scope);
            }
            None if self.context.transforms.language_extensions => {
                self.scalar(Function::Ref, argument, place, NAME, scope);
            }
            None => self.wrong(Function::Ref, argument, place, "the name of a parameter or a resource", scope),
        }
    }

    /// Reports a name that nothing has; says what it stands for.
    pub(super) fn name(
        &mut self,
        name: &str,
        place: &Place<'_>,
        rule: &'static Rule,
        scope: Scope,
    ) -> Option<Target<'_>> {
        let target = self.context.target(name);
        match target {
            Some(Target::Resource(_)) if !scope.resources => {
                let message = format!("`{name}` is a resource, which cannot be named here");
                let help = "use a parameter or a pseudo parameter".to_owned();
                self.findings.push(Finding::new(rule, place.to_path(), message).actual(name).help(help));
                None
            }
            Some(Target::Resource(_)) => {
                self.edge_to(name, place);
                target
            }
            None => {
                // Names that nobody can misspell for a pseudo parameter are not offered.
                let help = self.context.did_you_mean(name, self.context.names()).or_else(|| {
                    let pseudo = PSEUDO_PARAMETERS.iter().find(|known| known.ends_with(&format!("::{name}")));
                    pseudo.map(|known| format!("did you mean `{known}`?"))
                });
                let what = if scope.resources { "parameter or resource" } else { "parameter" };
                let message = format!("`{}` is not a {what} of this template", text::shortened(name));
                let mut finding = Finding::new(rule, place.to_path(), message).actual(name).help(help);
                finding.causes = self.alternatives(place);
                self.findings.push(finding);
                None
            }
            Some(Target::Parameter(_)) => {
                self.shown_secret(name, place);
                target
            }
            other => other,
        }
    }

    /// Why a name is none, where a transform or a module makes more names than those in the template.
    fn alternatives(&self, place: &Place<'_>) -> Vec<Finding> {
        if !self.context.makes_more() {
            return Vec::new();
        }
        let cause = |rule, message: &str| Finding::new(rule, place.to_path(), message);
        vec![
            cause(&rules::E3030, "it is no name of this template"),
            cause(&rules::E3031, "it does not begin with the name of a resource that becomes several"),
        ]
    }

    /// Reports a parameter with `NoEcho` where everybody can read it.
    fn shown_secret(&mut self, name: &str, place: &Place<'_>) {
        let parameter = self.context.section("Parameters").and_then(|all| all.get(name));
        let hidden = parameter.and_then(|parameter| text::scalar(parameter.get("NoEcho")?));
        if !hidden.is_some_and(|hidden| matches!(&*hidden, "true" | "True" | "TRUE")) {
            return;
        }
        if let ["Outputs", ..] | ["Resources", _, "Metadata", ..] = place.keys().as_slice() {
            let message = format!("parameter `{name}` is a secret, and `NoEcho` does not hide it here");
            let help = "leave it out: outputs and metadata are shown as they are".to_owned();
            self.findings.push(Finding::new(&rules::W2010, place.to_path(), message).help(help));
        }
    }

    pub(super) fn attribute(&mut self, argument: &Node, place: &Place<'_>, scope: Scope) {
        let rule = scope.code(Function::GetAtt);
        match argument {
            Node::String(name) if name.split_once('.').is_some_and(|(id, rest)| !id.is_empty() && !rest.is_empty()) => {
                self.attribute_of(name, [place, place], rule, scope);
            }
            Node::Array(parts) => match parts.as_slice() {
                [Node::String(id), Node::String(attribute)] => {
                    let places = [&place.index(0), &place.index(1)];
                    self.attribute_of(&format!("{id}.{attribute}"), places, rule, scope);
                }
                [id, attribute] => {
                    let inside = scope.inside(Function::GetAtt);
                    let names = if self.context.transforms.language_extensions { NAME } else { &[] };
                    let attributes = if self.context.transforms.language_extensions { NAME } else { &[Function::Ref] };
                    self.scalar(Function::GetAtt, id, &place.index(0), names, inside);
                    self.scalar(Function::GetAtt, attribute, &place.index(1), attributes, inside);
                    if let Some(id) = id.as_str() {
                        match self.context.resource(id) {
                            Some(_) => self.edge_to(id, place),
                            None => self.no_resource(id, &place.index(0), rule),
                        }
                    }
                }
                _ => self.wrong(Function::GetAtt, argument, place, "a resource and an attribute", scope),
            },
            _ => self.wrong(Function::GetAtt, argument, place, "a resource and an attribute", scope),
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
            let message = format!("`{id}` is a resource, which cannot be named here");
            return self.fail(rule, id_place, message);
        }
        self.edge_to(id, id_place);
        let anything =
            kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource" || kind.ends_with("::MODULE");
        let Some(known) = self.context.resource_type(kind).filter(|_| !anything) else { return };
        // What the SAM transform makes, and with which attributes, is its own matter.
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

    /// Whether a name stands for a list, which a text cannot hold.
    pub(super) fn is_list(&self, name: &str) -> bool {
        result(self.context, Function::Ref, &Node::String(name.to_owned())) == Kind::List
    }
}
