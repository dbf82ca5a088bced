//! The rules about a config file.

pub(super) use cfn_rules::codes::{
    AL0101 as UNKNOWN_KEY, AL0102 as WRONG_TYPE, AL0103 as UNKNOWN_TASK, AL0104 as TASK_DOMAIN,
    AL0105 as NO_CERTIFICATE, AL0106 as UNKNOWN_STAGE, AL0107 as LIST_TWICE,
};

/// Whether findings of this rule are about a name and not about what stands behind it.
pub(crate) fn is_about_a_name(code: &str) -> bool {
    [&UNKNOWN_KEY, &UNKNOWN_TASK, &TASK_DOMAIN, &UNKNOWN_STAGE].iter().any(|rule| rule.code == code)
}
