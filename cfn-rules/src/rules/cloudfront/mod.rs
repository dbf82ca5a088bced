//! CloudFront.

pub(crate) mod forwarded_cookies;
pub(crate) mod forwarded_values_with_policy;
pub(crate) mod invalid_alias;
pub(crate) mod unknown_origin;
