//! Nested stacks: what they are given, and what their templates want.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::document;
use crate::{Options, validate_document};
use cfn_model::Object;

/// The template `network.yaml`, with one parameter that is needed and one that is not.
fn network(path: &str) -> Option<Object> {
    let parameters = json!({"Zone": {"Type": "String"}, "Size": {"Type": "Number", "Default": 3}});
    (path == "./network.yaml").then(|| document(json!({"Parameters": parameters})))
}

#[track_caller]
fn check(location: Value, parameters: Value, expected: &[(&str, &str)]) {
    let template = document(json!({
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": {"S": {"Type": "AWS::CloudFormation::Stack", "Properties": {
            "TemplateURL": location, "Parameters": parameters,
        }}},
    }));
    let report = validate_document(&template, &Options { nested: Some(&network), ..Options::default() });
    let found: Vec<(String, &str)> = report
        .findings
        .iter()
        .filter(|finding| finding.rule.code == "E3043")
        .map(|finding| (finding.path.to_string(), finding.message.as_str()))
        .collect();
    let place = |place: &str| format!("Resources/S/Properties/Parameters{place}");
    let expected: Vec<(String, &str)> = expected.iter().map(|(at, message)| (place(at), *message)).collect();
    assert_eq!(found, expected);
}

#[test]
fn parameters() {
    let local = || json!("./network.yaml");
    check(local(), json!({"Zone": "a", "Size": 5}), &[]);
    check(local(), json!({}), &[("", "`./network.yaml` needs the parameters `Zone`")]);
    check(
        local(),
        json!({"Zones": "a"}),
        &[
            ("", "`./network.yaml` needs the parameters `Zone`"),
            ("/Zones", "`Zones` is not a parameter of `./network.yaml`"),
        ],
    );
    check(json!("./elsewhere.yaml"), json!({"Zones": "a"}), &[]);
    check(json!("https://example.com/network.yaml"), json!({"Zones": "a"}), &[]);
    check(json!({"Ref": "Stage"}), json!({"Zones": "a"}), &[]);
}

#[test]
fn parameters_under_conditions() {
    let choose = |then, otherwise| json!({"Fn::If": ["Prod", then, otherwise]});
    let local = || json!("./network.yaml");
    check(local(), choose(json!({"Zone": "a"}), json!({"Zone": "b", "Size": 1})), &[]);
    check(
        local(),
        choose(json!({"Zone": "a"}), json!({"Size": 1})),
        &[("", "`./network.yaml` needs the parameters `Zone`")],
    );
    check(
        local(),
        json!({"Zone": choose(json!("a"), json!({"Ref": "AWS::NoValue"}))}),
        &[("", "`./network.yaml` needs the parameters `Zone`")],
    );
    check(
        local(),
        choose(json!({"Zones": "a"}), json!({"Zone": "a"})),
        &[("", "`./network.yaml` does not have the parameters `Zones`, and needs `Zone`")],
    );
    check(choose(local(), json!("s3://a/b")), json!({"Zone": "a"}), &[]);
}
