//! Cross-origin resource sharing of an application's API.
#![cfg(feature = "app")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use async_lambda_constructs::{config::Config, prelude::*};
use async_lambda_model::AppModel;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

const SHOP: &str = "https://shop.example";

/// Routes of all kinds, and the option where it is one.
fn model(cors: &Value, media_types: &[&str]) -> AppModel {
    let task = |id: &str, method: &str, path: &str| {
        let trigger = json!({"api": {"method": method, "path": path}});
        json!({"id": id, "trigger": trigger, "origin": {"file": "src/lib.rs", "line": 1}})
    };
    let tasks = json!([
        task("Get", "GET", "/orders/{id}"),
        task("Delete", "DELETE", "/orders/{id}"),
        task("Any", "ANY", "/any/{proxy+}"),
        task("Post", "POST", "/own"),
        task("Own", "OPTIONS", "/own"),
        {"id": "Tick", "trigger": {"schedule": {"expression": "rate(1 day)"}}, "origin": {"file": "src/lib.rs", "line": 2}},
    ]);
    let mut model = json!({"name": "shop", "tasks": tasks, "binary_media_types": media_types,
        "origin": {"file": "src/lib.rs", "line": 1}});
    if !cors.is_null() {
        model["cors"] = cors.clone();
    }
    serde_json::from_value(model).unwrap()
}

fn resources(model: &AppModel, config: &Value, stage: Option<&str>) -> Value {
    let config = Config::parse(&config.to_string()).unwrap();
    assert_eq!(config.check(model, stage), []);
    let stack = AppStack::new(model, &config, stage).into_stack();
    assert!(!stack.validate().has_errors(), "{:#?}", stack.validate().findings);
    let mut template: Value = serde_json::from_str(&stack.to_json()).unwrap();
    template["Resources"].take()
}

/// The events of the functions of all API tasks, as `task event method`.
fn events(resources: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (id, function) in resources.as_object().unwrap() {
        for (name, event) in function["Properties"]["Events"].as_object().into_iter().flatten() {
            if event["Type"] == "Api" {
                found.push(format!("{id} {name} {}", event["Properties"]["Method"].as_str().unwrap()));
            }
        }
    }
    found
}

const OWN_ROUTES: [&str; 5] = [
    "GetALFunc APIEvent get",
    "DeleteALFunc APIEvent delete",
    "AnyALFunc APIEvent any",
    "PostALFunc APIEvent post",
    "OwnALFunc APIEvent options",
];

fn variable(resources: &Value, task: &str) -> Value {
    resources[format!("{task}ALFunc")]["Properties"]["Environment"]["Variables"]["ASYNC_LAMBDA_CORS"].clone()
}

#[test]
fn without_the_option_there_is_nothing() {
    let resources = resources(&model(&Value::Null, &[]), &json!({}), None);
    let api = &resources["AsyncLambdaAPIGateway"]["Properties"];
    assert_eq!((&api["Cors"], &api["GatewayResponses"]), (&Value::Null, &Value::Null));
    assert_eq!(events(&resources), OWN_ROUTES);
    assert!(!resources.to_string().contains("CORS"));
}

#[test]
fn the_api_answers_for_one_origin() {
    let cors = json!({"allow_origins": [SHOP], "allow_credentials": true, "max_age": 600});
    let resources = resources(&model(&cors, &["image/png"]), &json!({}), None);
    let api = &resources["AsyncLambdaAPIGateway"]["Properties"];
    let headers = "'Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-User-Agent,X-Api-Key'";
    let expected = json!({
        "AllowOrigin": "'https://shop.example'", "AllowHeaders": headers, "MaxAge": "'600'", "AllowCredentials": true,
    });
    assert_eq!(api["Cors"], expected);
    let of_errors = json!({"ResponseParameters": {"Headers": {
        "Access-Control-Allow-Origin": "'https://shop.example'", "Access-Control-Allow-Credentials": "'true'",
    }}});
    assert_eq!(api["GatewayResponses"], json!({"DEFAULT_4XX": of_errors, "DEFAULT_5XX": of_errors}));
    assert_eq!(events(&resources), OWN_ROUTES);
    // The functions know it from code.
    assert_eq!(variable(&resources, "Get"), Value::Null);
}

#[test]
fn without_headers_there_is_no_property_for_them() {
    let cors = json!({"allow_origins": [SHOP], "allow_headers": []});
    let resources = resources(&model(&cors, &[]), &json!({}), None);
    let expected = json!({"AllowOrigin": "'https://shop.example'", "MaxAge": "'7200'"});
    assert_eq!(resources["AsyncLambdaAPIGateway"]["Properties"]["Cors"], expected);
}

#[test]
fn functions_answer_for_several_origins() {
    let with_preflights = || {
        let mut routes: Vec<String> = OWN_ROUTES.map(str::to_owned).to_vec();
        // Under `ANY` alone, an authorizer of the API would refuse them.
        routes.extend(["AnyALFunc CORSEvent options", "GetALFunc CORSEvent options"].map(str::to_owned));
        routes
    };
    let check = |cors: Value, media_types: &[&str], of_errors: Value| {
        let resources = resources(&model(&cors, media_types), &json!({}), None);
        let api = &resources["AsyncLambdaAPIGateway"]["Properties"];
        assert_eq!(api["Cors"], Value::Null);
        let header = &api["GatewayResponses"]["DEFAULT_4XX"]["ResponseParameters"]["Headers"];
        assert_eq!(header["Access-Control-Allow-Origin"], of_errors);
        let mut found = events(&resources);
        found.sort();
        let mut expected = with_preflights();
        expected.sort();
        assert_eq!(found, expected);
    };
    let two = json!([SHOP, "http://localhost:3000"]);
    check(json!({"allow_origins": two}), &[], json!("'*'"));
    check(json!({"allow_origins": two, "allow_credentials": true}), &[], Value::Null);
    // API Gateway's own answer would be an error: a request without a body is JSON, and so binary.
    check(json!({"allow_origins": [SHOP]}), &["image/png", "*/*"], json!("'https://shop.example'"));
}

#[test]
fn a_stage_may_have_other_origins() {
    let model = model(&json!({"allow_origins": [SHOP], "max_age": 60}), &[]);
    let config = json!({
        "cors": {"allow_headers": ["x-a"]},
        "stages": {"dev": {"cors": {"allow_origins": ["http://localhost:3000"]}}, "prod": {}},
    });
    let of = |stage: &str| resources(&model, &config, Some(stage));
    let origin = |resources: &Value| resources["AsyncLambdaAPIGateway"]["Properties"]["Cors"]["AllowOrigin"].clone();
    let (dev, prod) = (of("dev"), of("prod"));
    assert_eq!((origin(&dev), origin(&prod)), (json!("'http://localhost:3000'"), json!("'https://shop.example'")));
    let read = |resources: &Value, task: &str| -> Value {
        serde_json::from_str(variable(resources, task).as_str().unwrap()).unwrap()
    };
    let expected = json!({"allow_origins": ["http://localhost:3000"], "allow_headers": ["x-a"], "max_age": 60});
    assert_eq!(read(&dev, "Get"), expected);
    assert_eq!(read(&prod, "Any")["allow_origins"], json!([SHOP]));
    assert_eq!(variable(&dev, "Tick"), Value::Null);
}

#[test]
fn settings_that_browsers_would_not_understand() {
    let check = |model: &AppModel, config: Value, expected: Option<(&str, &str)>| {
        let findings = Config::parse(&config.to_string()).unwrap().check(model, Some("prod"));
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.rule.code, finding.path.to_string(), finding.message.clone()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(path, message)| ("AL0130", (*path).to_owned(), (*message).to_owned())).collect();
        assert_eq!(found, expected);
    };
    let with = model(&json!({"allow_origins": [SHOP]}), &[]);
    let origins = |origins: Value| json!({"stages": {"prod": {"cors": {"allow_origins": origins}}}});
    check(&with, origins(json!(["*"])), None);
    check(
        &with,
        origins(json!(["shop.example"])),
        Some((
            "stages/prod/cors/allow_origins",
            "cors: `allow_origins` must be `*` or `scheme://host[:port]`, got `shop.example`",
        )),
    );
    check(
        &with,
        json!({"cors": {"allow_credentials": true}, "stages": {"prod": {"cors": {"allow_origins": ["*"]}}}}),
        Some((
            "stages/prod/cors/allow_origins",
            "cors: `allow_origins` must name origins where credentials are allowed, got `*`",
        )),
    );
    check(
        &with,
        origins(json!([])),
        Some(("stages/prod/cors/allow_origins", "cors: `allow_origins` must have at least one origin, got none")),
    );
    check(
        &model(&Value::Null, &[]),
        origins(json!([SHOP])),
        Some(("stages/prod/cors", "`cors`: must come with `App::cors`, got none in the application")),
    );
}
