//! An application on the command line: stages, settings, `ls`, `graph`.

use std::{fs, path::Path};

use async_lambda_constructs::{
    cli::Exit,
    prelude::{AppStack, Output, Parameter, WithResources, sam},
    project::IntoStacks,
};
use async_lambda_model::{AppModel, Application, MediaType, Problem};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{Run, fixtures, folder, run_in, stacks};

/// An application as the command line gets it: whether it is right is its own business.
pub(super) struct App(pub(super) AppModel);

impl Application for App {
    fn model(&self) -> Result<AppModel, Vec<Problem>> {
        self.0.model()
    }
}

pub(super) fn app(tasks: Value) -> App {
    let origin = json!({"file": "src/app.rs", "line": 2});
    App(serde_json::from_value(json!({"name": "my_shop", "tasks": tasks, "origin": origin})).unwrap())
}

/// A task that `src/app.rs` of the fixtures registers.
pub(super) fn task(line: u32, id: &str, trigger: Value, invokes: &[&str]) -> Value {
    json!({"id": id, "trigger": trigger, "invokes": invokes, "origin": {"file": "src/app.rs", "line": line}})
}

pub(super) fn shop() -> App {
    let arn = "arn:aws:sqs:eu-west-1:123456789012:orders";
    app(json!([
        task(3, "Tick", json!({"schedule": {"expression": "rate(15 minutes)"}}), &["Report"]),
        task(4, "Report", json!({"managed_sqs": {}}), &["Mail"]),
        task(5, "Mail", json!({"managed_sqs": {}}), &[]),
        task(6, "Import", json!({"sqs": {"queue_arn": arn}}), &["Report", "Mail"]),
        task(7, "Foreign", json!({"sqs": {"queue_arn": {"Fn::ImportValue": "Orders"}}}), &[]),
        task(8, "Get", json!({"api": {"method": "GET", "path": "/orders/{id}"}}), &[]),
        task(9, "Any", json!({"api": {"method": "ANY", "path": "/{proxy+}"}}), &["Mail"]),
    ]))
}

fn wrong() -> App {
    app(json!([
        task(3, "Tick", json!({"schedule": {"expression": "rate(1 day)"}}), &["Report", "Nobody"]),
        task(4, "Report", json!({"managed_sqs": {}}), &["Mail"]),
        task(5, "Mail", json!({"managed_sqs": {}}), &["Report", "Tick"]),
        task(6, "Mail", json!({"managed_sqs": {}}), &[]),
    ]))
}

/// A run in a folder with the source file, and with settings where they are given.
pub(super) fn run<K>(test: &str, app: impl IntoStacks<K>, settings: Option<&str>, arguments: &[&str]) -> Run {
    let folder = folder(test);
    let source = fixtures().join("app.rs.txt");
    write(&folder.join("src/app.rs"), &fs::read_to_string(source).unwrap());
    if let Some(settings) = settings {
        write(&folder.join(".async_lambda/config.json"), settings);
    }
    run_in(folder, app, arguments, "")
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub(super) fn template(run: &Run) -> Value {
    assert_eq!(run.exit, Exit::Done, "{run}");
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn an_application_becomes_a_template_and_a_line_a_task() {
    assert_snapshot!("app", run("app", shop(), None, &[]));
}

#[test]
fn what_is_wrong_with_it_points_at_its_line() {
    assert_snapshot!("app_wrong", run("app_wrong", wrong(), None, &[]));
    let json = run("app_wrong", wrong(), None, &["--message-format", "json"]);
    let lines: Vec<Value> = json.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["written"], false);
    assert_eq!(lines[0]["line"], 6);
    assert_snapshot!("app_wrong_ls", run("app_wrong", wrong(), None, &["ls"]));
}

#[test]
fn the_stage_says_which_settings_count() {
    let settings = r#"{
        "environment_variables": {"LEVEL": "info"},
        "stages": {"prod": {"environment_variables": {"LEVEL": "warn"}}},
        "tasks": {"Mail": {"stages": {"prod": {"environment_variables": {"LEVEL": {"Ref": "AWS::Region"}}}}}}
    }"#;
    let check = |arguments: &[&str], task: &str, expected: Value| {
        let template = template(&run("app_stage", shop(), Some(settings), arguments));
        let function = &template["Resources"][format!("{task}ALFunc")]["Properties"];
        assert_eq!(function["Environment"]["Variables"]["LEVEL"], expected, "{arguments:?}");
    };
    check(&["-o", "-"], "Mail", json!("info"));
    check(&["-o", "-", "--stage", "prod"], "Tick", json!("warn"));
    check(&["-o", "-", "-s", "prod"], "Mail", json!({"Ref": "AWS::Region"}));
    check(&["synth", "-o", "-", "--stage", "prod", "--config", ".async_lambda/config.json"], "Tick", json!("warn"));
}

#[test]
fn mistakes_in_the_settings_point_at_their_line() {
    let check = |name: &str, settings: &str, arguments: &[&str]| {
        assert_snapshot!(format!("settings_{name}"), run("settings", shop(), Some(settings), arguments));
    };
    check("keys", "{\n  \"layer\": [],\n  \"tasks\": {\"Mial\": {}, \"Mail\": {\"domain_name\": \"x\"}}\n}\n", &[]);
    check("types", "{\n  \"layers\": [7],\n  \"subnet_ids\": \"subnet-1\"\n}\n", &[]);
    check(
        "certificate",
        "{\n  \"stages\": {\n    \"prod\": {\"domain_name\": \"a.example.com\"}\n  }\n}\n",
        &["--stage", "prod"],
    );
    check("stage", "{\n  \"stages\": {\"prod\": {}}\n}\n", &["--stage", "pord"]);
    let misspelt =
        "{\n  \"stages\": {\"prod\": {}},\n  \"tasks\": {\n    \"Mail\": {\"stages\": {\"prodd\": {}}}\n  }\n}\n";
    check("stage_of_task", misspelt, &["--stage", "prod"]);
    check("no_json", "{\n  // of all stages\n  \"layers\": []\n}\n", &[]);
    check("no_domain", "{\n  \"stages\": {\"prod\": {\"tls_version\": \"TLS_1_2\"}}\n}\n", &["--stage", "prod"]);
    check("option", "{\n  \"tasks\": {\"Mail\": {\"timeout\": 30}}\n}\n", &[]);
    check("syntax", "{\n  \"layers\": [\n}\n", &[]);
    check("missing", "{}", &["--config", "nowhere.json"]);
    // What the template's validation finds in a value of the settings is said of the settings too.
    check(
        "extras",
        "{\n  \"managed_queue_extras\": [\n    {\"Type\": \"AWS::SNS::Topic\", \"Properties\": {\n      \
         \"TopicNam\": \"x\",\n      \"KmsMasterKeyId\": {\"Ref\": \"Key\"}\n    }}\n  ]\n}\n",
        &[],
    );
    check("access_logs", "{\n  \"api_access_log_days\": 8\n}\n", &[]);
    check("tags", "{\n  \"tags\": {\n    \"aws:team\": \"core\"\n  }\n}\n", &[]);
    check(
        "parts",
        "{\n  \"method_settings\": [\n    \
         {\"HttpMethod\": \"GET\", \"Path\": \"/\"}\n  ],\n  \"queue_age_alarm\": {\n    \"threshold\": 9,\n    \
         \"alarm_actions\": [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]\n  }\n}\n",
        &[],
    );
    check("media_types", "{\n  \"binary_media_types\": [\n    \"image~1png\"\n  ]\n}\n", &[]);
}

#[test]
fn functions_of_an_image_keep_the_variables_of_the_library() {
    let app = shop().with_resources(|stack| {
        stack.override_property("MailALFunc", "Environment.Variables.ASYNC_LAMBDA_TASK_ID", "Tick");
    });
    let run = run("image_variables", app, Some(r#"{"image_uri": "shop:1"}"#), &["-o", "-"]);
    assert_eq!(run.exit, Exit::Failed, "{run}");
    let said = "error[AL0006]: task `Mail`: variable `ASYNC_LAMBDA_TASK_ID` must be as the template sets it";
    assert!(run.err.contains(said), "{run}");
}

#[test]
fn functions_keep_the_name_of_their_stage() {
    let with = |settings: &str, name: &'static str| {
        let app = shop().with_resources(move |stack| {
            stack.override_property("MailALFunc", "Environment.Variables.ASYNC_LAMBDA_APP_NAME", name);
        });
        run("stage_name", app, Some(settings), &["-o", "-"])
    };
    let renamed = r#"{"name": "my_shop-2"}"#;
    assert_eq!(with(renamed, "my_shop-2").exit, Exit::Done);
    for (settings, name) in [(renamed, "my_shop"), ("{}", "other")] {
        let run = with(settings, name);
        let said = "task `Mail`: variable `ASYNC_LAMBDA_APP_NAME` must be as the template sets it for the library";
        assert!(run.err.contains(&format!("error[AL0006]: {said}, got `{name}`")), "{run}");
    }
}

#[test]
fn a_policy_that_a_shared_role_cannot_have_points_at_its_line() {
    let App(mut model) = shop();
    model.options.shared_role = true;
    let settings = "{\n  \"policies\": [\n    {\"SQSPollerPolicy\": {\"QueueName\": \"jobs\"}}\n  ]\n}\n";
    assert_snapshot!("settings_shared_role", run("settings", App(model), Some(settings), &[]));
}

#[test]
fn a_shared_role_has_no_room_for_everything() {
    let tasks: Vec<Value> = (0..100)
        .map(|index| {
            let next = format!("Work{:027}", index + 1);
            let invokes = if index < 99 { vec![next.as_str()] } else { Vec::new() };
            task(3, &format!("Work{index:027}"), json!({"managed_sqs": {}}), &invokes)
        })
        .collect();
    let check = |count: usize, exit: Exit| {
        let App(mut model) = app(json!(tasks[tasks.len() - count..]));
        model.options.shared_role = true;
        let run = run("shared_role", App(model), None, &["--message-format", "json"]);
        assert_eq!(run.exit, exit, "{count}: {run}");
        assert_eq!(run.out.contains("AL0133"), exit == Exit::Failed, "{count}: {run}");
    };
    check(40, Exit::Done);
    check(100, Exit::Failed);
}

#[test]
fn a_caller_has_more_time_than_what_it_calls() {
    let with = |own: i64| {
        let mut get = task(4, "Get", json!({"api": {"method": "GET", "path": "/x"}}), &[]);
        get["calls"] = json!(["Price"]);
        get["options"] = json!({ "timeout": own });
        let mut price = task(3, "Price", json!({"function": {}}), &[]);
        price["options"] = json!({"timeout": 10});
        app(json!([price, get]))
    };
    assert_snapshot!("app_short_timeout", run("app_short_timeout", with(10), None, &[]));
    let right = run("app_long_timeout", with(11), None, &[]);
    assert!(!right.err.contains("AL0134"), "{right}");
}

#[test]
fn listings_and_pictures_are_of_a_stage() {
    let settings = r#"{
        "name": "{app}-{stage}",
        "stages": {"prod": {}, "dev": {}},
        "tasks": {"Mail": {"stages": {"prod": {"batch_size": 7}}}}
    }"#;
    let of = |arguments: &[&str]| run("app_of_stage", shop(), Some(settings), arguments);
    let json = |arguments: &[&str]| of(&[arguments, &["--message-format", "json"]].concat());
    let mail = |run: Run| -> Value {
        let line = run.out.lines().find(|line| line.contains("\"id\":\"Mail\"")).unwrap().to_owned();
        serde_json::from_str(&line).unwrap()
    };
    let prod = mail(json(&["ls", "--stage", "prod"]));
    assert_eq!((&prod["application"], &prod["options"]["batch_size"]), (&json!("my_shop-prod"), &json!(7)));
    assert_eq!(mail(json(&["ls", "--stage", "dev"]))["application"], "my_shop-dev");
    // Without a stage the file is not right, and the name is that in code.
    assert_eq!(mail(json(&["ls"]))["application"], "my_shop");
    let picture = of(&["graph", "--stage", "prod"]);
    assert!(picture.exit == Exit::Done && picture.out.contains("my_shop-prod-Mail"), "{picture}");
    assert_eq!(of(&["graph", "--stage", "prod", "--all"]).exit, Exit::Done);
    assert!(of(&["graph"]).out.contains("my_shop-Mail"));
    let unknown = of(&["ls", "--stage", "porduction"]);
    assert_eq!((unknown.exit, unknown.out.as_str()), (Exit::Failed, ""), "{unknown}");
    assert!(unknown.err.contains("AL0106"), "{unknown}");
    let nowhere = run("app_of_no_stage", shop(), None, &["graph", "--stage", "prod"]);
    assert!(nowhere.exit == Exit::Failed && nowhere.err.contains("AL0106"), "{nowhere}");
    let file = of(&["graph", "template.json", "--stage", "prod"]);
    assert!(file.exit == Exit::Usage && file.err.contains("`--stage`: must be given with an application"), "{file}");
    let stacks = run_in(fixtures(), stacks::orders(), &["graph", "--stage", "prod"], "");
    assert!(stacks.exit == Exit::Usage && stacks.err.contains("this program has stacks"), "{stacks}");
}

#[test]
fn strict_writes_nothing_where_there_is_a_warning() {
    let app = || {
        shop().with_resources(|stack| {
            let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs.fifo", "FifoQueue": true}});
            stack.add("Jobs", queue);
        })
    };
    assert_snapshot!("app_strict", run("app_strict", app(), None, &["--strict"]));
    assert_eq!(run("app_not_strict", app(), None, &[]).exit, Exit::Done);
}

#[test]
fn a_stage_without_a_config_file_is_an_error() {
    assert_snapshot!("app_stage_no_file", run("app_stage_no_file", shop(), None, &["--stage", "prod"]));
}

#[test]
fn routes_that_api_gateway_refuses_are_errors() {
    let api = |line, id, path| task(line, id, json!({"api": {"method": "GET", "path": path}}), &[]);
    let app = app(json!([api(3, "Tick", "/orders/{id"), api(4, "Report", "/x/{a}"), api(5, "Mail", "/x/{b}/y")]));
    assert_snapshot!("app_routes", run("app_routes", app, None, &[]));
}

#[test]
fn media_types_reach_the_api_and_the_functions_behind_it() {
    let app = || {
        let mut app = shop();
        app.0.binary_media_types = vec![MediaType::new("image/png").unwrap()];
        app
    };
    let settings = r#"{
        "binary_media_types": ["image/png", "application/pdf"],
        "stages": {"prod": {"binary_media_types": ["*/*"]}}
    }"#;
    let check = |settings: Option<&str>, arguments: &[&str], expected: &[&str]| {
        let template = template(&run("app_media_types", app(), settings, arguments));
        let api = &template["Resources"]["AsyncLambdaAPIGateway"]["Properties"];
        // CloudFormation cannot change a list whose members have a slash.
        let escaped: Vec<String> = expected.iter().map(|media_type| media_type.replace('/', "~1")).collect();
        assert_eq!(api["BinaryMediaTypes"], json!(escaped));
        let variable = |task: &str| {
            let function = &template["Resources"][format!("{task}ALFunc")]["Properties"];
            function["Environment"]["Variables"]["ASYNC_LAMBDA_BINARY_MEDIA_TYPES"].clone()
        };
        assert_eq!([variable("Get"), variable("Any")], [json!(expected.join(",")), json!(expected.join(","))]);
        assert_eq!(variable("Mail"), json!(null));
    };
    check(None, &["-o", "-"], &["image/png"]);
    check(Some(settings), &["-o", "-"], &["image/png", "application/pdf"]);
    check(Some(settings), &["-o", "-", "--stage", "prod"], &["image/png", "application/pdf", "*/*"]);

    let plain = template(&run("app_media_types", shop(), None, &["-o", "-"]));
    assert_eq!(plain["Resources"]["AsyncLambdaAPIGateway"]["Properties"]["BinaryMediaTypes"], json!(null));
    assert!(!plain.to_string().contains("BINARY_MEDIA_TYPES"));
}

#[test]
fn a_media_type_that_is_none_points_at_its_line() {
    struct Wrong;
    impl Application for Wrong {
        fn model(&self) -> Result<AppModel, Vec<Problem>> {
            let source = MediaType::new("text/html; charset=utf-8").unwrap_err();
            let origin = serde_json::from_value(json!({"file": "src/app.rs", "line": 3})).unwrap();
            Err(vec![Problem::MediaType { source, origin }])
        }
    }
    assert_snapshot!("app_media_type", run("app_media_type", Wrong, None, &[]));
}

#[test]
fn policies_may_be_of_every_kind() {
    let settings = r#"{"policies": [
        "AWSLambdaExecute",
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
        {"SQSPollerPolicy": {"QueueName": {"Fn::ImportValue": "Name"}}}
    ]}"#;
    let template = template(&run("app_policies", shop(), Some(settings), &["-o", "-"]));
    assert_eq!(
        template["Resources"]["GetALFunc"]["Properties"]["Policies"],
        json!([
            "AWSLambdaExecute",
            {"Version": "2012-10-17",
             "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]},
            {"SQSPollerPolicy": {"QueueName": {"Fn::ImportValue": "Name"}}},
        ])
    );
}

#[test]
fn only_a_loop_with_a_bound_may_go_on() {
    let bounded = || {
        let mut report = task(4, "Report", json!({"managed_sqs": {}}), &["Mail"]);
        report["recursion"] = json!(3);
        app(json!([
            task(3, "Tick", json!({"schedule": {"expression": "rate(1 day)"}}), &["Report"]),
            report,
            task(5, "Mail", json!({"managed_sqs": {}}), &["Report"]),
        ]))
    };
    let template = template(&run("app_loop", bounded(), None, &["-o", "-"]));
    // Only the task with the bound puts messages into the dead-letter queue itself.
    let arn = |queue: &str| json!({ "Fn::GetAtt": [queue, "Arn"] });
    let check = |task: &str, recursive_loop: Value, dead_letters: Value, queues: Value| {
        let function = &template["Resources"][format!("{task}ALFunc")]["Properties"];
        assert_eq!(function["RecursiveLoop"], recursive_loop, "{task}");
        assert_eq!(function["Environment"]["Variables"]["ASYNC_LAMBDA_DLQ_URL"], dead_letters, "{task}");
        let send = &function["Policies"][0]["Statement"][0];
        assert_eq!(send["Action"], json!(["sqs:SendMessage"]), "{task}");
        assert_eq!(send["Resource"], queues, "{task}");
    };
    let queues = json!([arn("MailALQueue"), arn("AsyncLambdaDLQ")]);
    check("Report", json!("Allow"), json!({ "Ref": "AsyncLambdaDLQ" }), queues);
    check("Mail", json!("Allow"), Value::Null, arn("ReportALQueue"));
    check("Tick", Value::Null, Value::Null, arn("ReportALQueue"));
}

#[test]
fn tasks_are_listed_and_drawn() {
    assert_snapshot!("app_ls", run("app_ls", shop(), None, &["ls"]));
    assert_snapshot!("app_ls_json", run("app_ls", shop(), None, &["ls", "--message-format", "json"]));
    for format in ["mermaid", "dot", "svg"] {
        assert_snapshot!(
            format!("app_graph_{format}"),
            run("app_graph", shop(), None, &["graph", "--format", format]).out
        );
    }
    let all = run("app_graph", shop(), None, &["graph", "--all", "--message-format", "json"]);
    assert!(all.out.contains("AsyncLambdaPayloadBucketPolicy"), "{all}");
}

#[test]
fn what_is_invoked_later_is_listed_and_drawn() {
    let later = || {
        let mut order = task(3, "Order", json!({"managed_sqs": {}}), &["Mail"]);
        order["invokes_later"] = json!(["Mail", "Remind"]);
        let others = ["Mail", "Remind"].map(|id| task(4, id, json!({"managed_sqs": {}}), &[]));
        app(json!([order, others[0], others[1]]))
    };
    let listed = run("app_later", later(), None, &["ls"]).out;
    assert_eq!(listed.lines().next().unwrap(), "Order   async  -> Mail, Mail later, Remind later");
    let listed = run("app_later", later(), None, &["ls", "--message-format", "json"]).out;
    let tasks: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&tasks[0]["invokes"], &tasks[0]["invokes_later"]), (&json!(["Mail"]), &json!(["Mail", "Remind"])));
    assert_eq!(tasks[1].get("invokes_later"), None);
    let drawn = run("app_later", later(), None, &["graph", "--format", "mermaid"]).out;
    let arrows = |label: &str| drawn.lines().filter(|line| line.contains(&format!("|\"{label}\"|"))).count();
    assert_eq!((arrows("sends to"), arrows("sends later to")), (1, 2), "{drawn}");
}

#[test]
fn tasks_of_other_applications_are_listed_and_drawn() {
    let external = || {
        let mut tick = task(3, "Tick", json!({"schedule": {"expression": "rate(1 day)"}}), &["Mail"]);
        tick["invokes_external"] = json!([{"app": "billing", "task": "Invoice"}]);
        app(json!([tick, task(4, "Mail", json!({"managed_sqs": {}}), &[])]))
    };
    let listed = run("app_external", external(), None, &["ls"]).out;
    assert_eq!(listed.lines().next().unwrap(), "Tick  schedule rate(1 day)  -> Mail, billing-Invoice");
    let listed = run("app_external", external(), None, &["ls", "--message-format", "json"]).out;
    assert!(listed.lines().next().unwrap().contains(r#""invokes_external":[{"app":"billing","task":"Invoice"}]"#));
    assert!(!listed.lines().nth(1).unwrap().contains("invokes_external"), "{listed}");
    let drawn = run("app_external", external(), None, &["graph", "--format", "mermaid"]).out;
    assert!(drawn.contains("queue of another application"), "{drawn}");
    assert_eq!(drawn.matches("sends to").count(), 2, "{drawn}");
}

#[test]
fn the_json_schema_is_printed() {
    let run = run("app_schema", shop(), None, &["config-schema"]);
    let schema: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.exit, &schema["type"]), (Exit::Done, &json!("object")));
    assert!(schema["properties"]["tasks"]["additionalProperties"]["properties"]["domain_name"].is_null());
}

#[test]
fn an_application_has_resources_of_its_own() {
    let settings = r#"{"tasks": {"Mail": {"policies": ["AWSXrayReadOnlyAccess"]}}}"#;
    let app = shop().with_resources(|stack| {
        let name = format!("orders-{}", stack.stage().unwrap_or("none"));
        let orders = stack.add("Orders", sam::SimpleTable::new().table_name(name));
        let mail = stack.task_by_id("Mail").grant(sam::Policy::dynamodb_crud(orders.reference()));
        mail.environment_variable("ORDERS", orders.reference());
        stack.task_by_id("Get").grant(sam::Policy::dynamodb_read(orders.reference()));
        let queue = stack.task_by_id("Mail").queue();
        let dead = stack.app().dead_letters().clone();
        for (name, queue) in [("Mail", queue), ("Dead", dead)] {
            stack.output(name, Output::new(queue.queue_name()));
        }
    });
    let template = template(&run("app_resources", app, Some(settings), &["-o", "-", "--stage", "prod"]));
    assert_eq!(template["Resources"]["Orders"]["Properties"]["TableName"], "orders-prod");
    let function = |id: &str| &template["Resources"][id]["Properties"];
    let crud = json!({"DynamoDBCrudPolicy": {"TableName": {"Ref": "Orders"}}});
    let policies = function("MailALFunc")["Policies"].as_array().unwrap();
    // Those of the settings stay where they are, so that findings about them lead to the settings.
    assert_eq!([&policies[1], policies.last().unwrap()], [&json!("AWSXrayReadOnlyAccess"), &crud]);
    assert_eq!(function("MailALFunc")["Environment"]["Variables"]["ORDERS"], json!({"Ref": "Orders"}));
    assert_eq!(function("GetALFunc")["Policies"], json!([{"DynamoDBReadPolicy": {"TableName": {"Ref": "Orders"}}}]));
    assert_eq!(function("TickALFunc")["Environment"]["Variables"]["ORDERS"], Value::Null);
    assert_eq!(template["Outputs"]["Mail"]["Value"], json!({"Fn::GetAtt": ["MailALQueue", "QueueName"]}));
    assert_eq!(template["Outputs"]["Dead"]["Value"], json!({"Fn::GetAtt": ["AsyncLambdaDLQ", "QueueName"]}));
}

#[test]
fn what_is_wrong_with_resources_of_its_own_points_at_its_line() {
    let check = |name: &str, add: fn(&mut AppStack), expected: &str| {
        let settings = r#"{"environment_variables": {"LEVEL": "info"}}"#;
        let run = run(&format!("app_resources_{name}"), shop().with_resources(add), Some(settings), &["-o", "-"]);
        assert_eq!((run.exit, run.out.as_str()), (Exit::Failed, ""), "{run}");
        assert!(run.err.contains(expected), "{expected}: {run}");
        assert!(run.err.contains("tests/cli/application.rs:"), "{run}");
    };
    check(
        "task",
        |stack| drop(stack.task_by_id("Mial").grant("ReadOnlyAccess")),
        "`Mial`: must be a task of application",
    );
    check("task_help", |stack| drop(stack.task_by_id("Mial")), "did you mean `Mail`?");
    check(
        "variable",
        |stack| drop(stack.task_by_id("Mail").environment_variable("LEVEL", "warn")),
        "task `Mail`: variable `LEVEL` must be set once, and is set already",
    );
    check(
        "own",
        |stack| drop(stack.task_by_id("Mail").environment_variable("ASYNC_LAMBDA_TASK_ID", "Tick")),
        "task `Mail`: variable `ASYNC_LAMBDA_TASK_ID` must be set once, and is set already",
    );
    check(
        "queue",
        |stack| drop(stack.task_by_id("Tick").queue()),
        "task `Tick`: must be an async task to have a queue, and is none",
    );
    check(
        "twice",
        |stack| drop(stack.add("MailALQueue", sam::SimpleTable::new())),
        "a name of `Resources` is given once",
    );
}

#[test]
fn a_parameter_can_be_a_whole_list_of_the_settings() {
    let settings = r#"{"subnet_ids": {"Ref": "Subnets"}, "security_group_ids": ["sg-01234567"],
        "tasks": {"Mail": {"layers": {"Fn::Split": [",", {"Fn::ImportValue": "Layers"}]}}}}"#;
    let app = || {
        shop().with_resources(|stack| {
            stack.parameter("Subnets", Parameter::new("List<AWS::EC2::Subnet::Id>"));
        })
    };
    let template = template(&run("app_lists", app(), Some(settings), &["-o", "-"]));
    let function = |id: &str| &template["Resources"][id]["Properties"];
    let network = json!({"SecurityGroupIds": ["sg-01234567"], "SubnetIds": {"Ref": "Subnets"}});
    assert_eq!([&function("TickALFunc")["VpcConfig"], &function("MailALFunc")["VpcConfig"]], [&network, &network]);
    assert_eq!(function("MailALFunc")["Layers"], json!({"Fn::Split": [",", {"Fn::ImportValue": "Layers"}]}));
    // What the template's validation says of the list is said of the settings.
    let run = run("app_lists", app(), Some(&settings.replace("\"Subnets\"", "\"Subnet\"")), &["-o", "-"]);
    assert!(run.err.contains(".async_lambda/config.json:1:"), "{run}");
}

#[test]
fn advice_is_about_what_somebody_chose() {
    let get = |line, id: &str, timeout: Value| {
        let mut task = task(line, id, json!({"api": {"method": "GET", "path": format!("/{id}")}}), &[]);
        task["options"] = json!({"timeout": timeout});
        task
    };
    // 60 s is what every task has; 31 s is a number that somebody wrote.
    let app = app(json!([
        task(5, "Mail", json!({"managed_sqs": {}}), &[]),
        get(8, "Default", Value::Null),
        get(9, "Slow", json!(31)),
        get(10, "Quick", json!(29)),
    ]));
    let app = app.with_resources(|stack| stack.ignore("AsyncLambdaDLQ", "AL1006", "somebody looks every day"));
    let run = run("advice", app, None, &[]);
    let warnings: Vec<&str> = run.err.lines().filter(|line| line.starts_with("warning")).collect();
    let slow = "warning[AL1019]: function `SlowALFunc`: the timeout must be at most the 29 s that the REST API waits (`APIEvent`), got 31 s";
    assert_eq!(warnings, [slow]);
    assert!(run.err.contains("--> src/app.rs:9:10"), "{}", run.err);
}
