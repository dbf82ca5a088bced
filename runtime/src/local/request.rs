//! Requests, as a REST API hands them on.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use async_lambda_model::MediaType;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

/// The stage of local events: a program can tell by it that it runs on a laptop.
const STAGE: &str = "local";
const ACCOUNT: &str = "123456789012";

/// A request, before API Gateway.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// `HTTP/1.1`.
    pub(crate) protocol: String,
    pub(crate) source_ip: IpAddr,
    pub(crate) route: &'a str,
    /// As the client sent it.
    pub(crate) path: &'a str,
    /// As they stand in the path.
    pub(crate) parameters: Vec<(String, String)>,
    /// Decoded.
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
}

impl Request<'_> {
    /// The event of the proxy integration. `binary` are the media types of the API.
    pub(crate) fn event(self, binary: &[MediaType]) -> Value {
        let (body, is_base64) = self.body(binary);
        let parameters: Map<String, Value> =
            self.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "resource": self.route,
            "path": self.path,
            "httpMethod": self.method,
            "headers": last_values(self.headers),
            "multiValueHeaders": all_values(self.headers),
            "queryStringParameters": last_values(self.query),
            "multiValueQueryStringParameters": all_values(self.query),
            "pathParameters": if parameters.is_empty() { Value::Null } else { parameters.into() },
            "stageVariables": null,
            "requestContext": self.context(),
            "body": body,
            "isBase64Encoded": is_base64,
        })
    }

    fn context(&self) -> Value {
        let now = SystemTime::now();
        let domain = self.header("host").unwrap_or("localhost");
        let request_id = request_id();
        json!({
            "resourceId": "local",
            "resourcePath": self.route,
            "httpMethod": self.method,
            "extendedRequestId": request_id,
            "requestTime": request_time(now),
            "path": format!("/{STAGE}{}", self.path),
            "accountId": ACCOUNT,
            "protocol": self.protocol,
            "stage": STAGE,
            "domainPrefix": domain.split('.').next(),
            "requestTimeEpoch": now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64,
            "requestId": request_id,
            "identity": {
                "cognitoIdentityPoolId": null,
                "accountId": null,
                "cognitoIdentityId": null,
                "caller": null,
                "sourceIp": self.source_ip.to_string(),
                "principalOrgId": null,
                "accessKey": null,
                "cognitoAuthenticationType": null,
                "cognitoAuthenticationProvider": null,
                "userArn": null,
                "userAgent": self.header("user-agent"),
                "user": null,
            },
            "domainName": domain,
            "apiId": "local",
        })
    }

    /// The body, and whether it is base64: if its type, which is JSON where the request names none, is one of the API's
    /// binary media types. Any other body becomes a string, and is damaged if it is not UTF-8.
    fn body(&self, binary: &[MediaType]) -> (Value, bool) {
        if self.body.is_empty() {
            return (Value::Null, false);
        }
        let content_type = self.header("content-type").unwrap_or("application/json");
        if binary.iter().any(|media_type| media_type.matches(Some(content_type))) {
            return (BASE64_STANDARD.encode(self.body).into(), true);
        }
        let text = String::from_utf8_lossy(self.body);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            tracing::error!(
                path = self.path,
                content_type,
                "the request's body is damaged, since it is not UTF-8: name its media type with \
                 `App::binary_media_types`, or with `binary_media_types` in .async_lambda/config.json"
            );
        }
        (text.into(), false)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Each name with its last value; nothing is `null`.
fn last_values(pairs: &[(String, String)]) -> Value {
    let map: Map<String, Value> = pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    if map.is_empty() { Value::Null } else { map.into() }
}

/// Each name with all of its values; nothing is `null`.
fn all_values(pairs: &[(String, String)]) -> Value {
    let mut map: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let values = map.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value.clone().into());
        }
    }
    if map.is_empty() { Value::Null } else { map.into() }
}

/// The form of a UUID, one for each request of this process.
fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("00000000-0000-4000-8000-{:012x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// `29/Nov/2026:03:50:19 +0000`, out of `Sun, 29 Nov 2026 03:50:19 GMT`.
fn request_time(time: SystemTime) -> String {
    let date = httpdate::fmt_http_date(time);
    let mut parts = date.split(' ').skip(1);
    let mut part = || parts.next().unwrap_or_default();
    format!("{}/{}/{}:{} +0000", part(), part(), part(), part())
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, time::Duration};

    use aws_lambda_events::apigw::ApiGatewayProxyRequest;
    use pretty_assertions::assert_eq;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn event(headers: &[(&str, &str)], query: &[(&str, &str)], body: &[u8], binary: &[&str]) -> Value {
        let binary: Vec<MediaType> = binary.iter().map(|media_type| MediaType::new(*media_type).unwrap()).collect();
        let request = Request {
            method: "POST",
            protocol: "HTTP/1.1".to_owned(),
            source_ip: Ipv4Addr::LOCALHOST.into(),
            route: "/orders",
            path: "/orders",
            parameters: Vec::new(),
            query: &pairs(query),
            headers: &pairs(headers),
            body,
        };
        request.event(&binary)
    }

    #[test]
    fn events_are_those_of_a_rest_api() {
        let query = [("tag", "a"), ("tag", "b c"), ("x", "")];
        let headers = [("host", "localhost:8000"), ("user-agent", "curl/8"), ("x-one", "1"), ("x-one", "2")];
        let mut event = event(&headers, &query, b"{}", &[]);
        let context = event["requestContext"].as_object_mut().unwrap();
        let id = context.remove("requestId").unwrap();
        assert_eq!((id.as_str().unwrap().len(), Some(&id)), (36, context.remove("extendedRequestId").as_ref()));
        assert!(context.remove("requestTimeEpoch").unwrap().as_u64().unwrap() > 1_700_000_000_000);
        assert!(context.remove("requestTime").unwrap().as_str().unwrap().ends_with(" +0000"));
        let expected = json!({
            "resource": "/orders",
            "path": "/orders",
            "httpMethod": "POST",
            "headers": { "host": "localhost:8000", "user-agent": "curl/8", "x-one": "2" },
            "multiValueHeaders": { "host": ["localhost:8000"], "user-agent": ["curl/8"], "x-one": ["1", "2"] },
            "queryStringParameters": { "tag": "b c", "x": "" },
            "multiValueQueryStringParameters": { "tag": ["a", "b c"], "x": [""] },
            "pathParameters": null,
            "stageVariables": null,
            "requestContext": {
                "resourceId": "local",
                "resourcePath": "/orders",
                "httpMethod": "POST",
                "path": "/local/orders",
                "accountId": "123456789012",
                "protocol": "HTTP/1.1",
                "stage": "local",
                "domainPrefix": "localhost:8000",
                "identity": {
                    "cognitoIdentityPoolId": null, "accountId": null, "cognitoIdentityId": null, "caller": null,
                    "sourceIp": "127.0.0.1", "principalOrgId": null, "accessKey": null,
                    "cognitoAuthenticationType": null, "cognitoAuthenticationProvider": null, "userArn": null,
                    "userAgent": "curl/8", "user": null,
                },
                "domainName": "localhost:8000",
                "apiId": "local",
            },
            "body": "{}",
            "isBase64Encoded": false,
        });
        assert_eq!(event, expected);
        let event = self::event(&headers, &query, b"{}", &[]);
        let request: ApiGatewayProxyRequest = serde_json::from_value(event).unwrap();
        assert_eq!(request.multi_value_query_string_parameters.first("tag"), Some("a"));
        assert_eq!(request.request_context.identity.source_ip.as_deref(), Some("127.0.0.1"));
    }

    #[test]
    fn what_is_not_there_is_null() {
        let event = event(&[], &[], b"", &["*/*"]);
        for name in [
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables",
            "body",
        ] {
            assert!(event.as_object().unwrap()[name].is_null(), "{name}");
        }
        assert_eq!(event["isBase64Encoded"], false);
    }

    #[test]
    fn bodies_are_base64_for_their_media_type() {
        for (content_type, body, binary, expected) in [
            (Some("image/png"), &b"\x89P"[..], &["image/png"][..], json!(["iVA=", true])),
            (Some("image/png"), b"\x89P", &["image/gif"], json!(["\u{fffd}P", false])),
            (Some("text/plain"), b"text", &["*/*"], json!(["dGV4dA==", true])),
            (Some("text/plain"), b"text", &["image/*"], json!(["text", false])),
            (None, b"text", &["application/json"], json!(["dGV4dA==", true])),
        ] {
            let headers: Vec<_> = content_type.into_iter().map(|content_type| ("content-type", content_type)).collect();
            let event = event(&headers, &[], body, binary);
            assert_eq!(json!([event["body"], event["isBase64Encoded"]]), expected, "{content_type:?} {binary:?}");
        }
    }

    #[test]
    fn times_are_those_of_access_logs() {
        let time = UNIX_EPOCH + Duration::from_secs(1_795_924_219);
        assert_eq!(request_time(time), "29/Nov/2026:03:50:19 +0000");
    }
}
