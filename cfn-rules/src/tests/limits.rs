//! What is beyond a limit is said, and nothing wrong is said instead.

use std::{cell::Cell, collections::BTreeSet};

use serde_json::{Map, Value, json};

use super::{super::MOST_OF_A_RULE, Options, document, report, run};
use crate::validate_document;
use cfn_model::text::{ErrorKind, Limits, parse};

/// The codes of a report, and where the findings are.
#[track_caller]
fn check(template: Value, expected: &[(&str, &str)]) {
    let report = report(template);
    let found: Vec<_> = report.findings.iter().map(|found| (found.rule.code, found.path.to_string())).collect();
    let found: Vec<_> = found.iter().map(|(code, path)| (*code, path.as_str())).collect();
    assert_eq!(found, expected);
}

fn many<T: Into<Value>>(count: usize, each: impl Fn(usize) -> (String, T)) -> Map<String, Value> {
    (0..count).map(each).map(|(name, value)| (name, value.into())).collect()
}

#[test]
fn texts_that_grow() {
    let key = "x".repeat(Limits::MAX_PATH);
    let long = format!("{{\"a\": {{\"{key}\": 1}}}}");
    let bomb = format!("A: &a {}\nB: [{}]\n", "x".repeat(100_000), "*a,".repeat(400));
    for (text, expected) in [
        (long, ErrorKind::PathTooLong { limit: Limits::MAX_PATH }),
        (format!("a:\n  ? {key}\n  : 1\n"), ErrorKind::PathTooLong { limit: Limits::MAX_PATH }),
        (bomb, ErrorKind::TooMuchRepeated { limit: Limits::default().bytes }),
    ] {
        assert_eq!(parse(&text, &Limits::default()).unwrap_err().kind, expected);
    }
    let fits = format!("{{\"a\": {{\"{}\": 1}}, \"b\": 2}}", &key[1..]);
    assert!(parse(&fits, &Limits::default()).is_ok(), "only the keys on one way count");
}

#[test]
fn a_flood_of_one_rule_hides_no_other() {
    let mut properties = many(MOST_OF_A_RULE + 7, |number| (format!("Unknown{number}"), 1));
    properties.insert("DelaySeconds".to_owned(), json!(-1));
    let mut template = json!({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}}});
    let found = report(template.clone()).findings;
    let counted: Vec<_> = found.iter().filter(|found| found.rule.code == "E3002").collect();
    assert_eq!(counted.len(), MOST_OF_A_RULE + 1);
    assert_eq!(counted[0].actual.as_deref(), Some((MOST_OF_A_RULE + 7).to_string().as_str()));
    assert!(found.iter().any(|found| found.rule.code == "E3034"));
    // Whoever does not want to hear of a rule does not hear how much there is of it.
    template["Metadata"] = json!({"cfn-validate": {"ignore": {"E3002": "it is new"}}});
    assert_eq!(report(template.clone()).findings.len(), 1);
    template["Metadata"] = json!({"cfn-lint": {"config": {"ignore_checks": ["E3002"]}}});
    assert_eq!(report(template).findings.len(), 1);
}

#[test]
fn globals_for_thousands_of_functions() {
    let variables = many(300, |number| (format!("V{number}"), "x"));
    let functions = many(1_000, |number| (format!("F{number}"), json!({"Type": "AWS::Serverless::Function"})));
    let template = |functions: Map<String, Value>| {
        json!({
            "Transform": "AWS::Serverless-2016-10-31",
            "Globals": {"Function": {
                "Handler": "a.b", "Runtime": "python3.13", "CodeUri": "s3://bucket/key", "Environment": {"Variables": &variables},
            }},
            "Resources": functions,
        })
    };
    let few: Map<_, _> = functions.clone().into_iter().take(100).collect();
    check(template(few), &[]);
    let found = report(template(functions)).findings;
    let codes: Vec<_> = found.iter().map(|found| (found.rule.code, found.path.to_string())).collect();
    assert!(codes.contains(&("AL0401", "Globals".to_owned())), "{codes:?}");
    assert!(codes.iter().all(|(code, _)| ["AL0401", "E3010"].contains(code)), "{codes:?}");
}

#[test]
fn loops_that_grow() {
    let queues = |body: Value| {
        let values: Vec<String> = (0..100).map(|number| format!("{number}{}", "&{A}".repeat(500))).collect();
        json!({"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::A": ["A", values, body]}})
    };
    let text = "${A}".repeat(300);
    let body = json!({"Q${A}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": text}}}});
    check(queues(body), &[("AL0401", "")]);
    let numbers: Vec<usize> = (0..100).collect();
    let inner = json!({"Fn::ForEach::B": ["B", numbers, {"Fn::ForEach::C": ["C", numbers, {}]}]});
    check(queues(inner), &[("AL0401", "")]);
}

#[test]
fn patterns_of_parameters() {
    let pattern = format!("{}a{}b", "(".repeat(40), "{1,1000})".repeat(40));
    let parameter = json!({"Type": "String", "AllowedPattern": pattern, "Default": format!("{}b", "a".repeat(4_000))});
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "P"}}});
    let found = report(json!({"Parameters": {"P": parameter}, "Resources": {"Q": queue}})).findings;
    let found: Vec<_> = found.iter().map(|found| (found.rule.code, found.path.to_string())).collect();
    assert!(found.contains(&("AL0401", "Parameters/P/Default".to_owned())), "{found:?}");
}

#[test]
fn documents_in_texts() {
    let mut bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for level in 1..5 {
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", ")));
    }
    let one = json!({"Type": "AWS::SSM::Document", "Properties": {"Content": bomb}});
    let documents = many(10, |number| (format!("D{number}"), one.clone()));
    let codes: Vec<_> = report(json!({"Resources": documents})).findings.iter().map(|found| found.rule.code).collect();
    assert!(codes.contains(&"AL0401") && codes.iter().filter(|code| **code == "E3051").count() < 10, "{codes:?}");
}

#[test]
fn nested_templates_are_read_once_and_not_all() {
    let stack = |path: String| json!({"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": path, "Parameters": {"A": "b"}}});
    let check = |paths: usize, reads: usize, is_said: bool| {
        let stacks = many(100, |number| (format!("S{number}"), stack(format!("{}.yaml", number % paths))));
        let asked = Cell::new(0);
        let nested = |_: &str| {
            asked.set(asked.get() + 1);
            Some(document(json!({"Parameters": {"A": {"Type": "String"}}})))
        };
        let template = document(json!({"Resources": stacks}));
        let options = Options { nested: Some(&nested), ..Options::default() };
        let found = validate_document(&template, &options).findings;
        assert_eq!(asked.get(), reads);
        assert_eq!(found.iter().any(|found| found.rule.code == "AL0401"), is_said, "{found:?}");
    };
    check(1, 1, false);
    check(50, 50, false);
    check(51, 50, true);
}

#[test]
fn questions_about_conditions() {
    let parameters = json!({"P": {"Type": "String"}});
    let count = 1_000;
    let all: Vec<_> = (0..count).map(|number| json!({"Condition": format!("C{number}")})).collect();
    let mut conditions =
        many(count, |number| (format!("C{number}"), json!({"Fn::Equals": [{"Ref": "P"}, number.to_string()]})));
    conditions.insert("All".to_owned(), json!({"Fn::Or": all}));
    let queue = |number: usize| {
        let name = json!({"Fn::If": ["All", {"Fn::If": [format!("C{number}"), "a.b", "c"]}, {"Ref": "AWS::NoValue"}]});
        json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}})
    };
    let queues = many(count, |number| (format!("Q{number}"), queue(number)));
    let template = json!({"Parameters": parameters, "Conditions": conditions, "Resources": queues});
    let found = run(&document(template), &Options::default()).0.findings;
    assert!(found.iter().any(|found| found.rule.code == "AL0401" && found.path.to_string() == "Conditions"));
}

#[test]
fn long_names_that_are_misspelled() {
    let name = |number: usize| format!("{}{number:03}", "p".repeat(240));
    let parameters = many(60, |number| (name(number), json!({"Type": "String"})));
    let queue = |number: usize| {
        let misspelled = format!("q{}", name(number));
        json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": misspelled}}})
    };
    let queues = many(60, |number| (format!("Q{number:03}"), queue(number)));
    let findings = report(json!({"Parameters": parameters, "Resources": queues})).findings;
    let unknown: Vec<_> = findings.iter().filter(|found| found.rule.code == "E1020").collect();
    assert_eq!(unknown.len(), 60);
    assert!(unknown[0].help.is_some() && unknown[59].help.is_none(), "what was meant is said of the first only");
}

/// Each of these took minutes when something was looked up in a list, once for each member of another.
#[test]
fn long_lists_that_are_asked_again_and_again() {
    let check = |template: Value, expected: &[&str]| {
        let codes: BTreeSet<&str> = report(template).findings.iter().map(|found| found.rule.code).collect();
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected);
    };
    let queue = |name: Value| json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}});
    let values: Vec<String> = (0..5_000).map(|number| format!("v{number}")).collect();
    check(
        json!({
            "Parameters": {"P": {"Type": "String", "AllowedValues": values}},
            "Conditions": many(5_000, |number| {
                (format!("C{number}"), json!({"Fn::Equals": [{"Ref": "P"}, format!("v{number}")]}))
            }),
            "Resources": {"Q": queue(json!({"Fn::If": ["C1", "a", "b"]}))},
        }),
        &[],
    );
    let text: String = (0..20_000).map(|number| format!("${{P{number}}}")).collect();
    check(
        json!({
            "Parameters": many(20_000, |number| (format!("P{number}"), json!({"Type": "String", "Default": "a"}))),
            "Resources": {"Q": queue(json!({"Fn::Sub": text}))},
        }),
        &["E2010"],
    );
    check(
        json!({
            "Mappings": {"M": many(3_000, |number| (format!("k{number}"), json!({"a": "b"})))},
            "Resources": many(400, |number| {
                (format!("Q{number}"), queue(json!({"Fn::FindInMap": ["M", {"Ref": "AWS::StackName"}, "a"]})))
            }),
        }),
        &["E7010"],
    );
}
