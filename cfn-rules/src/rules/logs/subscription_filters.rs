//! Log groups with more subscription filters than they can have.

use cfn_model::{Node, Path, Segment};
use indexmap::IndexMap;

use crate::{
    facts::{context::Context, text},
    rules::{
        definition::{On, Reporter},
        values::of_type,
    },
};

rule! {
    /// A log group has at most 5 subscription filters. Resources of the type `AWS::Logs::SubscriptionFilter` and events
    /// of the type `CloudWatchLogs` of SAM functions with the same log group count together.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   ToOne:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-one
    ///   ToTwo:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-two
    ///   ToThree:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-three
    ///   ToFour:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-four
    ///   ToFive:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-five
    ///   ToSix:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-six
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   ToOne:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-one
    ///   ToTwo:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-two
    ///   ToThree:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-three
    ///   ToFour:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-four
    ///   ToFive:
    ///     Type: AWS::Logs::SubscriptionFilter
    ///     Properties:
    ///       LogGroupName: /jobs
    ///       FilterPattern: ""
    ///       DestinationArn: arn:aws:lambda:eu-central-1:123456789012:function:to-five
    /// ```
    E2529: error "log group with more than 5 subscription filters",
    on: On::Document(check),
}

/// CloudWatch's quota of subscription filters of one log group.
const MOST: usize = 5;

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let mut places: IndexMap<String, Vec<Path>> = IndexMap::new();
    let mut add = |group: &Node, id: &str, below: &[&str]| {
        let steps = ["Resources", id, "Properties"].into_iter().chain(below.iter().copied());
        places.entry(text::canonical(group)).or_default().push(Path(steps.map(Segment::from).collect()));
    };
    for (id, _, root) in of_type(context, "AWS::Logs::SubscriptionFilter") {
        if let Some(properties) = root.node.filter(|properties| properties.as_object().is_some()) {
            add(&properties["LogGroupName"], id, &["LogGroupName"]);
        }
    }
    for (id, _, root) in of_type(context, "AWS::Serverless::Function") {
        let events = root.node.and_then(|properties| properties.get("Events")).and_then(Node::as_object);
        for (name, event) in events.into_iter().flatten() {
            let group = event.get("Properties").and_then(|properties| properties.get("LogGroupName"));
            if let Some(group) = group.filter(|_| event["Type"].as_str() == Some("CloudWatchLogs")) {
                add(group, id, &["Events", name, "Properties", "LogGroupName"]);
            }
        }
    }
    for mut places in places.into_values().filter(|places| places.len() > MOST) {
        let count = places.len();
        let message = format!("a log group must have at most {MOST} subscription filters, got {count}");
        // The third, which is where cfn-lint reports it.
        report.at(places.swap_remove(2), message).help("send the logs to one stream, and fan out from there");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |count: u8| {
            let filter = |number| {
                format!(
                    "  F{number}: {{Type: AWS::Logs::SubscriptionFilter, Properties: {{LogGroupName: a, FilterPattern: '', DestinationArn: b}}}}\n"
                )
            };
            format!("Resources:\n{}", (0..count).map(filter).collect::<String>())
        };
        let message = "a log group must have at most 5 subscription filters, got 6";
        check(&RULE, &template(6), &[("Resources/F2/Properties/LogGroupName", message)]);
        check(&RULE, &template(5), &[]);
    }
}
