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

use rules;

mod advice;
mod references;
mod schema;
mod structure;

pub use advice::*;
pub use references::*;
pub use schema::*;
pub use structure::*;

const FAMILIES: [&[&Rule]; 4] = [advice::ALL, references::ALL, schema::ALL, structure::ALL];

/// Every rule, family by family, sorted by code within one.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

#[cfg(test)]
mod tests {
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
            let says = rule.code.starts_with("AL") || rule.code.starts_with(letter);
            assert!(says && !rule.title.ends_with('.'), "{}", rule.code);
        }
    }
}
