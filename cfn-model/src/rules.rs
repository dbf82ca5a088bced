//! The rules that reading and building a template report; `cfn-rules` has all others.

use crate::Rule;

/// A text that cannot be read, or a name that is given twice.
pub static E0000: Rule = Rule::error("E0000", "A template can be read, and gives each name once");

/// An override of nothing.
pub static AL0003: Rule = Rule::error("AL0003", "override of nothing");
