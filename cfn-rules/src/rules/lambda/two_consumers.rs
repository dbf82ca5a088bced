//! Queues with two event source mappings.

use std::collections::HashMap;

use crate::{
    facts::{
        conditions::Fact,
        flow::{graph::Flow, text::Part, wiring::Mapping},
    },
    rules::definition::{On, Reporter},
};

/// How many event source mappings of one queue are compared.
const MOST_COMPARED: usize = 16;

rule! {
    /// A queue gives each message to one consumer. Two mappings, or a mapping and a pipe, share the messages between
    /// them by chance; neither sees them all. With filters it is worse: what the filter of one does not want is
    /// deleted. It holds for queues of other stacks as well, where both name the same ARN.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// Resources:
    ///   Orders:
    ///     Type: AWS::SQS::Queue
    ///   Invoices:
    ///     Type: AWS::SQS::Queue
    ///   Pack:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Events:
    ///         Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
    ///   Bill:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Events:
    ///         Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// Resources:
    ///   Orders:
    ///     Type: AWS::SQS::Queue
    ///   Invoices:
    ///     Type: AWS::SQS::Queue
    ///   Pack:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Events:
    ///         Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
    ///   Bill:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Events:
    ///         Orders: {Type: SQS, Properties: {Queue: !GetAtt Invoices.Arn}}
    /// ```
    AL1016: warning "queue with two event source mappings",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let mut by_queue: HashMap<String, Vec<(&Mapping<'_>, Vec<Fact<'_>>)>> = HashMap::new();
    for mapping in &flow.mappings {
        let queue = match mapping.queue_here() {
            Some(queue) => model.resources[queue].id.to_owned(),
            None if mapping.source.0.contains(&Part::Unknown) => continue,
            None => mapping.source.to_string(),
        };
        let enabled = mapping.resource.flags(model.context, &["Enabled"], true);
        let Some((facts, _)) = enabled.into_iter().find(|(_, enabled)| *enabled) else { continue };
        let facts = [mapping.facts.as_slice(), &facts].concat();
        let others = by_queue.entry(queue).or_default();
        let is_same = |other: &Mapping<'_>| {
            other.resource.id == mapping.resource.id && other.resource.inner == mapping.resource.inner
        };
        let other = others.iter().find(|(other, theirs)| !is_same(other) && model.together(&[theirs, &facts]));
        if let Some((other, _)) = other {
            let message = format!(
                "{}: a queue should have one event source mapping, got {} too: each message goes to only one of them",
                mapping.subject(model),
                other.name
            );
            let help = "give each function a queue of its own and publish to both, with a topic or a rule";
            report.at(mapping.resource.path(&[mapping.source_key]), message).help(help);
        }
        if others.len() < MOST_COMPARED {
            others.push((mapping, facts));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{NONE, all, either, more, plain, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let second = |queue: &str| {
            let second =
                "  Also: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: other, EventSourceArn: ";
            consumer("", "", "") + &format!("{second}{queue}}}}}\n")
        };
        let message = "mapping `Also` (queue `Jobs`): a queue should have one event source mapping, got mapping `Map` too: \
                       each message goes to only one of them";
        let place = "Resources/Also/Properties/EventSourceArn";
        check(&RULE, &second("!GetAtt Jobs.Arn"), &[(place, message)]);
        check(&RULE, &second("arn:aws:sqs:eu-west-1:123456789012:other"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("two_consumers.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let second = |more: &str| {
            format!("\n  Also: {{Type: AWS::Lambda::EventSourceMapping, {more}, FunctionName: !Ref Name}}}}\n")
        };
        let (same, off) = (
            second("Properties: {EventSourceArn: !GetAtt Jobs.Arn"),
            second("Properties: {Enabled: false, EventSourceArn: !GetAtt Jobs.Arn"),
        );
        let (other, unknown) =
            (second("Properties: {EventSourceArn: !GetAtt Dead.Arn"), second("Properties: {EventSourceArn: !Ref Name"));
        either(&RULE, &all([more(&same)]), &all([NONE, more(&off), more(&other), more(&unknown)]));
        let (prod, dev) = (
            second("Condition: Prod, Properties: {EventSourceArn: !GetAtt Jobs.Arn"),
            "    Condition: Dev\n    Type: AWS::Lambda::EventSourceMapping",
        );
        either(&RULE, &[], &[plain(more(&prod)).replace("    Type: AWS::Lambda::EventSourceMapping", dev)]);
    }
}
