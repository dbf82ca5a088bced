//! What a file of settings has to be.

use cfn_model::validate::Rule;

use crate::managed_queue::UNKNOWN_EXTRA;

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
    error RESERVED "AL0108" "reserved environment variable";
    error VARIABLE_NAME "AL0109" "invalid name of an environment variable";
    error TOO_MANY_BYTES "AL0110" "too many bytes of environment variables";
    error POLICY "AL0111" "invalid policy";
    error NETWORK "AL0112" "subnets without security groups, or security groups without subnets";
    error DOMAIN "AL0113" "invalid domain name";
    error CERTIFICATE "AL0114" "invalid certificate ARN";
    error TLS_VERSION "AL0115" "unknown TLS version";
    error TOO_LARGE "AL0116" "settings too large for a template";
}

/// Whether findings of this rule are about a name and not about what stands behind it.
pub(crate) fn is_about_a_name(code: &str) -> bool {
    let rules = [
        &UNKNOWN_KEY,
        &UNKNOWN_TASK,
        &TASK_DOMAIN,
        &UNKNOWN_STAGE,
        &RESERVED,
        &VARIABLE_NAME,
        &NETWORK,
        &TOO_LARGE,
        &TOO_MANY_BYTES,
    ];
    rules.iter().any(|rule| rule.code == code)
}

/// Whether findings of this rule are about a part of a string: the one that is their actual value.
pub(crate) fn is_about_a_part(code: &str) -> bool {
    code == UNKNOWN_EXTRA.code
}
