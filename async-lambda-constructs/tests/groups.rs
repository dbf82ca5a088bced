//! Applications with groups: which template a resource is in, and how one template refers to another.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use async_lambda_constructs::{Synthesized, config::Config, prelude::*};
use async_lambda_model::{AppModel, Application, Problem};
use cfn_model::{Finding, Severity};
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

/// A model, as an application.
#[derive(Clone)]
struct App(AppModel);

impl Application for App {
    fn model(&self) -> Result<AppModel, Vec<Problem>> {
        self.0.model()
    }
}

fn app(tasks: impl IntoIterator<Item = Json>) -> App {
    app_with(tasks, json!({}))
}

fn app_with(tasks: impl IntoIterator<Item = Json>, options: Json) -> App {
    let tasks: Vec<Json> = tasks
        .into_iter()
        .zip(1..)
        .map(|(mut task, line)| {
            task["origin"] = json!({"file": "src/lib.rs", "line": line});
            task
        })
        .collect();
    let origin = json!({"file": "src/lib.rs", "line": 1});
    App(serde_json::from_value(json!({"name": "shop", "origin": origin, "tasks": tasks, "options": options})).unwrap())
}

/// A task of each kind, with everything that a template can have of it. They stand in a group, or in none.
fn every_kind(number: usize, group: Option<&str>) -> Vec<Json> {
    let id = |kind: &str| format!("{kind}{number}");
    let mut tasks = vec![
        json!({"id": id("Order"), "trigger": {"api": {"method": "POST", "path": format!("/orders{number}/{{id}}")}},
            "invokes": [id("Pay"), id("Ship")], "invokes_later": [id("Pay")], "calls": [id("Price")]}),
        json!({"id": id("Any"), "trigger": {"api": {"method": "ANY", "path": format!("/any{number}/{{proxy+}}")}}}),
        json!({"id": id("Price"), "trigger": {"function": {}}}),
        json!({"id": id("Pay"), "trigger": {"managed_sqs": {}}, "options": {"lanes": 2}, "writes_dead_letters": true,
            "once": true}),
        json!({"id": id("Ship"), "trigger": {"fifo": {}}, "invokes": [id("Count")]}),
        json!({"id": id("Count"), "trigger": {"managed_sqs_batch": {}}}),
        json!({"id": id("Import"), "trigger": {"sqs": {"queue_arn": format!("arn:aws:sqs:eu-west-1:123456789012:in{number}")}},
            "invokes": [id("Pay")]}),
        json!({"id": id("Changed"), "trigger": {"dynamodb": {
            "stream_arn": format!("arn:aws:dynamodb:eu-west-1:123456789012:table/t{number}/stream/2026-01-01T00:00:00.000"),
            "starting_position": "TRIM_HORIZON", "maximum_retry_attempts": 3, "maximum_record_age": 3600, "bisect": true,
            "dead_letters": true}}, "invokes": [id("Count")]}),
        json!({"id": id("Nightly"), "trigger": {"schedule": {"expression": "rate(1 day)", "dead_letters": true}},
            "invokes": [id("Count")]}),
    ];
    if let Some(group) = group {
        for task in &mut tasks {
            task["options"]["group"] = group.into();
        }
    }
    tasks
}

fn synthesize(app: App) -> Vec<Synthesized> {
    synthesize_with(app, watch)
}

/// So that nobody advises to watch the dead letters.
fn watch(stack: &mut AppStack) {
    stack.alarm_on_dead_letters("arn:aws:sns:eu-west-1:123456789012:alarms");
}

fn synthesize_with(app: App, add: impl FnOnce(&mut AppStack) + 'static) -> Vec<Synthesized> {
    Program::new().application(app.with_resources(add)).synthesize().unwrap()
}

fn findings(stacks: &[Synthesized]) -> Vec<String> {
    let told = |finding: &&Finding| finding.rule.severity != Severity::Info;
    let of = |stack: &Synthesized| {
        let findings = stack.report.findings.iter().filter(told);
        let named = findings.map(|finding| format!("{} {}: {}", stack.name, finding.rule.code, finding.message));
        named.collect::<Vec<_>>()
    };
    stacks.iter().flat_map(of).collect()
}

fn json_of(stack: &Synthesized) -> Json {
    serde_json::from_str(&stack.template.to_json()).unwrap()
}

fn ids(stack: &Synthesized) -> BTreeSet<String> {
    stack.template.resources().map(|(id, _)| id.to_owned()).collect()
}

/// The physical names in a template, by logical id.
fn names(stack: &Synthesized) -> BTreeMap<String, Json> {
    let named = stack.template.resources().filter_map(|(id, resource)| {
        let properties = &resource["Properties"];
        resource["Type"].as_str().filter(|kind| ["AWS::Serverless::Function", "AWS::SQS::Queue"].contains(kind))?;
        let name = ["FunctionName", "QueueName"].into_iter().find_map(|name| properties.get(name))?;
        Some((id.to_owned(), serde_json::to_value(name).unwrap()))
    });
    named.collect()
}

fn two_groups() -> Vec<Json> {
    let mut tasks = every_kind(0, None);
    tasks.extend(every_kind(1, Some("billing")));
    tasks.extend(every_kind(2, Some("mail")));
    tasks
}

#[test]
fn ids_and_names_are_those_of_one_stack() {
    let grouped = synthesize(app(two_groups()));
    assert_eq!(findings(&grouped), [""; 0]);
    let names_of = |stacks: &[Synthesized]| stacks.iter().map(|stack| stack.name.clone()).collect::<Vec<_>>();
    assert_eq!(names_of(&grouped), ["shop", "shop-billing", "shop-mail"]);
    let ungrouped: Vec<Json> = [0, 1, 2].into_iter().flat_map(|number| every_kind(number, None)).collect();
    let whole = synthesize(app(ungrouped));
    assert_eq!(names_of(&whole), ["shop"]);

    let mut all: BTreeSet<String> = grouped.iter().flat_map(ids).collect();
    // SAM makes these of the events of functions, and of no other API than that of the template.
    let permissions = ["Order1", "Any1", "Order2", "Any2"].map(|task| format!("{task}ALFuncAPIEventPermissionprod"));
    let stacks = ["billing", "mail"].map(|group| format!("{group}ALGroup"));
    for id in permissions.iter().chain(&stacks) {
        assert!(all.remove(id), "{id}");
    }
    assert_eq!(all, ids(&whole[0]));
    let mut named = BTreeMap::new();
    grouped.iter().for_each(|stack| named.extend(names(stack)));
    assert_eq!(named, names(&whole[0]));
    let in_two = grouped.iter().map(|stack| ids(stack).len()).sum::<usize>();
    assert_eq!(in_two, grouped.iter().flat_map(ids).collect::<BTreeSet<_>>().len(), "an id is in one template");
}

#[test]
fn groups_take_shared_things_as_parameters_and_name_the_rest() {
    let mut tasks = two_groups();
    // From one group to the other, and from the application to a group.
    tasks[9]["invokes"] = json!(["Pay2", "Pay1", "Ship0"]);
    tasks[9]["calls"] = json!(["Price2"]);
    tasks[0]["invokes"] = json!(["Pay1"]);
    let stacks = synthesize(app(tasks));
    assert_eq!(findings(&stacks), [""; 0]);
    let (root, billing) = (json_of(&stacks[0]), json_of(&stacks[1]));
    let given = &root["Resources"]["billingALGroup"];
    assert_eq!(given["Type"], "AWS::CloudFormation::Stack");
    assert_eq!(given["Properties"]["TemplateURL"], "shop-billing.template.json");
    assert_eq!(
        given["Properties"]["Parameters"]["AsyncLambdaPayloadBucket"],
        json!({"Ref": "AsyncLambdaPayloadBucket"})
    );
    assert_eq!(
        given["Properties"]["Parameters"]["AsyncLambdaDLQArn"],
        json!({"Fn::GetAtt": ["AsyncLambdaDLQ", "Arn"]})
    );
    let parameters: BTreeSet<&String> = billing["Parameters"].as_object().unwrap().keys().collect();
    assert_eq!(parameters, given["Properties"]["Parameters"].as_object().unwrap().keys().collect());
    assert!(
        billing["Parameters"].as_object().unwrap().values().all(|parameter| *parameter == json!({"Type": "String"}))
    );

    let order = &billing["Resources"]["Order1ALFunc"]["Properties"];
    let statements = order["Policies"][0]["Statement"].as_array().unwrap();
    let arn = |name: &str| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{name}")});
    let own = |id: &str| json!({"Fn::GetAtt": [id, "Arn"]});
    assert_eq!(
        statements[0]["Resource"],
        json!([
            arn("shop-Pay2"),
            arn("shop-Pay2-L1"),
            own("Pay1ALQueue"),
            own("Pay1ALQueueL1"),
            arn("shop-Ship0.fifo")
        ])
    );
    let called = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-Price2";
    assert_eq!(statements[2]["Resource"], json!({"Fn::Sub": called}));
    assert_eq!(
        billing["Resources"]["Pay1ALQueue"]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"],
        json!({"Ref": "AsyncLambdaDLQArn"})
    );
    let of_root = &root["Resources"]["Order0ALFunc"]["Properties"]["Policies"][0]["Statement"][0]["Resource"];
    let own = ["Pay0ALQueue", "Pay0ALQueueL1"].map(own);
    assert_eq!(*of_root, json!([arn("shop-Pay1"), arn("shop-Pay1-L1"), own[0], own[1]]));
    // The application needs nothing of its groups, so each can be made before and after the others.
    assert!(!stacks[0].template.to_json().contains("Outputs."));
    assert!(stacks.iter().skip(1).all(|stack| stack.template.document().get("Outputs").is_none()));
}

#[test]
fn the_api_has_all_routes_and_groups_have_the_permissions() {
    let stacks = synthesize(app(two_groups()));
    let (root, billing) = (json_of(&stacks[0]), json_of(&stacks[1]));
    let definition = &root["Resources"]["AsyncLambdaAPIGateway"]["Properties"]["DefinitionBody"];
    let paths: Vec<&String> = definition["paths"].as_object().unwrap().keys().collect();
    let expected =
        ["/orders0/{id}", "/any0/{proxy+}", "/orders1/{id}", "/any1/{proxy+}", "/orders2/{id}", "/any2/{proxy+}"];
    assert_eq!(paths, expected);
    let uri = |path: &str, method: &str| {
        definition["paths"][path][method]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let start = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/";
    assert_eq!(uri("/orders0/{id}", "post"), format!("{start}${{Order0ALFunc.Arn}}/invocations"));
    let named = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-Any1";
    assert_eq!(uri("/any1/{proxy+}", "x-amazon-apigateway-any-method"), format!("{start}{named}/invocations"));
    // SAM makes the permission of a function that is beside the API.
    assert!(root["Resources"]["Order0ALFunc"]["Properties"]["Events"]["APIEvent"].is_object());
    assert!(billing["Resources"]["Order1ALFunc"]["Properties"].get("Events").is_none());
    let permission = &billing["Resources"]["Any1ALFuncAPIEventPermissionprod"]["Properties"];
    assert_eq!(permission["FunctionName"], json!({"Ref": "Any1ALFunc"}));
    let source =
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${AsyncLambdaAPIGateway}/*/*/any1/*";
    assert_eq!(permission["SourceArn"], json!({"Fn::Sub": source}));
    assert_eq!(billing["Parameters"]["AsyncLambdaAPIGateway"], json!({"Type": "String"}));
}

#[test]
fn an_inserted_task_changes_the_template_of_its_group() {
    let before = synthesize(app(two_groups()));
    let changed = |task: Json, position: usize| {
        let mut tasks = two_groups();
        tasks.insert(position, task);
        let after = synthesize(app(tasks));
        assert_eq!(findings(&after), [""; 0]);
        let pairs = before.iter().zip(&after);
        let changed = pairs.filter(|(before, after)| before.template.to_json() != after.template.to_json());
        changed.map(|(_, after)| after.name.clone()).collect::<Vec<_>>()
    };
    for position in [0, 5, 14, 27] {
        let task =
            json!({"id": "New", "trigger": {"managed_sqs": {}}, "invokes": ["Pay2"], "options": {"group": "billing"}});
        assert_eq!(changed(task, position), ["shop-billing"]);
        let task =
            json!({"id": "New", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "options": {"group": "mail"}});
        assert_eq!(changed(task, position), ["shop-mail"]);
        let task = json!({"id": "New", "trigger": {"managed_sqs": {}}});
        assert_eq!(changed(task, position), ["shop"]);
    }
    // A route is in the definition of the API.
    let task =
        json!({"id": "New", "trigger": {"api": {"method": "GET", "path": "/new"}}, "options": {"group": "mail"}});
    assert_eq!(changed(task, 3), ["shop", "shop-mail"]);
}

#[test]
fn four_hundred_tasks_of_all_kinds() {
    let groups = ["billing", "catalog", "mail", "orders", "reports", "search"];
    let mut tasks: Vec<Json> = Vec::new();
    let mut number = 0;
    while tasks.len() < 400 {
        tasks.extend(every_kind(number, Some(groups[number % groups.len()])));
        number += 1;
    }
    tasks.push(json!({"id": "Letters", "trigger": {"dead_letters": {}}}));
    for task in &mut tasks {
        if task["trigger"].get("managed_sqs").is_some() {
            task["options"]["dead_letters"] = "Letters".into();
        }
    }
    let stacks = synthesize(app(tasks.clone()));
    assert_eq!(findings(&stacks), [""; 0]);
    assert_eq!(stacks.len(), groups.len() + 1);
    for stack in &stacks {
        let count = cfn_rules::resource_count(stack.template.document());
        assert!(count <= 500, "{}: {count}", stack.name);
    }
    // In one stack it is too large.
    for task in tasks.iter_mut().filter(|task| task.get("options").is_some()) {
        task["options"].as_object_mut().into_iter().for_each(|options| drop(options.remove("group")));
    }
    let whole = findings(&synthesize(app(tasks)));
    assert!(whole.iter().any(|finding| finding.starts_with("shop E3010: ")), "{whole:?}");
}

#[test]
fn more_than_an_operation_takes() {
    let task = |number: usize| {
        json!({"id": format!("T{number}"), "trigger": {"schedule": {"expression": "rate(1 day)"}},
            "options": {"group": format!("g{}", number / 120)}})
    };
    let few = findings(&synthesize(app((0..600).map(task))));
    assert_eq!(few, [""; 0]);
    let many = findings(&synthesize(app((0..630).map(task))));
    let message = "shop AL0522: stack `shop` with its nested stacks: an operation must be about at most 2500 resources, and \
                   there are 2530";
    assert_eq!(many, [message]);
}

#[test]
fn a_shared_role_names_the_queues_of_groups() {
    let stacks = synthesize(app_with(two_groups(), json!({"shared_role": true})));
    assert_eq!(findings(&stacks), [""; 0]);
    let role = json_of(&stacks[1])["Resources"]["Pay1ALFunc"]["Properties"]["Role"].clone();
    assert_eq!(role, json!({"Ref": "AsyncLambdaSharedFunctionRoleArn"}));
    let shared = json_of(&stacks[0])["Resources"]["AsyncLambdaSharedFunctionRole"].clone();
    assert!(shared.to_string().contains("sqs:${AWS::Region}:${AWS::AccountId}:shop-Pay1\""), "{shared}");
    assert!(shared.get("DependsOn").is_none());
}

#[test]
fn own_resources_stay_with_the_application() {
    let stacks = synthesize_with(app(two_groups()), |stack| {
        watch(stack);
        let stage = stack.parameter("Stage", Parameter::string().default("dev").allowed_values(vec!["dev", "prod"]));
        let zones = stack.parameter("Zones", Parameter::comma_delimited_list().default("a,b"));
        let photos = stack.add("Photos", sam::SimpleTable::new());
        stack
            .task_by_id("Pay1")
            .grant(sam::Policy::dynamodb_crud(photos.reference()))
            .environment_variable("PHOTOS", photos.reference())
            .environment_variable("STAGE", stage.value::<String>())
            .environment_variable("ZONES", join("-", zones.value::<intrinsic::List<String>>()));
        // It names a queue of a group, which has to be there first.
        let queue = stack.task_by_id("Pay1").queue();
        let topic = stack.add("Orders", sns::Topic::new());
        stack.add(
            "Subscription",
            Resource::raw(
                "AWS::SNS::Subscription",
                json!({
                    "TopicArn": topic.reference(), "Protocol": "sqs", "Endpoint": queue.arn(),
                }),
            ),
        );
        // No name gives it.
        stack.output("PayRole", Output::new(get_att::<String>("Pay1ALFuncRole", "Arn")));
        stack.output("PayQueue", Output::new(queue.reference()));
    });
    assert_eq!(findings(&stacks), [""; 0]);
    let (root, billing) = (json_of(&stacks[0]), json_of(&stacks[1]));
    let variables = &billing["Resources"]["Pay1ALFunc"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables["PHOTOS"], json!({"Ref": "Photos"}));
    assert_eq!(billing["Parameters"]["Stage"], json!({"Type": "String", "AllowedValues": ["dev", "prod"]}));
    assert_eq!(billing["Parameters"]["Zones"], json!({"Type": "CommaDelimitedList"}));
    let given = &root["Resources"]["billingALGroup"]["Properties"]["Parameters"];
    assert_eq!(given["Zones"], json!({"Fn::Join": [",", {"Ref": "Zones"}]}));
    assert_eq!(given["Photos"], json!({"Ref": "Photos"}));
    assert_eq!(root["Resources"]["Subscription"]["DependsOn"], "billingALGroup");
    assert_eq!(
        root["Outputs"]["PayRole"]["Value"],
        json!({"Fn::GetAtt": ["billingALGroup", "Outputs.Pay1ALFuncRoleArn"]})
    );
    assert_eq!(billing["Outputs"]["Pay1ALFuncRoleArn"]["Value"], json!({"Fn::GetAtt": ["Pay1ALFuncRole", "Arn"]}));
    let url = "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/shop-Pay1";
    assert_eq!(root["Outputs"]["PayQueue"]["Value"], json!({"Fn::Sub": url}));
}

#[test]
fn what_no_name_gives_is_refused_between_groups() {
    let stacks = synthesize_with(app(two_groups()), |stack| {
        watch(stack);
        let function = stack.task_by_id("Price1").function();
        stack.override_property(&function, "Role", get_att::<String>("Price2ALFuncRole", "Arn"));
        let route = stack.task_by_id("Any1").function();
        stack.override_property(&route, "Events.APIEvent.Properties.Auth.Authorizer", "NONE");
    });
    let errors: Vec<(&str, &str, &str)> = stacks
        .iter()
        .flat_map(|stack| stack.report.findings.iter().map(|finding| (stack.name.as_str(), finding)))
        .filter(|(_, finding)| finding.rule.severity == Severity::Error)
        .map(|(stack, finding)| (stack, finding.rule.code, finding.message.as_str()))
        .collect();
    let route = "event `APIEvent` of `Any1ALFunc`: must have no `Auth` in an application with groups of API tasks, where the \
                 API has an explicit definition";
    let role = "`Price1ALFunc` of group `billing`: must not refer to `Price2ALFuncRole` of group `mail`, whose attribute \
                `Arn` no name gives";
    assert_eq!(errors, [("shop-billing", "AL0524", route), ("shop-billing", "AL0523", role)]);
}

/// The root and the template of group `billing`, of an application with two groups and a config file.
fn root_and_billing(tasks: impl IntoIterator<Item = Json>, config: &str) -> (Json, Json) {
    let mut stack = AppStack::new(&app(tasks).0, &Config::parse(config).unwrap(), None);
    watch(&mut stack);
    let stacks = Program::new().stack(stack.into_stack()).synthesize().unwrap();
    assert_eq!(findings(&stacks), [""; 0]);
    assert_eq!(stacks[1].name, "shop-billing");
    (json_of(&stacks[0]), json_of(&stacks[1]))
}

#[test]
fn tables_stay_with_the_application() {
    let mut tasks = two_groups();
    let pay = tasks.iter_mut().find(|task| task["id"] == "Pay1").unwrap();
    pay["tables"] = json!([{"name": "Orders", "access": "read_write", "partition": {"name": "id", "type": "S"}}]);
    let (root, billing) = root_and_billing(tasks, "{}");
    assert_eq!(root["Resources"]["OrdersALTable"]["Type"], "AWS::DynamoDB::Table");
    assert_eq!(root["Resources"]["OrdersALTable"]["DeletionPolicy"], "Retain");
    let given = &root["Resources"]["billingALGroup"]["Properties"]["Parameters"];
    assert_eq!(given["OrdersALTable"], json!({"Ref": "OrdersALTable"}));
    assert_eq!(given["OrdersALTableArn"], json!({"Fn::GetAtt": ["OrdersALTable", "Arn"]}));
    let function = &billing["Resources"]["Pay1ALFunc"]["Properties"];
    assert_eq!(function["Environment"]["Variables"]["ASYNC_LAMBDA_TABLE_Orders"], json!({"Ref": "OrdersALTable"}));
    assert!(function["Policies"].to_string().contains(r#""Resource":[{"Ref":"OrdersALTableArn"}"#), "{function}");
}

#[test]
fn a_hardened_application_gives_its_key_to_groups() {
    let (root, billing) = root_and_billing(two_groups(), r#"{"hardened": true}"#);
    let given = &root["Resources"]["billingALGroup"]["Properties"]["Parameters"];
    assert_eq!(given["AsyncLambdaKeyArn"], json!({"Fn::GetAtt": ["AsyncLambdaKey", "Arn"]}));
    let resources = &billing["Resources"];
    assert_eq!(resources["Pay1ALFunc"]["Properties"]["KmsKeyArn"], json!({"Ref": "AsyncLambdaKeyArn"}));
    assert_eq!(resources["Pay1ALQueue"]["Properties"]["KmsMasterKeyId"], json!({"Ref": "AsyncLambdaKeyArn"}));
    // It is one key, which the application has.
    assert!(!billing.to_string().contains("AWS::KMS::Key"), "{billing}");
}

#[test]
fn functions_of_groups_are_in_the_network_of_the_application() {
    let options = r#"{"subnet_ids": ["subnet-0a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]}"#;
    let (_, billing) = root_and_billing(two_groups(), options);
    let expected = json!({"SubnetIds": ["subnet-0a1b2c3d"], "SecurityGroupIds": ["sg-0a1b2c3d"]});
    let declared = billing["Globals"]["Function"]["VpcConfig"].clone();
    let own = billing["Resources"]["Pay1ALFunc"]["Properties"]["VpcConfig"].clone();
    assert!([declared, own].contains(&expected), "{billing}");
}
