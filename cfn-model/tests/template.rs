//! Building templates.

use cfn_model::{
    Condition, DeletionPolicy, ForEach, IntoNode, IntoResource as _, Node, Object, Output, Parameter, Path,
    PropertyPath, Resource, SERVERLESS_TRANSFORM, Segment, Template, TemplateRule, intrinsic,
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
    template.output("Out", Output::new(intrinsic::ref_("Alerts")));
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
    assert_eq!(conditional.reference().into_node(), json!({"Ref": "Prod"}).into_node());
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
fn overrides_name_keys_with_dots_and_members_of_lists() {
    let check = |path: PropertyPath, value: serde_json::Value, expected: serde_json::Value| {
        let mut template = Template::new();
        let was = json!({"Parameters": {"work_mem": "65536"}, "Tags": [{"Key": "a"}], "List": [1]});
        template.add("Pg", Resource::raw("AWS::RDS::DBParameterGroup", was.clone()));
        template.override_property("Pg", path, value);
        let line = line!() - 1;
        let found = template.problems().first();
        match expected.as_str() {
            None => {
                assert_eq!(template.resource("Pg").unwrap()["Properties"], expected);
                assert_eq!(found, None);
            }
            Some(message) => {
                let found = found.unwrap();
                assert_eq!(found.message, message);
                assert_eq!(found.origin.unwrap().line, line);
                assert_eq!(template.resource("Pg").unwrap()["Properties"], was, "nothing changes");
            }
        }
    };
    let with = |key: &str, value: serde_json::Value| {
        let mut made = json!({"Parameters": {"work_mem": "65536"}, "Tags": [{"Key": "a"}], "List": [1]});
        made[key] = value;
        made
    };
    let parameters = |key: &str| with("Parameters", json!({"work_mem": "65536", key: "1"}));
    let segments = |all: &[Segment]| PropertyPath::from(Path(all.to_vec()));

    check("Parameters.rds\\.force_ssl".into(), json!("1"), parameters("rds.force_ssl"));
    check("Parameters.a\\\\b".into(), json!("1"), parameters("a\\b"));
    check(["Parameters", "rds.force_ssl"].into(), json!("1"), parameters("rds.force_ssl"));
    check(vec!["Parameters".to_owned(), "rds.force_ssl".to_owned()].into(), json!("1"), parameters("rds.force_ssl"));
    check(segments(&["Parameters".into(), "rds.force_ssl".into()]), json!("1"), parameters("rds.force_ssl"));
    check(String::from("Parameters.200").into(), json!("1"), parameters("200"));

    check("Tags.0.Value".into(), json!("b"), with("Tags", json!([{"Key": "a", "Value": "b"}])));
    check("Tags.1.Key".into(), json!("b"), with("Tags", json!([{"Key": "a"}, {"Key": "b"}])));
    check("List.1".into(), json!(2), with("List", json!([1, 2])));
    check("New.0.Items.0".into(), json!(1), with("New", json!([{"Items": [1]}])));
    check(segments(&["New".into(), "0".into()]), json!(1), with("New", json!({"0": 1})));
    check(segments(&["New".into(), 0.into()]), json!(1), with("New", json!([1])));

    let says = |path: &str, reason: &str| json!(format!("override of `Properties/{path}` in `Pg`: {reason}"));
    check("Tags.2.Key".into(), json!(1), says("Tags/2/Key", "the list has 1 member, and index 2 is not the next"));
    check("Tags.Key".into(), json!(1), says("Tags/Key", "a list has no key `Key`"));
    check("New.1".into(), json!(1), says("New/1", "nothing is there, and a new list begins at index 0, not 1"));
    check("New.A.7.B".into(), json!(1), says("New/A/7/B", "nothing is there, and a new list begins at index 0, not 7"));
    check("List.0.A".into(), json!(1), says("List/0/A", "an integer is there, not an object or a list"));
    check("Parameters..a".into(), json!(1), says("Parameters//a", "a key between dots must not be empty"));
    check("".into(), json!(1), says("", "a key between dots must not be empty"));
    check("Parameters.a\\b".into(), json!(1), says("Parameters/a", "`\\b` is no escape, only `\\.` and `\\\\` are"));
    check("Parameters.a\\".into(), json!(1), says("Parameters/a", "it ends in the middle of an escape"));
    check(
        vec!["A"; 300].into(),
        json!(1),
        says(&["A"; 300].join("/"), "the path must have at most 256 steps, got 301"),
    );
    check(segments(&["Parameters".into(), 0.into()]), json!(1), says("Parameters/0", "an object has no index 0"));
}

#[test]
fn overrides_do_not_lead_into_functions() {
    let mut template = Template::new();
    let environment = json!({"Fn::If": ["C", {"Variables": {"A": "b"}}, {"Ref": "AWS::NoValue"}]});
    template.add("Fn", Resource::raw("AWS::Lambda::Function", json!({"Environment": environment})));
    template.override_property("Fn", "Environment.Fn::If.1.Variables.B", "c");
    assert_eq!(
        template.resource("Fn").unwrap()["Properties"]["Environment"]["Fn::If"].as_array().unwrap()[1],
        json!({"Variables": {"A": "b", "B": "c"}})
    );
    template.override_property("Fn", "Environment.Variables.D", "e");
    assert_eq!(
        template.problems()[0].message,
        "override of `Properties/Environment/Variables/D` in `Fn`: it leads into the function `Fn::If`"
    );
    assert_eq!(template.problems()[0].path.to_string(), "Resources/Fn/Properties/Environment");
}

#[test]
fn findings_point_at_the_override() {
    let mut template = Template::new();
    let queue = template.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({"DelaySeconds": "x"})));
    let added = line!() - 1;
    template.override_property(&queue, "Tags", json!([{"Key": 1, "Value": []}]));
    let overridden = line!() - 1;
    let report = template.validate();
    let line_of = |path: &str| {
        report.findings.iter().find(|finding| finding.path.to_string().ends_with(path)).unwrap().origin.unwrap().line
    };
    assert_eq!((line_of("DelaySeconds"), line_of("Tags/0/Value")), (added, overridden));
    let mut bare = Template::new();
    bare.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({})));
    bare.remove_property("Jobs", "Tags.0.Key");
    assert_eq!(bare.resource("Jobs").unwrap(), &json!({"Type": "AWS::SQS::Queue"}));
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
fn transforms_are_brought() {
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
fn transforms_keep_their_order() {
    let check = |transform: serde_json::Value, expected: serde_json::Value| {
        let text = json!({"Transform": transform, "Resources": {}}).to_string();
        let mut template = Template::parse(&text).unwrap();
        template.add("Fn", Resource::raw("AWS::Serverless::Function", json!({})));
        template.for_each(ForEach::new("Topics", "Name", ["A", "B"]).resource("Topic${Name}", topic()));
        template.transform(SERVERLESS_TRANSFORM);
        assert_eq!(template.document()["Transform"], expected);
    };
    let (sam, loops) = (SERVERLESS_TRANSFORM, "AWS::LanguageExtensions");
    let datadog = json!({"Name": "DatadogServerless", "Parameters": {"nodeLayerVersion": 43}});
    check(json!([sam, datadog]), json!([loops, sam, datadog]));
    check(json!([datadog, {"Name": sam}]), json!([datadog, loops, {"Name": sam}]));
    check(json!([sam, "A", {"Name": loops}, "B"]), json!([sam, "A", {"Name": loops}, "B"]));
    check(json!({"Name": "A"}), json!([{"Name": "A"}, loops, sam]));
    check(json!("A"), json!(["A", loops, sam]));
    check(json!([]), json!([loops, sam]));

    let mut template = Template::new();
    template.transform(SERVERLESS_TRANSFORM);
    for _ in 0..2 {
        template.transform(datadog.clone());
        template.transform("DatadogServerless");
    }
    assert_eq!(template.document()["Transform"], json!([sam, datadog]));
}

#[test]
fn policies_and_limits_take_what_cloudformation_takes() {
    let policy = intrinsic::if_("Keep", "Retain", DeletionPolicy::Delete);
    let node = Resource::raw("AWS::SNS::Topic", Node::Null)
        .deletion_policy(policy)
        .update_replace_policy("Retain")
        .into_definition();
    assert_eq!(
        node,
        json!({"Type": "AWS::SNS::Topic", "DeletionPolicy": {"Fn::If": ["Keep", "Retain", "Delete"]}, "UpdateReplacePolicy": "Retain"})
    );
    let parameter = Parameter::number().min_value(-1).max_value(5.5).into_node();
    assert_eq!(parameter, json!({"Type": "Number", "MinValue": -1, "MaxValue": 5.5}));
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
        ForEach::new("Arns", "Name", ["A", "B"]).entry("Arn${Name}", Output::new(intrinsic::ref_("Topic${Name}"))),
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
