//! The committed data, walked from end to end.

use std::collections::HashSet;

use cfn_schema::{Keyword, Schema, resource_type, resource_types};

/// Visits a schema and everything below it once.
fn walk(schema: Schema, seen: &mut HashSet<Schema>, visit: &mut impl FnMut(&Keyword)) {
    if !seen.insert(schema) {
        return;
    }
    for keyword in schema.keywords() {
        visit(&keyword);
        match keyword {
            Keyword::Items(inner)
            | Keyword::AdditionalProperties(inner)
            | Keyword::Not(inner)
            | Keyword::Contains(inner)
            | Keyword::PropertyNames(inner)
            | Keyword::Ref(_, inner)
            | Keyword::Document(_, inner) => walk(inner, seen, visit),
            Keyword::Properties(map) | Keyword::PatternProperties(map) | Keyword::DependentSchemas(map) => {
                map.for_each(|(_, inner)| walk(inner, seen, visit));
            }
            Keyword::AnyOf(list) | Keyword::OneOf(list) | Keyword::AllOf(list) | Keyword::PrefixItems(list) => {
                list.for_each(|inner| walk(inner, seen, visit));
            }
            Keyword::If(condition, then, otherwise) => {
                [condition, then, otherwise].iter().for_each(|inner| walk(*inner, seen, visit));
            }
            _ => {}
        }
    }
}

#[test]
fn every_type_can_be_walked_and_found_again() {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for resource in resource_types() {
        assert_eq!(resource_type(resource.name()), Some(resource));
        names.push(resource.name());
        walk(resource.schema(), &mut seen, &mut |_| {});
        resource.attributes().for_each(|(_, schema)| walk(schema, &mut seen, &mut |_| {}));
        resource.extensions().for_each(|extension| walk(extension.schema(), &mut seen, &mut |_| {}));
    }
    assert!(names.is_sorted() && names.len() > 1_850, "{} types", names.len());
    assert!(seen.len() > 20_000, "{} nodes", seen.len());
}

#[test]
fn sqs_queue_has_its_facts() {
    let queue = resource_type("AWS::SQS::Queue").unwrap();
    let delay = queue.schema().property("DelaySeconds").unwrap();
    assert_eq!(delay.maximum().unwrap().as_i64(), Some(900));
    assert_eq!(delay.types().unwrap().names().collect::<Vec<_>>(), ["integer"]);
    assert_eq!(queue.create_only().collect::<Vec<_>>(), ["FifoQueue", "QueueName"]);
    assert_eq!(queue.primary_identifier().collect::<Vec<_>>(), ["QueueUrl"]);
    assert_eq!(queue.tag_property(), Some("Tags"));
    assert!(queue.attribute("Arn").is_some() && queue.attribute("Urn").is_none());
    assert_eq!(
        queue.documentation_url(),
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html"
    );
}

#[test]
fn extensions_are_found_by_type() {
    let queue = resource_type("AWS::SQS::Queue").unwrap();
    let rules: Vec<_> = queue.extensions().map(|extension| extension.rule()).collect();
    assert_eq!(rules, ["E3501"]);
    let gateway = resource_type("AWS::EC2::VPNGateway").unwrap().extensions().next().unwrap();
    assert_eq!((gateway.path(), gateway.reports_all()), ("Type", true));
    assert_eq!(resource_type("AWS::SNS::Topic").unwrap().extensions().len(), 0);
    let mesh = resource_type("AWS::AppMesh::Mesh").unwrap();
    assert_eq!(mesh.lifecycle(), Some(("sunset", "2026-09-30")));
    assert_eq!(queue.lifecycle(), None);
}

#[test]
fn unknown_types_are_not_found() {
    for name in ["", "AWS::SQS::Queu", "AWS::SQS::Queuee", "Zzz", "aws::sqs::queue"] {
        assert_eq!(resource_type(name), None, "{name}");
    }
}

#[test]
fn a_nested_stack_has_any_output() {
    let stack = resource_type("AWS::CloudFormation::Stack").unwrap();
    assert!(stack.attribute("Outputs.Url").is_some());
    assert!(stack.attribute("Url").is_none());
}

#[test]
fn a_definition_may_contain_itself() {
    let mut recursive = 0;
    for resource in resource_types() {
        let mut definitions = Vec::new();
        walk(resource.schema(), &mut HashSet::new(), &mut |keyword| {
            if let Keyword::Ref(_, target) = keyword {
                definitions.push(*target);
            }
        });
        recursive += usize::from(definitions.iter().any(|definition| {
            let mut again = false;
            walk(*definition, &mut HashSet::new(), &mut |keyword| {
                again |= matches!(keyword, Keyword::Ref(_, target) if target == definition);
            });
            again
        }));
    }
    // AWS::WAFv2::WebACL with its nested statements is the best known.
    assert!(recursive > 3, "{recursive}");
}

#[test]
fn json_schemas_are_json_and_complete() {
    for resource in resource_types() {
        let text = cfn_schema::json_schema(resource.name()).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let properties = document["properties"].as_object().unwrap();
        assert_eq!(properties.len(), resource.schema().properties().unwrap().len(), "{}", resource.name());
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{}: {pointer}", resource.name());
        }
    }
}

#[test]
fn every_service_is_found_again_with_its_actions_in_order() {
    let mut prefixes = Vec::new();
    let mut count = 0;
    for service in cfn_schema::iam_services() {
        assert_eq!(cfn_schema::iam_service(service.prefix()), Some(service));
        prefixes.push(service.prefix());
        let mut before = String::new();
        service.any(|action| {
            assert!(before.as_str() < action, "{}: {before} and {action}", service.prefix());
            assert!(action.bytes().all(|byte| !byte.is_ascii_uppercase()), "{action}");
            action.clone_into(&mut before);
            count += 1;
            false
        });
        assert!(!before.is_empty(), "{}", service.prefix());
    }
    assert!(prefixes.is_sorted() && prefixes.len() > 400, "{} services", prefixes.len());
    assert!(count > 20_000, "{count} actions");
}

#[test]
fn actions_are_told_apart() {
    let has =
        |service: &str, action: &str| cfn_schema::iam_service(service).is_some_and(|known| known.any(|a| a == action));
    for (service, action) in
        [("s3", "getobject"), ("sqs", "sendmessage"), ("a2c", "startcontainerizationjob"), ("sts", "assumerole")]
    {
        assert!(has(service, action), "{service}:{action}");
    }
    for (service, action) in [("s3", "getobjects"), ("S3", "getobject"), ("", "getobject"), ("zzz", "x"), ("s3", "")] {
        assert!(!has(service, action), "{service}:{action}");
    }
}

#[test]
fn properties_name_the_rules_of_their_own() {
    let check = |kind: &str, property: &str, code: &str| {
        let schema = resource_type(kind).unwrap().schema().property(property).unwrap();
        let names = |keyword: Keyword| matches!(keyword, Keyword::Document(rule, _) if rule == code);
        assert!(schema.keywords().any(names), "{kind} {property} {code}");
    };
    check("AWS::IAM::ManagedPolicy", "PolicyDocument", "E3510");
    check("AWS::IAM::Role", "AssumeRolePolicyDocument", "E3530");
    check("AWS::S3::BucketPolicy", "PolicyDocument", "E3512");
    check("AWS::StepFunctions::StateMachine", "Definition", "E3601");
    check("AWS::SSM::Document", "Content", "E3051");
}
