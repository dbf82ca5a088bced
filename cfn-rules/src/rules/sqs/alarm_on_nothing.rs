//! Alarms on queues that do not exist.

use crate::{
    facts::flow::{
        graph::Flow,
        mentions::{ALARM, is_queue, watched},
        model::{Model, Resource},
        text::{Part, Text},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// An alarm on a queue that does not exist never has data and never fires, be it on a metric or on metric math.
    /// `Ref` of a queue is its address, and not its name. A literal, or a name made with the stack's name, that no
    /// queue of the template has is reported when the template has queues.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Watch:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       Namespace: AWS/SQS
    ///       MetricName: ApproximateNumberOfMessagesVisible
    ///       Dimensions: [{Name: QueueName, Value: !Ref Jobs}]
    ///       Statistic: Maximum
    ///       Period: 60
    ///       EvaluationPeriods: 1
    ///       Threshold: 0
    ///       ComparisonOperator: GreaterThanThreshold
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Watch:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       Namespace: AWS/SQS
    ///       MetricName: ApproximateNumberOfMessagesVisible
    ///       Dimensions: [{Name: QueueName, Value: !GetAtt Jobs.QueueName}]
    ///       Statistic: Maximum
    ///       Period: 60
    ///       EvaluationPeriods: 1
    ///       Threshold: 0
    ///       ComparisonOperator: GreaterThanThreshold
    /// ```
    AL1017: warning "alarm on a queue that does not exist",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    if !flow.model.queues.is_empty() {
        flow.model.of_type(ALARM).for_each(|alarm| alarm_names(flow, alarm, report));
    }
}

fn alarm_names(flow: &Flow<'_>, alarm: &Resource<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    for (place, name) in watched(model, alarm) {
        let (got, help) = match name.0.as_slice() {
            [Part::Name(id)] if is_queue(model, id) => {
                (format!("the address of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            [Part::Attribute(id, attribute)] if is_queue(model, id) && *attribute != "QueueName" => {
                (format!("`{attribute}` of queue `{id}`"), format!("write `!GetAtt {id}.QueueName`"))
            }
            _ => {
                // What is put together of parameters of this stack is a name of this stack.
                let is_known = name.literal().is_some() || is_of_stack(&name);
                if !is_known || model.context.is_open() || !model.is_no_queue(&name) {
                    continue;
                }
                (format!("`{name}`"), reference(model, &name.to_string()))
            }
        };
        let message =
            format!("alarm `{}`: `QueueName` should be the name of a queue of this template, got {got}", alarm.id);
        report.at(place, message).help(help);
    }
}

/// Whether a name has the stack's name in it, and else literals only.
fn is_of_stack(name: &Text<'_>) -> bool {
    let stack = Part::Name("AWS::StackName");
    name.0.contains(&stack) && name.0.iter().all(|part| *part == stack || matches!(part, Part::Literal(_)))
}

/// How to name the queue that is meant: the one with this logical id, or the only one.
fn reference(model: &Model<'_>, literal: &str) -> String {
    let id = match model.queues.as_slice() {
        _ if is_queue(model, literal) => literal,
        [only] => model.resources[*only].id,
        _ => "...",
    };
    format!("refer to the queue, as `!GetAtt {id}.QueueName`")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{ALARM, Change, HEAD, NONE, either, queues, written};

    #[test]
    fn cases() {
        let template = |alarm: &str| {
            format!(
                "Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt \
                 Dead.Arn, maxReceiveCount: 5}}}}}}\n  Dead: {{Type: AWS::SQS::Queue}}\n{alarm}"
            )
        };
        let watch = |name: &str| {
            let alarm = format!(
                "  Watch: {{Type: AWS::CloudWatch::Alarm, Properties: {{Namespace: AWS/SQS, Dimensions: [{{Name: QueueName, \
                 Value: {name}}}]}}}}\n"
            );
            template(&alarm)
        };
        let place = "Resources/Watch/Properties/Dimensions/0/Value";
        let message = "alarm `Watch`: `QueueName` should be the name of a queue of this template, got `deed`";
        check(&RULE, &watch("deed"), &[(place, message)]);
        let message = "alarm `Watch`: `QueueName` should be the name of a queue of this template, got the address of queue \
                       `Dead`";
        check(&RULE, &watch("!Ref Dead"), &[(place, message)]);
        check(&RULE, &watch("!GetAtt Dead.QueueName"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("alarm_on_nothing.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let on = |value: &str| {
            let alarm = ALARM.replace("!GetAtt Dead.QueueName", value);
            queues(&Change { alarm: Some(&alarm), queue: "QueueName: !Sub '${Stage}-jobs',", ..NONE })
        };
        either(
            &RULE,
            &[on("!Ref Dead"), on("!GetAtt Dead.Arn"), on("deed"), on("Dead")],
            &[
                on("!GetAtt Dead.QueueName"),
                on("!Ref Name"),
                on("prod-jobs"),
                on("!Sub '${Stage}-jobs'"),
                on("deed").replace("AWS/SQS", "My/Own"),
                format!("{HEAD}{}", ALARM.replace("!GetAtt Dead.QueueName", "jobs")),
            ],
        );
    }
}
