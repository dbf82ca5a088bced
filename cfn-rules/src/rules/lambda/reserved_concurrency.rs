//! Event source mappings that call a function more often at once than is reserved for it.

use crate::{
    facts::flow::{graph::Flow, wiring::CONCURRENCY},
    rules::definition::{On, Reporter},
};

/// How many event source mappings of one function are compared.
const MOST_COMPARED: usize = 16;

rule! {
    /// Mappings that may call a function more often at once, one or all together, than the function's reserved
    /// concurrency allows get throttled. Throttled messages count as received, and end in the dead-letter queue
    /// without having been looked at.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 60
    ///       ReservedConcurrentExecutions: 5
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    ///             ScalingConfig: {MaximumConcurrency: 20}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Timeout: 60
    ///       ReservedConcurrentExecutions: 20
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    ///             ScalingConfig: {MaximumConcurrency: 20}
    /// ```
    AL1031: warning "maximum concurrency exceeds the function's reserved concurrency",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.functions.iter().for_each(|function| concurrency_together(flow, *function, report));
}

fn concurrency_together(flow: &Flow<'_>, number: usize, report: &mut Reporter<'_>) {
    let model = &flow.model;
    let function = &model.resources[number];
    let help =
        "lower `MaximumConcurrency`, or raise `ReservedConcurrentExecutions`: what is throttled counts as received";
    for (when, reserved) in function.ints(model.context, &["ReservedConcurrentExecutions"], None) {
        let mut facts = [function.facts.as_slice(), &when].concat();
        let mut together = 0;
        let mappings = flow.calls.get(&number).into_iter().flatten().map(|number| &flow.mappings[*number]);
        for mapping in mappings.take(MOST_COMPARED) {
            let ways = mapping.resource.ints(model.context, &CONCURRENCY, None);
            let possible = ways
                .into_iter()
                .filter(|(when, most)| (2..=1000).contains(most) && model.together(&[&facts, &mapping.facts, when]));
            let Some((when, most)) = possible.max_by_key(|(_, most)| *most) else { continue };
            together += most;
            if together <= reserved {
                facts = [facts.as_slice(), &mapping.facts, &when].concat();
                continue;
            }
            let sum = if together > most { format!("{together} together") } else { most.to_string() };
            let message = format!(
                "{}: the maximum concurrency should be at most the reserved concurrency of the function, {reserved}, \
                 got {sum}",
                mapping.subject(model)
            );
            report.at(mapping.resource.path(&CONCURRENCY), message).help(help);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, all, either, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let template = |reserved: u32| {
            let reserved = format!("ReservedConcurrentExecutions: {reserved}");
            consumer("", &reserved, ", ScalingConfig: {MaximumConcurrency: 5}")
        };
        let message = "mapping `Map` (queue `Jobs`, function `Work`): the maximum concurrency should be at most the reserved \
                       concurrency of the function, 4, got 5";
        let place = "Resources/Map/Properties/ScalingConfig/MaximumConcurrency";
        check(&RULE, &template(4), &[(place, message)]);
        check(&RULE, &template(5), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("reserved_concurrency.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let most = |mapping, function| Change { mapping, function, ..NONE };
        either(
            &RULE,
            &all([most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: 4,")]),
            &all([
                most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: 5,"),
                most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: !Ref Count,"),
                most("", "ReservedConcurrentExecutions: 4,"),
            ]),
        );
    }
}
