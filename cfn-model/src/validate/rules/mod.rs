//! The rules, each with its stable code, one file a family.

use super::Rule;

/// Declares the rules of a family, and `ALL`, which lists them.
macro_rules! rules {
    ($($severity:ident $name:ident $title:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: $crate::validate::Rule = $crate::validate::Rule::$severity(stringify!($name), $title);
        )*

        /// Every rule of the family, sorted by code.
        pub(super) static ALL: &[&$crate::validate::Rule] = &[$(&$name),*];
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

pub use advice::*;
pub use documents::*;
pub use flow::*;
pub(super) use formats::extension;
pub use formats::*;
pub use references::*;
pub use schema::*;
pub use silencing::*;
pub use structure::*;

const FAMILIES: &[&[&Rule]] = &[
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
pub(super) fn of_documents(code: &str) -> Option<&'static Rule> {
    documents::ALL.iter().copied().find(|rule| rule.code == code)
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
                crate::validate::Severity::Error => 'E',
                crate::validate::Severity::Warning => 'W',
                crate::validate::Severity::Info => 'I',
            };
            // A code of our own does not say how much its findings weigh.
            assert!(rule.code.starts_with(letter) || rule.code.starts_with("AL"), "{}", rule.code);
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
        }
    }
}
