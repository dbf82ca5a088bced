//! Queues, their dead letters and who watches them.

use super::*;

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
    let dead_consumer = "
  Peek: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Name, EventSourceArn: !GetAtt Dead.Arn}}\n";
    check("AL1005", &[], &all([more(dead_consumer)]));
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
    check("AL1029", &all([function("FunctionName: f, PackageType: Image,")]), &all([function("FunctionName: f,")]));
}
