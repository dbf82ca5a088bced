//! Input that is made to cost much: the work is counted, not the time.

use serde_json::{Map, Value, json};

use super::{super::MOST_OF_A_RULE, Options, document, report, run};
use cfn_model::{IntoNode, Node, Object};

fn work(template: Value) -> u64 {
    run(&document(template), &Options::default()).1
}

#[test]
fn work_grows_with_the_template_and_not_faster() {
    let queues = |count: usize| {
        let queue =
            json!({"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 3, "Tags": [{"Key": "a", "Value": "b"}]}});
        json!({"Resources": (0..count).map(|number| (format!("Q{number}"), queue.clone())).collect::<Map<_, _>>()})
    };
    let (small, large) = (work(queues(50)), work(queues(500)));
    assert_eq!(large, small * 10);
    assert!(small < 50 * 20, "{small}");
}

#[test]
fn thirty_conditions_in_one_object() {
    let conditions: Map<_, _> = (0..30)
        .map(|number| (format!("C{number}"), json!({"Fn::Equals": [{"Ref": format!("P{number}")}, "a"]})))
        .collect();
    let parameters: Map<_, _> = (0..30).map(|number| (format!("P{number}"), json!({"Type": "String"}))).collect();
    let roles: Vec<_> =
        (0..30).map(|number| json!({"Fn::If": [format!("C{number}"), "a", {"Ref": "AWS::NoValue"}]})).collect();
    let template = json!({"Parameters": parameters, "Conditions": conditions, "Resources": {
        "P": {"Type": "AWS::DocDB::DBSubnetGroup", "Properties": {"DBSubnetGroupDescription": "d", "SubnetIds": roles}},
    }});
    assert!(report(template.clone()).findings.is_empty(), "what has too many scenarios is unknown");
    assert!(work(template) < 1000);
}

#[test]
fn conditions_that_name_each_other_many_times() {
    // Written out, the last condition has 2^30 parts.
    let mut conditions = Map::from_iter([("C0".to_owned(), json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "a"]}))]);
    for number in 1..30 {
        let before = json!({"Condition": format!("C{}", number - 1)});
        conditions.insert(format!("C{number}"), json!({"Fn::Or": [before, before]}));
    }
    let roles =
        json!([{"Fn::If": ["C29", "a", {"Ref": "AWS::NoValue"}]}, {"Fn::If": ["C0", {"Ref": "AWS::NoValue"}, "b"]}]);
    let template = json!({"Conditions": conditions, "Resources": {
        "P": {"Type": "AWS::DocDB::DBSubnetGroup", "Properties": {"DBSubnetGroupDescription": "d", "SubnetIds": roles}},
    }});
    assert!(report(template).findings.is_empty(), "the two are the same, so there is always one role");
}

#[test]
fn conditions_in_a_circle() {
    let conditions = json!({"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}});
    let properties = json!({"QueueName": {"Fn::If": ["A", "a", {"Fn::If": ["B", "b", "c"]}]}});
    report(
        json!({"Conditions": conditions, "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}}}),
    );
}

#[test]
fn conditions_that_compare_what_they_decide() {
    let of = |condition: &str| json!({"Fn::Equals": [{"Fn::If": [condition, "a", {"Ref": "P"}]}, "a"]});
    for conditions in [json!({"A": of("A")}), json!({"A": of("B"), "B": of("A")})] {
        let properties = json!({"QueueName": {"Fn::If": ["A", {"Ref": "P"}, "b"]}});
        report(json!({
            "Parameters": {"P": {"Type": "String", "AllowedValues": ["a", "b"]}},
            "Conditions": conditions,
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}},
        }));
    }
}

#[test]
fn deep_values() {
    let mut deep = Node::String("a".to_owned());
    for level in 0..1000 {
        deep = match level % 3 {
            0 => Node::Array(vec![deep]),
            1 => Node::Object(Object::from_iter([("Fn::Join".to_owned(), deep)])),
            _ => Node::Object(Object::from_iter([("Statement".to_owned(), deep)])),
        };
    }
    let mut template = document(json!({"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {}}}}));
    template["Resources"].as_object_mut().unwrap()["P"].as_object_mut().unwrap()["Properties"] =
        Node::Object(Object::from_iter([("PolicyDocument".to_owned(), deep.clone())]));
    template.insert("Conditions".to_owned(), Node::Object(Object::from_iter([("C".to_owned(), deep)])));
    run(&template, &Options::default());
}

#[test]
fn statements_that_hold_each_other() {
    // A rule of a web ACL can hold rules in itself: a schema that refers to itself.
    let mut statement = json!({"GeoMatchStatement": {"CountryCodes": ["DE"]}});
    for _ in 0..20 {
        statement = json!({"OrStatement": {"Statements": [{"NotStatement": {"Statement": statement.clone()}}, {"GeoMatchStatement": {"CountryCodes": ["XX"]}}]}});
    }
    let acl = json!({
        "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m"},
        "Rules": [{"Name": "r", "Priority": 1, "Action": {"Block": {}}, "Statement": statement,
            "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m"}}],
    });
    assert!(work(json!({"Resources": {"A": {"Type": "AWS::WAFv2::WebACL", "Properties": acl}}})) < 20_000);
}

#[test]
fn long_circles_and_wide_objects() {
    let resources: Map<_, _> = (0..3000)
        .map(|number| {
            let next = format!("${{Q{}}}", (number + 1) % 3000);
            (format!("Q{number}"), json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": next}}}))
        })
        .collect();
    let circles = report(json!({"Resources": resources})).findings;
    assert_eq!(circles.iter().filter(|finding| finding.rule.code == "E3004").count(), 3000);
    let wide: Map<_, _> = (0..20_000).map(|number| (format!("Unknown{number}"), json!(number))).collect();
    let report = report(json!({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": wide}}}));
    assert_eq!(report.findings.len(), MOST_OF_A_RULE + 1);
    let rest = &report.findings[0];
    assert_eq!((rest.rule.code, rest.message.starts_with("and 15000 more findings of this kind")), ("E3002", true));
}

#[test]
fn odd_names_and_texts() {
    let long = "x".repeat(100_000);
    let properties = json!({
        "": {"": ""}, "\u{0}": 1, "QueueName": {"Fn::Sub": format!("${{{long}}}${{${{")},
        "Tags": [{"Key": {"Ref": &long}, "Value": {"Fn::GetAtt": "."}}],
    });
    let found =
        report(json!({"Resources": {"Q": {"Type": &long, "Properties": properties}, "": {"Type": ""}}})).findings;
    assert!(found.iter().all(|finding| finding.message.len() < 1000), "a message stays short");
    for value in [Node::Null, Node::Bool(true), Node::Array(Vec::new()), "".into_node()] {
        for section in [
            "Parameters",
            "Mappings",
            "Conditions",
            "Resources",
            "Outputs",
            "Rules",
            "Globals",
            "Transform",
            "Metadata",
        ] {
            run(&Object::from_iter([(section.to_owned(), value.clone())]), &Options::default());
            let inner = Object::from_iter([("A".to_owned(), value.clone())]);
            run(&Object::from_iter([(section.to_owned(), Node::Object(inner))]), &Options::default());
        }
    }
}

#[test]
fn patterns_of_actions_that_fit_nothing() {
    let patterns = |count: usize| {
        let actions: Vec<_> = (0..count).map(|number| format!("ec2:{}{number}", "*a?".repeat(40))).collect();
        let policy = json!({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}});
        report(
            json!({"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}}}),
        )
    };
    let codes = |count| patterns(count).findings.iter().map(|finding| finding.rule.code).collect::<Vec<_>>();
    assert_eq!(codes(3), ["W3037"]);
    assert_eq!(codes(3_000), ["AL0401", "W3037"]);
}

#[test]
fn results_of_functions_are_bounded() {
    let values: Vec<String> = (0..200).map(|number| format!("{number}{}", "x".repeat(500))).collect();
    let names: Vec<String> = (0..60).map(|number| format!("P{number}")).collect();
    let parameters: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), json!({"Type": "String", "AllowedValues": values}))).collect();
    let parts: Vec<Value> = names.iter().map(|name| json!({"Ref": name})).collect();
    let find = json!({"Fn::FindInMap": [{"Ref": "P0"}, {"Ref": "P1"}, {"Ref": "P2"}]});
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {
        "DelaySeconds": {"Fn::Join": ["", parts]}, "MessageRetentionPeriod": find,
    }});
    let resources: serde_json::Map<String, Value> =
        (0..200).map(|number| (format!("Q{number}"), queue.clone())).collect();
    let template = json!({"Parameters": parameters, "Mappings": {"M": {"a": {"b": 1}}}, "Resources": resources});
    let found: Vec<&str> = report(template).findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(found, ["AL0401"], "what takes too much work is unknown, and that is said");
}

#[test]
fn thousands_of_misspelled_names() {
    let queue =
        |number: usize| json!({"Type": format!("AWS::SQS::Quee{number}"), "DependsOn": format!("Nothing{number}")});
    let queues: Map<_, _> = (0..2_000).map(|number| (format!("Q{number}"), queue(number))).collect();
    let findings = report(json!({"Resources": queues})).findings;
    let of_types: Vec<_> = findings.iter().filter(|finding| finding.rule.code == "E3006").collect();
    assert_eq!(of_types.len(), 2_000, "each is found");
    assert_eq!(of_types[0].help.as_deref(), Some("did you mean `AWS::SQS::Queue`?"));
    assert!(of_types[1_999].help.is_none(), "what was meant is said of the first only");
}

#[test]
fn values_that_are_looked_up_in_long_lists() {
    let mapping: Map<_, _> = (0..5_000).map(|number| (format!("k{number}"), json!({"a": "b"}))).collect();
    let values: Vec<String> = (0..20_000).map(|number| format!("v{number}")).collect();
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {
        "QueueName": {"Fn::FindInMap": ["M", {"Ref": "A"}, "a"]}, "KmsMasterKeyId": {"Ref": "A"},
    }});
    let queues: Map<_, _> = (0..1_000).map(|number| (format!("Q{number}"), queue.clone())).collect();
    let parameters = json!({"A": {"Type": "String", "AllowedValues": values}});
    let template = json!({"Parameters": parameters, "Mappings": {"M": mapping}, "Resources": queues});
    assert!(report(template).findings.iter().any(|finding| finding.rule.code == "AL0401"));
}

fn matches(pattern: &str, text: &str) -> Option<bool> {
    cfn_pattern::Pattern::new(pattern).ok().map(|pattern| pattern.is_match(text))
}

#[test]
fn patterns_of_parameters_that_never_end() {
    let pattern = format!("{}a{}b", "(".repeat(40), "{1,1000})".repeat(40));
    let text = "a".repeat(4_000);
    let endless = matches(&pattern, &format!("{text}b"));
    assert_eq!(endless, Some(true), "what is too much work is not refused");
    assert_eq!(matches("^(a|aa)*$", &format!("{text}b")), Some(false));
}

#[test]
fn variables_of_a_text_by_the_thousand() {
    let text: String = (0..2_000).map(|number| format!("${{V{number}}}")).collect();
    let variables: Map<_, _> = (0..2_001).map(|number| (format!("V{number}"), json!("x"))).collect();
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": [text, variables]}}});
    let found = report(json!({"Resources": {"Q": queue}})).findings;
    let unused: Vec<_> = found.iter().filter(|finding| finding.rule.code == "W1019").collect();
    assert_eq!(unused.len(), 1, "only the last is not used");
}
