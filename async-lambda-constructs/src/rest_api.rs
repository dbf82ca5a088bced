//! A REST API with a domain of its own.

use async_lambda_model::{Cors, MediaType};
use cfn_model::{Handle, IntoNode, List, Node, Object, Resource, Value, intrinsic::get_att};
use sam_resources::{self as sam, ApiAttributes, event};

use crate::{Construct, Stack};

/// What the API writes about a request: fields of `$context`, as one JSON object a line.
const ACCESS_LOG_FIELDS: [(&str, &str); 10] = [
    ("requestId", "requestId"),
    ("requestTime", "requestTime"),
    ("sourceIp", "identity.sourceIp"),
    ("userAgent", "identity.userAgent"),
    ("httpMethod", "httpMethod"),
    ("path", "path"),
    ("status", "status"),
    ("responseLength", "responseLength"),
    ("responseLatency", "responseLatency"),
    ("traceId", "xrayTraceId"),
];

/// A REST API of API Gateway, with or without a domain of its own.
///
/// ```
/// use async_lambda_constructs::prelude::*;
///
/// let mut stack = Stack::new("shop");
/// let api = RestApi::new("prod")
///     .domain("api.example.com", "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555");
/// let api = stack.add("Api", api);
/// stack.add("GetOrder", sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023)
///     .code_uri("target/api.zip").timeout(29).event("Get", api.route("GET", "/orders/{id}")));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct RestApi {
    api: sam::Api,
    domain: Object,
    access_log_days: Option<Value<i64>>,
    cors: Option<Cors>,
    /// Whether requests without a body are binary too, which a mock integration does not understand.
    is_json_binary: bool,
}

/// A REST API that is in a stack. It derefs to the API's own handle.
#[derive(Clone, Debug)]
pub struct RestApiHandle {
    api: Handle<ApiAttributes>,
    leaves_preflights: bool,
}

impl RestApi {
    /// An API with this stage.
    pub fn new(stage_name: impl Into<Value<String>>) -> RestApi {
        RestApi {
            api: sam::Api::new(stage_name),
            domain: Object::default(),
            access_log_days: None,
            cors: None,
            is_json_binary: false,
        }
    }

    /// A domain name, and the ARN of the certificate for it: in the API's own region.
    pub fn domain(mut self, name: impl Into<Value<String>>, certificate_arn: impl Into<Value<String>>) -> RestApi {
        self.domain.insert("DomainName".to_owned(), name.into().into_node());
        self.domain.insert("CertificateArn".to_owned(), certificate_arn.into().into_node());
        self.domain.entry("SecurityPolicy".to_owned()).or_insert_with(|| "TLS_1_2".into_node());
        self
    }

    /// The oldest TLS version that the domain accepts: default `TLS_1_2`.
    pub fn tls_version(mut self, version: impl Into<Value<String>>) -> RestApi {
        self.domain.insert("SecurityPolicy".to_owned(), version.into().into_node());
        self
    }

    /// The Route 53 hosted zone in which the domain's record is made.
    pub fn hosted_zone(mut self, zone_id: impl Into<Value<String>>) -> RestApi {
        let route = Object::from_iter([("HostedZoneId".to_owned(), zone_id.into().into_node())]);
        self.domain.insert("Route53".to_owned(), route.into_node());
        self
    }

    /// The media types that the API treats as binary: `image/png`, `image/*`, or `*/*` for all of them. None by default.
    ///
    /// An answer that a function gives as base64 goes out as bytes if one of them is the first media type of the
    /// request's header `Accept`; a request's body arrives as base64 if one of them is its `Content-Type`.
    ///
    /// The template has `image~1png`: CloudFormation takes a `/` when it creates an API, and fails with it when it
    /// changes one.
    pub fn binary_media_types<T: AsRef<str>>(mut self, media_types: impl IntoIterator<Item = T>) -> RestApi {
        let is_json = |media_type: &str| {
            MediaType::new(media_type).is_ok_and(|media_type| media_type.matches(Some("application/json")))
        };
        let escaped = media_types.into_iter().map(|media_type| {
            self.is_json_binary |= is_json(media_type.as_ref());
            Value::from(media_type.as_ref().replace('/', "~1"))
        });
        self.api = self.api.binary_media_types(escaped.collect::<List<String>>());
        self
    }

    /// A line of JSON for each request, in a log group of its own that keeps it for so many days: 1, 3, 5, 7, 14, 30,
    /// 60, 90 and on, as `cargo run --bin synth -- explain AWS::Logs::LogGroup` lists them.
    ///
    /// API Gateway writes logs with a role that an account has once for all its APIs in a region
    /// (`AWS::ApiGateway::Account`); where it has none, the API is refused when it is deployed.
    pub fn access_logs(mut self, days: impl Into<Value<i64>>) -> RestApi {
        self.access_log_days = Some(days.into());
        self
    }

    /// Lets pages of other origins use the API from a browser: it answers preflight requests, and its own errors have the header
    /// `Access-Control-Allow-Origin`. The answers of functions are handed on as they are, so those have to have it themselves;
    /// `App::cors` of `async-lambda` does that.
    ///
    /// Preflight requests are left to functions for several origins, since the API would give the same answer to all of them,
    /// and where JSON is a binary media type, since API Gateway answers them with an error then. Such a function has the route
    /// `OPTIONS` of its path: under `ANY` alone, an authorizer of the API would refuse preflight requests.
    ///
    /// ```
    /// use async_lambda_constructs::prelude::*;
    ///
    /// let mut stack = Stack::new("shop");
    /// stack.add("Api", RestApi::new("prod").cors(Cors::new(["https://shop.example"])));
    /// let api = &stack.resource("Api").unwrap()["Properties"];
    /// assert_eq!(api["Cors"]["AllowOrigin"].as_str(), Some("'https://shop.example'"));
    /// ```
    pub fn cors(mut self, cors: Cors) -> RestApi {
        self.cors = Some(cors);
        self
    }

    /// The logical id of the log group of an API's access logs.
    pub(crate) fn access_logs_id(id: &str) -> String {
        format!("{id}AccessLogs")
    }

    /// Any other property of the API.
    pub fn customize_api(mut self, change: impl FnOnce(sam::Api) -> sam::Api) -> RestApi {
        self.api = change(self.api);
        self
    }
}

impl Construct for RestApi {
    type Handle = RestApiHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> RestApiHandle {
        let api = stack.add(id, self.api);
        if !self.domain.is_empty() {
            stack.override_property(&api, "Domain", self.domain);
        }
        if let Some(days) = self.access_log_days {
            let id = RestApi::access_logs_id(id);
            let retention = Object::from_iter([("RetentionInDays".to_owned(), days.into_node())]);
            stack.add(id.as_str(), Resource::raw("AWS::Logs::LogGroup", retention));
            let setting = Object::from_iter([
                ("DestinationArn".to_owned(), get_att::<String>(id, "Arn").into_node()),
                ("Format".to_owned(), access_log_format(&ACCESS_LOG_FIELDS).into_node()),
            ]);
            stack.override_property(&api, "AccessLogSetting", setting);
        }
        let mut leaves_preflights = false;
        if let Some(cors) = &self.cors {
            let origin = cors.only_origin().filter(|_| !self.is_json_binary);
            leaves_preflights = origin.is_none();
            if let Some(origin) = origin {
                stack.override_property(&api, "Cors", preflights(cors, origin));
            }
            if let Some(origin) = cors.origin_of_errors() {
                let errors = errors(cors, origin);
                stack.override_property(&api, "GatewayResponses.DEFAULT_4XX", errors.clone());
                stack.override_property(&api, "GatewayResponses.DEFAULT_5XX", errors);
            }
        }
        RestApiHandle { api, leaves_preflights }
    }
}

/// A string as API Gateway takes it for a header: in quotes.
fn quoted(text: &str) -> Node {
    format!("'{text}'").into_node()
}

/// SAM's `Cors`. The methods are those of each path, which SAM finds.
fn preflights(cors: &Cors, origin: &str) -> Object {
    let mut properties = Object::from_iter([
        ("AllowOrigin".to_owned(), quoted(origin)),
        ("MaxAge".to_owned(), quoted(&cors.max_age().to_string())),
    ]);
    let headers = cors.allowed_headers();
    if !headers.is_empty() {
        properties.insert("AllowHeaders".to_owned(), quoted(&headers));
    }
    if cors.has_credentials() {
        properties.insert("AllowCredentials".to_owned(), true.into_node());
    }
    properties
}

/// The headers of errors of the API itself.
fn errors(cors: &Cors, origin: &str) -> Object {
    let mut headers = Object::from_iter([("Access-Control-Allow-Origin".to_owned(), quoted(origin))]);
    if cors.has_credentials() {
        headers.insert("Access-Control-Allow-Credentials".to_owned(), quoted("true"));
    }
    let parameters = Object::from_iter([("Headers".to_owned(), headers.into_node())]);
    Object::from_iter([("ResponseParameters".to_owned(), parameters.into_node())])
}

/// One JSON object a line: names, and the fields of `$context` that they have.
pub(crate) fn access_log_format(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, field)| format!("\"{name}\":\"$context.{field}\"")).collect();
    format!("{{{}}}", fields.join(","))
}

impl RestApiHandle {
    /// Whether preflight requests are for functions to answer.
    pub(crate) fn leaves_preflights_to_functions(&self) -> bool {
        self.leaves_preflights
    }

    /// The event of a function that answers a route of this API. `method` is `GET`, `POST`..., or `ANY`.
    pub fn route(&self, method: impl Into<Value<String>>, path: impl Into<Value<String>>) -> event::Api {
        event::Api::new(method, path).rest_api_id(self.api.reference())
    }
}

impl std::ops::Deref for RestApiHandle {
    type Target = Handle<ApiAttributes>;

    fn deref(&self) -> &Handle<ApiAttributes> {
        &self.api
    }
}

impl AsRef<str> for RestApiHandle {
    fn as_ref(&self) -> &str {
        self.api.as_ref()
    }
}
