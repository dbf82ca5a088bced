//! ARNs in `Fn::Sub` with a fixed partition.

use cfn_model::{Function, Node};

use crate::{
    facts::{place::Place, substitution, text},
    rules::definition::{Entry, On, Reporter},
};

/// How deep ARNs are looked for; the readers allow 128 levels.
const DEEPEST: usize = 256;

rule! {
    /// An ARN with `arn:aws:` works in the commercial regions only. `${AWS::Partition}` is right in the regions of
    /// China and of the US government too.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Properties:
    ///       KmsMasterKeyId: !Sub arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/news
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Properties:
    ///       KmsMasterKeyId: !Sub arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/news
    /// ```
    I3042: info "hardcoded partition in an ARN",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    if !entry.context.transforms.serverless {
        let attributes = entry.node.as_object().into_iter().flatten();
        attributes.for_each(|(key, node)| look(node, &entry.place.key(key), false, 0, report));
    }
}

fn look(node: &Node, place: &Place<'_>, in_sub: bool, depth: usize, report: &mut Reporter<'_>) {
    match node {
        Node::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let in_sub = in_sub || key == Function::Sub.name();
                look(value, &place.key(key), in_sub, depth + 1, report);
            }
        }
        Node::Array(items) if depth < DEEPEST => {
            for (index, item) in items.iter().enumerate() {
                look(item, &place.index(index), in_sub, depth + 1, report);
            }
        }
        Node::String(given) if in_sub => {
            for partition in partitions(given).filter(|partition| !is_open(partition)) {
                let shown = text::shortened(partition);
                let message = format!("the partition of an ARN should be `${{AWS::Partition}}`, got `{shown}`");
                let help = "write `${AWS::Partition}`, so that the template works in every region";
                report.at(place.to_path(), message).actual(partition).help(help);
            }
        }
        _ => {}
    }
}

/// Whether the partition is a variable, or any.
fn is_open(partition: &str) -> bool {
    partition.is_empty() || partition.starts_with('*') || substitution::names(partition).next().is_some()
}

/// The partition of every ARN in a string that has a service, a region and an account.
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
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let topic = |arn: &str| {
            format!("Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !Sub '{arn}'}}}}}}\n")
        };
        let fixed = topic("arn:aws:sns:${AWS::Region}:${AWS::AccountId}:x");
        let message = "the partition of an ARN should be `${AWS::Partition}`, got `aws`";
        check(&RULE, &fixed, &[("Resources/T/Properties/TopicName/Fn::Sub", message)]);
        check(&RULE, &topic("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:x"), &[]);
        check(&RULE, &format!("Transform: AWS::Serverless-2016-10-31\n{fixed}"), &[]);
    }

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
