//! What the SAM transform does to a template, as far as validation has to know it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use cfn_model::{Function, KeyHash, Node, Object, Segment};

/// The keys of `Globals`, each with the resource type that it is about.
pub(crate) const GLOBALS: [(&str, &str); 8] = [
    ("Function", "AWS::Serverless::Function"),
    ("Api", "AWS::Serverless::Api"),
    ("HttpApi", "AWS::Serverless::HttpApi"),
    ("SimpleTable", "AWS::Serverless::SimpleTable"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("LayerVersion", "AWS::Serverless::LayerVersion"),
    ("CapacityProvider", "AWS::Serverless::CapacityProvider"),
    ("WebSocketApi", "AWS::Serverless::WebSocketApi"),
];

/// How many values `Globals` may add to all resources together: many times what the largest template needs.
const MOST_MERGED: usize = crate::limits::LIMITS.merged_globals;

/// Whether the SAM transform removes a null, or writes it into a string: at these steps below a resource of this type.
/// Everywhere else CloudFormation refuses a null.
pub(crate) fn takes_null(kind: &str, steps: &[Segment]) -> bool {
    let Some(kind) = kind.strip_prefix("AWS::Serverless::") else { return false };
    let keys: Vec<&str> = steps
        .iter()
        .map_while(|step| match step {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    match keys.as_slice() {
        ["Properties", _] => keys.len() == steps.len(),
        ["Properties", "Definition", ..] => kind == "StateMachine",
        // The value becomes an empty string.
        ["Properties", "Tags", _] | ["Properties", "Events", _, "Properties", _] => keys.len() == steps.len(),
        _ => false,
    }
}

/// What stands in for a resource with which too much would have to be merged: like a module, it can be anything.
const UNREAD: &str = "AWS::Serverless::MODULE";

/// The document with `Globals` merged into the properties of the resources that they are about, and whether that was
/// too much for some.
pub(crate) fn with_globals(document: &Object) -> (Cow<'_, Object>, bool) {
    let globals = document.get("Globals").and_then(Node::as_object);
    let (Some(globals), Some(Node::Object(_))) = (globals, document.get("Resources")) else {
        return (Cow::Borrowed(document), false);
    };
    let sizes: HashMap<&str, usize> = globals.iter().map(|(key, shared)| (key.as_str(), shared.size())).collect();
    let mut merged = 0_usize;
    let mut document = document.clone();
    let resources = document.get_mut("Resources").and_then(Node::as_object_mut);
    for resource in resources.into_iter().flat_map(|resources| resources.values_mut()) {
        let Some(resource) = resource.as_object_mut() else { continue };
        let kind = resource.get("Type").and_then(Node::as_str);
        let key = GLOBALS.iter().find(|(_, about)| kind == Some(about)).map(|(key, _)| *key);
        let Some(shared) = key.and_then(|key| globals.get(key)?.as_object()) else { continue };
        merged += key.and_then(|key| sizes.get(key).copied()).unwrap_or(0);
        if merged > MOST_MERGED {
            *resource = Object::from_iter([("Type".to_owned(), Node::String(UNREAD.to_owned()))]);
            continue;
        }
        let mut shared = shared.clone();
        match resource.get("IgnoreGlobals") {
            Some(Node::String(all)) if all == "*" => continue,
            Some(Node::Array(ignored)) => {
                let ignored: HashSet<&str> = ignored.iter().filter_map(Node::as_str).collect();
                shared.retain(|key, _| !ignored.contains(key.as_str()));
            }
            _ => {}
        }
        let own = match resource.get_mut("Properties").map(std::mem::take) {
            Some(own @ Node::Object(_)) => own,
            _ => Node::Object(Object::default()),
        };
        resource.insert("Properties".to_owned(), merge(Node::Object(shared), own));
    }
    (Cow::Owned(document), merged > MOST_MERGED)
}

/// Objects are merged, lists put one after the other; otherwise the resource's own value wins.
fn merge(shared: Node, own: Node) -> Node {
    match (shared, own) {
        (shared, own) if Function::call(&shared).is_some() || Function::call(&own).is_some() => own,
        (Node::Object(mut shared), Node::Object(own)) => {
            for (key, value) in own {
                let merged = match shared.get_mut(&key).map(std::mem::take) {
                    Some(outer) => merge(outer, value),
                    None => value,
                };
                shared.insert(key, merged);
            }
            Node::Object(shared)
        }
        (Node::Array(mut shared), Node::Array(own)) => {
            shared.extend(own);
            Node::Array(shared)
        }
        (_, own) => own,
    }
}

/// The resources that the transform will make, with their types.
pub(crate) fn generated(resources: &Object) -> HashMap<String, &'static str, KeyHash> {
    let mut made = Made { resources, ids: HashMap::default() };
    let (mut rest_api, mut http_api) = (false, false);
    for (id, resource) in resources {
        let empty = Object::default();
        let properties = resource.get("Properties").and_then(Node::as_object).unwrap_or(&empty);
        let has = |key: &str| properties.contains_key(key);
        let events = properties.get("Events").and_then(Node::as_object).unwrap_or(&empty);
        match resource.get("Type").and_then(Node::as_str).and_then(|kind| kind.strip_prefix("AWS::Serverless::")) {
            Some(kind @ ("Function" | "StateMachine")) => {
                if !has("Role") {
                    made.add(format!("{id}Role"), "AWS::IAM::Role");
                }
                if kind == "Function" {
                    made.function(id, properties, events);
                }
                for event in events.values() {
                    let lacks = |key: &str| event.get("Properties").and_then(|inner| inner.get(key)).is_none();
                    rest_api |= event["Type"].as_str() == Some("Api") && lacks("RestApiId");
                    http_api |= event["Type"].as_str() == Some("HttpApi") && lacks("ApiId");
                }
            }
            Some("Api") => {
                made.add(format!("{id}Stage"), "AWS::ApiGateway::Stage");
                if has("Domain") {
                    made.add(format!("{id}DomainName"), "AWS::ApiGateway::DomainName");
                }
                if has("Auth") {
                    made.add(format!("{id}UsagePlan"), "AWS::ApiGateway::UsagePlan");
                }
            }
            Some("HttpApi") => made.add(format!("{id}Stage"), "AWS::ApiGatewayV2::Stage"),
            _ => {}
        }
    }
    if rest_api {
        made.add("ServerlessRestApi".to_owned(), "AWS::Serverless::Api");
        made.add("ServerlessRestApiStage".to_owned(), "AWS::ApiGateway::Stage");
    }
    if http_api {
        made.add("ServerlessHttpApi".to_owned(), "AWS::Serverless::HttpApi");
        made.add("ServerlessHttpApiStage".to_owned(), "AWS::ApiGatewayV2::Stage");
    }
    made.ids
}

struct Made<'r> {
    resources: &'r Object,
    ids: HashMap<String, &'static str, KeyHash>,
}

impl Made<'_> {
    fn add(&mut self, id: String, kind: &'static str) {
        if !self.resources.contains_key(&id) {
            self.ids.entry(id).or_insert(kind);
        }
    }

    fn function(&mut self, id: &str, properties: &Object, events: &Object) {
        let deployment = properties.get("DeploymentPreference");
        if properties.contains_key("AutoPublishAlias") || deployment.is_some() {
            self.add(format!("{id}.Version"), "AWS::Lambda::Version");
            self.add(format!("{id}.Alias"), "AWS::Lambda::Alias");
        }
        if properties.contains_key("FunctionUrlConfig") {
            self.add(format!("{id}Url"), "AWS::Lambda::Url");
        }
        if deployment.is_some_and(|deployment| !matches!(deployment.get("Enabled"), Some(Node::Bool(false)))) {
            self.add("ServerlessDeploymentApplication".to_owned(), "AWS::CodeDeploy::Application");
            self.add(format!("{id}DeploymentGroup"), "AWS::CodeDeploy::DeploymentGroup");
            if deployment.is_some_and(|deployment| deployment.get("Role").is_none()) {
                self.add("CodeDeployServiceRole".to_owned(), "AWS::IAM::Role");
            }
        }
        for event in events.keys() {
            self.add(format!("{id}{event}Permission"), "AWS::Lambda::Permission");
        }
    }
}
