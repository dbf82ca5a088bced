//! The definitions by what they look at.

use std::collections::HashMap;

use cfn_model::{Function, Object};

use super::{
    definition::{Attribute, Call, Definition, Entry, Literal, On, Reference},
    functions::Walker,
    values::Look,
};
use crate::{
    facts::{context::Context, flow::graph::Flow, place::Place},
    found::Findings,
};

/// The definitions, looked up once in a program.
#[derive(Debug, Default)]
pub(crate) struct Index {
    texts: Vec<&'static Definition>,
    documents: Vec<&'static Definition>,
    sections: Vec<(&'static str, Vec<&'static Definition>)>,
    of_any_type: Vec<&'static Definition>,
    types: HashMap<&'static str, Vec<&'static Definition>>,
    attributes: HashMap<&'static str, Vec<&'static Definition>>,
    calls: HashMap<&'static str, Vec<&'static Definition>>,
    literals: Vec<&'static Definition>,
    references: Vec<&'static Definition>,
    flow: Vec<&'static Definition>,
}

impl Index {
    pub(crate) fn new(definitions: &[&'static Definition]) -> Index {
        let mut index = Index::default();
        for definition in definitions {
            match &definition.on {
                On::Text(_) => index.texts.push(definition),
                On::Document(_) => index.documents.push(definition),
                On::DocumentAndText(..) => {
                    index.documents.push(definition);
                    index.texts.push(definition);
                }
                On::Section(name, _) => match index.sections.iter_mut().find(|(known, _)| known == name) {
                    Some((_, definitions)) => definitions.push(definition),
                    None => index.sections.push((name, vec![definition])),
                },
                On::Resource([], _) => index.of_any_type.push(definition),
                On::Resource(types, _) => {
                    types.iter().for_each(|name| index.types.entry(name).or_default().push(definition));
                }
                On::Attribute(name, _) => index.attributes.entry(name).or_default().push(definition),
                On::Call(functions, _) => {
                    functions.iter().for_each(|one| index.calls.entry(one.name()).or_default().push(definition));
                }
                On::Literal(_) => index.literals.push(definition),
                On::Reference(_) => index.references.push(definition),
                On::Flow(_) => index.flow.push(definition),
                On::Extension => {}
            }
        }
        index
    }

    pub(crate) fn text(&self, text: &str, document: &Object, findings: &mut Findings) {
        for definition in &self.texts {
            if let On::Text(check) | On::DocumentAndText(_, check) = definition.on {
                check(text, document, &mut definition.reporter(findings));
            }
        }
    }

    /// The template as a whole, and the entries of its sections.
    pub(crate) fn document(&self, context: &Context<'_>, findings: &mut Findings) {
        for definition in &self.documents {
            if let On::Document(check) | On::DocumentAndText(check, _) = definition.on {
                check(context, &mut definition.reporter(findings));
            }
        }
        for (section, definitions) in &self.sections {
            let above = Place::Root.key(section);
            for (name, node) in context.section(section).into_iter().flatten() {
                let entry = Entry { context, name, node, place: above.key(name) };
                for definition in definitions {
                    if let On::Section(_, check) = definition.on {
                        check(&entry, &mut definition.reporter(findings));
                    }
                }
            }
        }
    }

    /// Whether a rule looks at resources of this type.
    pub(crate) fn has_type(&self, kind: &str) -> bool {
        !self.of_any_type.is_empty() || self.types.contains_key(kind)
    }

    /// One resource.
    pub(crate) fn resource(&self, look: &Look<'_, '_>, findings: &mut Findings) {
        for definition in self.of_any_type.iter().chain(self.types.get(look.kind).into_iter().flatten()) {
            if let On::Resource(_, check) = definition.on {
                check(look, &mut definition.reporter(findings));
            }
        }
    }

    /// One attribute of a resource.
    pub(crate) fn attribute(
        &self,
        name: &str,
        attribute: &Attribute<'_>,
        walker: &mut Walker<'_>,
        findings: &mut Findings,
    ) {
        for definition in self.attributes.get(name).into_iter().flatten() {
            if let On::Attribute(_, check) = definition.on {
                check(attribute, walker, &mut definition.reporter(findings));
            }
        }
    }

    /// One call of a function.
    pub(crate) fn call(&self, call: &Call<'_>, findings: &mut Findings) {
        for definition in self.calls.get(call.function.name()).into_iter().flatten() {
            if let On::Call(_, check) = definition.on {
                check(call, &mut definition.reporter(findings));
            }
        }
    }

    /// One string that is a value.
    pub(crate) fn literal(&self, literal: &Literal<'_>, findings: &mut Findings) {
        for definition in &self.literals {
            if let On::Literal(check) = definition.on {
                check(literal, &mut definition.reporter(findings));
            }
        }
    }

    /// One reference to a resource.
    pub(crate) fn reference(&self, reference: &Reference<'_>, findings: &mut Findings) {
        for definition in &self.references {
            if let On::Reference(check) = definition.on {
                check(reference, &mut definition.reporter(findings));
            }
        }
    }

    /// Whether a rule looks at calls of this function.
    pub(crate) fn has_call(&self, function: Function) -> bool {
        self.calls.contains_key(function.name())
    }

    pub(crate) fn flow(&self, flow: &Flow<'_>, findings: &mut Findings) {
        for definition in &self.flow {
            if let On::Flow(check) = definition.on {
                check(flow, &mut definition.reporter(findings));
            }
        }
    }
}
