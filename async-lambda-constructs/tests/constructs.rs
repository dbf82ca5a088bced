//! What the constructs add to a stack.

use async_lambda_constructs::{prelude::*, synthesize};
use cfn_model::{Path, Severity};
use pretty_assertions::assert_eq;

fn code() -> sam::Function {
    let function = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023);
    function.code_uri("target/code.zip").timeout(60)
}

/// The findings of a stack as code, place and line, without the advice on its flow: a single construct is no flow yet.
fn findings(stack: Stack) -> Vec<(&'static str, String, u32)> {
    let report = synthesize(stack, None).report;
    let line = |origin: Option<cfn_model::Origin>| origin.map_or(0, |origin| origin.line);
    let of_construct = |finding: &&cfn_model::Finding| {
        !finding.rule.code.starts_with("AL") || finding.rule.severity == cfn_model::Severity::Error
    };
    let findings = report.findings.iter().filter(of_construct);
    findings.map(|finding| (finding.rule.code, finding.path.to_string(), line(finding.origin))).collect()
}

fn resource(stack: &Stack, id: &str) -> Node {
    stack.resource(id).cloned().unwrap_or_default()
}

#[test]
fn a_managed_queue_brings_its_dead_letter_wiring_and_extras() {
    let mut stack = Stack::new("test");
    let dlq = stack.add("Dead", sqs::Queue::new());
    let jobs = ManagedQueue::new()
        .dead_letter(&dlq, 5)
        .extra_prefix("JobsFuncExtra")
        .extra(sns::Topic::new().topic_name(sub("${AWS::StackName}-$QUEUEID")))
        .extra(json!({"Type": "AWS::SNS::TopicPolicy", "Properties": {
            "Topics": [{"Ref": "$EXTRA0"}], "PolicyDocument": {"Statement": []}}}));
    let jobs = stack.add("Jobs", jobs);
    assert_eq!(jobs.extras().iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["JobsFuncExtra0", "JobsFuncExtra1"]);
    assert_eq!(
        resource(&stack, "Jobs"),
        json!({"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {
            "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 5}}})
        .into_node()
    );
    assert_eq!(
        resource(&stack, "JobsFuncExtra0")["Properties"],
        json!({"TopicName": {"Fn::Sub": "${AWS::StackName}-Jobs"}}).into_node()
    );
    assert_eq!(
        resource(&stack, "JobsFuncExtra1")["Properties"]["Topics"],
        json!([{"Ref": "JobsFuncExtra0"}]).into_node()
    );
}

#[test]
fn a_placeholder_for_an_extra_that_is_not_there_is_an_error_at_the_callers_line() {
    let mut stack = Stack::new("test");
    let queue = ManagedQueue::new()
        .extra(json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "$EXTRA7"}}))
        .extra(sns::Topic::new());
    stack.add("Jobs", queue);
    let line = line!() - 1;
    assert_eq!(findings(stack), [("AL0001", "Resources/JobsExtra0".to_owned(), line)]);
}

#[test]
fn a_finding_in_a_construct_points_at_the_line_that_added_it() {
    let mut stack = Stack::new("test");
    let queue = ManagedQueue::new().visibility_timeout(43_201);
    stack.add("Jobs", queue);
    let line = line!() - 1;
    let place = "Resources/Jobs/Properties/VisibilityTimeout".to_owned();
    assert_eq!(findings(stack), [("E3034", place, line)]);
}

/// A construct of one's own, with another one in it.
struct Inbox;

const INNER: u32 = line!() + 7;

impl Construct for Inbox {
    type Handle = ManagedQueueHandle;

    fn build(self, id: &str, stack: &mut Stack) -> ManagedQueueHandle {
        let queue = ManagedQueue::new().visibility_timeout(43_201);
        stack.add(id, queue)
    }
}

struct House;

impl Construct for House {
    type Handle = ManagedQueueHandle;

    fn build(self, id: &str, stack: &mut Stack) -> ManagedQueueHandle {
        stack.add(format!("{id}Inbox"), Inbox)
    }
}

#[test]
fn a_finding_in_a_construct_of_ones_own_has_both_lines() {
    let mut stack = Stack::new("test");
    stack.add("My", House);
    let outer = line!() - 1;
    stack.add("Plain", ManagedQueue::new().visibility_timeout(43_202));
    let report = stack.validate();
    let lines: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.rule.code == "E3034")
        .map(|finding| (finding.origin.unwrap().line, finding.added_by.map(|origin| origin.line)))
        .collect();
    assert_eq!(lines, [(INNER, Some(outer)), (outer + 2, None)]);
}

#[test]
fn a_name_that_ends_in_fifo_makes_a_fifo_queue() {
    let mut stack = Stack::new("test");
    stack.add("Jobs", ManagedQueue::new().queue_name("jobs.fifo"));
    assert_eq!(resource(&stack, "Jobs")["Properties"]["FifoQueue"], true.into_node());
    stack.add("More", ManagedQueue::new().queue_name("more"));
    assert_eq!(resource(&stack, "More")["Properties"].get("FifoQueue"), None);
}

#[test]
fn functions_report_failures_one_by_one_and_may_consume_their_queue_only() {
    let mut stack = Stack::new("test");
    let jobs = stack.add("Jobs", ManagedQueue::new().visibility_timeout(360));
    let worker = SqsFunction::new(code(), jobs.arn())
        .batch_size(BatchSize::of::<10>())
        .maximum_concurrency(MaximumConcurrency::of::<5>())
        .customize_event_source_mapping(|event| event.enabled(true));
    stack.add("Worker", worker);
    let worker = resource(&stack, "Worker");
    assert_eq!(
        worker["Properties"]["Events"]["Queue"],
        json!({"Type": "SQS", "Properties": {
            "BatchSize": 10, "Enabled": true, "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}, "ScalingConfig": {"MaximumConcurrency": 5}}})
        .into_node()
    );
    let statements = worker["Properties"]["Policies"].as_array().map_or(0, <[Node]>::len);
    assert_eq!(statements, 1);
    assert_eq!(
        worker["Properties"]["Policies"].as_array().map(|policies| policies[0]["Statement"].clone()),
        Some(
            json!([{"Effect": "Allow", "Action": ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
                "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
                "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}}])
            .into_node()
        )
    );
    assert_eq!(findings(stack), []);
}

#[test]
fn a_schedule_and_an_api_with_a_domain() {
    let mut stack = Stack::new("test");
    let nightly = ScheduledFunction::new(code(), schedule!("cron(30 2 * * ? *)")).timezone("Europe/Berlin");
    stack.add("Nightly", nightly);
    let api = RestApi::new("prod")
        .domain("api.example.com", "arn:aws:acm:eu-west-1:123456789012:certificate/1")
        .hosted_zone("Z0123456789");
    let api = stack.add("Api", api);
    stack.add("Get", code().event("Get", api.route("GET", "/orders/{id}")));
    assert_eq!(
        resource(&stack, "Nightly")["Properties"]["Events"]["Schedule"],
        json!({"Type": "ScheduleV2", "Properties": {
            "ScheduleExpression": "cron(30 2 * * ? *)", "ScheduleExpressionTimezone": "Europe/Berlin"}})
        .into_node()
    );
    assert_eq!(
        resource(&stack, "Api")["Properties"]["Domain"],
        json!({"DomainName": "api.example.com", "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
            "SecurityPolicy": "TLS_1_2", "Route53": {"HostedZoneId": "Z0123456789"}})
        .into_node()
    );
    assert_eq!(
        resource(&stack, "Get")["Properties"]["Events"]["Get"]["Properties"]["RestApiId"],
        json!({"Ref": "Api"}).into_node()
    );
    assert_eq!(findings(stack), []);
}

#[test]
fn an_api_writes_access_logs_where_it_is_asked_to() {
    let mut stack = Stack::new("test");
    let api = stack.add("Api", RestApi::new("prod").access_logs(30));
    stack.add("Get", code().event("Get", api.route("GET", "/orders/{id}")));
    assert_eq!(
        resource(&stack, "ApiAccessLogs"),
        json!({"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}).into_node()
    );
    let setting = resource(&stack, "Api")["Properties"]["AccessLogSetting"].clone();
    assert_eq!(setting["DestinationArn"], json!({"Fn::GetAtt": ["ApiAccessLogs", "Arn"]}).into_node());
    let line: serde_json::Value = serde_json::from_str(setting["Format"].as_str().unwrap_or_default()).unwrap();
    assert_eq!(line["sourceIp"], "$context.identity.sourceIp");
    assert_eq!(findings(stack), []);

    let mut stack = Stack::new("test");
    stack.add("Quiet", RestApi::new("prod"));
    let api = stack.add("Api", RestApi::new("prod").access_logs(8));
    let line = line!() - 1;
    stack.add("Get", code().event("Get", api.route("GET", "/")));
    assert_eq!(resource(&stack, "QuietAccessLogs"), Node::Null);
    let place = "Resources/ApiAccessLogs/Properties/RetentionInDays".to_owned();
    assert_eq!(
        findings(stack).into_iter().filter(|finding| finding.0 == "E3030").collect::<Vec<_>>(),
        [("E3030", place, line)]
    );
}

#[test]
fn a_domain_without_a_certificate_is_an_error() {
    let mut stack = Stack::new("test");
    let api = stack.add("Api", RestApi::new("prod"));
    stack.override_property(&api, "Domain.DomainName", "api.example.com");
    let report = synthesize(stack, None).report;
    let finding = report.findings.first().map(|finding| (finding.rule.code, finding.rule.severity, &finding.path));
    let domain = Path(vec!["Resources".into(), "Api".into(), "Properties".into(), "Domain".into()]);
    assert_eq!(finding, Some(("E3003", Severity::Error, &domain)));
}

#[test]
fn constructs_fit_into_a_template_that_was_read() {
    let text =
        "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: !Sub a-${AWS::Region}\n";
    let mut stack = Stack::from_template("old", Template::parse(text).unwrap());
    let topic = stack.handle::<sns::Topic>("Topic").unwrap();
    assert!(stack.handle::<sqs::Queue>("Topic").is_none());
    let queue = stack.add("Jobs", ManagedQueue::new());
    stack.add("JobsSubscription", QueueSubscription::new(&topic, &queue));
    let ids: Vec<_> = stack.resources().map(|(id, _)| id.to_owned()).collect();
    assert_eq!(ids, ["Topic", "Jobs", "JobsSubscriptionPolicy", "JobsSubscription"]);
    assert_eq!(findings(stack), []);
}

#[test]
fn a_payload_bucket_is_private_encrypted_and_empties_itself() {
    let mut stack = Stack::new("test");
    let bucket =
        stack.add("Payloads", PayloadBucket::new().expire_after_days(7).deletion_policy(DeletionPolicy::Retain));
    let properties = resource(&stack, "Payloads")["Properties"].clone();
    assert_eq!(
        properties["LifecycleConfiguration"]["Rules"].as_array().map(|rules| rules[0]["ExpirationInDays"].clone()),
        Some(7.into_node())
    );
    assert_eq!(properties["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true.into_node());
    assert_eq!(resource(&stack, "Payloads")["UpdateReplacePolicy"], "Retain".into_node());
    assert_eq!(bucket.grant_delete().into_node()["Resource"], json!({"Fn::Sub": "${Payloads.Arn}/*"}).into_node());
    assert_eq!(findings(stack), []);
}
