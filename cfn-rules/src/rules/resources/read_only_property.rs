//! Properties that only AWS sets.

use cfn_model::Node;

use crate::{
    facts::{kinds::schema_of, place::Place},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// Some properties are set by AWS when it creates the resource. `Fn::GetAtt` reads them; a template cannot set
    /// them.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Arn: arn:aws:sqs:eu-west-1:123456789012:jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: jobs
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint 1.58 has this rule and does not report the mistake above. The schema of the type lists `Arn` as
    /// read-only, and CloudFormation does not pass such a property on.
    E3040: error "read-only property",
    on: On::Section("Resources", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(resource) = entry.object() else { return };
    let (Some(kind), Some(properties)) = (resource.get("Type").and_then(Node::as_str), resource.get("Properties"))
    else {
        return;
    };
    // In SAM's schemas these are what the transform sets, and what a template can set as well.
    let known = entry.context.resource_type(schema_of(kind)).filter(|known| !known.is_serverless());
    if entry.context.impossible_condition(resource).is_some() {
        return;
    }
    let place = entry.place.key("Properties");
    for path in known.iter().flat_map(|known| known.read_only()) {
        read_only(properties, path, &place, report);
    }
}

/// Reports a read-only property; `*` in a path stands for every member.
fn read_only(node: &Node, path: &str, place: &Place<'_>, report: &mut Reporter<'_>) {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (node, rest) {
        (Node::Object(object), rest) if first != "*" => {
            let Some((_, key, value)) = object.get_full(first) else { return };
            let place = place.key(key);
            match rest {
                Some(rest) => read_only(value, rest, &place, report),
                None => {
                    let message = format!("`{first}` is read-only: AWS sets it");
                    report.at(place.to_path(), message).help(format!("remove `{first}`"));
                }
            }
        }
        (Node::Array(items), Some(rest)) if first == "*" => {
            for (index, item) in items.iter().enumerate() {
                read_only(item, rest, &place.index(index), report);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let topic =
            |properties: &str| format!("Resources: {{T: {{Type: AWS::SNS::Topic, Properties: {properties}}}}}\n");
        check(&RULE, &topic("{TopicName: news}"), &[]);
        check(
            &RULE,
            &topic("{TopicArn: 'arn:aws:sns:eu-west-1:123456789012:news'}"),
            &[("Resources/T/Properties/TopicArn", "`TopicArn` is read-only: AWS sets it")],
        );
    }
}
