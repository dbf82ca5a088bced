//! Mappings of queues.

use cfn_model::Template;

use super::*;

#[test]
fn al1007_partial_batches() {
    let report = |report, mapping| Change { report: Some(report), mapping, ..NONE };
    check(
        "AL1007",
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

#[test]
fn al1008_al1030_visibility_timeout() {
    let times = |visibility, function| Change { visibility: Some(visibility), function, ..NONE };
    check(
        "AL1008",
        &all([times("30", "Timeout: 31,"), times("'30'", "Timeout: !If [Prod, 60, 5],"), times("2", "")]),
        &all([
            NONE,
            times("30", "Timeout: 30,"),
            times("30", "Timeout: !Ref Count,"),
            times("!Ref Count", "Timeout: 60,"),
            times("!If [Prod, 60, 30]", "Timeout: !If [Prod, 60, 30],"),
        ]),
    );
    check(
        "AL1030",
        &all([times("30", "Timeout: 30,"), times("179", "Timeout: 30,")]),
        &all([NONE, times("180", "Timeout: 30,"), times("!Ref Count", "Timeout: 30,"), times("10", "Timeout: 30,")]),
    );
    // The batching window comes on top, and is what has to be changed where it alone is too much.
    let windowed = |visibility: &'static str, window: &str| {
        let mapping = format!("MaximumBatchingWindowInSeconds: {window},");
        sam(Change { visibility: Some(visibility), mapping: &mapping, ..function("Timeout: 30,") })
    };
    check(
        "AL1030",
        &[windowed("180", "1"), windowed("479", "300"), windowed("100", "0"), windowed("180", "!If [Prod, 300, 0]")],
        &[windowed("180", "0"), windowed("480", "300"), windowed("180", "!Ref Count")],
    );
    let places = |template: String| -> Vec<String> {
        let document = Template::parse(&template).unwrap().document().clone();
        let findings = validate_document(&document, &Options::default()).findings.into_iter();
        findings.filter(|finding| finding.rule.code == "AL1030").map(|finding| finding.path.to_string()).collect()
    };
    assert!(places(windowed("180", "300"))[0].ends_with("/MaximumBatchingWindowInSeconds"));
    assert!(places(windowed("100", "300"))[0].ends_with("/VisibilityTimeout"));
    // The mapping and the queue do not meet.
    let apart =
        plain(Change { visibility: Some("1"), ..NONE }).replace("Jobs: {Type", "Jobs: {Condition: Prod, Type").replace(
            "    Type: AWS::Lambda::EventSourceMapping",
            "    Condition: Dev\n    Type: AWS::Lambda::EventSourceMapping",
        );
    let alias = plain(Change { visibility: Some("30"), ..function("Timeout: 60,") })
        .replace("FunctionName: !Ref Worker", "FunctionName: !Ref Live")
        + "  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Worker.Arn, FunctionVersion: '1', Name: live}}\n";
    check("AL1008", &[alias], &[apart]);
}

#[test]
fn al1011_al1012_batches_and_windows() {
    check(
        "AL1011",
        &all([
            mapping("BatchSize: 11,"),
            mapping("BatchSize: 100, MaximumBatchingWindowInSeconds: 0,"),
            Change { queue: "FifoQueue: true,", ..mapping("BatchSize: 20, MaximumBatchingWindowInSeconds: 1,") },
        ]),
        &all([
            NONE,
            mapping("BatchSize: 10,"),
            mapping("BatchSize: 11, MaximumBatchingWindowInSeconds: 1,"),
            mapping("BatchSize: !Ref Count,"),
            mapping("BatchSize: 11, MaximumBatchingWindowInSeconds: !Ref Count,"),
        ]),
    );
    let window = |queue, mapping| Change { queue, mapping, ..NONE };
    check(
        "AL1012",
        &all([window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: 1,")]),
        &all([
            window("", "MaximumBatchingWindowInSeconds: 1,"),
            window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: 0,"),
            window("FifoQueue: !Ref Name,", "MaximumBatchingWindowInSeconds: 1,"),
            window("FifoQueue: true,", "MaximumBatchingWindowInSeconds: !Ref Count,"),
        ]),
    );
}

#[test]
fn al1013_al1031_maximum_concurrency() {
    let most = |mapping, function| Change { mapping, function, ..NONE };
    check(
        "AL1013",
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
    check(
        "AL1031",
        &all([most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: 4,")]),
        &all([
            most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: 5,"),
            most("ScalingConfig: {MaximumConcurrency: 5},", "ReservedConcurrentExecutions: !Ref Count,"),
            most("", "ReservedConcurrentExecutions: 4,"),
        ]),
    );
}

#[test]
fn al1016_two_mappings() {
    let second = |more: &str| {
        format!("\n  Also: {{Type: AWS::Lambda::EventSourceMapping, {more}, FunctionName: !Ref Name}}}}\n")
    };
    let (same, off) = (
        second("Properties: {EventSourceArn: !GetAtt Jobs.Arn"),
        second("Properties: {Enabled: false, EventSourceArn: !GetAtt Jobs.Arn"),
    );
    let (other, unknown) =
        (second("Properties: {EventSourceArn: !GetAtt Dead.Arn"), second("Properties: {EventSourceArn: !Ref Name"));
    check("AL1016", &all([more(&same)]), &all([NONE, more(&off), more(&other), more(&unknown)]));
    let (prod, dev) = (
        second("Condition: Prod, Properties: {EventSourceArn: !GetAtt Jobs.Arn"),
        "    Condition: Dev\n    Type: AWS::Lambda::EventSourceMapping",
    );
    check("AL1016", &[], &[plain(more(&prod)).replace("    Type: AWS::Lambda::EventSourceMapping", dev)]);
}
