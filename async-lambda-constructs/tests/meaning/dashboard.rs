//! Dashboards.

use async_lambda_constructs::{
    constructs::{Alarm, Dashboard, Key, Table, Widget},
    metric::{Metric, QueueMetrics},
    prelude::*,
};
use pretty_assertions::assert_eq;
use serde_json::Value as Json;

use super::{findings, properties};

/// The body with `${...}` left in it, which is JSON, too.
fn body(properties: &Json) -> Json {
    let text = match &properties["DashboardBody"]["Fn::Sub"] {
        Json::Array(arguments) => arguments[0].as_str(),
        Json::String(text) => Some(text.as_str()),
        _ => properties["DashboardBody"].as_str(),
    };
    serde_json::from_str(text.unwrap()).unwrap()
}

#[test]
fn rows_from_left_to_right() {
    let mut stack = Stack::new("orders");
    let jobs = stack.add("Jobs", ManagedQueue::new());
    let late = stack.add("JobsLate", Alarm::above(jobs.metric_age(), 900));
    let orders = stack.add("Orders", Table::new(Key::string("id")));
    let dashboard = Dashboard::new()
        .dashboard_name("orders")
        .row([Widget::text("# \"Orders\"\n${not a variable}").height(2)])
        .row([
            Widget::lines("jobs", [jobs.metric_visible(), jobs.metric_in_flight()]),
            Widget::numbers("throttled", [orders.metric_throttled(), orders.metric_throttled()]),
            Widget::alarms("alarms", [&late]).width(4).height(3),
        ])
        .row([Widget::logs("errors", [ref_("Jobs"), if_("IsProd", "/prod", "/dev")], "fields @message | limit 20")]);
    stack.condition("IsProd", Condition::equals(pseudo::region(), "eu-central-1"));
    stack.add("Overview", dashboard);
    let properties = properties(&stack, "Overview");
    assert_eq!(properties["DashboardBody"]["Fn::Sub"][1], json!({"Value0": {"Fn::If": ["IsProd", "/prod", "/dev"]}}));
    assert!(properties["DashboardBody"]["Fn::Sub"][0].as_str().unwrap().contains("${!not a variable}"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&body(&properties)).unwrap());
}

#[test]
fn a_text_alone_is_no_substitution() {
    let mut stack = Stack::new("orders");
    stack.add("Overview", Dashboard::new().row([Widget::text("costs ${5}")]));
    let properties = properties(&stack, "Overview");
    assert_eq!(body(&properties)["widgets"][0]["properties"]["markdown"], "costs ${5}");
}

#[test]
fn what_does_not_fit() {
    let mut stack = Stack::new("orders");
    let many = |count| (0..count).map(|index| Metric::new("Shop", format!("M{index}")));
    let dashboard = Dashboard::new()
        .row([Widget::text("a").width(20), Widget::text("b").width(5)])
        .row([Widget::text("a").width(24), Widget::text("b")])
        .row([Widget::text("a").height(0)])
        .row([Widget::text("a").height(u32::MAX), Widget::text("b").width(u32::MAX), Widget::text("c").width(u32::MAX)])
        .row([Widget::lines("all", many(501))])
        .row((0..5).map(|_| Widget::lines("all", many(500))));
    stack.add("Overview", dashboard);
    insta::assert_debug_snapshot!(findings(&stack));
}
