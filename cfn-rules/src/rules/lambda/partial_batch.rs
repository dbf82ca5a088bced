//! Batches of which the function cannot say which messages failed.

use cfn_model::Node;

use crate::{
    facts::flow::{
        graph::Flow,
        made::{OWN_QUEUE, made_queues},
        model::{UNKNOWN, members},
        wiring::{DEFAULT_BATCH, Kind, Mapping},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// When a function fails, its whole batch comes back, also the messages that it had processed. With
    /// `ReportBatchItemFailures` it says which ones failed, and only those come back. A mapping without `BatchSize`
    /// has batches of 10. An event of a topic with `SqsSubscription` cannot say it; an event of type `SQS` can.
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
    /// ```
    AL1007: warning "batch without partial batch responses",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| partial_batch(flow, mapping, report));
    for made in made_queues(&flow.model) {
        let message = format!(
            "{} has batches of {DEFAULT_BATCH} without partial batch responses, and none can be configured",
            made.subject
        );
        report.at(made.path, message).help(OWN_QUEUE);
    }
}

fn partial_batch(flow: &Flow<'_>, mapping: &Mapping<'_>, report: &mut Reporter<'_>) {
    let (context, resource) = (flow.model.context, &mapping.resource);
    for mut way in resource.ways(context, &["FunctionResponseTypes"]) {
        // SAM takes a null for a value that is not there.
        way.node = way.node.filter(|node| !matches!(node, Node::Null) || std::ptr::eq(*node, &raw const UNKNOWN));
        let listed = members(context, vec![way.clone()]);
        let is_known = way.node.is_none_or(|node| node.as_array().is_some());
        let says = |node: Option<&Node>| {
            node.is_none_or(|node| !matches!(node.as_str(), Some(text) if text != "ReportBatchItemFailures"))
        };
        if !is_known || listed.iter().any(|(_, way)| way.node.is_some() && says(way.node)) {
            continue;
        }
        for (facts, size) in resource.ints(context, &["BatchSize"], Some(DEFAULT_BATCH)) {
            if size > 1 && flow.model.together(&[&mapping.facts, &way.facts, &facts]) {
                let message = format!(
                    "{}: batches of {size} must have partial batch responses, got no `ReportBatchItemFailures`",
                    mapping.subject(&flow.model)
                );
                let help = match mapping.kind {
                    Kind::Subscription => OWN_QUEUE,
                    _ => {
                        "set `FunctionResponseTypes: [ReportBatchItemFailures]` and return `batchItemFailures`, or one \
                         bad message brings its whole batch back"
                    }
                };
                report.at(resource.path(&[]), message).help(help);
                return;
            }
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
        let made = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n  Work: {Type: \
                    AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: s3://b/k.zip, \
                    Timeout: 60, Events: {News: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}}}}\n";
        let place_of_made = "Resources/Work/Properties/Events/News/Properties/SqsSubscription";
        let message = "mapping `Map` (queue `Jobs`, function `Work`): batches of 10 must have partial batch responses, got \
                       no `ReportBatchItemFailures`";
        check(&RULE, &consumer("", "", ""), &[("Resources/Map/Properties", message)]);
        check(&RULE, &consumer("", "", ", FunctionResponseTypes: [ReportBatchItemFailures]"), &[]);
        check(&RULE, &consumer("", "", ", BatchSize: 1"), &[]);
        let message = "event `News` of `Work`: the queue that SAM makes for it has batches of 10 without partial batch \
                       responses, and none can be configured";
        check(&RULE, made, &[(place_of_made, message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("partial_batch.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let report = |report, mapping| Change { report: Some(report), mapping, ..NONE };
        either(
            &RULE,
            &all([
                report("", ""),
                report("FunctionResponseTypes: null,", "BatchSize: 2,"),
                report("FunctionResponseTypes: [],", "BatchSize: 2,"),
                report("", "BatchSize: !If [Prod, 1, 5],"),
            ]),
            &all([
                NONE,
                report("", "BatchSize: 1,"),
                report("", "BatchSize: !Ref Count,"),
                report("FunctionResponseTypes: !Ref Name,", ""),
                report("FunctionResponseTypes: [!Ref Name],", ""),
            ]),
        );
    }
}
