//! ARNs in `Fn::Sub` whose partition is written out.

use cfn_model::{Finding, Function, Node};

use crate::{
    codes as rules,
    facts::{place::Place, text},
    found::Findings,
    rules::functions,
};

/// How deep ARNs are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

pub(super) fn check(node: &Node, place: &Place<'_>, findings: &mut Findings) {
    look(node, place, false, 0, findings);
}

fn look(node: &Node, place: &Place<'_>, in_sub: bool, depth: usize, findings: &mut Findings) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let in_sub = in_sub || key == Function::Sub.name();
                look(value, &place.key(key), in_sub, depth + 1, findings);
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                look(item, &place.index(index), in_sub, depth + 1, findings);
            }
        }
        Node::String(given) if in_sub => {
            for partition in partitions(given).filter(|partition| !is_open(partition)) {
                let message =
                    format!("the partition of an ARN must not be written out, got `{}`", text::shortened(partition));
                let help = "write `${AWS::Partition}`, so that the template works in every region".to_owned();
                findings.push(Finding::new(&rules::I3042, place.to_path(), message).actual(partition).help(help));
            }
        }
        _ => {}
    }
}

/// Whether a variable, or every partition, is what stands there.
fn is_open(partition: &str) -> bool {
    partition.is_empty() || partition.starts_with('*') || functions::sub_names(partition).next().is_some()
}

/// The partition of every ARN in a text that has a service, a region and an account.
fn partitions(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find("arn:")? + "arn:".len();
            rest = &rest[start..];
            if let Some(found) = field(rest).filter(|found| has_region(&rest[found.len()..])) {
                return Some(found);
            }
        }
    })
}

/// Whether `:service:region:` comes next.
fn has_region(rest: &str) -> bool {
    let Some(service) = rest.strip_prefix(':').and_then(field).filter(|service| !service.is_empty()) else {
        return false;
    };
    let Some(rest) = rest[1 + service.len()..].strip_prefix(':') else { return false };
    field(rest).is_some_and(|region| rest[region.len()..].starts_with(':'))
}

/// What comes before the next colon; a variable can have colons of its own.
fn field(text: &str) -> Option<&str> {
    let end = match text.strip_prefix("${") {
        Some(inside) => 2 + inside.find('}')? + 1,
        None => text.find(|character: char| character == ':' || character.is_whitespace()).unwrap_or(text.len()),
    };
    Some(&text[..end])
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_the_partition_of_each_arn() {
        let check =
            |text, expected: &[&str]| assert_eq!(super::partitions(text).collect::<Vec<_>>(), expected, "{text}");
        check("arn:aws:s3:::bucket", &["aws"]);
        check("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:x", &["${AWS::Partition}"]);
        check("a arn:aws:sqs:eu-west-1:123456789012:x, arn:aws-cn:iam::aws:policy/x", &["aws", "aws-cn"]);
        check("arn:aws s3", &[]);
        check("arn:", &[]);
        check("arn:${open", &[]);
    }
}
