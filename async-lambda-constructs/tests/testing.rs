//! Assertions on templates: what they accept, the words of their failures, and the line at which they fail.

use std::{
    cell::Cell,
    fs,
    panic::{self, AssertUnwindSafe},
    process::Command,
    sync::Once,
};

use async_lambda_constructs::{prelude::*, testing::*};
use cfn_model::{Finding, Path, Rule};
use pretty_assertions::assert_eq;

/// The file of this test, as the compiler knows it.
const FILE: &str = file!();

/// The line of `orders` that adds the first queue.
const FIRST: u32 = line!() + 5;

fn orders() -> Stack {
    let mut stack = Stack::new("orders");
    let stage = stack.parameter("Stage", Parameter::string().default("dev").allowed_values(vec!["dev", "prod"]));
    let dead = stack.add("Dead", sqs::Queue::new().message_retention_period(1_209_600));
    let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360).dead_letter(&dead, 5));
    stack.add("Mails", sqs::Queue::new().queue_name("mails.fifo").fifo_queue(true).visibility_timeout(30));
    stack.add("Alerts", sns::Topic::new());
    stack.condition("IsProd", Condition::equals(&stage, "prod"));
    stack.mapping("Sizes", Mapping::new().entry("dev", "Memory", 128).entry("prod", "Memory", 1_024));
    stack.output("JobsUrl", Output::new(jobs.url()).export_name(sub("${AWS::StackName}-jobs")));
    stack
}

thread_local! {
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
    static LINE: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The words with which a test fails, and the line of this file at which the panic points.
fn failure<T>(test: impl FnOnce() -> T) -> (String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| match IS_EXPECTED.get() {
            true => LINE.set(info.location().filter(|place| place.file() == FILE).map(|place| place.line())),
            false => before(info),
        }));
    });
    IS_EXPECTED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| drop(test())));
    IS_EXPECTED.set(false);
    let payload = outcome.expect_err("it must fail");
    (*payload.downcast::<String>().expect("a panic with arguments"), LINE.get().expect("a line of this file"))
}

/// The lines of a failure with `FILE` for this file and `L1` for the line of the first queue, and so on.
fn words<T>(test: impl FnOnce() -> T) -> String {
    let mut words = failure(test).0;
    for queue in 0..4 {
        words = words.replace(&format!("{FILE}:{}:", FIRST + queue), &format!("L{}:", queue + 1));
    }
    words
}

#[test]
fn typed_resources_and_json_are_patterns() {
    let stack = orders();
    stack.assert_has(sqs::Queue::new().visibility_timeout(360));
    stack.assert_has(sqs::Queue::new().fifo_queue(true).visibility_timeout(any_value()).queue_name(ends_with(".fifo")));
    stack.assert_has(Resource::raw("AWS::SQS::Queue", json!({"MessageRetentionPeriod": 1_209_600})));
    stack.assert_has(
        json!({"Type": "AWS::SQS::Queue", "Properties": exact(json!({"MessageRetentionPeriod": 1_209_600}))}),
    );
    stack.assert_has(json!({"Type": starts_with("AWS::SNS::"), "Properties": absent()}));
    stack.assert_has(sns::Topic::new().topic_name(absent()));
    stack.assert_all(sqs::Queue::new().delay_seconds(absent()));
    stack.assert_count(sqs::Queue::new().visibility_timeout(any_value()), 2);
    stack.assert_resource("Mails", sqs::Queue::new().fifo_queue(true));
    assert_eq!(stack.find_resources(sqs::Queue::new().delay_seconds(1)), []);
}

#[test]
fn resources_of_a_type() {
    let stack = orders();
    let ids = |matches: &[Match<'_>]| matches.iter().map(|one| one.logical_id.to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&stack.resources_of::<sqs::Queue>()), ["Dead", "Jobs", "Mails"]);
    assert_eq!(ids(&stack.resources_of_type("AWS::SQS::Queue")), ["Dead", "Jobs", "Mails"]);
    assert_eq!(ids(&stack.resources_of_type("AWS::SQS::Quee")), [""; 0]);
    assert_eq!(ids(&stack.assert_resource_count::<sqs::Queue>(3)), ["Dead", "Jobs", "Mails"]);
}

#[test]
fn other_sections() {
    let stack = orders();
    stack.assert_has_output("JobsUrl", json!({"Value": {"Ref": "Jobs"}}));
    stack.assert_has_output("*", json!({"Export": {"Name": any_value()}}));
    stack.assert_has_parameter("Stage", Parameter::string().default("dev"));
    stack.assert_has_condition("Is*", json!({"Fn::Equals": [{"Ref": "Stage"}, "prod"]}));
    stack.assert_has_mapping("Sizes", json!({"prod": {"Memory": 1_024}}));
    assert_eq!(stack.find_outputs("Jobs*", any_value())[0].logical_id, "JobsUrl");
    assert_eq!(stack.find_parameters("*", json!({"Default": "dev"})).len(), 1);
    assert_eq!(stack.find_conditions("*", json!({"Fn::Not": any_value()})), []);
    assert_eq!(stack.find_mappings("Sizes", any_value()).len(), 1);
    let captures = stack.assert_template(json!({"Outputs": exact(json!({"JobsUrl": capture("output")}))}));
    assert_eq!(captures["output"]["Value"], json!({"Ref": "Jobs"}));
}

#[test]
fn captures_of_each_match() {
    let stack = orders();
    let queues = stack.assert_has(sqs::Queue::new().visibility_timeout(capture("timeout")));
    let timeouts: Vec<_> = queues.iter().map(|queue| (queue.logical_id, &queue.captures["timeout"])).collect();
    assert_eq!(timeouts, [("Jobs", &360.into_node()), ("Mails", &30.into_node())]);

    let target = json!({"deadLetterTargetArn": {"Fn::GetAtt": [capture("part"), capture("part")]}});
    let jobs = stack.assert_has_one(sqs::Queue::new().redrive_policy(target));
    assert_eq!(jobs.captures.all("part").filter_map(Node::as_str).collect::<Vec<_>>(), ["Dead", "Arn"]);
    assert_eq!(jobs.captures.get("other"), None);
    assert_eq!(words(|| jobs.captures["other"].clone()), "the pattern has no capture `other`");
}

#[test]
fn a_failure_points_at_the_line_of_the_test() {
    let stack = orders();
    let queue = || sqs::Queue::new().delay_seconds(7);
    let at = |failure: (String, u32)| failure.1;
    assert_eq!(at(failure(|| stack.assert_has(queue()))), line!());
    assert_eq!(at(failure(|| stack.assert_has_one(queue()))), line!());
    assert_eq!(at(failure(|| stack.assert_resource("Jobs", queue()))), line!());
    assert_eq!(at(failure(|| stack.assert_all(queue()))), line!());
    assert_eq!(at(failure(|| stack.assert_count(queue(), 1))), line!());
    assert_eq!(at(failure(|| stack.assert_resource_count::<sqs::Queue>(1))), line!());
    assert_eq!(at(failure(|| stack.assert_has_output("Url", any_value()))), line!());
    assert_eq!(at(failure(|| stack.assert_has_parameter("Url", any_value()))), line!());
    assert_eq!(at(failure(|| stack.assert_has_condition("Url", any_value()))), line!());
    assert_eq!(at(failure(|| stack.assert_has_mapping("Url", any_value()))), line!());
    assert_eq!(at(failure(|| stack.assert_template(json!({"Description": "orders"})))), line!());
    assert_eq!(at(failure(|| Template::new().assert_no_errors())), line!());
    assert_eq!(at(failure(|| Template::new().assert_no_findings())), line!());
    assert_eq!(at(failure(|| stack.find_findings("E0", "*"))), line!());
    assert_eq!(at(failure(|| stack.assert_finding("E3034", "*"))), line!());
    assert_eq!(at(failure(|| stack.assert_finding("E0", "*"))), line!());
    assert_eq!(at(failure(|| stack.assert_no_finding("E0", "*"))), line!());
    assert_eq!(at(failure(|| stack.assert_snapshot("tests/snapshots/none.json"))), line!());
}

#[test]
fn the_closest_resource() {
    let stack = orders();
    let pattern = sqs::Queue::new()
        .visibility_timeout(60)
        .queue_name(not(starts_with("jobs")))
        .redrive_policy(json!({"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}));
    assert_eq!(
        words(|| stack.assert_has(pattern)),
        "\
none of the 3 resources of type `AWS::SQS::Queue` matches

closest: `Jobs`, added at L2:22
Diff < expected / actual > :
 Resources/Jobs/Properties/QueueName
<  not(starts_with(\"jobs\"))
>  absent()
 Resources/Jobs/Properties/RedrivePolicy/maxReceiveCount
<  3
>  5
 Resources/Jobs/Properties/VisibilityTimeout
<  60
>  360
"
    );
}

#[test]
fn the_only_resource() {
    let stack = orders();
    assert_eq!(
        words(|| stack.assert_has(sns::Topic::new().topic_name("alerts"))),
        "\
the only resource of type `AWS::SNS::Topic` does not match

`Alerts`, added at L4:11
Diff < expected / actual > :
 Resources/Alerts/Properties
<  {\"TopicName\": \"alerts\"}
>  absent()
"
    );
    assert_eq!(
        words(|| stack.assert_resource("Mails", sns::Topic::new())),
        "\
the only resource `Mails` does not match

`Mails`, added at L3:11
Diff < expected / actual > :
 Resources/Mails/Type
<  \"AWS::SNS::Topic\"
>  \"AWS::SQS::Queue\"
"
    );
}

#[test]
fn nothing_to_compare_with() {
    let stack = orders();
    assert_eq!(
        words(|| stack.assert_has(s3::Bucket::new())),
        "there is no resource of type `AWS::S3::Bucket`; the template has `AWS::SNS::Topic` and `AWS::SQS::Queue` (3)"
    );
    assert_eq!(
        words(|| stack.assert_resource("Job", sqs::Queue::new())),
        "there is no resource `Job`; the template has `Dead`, `Jobs`, `Mails` and `Alerts`"
    );
    assert_eq!(
        words(|| stack.assert_has_output("Url", any_value())),
        "there is no output `Url`; the template has `JobsUrl`"
    );
    assert_eq!(
        words(|| Template::new().assert_has_output("*", any_value()).len()),
        "there is no output; the template has no outputs"
    );
}

#[test]
fn all_of_a_type() {
    let stack = orders();
    assert_eq!(
        words(|| stack.assert_all(sqs::Queue::new().visibility_timeout(any_value()))),
        "\
one of the 3 resources of type `AWS::SQS::Queue` does not match

`Dead`, added at L1:22
Diff < expected / actual > :
 Resources/Dead/Properties/VisibilityTimeout
<  any_value()
>  absent()
"
    );
    assert_eq!(
        words(|| stack.assert_all(sqs::Queue::new().queue_name(any_value()))),
        "\
2 of the 3 resources of type `AWS::SQS::Queue` do not match

`Dead`, added at L1:22
Diff < expected / actual > :
 Resources/Dead/Properties/QueueName
<  any_value()
>  absent()

`Jobs`, added at L2:22
Diff < expected / actual > :
 Resources/Jobs/Properties/QueueName
<  any_value()
>  absent()
"
    );
}

#[test]
fn counts() {
    let stack = orders();
    assert_eq!(
        words(|| stack.assert_resource_count::<sqs::Queue>(2)),
        "expected 2 matching resources of type `AWS::SQS::Queue`, got 3 of 3: `Dead`, `Jobs`, `Mails`\n"
    );
    assert_eq!(
        words(|| stack.assert_resource_count::<s3::Bucket>(1)),
        "expected 1 matching resource of type `AWS::S3::Bucket`, got 0 of 0\n"
    );
    assert_eq!(
        words(|| stack.assert_has_one(sqs::Queue::new().visibility_timeout(any_value()))),
        "expected 1 matching resource of type `AWS::SQS::Queue`, got 2 of 3: `Jobs`, `Mails`\n"
    );
    assert_eq!(
        words(|| stack.assert_count(sqs::Queue::new().fifo_queue(true), 2)),
        "\
expected 2 matching resources of type `AWS::SQS::Queue`, got 1 of 3: `Mails`

closest of the others: `Dead`, added at L1:22
Diff < expected / actual > :
 Resources/Dead/Properties/FifoQueue
<  true
>  absent()
"
    );
}

#[test]
fn lists_long_values_and_documents_in_strings() {
    let mut template = Template::new();
    let send = json!({"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": "*"});
    let read = json!({"Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": "*"});
    let document = json!({"Version": "2012-10-17", "Statement": [send, read]});
    let policy = json!({"PolicyName": "p", "PolicyDocument": document, "Note": "{\"a\": {\"b\": 1}}"});
    template.add("Policy", Resource::raw("AWS::IAM::Policy", policy));
    let line = line!() - 1;

    let with = |statement: serde_json::Value| {
        let document = json!({"Statement": array_with(statement)});
        Resource::raw("AWS::IAM::Policy", json!({"PolicyDocument": document}))
    };
    template.assert_has(with(json!({"Action": array_with("sqs:GetQueueUrl")})));
    assert_eq!(
        words(|| template.assert_has(with(json!({"Effect": "Allow", "Action": array_with("sqs:DeleteMessage")})))),
        format!(
            "\
the only resource of type `AWS::IAM::Policy` does not match

`Policy`, added at {FILE}:{line}:14
Diff < expected / actual > :
 Resources/Policy/Properties/PolicyDocument/Statement/0/Action (closest to member 0 of array_with)
<  array_with([\"sqs:DeleteMessage\"])
>  [\"sqs:SendMessage\", \"sqs:GetQueueUrl\"]
"
        )
    );
    let note = json!({"Note": serialized_json(json!({"a": {"b": 2}})), "PolicyDocument": "none"});
    assert_eq!(
        words(|| template.assert_has(Resource::raw("AWS::IAM::Policy", note))),
        format!(
            "\
the only resource of type `AWS::IAM::Policy` does not match

`Policy`, added at {FILE}:{line}:14
Diff < expected / actual > :
 Resources/Policy/Properties/Note/(serialized JSON)/a/b
<  2
>  1
 Resources/Policy/Properties/PolicyDocument
<  \"none\"
>  {{
>    \"Version\": \"2012-10-17\",
>    \"Statement\": [
>      {{
>        \"Effect\": \"Allow\",
>        \"Action\": [\"sqs:SendMessage\", \"sqs:GetQueueUrl\"],
>        \"Resource\": \"*\"
>      }},
>      {{\"Effect\": \"Allow\", \"Action\": [\"sqs:ReceiveMessage\"], \"Resource\": \"*\"}}
>    ]
>  }}
"
        )
    );
}

#[test]
fn a_resource_of_ones_own_construct_has_both_lines() {
    struct Inbox;

    impl Construct for Inbox {
        type Handle = ();

        fn build(self, id: &str, stack: &mut Stack) {
            stack.add(id, sqs::Queue::new());
        }
    }

    let inner = line!() - 4;
    let mut stack = Stack::new("orders");
    stack.add("Inbox", Inbox);
    assert_eq!(
        words(|| stack.assert_has(sqs::Queue::new().delay_seconds(1))).lines().nth(2).unwrap(),
        format!("`Inbox`, added at {FILE}:{inner}:19, in the construct added at {FILE}:{}:11", inner + 6)
    );
}

#[test]
fn a_whole_template() {
    let stack = orders();
    assert_eq!(
        words(|| stack.assert_template(json!({"Description": "orders", "Conditions": absent()}))),
        "\
the template does not match

Diff < expected / actual > :
 Description
<  \"orders\"
>  absent()
 Conditions
<  absent()
>  {\"IsProd\": {\"Fn::Equals\": [{\"Ref\": \"Stage\"}, \"prod\"]}}
"
    );
}

#[test]
fn findings() {
    let mut stack = Stack::new("orders");
    stack.add("Jobs", sqs::Queue::new().message_retention_period(12));
    let line = line!() - 1;
    let listed = format!(
        "\
error[E3034]: `MessageRetentionPeriod` must be at least 60, got 12
 --> {FILE}:{line}:11
  = at: Resources/Jobs/Properties/MessageRetentionPeriod
"
    );
    assert_eq!(stack.assert_finding("E3034", "Resources/Jobs/*").len(), 1);
    assert_eq!(words(|| stack.assert_no_errors()), format!("the template has 1 error\n\n{listed}"));
    assert_eq!(
        words(|| stack.assert_no_finding("E3034", "*")),
        format!("the template has 1 finding `E3034`\n\n{listed}")
    );
    assert_eq!(
        words(|| stack.assert_finding("E3034", "Resources/Mails/*")),
        format!("there is no finding `E3034` at `Resources/Mails/*`\n\nelsewhere:\n{listed}")
    );
    assert_eq!(words(|| stack.assert_no_finding("E303", "*")), "no rule has the code `E303`; did you mean `E3003`?");

    static OWN: Rule = Rule::warning("ORDERS1", "queue without an owner");
    stack.assert_no_finding("ORDERS1", "*");
    stack.report(Finding::new(&OWN, Path::default(), "queue `Jobs`: must have an owner"));
    stack.assert_finding("ORDERS1", "*");
    stack.assert_no_finding("E9001", "*");

    let mut fine = Stack::new("fine");
    fine.add("Alerts", sns::Topic::new());
    fine.assert_no_findings();
    fine.assert_no_finding("E3034", "*");
    assert_eq!(
        words(|| fine.assert_finding("E3034", "*")),
        "there is no finding `E3034`; the template has no findings"
    );
}

/// A file that is gone after the test.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        Scratch(path)
    }

    fn name(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_snapshot_is_compared_by_value_and_without_hashes() {
    let file = Scratch::new("compared.json");
    let with = |hash: &str, timeout: i64| {
        let mut template = Template::new();
        template.add("Shared", sam::LayerVersion::new(format!("s3://assets/{}.zip", hash.repeat(32))));
        template.add("Jobs", sqs::Queue::new().visibility_timeout(timeout));
        template
    };
    let name = file.name();
    assert_eq!(
        words(|| with("a0", 60).assert_snapshot(name.as_str())),
        format!("there is no snapshot `{name}`\n\nto update the snapshot, run the test with UPDATE_SNAPSHOTS=1")
    );

    // What `synth` writes is a snapshot as well.
    fs::write(&file.0, with("a0", 60).to_json()).unwrap();
    with("a0", 60).assert_snapshot(file.0.as_path());
    with("b1", 60).assert_snapshot(file.0.clone());
    with("b1", 30).assert_snapshot(Snapshot::new(&file.0).mask("*/VisibilityTimeout"));
    assert_eq!(
        words(|| with("b1", 30).assert_snapshot(name.clone())),
        format!(
            "\
the template differs from the snapshot `{name}`

Diff < snapshot / template > :
 Resources/Jobs/Properties/VisibilityTimeout
<  60
>  30

to update the snapshot, run the test with UPDATE_SNAPSHOTS=1"
        )
    );

    let yaml = "Resources: {Jobs: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}}\nAWSTemplateFormatVersion: '2010-09-09'\n";
    fs::write(&file.0, yaml).unwrap();
    let mut template = Template::new();
    template.add("Jobs", sqs::Queue::new().delay_seconds(5));
    template.assert_snapshot(file.0.as_path());

    fs::write(&file.0, "{").unwrap();
    let words = words(|| template.assert_snapshot(name.as_str()));
    assert!(words.starts_with(&format!("the snapshot `{name}` cannot be read: ")), "{words}");
    assert!(words.ends_with("run the test with UPDATE_SNAPSHOTS=1"), "{words}");
}

/// The file of the test below, which only runs inside of another.
const WRITTEN: &str = "ASYNC_LAMBDA_WRITTEN_SNAPSHOT";

#[test]
#[ignore = "run by snapshots_are_written_when_the_variable_says_so"]
fn writes_a_snapshot() {
    let mut template = Template::new();
    let hash = "0123456789abcdef".repeat(4);
    template.add("Shared", sam::LayerVersion::new(format!("{hash}.zip")).description("today"));
    template.assert_snapshot(Snapshot::new(std::env::var(WRITTEN).unwrap()).mask("*/Description"));
}

#[test]
fn snapshots_are_written_when_the_variable_says_so() {
    let run = |file: &Scratch, update: &str| {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "--ignored", "writes_a_snapshot"]);
        test.env(WRITTEN, &file.0).env("UPDATE_SNAPSHOTS", update).output().unwrap().status.success()
    };
    let file = Scratch::new("written.json");
    assert!(!run(&file, ""));
    assert!(!run(&file, "0"));
    assert!(!file.0.exists());
    assert!(run(&file, "1"));
    assert!(run(&file, ""));
    let written = fs::read_to_string(&file.0).unwrap();
    assert_eq!(
        written,
        r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Transform": "AWS::Serverless-2016-10-31",
  "Resources": {
    "Shared": {
      "Type": "AWS::Serverless::LayerVersion",
      "Properties": {
        "ContentUri": "<hash>.zip",
        "Description": "<masked>"
      }
    }
  }
}
"#
    );

    fs::write(&file.0, written.replace("<hash>", "layer")).unwrap();
    assert!(!run(&file, ""));
    assert!(run(&file, "1"));
    assert_eq!(fs::read_to_string(&file.0).unwrap(), written);

    let yaml = Scratch::new("written.yaml");
    assert!(run(&yaml, "1"));
    assert!(run(&yaml, ""));
    assert!(fs::read_to_string(&yaml.0).unwrap().starts_with("AWSTemplateFormatVersion: "));
}

#[test]
fn stacks_of_a_program() {
    let mut data = Stack::new("data");
    let url = data.add("Jobs", ManagedQueue::new()).url();
    let url = data.export("JobsUrl", url);
    let mut service = Stack::new("service");
    let imported = service.import(&url);
    service.output("Url", Output::new(imported));
    let stacks = Program::new().stack(data).stack(service).tag("team", "core").synthesize().unwrap();
    stacks[0].template.assert_all(sqs::Queue::new().tags(array_with(sqs::queue::Tag::new("team", "core"))));
    stacks[0].template.assert_has_output("*", json!({"Export": any_value()}));
    stacks[1].template.assert_has_output("Url", Output::new(any_value()));
}

#[test]
fn a_matcher_says_what_it_is() {
    let tags = array_with([json!({"Key": any_value()}), json!({"Key": string_like("a*")})]);
    assert_eq!(format!("{tags:?}"), r#"array_with([{"Key": any_value()}, {"Key": string_like("a*")}])"#);
    assert_eq!(words(|| matches_regex("[a")).split(':').next().unwrap(), "`[a` is not a regular expression");

    // In a template it is a finding, and no panic.
    let mut stack = Stack::new("orders");
    stack.add("Jobs", sqs::Queue::new().delay_seconds(any_value()));
    assert!(stack.validate().has_errors());
}
