//! What policies allow, in a word.

use cfn_model::Node as Value;

use super::{Builder, Line, Resource, kind::action_prefix, reference::references};

impl Builder {
    /// The edges from `id` to what the statements somewhere in a value name as their resources.
    pub(super) fn permissions(&mut self, id: &str, value: &Value, resources: &[Resource<'_>]) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.permissions(id, item, resources)),
            Value::Object(object) if object.contains_key("Effect") && object.contains_key("Action") => {
                if object["Effect"].as_str() == Some("Deny") {
                    return;
                }
                let actions = texts(&object["Action"]);
                for reference in references(&value["Resource"], resources) {
                    let target = resources.iter().find(|resource| resource.id == reference.target);
                    let prefix = target.map(|target| action_prefix(target.type_name)).unwrap_or_default();
                    self.edge(id, reference.target, verb(&actions, &prefix), Line::Solid);
                }
            }
            Value::Object(object) => object.values().for_each(|inner| self.permissions(id, inner, resources)),
            _ => {}
        }
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What actions allow on a thing of one service.
fn verb(actions: &[&str], prefix: &str) -> &'static str {
    let names: Vec<&str> = actions
        .iter()
        .filter_map(|action| action.split_once(':'))
        .filter(|(service, _)| service.eq_ignore_ascii_case(prefix))
        .map(|(_, name)| name)
        .collect();
    let any = |starts: &[&str]| names.iter().any(|name| starts.iter().any(|start| name.starts_with(start)));
    let (reads, writes) = match prefix {
        "sqs" if any(&["SendMessage"]) && any(&["ReceiveMessage"]) => return "sends to, receives from",
        "sqs" if any(&["SendMessage"]) => return "sends to",
        "sqs" if any(&["ReceiveMessage"]) => return "receives from",
        "sns" if any(&["Publish"]) => return "publishes to",
        "lambda" if any(&["Invoke"]) => return "invokes",
        "states" if any(&["Start"]) => return "starts",
        "events" if any(&["PutEvents"]) => return "publishes to",
        "kinesis" if any(&["PutRecord"]) => return "sends to",
        _ => (
            any(&["Get", "List", "Query", "Scan", "BatchGet", "Describe", "Select"]),
            any(&["Put", "Delete", "Update", "BatchWrite", "Abort", "Restore"]),
        ),
    };
    match (reads, writes) {
        (true, true) => "reads and writes",
        (true, false) => "reads",
        (false, true) => "writes",
        (false, false) => "uses",
    }
}

/// What a policy template of SAM allows.
pub(super) fn template_verb(name: &str) -> &'static str {
    match name {
        "SQSSendMessagePolicy" | "KinesisCrudPolicy" | "FirehoseWritePolicy" => "sends to",
        "SQSPollerPolicy" | "KinesisStreamReadPolicy" | "DynamoDBStreamReadPolicy" => "receives from",
        "SNSPublishMessagePolicy" | "EventBridgePutEventsPolicy" => "publishes to",
        "LambdaInvokePolicy" => "invokes",
        "StepFunctionsExecutionPolicy" => "starts",
        "AWSSecretsManagerGetSecretValuePolicy" | "SSMParameterReadPolicy" => "reads",
        name if name.contains("Crud") || name.contains("FullAccess") => "reads and writes",
        name if name.contains("Read") => "reads",
        name if name.contains("Write") => "writes",
        _ => "uses",
    }
}
