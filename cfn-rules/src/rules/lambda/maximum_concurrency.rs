//! Maximum concurrency outside of its limits.

use crate::{
    facts::flow::{
        graph::Flow,
        wiring::{CONCURRENCY, Mapping},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// The maximum concurrency of a mapping is 2 to 1000, or left out for no limit. One call at a time is what
    /// reserved concurrency, or a FIFO queue with one message group, is for. Where the schema finds the same, it is
    /// said once, here.
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
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    ///             ScalingConfig: {MaximumConcurrency: 1}
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
    ///       Events:
    ///         Jobs:
    ///           Type: SQS
    ///           Properties:
    ///             Queue: !GetAtt Jobs.Arn
    ///             FunctionResponseTypes: [ReportBatchItemFailures]
    ///             ScalingConfig: {MaximumConcurrency: 2}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint says `E3034` where the value is a literal, `W1030` where it is the default of a parameter and `W1034`
    /// where it is in a mapping. One mistake is one finding, so none of these is given beside this one.
    AL1013: error "maximum concurrency is not 2 to 1000",
    on: On::Flow(check),
    supersedes: ["E3034", "W1030", "W1034"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| concurrency(flow, mapping, report));
}

fn concurrency(flow: &Flow<'_>, mapping: &Mapping<'_>, report: &mut Reporter<'_>) {
    let (model, resource) = (&flow.model, &mapping.resource);
    for (facts, most) in resource.ints(model.context, &CONCURRENCY, None) {
        if !(2..=1000).contains(&most) && model.together(&[&mapping.facts, &facts]) {
            let message = format!("{}: the maximum concurrency must be 2 to 1000, got {most}", mapping.subject(model));
            let help = match most < 2 {
                true => {
                    "one at a time: set `ReservedConcurrentExecutions: 1` of the function, or use a FIFO queue with one message group"
                }
                false => "leave `ScalingConfig` out for no limit",
            };
            report.at(resource.path(&CONCURRENCY), message).help(help).expected("2 to 1000").actual(most.to_string());
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{NONE, all, either, mapping, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let place = "Resources/Map/Properties/ScalingConfig/MaximumConcurrency";
        let most = |most: u32| consumer("", "", &format!(", ScalingConfig: {{MaximumConcurrency: {most}}}"));
        let message = "mapping `Map` (queue `Jobs`, function `Work`): the maximum concurrency must be 2 to 1000, got 1";
        check(&RULE, &most(1), &[(place, message)]);
        let message =
            "mapping `Map` (queue `Jobs`, function `Work`): the maximum concurrency must be 2 to 1000, got 1001";
        check(&RULE, &most(1001), &[(place, message)]);
        check(&RULE, &most(2), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("maximum_concurrency.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        either(
            &RULE,
            &all([
                mapping("ScalingConfig: {MaximumConcurrency: 1},"),
                mapping("ScalingConfig: {MaximumConcurrency: 1001},"),
            ]),
            &all([
                NONE,
                mapping("ScalingConfig: {MaximumConcurrency: 2},"),
                mapping("ScalingConfig: {MaximumConcurrency: !Ref Count},"),
                mapping("ScalingConfig: !If [Prod, !Ref AWS::NoValue, {}],"),
            ]),
        );
    }
}
