//! Policies: the actions, ARNs and versions in them.

use crate::{
    Node,
    validate::{Finding, place::Place, rules, suggest, text},
};

/// The resource types whose policies are about one service only.
const ONE_SERVICE: [(&str, &str); 3] =
    [("AWS::S3::BucketPolicy", "s3"), ("AWS::SNS::TopicPolicy", "sns"), ("AWS::SQS::QueuePolicy", "sqs")];

/// Longer than the name of any action: a pattern that needs more fits none.
const LONGEST_ACTION: usize = 128;

/// Reports actions that do not exist: of the value of `Action` or `NotAction`, one action or a list.
pub(in crate::validate) fn actions(node: &Node, place: &Place<'_>, kind: &str, findings: &mut Vec<Finding>) {
    let mut unknown_services = Vec::new();
    let check = |node: &Node, place: &Place<'_>| {
        let Node::String(action) = node else { return };
        let fail = |message: String, help: Option<String>| {
            Finding::new(&rules::W3037, place.to_path(), message).actual(action).help(help)
        };
        let Some((service, name)) = action.split_once(':') else {
            if action != "*" {
                let message = format!("`{}` must be `service:action` or `*`", text::shortened(action));
                findings.push(fail(message, None));
            }
            return;
        };
        let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
        let is_first = !unknown_services.contains(&service);
        let only = ONE_SERVICE.iter().find(|(only, _)| *only == kind).map(|(_, service)| *service);
        if let Some(only) = only.filter(|only| *only != service && is_first) {
            let message =
                format!("`{}` is not an action of `{only}`, which this policy is about", text::shortened(action));
            findings.push(fail(message, None));
            unknown_services.push(service.clone());
        }
        match cfn_schema::iam_service(&service) {
            None if is_first && only.is_none() => {
                let message = format!("`{}` is not a service", text::shortened(&service));
                let help = suggest::did_you_mean(&service, cfn_schema::iam_services().map(|known| known.prefix()));
                findings.push(fail(message, help));
                unknown_services.push(service);
            }
            None => {}
            Some(known) if exists(known, &name) => {}
            Some(known) => {
                let mut names = Vec::new();
                known.any(|action| {
                    names.push(action.to_owned());
                    false
                });
                let nearest = suggest::nearest(&name, names.iter().map(String::as_str));
                let help = nearest.map(|nearest| format!("did you mean `{service}:{nearest}`?"));
                findings.push(fail(format!("`{}` is not an action", text::shortened(action)), help));
            }
        }
    };
    each(node, place, check);
}

/// Calls for the value, or for each member of the list that it is.
fn each(node: &Node, place: &Place<'_>, mut visit: impl FnMut(&Node, &Place<'_>)) {
    match node {
        Node::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| visit(item, &place.index(index)));
        }
        other => visit(other, place),
    }
}

/// Whether a service has the action, or one that fits the pattern.
fn exists(service: cfn_schema::Service, name: &str) -> bool {
    if !name.contains(['*', '?']) {
        return service.any(|action| action == name);
    }
    let mut pattern = name.as_bytes().to_vec();
    pattern.dedup_by(|right, left| (*left, *right) == (b'*', b'*'));
    let least = pattern.iter().filter(|byte| **byte != b'*').count();
    least <= LONGEST_ACTION && service.any(|action| fits(&pattern, action.as_bytes()))
}

/// Whether a text is a pattern in which `*` stands for any text and `?` for any letter.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut position) = (0, 0);
    // Where the last star stands, and up to where it reaches in the text.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[position] => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((stands, reaches)) => {
                    star = Some((stands, reaches + 1));
                    (at, position) = (stands + 1, reaches + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Reports a resource of a statement that is neither an ARN nor, where that may be, `*`.
pub(in crate::validate) fn resource(node: &Node, place: &Place<'_>, may_be_any: bool, findings: &mut Vec<Finding>) {
    let Node::String(arn) = node else { return };
    if !(is_arn(arn) || (may_be_any && arn == "*")) {
        let expected = if may_be_any { "an ARN or `*`" } else { "an ARN" };
        let message = format!("`{}` must be {expected}, got {}", place.name(), text::shown(node));
        findings.push(Finding::new(&rules::E3514, place.to_path(), message).expected(expected).actual(arn));
    }
}

/// Reports the old version of the policy language.
pub(in crate::validate) fn version(node: &Node, place: &Place<'_>, findings: &mut Vec<Finding>) {
    if node.as_str() == Some("2008-10-17") {
        let message = "`Version` should be 2012-10-17, got 2008-10-17".to_owned();
        let help = "the old version has no policy variables such as `${aws:username}`".to_owned();
        let finding = Finding::new(&rules::W2511, place.to_path(), message);
        findings.push(finding.expected("2012-10-17").actual("2008-10-17").help(help));
    }
}

/// Reports what cannot be the ARN of a role.
pub(in crate::validate) fn role(node: &Node, place: &Place<'_>, findings: &mut Vec<Finding>) {
    let Node::String(arn) = node else { return };
    if !is_role_arn(arn) {
        let expected = "the ARN of a role, such as `arn:aws:iam::123456789012:role/name`";
        let message = format!("`{}` must be {expected}, got {}", place.name(), text::shown(node));
        findings.push(Finding::new(&rules::E3511, place.to_path(), message).expected(expected).actual(arn));
    }
}

/// Whether a text begins as ARNs do, `arn:aws` and the rest of a partition, and what comes after its colon.
fn after_partition(text: &str) -> Option<&str> {
    let (partition, rest) = text.strip_prefix("arn:aws")?.split_once(':')?;
    partition.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-').then_some(rest)
}

/// `arn:partition:service:region`, or that with `:account:resource`, the account being twelve digits, `*`, `aws` or
/// nothing.
fn is_arn(text: &str) -> bool {
    let Some((service, rest)) = after_partition(text).and_then(|rest| rest.split_once(':')) else { return false };
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
    fn check_fits(pattern: &str, text: &str, expected: bool) {
        assert_eq!(fits(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} and {text}");
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [("get*", "getobject"), ("*", ""), ("?et*t", "getobject"), ("*o*e*", "getobject")] {
            check_fits(pattern, text, true);
        }
        for (pattern, text) in [("get", "getobject"), ("", "a"), ("?", ""), ("*x", "getobject"), ("get?", "get")] {
            check_fits(pattern, text, false);
        }
    }

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
