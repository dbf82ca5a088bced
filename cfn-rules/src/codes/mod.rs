//! The rules, each with its stable code, one file a family.

use cfn_model::{Function, Rule};

/// Declares the rules of a table, and `ALL`, which lists them. The doc comment of a rule is its explanation, in the form
/// of `rule!`.
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

mod arguments;
mod constructs;
mod documents;
mod formats;
mod limits;
mod references;
mod results;
mod schema;
mod silencing;
mod stacks;
mod structure;

pub use cfn_model::rules::*;

pub use arguments::*;
pub use constructs::*;
pub use documents::*;
pub use formats::*;
pub use limits::*;
pub use references::*;
pub use results::*;
pub use schema::*;
pub use silencing::*;
pub use stacks::*;
pub use structure::*;

/// The rules about the pattern and the length of a string, which say less than one about its format.
const OF_STRINGS: &[&str] = &["E3031", "E3033"];

/// Rules that say more than others about the same mistake, and the codes of those.
pub(crate) const SUPERSEDES: &[(&str, &[&str])] = &[
    ("E1150", OF_STRINGS),
    ("E1151", OF_STRINGS),
    ("E1152", OF_STRINGS),
    ("E1153", OF_STRINGS),
    ("E1154", OF_STRINGS),
    ("E1155", OF_STRINGS),
    ("E1156", OF_STRINGS),
    ("E1157", OF_STRINGS),
    ("E1158", OF_STRINGS),
    ("E1159", OF_STRINGS),
    ("E1160", OF_STRINGS),
    ("E1161", OF_STRINGS),
    ("E1162", OF_STRINGS),
    ("E1164", OF_STRINGS),
    ("E3014", &["W3698"]),
    ("E3030", &["W3700"]),
];

/// Rules that say more than others about the same value, and the codes of those. What they say of another branch of
/// `Fn::If` remains.
pub(crate) const OF_ONE_VALUE: &[(&str, &[&str])] = &[
    ("AL0302", &["E3030", "E3628", "E3698"]),
    ("AL0303", &["E3012"]),
    (
        "AL0304",
        &[
            "E1010", "E1011", "E1016", "E1017", "E1018", "E1019", "E1020", "E1021", "E1022", "E1029", "E3002", "E3003",
            "E3012", "E3017", "E3024", "E3510", "E3512", "E3530", "E3601", "E6101",
        ],
    ),
    ("AL1046", &["E3033", "W1031", "W1033"]),
    ("E1029", &["AL1046", "E3031"]),
    ("E1700", &["E1001"]),
    ("E2001", &["E2015"]),
    ("E3003", &["E3024"]),
    ("E3012", &["E3024", "E3030", "E3034", "E3628", "E3698", "E3717", "W2533"]),
    ("E3024", OF_STRINGS),
    ("E3035", &["AL0302"]),
    ("E3036", &["AL0302"]),
    ("E3510", &["E3012"]),
    ("E3512", &["E3012"]),
    ("E3513", &["E3012"]),
    ("E3530", &["E3012"]),
    ("E3601", &["E3012"]),
    ("E4002", &["W4005"]),
    ("E6001", &["E6003"]),
    ("E8001", &["E1001"]),
    ("E8003", &["E1001"]),
    ("E8004", &["E1001"]),
    ("E8005", &["E1001"]),
    ("E8006", &["E1001"]),
];

/// The rule about tags, which repeats what is wrong with a function in a tag.
pub(crate) const OF_TAGS: &[&str] = &["E3024"];

/// The rules about the arguments of functions. Where one is wrong, nothing is reported about results of calls around it.
pub(crate) const ARGUMENTS: &[&str] = &[
    "E1010", "E1011", "E1015", "E1016", "E1017", "E1018", "E1019", "E1020", "E1021", "E1022", "E1024", "E1027",
    "E1028", "E1030", "E1031", "E1032", "E1033", "E1050", "E1051",
];

/// The rules about the results of functions.
pub(crate) const RESULTS: &[&str] = &["W1030", "W1031", "W1032", "W1033", "W1034", "W1035", "W1036"];

/// The advice about a call of `Fn::Sub` whose result is wrong already.
pub(crate) const ADVICE_ON_SUB: &[&str] = &["W1019", "W1020"];

/// The rules of `cfn-model`.
const MODEL: &[Listed] = &[Listed { rule: &E0000, page: E0000_PAGE }, Listed { rule: &AL0003, page: AL0003_PAGE }];

const E0000_PAGE: &str = "\
 A template is JSON or YAML with an object at its root, and each of its keys is unique. Where reading stops, nothing else is
 checked, so that this is the only finding.

 ## Mistake

 A bracket that is not closed, a list that is indented like the key before it, two resources of one name.

 ## Fix

 The message names the place where reading stopped, which is at the mistake or after it.
";

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
    arguments::ALL,
    constructs::ALL,
    documents::ALL,
    formats::ALL,
    limits::ALL,
    references::ALL,
    results::ALL,
    schema::ALL,
    silencing::ALL,
    stacks::ALL,
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
