//! The typed resources of SAM, as JSON.

use cfn_model::{Handle, IntoNode, LogicalId, LogicalIdError, ResourceType, Value, intrinsic::ref_, sqs};
use pretty_assertions::assert_eq;
use sam_resources as sam;
use serde_json::{Value as Json, json};

fn check(value: impl IntoNode, expected: Json) {
    assert_eq!(value.into_node(), expected.into_node());
}

#[test]
fn a_function_grows_entry_by_entry() -> Result<(), LogicalIdError> {
    let jobs: sqs::QueueHandle = Handle::new(LogicalId::new("Jobs")?);
    let worker = sam::Function::new()
        .handler("bootstrap")
        .runtime(sam::Runtime::ProvidedAl2023)
        .architectures([sam::Architecture::Arm64])
        .code_uri("target/worker.zip")
        .memory_size(512)
        .timeout(60)
        .environment_variable("QUEUE_URL", jobs.reference())
        .environment_variable("RUST_LOG", "info")
        .event("Jobs", sam::event::Sqs::new(jobs.arn()).batch_size(10).report_batch_item_failures(true))
        .event("Nightly", sam::event::ScheduleV2::new().schedule_expression("rate(1 day)"))
        .policy(sam::Policy::sqs_send_message(jobs.queue_name()))
        .policy("AWSLambdaBasicExecutionRole")
        .policy(sam::Policy::statement(json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})))
        .tag("team", "orders")
        .tag("stage", ref_("Stage"));
    assert_eq!(sam::Function::TYPE, "AWS::Serverless::Function");
    check(
        worker,
        json!({
            "Architectures": ["arm64"],
            "CodeUri": "target/worker.zip",
            "Environment": {"Variables": {"QUEUE_URL": {"Ref": "Jobs"}, "RUST_LOG": "info"}},
            "Events": {
                "Jobs": {"Type": "SQS", "Properties": {
                    "BatchSize": 10,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]},
                }},
                "Nightly": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)"}},
            },
            "Handler": "bootstrap",
            "MemorySize": 512,
            "Policies": [
                {"SQSSendMessagePolicy": {"QueueName": {"Fn::GetAtt": ["Jobs", "QueueName"]}}},
                "AWSLambdaBasicExecutionRole",
                {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
                ]},
            ],
            "Runtime": "provided.al2023",
            "Tags": {"team": "orders", "stage": {"Ref": "Stage"}},
            "Timeout": 60,
        }),
    );
    Ok(())
}

#[test]
fn events_without_properties_are_their_type() {
    check(sam::Event::from(sam::event::HttpApi::new()), json!({"Type": "HttpApi"}));
    check(sam::Event::new("Carrier", json!({"Pigeon": 1})), json!({"Type": "Carrier", "Properties": {"Pigeon": 1}}));
}

#[test]
fn reporting_can_be_taken_back() {
    let source = sam::event::Sqs::new("arn").report_batch_item_failures(true).report_batch_item_failures(false);
    check(source, json!({"Queue": "arn"}));
}

#[test]
fn every_event_source_has_its_type() {
    let check_type = |event: sam::Event, expected: &str| {
        assert_eq!(event.into_node()["Type"].as_str(), Some(expected));
    };
    use sam::event::*;
    check_type(AlexaSkill::new().into(), "AlexaSkill");
    check_type(Api::new("get", "/").into(), "Api");
    check_type(CloudWatchEvent::new().into(), "CloudWatchEvent");
    check_type(CloudWatchLogs::new("", "group").into(), "CloudWatchLogs");
    check_type(DynamoDb::new("arn").starting_position("LATEST").into(), "DynamoDB");
    check_type(EventBridgeRule::new(json!({"source": ["aws.ec2"]})).into(), "EventBridgeRule");
    check_type(IoTRule::new("SELECT *").into(), "IoTRule");
    check_type(Kinesis::new("arn").into(), "Kinesis");
    check_type(S3::new("bucket", "s3:ObjectCreated:*").into(), "S3");
    check_type(Schedule::new().schedule("rate(1 day)").into(), "Schedule");
    check_type(Sns::new("arn").into(), "SNS");
}

#[test]
fn an_intrinsic_for_everything_makes_way() {
    let function = sam::Function::new().environment(ref_("All")).environment_variable("A", "1");
    check(function, json!({"Environment": {"Variables": {"A": "1"}}}));
}

#[test]
fn policies_take_names_arns_and_templates() {
    check(sam::Policy::managed("ReadOnlyAccess"), json!("ReadOnlyAccess"));
    check(sam::Policy::arn(ref_("Managed")), json!({"Ref": "Managed"}));
    check(sam::Policy::ami_describe(), json!({"AMIDescribePolicy": {}}));
    let parameters = [("Table", Value::from("orders"))];
    check(sam::Policy::template("NewPolicy", parameters), json!({"NewPolicy": {"Table": "orders"}}));
}

#[test]
fn globals_have_the_types_of_the_resources() {
    let globals = sam::Globals::new().function(
        sam::globals::Function::new()
            .runtime(sam::Runtime::ProvidedAl2023)
            .timeout(30)
            .environment(sam::function::Environment::new().variables([("RUST_LOG", "info")])),
    );
    check(
        globals,
        json!({"Function": {
            "Environment": {"Variables": {"RUST_LOG": "info"}},
            "Runtime": "provided.al2023",
            "Timeout": 30,
        }}),
    );
}

#[test]
fn attributes_of_a_function() -> Result<(), LogicalIdError> {
    let worker: sam::FunctionHandle = Handle::new(LogicalId::new("Worker")?);
    check(worker.arn(), json!({"Fn::GetAtt": ["Worker", "Arn"]}));
    Ok(())
}
