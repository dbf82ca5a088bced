//! Dead-letter queues that nothing watches.

use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// Messages in a dead-letter queue are lost work, and they expire there. Somebody has to learn of them: an alarm
    /// on a metric or on metric math, a function or a pipe that consumes the queue, or another stack to which it is
    /// exported. Whatever else in the template mentions the queue is taken to watch it, but for policies and outputs
    /// without `Export`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///     Properties: {}
    ///   Watch:
    ///     Type: AWS::CloudWatch::Alarm
    ///     Properties:
    ///       Namespace: AWS/SQS
    ///       MetricName: ApproximateNumberOfMessagesVisible
    ///       Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]
    ///       Statistic: Maximum
    ///       Period: 60
    ///       EvaluationPeriods: 1
    ///       Threshold: 0
    ///       ComparisonOperator: GreaterThanThreshold
    /// ```
    AL1006: info "dead-letter queue that nothing watches",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let model = &flow.model;
    if model.context.is_open() || flow.all_watched {
        return;
    }
    for &number in model.queues.iter().filter(|number| flow.dead.contains(number)) {
        if flow.watched.contains(&number) || flow.consumers.contains_key(&number) {
            continue;
        }
        let queue = &model.resources[number];
        let message =
            format!("dead-letter queue `{}`: no alarm or function watches it, so lost messages go unnoticed", queue.id);
        let help = format!(
            "add an `AWS::CloudWatch::Alarm` on `ApproximateNumberOfMessagesVisible` of `!GetAtt {}.QueueName`",
            queue.id
        );
        let mut place = queue.path(&[]);
        place.0.pop();
        report.at(place, message).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{ALARM, Change, NONE, all, either, sam, written};

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
        let message = "dead-letter queue `Dead`: no alarm or function watches it, so lost messages go unnoticed";
        check(&RULE, &template(""), &[("Resources/Dead", message)]);
        check(&RULE, &watch("!GetAtt Dead.QueueName"), &[]);
        check(&RULE, &watch("!GetAtt Jobs.QueueName"), &[("Resources/Dead", message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("unwatched_dead_letters.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let none = Change { alarm: Some(""), ..NONE };
        let by = |value: &str| ALARM.replace("!GetAtt Dead.QueueName", value);
        let consumer = "\n  Peek: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Name, EventSourceArn: !GetAtt Dead.Arn}}\n";
        let told =
            "\n  Peek: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {DEAD: !Ref Dead}}}}\n";
        let exported = format!("{}\nOutputs: {{D: {{Value: !GetAtt Dead.Arn, Export: {{Name: dead}}}}}}\n", sam(none));
        let (unknown, named, other) = (by("!Ref Name"), by("dead-letters"), by("!GetAtt Jobs.QueueName"));
        let watched = |alarm| Change { alarm: Some(alarm), dead: "QueueName: dead-letters,", ..NONE };
        let mut right = all([
            NONE,
            watched(&unknown),
            watched(&named),
            Change { alarm: Some(consumer), ..NONE },
            Change { alarm: Some(told), ..NONE },
        ]);
        right.push(exported);
        either(&RULE, &all([none, watched(&other)]), &right);
    }
}
