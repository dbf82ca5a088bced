//! Two queues with one name.

use std::collections::HashMap;

use crate::{
    facts::{
        conditions::Fact,
        flow::{graph::Flow, scenario::texts, text::Part},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// Queue names are unique in an account and region. The second queue is refused, or is the first one.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs}
    ///   Mail:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: jobs}
    ///   Mail:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {QueueName: mail}
    /// ```
    AL1020: error "two queues with the same name",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let mut seen: HashMap<String, Vec<(usize, Vec<Fact<'_>>)>> = HashMap::new();
    for &number in &model.queues {
        let queue = &model.resources[number];
        let mut said = false;
        for (when, name) in texts(model.context, queue.ways(model.context, &["QueueName"])) {
            if name.0.contains(&Part::Unknown) || name.literal() == Some("") {
                continue;
            }
            let facts = [queue.facts.as_slice(), &when].concat();
            let same = seen.entry(name.to_string()).or_default();
            let other = same.iter().find(|(other, theirs)| *other != number && model.together(&[theirs, &facts]));
            if let Some((other, _)) = other.filter(|_| !said) {
                said = true;
                let message = format!(
                    "queue `{}`: the name must be that of one queue only, got `{name}`, which queue `{}` has too",
                    queue.id, model.resources[*other].id
                );
                let help = "rename one of them, or leave `QueueName` out and let CloudFormation name it";
                report.at(queue.path(&["QueueName"]), message).help(help);
            }
            // Those that come later are compared with the first few; that is enough to find them.
            if same.len() < 8 {
                same.push((number, facts));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{HEAD, either, written};

    #[test]
    fn cases() {
        let queues = |first: &str, second: &str| {
            format!(
                "Resources:\n  A: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {first}}}}}\n  B: {{Type: \
                 AWS::SQS::Queue, Properties: {{QueueName: {second}}}}}\n"
            )
        };
        let message = "queue `B`: the name must be that of one queue only, got `jobs`, which queue `A` has too";
        check(&RULE, &queues("jobs", "jobs"), &[("Resources/B/Properties/QueueName", message)]);
        check(&RULE, &queues("jobs", "mail"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("same_name.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let named = |name: &str| {
            format!(
                "{HEAD}  A: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n  B: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n"
            )
        };
        let one_each = named("jobs").replace("A: {", "A: {Condition: Prod, ").replace("B: {", "B: {Condition: Dev, ");
        either(
            &RULE,
            &[named("jobs"), named("!Sub '${AWS::StackName}-jobs'"), named("!If [Prod, jobs, !Ref AWS::NoValue]")],
            &[
                one_each,
                named("!Ref AWS::NoValue"),
                named("!ImportValue x"),
                named("!If [Prod, jobs, !Ref AWS::NoValue]").replacen("!If [Prod, jobs, !Ref AWS::NoValue]", "mail", 1),
            ],
        );
    }
}
