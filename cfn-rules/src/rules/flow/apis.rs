//! APIs in front of functions.

use cfn_model::{Finding, Node, Path, Segment};

use super::Flow;
use crate::{
    codes as rules,
    facts::flow::{
        model::{Resource, SAM_FUNCTION, Target, UNKNOWN, int},
        text::{Part, Text},
        wiring::timeouts,
    },
};

/// How long a REST API, and a WebSocket API, waits unless a quota was raised, in milliseconds.
const REST_WAIT: i64 = 29_000;
/// How long an HTTP API waits at most, in milliseconds.
const HTTP_WAIT: i64 = 30_000;
/// How deep an OpenAPI document is searched.
const DEEPEST: usize = 12;

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    for (number, resource) in flow.model.resources.iter().enumerate() {
        match resource.kind {
            SAM_FUNCTION => events(flow, number, findings),
            "AWS::ApiGateway::Method" => {
                let integration = resource.properties.get("Integration").unwrap_or(&UNKNOWN);
                let place = resource.path(&["Integration"]);
                let waits = matches!(integration["Type"].as_str(), Some("AWS_PROXY" | "AWS"));
                if waits
                    && !is_asynchronous(&integration["RequestParameters"])
                    && integration.get("ResponseTransferMode").is_none()
                {
                    let uri = integration.get("Uri");
                    answer(
                        flow,
                        Front { resource, place, what: "REST API", wait: REST_WAIT },
                        uri,
                        integration.get("TimeoutInMillis"),
                        findings,
                    );
                }
            }
            "AWS::ApiGatewayV2::Integration" => {
                let (place, properties) = (resource.path(&[]), resource.properties);
                let api = properties.get("ApiId").map(Text::of);
                let kind = match api.as_ref().map(|text| text.0.as_slice()) {
                    Some([Part::Name(id)]) => flow.model.resource(id).map(|number| &flow.model.resources[number]),
                    _ => None,
                };
                let protocol = kind.and_then(|api| api.properties.get("ProtocolType")).and_then(Node::as_str);
                let (what, wait) = match (protocol, kind.map(|api| api.kind)) {
                    (Some("WEBSOCKET"), _) => ("WebSocket API", REST_WAIT),
                    (Some("HTTP"), _) | (_, Some("AWS::Serverless::HttpApi")) => ("HTTP API", HTTP_WAIT),
                    _ => continue,
                };
                if properties["IntegrationType"].as_str() == Some("AWS_PROXY") {
                    let uri = properties.get("IntegrationUri");
                    answer(
                        flow,
                        Front { resource, place, what, wait },
                        uri,
                        properties.get("TimeoutInMillis"),
                        findings,
                    );
                }
            }
            "AWS::ApiGateway::RestApi" => document(flow, resource, "Body", "REST API", REST_WAIT, findings),
            "AWS::Serverless::Api" => document(flow, resource, "DefinitionBody", "REST API", REST_WAIT, findings),
            "AWS::ApiGatewayV2::Api" => {
                document(flow, resource, "Body", "HTTP API", HTTP_WAIT, findings);
                let place = resource.path(&["Target"]);
                let front = Front { resource, place, what: "HTTP API", wait: HTTP_WAIT };
                answer(flow, front, resource.properties.get("Target"), None, findings);
            }
            "AWS::Serverless::HttpApi" => document(flow, resource, "DefinitionBody", "HTTP API", HTTP_WAIT, findings),
            _ => {}
        }
    }
}

/// What stands in front of a function, and where it says so.
struct Front<'f, 'd> {
    resource: &'f Resource<'d>,
    place: Path,
    what: &'static str,
    wait: i64,
}

/// The events of a SAM function.
fn events(flow: &Flow<'_>, number: usize, findings: &mut Vec<Finding>) {
    let function = &flow.model.resources[number];
    for (name, event) in function.properties.get("Events").and_then(Node::as_object).into_iter().flatten() {
        let properties = event.get("Properties").unwrap_or(&UNKNOWN);
        let (what, wait) = match event["Type"].as_str() {
            Some("Api") if properties.get("ResponseTransferMode").is_none() => ("REST API", REST_WAIT),
            Some("HttpApi") => ("HTTP API", HTTP_WAIT),
            _ => continue,
        };
        let place = function.path(&["Events", name]);
        let front = Front { resource: function, place, what, wait };
        compare(flow, &front, number, properties.get("TimeoutInMillis"), findings);
    }
}

/// The integrations of an OpenAPI document.
fn document(
    flow: &Flow<'_>,
    api: &Resource<'_>,
    key: &'static str,
    what: &'static str,
    wait: i64,
    findings: &mut Vec<Finding>,
) {
    let Some(body) = api.properties.get(key) else { return };
    let mut pending = vec![(body, api.path(&[key]), 0)];
    while let Some((node, place, depth)) = pending.pop() {
        let Node::Object(object) = node else { continue };
        for (key, inner) in object {
            if key == "x-amazon-apigateway-integration" {
                let is_kind = |kind: &str| ["aws_proxy", "aws"].iter().any(|known| known.eq_ignore_ascii_case(kind));
                let waits = inner["type"].as_str().is_some_and(is_kind);
                if waits && !is_asynchronous(&inner["requestParameters"]) && inner.get("responseTransferMode").is_none()
                {
                    let front = Front { resource: api, place: place.join(Segment::Key(key.clone())), what, wait };
                    answer(flow, front, inner.get("uri"), inner.get("timeoutInMillis"), findings);
                }
            } else if depth < DEEPEST && inner.as_object().is_some() {
                pending.push((inner, place.join(Segment::Key(key.clone())), depth + 1));
            }
        }
    }
}

/// Whether an integration asks Lambda not to wait for the function.
fn is_asynchronous(parameters: &Node) -> bool {
    let asks = |name: &String| name.to_ascii_lowercase().ends_with(".x-amz-invocation-type");
    parameters.as_object().is_some_and(|parameters| parameters.keys().any(asks))
}

/// Looks for the function behind an integration.
fn answer<'d>(
    flow: &Flow<'d>,
    front: Front<'_, 'd>,
    uri: Option<&'d Node>,
    wait: Option<&Node>,
    findings: &mut Vec<Finding>,
) {
    if let Some(Target::Here(function)) = uri.map(|uri| flow.model.function(&Text::of(uri))) {
        compare(flow, &front, function, wait, findings);
    }
}

fn compare(flow: &Flow<'_>, front: &Front<'_, '_>, function: usize, wait: Option<&Node>, findings: &mut Vec<Finding>) {
    let function = &flow.model.resources[function];
    let Some(wait) = wait.map_or(Some(front.wait), int) else { return };
    for (facts, timeout) in timeouts(&flow.model, function) {
        let slower = timeout.saturating_mul(1000) > wait;
        if slower && flow.model.together(&[&front.resource.facts, &function.facts, &facts]) {
            let message = format!(
                "function `{}`: the timeout must be less than the {} waits, {} s, got {timeout} s",
                function.id,
                front.what,
                wait as f64 / 1000.0
            );
            let help = "lower `Timeout`, or put the work into a queue and answer at once";
            findings.push(Finding::new(&rules::AL1019, front.place.clone(), message).help(help.to_owned()));
            return;
        }
    }
}
