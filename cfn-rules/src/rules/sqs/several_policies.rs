//! A queue with several policies.

use std::collections::HashMap;

use crate::{
    facts::{
        conditions::Fact,
        flow::{
            graph::Flow,
            model::{Target, member_path, members},
            scenario::texts,
        },
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// A queue has one policy. The second `AWS::SQS::QueuePolicy` of a queue replaces the first one, without a word, and who was let in
    /// by that is refused when it sends.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   FromOrders:
    ///     Type: AWS::SQS::QueuePolicy
    ///     Properties:
    ///       Queues: [!Ref Jobs]
    ///       PolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn}]
    ///   FromRules:
    ///     Type: AWS::SQS::QueuePolicy
    ///     Properties:
    ///       Queues: [!Ref Jobs]
    ///       PolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn}]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Senders:
    ///     Type: AWS::SQS::QueuePolicy
    ///     Properties:
    ///       Queues: [!Ref Jobs]
    ///       PolicyDocument:
    ///         Statement:
    ///         - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn}
    ///         - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn}
    /// ```
    AL1045: warning "queue with several policies",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let mut seen: HashMap<usize, (usize, Vec<Fact<'_>>)> = HashMap::new();
    for &number in &model.queue_policies {
        let policy = &model.resources[number];
        if policy.kind != "AWS::SQS::QueuePolicy" {
            continue;
        }
        for (index, way) in members(model.context, policy.ways(model.context, &["Queues"])) {
            for (when, queue) in texts(model.context, vec![way]) {
                let Target::Here(queue) = model.queue(&queue, false) else { continue };
                let facts = [policy.facts.as_slice(), &when].concat();
                let Some((other, theirs)) = seen.get(&queue) else {
                    seen.insert(queue, (number, facts));
                    continue;
                };
                if *other != number && model.together(&[theirs, &facts]) {
                    let message = format!(
                        "queue `{}`: must have one policy, has those of `{}` and `{}`",
                        model.resources[queue].id, model.resources[*other].id, policy.id
                    );
                    let help = "write the statements of both into one policy: the second replaces the first";
                    report.at(member_path(&policy.path(&["Queues"]), index), message).help(help);
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    fn policies(first: &str, second: &str, conditions: [&str; 2]) -> String {
        let policy = |id: &str, queue: &str, condition: &str| {
            format!(
                "  {id}: {{Type: AWS::SQS::QueuePolicy, {condition} Properties: {{Queues: [{queue}], PolicyDocument: {{}}}}}}\n"
            )
        };
        format!(
            "Conditions: {{C: !Equals [!Ref AWS::Region, us-east-1], N: !Not [!Condition C]}}\nResources:\n  Jobs: {{Type: \
             AWS::SQS::Queue}}\n  Mail: {{Type: AWS::SQS::Queue}}\n{}{}",
            policy("A", first, conditions[0]),
            policy("B", second, conditions[1])
        )
    }

    #[test]
    fn cases() {
        let message = "queue `Jobs`: must have one policy, has those of `A` and `B`";
        let found = [("Resources/B/Properties/Queues/0", message)];
        check(&RULE, &policies("!Ref Jobs", "!Ref Jobs", ["", ""]), &found);
        check(&RULE, &policies("!Ref Jobs", "!Sub '${Jobs}'", ["", ""]), &found);
        check(&RULE, &policies("!Ref Jobs", "!Ref Mail", ["", ""]), &[]);
        check(&RULE, &policies("!Ref Jobs", "!ImportValue jobs", ["", ""]), &[]);
        check(&RULE, &policies("!Ref Jobs", "!Ref Jobs", ["Condition: C,", "Condition: N,"]), &[]);
        check(&RULE, &policies("!Ref Jobs", "!Ref Jobs", ["Condition: C,", ""]), &found);
    }
}
