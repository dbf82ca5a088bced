//! Properties that have rules of their own: policies, state machines and other documents inside of a property, and the
//! ARNs of roles. Each is a schema of its own, to which the schema of the property refers by a name.

use std::{collections::BTreeMap, error::Error};

use cfn_schema::build::{Document, Words};
use serde_json::{Map, Value, json};

use super::{inputs::Inputs, json};

/// The keyword by which the schema of a property names what else is said about it.
pub const KEYWORD: &str = "documents";

/// The name of an extension, the rule that reports what is wrong, and the properties: resource type and path.
const EXTENSIONS: &[(&str, &str, &[&str])] = &[
    (
        "identity policy",
        "E3510",
        &[
            "AWS::IAM::Group/Policies/*/PolicyDocument",
            "AWS::IAM::GroupPolicy/PolicyDocument",
            "AWS::IAM::ManagedPolicy/PolicyDocument",
            "AWS::IAM::Policy/PolicyDocument",
            "AWS::IAM::Role/Policies/*/PolicyDocument",
            "AWS::IAM::RolePolicy/PolicyDocument",
            "AWS::IAM::User/Policies/*/PolicyDocument",
            "AWS::IAM::UserPolicy/PolicyDocument",
            "AWS::SSO::PermissionSet/InlinePolicy",
        ],
    ),
    (
        "resource policy",
        "E3512",
        &[
            "AWS::KMS::Key/KeyPolicy",
            "AWS::OpenSearchService::Domain/AccessPolicies",
            "AWS::SNS::TopicPolicy/PolicyDocument",
            "AWS::SQS::QueuePolicy/PolicyDocument",
        ],
    ),
    ("bucket policy", "E3512", &["AWS::S3::BucketPolicy/PolicyDocument"]),
    ("repository policy", "E3513", &["AWS::ECR::Repository/RepositoryPolicyText"]),
    (
        "trust policy",
        "E3530",
        &["AWS::IAM::Role/AssumeRolePolicyDocument", "AWS::Serverless::Function/AssumeRolePolicyDocument"],
    ),
    ("serverless policies", "E3510", &["AWS::Serverless::Function/Policies", "AWS::Serverless::StateMachine/Policies"]),
    (
        "role arn",
        "E3511",
        &[
            "AWS::Backup::BackupSelection/BackupSelection/IamRoleArn",
            "AWS::Batch::ComputeEnvironment/ComputeResources/SpotIamFleetRole",
            "AWS::Batch::ComputeEnvironment/ServiceRole",
            "AWS::EC2::SpotFleet/SpotFleetRequestConfigData/IamFleetRole",
            "AWS::ECS::TaskDefinition/ExecutionRoleArn",
            "AWS::S3::Bucket/ReplicationConfiguration/Role",
        ],
    ),
    (
        "environment",
        "E3663",
        &["AWS::Lambda::Function/Environment/Variables", "AWS::Serverless::Function/Environment/Variables"],
    ),
    (
        "state machine",
        "E3601",
        &["AWS::StepFunctions::StateMachine/Definition", "AWS::StepFunctions::StateMachine/DefinitionString"],
    ),
    ("serverless state machine", "E3601", &["AWS::Serverless::StateMachine/Definition"]),
    ("ssm document", "E3051", &["AWS::SSM::Document/Content"]),
];

/// Lets the properties name their documents.
pub fn mark(types: &mut BTreeMap<String, Value>) -> Result<(), Box<dyn Error>> {
    for (name, _, places) in EXTENSIONS {
        for place in *places {
            let (kind, path) = place.split_once('/').ok_or("a place must be a type and a path")?;
            let root = types.get_mut(kind).ok_or_else(|| format!("extension `{name}`: no type {kind}"))?;
            let pointer = pointer(root, path).ok_or_else(|| format!("extension `{name}`: no property {place}"))?;
            let property = root.pointer_mut(&pointer).and_then(Value::as_object_mut);
            let property = property.ok_or_else(|| format!("{place}: must be an object"))?;
            let names = property.entry(KEYWORD).or_insert_with(|| json!([]));
            names.as_array_mut().ok_or("must be a list")?.push(json!(name));
        }
    }
    Ok(())
}

/// The place of a property's schema in its document.
fn pointer(root: &Value, path: &str) -> Option<String> {
    let mut pointer = String::new();
    for step in path.split('/') {
        while let Some(reference) = root.pointer(&pointer)?.get("$ref") {
            pointer = reference.as_str()?.trim_start_matches('#').to_owned();
        }
        pointer += &if step == "*" { "/items".to_owned() } else { format!("/properties/{step}") };
    }
    root.pointer(&pointer).is_some().then_some(pointer)
}

/// Stores the schemas of documents, so that the schemas of properties can name them.
pub fn encode(words: &mut Words, inputs: &Inputs) -> Result<(), Box<dyn Error>> {
    for (name, rule, _) in EXTENSIONS {
        let schema = schema(words, inputs, name).map_err(|error| format!("extension `{name}`: {error}"))?;
        let node = words.schema(&mut Document::new(json::Value(&schema), &inputs.patterns), json::Value(&schema))?;
        let rule = words.string(rule);
        let document = words.run(vec![rule, node]);
        words.documents.insert((*name).to_owned(), document);
    }
    Ok(())
}

fn schema(words: &mut Words, inputs: &Inputs, name: &str) -> Result<Value, Box<dyn Error>> {
    let document = |name: &str| inputs.documents.get(name).cloned().ok_or_else(|| format!("no document `{name}`"));
    Ok(match name {
        "identity policy" => policy(inputs, "iam/policy_identity", "policy arn")?,
        "resource policy" => policy(inputs, "iam/policy_resource", "policy arn")?,
        "repository policy" => policy(inputs, "iam/policy_resource_ecr", "policy arn")?,
        "trust policy" => policy(inputs, "iam/policy_trust", "policy arn")?,
        "bucket policy" => {
            let mut policy = policy(inputs, "iam/policy_resource", "bucket policy arn")?;
            // S3 takes statements that share an identifier.
            let statement = policy.pointer_mut("/properties/Statement").and_then(Value::as_object_mut);
            statement.and_then(|statement| statement.remove("uniqueKeys")).ok_or("Statement needs no `uniqueKeys`")?;
            policy
        }
        "serverless policies" => {
            let policy = policy(inputs, "iam/policy_identity", "policy arn")?;
            words.define("identity policy", &mut Document::new(json::Value(&policy), &inputs.patterns))?;
            // Everything else is the name of a managed policy or a policy template.
            let is_policy = json!({"type": "object", "required": ["Statement"]});
            let one = json!({"if": is_policy, "then": {"definition": "identity policy"}});
            json!({"if": {"type": "array"}, "then": {"items": one}, "else": one})
        }
        "role arn" => json!({"format": "role arn"}),
        "environment" => json!({"format": "environment names"}),
        "ssm document" => document("ssm/document")?,
        "state machine" => state_machine(words, inputs, &document("step_functions/statemachine")?, "")?,
        "serverless state machine" => {
            let mut machine = document("step_functions/statemachine")?;
            // cfn-lint does not check these, and its pattern knows a single partition.
            let resource = machine.pointer_mut("/definitions/task/properties/Resource").and_then(Value::as_object_mut);
            resource.and_then(|resource| resource.remove("pattern")).ok_or("a task's Resource has no pattern")?;
            state_machine(words, inputs, &machine, "serverless ")?
        }
        _ => return Err("nobody knows its schema".into()),
    })
}

/// Numbers for which a state in JSONata can have an expression: the state, the property, its type and its range.
const EXPRESSIONS: [(&str, &str, &str, i64, Option<i64>); 6] = [
    ("map", "MaxConcurrency", "number", 0, None),
    ("map", "ToleratedFailureCount", "integer", 0, None),
    ("map", "ToleratedFailurePercentage", "integer", 0, Some(100)),
    ("task", "HeartbeatSeconds", "number", 1, None),
    ("task", "TimeoutSeconds", "number", 1, None),
    ("wait", "Seconds", "number", 0, Some(99_999_999)),
];

/// A number in a string, or an expression in JSONata.
const EXPRESSION: &str = "^(-?[0-9]+(\\.[0-9]+)?|\\{%(.|\\n)*%\\})$";

/// A state machine in the language that it names.
fn state_machine(words: &mut Words, inputs: &Inputs, path: &Value, kind: &str) -> Result<Value, Box<dyn Error>> {
    let mut path = path.clone();
    with_expressions(&mut path)?;
    let jsonata = in_jsonata(&path)?;
    for (language, schema) in [("JSONPath", &path), ("JSONata", &jsonata)] {
        words.define(&format!("{kind}{language}"), &mut Document::new(json::Value(schema), &inputs.patterns))?;
    }
    let says = |language: &str| json!({"properties": {"QueryLanguage": {"const": language}}});
    let is = |language: &str| json!({"definition": format!("{kind}{language}")});
    let is_jsonata = json!({"allOf": [{"required": ["QueryLanguage"]}, says("JSONata")]});
    // A language that is neither is left alone.
    let otherwise = json!({"if": says("JSONPath"), "then": is("JSONPath")});
    Ok(json!({"if": is_jsonata, "then": is("JSONata"), "else": otherwise}))
}

/// A kind of policy, with the definitions that all kinds share beside its own. What cfn-lint checks in code is said
/// as a format.
fn policy(inputs: &Inputs, name: &str, arn: &str) -> Result<Value, Box<dyn Error>> {
    let shared = inputs.documents.get("iam/policy").ok_or("no document `iam/policy`")?;
    let own = inputs.documents.get(name).ok_or_else(|| format!("no document `{name}`"))?;
    let mut policy = own.clone();
    rewrite(&mut policy, arn, &|reference| match reference.strip_prefix("policy#") {
        Some(pointer) => format!("#/definitions/policy{pointer}"),
        None => reference.to_owned(),
    })?;
    let mut shared = shared.clone();
    name_operators(&mut shared)?;
    shared["definitions"]["AwsArn"] = json!({"format": "policy resource"});
    rewrite(&mut shared, arn, &|reference| reference.replacen('#', "#/definitions/policy", 1))?;
    policy["definitions"]["policy"] = shared;
    Ok(policy)
}

fn rewrite(schema: &mut Value, arn: &str, reference_to: &impl Fn(&str) -> String) -> Result<(), Box<dyn Error>> {
    match schema {
        Value::Object(keywords) => {
            if let Some(reference) = keywords.get_mut("$ref") {
                *reference = json!(reference_to(reference.as_str().ok_or("$ref: must be a string")?));
            }
            if let Some(check) = keywords.remove("cfnLint") {
                let name =
                    check[0].as_str().and_then(|name| name.strip_prefix("AWS::IAM::Policy/Properties/PolicyDocument/"));
                let format = match name {
                    Some("Statement/Action") => Some("policy action"),
                    Some("Statement/Resource") => Some(arn),
                    Some("Version") => Some("policy version"),
                    // The rule about what fits an action is only for cfn-lint's level of information.
                    Some("Statement") => None,
                    _ => return Err(format!("cfnLint: nobody knows {check}").into()),
                };
                keywords.extend(format.map(|format| ("format".to_owned(), json!(format))));
            }
            keywords.values_mut().try_for_each(|inner| rewrite(inner, arn, reference_to))
        }
        Value::Array(items) => items.iter_mut().try_for_each(|inner| rewrite(inner, arn, reference_to)),
        _ => Ok(()),
    }
}

/// Spells the operators of conditions out, which are a few hundred: names are found faster than patterns are matched,
/// and a misspelled one can be told from the others.
fn name_operators(policy: &mut Value) -> Result<(), Box<dyn Error>> {
    let condition = policy.pointer_mut("/definitions/Condition").and_then(Value::as_object_mut);
    let condition = condition.ok_or("no definition of conditions")?;
    let patterns = condition.remove("patternProperties").ok_or("the operators of conditions have no patterns")?;
    let properties = condition.get_mut("properties").and_then(Value::as_object_mut).ok_or("no properties")?;
    for (pattern, schema) in patterns.as_object().ok_or("patternProperties: must be an object")? {
        for name in
            spelled_out(pattern).ok_or_else(|| format!("the pattern `{pattern}` has more than optional groups"))?
        {
            properties.entry(name).or_insert_with(|| schema.clone());
        }
    }
    Ok(())
}

/// Every text that a pattern of words and groups of alternatives, some of them optional, stands for.
fn spelled_out(pattern: &str) -> Option<Vec<String>> {
    let mut rest = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut texts = vec![String::new()];
    while !rest.is_empty() {
        let mut choices = Vec::new();
        if let Some(group) = rest.strip_prefix('(') {
            let (inner, after) = group.split_once(')')?;
            choices.extend(inner.split('|'));
            rest = after;
            if let Some(after) = rest.strip_prefix('?') {
                choices.push("");
                rest = after;
            }
        } else {
            let end = rest.find('(').unwrap_or(rest.len());
            choices.push(&rest[..end]);
            rest = &rest[end..];
        }
        if choices.iter().any(|choice| !choice.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b':')) {
            return None;
        }
        texts = texts.iter().flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}"))).collect();
    }
    Some(texts)
}

/// Lets states in JSONata have expressions for numbers; those in JSONPath keep numbers.
fn with_expressions(schema: &mut Value) -> Result<(), Box<dyn Error>> {
    for (state, property, kind, minimum, maximum) in EXPRESSIONS {
        let place = schema.pointer_mut(&format!("/definitions/{state}/properties/{property}"));
        let place = place.ok_or_else(|| format!("the states language has no {property} any more"))?;
        *place = json!({"type": [kind, "string"], "minimum": minimum, "pattern": EXPRESSION});
        if let Some(maximum) = maximum {
            place["maximum"] = json!(maximum);
        }
        let in_path = schema.pointer_mut("/definitions/common/allOf/1/then/properties").and_then(Value::as_object_mut);
        let in_path = in_path.ok_or("the states language says nothing of JSONPath any more")?;
        in_path.insert(property.to_owned(), json!({"type": kind}));
    }
    Ok(())
}

/// The states language with JSONata: what only JSONPath has is not allowed, and expressions stand in its place.
fn in_jsonata(schema: &Value) -> Result<Value, Box<dyn Error>> {
    let mut schema = schema.clone();
    let forbidden = ["InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"];
    let mut common: Map<String, Value> = forbidden.iter().map(|name| ((*name).to_owned(), json!(false))).collect();
    common.insert("QueryLanguage".to_owned(), json!({"const": "JSONata"}));
    let choice = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["Condition", "Next"],
        "properties": {
            "Assign": {"type": "object"},
            "Comment": {"type": "string"},
            "Condition": {"type": "string"},
            "Next": {"type": "string", "pattern": "^.{1,128}$"},
            "Output": {"type": ["string", "object"]},
        },
    });
    let mut changes = vec![
        ("common/allOf".to_owned(), json!([{"properties": common}])),
        ("choice/allOf".to_owned(), json!([{"properties": {"Choices": {"items": choice}}}])),
        ("map/properties/ItemsPath".to_owned(), json!(false)),
        ("map/properties/MaxConcurrencyPath".to_owned(), json!(false)),
    ];
    for state in ["choice", "fail", "map", "parallel", "pass", "task", "wait"] {
        changes.push((format!("{state}/properties/Arguments"), json!({"type": ["string", "object"]})));
    }
    for (path, value) in changes {
        let place = schema.pointer_mut(&format!("/definitions/{path}"));
        *place.ok_or_else(|| format!("the states language has no {path} any more"))? = value;
    }
    Ok(schema)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::spelled_out;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&[&str]>) {
        assert_eq!(
            spelled_out(pattern).as_deref(),
            expected.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).as_deref()
        );
    }

    #[test]
    fn groups_are_spelled_out() {
        check(
            "^(Any:|All:)?Bool(IfExists)?$",
            Some(&["Any:BoolIfExists", "Any:Bool", "All:BoolIfExists", "All:Bool", "BoolIfExists", "Bool"]),
        );
        check("^Date(Less|Greater)Than$", Some(&["DateLessThan", "DateGreaterThan"]));
        for pattern in ["Bool", "^Bool", "^Bo*l$", "^(Bool$", "^[A-Z]$"] {
            check(pattern, None);
        }
    }
}
