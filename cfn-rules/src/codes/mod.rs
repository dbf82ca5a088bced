//! The rules, each with its stable code, one file a family.

use cfn_model::{Function, Rule};

/// Declares the rules of a family, and `ALL`, which lists them.
macro_rules! rules {
    ($($severity:ident $name:ident $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: cfn_model::Rule = cfn_model::Rule::$severity(stringify!($name), $title);
        )*

        /// Every rule of the family, sorted by code.
        pub(crate) static ALL: &[&cfn_model::Rule] = &[$(&$name),*];
    };
}

mod advice;
mod documents;
mod flow;
mod formats;
mod references;
mod schema;
mod silencing;
mod structure;

pub use cfn_model::rules::*;

pub use advice::*;
pub use documents::*;
pub use flow::*;
pub(crate) use formats::extension;
pub use formats::*;
pub use references::*;
pub use schema::*;
pub use silencing::*;
pub use structure::*;

const FAMILIES: &[&[&Rule]] = &[
    &[&E0000],
    advice::ALL,
    documents::ALL,
    flow::ALL,
    formats::ALL,
    references::ALL,
    schema::ALL,
    silencing::ALL,
    structure::ALL,
];

/// The rule with this code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}

/// Every rule, family by family, sorted by code within one.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The rule of the documents inside of properties that has this code.
pub(crate) fn of_documents(code: &str) -> Option<&'static Rule> {
    documents::ALL.iter().copied().find(|rule| rule.code == code)
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

#[cfg(test)]
mod tests {
    #[test]
    fn rules_that_are_searched_are_sorted() {
        assert!(super::formats::ALL.is_sorted_by_key(|rule| rule.code));
    }

    #[test]
    fn codes_are_unique_and_say_the_severity() {
        let mut codes: Vec<_> = super::all().map(|rule| rule.code).collect();
        codes.sort_unstable();
        codes.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
        for rule in super::all() {
            let letter = match rule.severity {
                cfn_model::Severity::Error => 'E',
                cfn_model::Severity::Warning => 'W',
                cfn_model::Severity::Info => 'I',
            };
            // A code of our own does not say how much its findings weigh.
            assert!(rule.code.starts_with(letter) || rule.code.starts_with("AL"), "{}", rule.code);
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
        }
    }
}
