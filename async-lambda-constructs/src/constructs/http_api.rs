//! An HTTP API of API Gateway.

use std::collections::BTreeSet;

use async_lambda_model::Cors;
use cfn_model::{
    IntoNode, List, Value,
    api_gateway_v2::{self, ApiHandle, api, authorizer::JWTConfiguration, stage},
    intrinsic::{join, sub},
    lambda, logs,
};

use super::report;
use crate::{Construct, Stack, access, iam::PolicyDocument, metric::Metric, rest_api::access_log_format};

/// How many days access logs are kept.
const LOG_RETENTION: i64 = 30;
/// The methods that a route can have; `ANY` is all of them.
const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
/// An API has so many routes, until AWS allows more.
const MOST_ROUTES: usize = 300;
/// What is logged of a request: fields of `$context`, as one JSON object a line.
const ACCESS_LOG_FIELDS: [(&str, &str); 11] = [
    ("requestId", "requestId"),
    ("requestTime", "requestTime"),
    ("sourceIp", "identity.sourceIp"),
    ("userAgent", "identity.userAgent"),
    ("httpMethod", "httpMethod"),
    ("path", "path"),
    ("routeKey", "routeKey"),
    ("status", "status"),
    ("responseLength", "responseLength"),
    ("responseLatency", "responseLatency"),
    ("error", "integrationErrorMessage"),
];

/// An HTTP API of API Gateway, whose routes lead to functions.
///
/// | | default |
/// |---|---|
/// | stage | `$default`, so that no URL has a stage in it; a change of the routes is there when the stack is deployed |
/// | who may call | everybody, until there is an [authorizer](HttpApi::jwt); then who it lets in, on all routes that do not say otherwise |
/// | functions | may be called by their routes, and by no other route |
/// | events of functions | version 2.0, the short one |
/// | access logs | a line of JSON each, kept for 30 days: the only trace of a request that no function has seen |
/// | limit | that of the account, 10,000 requests a second for all APIs of a region together |
/// | addresses | IPv4 and IPv6 |
/// | pages of other origins | none may use it |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Alarm, HttpApi, Route},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023).code_uri("target/api.zip");
/// let shop = stack.add("Shop", code);
/// let api = HttpApi::new()
///     .jwt("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc123", ["client"])
///     .route(Route::get("/health", shop.arn()).public())
///     .route(Route::get("/orders/{id}", shop.arn()))
///     .route(Route::post("/orders", shop.arn()).scopes(["orders/write"]))
///     .cors(Cors::new(["https://shop.example.com"]))
///     .throttle(100.0, 200);
/// let api = stack.add("Api", api);
/// stack.add("ApiFails", Alarm::above(api.metric_5xx(), 0));
/// stack.output("Url", Output::new(api.url()));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct HttpApi {
    api: api_gateway_v2::Api,
    routes: Vec<Route>,
    jwt: Option<(Value<String>, Vec<Value<String>>)>,
    cors: Option<Cors>,
    throttle: Option<(f64, i64)>,
    logs: Option<logs::LogGroup>,
    stage: api_gateway_v2::Stage,
}

/// A route of an [`HttpApi`]: requests, and the function that answers them.
#[derive(Clone, Debug)]
#[must_use = "a route does nothing until an API has it"]
pub struct Route {
    method: String,
    /// None of the route for whatever no other route is for.
    path: Option<String>,
    function_arn: Value<String>,
    authorization: Authorization,
    scopes: Vec<String>,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Authorization {
    /// Whom the API's authorizer lets in; everybody, if it has none.
    OfApi,
    Everybody,
    Iam,
}

/// An HTTP API that is in a stack.
#[derive(Clone, Debug)]
pub struct HttpApiHandle {
    api: ApiHandle,
    stage: Value<String>,
    logs: Option<logs::LogGroupHandle>,
}

macro_rules! methods {
    ($($name:ident $method:literal;)*) => {
        impl Route {$(
            #[doc = concat!("Requests `", $method, "` of a path, answered by the function with this ARN: [`Route::new`].")]
            pub fn $name(path: impl Into<String>, function_arn: impl Into<Value<String>>) -> Route {
                Route::new($method, path, function_arn)
            }
        )*}
    };
}

methods! {
    get "GET";
    post "POST";
    put "PUT";
    patch "PATCH";
    delete "DELETE";
    any "ANY";
}

impl Route {
    /// Requests with this method and path. `/orders/{id}` is for any order; `/files/{name+}` for all that is below. The most exact path
    /// wins.
    pub fn new(method: impl Into<String>, path: impl Into<String>, function_arn: impl Into<Value<String>>) -> Route {
        Route {
            method: method.into(),
            path: Some(path.into()),
            function_arn: function_arn.into(),
            authorization: Authorization::OfApi,
            scopes: Vec::new(),
        }
    }

    /// All requests that no other route is for.
    pub fn fallback(function_arn: impl Into<Value<String>>) -> Route {
        Route { path: None, ..Route::new("ANY", "", function_arn) }
    }

    /// For everybody, whatever authorizer the API has.
    pub fn public(mut self) -> Route {
        self.authorization = Authorization::Everybody;
        self
    }

    /// For those whom IAM allows it: [`HttpApiHandle::grant_invoke`]. Requests are signed.
    pub fn iam(mut self) -> Route {
        self.authorization = Authorization::Iam;
        self
    }

    /// The token must have one of these scopes.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Route {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// As API Gateway names it: `GET /orders/{id}`.
    fn key(&self) -> String {
        match &self.path {
            Some(path) => format!("{} {path}", self.method),
            None => "$default".to_owned(),
        }
    }

    /// What its logical ids have of it: `GetOrdersId`.
    fn stem(&self) -> String {
        let Some(path) = &self.path else { return "Default".to_owned() };
        let words = path.split(|character: char| !character.is_ascii_alphanumeric());
        [self.method.as_str()].into_iter().chain(words).map(capitalized).collect()
    }

    /// The end of the ARN by which it calls its function.
    fn source(&self) -> String {
        let Some(path) = &self.path else { return "*/$default".to_owned() };
        let method = if self.method == "ANY" { "*" } else { &self.method };
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "*" } else { segment });
        format!("*/{method}{}", segments.collect::<Vec<&str>>().join("/"))
    }

    fn problem(&self) -> Option<(String, &'static str)> {
        if !METHODS.contains(&self.method.as_str()) {
            let message = format!("the method of a route must be one of {}, got `{}`", METHODS.join(", "), self.method);
            return Some((message, "in capitals; `ANY` is all of them"));
        }
        let path = self.path.as_deref()?;
        let Some(rest) = path.strip_prefix('/') else {
            let message = format!("the path of a route must begin with `/`, got `{path}`");
            return Some((message, "the URL and the stage are not part of it: `/orders/{id}`"));
        };
        let segments: Vec<&str> = rest.split('/').collect();
        let last = segments.len() - 1;
        for (index, segment) in segments.iter().enumerate() {
            let variable = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let is_right = match variable {
                Some(variable) => {
                    let name = variable.strip_suffix('+').filter(|_| index == last).unwrap_or(variable);
                    !name.is_empty()
                        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
                }
                None => {
                    // API Gateway tells a path with a slash at its end from one without.
                    (!segment.is_empty() || index == last) && !segment.contains(['{', '}', ' ', '?', '#', '*'])
                }
            };
            if !is_right {
                let message = format!(
                    "the path of a route must be of words and variables between slashes, `{path}` has `{segment}`"
                );
                return Some((message, "`/orders/{id}/items`; `{name+}`, which is all that is left, only at the end"));
            }
        }
        None
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars().flat_map(char::to_lowercase);
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

impl Default for HttpApi {
    fn default() -> HttpApi {
        HttpApi::new()
    }
}

impl HttpApi {
    /// An API without routes.
    pub fn new() -> HttpApi {
        HttpApi {
            api: api_gateway_v2::Api::new().protocol_type("HTTP").ip_address_type("dualstack"),
            routes: Vec::new(),
            jwt: None,
            cors: None,
            throttle: None,
            logs: Some(logs::LogGroup::new().retention_in_days(LOG_RETENTION)),
            stage: api_gateway_v2::Stage::new("", "$default").auto_deploy(true),
        }
    }

    /// The name in the console: the stack's and the logical id, where nothing is said.
    pub fn api_name(mut self, name: impl Into<Value<String>>) -> HttpApi {
        self.api = self.api.name(name);
        self
    }

    /// Requests, and the function that answers them.
    pub fn route(mut self, route: Route) -> HttpApi {
        self.routes.push(route);
        self
    }

    /// Lets those in whose header `Authorization` has a token of this issuer, `https://..`, for one of these audiences. The issuer is what
    /// the token has as `iss`; below it API Gateway finds the keys by OpenID Connect.
    pub fn jwt<A: Into<Value<String>>>(
        mut self,
        issuer: impl Into<Value<String>>,
        audiences: impl IntoIterator<Item = A>,
    ) -> HttpApi {
        self.jwt = Some((issuer.into(), audiences.into_iter().map(Into::into).collect()));
        self
    }

    /// Lets pages of other origins use it from a browser. API Gateway answers preflight requests itself, and puts the headers into the
    /// answers of functions. A guarded route for all methods gets a route `OPTIONS` beside it that is not guarded: preflight requests
    /// have no token.
    pub fn cors(mut self, cors: Cors) -> HttpApi {
        self.cors = Some(cors);
        self
    }

    /// Answers 429 to more requests than this: so many a second, and so many at once.
    pub fn throttle(mut self, rate: f64, burst: i64) -> HttpApi {
        self.throttle = Some((rate, burst));
        self
    }

    /// How many days access logs are kept.
    pub fn log_retention_days(mut self, days: impl Into<Value<i64>>) -> HttpApi {
        self.logs = Some(self.logs.unwrap_or_default().retention_in_days(days));
        self
    }

    /// Without access logs.
    pub fn without_access_logs(mut self) -> HttpApi {
        self.logs = None;
        self
    }

    /// Not at its own URL any more, but by its [`Domain`](super::Domain) only.
    pub fn only_by_domain(mut self) -> HttpApi {
        self.api = self.api.disable_execute_api_endpoint(true);
        self
    }

    /// Any other property of the API.
    pub fn customize_api(mut self, change: impl FnOnce(api_gateway_v2::Api) -> api_gateway_v2::Api) -> HttpApi {
        self.api = change(self.api);
        self
    }

    /// Any other property of its stage.
    pub fn customize_stage(mut self, change: impl FnOnce(api_gateway_v2::Stage) -> api_gateway_v2::Stage) -> HttpApi {
        self.stage = change(self.stage);
        self
    }

    /// Any other property of the log group.
    pub fn customize_logs(mut self, change: impl FnOnce(logs::LogGroup) -> logs::LogGroup) -> HttpApi {
        self.logs = self.logs.map(change);
        self
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let mut problem = |message: String, help: &str| problems.push((message, help.to_owned()));
        let mut keys = BTreeSet::new();
        for route in &self.routes {
            let key = route.key();
            if let Some((message, help)) = route.problem() {
                problem(message, help);
            }
            if !keys.insert(key.clone()) {
                problem(format!("each route must be given once, got `{key}` again"), "one function answers it");
            }
            if !route.scopes.is_empty() && (self.jwt.is_none() || route.authorization != Authorization::OfApi) {
                let message = format!("scopes must be those of a token, route `{key}` asks for none");
                problem(message, "give the API `.jwt(..)`, and the route no other authorization");
            }
        }
        if self.routes.len() > MOST_ROUTES {
            let message = format!("must have at most {MOST_ROUTES} routes, has {}", self.routes.len());
            problem(message, "let one function answer all below a path: `/orders/{rest+}`");
        }
        if let Some((issuer, audiences)) = &self.jwt {
            if let Some(issuer) = issuer.literal().filter(|issuer| !issuer.starts_with("https://")) {
                let message = format!("the issuer of tokens must begin with `https://`, got `{issuer}`");
                problem(message, "it is what the tokens have as `iss`");
            }
            if audiences.is_empty() {
                problem(
                    "tokens must be for an audience, got none".to_owned(),
                    "the id of a client, which the tokens have as `aud` or `client_id`",
                );
            }
        }
        if let Some((rate, burst)) = self.throttle
            && !(rate > 0.0 && rate.is_finite() && burst > 0)
        {
            let message =
                format!("the limit must be more than 0 requests a second, and at once, got {rate} and {burst}");
            problem(message, "a limit of 0 refuses all requests");
        }
        if let Some(Err(error)) = self.cors.as_ref().map(Cors::check) {
            problems.push((error.rule(), error.help()));
        }
        problems
    }
}

impl Construct for HttpApi {
    type Handle = HttpApiHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> HttpApiHandle {
        let problems = self.problems();
        let mut api = self.api;
        if api.name.is_none() {
            api = api.name(sub(format!("${{AWS::StackName}}-{id}")));
        }
        if let Some(cors) = &self.cors {
            api = api.cors_configuration(cors_configuration(cors, &self.routes));
        }
        let api = stack.add(id, api);
        let mut authorizer = None;
        if let Some((issuer, audiences)) = self.jwt {
            let jwt = JWTConfiguration::new().issuer(issuer).audience(audiences);
            let resource = api_gateway_v2::Authorizer::new(api.reference(), "JWT", "jwt")
                .identity_source(["$request.header.Authorization"])
                .jwt_configuration(jwt);
            authorizer = Some(stack.add(format!("{id}Authorizer"), resource).reference());
        }

        let mut stage = self.stage.api_id(api.reference());
        if let Some((rate, burst)) = self.throttle {
            let settings = stage.default_route_settings.take();
            let settings = match settings {
                Some(Value::Literal(settings)) => settings,
                _ => stage::RouteSettings::new(),
            };
            let settings = settings.throttling_rate_limit(rate).throttling_burst_limit(burst);
            stage = stage.default_route_settings(settings);
        }
        let mut logs = None;
        if let Some(mut group) = self.logs {
            if group.log_group_name.is_none() {
                group = group.log_group_name(sub(format!("/aws/vendedlogs/apis/${{AWS::StackName}}-{id}")));
            }
            logs = Some(stack.add(format!("{id}AccessLogs"), group));
        }
        if let Some(logs) = &logs
            && stage.access_log_settings.is_none()
        {
            let settings = stage::AccessLogSettings::new()
                .destination_arn(logs.arn())
                .format(access_log_format(&ACCESS_LOG_FIELDS));
            stage = stage.access_log_settings(settings);
        }
        let stage = stack.add(format!("{id}Stage"), stage).reference();

        let preflights = match &self.cors {
            Some(_) => preflights(&self.routes, authorizer.is_some()),
            None => Vec::new(),
        };
        let mut taken = BTreeSet::new();
        for route in self.routes.into_iter().chain(preflights) {
            add_route(id, route, &api, authorizer.as_ref(), &mut taken, stack);
        }
        for (message, help) in problems {
            report(stack, id, format!("HTTP API `{id}`: {message}"), &help);
        }
        HttpApiHandle { api, stage, logs }
    }
}

/// Preflight requests come without a token. Where a route is for all methods, and guarded, API Gateway refuses them, unless they have a
/// route of their own; what its function answers does not matter.
fn preflights(routes: &[Route], has_authorizer: bool) -> Vec<Route> {
    let mut preflights: Vec<Route> = Vec::new();
    for route in routes.iter().filter(|route| route.method == "ANY") {
        let is_guarded = match route.authorization {
            Authorization::OfApi => has_authorizer,
            Authorization::Everybody => false,
            Authorization::Iam => true,
        };
        let path = route.path.as_deref().unwrap_or("/{proxy+}");
        let preflight = Route::new("OPTIONS", path, route.function_arn.clone()).public();
        if is_guarded && routes.iter().chain(&preflights).all(|other| other.key() != preflight.key()) {
            preflights.push(preflight);
        }
    }
    preflights
}

/// A route with its integration, and the permission to call its function.
#[track_caller]
fn add_route(
    id: &str,
    route: Route,
    api: &ApiHandle,
    authorizer: Option<&Value<String>>,
    taken: &mut BTreeSet<String>,
    stack: &mut Stack,
) {
    // `/orders/{id}` and `/orders/id` have the same letters.
    let stem = format!("{id}{}", route.stem());
    let mut name = stem.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}{number}");
        number += 1;
    }
    let integration = api_gateway_v2::Integration::new(api.reference(), "AWS_PROXY")
        .integration_uri(route.function_arn.clone())
        .payload_format_version("2.0");
    let integration = stack.add(format!("{name}Integration"), integration);
    let target: Value<String> = join("/", ["integrations".into_node(), integration.reference().into_node()]);
    let mut resource = api_gateway_v2::Route::new(api.reference(), route.key()).target(target);
    resource = match (route.authorization, authorizer) {
        (Authorization::OfApi, Some(authorizer)) => {
            resource.authorization_type("JWT").authorizer_id(authorizer.clone())
        }
        (Authorization::Iam, _) => resource.authorization_type("AWS_IAM"),
        (Authorization::OfApi | Authorization::Everybody, _) => resource.authorization_type("NONE"),
    };
    if !route.scopes.is_empty() {
        resource = resource.authorization_scopes(route.scopes.iter().map(String::as_str).collect::<List<String>>());
    }
    stack.add(name.as_str(), resource);
    let source = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{id}}}/{}",
        route.source()
    );
    let permission = lambda::Permission::new("lambda:InvokeFunction", route.function_arn, "apigateway.amazonaws.com")
        .source_arn(sub(source));
    stack.add(format!("{name}Permission"), permission);
}

/// CORS, with the methods of the routes.
fn cors_configuration(cors: &Cors, routes: &[Route]) -> api::Cors {
    let list = |texts: &[String]| texts.iter().map(String::as_str).collect::<List<String>>();
    let methods: BTreeSet<&str> = routes.iter().map(|route| route.method.as_str()).collect();
    let methods: List<String> = match methods.contains("ANY") {
        // With credentials, browsers take `*` for the name of a method.
        true => METHODS[1..].iter().copied().collect(),
        false => methods.into_iter().collect(),
    };
    let headers: List<String> = cors.allowed_headers().split(',').filter(|header| !header.is_empty()).collect();
    let mut configuration = api::Cors::new()
        .allow_origins(list(&cors.allow_origins))
        .allow_headers(headers)
        .allow_methods(methods)
        .max_age(cors.max_age());
    if let Some(headers) = &cors.expose_headers {
        configuration = configuration.expose_headers(list(headers));
    }
    if cors.has_credentials() {
        configuration = configuration.allow_credentials(true);
    }
    configuration
}

impl HttpApiHandle {
    /// The API's id.
    pub fn id(&self) -> Value<String> {
        self.api.reference()
    }

    /// The name of its stage.
    pub fn stage(&self) -> Value<String> {
        self.stage.clone()
    }

    /// The URL that API Gateway gave it, without a slash at the end.
    pub fn url(&self) -> Value<String> {
        self.api.api_endpoint()
    }

    /// The resource.
    pub fn resource(&self) -> &ApiHandle {
        &self.api
    }

    /// The log group of its access logs, unless it has none.
    pub fn logs(&self) -> Option<&logs::LogGroupHandle> {
        self.logs.as_ref()
    }

    /// Calling a route that IAM guards: its method and path, in which `*` is anything.
    pub fn grant_invoke(&self, method: &str, path: &str) -> PolicyDocument {
        let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:";
        let api = access::RestApi::from_arn(sub(format!("{arn}${{{}}}", self.api.logical_id())));
        api.grant_invoke("$default", method, path)
    }

    /// One of its metrics, by the name that API Gateway gives it, as an average.
    pub fn metric(&self, name: &str) -> Metric {
        Metric::new("AWS/ApiGateway", name).dimension("ApiId", self.id())
    }

    /// How many requests there were in the period.
    pub fn metric_count(&self) -> Metric {
        self.metric("Count").statistic("Sum").label("requests")
    }

    /// How many of them were answered with a status of 400 to 499.
    pub fn metric_4xx(&self) -> Metric {
        self.metric("4xx").statistic("Sum").label("4xx")
    }

    /// How many of them were answered with a status of 500 to 599.
    pub fn metric_5xx(&self) -> Metric {
        self.metric("5xx").statistic("Sum").label("5xx")
    }

    /// How long an answer takes, in milliseconds: the 99th percentile.
    pub fn metric_latency(&self) -> Metric {
        self.metric("Latency").statistic("p99").label("latency p99, ms")
    }
}

impl AsRef<str> for HttpApiHandle {
    fn as_ref(&self) -> &str {
        self.api.as_ref()
    }
}
