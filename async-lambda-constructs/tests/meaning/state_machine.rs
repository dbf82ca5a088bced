//! State machines.

use async_lambda_constructs::{
    access,
    constructs::{
        Key, StateMachine, Table, Topic,
        states::{Choice, Fail, Flow, Map, Parallel, Pass, Retry, Succeed, Task, Wait, jsonata},
    },
    prelude::*,
};
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use super::{findings, properties};

/// The definition as JSON.
#[track_caller]
fn definition(stack: &Stack, id: &str) -> Json {
    serde_json::from_str(properties(stack, id)["DefinitionString"].as_str().unwrap()).unwrap()
}

/// The actions and resources that the role of a state machine allows.
fn allowed(stack: &Stack, id: &str) -> Vec<(Json, Json)> {
    let role = properties(stack, &format!("{id}Role"));
    let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap().clone();
    statements.into_iter().map(|statement| (statement["Action"].clone(), statement["Resource"].clone())).collect()
}

/// What is found about a flow, without the code and what all messages begin with.
fn problems(machine: StateMachine) -> Vec<String> {
    let mut stack = Stack::new("shop");
    stack.add("Machine", machine);
    let problems = findings(&stack)
        .into_iter()
        .filter_map(|finding| finding.strip_prefix("AL0007 state machine `Machine`: ").map(str::to_owned));
    problems.collect()
}

fn code() -> sam::Function {
    sam::Function::new()
        .handler("index.handler")
        .runtime("python3.13")
        .inline_code("def handler(event, context): return event")
}

/// A stack with something of every kind, and the flow through all of it.
fn everything() -> (Stack, Flow) {
    let mut stack = Stack::new("shop");
    // No function of SAM: in a template with its transform, texts of definitions are not looked at.
    let charge = access::Function::from_name("charge");
    let orders = stack.add("Orders", Table::new(Key::string("id")));
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let news = stack.add("News", Topic::new());
    let bus = access::Bus::from_name("shop");
    let inner = stack.add("Inner", StateMachine::new(Pass::new("Nothing")));
    let key = json!({"id": {"S": jsonata("$states.input.order")}});
    let paid = Flow::start(Task::publish("Announce", &news).arguments(jsonata("'order ' & $states.input.order")))
        .then(Task::put_event("Tell", &bus, "shop.orders", "OrderPaid"));
    let update = Task::update_item("Mark", &orders, key.clone(), "SET paid = :paid")
        .arguments(json!({"ExpressionAttributeValues": {":paid": {"BOOL": true}}}))
        .assign(json!({"order": jsonata("$states.input.order")}))
        .output(jsonata("$states.input"));
    let each = Task::send_message("Ship", &jobs)
        .arguments(json!({"item": jsonata("$states.input"), "order": jsonata("$order")}));
    let flow = Flow::start(
        Task::invoke("ChargeCard", charge.arn())
            .arguments(json!({"order": jsonata("$states.input.order"), "attempt": 1}))
            .timeout_seconds(60)
            .retry(Retry::on(["BankIsBusy"]).attempts(5).interval_seconds(10).max_delay_seconds(300))
            .catch(["States.ALL"], Wait::seconds("Later", 600).go_to("ChargeCard")),
    )
    .then(Task::get_item("Look", &orders, key.clone()))
    .then(
        Choice::new("Paid?")
            .when("$exists($states.input.Item.paid)", paid)
            .when("$states.input.free", Flow::jump("Both"))
            .otherwise(Fail::new("Unpaid", "Unpaid", "the order has no payment")),
    )
    .then(
        Parallel::new("Both")
            .branch(Task::put_item("Keep", &orders, key).comment("for the books"))
            .branch(update.then(Map::new("Items", "$states.input.items", each).max_concurrency(5)))
            .output(jsonata("$states.result[1]")),
    )
    .then(Task::start_execution("Follow", &inner))
    .then(Task::run_execution("Bill", &inner).retry(Retry::on_all()))
    .then(
        Task::send_message("Ask", &jobs)
            .arguments(json!({"token": jsonata("$states.context.Task.Token")}))
            .wait_for_token(),
    )
    .then(Succeed::new("Done"));
    (stack, flow)
}

#[test]
fn everything_that_a_state_machine_can_do() {
    let (mut stack, flow) = everything();
    stack.add("Place", StateMachine::new(flow).comment("places an order").timeout_seconds(86_400));
    insta::assert_snapshot!(serde_json::to_string_pretty(&definition(&stack, "Place")).unwrap());
    insta::assert_snapshot!(
        "substitutions",
        serde_json::to_string_pretty(&properties(&stack, "Place")["DefinitionSubstitutions"]).unwrap()
    );
    insta::assert_snapshot!("role", serde_json::to_string_pretty(&properties(&stack, "PlaceRole")).unwrap());
}

#[test]
fn a_state_machine_as_it_comes() {
    let mut stack = Stack::new("shop");
    let machine = stack.add("Idle", StateMachine::new(Pass::new("Nothing")));
    let expected = json!({
        "DefinitionString": r#"{"QueryLanguage":"JSONata","StartAt":"Nothing","States":{"Nothing":{"Type":"Pass","End":true}}}"#,
        "LoggingConfiguration": {
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["IdleLogs", "Arn"]}}}],
            "IncludeExecutionData": false, "Level": "ERROR",
        },
        "RoleArn": {"Fn::GetAtt": ["IdleRole", "Arn"]},
        "TracingConfiguration": {"Enabled": true},
    });
    assert_eq!(properties(&stack, "Idle"), expected);
    assert_eq!(properties(&stack, "IdleLogs")["RetentionInDays"], 30);
    assert_eq!(machine.arn().into_node(), json!({"Ref": "Idle"}));
    assert_eq!(allowed(&stack, "Idle").len(), 2);
}

#[test]
fn an_express_state_machine() {
    let mut stack = Stack::new("shop");
    stack.add("Quick", StateMachine::express(Pass::new("Nothing")).without_traces().log_data().log_retention_days(7));
    let quick = properties(&stack, "Quick");
    assert_eq!(
        (&quick["StateMachineType"], &quick["LoggingConfiguration"]["Level"]),
        (&json!("EXPRESS"), &json!("ALL"))
    );
    assert_eq!(quick["LoggingConfiguration"]["IncludeExecutionData"], true);
    assert_eq!(quick.get("TracingConfiguration"), None);
    assert_eq!(allowed(&stack, "Quick").len(), 1);
}

#[test]
fn a_function_has_the_retry_of_lambda_before_its_own_without_what_that_names() {
    let mut stack = Stack::new("shop");
    let charge = stack.add("Charge", code());
    let task = |name: &str| Task::invoke(name, charge.arn());
    let own = Retry::on(["Lambda.TooManyRequestsException"]).without_jitter();
    stack.add("Own", StateMachine::new(task("A").retry(own).then(task("B").without_default_retry())));
    let states = &definition(&stack, "Own")["States"];
    let retries = states["A"]["Retry"].as_array().unwrap();
    assert_eq!(retries[0]["ErrorEquals"].as_array().unwrap().len(), 4);
    let expected = json!({"ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2});
    assert_eq!(retries[1], expected);
    assert_eq!(states["B"].get("Retry"), None);
    assert_eq!(states["A"]["Next"], "B");
}

#[test]
fn a_key_comes_with_what_a_state_does() {
    let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let mut stack = Stack::new("shop");
    let orders = stack.add("Orders", Table::new(Key::string("id")).encrypted_with(key));
    stack.add("Reader", StateMachine::new(Task::get_item("Look", &orders, json!({"id": {"S": "1"}}))));
    let allowed = allowed(&stack, "Reader");
    assert_eq!(allowed[0], (json!(["dynamodb:GetItem"]), json!({"Fn::GetAtt": ["Orders", "Arn"]})));
    assert_eq!(allowed[1], (json!(["kms:Decrypt"]), json!(key)));
}

#[test]
fn any_other_operation() {
    let mut stack = Stack::new("shop");
    let policy = PolicyDocument::new().statement(Statement::allow(["s3:GetObject"]).resource("arn:aws:s3:::reports/*"));
    let arguments = Object::from_iter([("Bucket".to_owned(), "reports".into_node())]);
    let head = Task::call("Head", "aws-sdk:s3:headObject", arguments).argument("Key", jsonata("$states.input.key"));
    stack.add("Head", StateMachine::new(head.allow(policy)));
    let state = &definition(&stack, "Head")["States"]["Head"];
    assert_eq!(state["Resource"], "${AwsSdkS3HeadObject}");
    let arn = &properties(&stack, "Head")["DefinitionSubstitutions"]["AwsSdkS3HeadObject"];
    assert_eq!(*arn, json!({"Fn::Sub": "arn:${AWS::Partition}:states:::aws-sdk:s3:headObject"}));
    assert_eq!(state["Arguments"], json!({"Bucket": "reports", "Key": "{% $states.input.key %}"}));
    assert_eq!(allowed(&stack, "Head")[0].0, json!(["s3:GetObject"]));
}

#[test]
fn states_that_lead_nowhere() {
    let pass = Pass::new;
    insta::assert_debug_snapshot!([
        problems(StateMachine::new(Choice::new("Paid?").when("true", pass("Ship")))),
        problems(StateMachine::new(Choice::new("Paid?").otherwise(pass("Ship")))),
        problems(StateMachine::new(pass("A").go_to("B"))),
        problems(StateMachine::new(Succeed::new("A").then(pass("B")))),
        problems(StateMachine::new(pass("A").go_to("A").then(pass("B")))),
        problems(StateMachine::new(pass("A").then(Wait::seconds("B", 1)).go_to("A"))),
        problems(StateMachine::new(Parallel::new("Both").then(pass("A")))),
        problems(StateMachine::new(Parallel::new("Both").branch(pass("A").go_to("B")).then(pass("B")))),
        problems(StateMachine::new(pass("A").then(Map::new("Each", "$states.input", pass("A"))))),
        problems(StateMachine::new(Flow::jump("A"))),
    ]);
}

#[test]
fn values_that_step_functions_does_not_take() {
    let mut stack = Stack::new("shop");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let inner = access::StateMachine::from_name("inner");
    let send = |name: &str| Task::send_message(name, &jobs);
    insta::assert_debug_snapshot!([
        problems(StateMachine::new(Pass::new("x".repeat(81)))),
        problems(StateMachine::new(Pass::new("A").output(json!({"id.$": "$.order"})))),
        problems(StateMachine::new(Pass::new("A").output("{% $states.input"))),
        problems(StateMachine::new(Pass::new("A").output(jsonata(" ")))),
        problems(StateMachine::new(
            send("A").retry(Retry::on_all()).retry(Retry::on(["X"])).catch(["States.ALL", "X"], Pass::new("B"))
        )),
        problems(StateMachine::new(
            send("A").retry(Retry::on([""; 0]).interval_seconds(0).backoff(0.5).max_delay_seconds(1))
        )),
        problems(StateMachine::new(send("A").wait_for_token())),
        problems(StateMachine::new(Map::new("Each", "$states.input", Pass::new("A")).max_concurrency(41))),
        problems(StateMachine::express(Task::run_execution("Run", &inner).then(Wait::seconds("Long", 301)))),
        problems(StateMachine::new(
            Task::get_item("Get", &access::Table::from_name("orders"), json!({})).arguments("id")
        )),
    ]);
}

#[test]
fn a_text_that_cloudformation_would_replace() {
    let machine = StateMachine::new(Pass::new("Say").output(json!({"text": "write ${Jobs} here"})));
    let found = problems(machine);
    assert!(found[0].contains("a text must not contain `${`, which CloudFormation replaces there"), "{found:?}");
}
