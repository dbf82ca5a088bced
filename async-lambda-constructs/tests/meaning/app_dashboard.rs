//! The dashboard of an application.

use async_lambda_constructs::{config::Config, prelude::*};
use async_lambda_model::AppModel;
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

fn model() -> AppModel {
    let origin = json!({"file": "src/lib.rs", "line": 1});
    let task = |id: &str, trigger: Json, invokes: &[&str]| {
        let options = if id == "Charge" { json!({"lanes": 2}) } else { json!({}) };
        json!({"id": id, "trigger": trigger, "invokes": invokes, "origin": origin, "options": options})
    };
    let stream = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
    let tasks = json!([
        task("Order", json!({"api": {"method": "POST", "path": "/orders"}}), &["Charge"]),
        task("Nightly", json!({"schedule": {"expression": "rate(1 day)"}}), &["Charge"]),
        task("Charge", json!({"managed_sqs": {}}), &["Ship"]),
        task("Ship", json!({"fifo": {}}), &[]),
        task("Changed", json!({"dynamodb": {"stream_arn": stream}}), &[]),
    ]);
    serde_json::from_value(json!({"name": "shop", "origin": origin, "tasks": tasks})).unwrap()
}

fn text(stack: &AppStack, id: &str) -> Json {
    let dashboard = serde_json::to_value(stack.resource(id).unwrap()).unwrap();
    serde_json::from_str(dashboard["Properties"]["DashboardBody"]["Fn::Sub"].as_str().unwrap()).unwrap()
}

fn titles(body: &Json) -> Vec<String> {
    let widgets = body["widgets"].as_array().unwrap().iter();
    let title = |widget: &Json| {
        let properties = &widget["properties"];
        properties["title"].as_str().or(properties["markdown"].as_str()).unwrap().to_owned()
    };
    widgets.map(title).collect()
}

#[test]
fn every_task_has_a_row() {
    let config = Config::parse(r#"{"tags": {"team": "core"}}"#).unwrap();
    let mut stack = AppStack::new(&model(), &config, None);
    stack.dashboard();
    let report = stack.validate();
    let about: Vec<_> = report.findings.iter().filter(|found| found.path.to_string().contains("Dashboard")).collect();
    assert_eq!(about, Vec::<&cfn_model::Finding>::new());
    let body = text(&stack, "AsyncLambdaDashboard");
    insta::assert_snapshot!(titles(&body).join("\n"));
    let queue =
        body["widgets"].as_array().unwrap().iter().find(|widget| widget["properties"]["title"] == "Queue").unwrap();
    let lanes: Vec<&Json> =
        queue["properties"]["metrics"].as_array().unwrap().iter().map(|line| &line[4]["label"]).collect();
    assert_eq!(lanes, ["waiting, lane 0", "waiting, lane 1", "in flight, lane 0", "in flight, lane 1"]);
    let dashboard = serde_json::to_value(stack.resource("AsyncLambdaDashboard").unwrap()).unwrap();
    assert_eq!(dashboard["Properties"]["DashboardName"], json!({"Fn::Sub": "shop-${AWS::Region}"}));
    assert_eq!(dashboard["Properties"]["Tags"], json!([{"Key": "team", "Value": "core"}]));
}

#[test]
fn a_dashboard_of_some_tasks() {
    let mut stack = AppStack::new(&model(), &Config::default(), None);
    stack.dashboard_of("Billing", ["Charge", "Sihp"]);
    let body = text(&stack, "Billing");
    let rows: Vec<String> = titles(&body).into_iter().filter(|title| title.starts_with("## ")).collect();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].starts_with("## Charge\n"), "{rows:?}");
    let report = stack.validate();
    let unknown: Vec<&str> = report
        .findings
        .iter()
        .filter(|found| found.rule.code == "AL0004")
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(unknown, ["`Sihp`: must be a task of application `shop`"]);
}
