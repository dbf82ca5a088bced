//! Agreement with the crate `jsonschema`: on input without functions, whose scalars have exactly the types that
//! their schemas name, the interpreter and a standard JSON Schema validator say the same.
#![expect(clippy::unwrap_used, reason = "a helper outside a test function may fail a test too")]

use std::fmt::Write as _;

use cfn_model::{IntoNode, Node};
use cfn_schema::{Constant, Keyword, ResourceType, Schema, Types};
use serde_json::{Map, Value, json};

/// The codes of property schema keywords that JSON Schema has as well.
const CODES: [&str; 16] = [
    "E3002", "E3003", "E3012", "E3014", "E3017", "E3018", "E3020", "E3021", "E3030", "E3031", "E3032", "E3033",
    "E3034", "E3037", "E3058", "E3065",
];

/// How deep generated instances go.
const DEEPEST: usize = 7;

/// How many instances of one type are compared.
const MOST_INSTANCES: usize = 150;

/// Every fortieth type, so that the usual test run stays short.
#[test]
fn a_sample_of_types_agrees() {
    compare(cfn_schema::resource_types().step_by(40));
}

/// Every type that `jsonschema` compiles: a minute or more without optimisation.
#[test]
#[ignore = "long: run it with `cargo test --release -p cfn-rules --test json_schema -- --ignored`"]
fn every_type_agrees() {
    compare(cfn_schema::resource_types());
}

fn compare(types: impl Iterator<Item = ResourceType>) {
    let (mut compiled, mut skipped, mut instances, mut valid) = (0, Vec::new(), 0, 0);
    let mut disagreements = String::new();
    for kind in types {
        let document: Value = serde_json::from_str(&cfn_schema::json_schema(kind.name()).unwrap()).unwrap();
        // The formats are AWS's own; one that the validator does not know says nothing.
        let mut options = jsonschema::options().should_validate_formats(true).with_format("uri", |_: &str| true);
        for format in cfn_rules::formats() {
            options = options.with_format(format, move |text: &str| cfn_rules::has_format(format, text) == Some(true));
        }
        let Ok(oracle) = options.build(&document) else {
            skipped.push(kind.name());
            continue;
        };
        compiled += 1;
        for instance in all_instances(kind.schema()) {
            let expected = oracle.is_valid(&instance);
            let mut found = findings(kind, &instance);
            if expected && kind.is_serverless() {
                found.retain(|finding| !is_of_plain_type(finding));
            }
            instances += 1;
            valid += usize::from(expected);
            if expected != found.is_empty() && !is_lenient(kind, &instance) {
                let _ = writeln!(
                    disagreements,
                    "{}: jsonschema says {}, {}\n    {instance}\n    {found:?}",
                    kind.name(),
                    if expected { "valid" } else { "invalid" },
                    oracle
                        .iter_errors(&instance)
                        .take(3)
                        .map(|error| format!("{error} at {}", error.instance_path()))
                        .collect::<Vec<_>>()
                        .join("; "),
                );
            }
        }
    }
    println!("{compiled} types compiled, {} not, {instances} instances, {valid} of them valid", skipped.len());
    assert!(compiled > 20 * skipped.len() && instances > 20 * compiled && valid > compiled / 2);
    assert!(disagreements.is_empty(), "{disagreements}");
}

/// Whether a finding is about a property that a SAM resource hands on to the plain AWS type: the schema of SAM asks less
/// of it than that type's, which is what the validator compares it with.
fn is_of_plain_type(finding: &str) -> bool {
    const HANDED_ON: [&str; 6] =
        ["Architectures", "CompatibleArchitectures", "CompatibleRuntimes", "Environment", "PrimaryKey", "Runtime"];
    HANDED_ON.iter().any(|name| finding.contains(&format!(" Resources/R/Properties/{name}")))
}

/// Where CloudFormation, and so the validator, takes more than the schema: a local path that packaging replaces, and no
/// name for a bucket.
fn is_lenient(kind: ResourceType, instance: &Value) -> bool {
    if kind.name() == "AWS::S3::Bucket" && instance.get("BucketName") == Some(&json!("")) {
        return true;
    }
    let packaged: &[&str] = match kind.name() {
        "AWS::ApiGateway::RestApi" => &["/BodyS3Location"],
        "AWS::CodeCommit::Repository" => &["/Code/S3"],
        "AWS::ElasticBeanstalk::ApplicationVersion" => &["/SourceBundle"],
        "AWS::Lambda::Function" => &["/Code"],
        "AWS::Lambda::LayerVersion" => &["/Content"],
        "AWS::StepFunctions::StateMachine" => &["/DefinitionS3Location"],
        _ => &[],
    };
    packaged.iter().any(|path| instance.pointer(path).is_some_and(Value::is_string))
}

/// What the validator says of the properties.
fn findings(kind: ResourceType, properties: &Value) -> Vec<String> {
    let mut template = json!({"Resources": {"R": {"Type": kind.name(), "Properties": properties}}});
    if kind.is_serverless() {
        template["Transform"] = json!("AWS::Serverless-2016-10-31");
    }
    let Node::Object(document) = template.into_node() else { unreachable!("it is an object") };
    let report = cfn_rules::validate_document(&document, &cfn_rules::Options::default());
    // A rule that says more has the schema's own finding among its causes.
    let about_properties = report.findings.iter().flat_map(cfn_model::Finding::with_causes).filter(|finding| {
        let is_format = finding.rule.code.starts_with("E11");
        (is_format || CODES.contains(&finding.rule.code))
            && finding.path.to_string().starts_with("Resources/R/Properties")
    });
    about_properties.map(|finding| format!("{} {}: {}", finding.rule.code, finding.path, finding.message)).collect()
}

/// Some valid-looking instances, and each of them with one thing changed.
fn all_instances(schema: Schema) -> Vec<Value> {
    let mut all = Vec::new();
    for full in [false, true] {
        let instance = generate(schema, full, 0);
        let before = all.len();
        // The schema of a type does not say that its properties are an object.
        mutate(schema, &instance, 0, &mut |changed| all.extend(Some(changed).filter(Value::is_object)));
        all.insert(before, instance);
    }
    // Evenly thinned out, so that late properties of a large type get their share.
    let step = all.len().div_ceil(MOST_INSTANCES).max(1);
    all.into_iter().step_by(step).collect()
}

fn keyword<T>(schema: Schema, pick: impl Fn(Keyword) -> Option<T>) -> Option<T> {
    schema.keywords().find_map(pick)
}

fn value_of(constant: Constant) -> Value {
    match constant {
        Constant::String(text) => json!(text),
        Constant::Json(text) => serde_json::from_str(text).unwrap(),
    }
}

/// An instance: with the required properties only, or with all of them.
fn generate(schema: Schema, full: bool, depth: usize) -> Value {
    let schema = schema.resolve();
    if let Some(value) = keyword(schema, |keyword| match keyword {
        Keyword::Const(value) => Some(value),
        Keyword::Enum(mut values) | Keyword::EnumCaseInsensitive(mut values) => values.next(),
        _ => None,
    }) {
        return value_of(value);
    }
    let alternative = keyword(schema, |keyword| match keyword {
        Keyword::AnyOf(mut all) | Keyword::OneOf(mut all) => all.next(),
        _ => None,
    });
    let types = schema.types();
    let is = |one| types.is_some_and(|types| types.contains(one));
    if is(Types::OBJECT) || (types.is_none() && schema.properties().is_some()) {
        let mut object = Map::new();
        let wanted: Vec<&str> = schema.required().chain(alternative.into_iter().flat_map(Schema::required)).collect();
        for (name, inner) in schema.properties().into_iter().flatten() {
            if depth < DEEPEST && (wanted.contains(&name) || (full && depth < 3)) {
                object.insert(name.to_owned(), generate(inner, full, depth + 1));
            }
        }
        return Value::Object(object);
    }
    if is(Types::ARRAY) {
        let least = keyword(schema, |keyword| match keyword {
            Keyword::MinItems(least) => Some(least),
            _ => None,
        });
        let count = least.unwrap_or(1).clamp(usize::from(depth < DEEPEST) as u64, 3);
        let item = schema.items().map_or(json!("item"), |items| generate(items, full, depth + 1));
        return Value::Array((0..count).map(|number| distinct(&item, number)).collect());
    }
    if is(Types::STRING) {
        return json!(text_for(schema));
    }
    if is(Types::INTEGER) || is(Types::NUMBER) {
        let least = schema.minimum().map_or(1.0, cfn_schema::Number::as_f64);
        return number(least.max(schema.maximum().map_or(least, |most| most.as_f64().min(least))));
    }
    if is(Types::BOOLEAN) {
        return json!(true);
    }
    match alternative {
        Some(inner) if depth < DEEPEST => generate(inner, full, depth + 1),
        _ => json!({}),
    }
}

/// Copies of a string are made different, for lists of unique items.
fn distinct(item: &Value, number: u64) -> Value {
    match item {
        Value::String(text) if number > 0 => json!(format!("{text}{number}")),
        other => other.clone(),
    }
}

fn number(float: f64) -> Value {
    if float.fract() == 0.0 { json!(float as i64) } else { json!(float) }
}

/// A text of the right length; it may well not match the pattern.
fn text_for(schema: Schema) -> String {
    let least = keyword(schema, |keyword| match keyword {
        Keyword::MinLength(least) => Some(least),
        _ => None,
    });
    let pattern = keyword(schema, |keyword| match keyword {
        Keyword::Pattern(pattern) => Some(pattern),
        _ => None,
    });
    let base = match pattern {
        Some(pattern) if pattern.contains("arn") => "arn:aws:service:us-east-1:123456789012:name/abc",
        Some(pattern) if pattern.contains("s3") => "s3://bucket/key",
        _ => "abc",
    };
    let mut text = base.to_owned();
    while (text.len() as u64) < least.unwrap_or(0).min(5000) {
        text.push('a');
    }
    text
}

/// The instance with one thing changed, in each way that matters for its schema.
fn mutate(schema: Schema, instance: &Value, depth: usize, emit: &mut dyn FnMut(Value)) {
    let schema = schema.resolve();
    match instance {
        Value::Object(object) => {
            emit(json!([]));
            emit(json!("text"));
            let mut more = object.clone();
            more.insert("NoSuchProperty".to_owned(), json!("text"));
            emit(Value::Object(more));
            for (name, value) in object {
                let mut less = object.clone();
                less.remove(name);
                emit(Value::Object(less));
                let Some(inner) = schema.property(name).filter(|_| depth < 4) else { continue };
                mutate(inner, value, depth + 1, &mut |changed| {
                    let mut other = object.clone();
                    other.insert(name.clone(), changed);
                    emit(Value::Object(other));
                });
            }
            // A property that was left out, for what depends on it or excludes it.
            for (name, inner) in
                schema.properties().into_iter().flatten().filter(|(name, _)| !object.contains_key(*name))
            {
                let mut more = object.clone();
                more.insert(name.to_owned(), generate(inner, false, depth + 1));
                emit(Value::Object(more));
            }
        }
        Value::Array(items) => {
            emit(json!([]));
            emit(json!({"NoSuchProperty": 1}));
            emit(json!("text"));
            if let Some(first) = items.first() {
                emit(Value::Array(vec![first.clone(), first.clone()]));
                emit(Value::Array((0..120).map(|number| distinct(first, number)).collect()));
                if let Some(inner) = schema.items().filter(|_| depth < 4) {
                    mutate(inner, first, depth + 1, &mut |changed| emit(Value::Array(vec![changed])));
                }
            }
        }
        Value::String(text) => {
            emit(json!({"NoSuchProperty": 1}));
            emit(json!(["text"]));
            emit(json!(""));
            emit(json!("no such member"));
            emit(json!("x".repeat(70)));
            emit(json!(format!("{text}{}", "x".repeat(3000))));
        }
        Value::Number(given) => {
            emit(json!({"NoSuchProperty": 1}));
            emit(json!("text"));
            emit(json!(true));
            let float = given.as_f64().unwrap();
            for other in [float - 1.0, float + 0.5, -1e9, 1e12] {
                emit(number(other));
            }
        }
        Value::Bool(_) => {
            emit(json!({"NoSuchProperty": 1}));
            emit(json!("text"));
            emit(json!(false));
        }
        Value::Null => {}
    }
}
