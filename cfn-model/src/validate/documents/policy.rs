//! Policies: the actions, ARNs and versions in them.

use std::collections::HashSet;

use crate::{
    Node,
    validate::{Finding, Rule, place::Place, rules, suggest, text},
};

/// The resource types whose policies are about one service only.
const ONE_SERVICE: [(&str, &str); 3] =
    [("AWS::S3::BucketPolicy", "s3"), ("AWS::SNS::TopicPolicy", "sns"), ("AWS::SQS::QueuePolicy", "sqs")];

/// Longer than the name of any action: a pattern that needs more fits none.
const LONGEST_ACTION: usize = 128;

/// How many actions of one list are named in a message.
const MOST_NAMED: usize = 10;

/// What is wrong with one action.
struct Mistake {
    index: Option<usize>,
    message: String,
    help: Option<String>,
}

/// The actions that were seen and exist: most templates name the same few again and again.
#[derive(Debug, Default)]
pub(in crate::validate) struct Actions {
    known: HashSet<String>,
}

impl Actions {
    /// Reports actions that do not exist, of the value of `Action` or `NotAction` in a resource of this type: one
    /// action or a list. One finding says it of the whole list.
    pub(in crate::validate) fn check(&mut self, node: &Node, place: &Place<'_>, kind: &str) -> Option<Finding> {
        let only = ONE_SERVICE.iter().find(|(only, _)| *only == kind).map(|(_, service)| *service);
        let list = match node {
            Node::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut wrong = Vec::new();
        for (index, action) in list.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?))) {
            if only.is_none() && self.known.contains(action) {
                continue;
            }
            match mistake(action, only) {
                None => {
                    self.known.insert(action.to_owned());
                }
                Some((message, help)) => {
                    let index = node.as_array().map(|_| index);
                    wrong.push(Mistake { index, message: format!("`{}` {message}", text::shortened(action)), help });
                }
            }
        }
        let path = match wrong.as_slice() {
            [] => return None,
            [Mistake { index: Some(index), .. }] => place.index(*index).to_path(),
            _ => place.to_path(),
        };
        let named = &wrong[..wrong.len().min(MOST_NAMED)];
        let mut messages: Vec<String> = named.iter().map(|mistake| mistake.message.clone()).collect();
        if wrong.len() > MOST_NAMED {
            messages.push(format!("and {} more", wrong.len() - MOST_NAMED));
        }
        let helps: Vec<&str> = named.iter().filter_map(|mistake| mistake.help.as_deref()).collect();
        let help = Some(helps.join(" ")).filter(|help| !help.is_empty());
        Some(Finding::new(&rules::W3037, path, messages.join("; ")).help(help))
    }
}

/// What is wrong with an action, and what it may have been meant to be.
fn mistake(action: &str, only: Option<&str>) -> Option<(String, Option<String>)> {
    let Some((service, name)) = action.split_once(':') else {
        return (action != "*").then(|| ("must be `service:action` or `*`".to_owned(), None));
    };
    let (service, name) = (service.to_ascii_lowercase(), name.to_ascii_lowercase());
    if let Some(only) = only.filter(|only| *only != service) {
        return Some((format!("is not an action of `{only}`, which this policy is about"), None));
    }
    let Some(known) = cfn_schema::iam_service(&service) else {
        let services = cfn_schema::iam_services().map(|known| known.prefix());
        return Some(("is of no service that exists".to_owned(), suggest::did_you_mean(&service, services)));
    };
    if exists(known, &name) {
        return None;
    }
    let mut names = Vec::new();
    known.any(|action| {
        names.push(action.to_owned());
        false
    });
    let nearest = suggest::nearest(&name, names.iter().map(String::as_str));
    Some(("is not an action".to_owned(), nearest.map(|nearest| format!("did you mean `{service}:{nearest}`?"))))
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

/// Says by the rule of a policy that a resource of a statement is neither an ARN nor `*`.
pub(in crate::validate) fn resource(rule: &'static Rule, node: &Node, place: &Place<'_>) -> Option<Finding> {
    let given = text::scalar(node)?;
    // A policy of an identity may leave the partition open.
    let any_partition = given.strip_prefix("arn:*:").is_some_and(is_arn_from_service);
    (given != "*" && !any_partition && !is_arn(&given)).then(|| must_be("an ARN or `*`", rule, node, place))
}

/// Says that a resource of a statement is neither an ARN nor, where that may be, `*`.
pub(in crate::validate) fn arn(node: &Node, place: &Place<'_>, may_be_any: bool) -> Option<Finding> {
    let arn = node.as_str().filter(|arn| !is_arn(arn))?;
    let expected = if may_be_any { "an ARN or `*`" } else { "an ARN" };
    (!may_be_any || arn != "*").then(|| must_be(expected, &rules::E3514, node, place))
}

/// Says that the version of the policy language is the old one.
pub(in crate::validate) fn version(node: &Node, place: &Place<'_>) -> Option<Finding> {
    let old = node.as_str().filter(|version| *version == "2008-10-17")?;
    let help = "the old version has no policy variables such as `${aws:username}`".to_owned();
    let message = format!("`Version` should be 2012-10-17, got {old}");
    Some(Finding::new(&rules::W2511, place.to_path(), message).expected("2012-10-17").actual(old).help(help))
}

/// Says that something cannot be the ARN of a role.
pub(in crate::validate) fn role(node: &Node, place: &Place<'_>) -> Option<Finding> {
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
