//! Visibility timeouts that leave no time for another attempt.

use crate::{
    facts::flow::{
        graph::Flow,
        timing::timings,
        wiring::{Mapping, WINDOW},
    },
    rules::definition::{On, Reporter},
};

/// What Lambda's guide advises: time for a function to be tried again when it is throttled.
const TIMES: i64 = 6;

rule! {
    /// Lambda's guide advises a visibility timeout of six times the function's timeout, plus
    /// `MaximumBatchingWindowInSeconds` of the event source mapping. It leaves time to try a batch again that was
    /// throttled, before its messages come into sight and are processed twice.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 60
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
    AL1030: warning "visibility timeout is less than six times the function's timeout",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.function_mappings().for_each(|mapping| visibility(flow, mapping, report));
}

fn visibility<'d>(flow: &Flow<'d>, mapping: &Mapping<'d>, report: &mut Reporter<'_>) {
    let Some(queue) = mapping.queue_here().map(|queue| &flow.model.resources[queue]) else { return };
    let timings = timings(flow, mapping);
    // That is the error AL1008.
    if timings.iter().any(|timing| timing.visibility < timing.timeout) {
        return;
    }
    let windows = mapping.resource.ints(flow.model.context, &[WINDOW], Some(0));
    let short = timings.iter().rev().find_map(|timing| {
        let possible = windows.iter().filter(|(when, _)| flow.model.together(&[&timing.facts, when]));
        // The window that wants the most.
        let window = possible.map(|(_, seconds)| *seconds).max().unwrap_or(0).max(0);
        let six = timing.timeout.saturating_mul(TIMES);
        let wanted = six.saturating_add(window);
        (timing.visibility < wanted).then_some((timing, six, window, wanted))
    });
    if let Some((timing, six, window, wanted)) = short {
        let plus = match window {
            0 => String::new(),
            window => format!(", plus the batching window of {window} s: {wanted} s"),
        };
        let message = format!(
            "{}: the visibility timeout should be six times the function's timeout of {} s{plus}, got {} s",
            mapping.ends(&flow.model),
            timing.timeout,
            timing.visibility
        );
        let place = match timing.visibility < six {
            true => queue.path(&["VisibilityTimeout"]),
            // Without the window it would be enough.
            false => mapping.resource.path(&[WINDOW]),
        };
        report
            .at(place, message)
            .help(format!("set `VisibilityTimeout` to {wanted}, so that a throttled batch is not delivered twice"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::findings;
    use crate::testing::flow::{Change, NONE, all, either, function, sam, written};
    use crate::testing::{check, consumer};

    #[test]
    fn cases() {
        let place = "Resources/Jobs/Properties/VisibilityTimeout";
        let message = "queue `Jobs`, function `Work`: the visibility timeout should be six times the function's timeout of \
                       30 s, got 179 s";
        check(&RULE, &consumer("VisibilityTimeout: 179", "Timeout: 30", ""), &[(place, message)]);
        check(&RULE, &consumer("VisibilityTimeout: 180", "Timeout: 30", ""), &[]);
        // That is AL1008.
        check(&RULE, &consumer("VisibilityTimeout: 20", "Timeout: 30", ""), &[]);
        let place = "Resources/Map/Properties/MaximumBatchingWindowInSeconds";
        let message = "queue `Jobs`, function `Work`: the visibility timeout should be six times the function's timeout of \
                       30 s, plus the batching window of 5 s: 185 s, got 180 s";
        let window = ", MaximumBatchingWindowInSeconds: 5";
        check(&RULE, &consumer("VisibilityTimeout: 180", "Timeout: 30", window), &[(place, message)]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("visibility_of_six_timeouts.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let times = |visibility, function| Change { visibility: Some(visibility), function, ..NONE };
        either(
            &RULE,
            &all([times("30", "Timeout: 30,"), times("179", "Timeout: 30,")]),
            &all([
                NONE,
                times("180", "Timeout: 30,"),
                times("!Ref Count", "Timeout: 30,"),
                times("10", "Timeout: 30,"),
            ]),
        );
        // The batching window comes on top, and is what has to be changed where it alone is too much.
        let windowed = |visibility: &'static str, window: &str| {
            let mapping = format!("MaximumBatchingWindowInSeconds: {window},");
            sam(Change { visibility: Some(visibility), mapping: &mapping, ..function("Timeout: 30,") })
        };
        either(
            &RULE,
            &[
                windowed("180", "1"),
                windowed("479", "300"),
                windowed("100", "0"),
                windowed("180", "!If [Prod, 300, 0]"),
            ],
            &[windowed("180", "0"), windowed("480", "300"), windowed("180", "!Ref Count")],
        );
        let places = |template: String| -> Vec<String> {
            let found = findings(&template).into_iter().filter(|finding| finding.rule.code == RULE.rule.code);
            found.map(|finding| finding.path.to_string()).collect()
        };
        assert!(places(windowed("180", "300"))[0].ends_with("/MaximumBatchingWindowInSeconds"));
        assert!(places(windowed("100", "300"))[0].ends_with("/VisibilityTimeout"));
    }
}
