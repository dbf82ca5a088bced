//! Building templates.

use cfn_model::{
    Condition, DeletionPolicy, ForEach, IntoNode, Node, Object, Output, Parameter, Resource, Template, TemplateRule,
    intrinsic,
};
use cfn_rules::Validate as _;
use pretty_assertions::assert_eq;
use serde_json::json;

fn topic() -> Resource {
    Resource::raw("AWS::SNS::Topic", json!({}))
}

fn check(template: &Template, expected: serde_json::Value) {
    assert_eq!(Node::Object(template.document().clone()), expected.into_node());
}

#[test]
fn sections_stand_in_their_usual_order_whatever_comes_first() {
    let mut template = Template::new();
    template.output("Out", Output::new(intrinsic::r#ref("Alerts")));
    template.add("Alerts", topic());
    let stage = template.parameter("Stage", Parameter::string().default("dev"));
    let is_prod = template.condition("IsProd", Condition::equals(stage.value::<String>(), "prod"));
    template.description("what it is");
    assert_eq!(
        template.document().keys().collect::<Vec<_>>(),
        ["AWSTemplateFormatVersion", "Description", "Parameters", "Conditions", "Resources", "Outputs"]
    );
    let conditional = template.add("Prod", topic().condition(&is_prod).deletion_policy(DeletionPolicy::Retain));
    assert_eq!(
        template.resource("Prod").unwrap(),
        &json!({"Type": "AWS::SNS::Topic", "Condition": "IsProd", "DeletionPolicy": "Retain"}).into_node()
    );
    assert_eq!(conditional.r#ref().into_node(), json!({"Ref": "Prod"}).into_node());
}

#[test]
fn a_name_that_is_given_twice_is_a_finding_with_both_lines() {
    let mut template = Template::new();
    template.add("Alerts", topic());
    let first = line!() - 1;
    template.add("Alerts", Resource::raw("AWS::SQS::Queue", json!({})));
    let second = line!() - 1;
    let report = template.validate();
    let finding = &report.findings[0];
    assert_eq!(finding.rule.code, "E0000");
    assert!(finding.message.contains(&format!("template.rs:{first}:")), "{}", finding.message);
    assert_eq!(finding.origin.unwrap().line, second);
    assert_eq!(template.resource("Alerts").unwrap()["Type"].as_str(), Some("AWS::SNS::Topic"));
}

#[test]
fn overrides_reach_anything_that_is_there() {
    let mut template = Template::new();
    let queue = template.add(
        "Jobs",
        Resource::raw("AWS::SQS::Queue", json!({"DelaySeconds": 1, "Tags": [{"Key": "a", "Value": "b"}]})),
    );
    template.override_property(&queue, "DelaySeconds", 5);
    template.override_property(&queue, "Tags.0.Value", "c");
    template.override_property(&queue, "RedrivePolicy.maxReceiveCount", 7);
    template.remove_property(&queue, "VisibilityTimeout");
    check(
        &template,
        json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {
            "DelaySeconds": 5, "Tags": [{"Key": "a", "Value": "c"}], "RedrivePolicy": {"maxReceiveCount": 7}}}}}),
    );
    template.override_property("Nothing", "DelaySeconds", 1);
    template.override_property(&queue, "Tags.3.Value", 1);
    let report = template.validate();
    let messages: Vec<_> = report.findings.iter().filter(|finding| finding.rule.code == "AL0003").collect();
    assert_eq!(messages.len(), 2, "{report:?}");
}

#[test]
fn merging_goes_key_by_key() {
    let mut template = Template::new();
    template.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({"DelaySeconds": 1, "QueueName": "jobs"})));
    let Node::Object(extras) =
        json!({"Resources": {"Jobs": {"Properties": {"DelaySeconds": 2}}}, "Description": "x"}).into_node()
    else {
        unreachable!("an object literal")
    };
    template.merge(extras);
    check(
        &template,
        json!({"AWSTemplateFormatVersion": "2010-09-09", "Description": "x", "Resources": {"Jobs": {
            "Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 2, "QueueName": "jobs"}}}}),
    );
}

#[test]
fn sam_comes_last_among_the_transforms() {
    let mut template = Template::new();
    template.add("Fn", Resource::raw("AWS::Serverless::Function", json!({})));
    assert_eq!(template.document()["Transform"], "AWS::Serverless-2016-10-31".into_node());
    let body = Object::from_iter([("Topic${Name}".to_owned(), json!({"Type": "AWS::SNS::Topic"}).into_node())]);
    let names = json!(["A", "B"]).into_node();
    template.for_each(ForEach { name: "Topics".to_owned(), variable: "Name".to_owned(), collection: names, body });
    assert_eq!(
        template.document()["Transform"],
        json!(["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"]).into_node()
    );
}

#[test]
fn intrinsics_read_as_they_were_written() {
    for form in [
        json!({"Ref": "A"}),
        json!({"Fn::GetAtt": ["A", "Arn"]}),
        json!({"Fn::GetAtt": "A.Arn"}),
        json!({"Fn::Sub": "${A}"}),
        json!({"Fn::Sub": ["${A}", {"A": 1}]}),
        json!({"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        json!({"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}),
        json!({"Fn::If": ["C", 1]}),
        json!({"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": 1}]}),
        json!({"Fn::Cidr": [{"Ref": "A"}, 2]}),
        json!({"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a"}}}),
        json!({"Fn::GetAZs": ""}),
        json!({"Ref": "A", "More": 1}),
    ] {
        assert_eq!(cfn_model::Intrinsic::from_node(form.clone().into_node()).into_node(), form.into_node());
    }
}

#[test]
fn a_template_that_is_read_is_written_the_same() {
    let yaml = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySeconds: 5\n";
    let template = Template::parse(yaml).unwrap();
    let again = Template::parse(&template.to_yaml()).unwrap();
    assert_eq!(again.document(), template.document());
    assert_eq!(Template::parse(&template.to_json()).unwrap().document(), template.document());
    assert_eq!(Template::default().to_yaml(), "{}\n");
    assert_eq!(Template::parse("[1]").unwrap_err().to_string(), "a template is an object of sections, got array");
}

#[test]
fn floats_are_written_as_people_write_them() {
    for (float, expected) in [(900.0, "900"), (0.5, "0.5"), (-3.0, "-3"), (1e300, "1e300"), (f64::NAN, "null")] {
        assert_eq!(cfn_model::text::to_json_compact(&float.into_node()), expected);
    }
}

#[test]
fn what_stands_beside_the_properties_can_be_overridden() {
    let mut template = Template::new();
    let alerts = template.add("Alerts", topic());
    template.override_attribute(&alerts, "DeletionPolicy", "Retain");
    template.override_attribute(&alerts, "Metadata.Owner", "shop");
    assert_eq!(
        template.resource("Alerts").unwrap(),
        &json!({"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain", "Metadata": {"Owner": "shop"}})
    );
    assert!(!template.validate().has_errors());
    template.override_attribute("Nowhere", "DeletionPolicy", "Retain");
    let line = line!() - 1;
    let report = template.validate();
    assert_eq!(report.findings[0].rule.code, "AL0003");
    assert_eq!(report.findings[0].origin.unwrap().line, line);
}

#[test]
fn rules_and_loops_have_their_functions() {
    let mut template = Template::new();
    let stage = template.parameter("Stage", Parameter::string().allowed_values(vec!["dev", "prod"]));
    template.rule(
        "OnlyKnown",
        TemplateRule::new()
            .condition(Condition::equals(&stage, "prod"))
            .assertion(
                Condition::contains(["eu-west-1", "eu-central-1"], intrinsic::pseudo::region()),
                "prod is in the EU",
            )
            .assertion(Condition::each_member_in(intrinsic::ref_all("AWS::EC2::VPC::Id"), ["vpc-1"]), "our network"),
    );
    template.for_each(ForEach::new("Topics", "Name", ["A", "B"]).resource("Topic${Name}", topic()));
    template.for_each_output(
        ForEach::new("Arns", "Name", ["A", "B"]).entry("Arn${Name}", Output::new(intrinsic::r#ref("Topic${Name}"))),
    );
    assert_eq!(template.validate().findings, []);
    let document = template.document();
    assert_eq!(
        document["Rules"]["OnlyKnown"]["Assertions"],
        json!([
            {"Assert": {"Fn::Contains": [["eu-west-1", "eu-central-1"], {"Ref": "AWS::Region"}]},
             "AssertDescription": "prod is in the EU"},
            {"Assert": {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1"]]},
             "AssertDescription": "our network"},
        ])
        .into_node()
    );
    assert_eq!(
        document["Outputs"]["Fn::ForEach::Arns"],
        json!(["Name", ["A", "B"], {"Arn${Name}": {"Value": {"Ref": "Topic${Name}"}}}]).into_node()
    );
}
