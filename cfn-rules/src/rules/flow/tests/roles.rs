//! Who may send and consume, and messages that go in a circle.

use super::*;

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
fn al1002_a_long_circle_is_found_once() {
    let queue = |index: usize| {
        let next = (index + 1) % 60;
        format!(
            "  Q{index}: {{Type: AWS::SQS::Queue}}
  F{index}:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [SQSSendMessagePolicy: {{QueueName: !GetAtt Q{next}.QueueName}}]
      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt Q{index}.Arn}}}}}}\n"
        )
    };
    let template = format!("{HEAD}{}", (0..60).map(queue).collect::<String>());
    let Node::Object(document) = parse(&template, &Limits::default()).unwrap().node else { unreachable!() };
    let report = validate_document(&document, &Options::default());
    let circles: Vec<_> = report.findings.iter().filter(|finding| finding.rule.code == "AL1002").collect();
    assert_eq!(circles.len(), 1);
    let message = "message loop: `Q0` -> `F0` -> `Q1` -> `F1` -> `Q2` -> `F2` -> `Q3` \
                   -> `F3` -> `Q4` -> `F4` -> `Q5` -> `F5` -> ... -> `Q59` -> `F59` -> `Q0`";
    assert_eq!(circles[0].message, message);
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
