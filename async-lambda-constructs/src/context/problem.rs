//! What is wrong with values from outside.

use std::{error::Error, fmt};

use cfn_model::Origin;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The line that declares the value, where the declaration is what is wrong.
    pub(crate) origin: Option<Origin>,
}

impl Problem {
    pub(super) fn of(key: &str, rule: impl fmt::Display, help: impl Into<Option<String>>) -> Problem {
        Problem { message: format!("context `{key}`: {rule}"), help: help.into(), origin: None }
    }
}

/// Everything that is wrong with values from outside, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> = self.0.iter().map(|problem| problem.message.as_str()).collect();
        f.write_str(&messages.join("\n"))
    }
}

impl Error for Problems {}
