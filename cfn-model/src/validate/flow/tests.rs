//! Each rule on templates of both forms: plain CloudFormation and SAM. The mistakes and mends of `cfn-validate/rules`
//! are looked at as well.

use crate::{
    Node,
    text::{Limits, parse},
    validate::{Options, rules, validate_document_with},
};

/// The codes of the flow's rules that a template gives, in order and without repetition. No file is there but those in
/// `src`.
#[track_caller]
fn codes(template: &str) -> Vec<&'static str> {
    let Node::Object(document) =
        parse(template, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{template}")).node
    else {
        panic!("a template is an object")
    };
    let exists = |path: &str| path.starts_with("src");
    let report = validate_document_with(&document, &Options { exists: Some(&exists) });
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.rule.code).collect();
    codes.retain(|code| code.starts_with("AL"));
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Templates that give a finding of a rule, and templates that give none.
#[track_caller]
fn check(code: &str, wrong: &[String], right: &[String]) {
    for (template, expected) in wrong.iter().map(|template| (template, true)).chain(right.iter().map(|t| (t, false))) {
        let found = codes(template);
        assert_eq!(found.contains(&code), expected, "{code} among {found:?} of\n{template}");
    }
}

const HEAD: &str = "
Parameters:
  Name: {Type: String}
  Count: {Type: Number}
  Stage: {Type: String}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Equals [!Ref Stage, dev]
Transform: AWS::Serverless-2016-10-31
Resources:
";

const ALARM: &str = "
  Watch:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
";

const ROLE: &str = "
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']
";

/// What differs from a template without a mistake. A property comes before those of the template, with a comma.
#[derive(Clone, Copy, Default)]
struct Change<'c> {
    queue: &'c str,
    dead: &'c str,
    function: &'c str,
    mapping: &'c str,
    /// More resources.
    more: &'c str,
    redrive: Option<&'c str>,
    visibility: Option<&'c str>,
    report: Option<&'c str>,
    role: Option<&'c str>,
    alarm: Option<&'c str>,
}

fn queues(change: &Change<'_>) -> String {
    let Change { queue, dead, more, .. } = change;
    let redrive =
        change.redrive.unwrap_or("RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}");
    let visibility = change.visibility.unwrap_or("360");
    let alarm = change.alarm.unwrap_or(ALARM);
    format!(
        "{HEAD}  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{queue} VisibilityTimeout: {visibility}, {redrive}}}}}
  Dead: {{Type: AWS::SQS::Queue, Properties: {{{dead} MessageRetentionPeriod: 1209600}}}}
{alarm}{more}"
    )
}

/// Plain CloudFormation.
fn plain(change: Change<'_>) -> String {
    let Change { function, mapping, .. } = change;
    let report = change.report.unwrap_or("FunctionResponseTypes: [ReportBatchItemFailures],");
    format!(
        "{}{}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {{{function} Runtime: python3.13, Handler: app.handler, Role: !GetAtt Role.Arn}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{{mapping} {report} FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn}}
",
        queues(&change),
        change.role.unwrap_or(ROLE)
    )
}

/// SAM.
fn sam(change: Change<'_>) -> String {
    let Change { function, mapping, .. } = change;
    let report = change.report.unwrap_or("FunctionResponseTypes: [ReportBatchItemFailures],");
    format!(
        "{}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      {{{function} Runtime: python3.13, Handler: app.handler, CodeUri: 's3://b/k.zip',
       Events: {{Map: {{Type: SQS, Properties: {{{mapping} {report} Queue: !GetAtt Jobs.Arn}}}}}}}}
",
        queues(&change)
    )
}

/// The change in both forms.
fn both(change: Change<'_>) -> [String; 2] {
    [plain(change), sam(change)]
}

/// Several changes in both forms.
fn all<'c>(changes: impl IntoIterator<Item = Change<'c>>) -> Vec<String> {
    changes.into_iter().flat_map(both).collect()
}

const NONE: Change<'static> = Change {
    queue: "",
    dead: "",
    function: "",
    mapping: "",
    more: "",
    redrive: None,
    visibility: None,
    report: None,
    role: None,
    alarm: None,
};

fn queue(queue: &str) -> Change<'_> {
    Change { queue, ..NONE }
}
fn dead(dead: &str) -> Change<'_> {
    Change { dead, ..NONE }
}
fn function(function: &str) -> Change<'_> {
    Change { function, ..NONE }
}
fn mapping(mapping: &str) -> Change<'_> {
    Change { mapping, ..NONE }
}
fn redrive(redrive: &str) -> Change<'_> {
    Change { redrive: Some(redrive), ..NONE }
}
fn more(more: &str) -> Change<'_> {
    Change { more, ..NONE }
}

#[test]
fn a_template_without_a_mistake_gives_nothing() {
    for template in both(NONE) {
        assert_eq!(codes(&template), Vec::<&str>::new(), "{template}");
    }
}

#[test]
fn the_examples_of_the_documentation() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../cfn-validate/rules");
    let flow: Vec<_> = rules::all().map(|rule| rule.code).filter(|code| code.starts_with("AL1")).collect();
    assert_eq!(flow.len(), 31);
    for code in flow {
        let text = std::fs::read_to_string(folder.join(format!("{code}.md")))
            .unwrap_or_else(|error| panic!("{code}: {error}"));
        let blocks: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [mistake, mend] = blocks.as_slice() else { panic!("{code}: a mistake and a mend") };
        check(code, &[(*mistake).to_owned()], &[(*mend).to_owned()]);
    }
}

const SEND: &str = "
  Send: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: {Statement:
    [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}]}}}
";
const SEND_SAM: &str =
    "Policies: [{Statement: [{Effect: Allow, Action: ['sqs:Send*'], Resource: !Sub '${Jobs.Arn}'}]}],";

#[test]
fn al1001_sends_to_itself() {
    let elsewhere = SEND.replace("!GetAtt Jobs.Arn", "!Ref Name");
    let every = SEND.replace("!GetAtt Jobs.Arn", "'*'");
    check(
        "AL1001",
        &[plain(more(SEND)), sam(function(SEND_SAM))],
        &[
            plain(more(&elsewhere)),
            plain(more(&every)),
            sam(function("Policies: [SQSSendMessagePolicy: {QueueName: !Ref Name}],")),
            plain(Change { function: "RecursiveLoop: Allow,", ..more(SEND) }),
        ],
    );
}

fn circle(first: &str, second: &str, condition: &str) -> String {
    let function = |name: &str, from: &str, to: &str| {
        format!(
            "
  {name}:
    Type: AWS::Serverless::Function{condition}
    Properties:
      Policies: [SQSSendMessagePolicy: {{QueueName: {to}}}]
      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt {from}.Arn}}}}}}"
        )
    };
    let names = ["A", "B", "C"].map(|name| format!("  {name}: {{Type: AWS::SQS::Queue}}\n")).concat();
    format!(
        "{HEAD}{names}{}{}{}",
        function("F", "A", first),
        function("G", "B", second),
        function("H", "C", "!Ref Name")
    )
}

#[test]
fn al1002_circles() {
    let plain_role = |name: &str, to: &str| {
        ROLE.replace("Role:\n", &format!("{name}Role:\n")).replace(
            "      ManagedPolicyArns",
            &format!(
                "      Policies: [{{PolicyDocument: {{Statement: {{Effect: Allow, Action: 'sqs:SendMessage', Resource: {to}}}}}}}]
      ManagedPolicyArns"
            ),
        )
    };
    let function = |name: &str, from: &str| {
        format!(
            "
  {name}: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt {name}Role.Arn}}}}
  {name}Map: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: !GetAtt {name}.Arn, EventSourceArn: !GetAtt {from}.Arn}}}}"
        )
    };
    let whole = |to: &str| {
        let queues = "  A: {Type: AWS::SQS::Queue}\n  B: {Type: AWS::SQS::Queue, Properties: {QueueName: bees}}\n";
        let literal = "'arn:aws:sqs:eu-west-1:123456789012:bees'";
        [HEAD, queues, &plain_role("F", literal), &plain_role("G", to), &function("F", "A"), &function("G", "B")]
            .concat()
    };
    check(
        "AL1002",
        &[circle("!GetAtt B.QueueName", "!GetAtt A.QueueName", ""), whole("!GetAtt A.Arn")],
        &[
            circle("!GetAtt B.QueueName", "!GetAtt C.QueueName", ""),
            circle("!GetAtt B.QueueName", "!Ref Name", ""),
            whole("!Ref Name"),
            whole("'arn:aws:sqs:eu-west-1:123456789012:other'"),
        ],
    );
}

#[test]
fn al1003_al1004_al1009_dead_letter_queues() {
    check(
        "AL1003",
        &all([queue("MessageRetentionPeriod: 1209601,"), queue("MessageRetentionPeriod: !If [Prod, 1209601, 60],")]),
        &all([NONE, queue("MessageRetentionPeriod: 1209600,"), queue("MessageRetentionPeriod: !Ref Count,")]),
    );
    let to = |target: &str| format!("RedrivePolicy: {{deadLetterTargetArn: {target}, maxReceiveCount: 5}}");
    let (own, joined) = (to("!GetAtt Jobs.Arn"), to("!Join [':', [arn, aws, sqs, !Ref AWS::Region, '1', jobs]]"));
    let (unknown, other) = (to("!Ref Name"), to("'arn:aws:sqs:eu-west-1:123456789012:else'"));
    let named = |redrive| Change { queue: "QueueName: jobs,", redrive: Some(redrive), ..NONE };
    check("AL1004", &all([redrive(&own), named(&joined)]), &all([NONE, redrive(&unknown), named(&other)]));
    check(
        "AL1009",
        &all([
            queue("FifoQueue: true,"),
            dead("FifoQueue: 'true',"),
            Change {
                dead: "FifoQueue: !If [Prod, true, !Ref AWS::NoValue],",
                queue: "FifoQueue: !If [Prod, false, true],",
                ..NONE
            },
            redrive(
                "RedrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:x.fifo', maxReceiveCount: 5}",
            ),
        ]),
        &all([
            NONE,
            Change { queue: "FifoQueue: true,", ..dead("FifoQueue: true,") },
            queue("FifoQueue: !Ref Name,"),
            Change {
                dead: "FifoQueue: !If [Prod, true, false],",
                queue: "FifoQueue: !If [Prod, true, false],",
                ..NONE
            },
            Change { queue: "FifoQueue: true,", ..redrive(&unknown) },
        ]),
    );
}

#[test]
fn al1005_no_dead_letter_queue() {
    check(
        "AL1005",
        &all([
            redrive(""),
            redrive(
                "RedrivePolicy: !If [Prod, {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}, !Ref AWS::NoValue]",
            ),
        ]),
        &all([NONE, redrive("RedrivePolicy: {'Fn::Transform': {Name: Make}}")]),
    );
    // Without a mapping, nobody knows who consumes the queue.
    check("AL1005", &[], &[queues(&redrive(""))]);
}

#[test]
fn al1006_nobody_watches() {
    let none = Change { alarm: Some(""), ..NONE };
    let by = |value: &str| ALARM.replace("!GetAtt Dead.QueueName", value);
    let consumer = "\n  Peek: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Name, EventSourceArn: !GetAtt Dead.Arn}}\n";
    let told = "\n  Peek: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {DEAD: !Ref Dead}}}}\n";
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
    check("AL1006", &all([none, watched(&other)]), &right);
}

#[test]
fn al1007_partial_batches() {
    let report = |report, mapping| Change { report: Some(report), mapping, ..NONE };
    check(
        "AL1007",
        &all([
            report("", ""),
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
fn al1010_fifo_names() {
    check(
        "AL1010",
        &all([
            queue("FifoQueue: true, QueueName: jobs,"),
            queue("FifoQueue: true, QueueName: !Sub '${Stage}-jobs',"),
            queue("QueueName: jobs.fifo,"),
        ]),
        &all([
            NONE,
            queue("FifoQueue: true,"),
            queue("FifoQueue: true, QueueName: jobs.fifo,"),
            queue("FifoQueue: true, QueueName: !Ref Name,"),
            queue("FifoQueue: true, QueueName: !Sub '${Name}.fifo',"),
            queue("FifoQueue: !Ref Name, QueueName: jobs,"),
        ]),
    );
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
fn al1014_may_not_consume() {
    let with = |statement: &str| {
        ROLE.replace(
            "      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']",
            &format!("      Policies: [{{PolicyName: p, PolicyDocument: {{Statement: [{statement}]}}}}]"),
        )
    };
    let allow =
        |actions: &str, resource: &str| with(&format!("{{Effect: Allow, Action: [{actions}], Resource: {resource}}}"));
    let all_three = "'sqs:Receive*', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'";
    let role = |role: &str| plain(Change { role: Some(role), ..NONE });
    // A SAM function with a role of the template.
    let own = |role: &str| sam(Change { function: "Role: !GetAtt Role.Arn,", more: role, ..NONE });
    let (few, other) = (allow("'sqs:ReceiveMessage'", "!GetAtt Jobs.Arn"), allow(all_three, "!GetAtt Dead.Arn"));
    let (good, every) =
        (allow(all_three, "!Sub 'arn:${AWS::Partition}:sqs:*:*:${Jobs.QueueName}'"), allow("'sqs:*'", "'*'"));
    let (unknown, open) = (
        allow(all_three, "!Ref Name"),
        ROLE.replace("'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'", "!Ref Name"),
    );
    check(
        "AL1014",
        &[role(&few), role(&other), own(&few)],
        &[role(ROLE), role(&good), role(&every), role(&unknown), role(&open), own(&good), sam(NONE)],
    );
}

#[test]
fn al1015_may_not_send() {
    let told = "Environment: {Variables: {TARGET: !Ref Out}},";
    let out = "\n  Out: {Type: AWS::SQS::Queue}\n";
    let change = Change { function: told, more: out, ..NONE };
    let with = |more: &str, policies: &str| {
        let (more, function) = (format!("{out}{more}"), format!("{policies}{told}"));
        sam(Change { more: &more, function: &function, ..NONE })
    };
    let resource = "\n  P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Out], PolicyDocument: {}}}\n";
    check(
        "AL1015",
        &[
            plain(change).replace("'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'", ""),
            with("", ""),
            with("", "Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Dead.QueueName}],"),
            with("", "").replace(
                "!Ref Out",
                "!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Out.QueueName}'",
            ),
        ],
        &[
            plain(change),
            with(resource, ""),
            with("", "Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Out.QueueName}],"),
            with("", "Policies: [SQSSendMessagePolicy: {QueueName: !Ref Name}],"),
            with("", "Policies: [SQSPollerPolicy: {QueueName: !GetAtt Out.QueueName}],"),
            with("", "Policies: [!Ref Name],"),
            with("", "").replace("!Ref Out", "!Ref Name"),
        ]
        .map(|template| template.replace("AWSLambdaSQSQueueExecutionRole", "SomethingElse")),
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

#[test]
fn al1017_alarms_on_nothing() {
    let on = |value: &str| {
        let alarm = ALARM.replace("!GetAtt Dead.QueueName", value);
        queues(&Change { alarm: Some(&alarm), queue: "QueueName: !Sub '${Stage}-jobs',", ..NONE })
    };
    check(
        "AL1017",
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

#[test]
fn al1018_code_that_is_not_there() {
    let code = |code: &str, handler: &str| sam(NONE).replace("'s3://b/k.zip'", code).replace("app.handler", handler);
    let plain_code = |code: &str| plain(function(&format!("Code: {code},")));
    check(
        "AL1018",
        &[
            code("lib/worker.zip", "app.handler"),
            plain_code("./lib"),
            format!("{HEAD}  L: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: layer}}}}\n"),
        ],
        &[
            code("src/", "app.handler"),
            code("!Ref Name", "app.handler"),
            plain_code("./lib").replace("./lib", "src"),
            plain_code("{S3Bucket: b, S3Key: k}"),
            code("{Bucket: b, Key: k}", "x.y"),
        ],
    );
    let exists = |path: &str| ["src", "src/app.py", "src/pkg/__init__.py"].contains(&path);
    for (handler, expected) in [("app.handler", 0), ("pkg.handler", 0), ("main.handler", 1), ("a.b.handler", 1)] {
        let Node::Object(document) = parse(&code("src", handler), &Limits::default()).unwrap().node else {
            unreachable!()
        };
        let report = validate_document_with(&document, &Options { exists: Some(&exists) });
        assert_eq!(
            report.findings.iter().filter(|finding| finding.rule.code == "AL1018").count(),
            expected,
            "{handler}"
        );
    }
}

#[test]
fn al1019_apis_that_give_up() {
    let event = |function: &str, kind: &str, more: &str| {
        format!(
            "{HEAD}  F: {{Type: AWS::Serverless::Function, Properties: {{{function} Events: {{E: {{Type: {kind}, Properties: {{Path: /, Method: get{more}}}}}}}}}}}\n"
        )
    };
    let v2 = |timeout: &str, more: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  A: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP, Name: a}}}}
  I: {{Type: AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref A, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn{more}}}}}\n")
    };
    let method = |timeout: &str, kind: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  M: {{Type: AWS::ApiGateway::Method, Properties: {{Integration: {{Type: {kind}, Uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{F.Arn}}/invocations'}}}}}}\n")
    };
    let body = |timeout: &str| {
        format!("{HEAD}  F: {{Type: AWS::Lambda::Function, Properties: {{Timeout: {timeout}}}}}
  A: {{Type: AWS::Serverless::HttpApi, Properties: {{DefinitionBody: {{paths: {{/: {{get: {{x-amazon-apigateway-integration: {{type: aws_proxy, uri: !GetAtt F.Arn}}}}}}}}}}}}}}\n")
    };
    check(
        "AL1019",
        &[
            event("Timeout: 30,", "Api", ""),
            event("Timeout: 31,", "HttpApi", ""),
            event("Timeout: 10,", "Api", ", TimeoutInMillis: 5000"),
            v2("31", ""),
            method("30", "AWS_PROXY"),
            body("31"),
        ],
        &[
            event("", "Api", ""),
            event("Timeout: 30,", "HttpApi", ""),
            event("Timeout: 60,", "Api", ", TimeoutInMillis: 60000"),
            event("Timeout: !Ref Count,", "Api", ""),
            v2("30", ""),
            v2("!Ref Count", ""),
            v2("60", ", TimeoutInMillis: !Ref Count"),
            method("29", "AWS_PROXY"),
            method("60", "AWS"),
            body("30"),
        ],
    );
}

#[test]
fn al1020_one_name_twice() {
    let named = |name: &str| {
        format!(
            "{HEAD}  A: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n  B: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n"
        )
    };
    let one_each = named("jobs").replace("A: {", "A: {Condition: Prod, ").replace("B: {", "B: {Condition: Dev, ");
    check(
        "AL1020",
        &[named("jobs"), named("!Sub '${AWS::StackName}-jobs'"), named("!If [Prod, jobs, !Ref AWS::NoValue]")],
        &[
            one_each,
            named("!Ref AWS::NoValue"),
            named("!ImportValue x"),
            named("!If [Prod, jobs, !Ref AWS::NoValue]").replacen("!If [Prod, jobs, !Ref AWS::NoValue]", "mail", 1),
        ],
    );
}

#[test]
fn al1021_too_much() {
    let with = |action: &str, resource: &str| {
        let statement = format!("{{Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]}}");
        let policy = format!("\n  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {statement}}}}}\n");
        [plain(more(&policy)), sam(function(&format!("Policies: [{statement}],")))]
    };
    let wrong = [
        with("'sqs:*'", "!GetAtt Jobs.Arn"),
        with("['sqs:SendMessage']", "'*'"),
        with("'*'", "'*'"),
        with("'s3:*'", "['*']"),
        with("'dynamodb:PutItem'", "'*'"),
    ];
    let right = [
        with("'sqs:SendMessage'", "!GetAtt Jobs.Arn"),
        with("'sqs:ListQueues'", "'*'"),
        with("'logs:PutLogEvents'", "'*'"),
        with("'sns:Publish'", "'*'"),
        with("!Ref Name", "'*'"),
        with("'sqs:SendMessage'", "!Ref Name"),
        with("'sqs:SendMessage'", "'*', Condition: {}"),
    ];
    check("AL1021", &wrong.concat(), &right.concat());
}

#[test]
fn al1022_al1027_environment() {
    let variables = |value: &str| format!("Environment: {{Variables: {{{value}}}}},");
    let long = "x".repeat(4096);
    let (just, over) = (variables(&format!("V: {}", &long[1..])), variables(&format!("V: {long}")));
    let (unknown, split) =
        (variables("V: !Ref Name"), variables(&format!("V: {}, W: {}", &long[..2048], &long[..2048])));
    check("AL1022", &all([function(&over), function(&split)]), &all([function(&just), function(&unknown)]));
    let globals = sam(NONE)
        .replace("Resources:", &format!("Globals: {{Function: {{{}}}}}\nResources:", over.trim_end_matches(',')));
    check("AL1022", &[globals], &[]);
    let (region, handler) = (variables("AWS_REGION: a"), variables("_HANDLER: !Ref Name"));
    let (own, whole) = (variables("MY_REGION: a"), "Environment: !If [Prod, {Variables: {A: b}}, !Ref AWS::NoValue],");
    check("AL1027", &all([function(&region), function(&handler)]), &all([NONE, function(&own), function(whole)]));
}

#[test]
fn al1023_schedules_that_never_fire() {
    let event = |kind: &str, key: &str, value: &str| {
        format!(
            "{HEAD}  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{E: {{Type: {kind}, Properties: {{{key}: {value}}}}}}}}}}}\n"
        )
    };
    let resource =
        |kind: &str, value: &str| format!("{HEAD}  S: {{Type: {kind}, Properties: {{ScheduleExpression: {value}}}}}\n");
    let never = "'cron(0 0 30 2 ? *)'";
    check(
        "AL1023",
        &[
            event("Schedule", "Schedule", never),
            event("ScheduleV2", "ScheduleExpression", "rate(0 minutes)"),
            resource("AWS::Events::Rule", never),
            resource("AWS::Scheduler::Schedule", "!If [Prod, 'rate(1 day)', 'cron(0 0 31 4 ? *)']"),
        ],
        &[
            event("Schedule", "Schedule", "'cron(0 0 29 2 ? *)'"),
            event("Schedule", "Schedule", "!Ref Name"),
            resource("AWS::Events::Rule", "rate(1 day)"),
            resource("AWS::Scheduler::Schedule", "!Sub 'rate(${Count} minutes)'"),
        ],
    );
}

#[test]
fn al1024_one_receive() {
    let count =
        |count: &str| format!("RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: {count}}}");
    let (one, two, unknown) = (count("1"), count("2"), count("!Ref Count"));
    check("AL1024", &all([redrive(&one)]), &all([redrive(&two), redrive(&unknown)]));
    // Somebody else may consume it, one message at a time.
    check("AL1024", &[], &[queues(&redrive(&one))]);
}

#[test]
fn al1025_long_delays() {
    let machine = |seconds: &str| {
        format!("{HEAD}  M: {{Type: AWS::Serverless::StateMachine, Properties: {{Definition: {{StartAt: A, States: {{A: {{Type: Task, End: true,
    Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {{DelaySeconds: {seconds}}}}}}}}}}}}}\n")
    };
    let mut wrong = all([queue("DelaySeconds: 901,"), queue("DelaySeconds: '3600',")]);
    wrong.extend([machine("1000"), machine("1000").replace("Serverless", "StepFunctions")]);
    let mut right = all([queue("DelaySeconds: 900,"), queue("DelaySeconds: !Ref Count,")]);
    right.push(machine("900"));
    check("AL1025", &wrong, &right);
}

#[test]
fn al1026_memory_and_timeout() {
    check(
        "AL1026",
        &all([
            function("Timeout: 901,"),
            function("Timeout: 0,"),
            function("MemorySize: 127,"),
            function("MemorySize: 10241,"),
            function("EphemeralStorage: {Size: 511},"),
            function("Timeout: !If [Prod, 901, 3],"),
        ]),
        &all([
            function("Timeout: 900,"),
            function("MemorySize: 10240,"),
            function("MemorySize: !Ref Count,"),
            function("Timeout: !Ref Count,"),
            function("MemorySize: 20000, CapacityProviderConfig: {},"),
        ]),
    );
}

#[test]
fn al1028_resources_after_the_transform() {
    let functions = |count: usize| -> String {
        let each = |index| format!("  F{index}: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b}}}}\n");
        format!("{HEAD}{}", (0..count).map(each).collect::<String>())
    };
    check(
        "AL1028",
        &[functions(251)],
        &[
            functions(250),
            functions(251).replace("Handler", "Role: !Ref Name, Handler"),
            functions(251).replace("Transform: AWS::Serverless-2016-10-31", ""),
        ],
    );
}

#[test]
fn al1029_names_in_the_way() {
    check(
        "AL1029",
        &all([
            queue("FifoQueue: true, QueueName: jobs.fifo,"),
            queue("FifoQueue: true, QueueName: !Sub '${Stage}.fifo',"),
        ]),
        &all([
            NONE,
            queue("QueueName: jobs,"),
            queue("FifoQueue: true,"),
            queue("FifoQueue: true, QueueName: !If [Prod, a.fifo, !Ref AWS::NoValue],"),
        ]),
    );
}
