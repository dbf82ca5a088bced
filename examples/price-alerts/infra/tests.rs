//! Resources beside the tasks, at each stage.

use async_lambda_constructs::config::Config;

use super::*;

fn stack(stage: Option<&str>) -> AppStack {
    let mut stack = AppStack::new(&price_alerts::app().model().unwrap(), &Config::default(), stage);
    resources(&mut stack);
    stack
}

#[test]
fn alarms_are_in_production_only() {
    assert!(stack(None).resource("MessagesFail").is_none());
    let stack = stack(Some("prod"));
    assert!(stack.resource("MessagesFail").is_some());
    let report = stack.validate();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[test]
fn one_task_may_publish() {
    let stack = stack(None);
    let policies = |id: &str| stack.resource(id).unwrap()["Properties"]["Policies"].to_string();
    assert!(policies("AnnounceALFunc").contains("sns:Publish"));
    assert!(!policies("PriceALFunc").contains("sns:Publish"));
}
