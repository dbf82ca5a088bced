//! APIs that wait for functions.

use cfn_model::Node;

use super::{
    graph::Flow,
    model::{Model, Resource, SAM_FUNCTION, Target, UNKNOWN, int, properties},
    text::{Part, Text},
};
use crate::facts::conditions::Fact;

/// The API of an integration that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Rest,
    Http,
    WebSocket,
}

/// An integration that waits for a function of the template.
#[derive(Debug)]
pub(crate) struct Front<'d> {
    pub(crate) function: usize,
    pub(crate) api: Api,
    /// The name of the event of the function, or of the resource, that makes it.
    pub(crate) name: &'d str,
    /// How long it waits, in milliseconds.
    pub(crate) wait: i64,
    /// When it is there.
    pub(crate) facts: Vec<Fact<'d>>,
}

/// How deep an OpenAPI document is searched.
const DEEPEST: usize = 12;

impl Api {
    /// The name for a message.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Api::Rest => "REST API",
            Api::Http => "HTTP API",
            Api::WebSocket => "WebSocket API",
        }
    }

    /// How long it waits unless an integration says otherwise, in milliseconds: the quotas "Integration timeout" of API
    /// Gateway.
    fn wait(self) -> i64 {
        match self {
            Api::Rest | Api::WebSocket => 29_000,
            Api::Http => 30_000,
        }
    }
}

/// Every integration that waits for a function of the template.
pub(crate) fn fronts<'d>(flow: &Flow<'d>) -> Vec<Front<'d>> {
    let mut search = Search { model: &flow.model, found: Vec::new() };
    for (number, resource) in flow.model.resources.iter().enumerate() {
        let properties = resource.properties;
        match resource.kind {
            SAM_FUNCTION => search.events(number, resource),
            "AWS::ApiGateway::Method" => {
                let integration = properties.get("Integration").unwrap_or(&UNKNOWN);
                let waits = matches!(integration["Type"].as_str(), Some("AWS_PROXY" | "AWS"))
                    && !is_asynchronous(&integration["RequestParameters"])
                    && !is_stream(integration.get("ResponseTransferMode"));
                if waits {
                    search.add(resource, Api::Rest, integration.get("Uri"), integration.get("TimeoutInMillis"));
                }
            }
            "AWS::ApiGatewayV2::Integration" if properties["IntegrationType"].as_str() == Some("AWS_PROXY") => {
                if let Some(api) = search.api_of(resource) {
                    search.add(resource, api, properties.get("IntegrationUri"), properties.get("TimeoutInMillis"));
                }
            }
            "AWS::ApiGatewayV2::Api" => {
                search.document(resource, "Body", Api::Http);
                search.add(resource, Api::Http, properties.get("Target"), None);
            }
            "AWS::ApiGateway::RestApi" => search.document(resource, "Body", Api::Rest),
            "AWS::Serverless::Api" => search.document(resource, "DefinitionBody", Api::Rest),
            "AWS::Serverless::HttpApi" => search.document(resource, "DefinitionBody", Api::Http),
            _ => {}
        }
    }
    search.found
}

struct Search<'m, 'd> {
    model: &'m Model<'d>,
    found: Vec<Front<'d>>,
}

impl<'d> Search<'_, 'd> {
    /// The events of a SAM function.
    fn events(&mut self, number: usize, function: &Resource<'d>) {
        for (name, event) in function.properties.get("Events").and_then(Node::as_object).into_iter().flatten() {
            let properties = properties(event);
            let (api, key) = match event["Type"].as_str() {
                Some("Api") if !is_stream(properties.get("ResponseTransferMode")) => (Api::Rest, "RestApiId"),
                Some("HttpApi") => (Api::Http, "ApiId"),
                _ => continue,
            };
            let wait = properties.get("TimeoutInMillis").map_or(Some(api.wait()), int);
            if let Some(wait) = wait.filter(|_| !self.has_document(properties.get(key))) {
                self.found.push(Front { function: number, api, name, wait, facts: function.facts.clone() });
            }
        }
    }

    /// Whether an API has a document of its own. To such a document the transform adds nothing for an event, so that its
    /// integrations are all that there are.
    fn has_document(&self, api: Option<&'d Node>) -> bool {
        let Some(api) = api.map(Text::of) else { return false };
        let number = match api.0.as_slice() {
            [Part::Name(id)] => self.model.resource(id),
            [Part::Literal(id)] => self.model.resource(id),
            _ => None,
        };
        let has = |number: usize| {
            let properties = self.model.resources[number].properties;
            ["DefinitionBody", "DefinitionUri"].iter().any(|key| properties.get(key).is_some())
        };
        number.is_some_and(has)
    }

    /// The API of an integration that is a resource.
    fn api_of(&self, integration: &Resource<'d>) -> Option<Api> {
        let text = integration.properties.get("ApiId").map(Text::of)?;
        let [Part::Name(id)] = text.0.as_slice() else { return None };
        let api = &self.model.resources[self.model.resource(id)?];
        match (api.properties.get("ProtocolType").and_then(Node::as_str), api.kind) {
            (Some("WEBSOCKET"), _) => Some(Api::WebSocket),
            (Some("HTTP"), _) | (_, "AWS::Serverless::HttpApi") => Some(Api::Http),
            _ => None,
        }
    }

    /// The integrations of an OpenAPI document.
    fn document(&mut self, resource: &Resource<'d>, key: &str, api: Api) {
        let mut pending: Vec<(&'d Node, usize)> =
            resource.properties.get(key).map(|body| (body, 0)).into_iter().collect();
        while let Some((node, depth)) = pending.pop() {
            for (key, inner) in node.as_object().into_iter().flatten() {
                if key == "x-amazon-apigateway-integration" {
                    let is_function =
                        |kind: &str| ["aws_proxy", "aws"].iter().any(|one| one.eq_ignore_ascii_case(kind));
                    let waits = inner["type"].as_str().is_some_and(is_function)
                        && !is_asynchronous(&inner["requestParameters"])
                        && !is_stream(inner.get("responseTransferMode"));
                    if waits {
                        self.add(resource, api, inner.get("uri"), inner.get("timeoutInMillis"));
                    }
                } else if depth < DEEPEST {
                    pending.push((inner, depth + 1));
                }
            }
        }
    }

    /// Adds the integration that calls a function of the template.
    fn add(&mut self, resource: &Resource<'d>, api: Api, uri: Option<&'d Node>, wait: Option<&Node>) {
        let target = uri.map(|uri| self.model.function(&Text::of(uri)));
        if let (Some(Target::Here(function)), Some(wait)) = (target, wait.map_or(Some(api.wait()), int)) {
            self.found.push(Front { function, api, name: resource.id, wait, facts: resource.facts.clone() });
        }
    }
}

/// Whether an integration asks Lambda not to wait for the function.
fn is_asynchronous(parameters: &Node) -> bool {
    let asks = |name: &String| name.to_ascii_lowercase().ends_with(".x-amz-invocation-type");
    parameters.as_object().is_some_and(|parameters| parameters.keys().any(asks))
}

/// Whether an integration passes an answer on while the function runs, or may do so.
fn is_stream(mode: Option<&Node>) -> bool {
    mode.is_some_and(|mode| mode.as_str() != Some("BUFFERED"))
}
