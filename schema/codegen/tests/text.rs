//! The written text: of one small type to the letter, of all types as far as that goes without a compiler.

use std::collections::HashSet;

use cfn_codegen::{
    Writer,
    model::{Resource, Struct},
    resource, sam_events, sam_resources, services,
};
use cfn_schema::{resource_type, resource_types};
use pretty_assertions::assert_eq;

#[test]
fn a_small_type_to_the_letter() {
    let pool = resource_type("AWS::StorageGateway::TapePool").expect("a known type");
    let text = Writer::new(&[resource(pool)]).finish();
    assert_eq!(text, include_str!("data/tape_pool.rs.txt"));
}

/// Every resource type in Rust's terms.
fn all() -> impl Iterator<Item = Resource> {
    resource_types().map(resource)
}

fn structs(resource: &Resource) -> impl Iterator<Item = &Struct> {
    resource.parts.structs.iter().chain([&resource.properties])
}

fn is_identifier(name: &str) -> bool {
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[test]
fn names_are_identifiers_and_do_not_meet() {
    for resource in all() {
        let mut names = HashSet::new();
        let parts = &resource.parts;
        let of_types = parts.structs.iter().map(|part| &part.name).chain(parts.enums.iter().map(|part| &part.name));
        for name in of_types {
            assert!(is_identifier(name) && names.insert(name), "{}: {name}", resource.type_name);
        }
        for structure in structs(&resource) {
            let mut names = HashSet::new();
            for field in &structure.fields {
                let fits = is_identifier(&field.name) && names.insert(&field.name);
                assert!(fits, "{}: {}.{}", resource.type_name, structure.name, field.name);
            }
        }
        for enumeration in &parts.enums {
            let mut names = HashSet::from(["Other"]);
            for (variant, text) in &enumeration.variants {
                let fits = is_identifier(variant) && names.insert(variant);
                assert!(fits, "{}: {}: {text}", resource.type_name, enumeration.name);
            }
        }
        let mut names = HashSet::new();
        for attribute in &resource.attributes {
            assert!(names.insert(&attribute.name), "{}: {}", resource.type_name, attribute.name);
        }
    }
}

#[test]
fn every_property_that_can_be_set_has_its_field() {
    for resource in all() {
        let Some(facts) = resource_type(resource.type_name) else { panic!("{}", resource.type_name) };
        let read_only: HashSet<_> = facts.read_only().collect();
        for (property, _) in facts.schema().properties().into_iter().flatten() {
            let has = resource.properties.fields.iter().any(|field| field.property == property);
            assert!(has || read_only.contains(property), "{}: {property}", resource.type_name);
        }
    }
}

/// The documentation of a field of a part.
fn doc(type_name: &str, part: &str, property: &str) -> Option<String> {
    let resource = resource(resource_type(type_name)?);
    let part = structs(&resource).find(|structure| structure.name == part)?.clone();
    Some(part.fields.into_iter().find(|field| field.property == property)?.doc)
}

#[test]
fn facts_are_told() {
    let check = |type_name: &str, part: &str, property: &str, expected: Option<&str>| {
        assert_eq!(doc(type_name, part, property).as_deref(), expected, "{type_name} {part}.{property}");
    };
    check("AWS::SQS::Queue", "Queue", "DelaySeconds", Some("`DelaySeconds`, 0 to 900."));
    check("AWS::SQS::Queue", "Queue", "QueueName", Some("`QueueName`. A change replaces the resource."));
    check("AWS::SQS::Queue", "Queue", "RedrivePolicy", Some("`RedrivePolicy`. JSON: string or object."));
    check("AWS::SQS::Queue", "Queue", "Arn", None);
    // What is said of a path holds for the part that stands there, and only there.
    check("AWS::Budgets::Budget", "BudgetData", "BudgetName", Some("`BudgetName`. A change replaces the resource."));
    check("AWS::EFS::FileSystem", "ReplicationDestination", "Status", None);
}

#[test]
fn modules_and_features_do_not_meet() {
    let mut modules = HashSet::new();
    let mut types = 0;
    for service in services() {
        assert!(is_identifier(&service.module) && modules.insert(service.module.clone()), "{}", service.module);
        types += service.types.len();
    }
    assert_eq!(types, resource_types().filter(|resource| !resource.is_serverless()).count());
    let check = |prefix: &str, module: &str, feature: &str| {
        let service = services().into_iter().find(|service| service.prefix == prefix);
        let found = service.map(|service| (service.module, service.feature));
        assert_eq!(found, Some((module.to_owned(), feature.to_owned())));
    };
    check("AWS::SQS", "sqs", "sqs");
    check("AWS::DynamoDB", "dynamodb", "dynamodb");
    check("AWS::ApiGatewayV2", "api_gateway_v2", "api_gateway_v2");
    check("AWS::KinesisFirehose", "kinesis_firehose", "kinesis_firehose");
    check("AWS::ElasticLoadBalancingV2", "elastic_load_balancing_v2", "elastic_load_balancing_v2");
    check("AWS::CDK", "cdk", "misc");
    check("Alexa::ASK", "alexa_ask", "misc");
}

#[test]
fn the_text_has_no_open_end() {
    let texts = services().into_iter().map(|service| service.source()).chain([sam_resources(), sam_events()]);
    for text in texts {
        for (open, close) in [('{', '}'), ('(', ')'), ('<', '>')] {
            // A line of documentation has at most code in it; a `->` is no bracket.
            let code = text.lines().filter(|line| !line.starts_with("///")).collect::<String>();
            let code = code.replace("->", "").replace("=>", "");
            assert_eq!(code.matches(open).count(), code.matches(close).count(), "{open}{close}: {}", &code[..80]);
        }
    }
}
