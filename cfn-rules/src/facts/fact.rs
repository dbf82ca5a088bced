//! Facts that can hold: a condition, or the value of a parameter.

use std::borrow::Cow;

use super::text;

/// The number of a condition.
pub(crate) type ConditionId = u32;
/// Something that is so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact<'d> {
    /// A condition is true, or false.
    Condition(ConditionId, bool),
    /// A parameter, or a pseudo parameter, has a value.
    Parameter(&'d str, Cow<'d, str>),
}

impl Fact<'_> {
    /// Whether a condition is true, if this is about it.
    pub(crate) fn holds(&self, condition: ConditionId) -> Option<bool> {
        match self {
            Fact::Condition(id, holds) if *id == condition => Some(*holds),
            _ => None,
        }
    }

    /// The value of a parameter, if this is about it.
    pub(crate) fn value_of(&self, parameter: &str) -> Option<&str> {
        match self {
            Fact::Parameter(name, value) if *name == parameter => Some(value),
            _ => None,
        }
    }

    /// The value of a parameter, for a reader.
    pub(crate) fn choice(&self) -> Option<String> {
        match self {
            Fact::Condition(..) => None,
            Fact::Parameter(name, value) => Some(format!("`{name}` is `{}`", text::shortened(value))),
        }
    }
}
