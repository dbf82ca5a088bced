//! The macro in which a rule is declared.

/// Declares the rule of a file. The doc comment is its explanation: what goes wrong and why, then `## Mistake` and
/// `## Fix`, each with a template.
macro_rules! rule {
    (
        $(#[doc = $line:literal])+
        $code:ident: $severity:ident $title:literal,
        on: $on:expr
        $(, supersedes: [$($other:literal),+ $(,)?])?
        $(, supersedes_in_resource: [$($near:literal),+ $(,)?])?
        $(,)?
    ) => {
        $(#[doc = $line])+
        pub(crate) static RULE: $crate::rules::definition::Definition = $crate::rules::definition::Definition {
            rule: cfn_model::Rule::$severity(stringify!($code), $title),
            page: concat!($($line, "\n"),+),
            on: $on,
            supersedes: &[$($($other),+)?],
            supersedes_in_resource: &[$($($near),+)?],
        };
    };
}
