//! The typed resources: from struct to JSON, handles, and what does not compile.

use cfn_model::{
    Handle, IntoNode, IntoResource as _, LogicalId, LogicalIdError, Node, Resource, ResourceType, StringEnum, Value,
    cloudformation, dynamodb,
    intrinsic::{ref_, sub},
    lambda, sqs,
};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

fn check(resource: impl ResourceType, expected: Json) {
    assert_eq!(resource.into_node(), expected.into_node());
}

#[test]
fn custom_resources_have_properties_of_their_own() {
    let resource = cloudformation::CustomResource::new("arn").property("RoleName", "x").property("Ids", [1, 2]);
    check(resource.clone(), json!({"ServiceToken": "arn", "RoleName": "x", "Ids": [1, 2]}));
    let named = Resource::new(resource).type_name("Custom::Role").into_definition();
    assert_eq!(named["Type"], json!("Custom::Role"));
}

#[test]
fn structs_are_their_json() {
    check(sqs::Queue::new(), json!({}));
    check(
        sqs::Queue::new()
            .visibility_timeout(360)
            .queue_name(sub("${AWS::StackName}-jobs"))
            .delay_seconds(30)
            .fifo_queue(true)
            .redrive_policy(json!({"maxReceiveCount": 5}))
            .tags([sqs::queue::Tag::new("team", format!("{}-{}", "a", 1))]),
        json!({
            "DelaySeconds": 30,
            "FifoQueue": true,
            "QueueName": {"Fn::Sub": "${AWS::StackName}-jobs"},
            "RedrivePolicy": {"maxReceiveCount": 5},
            "Tags": [{"Key": "team", "Value": "a-1"}],
            "VisibilityTimeout": 360,
        }),
    );
    check(
        dynamodb::Table::new([dynamodb::table::KeySchema::new("id", "HASH")])
            .billing_mode(dynamodb::table::BillingMode::PayPerRequest)
            .attribute_definitions([dynamodb::table::AttributeDefinition::new("id", "S")]),
        json!({
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }),
    );
    check(
        lambda::Function::new(lambda::function::Code::new().zip_file("exports = {}"), ref_("Role"))
            .runtime("nodejs99.x")
            .environment(lambda::function::Environment::new().variables([("A", "1"), ("B", "2")])),
        json!({
            "Code": {"ZipFile": "exports = {}"},
            "Environment": {"Variables": {"A": "1", "B": "2"}},
            "Role": {"Ref": "Role"},
            "Runtime": "nodejs99.x",
        }),
    );
}

#[test]
fn properties_are_written_in_the_schemas_order() {
    let Node::Object(object) = sqs::Queue::new().visibility_timeout(1).delay_seconds(1).into_node() else {
        panic!("no object");
    };
    assert_eq!(object.keys().collect::<Vec<_>>(), ["DelaySeconds", "VisibilityTimeout"]);
}

#[test]
fn fields_can_be_read_and_replaced() {
    let mut queue = sqs::Queue::new().delay_seconds(30);
    assert_eq!(queue.delay_seconds.as_ref().and_then(Value::literal), Some(&30));
    queue.delay_seconds = None;
    assert_eq!(queue, sqs::Queue::default());
    assert_eq!(format!("{:?}", queue.delay_seconds(1)), "Queue { DelaySeconds: Number(Int(1)) }");
}

#[test]
fn enums_know_their_texts_and_keep_others() {
    use lambda::function::Runtime;
    assert_eq!(Runtime::parse("provided.al2023"), Runtime::ProvidedAl2023);
    assert_eq!(Runtime::Python3_12.as_str(), "python3.12");
    assert_eq!(Runtime::from("rust1.x"), Runtime::Other("rust1.x".to_owned()));
}

#[test]
fn handles_have_an_attribute_each() -> Result<(), LogicalIdError> {
    let queue: sqs::QueueHandle = Handle::new(LogicalId::new("Jobs")?);
    assert_eq!(queue.arn().into_node(), json!({"Fn::GetAtt": ["Jobs", "Arn"]}).into_node());
    let _: Value<i64> = queue.delay_seconds();
    let stack: cloudformation::StackHandle = Handle::new(LogicalId::new("Nested")?);
    assert_eq!(stack.outputs("Url").into_node(), json!({"Fn::GetAtt": ["Nested", "Outputs.Url"]}).into_node());
    Ok(())
}

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn numbers_and_texts_fit_without_a_word() {
    let check =
        |queue: sqs::Queue, expected: Json| assert_eq!(queue.into_node()["Tags"], expected["Tags"].clone().into_node());
    let (name, borrowed) = ("team".to_owned(), std::borrow::Cow::Borrowed("shop"));
    check(
        sqs::Queue::new().tags([sqs::queue::Tag::new(&name, borrowed)]),
        json!({"Tags": [{"Key": "team", "Value": "shop"}]}),
    );
    let delays = [
        sqs::Queue::new().delay_seconds(30u8),
        sqs::Queue::new().delay_seconds(30u16),
        sqs::Queue::new().delay_seconds(30u32),
        sqs::Queue::new().delay_seconds(30i32),
        sqs::Queue::new().delay_seconds(30i64),
    ];
    assert!(delays.iter().all(|queue| *queue == delays[0]));
}

#[test]
fn values_and_ids_go_into_json() -> Result<(), LogicalIdError> {
    let jobs: sqs::QueueHandle = Handle::new(LogicalId::new("Jobs")?);
    assert_eq!(
        json!({"a": jobs.arn(), "b": [sub("${Jobs}")], "c": Value::<i64>::from(3), "d": jobs.logical_id()}),
        json!({"a": {"Fn::GetAtt": ["Jobs", "Arn"]}, "b": [{"Fn::Sub": "${Jobs}"}], "c": 3, "d": "Jobs"})
    );
    Ok(())
}
