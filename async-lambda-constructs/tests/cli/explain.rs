//! `explain`.

use async_lambda_constructs::{Stack, cli::Exit};
use insta::assert_snapshot;

use crate::{folder, run, run_in};

#[test]
fn types_and_properties_are_explained() {
    for (name, query) in [
        ("type", "AWS::SQS::Queue"),
        ("type_sam", "AWS::Serverless::SimpleTable"),
        ("type_rules", "AWS::CloudWatch::Alarm"),
        ("object", "AWS::SQS::Queue.RedrivePolicy"),
        ("number", "AWS::SQS::Queue.DelaySeconds"),
        ("list", "AWS::SQS::Queue.Tags"),
        ("through_list", "AWS::SQS::Queue.Tags.Key"),
        ("enum", "AWS::Lambda::Function.PackageType"),
        ("forms", "AWS::Serverless::Function.Events"),
        ("form", "AWS::Serverless::Function.Events.SQSEvent.Properties"),
        ("attribute", "AWS::RDS::DBInstance.Endpoint.Address"),
        ("service", "sqs"),
        ("kind", "queue"),
        ("globals", "Globals.Function.Timeout"),
    ] {
        let run = run(&["explain", query]);
        assert_eq!((run.exit, run.err.as_str()), (Exit::Done, ""), "{query}");
        assert_snapshot!(format!("explain_{name}"), run.out);
    }
}

#[test]
fn rules_are_explained() {
    let run = run(&["explain", "e3034"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    assert!(run.out.starts_with("E3034 (error): number is out of range\n"), "{run}");
    let run = crate::run(&["explain", "E3034", "--message-format", "json"]);
    let rule: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&rule["kind"], &rule["code"]), (&"rule".into(), &"E3034".into()));
}

#[test]
fn spelling_and_stars_do_not_matter() {
    let plain = run(&["explain", "AWS::SQS::Queue.Tags.Key"]).out;
    for query in [
        "aws::sqs::queue.tags.key",
        "SQS::Queue.Tags.*.Key",
        "AWS::SQS::Queue/Tags/0/Key",
        "AWS::SQS::Queue.Tags[].Key",
    ] {
        assert_eq!(run(&["explain", query]).out, plain, "{query}");
    }
}

#[test]
fn names_that_do_not_exist_are_answered_with_those_that_do() {
    let check = |query: &str, expected: &[&str]| {
        let run = run(&["explain", query]);
        assert_eq!((run.exit, run.out.as_str()), (Exit::Failed, ""), "{query}");
        for text in expected {
            assert!(run.err.contains(text), "{query}: {run}");
        }
    };
    check("AWS::SQS::Quee", &["no such resource type", "did you mean `AWS::SQS::Queue`?"]);
    check(
        "AWS::SQS::Queue.DelaySecond",
        &["no property `DelaySecond`", "did you mean `AWS::SQS::Queue.DelaySeconds`?"],
    );
    check("AWS::SQS::Queue.Redrive", &["`AWS::SQS::Queue.RedrivePolicy`"]);
    check("AWS::SQS::Queue.DelaySeconds.x", &["integer has no properties"]);
    check("sqqs", &["did you mean `SQS`?"]);
    check("queue.Tags", &["must name one type", "AWS::SQS::Queue.Tags"]);
    check("..", &["no such resource type"]);
    check("AWS::Queue", &["AWS::Connect::Queue"]);
}

#[test]
fn every_type_and_every_property_can_be_explained() {
    use async_lambda_constructs::explain::{Explanation, explain};
    for resource in cfn_schema::resource_types() {
        let Ok(Explanation::Type(facts)) = explain(resource.name()) else { panic!("{}", resource.name()) };
        for property in &facts.properties {
            assert!(explain(&property.path).is_ok(), "{}", property.path);
        }
    }
}

#[test]
fn explanations_are_data_too() {
    let data = |query: &str| -> serde_json::Value {
        serde_json::from_str(&run(&["explain", query, "--message-format", "json"]).out).unwrap()
    };
    let queue = data("AWS::SQS::Queue");
    assert_eq!(queue["kind"], "type");
    let delay = queue["properties"].as_array().unwrap().iter().find(|property| property["name"] == "DelaySeconds");
    assert_eq!(delay.unwrap()["constraints"]["range"][0], "0..=900");
    assert_eq!(data("AWS::SQS::Queue.QueueName")["change"], "replace");
    assert_eq!(data("sqs")["names"][0], "AWS::SQS::Queue");
    assert_eq!(data("")["types"]["AWS::SQS"], 3);
}

#[test]
fn types_of_schema_files_are_explained() {
    let folder = folder("explain-schema");
    let schema = r##"{
        "typeName": "My::Org::Mailbox",
        "definitions": {"Rule": {"type": "object", "properties": {"Match": {"type": "string", "pattern": "^[a-z]+$"}}}},
        "properties": {
            "Size": {"type": "integer", "maximum": 10},
            "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
            "Address": {"type": "string"}
        },
        "required": ["Size"],
        "readOnlyProperties": ["/properties/Address"],
        "primaryIdentifier": ["/properties/Address"]
    }"##;
    std::fs::write(folder.join("mailbox.json"), schema).unwrap();
    std::fs::write(folder.join("bad.json"), schema.replace("integer", "int")).unwrap();
    let explain =
        |arguments: &[&str]| run_in(folder.clone(), Stack::new("none"), &[&["explain"], arguments].concat(), "");
    let of_type = explain(&["--schema", "mailbox.json", "My::Org::Mailbox"]);
    assert_eq!((of_type.exit, of_type.err.as_str()), (Exit::Done, ""), "{of_type}");
    assert_snapshot!("explain_own_type", of_type.out);
    let property = explain(&["--schema", "mailbox.json", "my::org::mailbox.Rules.Match"]);
    assert_snapshot!("explain_own_property", property.out);
    let bad = explain(&["--schema", "bad.json", "My::Org::Mailbox"]);
    assert_eq!(bad.exit, Exit::Usage, "{bad}");
    assert!(
        bad.err.contains("error: `properties/Size/type` must be one of ") && bad.err.contains("bad.json:5:"),
        "{bad}"
    );
    for name in ["My::Org::Mailbox", "My::Org::Mailbox.Size", "My::Org::Queue"] {
        let unknown = explain(&[name]);
        assert_eq!(unknown.exit, Exit::Failed);
        assert!(unknown.err.contains(&format!("`explain --schema mailbox.json {name}`\n")), "{unknown}");
    }
    std::fs::write(folder.join("other.json"), schema.replace("10", "20")).unwrap();
    let two = explain(&["--schema", "mailbox.json", "--schema", "other.json", "My::Org::Mailbox"]);
    assert!(two.err.contains("must be the only one of `My::Org::Mailbox`, another one was given before"), "{two}");
}
