//! The rules, each with its stable code, one file a family.

use cfn_model::{Function, Rule};

/// Declares the rules of a table, and `ALL`, which lists them. The doc comment of a rule is its explanation, in the form
/// of `rule!`; one without has a page in `cfn-validate/rules` still.
macro_rules! rules {
    ($($(#[doc = $line:literal])* $severity:ident $name:ident $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: cfn_model::Rule = cfn_model::Rule::$severity(stringify!($name), $title);
        )*

        /// Every rule of the family.
        pub(crate) static ALL: &[$crate::codes::Listed] =
            &[$($crate::codes::Listed { rule: &$name, page: concat!($($line, "\n"),*) }),*];
    };
}

mod advice;
mod constructs;
mod documents;
mod formats;
mod references;
mod schema;
mod silencing;
mod structure;

pub use cfn_model::rules::*;

pub use advice::*;
pub use constructs::*;
pub use documents::*;
pub use formats::*;
pub use references::*;
pub use schema::*;
pub use silencing::*;
pub use structure::*;

/// Rules that say more than others about the same mistake, and the codes of those.
pub(crate) const SUPERSEDES: &[(&str, &[&str])] = &[("E3014", &["W3698"]), ("E3030", &["W3700"])];

/// The rules of `cfn-model`.
const MODEL: &[Listed] = &[Listed { rule: &E0000, page: "" }, Listed { rule: &AL0003, page: AL0003_PAGE }];

const AL0003_PAGE: &str = "\
 An override changes a property of a resource that is in the template already. `override_property` and
 `override_attribute` report one that leads nowhere: no resource has the name, a list has no such member, or the path goes
 into a string or into the call of a function. A dot in a key is written `\\.`.

 ## Mistake

 `stack.override_property(\"Jbos\", \"DelaySeconds\", 5)`, where the queue is `Jobs`.

 ## Fix

 Pass the handle that `add` returns, or the name of a resource that was added before.
";

const FAMILIES: &[&[Listed]] = &[
    MODEL,
    constructs::ALL,
    advice::ALL,
    documents::ALL,
    formats::ALL,
    references::ALL,
    schema::ALL,
    silencing::ALL,
    structure::ALL,
];

/// A rule of a table, with the lines of its explanation: each begins with a space.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) rule: &'static Rule,
    pub(crate) page: &'static str,
}

/// Every rule of a table.
pub(crate) fn all() -> impl Iterator<Item = &'static Listed> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The rule of the documents inside of properties that has this code.
pub(crate) fn of_documents(code: &str) -> Option<&'static Rule> {
    documents::ALL.iter().map(|listed| listed.rule).find(|rule| rule.code == code)
}

/// The rule about what a call gives.
pub(crate) fn of_result(function: Function) -> Option<&'static Rule> {
    Some(match function {
        Function::Ref => &W1030,
        Function::Sub => &W1031,
        Function::Join => &W1032,
        Function::Split => &W1033,
        Function::FindInMap => &W1034,
        Function::Select => &W1035,
        Function::GetAzs => &W1036,
        _ => return None,
    })
}

/// The rule about a function.
pub(crate) fn of_function(function: Function) -> &'static Rule {
    match function {
        Function::Ref => &E1020,
        Function::Condition => &E8001,
        Function::GetAtt => &E1010,
        Function::Sub => &E1019,
        Function::Join => &E1022,
        Function::If => &E1028,
        Function::And => &E8004,
        Function::Or => &E8006,
        Function::Not => &E8005,
        Function::Equals => &E8003,
        Function::Select => &E1017,
        Function::Split => &E1018,
        Function::FindInMap => &E1011,
        Function::GetAzs => &E1015,
        Function::Cidr => &E1024,
        Function::Base64 => &E1021,
        Function::ImportValue => &E1016,
        Function::GetStackOutput => &E1033,
        Function::Length => &E1030,
        Function::ToJsonString => &E1031,
        Function::Transform => &E1005,
        Function::Contains
        | Function::EachMemberEquals
        | Function::EachMemberIn
        | Function::RefAll
        | Function::ValueOf
        | Function::ValueOfAll => &E8001,
    }
}
