//! Amazon resource names.

/// What follows the account in the ARN of a service that has regions, `arn:aws:sns:eu-west-1:123456789012:Topic`.
pub(super) fn resource<'t>(text: &'t str, service: &str) -> Option<&'t str> {
    let is_region = |region: &str| {
        !region.is_empty() && region.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    parts(text, service).filter(|(region, _)| is_region(region)).map(|(_, resource)| resource)
}

/// What follows the account in the ARN of a service without regions, `arn:aws:iam::123456789012:role/Name`.
pub(super) fn global<'t>(text: &'t str, service: &str) -> Option<&'t str> {
    parts(text, service).filter(|(region, _)| region.is_empty()).map(|(_, resource)| resource)
}

fn parts<'t>(text: &'t str, service: &str) -> Option<(&'t str, &'t str)> {
    let (partition, rest) = text.strip_prefix("arn:aws")?.split_once(':')?;
    let rest = rest.strip_prefix(service)?.strip_prefix(':')?;
    let (region, rest) = rest.split_once(':')?;
    let (account, resource) = rest.split_once(':')?;
    let is_partition = partition.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_partition && is_account).then_some((region, resource))
}
