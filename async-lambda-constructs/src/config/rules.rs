//! What a file of settings has to be.

use cfn_model::Rule;

macro_rules! rules {
    ($($severity:ident $name:ident $code:literal $title:literal;)*) => {
        $(pub(super) static $name: Rule = Rule::$severity($code, $title);)*

        /// Every rule of a file of settings.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    error UNKNOWN_KEY "AL0101" "a file of settings has known keys only";
    error WRONG_TYPE "AL0102" "a setting has the type of its key";
    error UNKNOWN_TASK "AL0103" "settings are for tasks that the application has";
    error TASK_DOMAIN "AL0104" "a domain belongs to the whole application";
    error NO_CERTIFICATE "AL0105" "a domain has a certificate";
    error LIST_TWICE "AL0107" "a list that a function gives stands on one level";
    warning UNKNOWN_STAGE "AL0106" "the stage is one that the file names";
}

/// Whether findings of this rule are about a name and not about what stands behind it.
pub(crate) fn is_about_a_name(code: &str) -> bool {
    [&UNKNOWN_KEY, &UNKNOWN_TASK, &TASK_DOMAIN, &UNKNOWN_STAGE].iter().any(|rule| rule.code == code)
}
