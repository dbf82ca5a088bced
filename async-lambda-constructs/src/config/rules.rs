//! The rules about a config file.

use cfn_rules::codes::AL0001 as UNKNOWN_EXTRA;
pub(super) use cfn_rules::codes::{
    AL0101 as UNKNOWN_KEY, AL0102 as WRONG_TYPE, AL0103 as UNKNOWN_TASK, AL0104 as TASK_DOMAIN,
    AL0105 as NO_CERTIFICATE, AL0106 as UNKNOWN_STAGE, AL0107 as LIST_TWICE, AL0108 as RESERVED,
    AL0109 as VARIABLE_NAME, AL0110 as TOO_MANY_BYTES, AL0111 as POLICY, AL0112 as NETWORK, AL0113 as DOMAIN,
    AL0114 as CERTIFICATE, AL0115 as TLS_VERSION, AL0116 as TOO_LARGE, AL0117 as STAGE_OF_TASK, AL0118 as NO_DOMAIN,
    AL0119 as LOG_LEVEL, AL0120 as TAG, AL0121 as HOSTED_ZONE, AL0122 as NEW_CERTIFICATE, AL0123 as AGE_ALARM,
    AL0123 as MISSING_MEMBER, AL0124 as IMAGE, AL0125 as LOG_GROUP_NAME, AL0126 as TWO_LOG_GROUPS, AL0127 as KMS_KEY,
    AL0128 as NAME, AL0130 as CORS, AL0131 as CODE_SIGNING, AL0132 as NUMBER,
};

/// Whether findings of this rule are about a name and not about what stands behind it.
pub(crate) fn is_about_a_name(code: &str) -> bool {
    let rules = [
        &UNKNOWN_KEY,
        &UNKNOWN_TASK,
        &TASK_DOMAIN,
        &UNKNOWN_STAGE,
        &STAGE_OF_TASK,
        &NO_DOMAIN,
        &RESERVED,
        &VARIABLE_NAME,
        &NETWORK,
        &TOO_LARGE,
        &TOO_MANY_BYTES,
        &TAG,
    ];
    rules.iter().any(|rule| rule.code == code)
}

/// Whether findings of this rule are about a part of a string: the one that is their actual value.
pub(crate) fn is_about_a_part(code: &str) -> bool {
    code == UNKNOWN_EXTRA.code
}
