//! Resource types that a user brings along.

use cfn_model::Template;
use serde_json::json;

use crate::{Options, OwnTypes, Validate, validate};

const MAILBOX: &str = r##"{
    "typeName": "My::Org::Mailbox",
    "description": "A mailbox.",
    "definitions": {
        "Rule": {
            "type": "object",
            "properties": {
                "Match": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2},
                "Kind": {"enum": ["keep", "drop"]},
                "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}, "maxItems": 2}
            },
            "required": ["Match"],
            "additionalProperties": false
        }
    },
    "properties": {
        "Name": {"type": "string"},
        "Size": {"type": "integer", "minimum": 1, "maximum": 10},
        "Rule": {"$ref": "#/definitions/Rule"},
        "Target": {"oneOf": [
            {"type": "object", "properties": {"Queue": {"type": "string"}}, "required": ["Queue"]},
            {"type": "object", "properties": {"Topic": {"type": "string"}}, "required": ["Topic"]}
        ]},
        "Tags": {"type": "array", "items": {"type": "object"}},
        "Address": {"type": "string"},
        "Limits": {"type": "object", "properties": {"Daily": {"type": "integer"}}}
    },
    "required": ["Size"],
    "readOnlyProperties": ["/properties/Address", "/properties/Limits/Daily"],
    "primaryIdentifier": ["/properties/Name"],
    "tagging": {"taggable": true, "tagProperty": "/properties/Tags"},
    "additionalProperties": false
}"##;

fn found(text: &str) -> Vec<String> {
    let mut types = OwnTypes::default();
    types.add(MAILBOX).unwrap();
    let options = Options { types: Some(&types), ..Options::default() };
    let report = validate(&Template::parse(text).unwrap(), &options);
    report
        .findings
        .iter()
        .map(|finding| format!("{} {}: {}", finding.rule.code, finding.path, finding.message))
        .collect()
}

#[track_caller]
fn check(properties: &str, expected: &[&str]) {
    let text = format!("Resources: {{B: {{Type: My::Org::Mailbox, Properties: {properties}}}}}\n");
    assert_eq!(found(&text), expected, "{properties}");
}

#[test]
fn properties_are_checked_as_those_of_any_type() {
    check("{Size: 3}", &[]);
    check("{Size: '4', Name: !Ref AWS::AccountId, Target: {Queue: q}, Rule: {Match: ab, Rules: [{Match: cd}]}}", &[]);
    check("{}", &["E3003 Resources/B/Properties: My::Org::Mailbox needs the property `Size`"]);
    check("{Size: 11}", &["E3034 Resources/B/Properties/Size: `Size` must be at most 10, got 11"]);
    check("{Size: big}", &["E3012 Resources/B/Properties/Size: `Size` must be an integer, got \"big\""]);
    check("{Size: 1, Sise: 2}", &["E3002 Resources/B/Properties/Sise: `Sise` is not a property of My::Org::Mailbox"]);
    check(
        "{Size: 1, Rule: {Match: ab, Rules: [{Match: ab, Kind: keep}, {Match: AB, Kind: kep}]}}",
        &[
            "E3031 Resources/B/Properties/Rule/Rules/1/Match: `Match` must match `^[a-z]+$`, got \"AB\"",
            "E3030 Resources/B/Properties/Rule/Rules/1/Kind: `Kind` must be `keep` or `drop`, got \"kep\"",
        ],
    );
    check(
        "{Size: 1, Rule: {Match: a}}",
        &["E3033 Resources/B/Properties/Rule/Match: `Match` must have at least 2 characters, got 1"],
    );
    let both = found("Resources: {B: {Type: My::Org::Mailbox, Properties: {Size: 1, Target: {Queue: q, Topic: t}}}}\n");
    assert!(both.len() == 1 && both[0].starts_with("E3018 "), "{both:?}");
}

#[test]
fn attributes_are_the_read_only_properties() {
    let template = |attribute: &str| {
        format!(
            "Resources: {{B: {{Type: My::Org::Mailbox, Properties: {{Size: 1}}}}}}\n\
             Outputs: {{O: {{Value: !GetAtt B.{attribute}}}}}\n"
        )
    };
    assert_eq!(found(&template("Address")), [""; 0]);
    assert_eq!(
        found(&template("Limits.Daily")),
        ["E6101 Outputs/O/Value/Fn::GetAtt: `Value` takes a string here, got an attribute of type integer"]
    );
    assert_eq!(
        found(&template("Adress")),
        ["E6101 Outputs/O/Value/Fn::GetAtt/1: `Adress` is not an attribute of My::Org::Mailbox"]
    );
    check("{Size: 1, Address: x}", &["E3040 Resources/B/Properties/Address: `Address` is read-only: AWS sets it"]);
}

#[test]
fn two_resources_with_one_identifier_are_one() {
    let text = "Resources:\n  A: {Type: My::Org::Mailbox, Properties: {Size: 1, Name: x}}\n  \
                B: {Type: My::Org::Mailbox, Properties: {Size: 2, Name: x}}\n";
    let found = found(text);
    assert!(found.iter().any(|one| one.starts_with("E3019 ")), "{found:?}");
}

#[test]
fn custom_resources_and_modules_stay_free() {
    assert_eq!(found("Resources: {B: {Type: My::Org::Mailbox::MODULE, Properties: {Whatever: 1}}}\n"), [""; 0]);
    assert_eq!(found("Resources: {B: {Type: Custom::Mailbox, Properties: {ServiceToken: x, Size: 12}}}\n"), [""; 0]);
    let other = found("Resources: {B: {Type: My::Org::Other, Properties: {Size: 12}}}\n");
    assert_eq!(other, ["AL0306 Resources/B/Type: `My::Org::Other` is not a type of AWS, and nothing in it is checked"]);
}

#[test]
fn a_schema_replaces_that_of_aws() {
    let queue = json!({"typeName": "AWS::SQS::Queue", "properties": {"NewToday": {"type": "string"}}});
    let mut types = OwnTypes::default();
    types.add(&queue.to_string()).unwrap();
    let template = Template::parse("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {NewToday: 'x'}}}\n").unwrap();
    assert!(!validate(&template, &Options { types: Some(&types), ..Options::default() }).has_errors());
    assert!(template.validate().has_errors());
}

#[test]
fn what_is_no_schema_is_said() {
    let check = |text: &str, expected: &str, help: Option<&str>| {
        let error = OwnTypes::default().add(text).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.help.as_deref()), (expected, help), "{text}");
    };
    let of = |properties: &str| {
        format!(
            "{{\"typeName\": \"My::Org::Thing\", \"definitions\": {{\"A\": {{\"$ref\": \"#/definitions/B\"}}, \
                 \"B\": {{\"allOf\": [{{\"$ref\": \"#/definitions/A\"}}]}}}}, \"properties\": {properties}}}"
        )
    };
    check("[1]", "must be an object, got array", None);
    let is_it = "is it the schema, and not a template? `aws cloudformation describe-type` prints it";
    check("{\"Resources\": {}}", "must have a `typeName`, as every schema of a resource type", Some(is_it));
    let free = "modules and custom resources have no schema: their properties are not checked";
    let module = "{\"typeName\": \"My::Org::Thing::MODULE\", \"properties\": {}}";
    check(module, "`typeName`: must be three names such as `My::Org::Thing`, got `My::Org::Thing::MODULE`", Some(free));
    check("{\"typeName\": \"My::Org::Thing\"}", "must have `properties`, as every schema of a resource type", None);
    check(&of("[]"), "`properties`: must be an object", None);
    let kinds = "string, integer, number, boolean, array, object, null";
    check(
        &of("{\"A\": {\"type\": \"int\"}}"),
        &format!("`properties/A/type`: must be one of {kinds}, got `int`"),
        None,
    );
    check(
        &of("{\"A\": {\"maxlength\": 1}}"),
        "`properties/A/maxlength`: is no keyword of a schema that is known",
        Some("did you mean `maxLength`?"),
    );
    check(&of("{\"A\": {\"minLength\": -1}}"), "`properties/A/minLength`: must be a count, got -1", None);
    check(&of("{\"A\": {\"minimum\": \"1\"}}"), "`properties/A/minimum`: must be a number, got string", None);
    check(
        &of("{\"A\": {\"$ref\": \"#/definitions/C\"}}"),
        "`properties/A/$ref`: must point to a definition, and `#/definitions/C` is none",
        None,
    );
    check(
        &of("{\"A\": {\"$ref\": \"other.json#/A\"}}"),
        "`properties/A/$ref`: must point into the document, got `other.json#/A`",
        None,
    );
    let error = OwnTypes::default().add(&of("{\"A\": {\"pattern\": \"(\"}}")).unwrap_err().to_string();
    assert!(error.starts_with("`properties/A/pattern`: must be a regular expression; pattern: "), "{error}");
    let error = OwnTypes::default().add(&of("{\"A\": {\"$ref\": \"#/definitions/A\"}}")).unwrap_err().to_string();
    assert!(error.contains("must not refer to itself about the same value"), "{error}");
}

/// What others wrote may be large, deep, or lead in a circle.
#[test]
fn hostile_schemas_end() {
    let add = |schema: &serde_json::Value| OwnTypes::default().add(&schema.to_string()).map(|kind| kind.name());
    let with = |definitions: serde_json::Value| json!({"typeName": "My::Org::Hostile", "definitions": definitions, "properties": {"A": {"$ref": "#/definitions/D0"}}});
    // A chain of definitions, each in the next.
    let chain: serde_json::Map<String, serde_json::Value> = (0..40_000)
        .map(|index| (format!("D{index}"), json!({"items": {"$ref": format!("#/definitions/D{}", index + 1)}})))
        .collect();
    let error = add(&with(chain.into())).unwrap_err();
    assert!(error.message.contains("must not stand deeper than"), "{error}");
    // Each definition has the next one twice: 2^30 ways through it.
    let mut doubled: serde_json::Map<String, serde_json::Value> = (0..30)
        .map(|index| {
            let next = json!({"$ref": format!("#/definitions/D{}", index + 1)});
            (format!("D{index}"), json!({"allOf": [next, {"anyOf": [next]}]}))
        })
        .collect();
    doubled.insert("D30".to_owned(), json!({"type": "string", "minLength": 3}));
    let mut template = Template::parse("Resources: {R: {Type: My::Org::Hostile, Properties: {A: abcd}}}\n").unwrap();
    template.schema("My::Org::Hostile", with(doubled.into()).to_string());
    let report = template.validate();
    assert!(report.findings.iter().any(|finding| finding.rule.code == "AL0401"), "{report:?}");
    // More than a schema may have.
    let large: serde_json::Map<String, serde_json::Value> =
        (0..90_000).map(|index| (format!("P{index}"), json!({"maximum": index}))).collect();
    let error = add(&json!({"typeName": "My::Org::Large", "properties": large})).unwrap_err();
    assert!(error.message.contains("must not be larger than"), "{error}");
    let text = format!("{{\"typeName\": \"My::Org::Long\", \"description\": \"{}\"}}", "x".repeat(4_000_000));
    assert!(OwnTypes::default().add(&text).is_err());
    let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    assert!(OwnTypes::default().add(&nested).is_err());
}

/// The same schema is there once, so that whoever validates again and again with it needs no more memory.
#[test]
fn the_same_schema_is_kept_once() {
    let (mut first, mut second) = (OwnTypes::default(), OwnTypes::default());
    assert_eq!(first.add(MAILBOX).unwrap(), second.add(MAILBOX).unwrap());
    let other = MAILBOX.replace("\"maximum\": 10", "\"maximum\": 20");
    assert_ne!(OwnTypes::default().add(&other).unwrap(), second.add(MAILBOX).unwrap());
    assert!(first.add(MAILBOX).is_ok());
    assert_eq!(first.all().len(), 1);
}

#[test]
fn a_type_has_one_schema() {
    let other = MAILBOX.replace("\"maximum\": 10", "\"maximum\": 20");
    let mut types = OwnTypes::default();
    types.add(MAILBOX).unwrap();
    let error = types.add(&other).unwrap_err();
    assert_eq!(error.to_string(), "must be the only one of `My::Org::Mailbox`, another one was given before");
    // Those of a template are not other ones than those of the options.
    let mut template = Template::parse("Resources: {B: {Type: My::Org::Mailbox, Properties: {Size: 1}}}\n").unwrap();
    let line = line!() + 1;
    template.schema("My::Org::Mailbox", other.as_str());
    let mut types = OwnTypes::default();
    types.add(MAILBOX).unwrap();
    let found = validate(&template, &Options { types: Some(&types), ..Options::default() }).findings;
    assert_eq!((found.len(), found[0].rule.code, found[0].origin.unwrap().line), (1, "AL0509", line));
    assert_eq!(found[0].message, format!("schema of `My::Org::Mailbox`: {error}"));
    let mut others = OwnTypes::default();
    let kept = others.add(&other).unwrap();
    assert_eq!(others.or(types).get("My::Org::Mailbox"), Some(kept));
}

#[test]
fn a_template_brings_its_types_and_its_region() {
    let mut template = Template::parse("Resources: {F: {Type: AWS::DeviceFarm::Project}}\n").unwrap();
    template.set_region(Some("eu-west-1".to_owned()));
    template.schema("My::Org::Thing", json!({"typeName": "My::Org::Other", "properties": {}}));
    let line = line!() - 1;
    let report = template.validate();
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "schema of `My::Org::Thing`: `typeName`: must be `My::Org::Thing`, got `My::Org::Other`",
            "`AWS::DeviceFarm::Project` does not exist in `eu-west-1`",
        ]
    );
    assert_eq!(report.findings[0].origin.map(|origin| origin.line), Some(line));
    // The caller knows better.
    let report = validate(&template, &Options { regions: &["us-west-2"], ..Options::default() });
    assert_eq!(report.findings.len(), 1);
}
