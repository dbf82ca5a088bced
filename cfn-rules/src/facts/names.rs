//! Names and keys that CloudFormation accepts.

/// Whether a logical id, the name of a parameter or the last key of a mapping consists of letters and digits.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether the first key of a mapping consists of letters, digits, dots and hyphens.
pub(crate) fn is_first_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

/// Whether the name of a condition has 1 to 255 letters, digits, `&` and `_`.
pub(crate) fn is_condition_name(name: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"&_".contains(&byte);
    (1..=255).contains(&name.len()) && name.bytes().all(is_good)
}
