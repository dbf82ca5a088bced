//! Policies: the ARNs and versions in them.

use cfn_model::{Finding, Node, Rule};

use crate::{
    codes as rules,
    facts::{place::Place, text},
};

/// Says by the rule of a policy that a resource of a statement is neither an ARN nor `*`.
pub(crate) fn resource(rule: &'static Rule, node: &Node, place: &Place<'_>) -> Option<Finding> {
    let given = text::scalar(node)?;
    // A policy of an identity may leave the partition open.
    let any_partition = given.strip_prefix("arn:*:").is_some_and(is_arn_from_service);
    (given != "*" && !any_partition && !is_arn(&given)).then(|| must_be("an ARN or `*`", rule, node, place))
}

/// Says that a resource of a statement is neither an ARN nor, where that may be, `*`.
pub(crate) fn arn(node: &Node, place: &Place<'_>, may_be_any: bool) -> Option<Finding> {
    let arn = node.as_str().filter(|arn| !is_arn(arn))?;
    let expected = if may_be_any { "an ARN or `*`" } else { "an ARN" };
    (!may_be_any || arn != "*").then(|| must_be(expected, &rules::E3514, node, place))
}

/// Says that the version of the policy language is the old one.
pub(crate) fn version(node: &Node, place: &Place<'_>) -> Option<Finding> {
    let old = node.as_str().filter(|version| *version == "2008-10-17")?;
    let help = "the old version has no policy variables such as `${aws:username}`".to_owned();
    let message = format!("`Version` should be 2012-10-17, got {old}");
    Some(Finding::new(&rules::W2511, place.to_path(), message).expected("2012-10-17").actual(old).help(help))
}

/// Says that something cannot be the ARN of a role.
pub(crate) fn role(node: &Node, place: &Place<'_>) -> Option<Finding> {
    let expected = "the ARN of a role, such as `arn:aws:iam::123456789012:role/name`";
    let is_wrong = node.as_str().is_some_and(|arn| !is_role_arn(arn));
    is_wrong.then(|| must_be(expected, &rules::E3511, node, place))
}

fn must_be(expected: &str, rule: &'static Rule, node: &Node, place: &Place<'_>) -> Finding {
    let message = format!("`{}` must be {expected}, got {}", place.name(), text::shown(node));
    let actual = text::scalar(node).unwrap_or_default();
    Finding::new(rule, place.to_path(), message).expected(expected).actual(actual)
}

/// Whether a text begins as ARNs do, `arn:aws` and the rest of a partition, and what comes after its colon.
fn after_partition(text: &str) -> Option<&str> {
    let (partition, rest) = text.strip_prefix("arn:aws")?.split_once(':')?;
    partition.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-').then_some(rest)
}

/// `arn:partition:service:region`, or that with `:account:resource`, the account being twelve digits, `*`, `aws` or
/// nothing.
fn is_arn(text: &str) -> bool {
    after_partition(text).is_some_and(is_arn_from_service)
}

fn is_arn_from_service(text: &str) -> bool {
    let Some((service, rest)) = text.split_once(':') else { return false };
    let is_end = |rest: &str| {
        rest.split_once(':').is_some_and(|(account, resource)| {
            (matches!(account, "" | "*" | "aws") || is_account_id(account)) && !resource.is_empty()
        })
    };
    !service.is_empty() && rest.split_once(':').is_none_or(|(_region, rest)| is_end(rest))
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_role_arn(text: &str) -> bool {
    let name = after_partition_of_role(text)
        .and_then(|rest| rest.strip_prefix("iam::"))
        .and_then(|rest| rest.split_once(":role/"))
        .filter(|(account, _)| is_account_id(account))
        .map(|(_, name)| name);
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&byte))
    })
}

/// As [`after_partition`]; the partition may be empty.
fn after_partition_of_role(text: &str) -> Option<&str> {
    text.strip_prefix("arn::").or_else(|| after_partition(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_arn(text: &str, arn: bool, role: bool) {
        assert_eq!((is_arn(text), is_role_arn(text)), (arn, role), "{text}");
    }

    #[test]
    fn arns() {
        check_arn("arn:aws:iam::123456789012:role/name", true, true);
        check_arn("arn:aws-cn:iam::123456789012:role/a/b", true, true);
        check_arn("arn::iam::123456789012:role/name", false, true);
        check_arn("arn:aws:s3:::bucket/*", true, false);
        check_arn("arn:aws:s3:us-east-1", true, false);
        check_arn("arn:aws:sqs:*:*:*", true, false);
        check_arn("arn:aws:iam::aws:policy/ReadOnlyAccess", true, false);
        check_arn("arn:aws:s3", false, false);
        check_arn("arn:aws:s3:::", false, false);
        check_arn("arn:aws:s3:us-east-1:bucket", false, false);
        check_arn("arn:aws:s3:us-east-1:12345:bucket", false, false);
        check_arn("arn:aws:s3::", false, false);
        check_arn("arn:aws1:s3:::bucket", false, false);
        check_arn("bucket", false, false);
        check_arn("*", false, false);
    }
}
