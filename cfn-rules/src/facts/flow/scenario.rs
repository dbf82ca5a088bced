//! The texts that a value can be: with the defaults of parameters, and as it is written.

use cfn_model::Function;

use super::text::{Part, Text};
use crate::facts::{
    conditions::Fact,
    context::Context,
    text::scalar,
    values::{self, Value, possible, settled},
};

/// How many parts a text may have whose parameters are followed: no name has so many.
const MOST_PARTS: usize = 64;

/// The text where every parameter in it has its default, if there are any and they have; with these values.
fn by_default<'d>(context: &Context<'d>, text: &Text<'d>) -> Option<(Vec<Fact<'d>>, Text<'d>)> {
    if text.0.len() > MOST_PARTS {
        return None;
    }
    let (mut facts, mut settled) = (Vec::new(), Text::default());
    for part in &text.0 {
        let default = match part {
            Part::Name(name) => values::plain(context, name).and_then(|parameter| scalar(parameter.get("Default")?)),
            _ => None,
        };
        match (default, part) {
            (Some(value), Part::Name(name)) => {
                facts.push(Fact::Parameter(name, value.clone()));
                settled.push(value);
            }
            (_, Part::Literal(literal)) => settled.push(literal.clone()),
            (_, part) => settled.0.push(part.clone()),
        }
    }
    (!facts.is_empty()).then_some((facts, settled))
}

/// A text that a value can be.
pub(crate) struct Reading<'d> {
    pub(crate) facts: Vec<Fact<'d>>,
    /// As it is written.
    pub(crate) text: Text<'d>,
    /// With the defaults of the parameters in it, if it has any.
    by_default: Option<(Vec<Fact<'d>>, Text<'d>)>,
}

/// The texts that a value can be. `Fn::FindInMap` is followed.
pub(crate) fn readings<'d>(context: &Context<'d>, ways: Vec<Value<'d>>) -> Vec<Reading<'d>> {
    let ways = ways.into_iter().flat_map(|way| match way.node.and_then(Function::call) {
        Some((Function::FindInMap, _)) => settled(context, way),
        _ => vec![way],
    });
    let read = |way: Value<'d>| {
        let text = Text::of(way.node?);
        let by_default = by_default(context, &text).and_then(|(facts, text)| {
            let facts = [way.facts.as_slice(), &facts].concat();
            possible(context, &[&facts]).then_some((facts, text))
        });
        Some(Reading { facts: way.facts, text, by_default })
    };
    ways.filter_map(read).collect()
}

impl<'d> Reading<'d> {
    /// With the defaults of parameters, or else as it is written.
    pub(crate) fn settled(self) -> (Vec<Fact<'d>>, Text<'d>) {
        self.by_default.unwrap_or((self.facts, self.text))
    }
}

/// The texts that a value can be: with the defaults of parameters, and as it is written.
pub(crate) fn texts<'d>(context: &Context<'d>, ways: Vec<Value<'d>>) -> Vec<(Vec<Fact<'d>>, Text<'d>)> {
    let both = |reading: Reading<'d>| reading.by_default.into_iter().chain([(reading.facts, reading.text)]);
    readings(context, ways).into_iter().flat_map(both).collect()
}
