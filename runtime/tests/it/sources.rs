//! One client's request through everything that can be in front of a function.

use async_lambda::{Engine, mount, prelude::*};
use axum_core::body::Body;
use http::{HeaderMap, Request, Response, StatusCode};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::engine;

/// `POST /orders/a%20b%2525@?tag=x%20y&tag=%2525&plus=1+2` as a REST API gives it: the path as it was sent, the query
/// decoded.
fn rest() -> Value {
    json!({
        "resource": "/orders/{id}",
        "path": "/orders/a%20b%2525@",
        "httpMethod": "POST",
        "headers": { "Content-Type": "text/plain", "Cookie": "a=1; b=2", "X-List": "two" },
        "multiValueHeaders": { "Content-Type": ["text/plain"], "Cookie": ["a=1; b=2"], "X-List": ["one", "two"] },
        "queryStringParameters": { "tag": "%25", "plus": "1 2" },
        "multiValueQueryStringParameters": { "tag": ["x y", "%25"], "plus": ["1 2"] },
        "pathParameters": { "id": "a%20b%2525@" },
        "stageVariables": null,
        "requestContext": { "resourceId": "a1b2c3", "resourcePath": "/orders/{id}", "httpMethod": "POST", "stage": "prod" },
        "body": "hello",
        "isBase64Encoded": false,
    })
}

/// An HTTP API decodes the path, and puts the stage in front of it.
fn http_1() -> Value {
    let mut event = rest();
    event["version"] = "1.0".into();
    event["path"] = "/prod/orders/a b%25@".into();
    event["pathParameters"] = json!({ "id": "a b%25@" });
    event["requestContext"] = json!({
        "resourceId": null, "stage": "prod", "httpMethod": "POST", "domainName": "id.execute-api.eu-west-1.amazonaws.com",
    });
    event
}

fn http_2() -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /orders/{id}",
        "rawPath": "/prod/orders/a b%25@",
        "rawQueryString": "tag=x%20y&tag=%2525&plus=1+2",
        "cookies": ["a=1", "b=2"],
        "headers": { "content-type": "text/plain", "x-list": "one,two" },
        "queryStringParameters": { "tag": "x y,%25", "plus": "1 2" },
        "pathParameters": { "id": "a b%25@" },
        "requestContext": {
            "stage": "prod", "domainName": "id.execute-api.eu-west-1.amazonaws.com",
            "http": { "method": "POST", "path": "/prod/orders/a b%25@", "sourceIp": "192.0.2.1" },
        },
        "body": "aGVsbG8=",
        "isBase64Encoded": true,
    })
}

/// A function URL has the form of an HTTP API, and leaves the path as it is.
fn url() -> Value {
    let mut event = http_2();
    event["routeKey"] = "$default".into();
    event["rawPath"] = "/orders/a%20b%2525@".into();
    event["pathParameters"] = Value::Null;
    event["requestContext"] = json!({
        "stage": "$default", "domainName": "id.lambda-url.eu-west-1.on.aws", "http": { "method": "POST" },
    });
    event
}

fn load_balancer(lists: bool) -> Value {
    let context =
        json!({ "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/1" } });
    let mut event = json!({
        "requestContext": context,
        "httpMethod": "POST",
        "path": "/orders/a%20b%2525@",
        "body": "aGVsbG8=",
        "isBase64Encoded": true,
    });
    if lists {
        event["multiValueHeaders"] =
            json!({ "content-type": ["text/plain"], "cookie": ["a=1; b=2"], "x-list": ["one", "two"] });
        event["multiValueQueryStringParameters"] = json!({ "tag": ["x%20y", "%2525"], "plus": ["1+2"] });
    } else {
        event["headers"] = json!({ "content-type": "text/plain", "cookie": "a=1; b=2", "x-list": "two" });
        event["queryStringParameters"] = json!({ "tag": "%2525", "plus": "1+2" });
    }
    event
}

fn all() -> [(&'static str, Value); 6] {
    [
        ("rest", rest()),
        ("http 1.0", http_1()),
        ("http 2.0", http_2()),
        ("url", url()),
        ("load balancer, lists", load_balancer(true)),
        ("load balancer", load_balancer(false)),
    ]
}

/// The parts of a request that the tests look at.
fn seen(event: &ApiEvent) -> Value {
    let header =
        |name| event.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(",");
    json!({
        "method": event.method.as_str(),
        "path": event.path,
        "id": event.path_parameter("id"),
        "query": event.query,
        "list": header("x-list"),
        "cookie": header("cookie"),
        "type": event.header("content-type"),
        "body": event.text().unwrap(),
        "uri": event.clone().into_request().unwrap().uri().to_string(),
    })
}

async fn see(event: ApiEvent) -> Result<Json<Value>, Error> {
    Ok(Json(seen(&event)))
}

fn app() -> Engine {
    engine(App::new("demo").api_task("Post", Method::POST, "/orders/{id}", see)).0
}

async fn seen_through(event: Value) -> Value {
    let response = app().invoke("Post", event, Context::default()).await.unwrap();
    serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_request_is_the_same_through_everything() {
    for (source, event) in all() {
        let mut expected = json!({
            "method": "POST",
            "path": "/orders/a%20b%2525@",
            "id": "a b%25@",
            "query": { "plus": ["1 2"], "tag": ["x y", "%25"] },
            "list": "one,two",
            "cookie": "a=1; b=2",
            "type": "text/plain",
            "body": "hello",
            "uri": "/orders/a%20b%2525@?plus=1%202&tag=x%20y&tag=%2525",
        });
        if source == "load balancer" {
            // Of several values it gives the last.
            expected["query"]["tag"] = json!(["%25"]);
            expected["list"] = "two".into();
            expected["uri"] = "/orders/a%20b%2525@?plus=1%202&tag=%2525".into();
        }
        assert_eq!(seen_through(event).await, expected, "{source}");
    }
}

#[tokio::test]
async fn path_parameters_are_decoded_once() {
    for (sent, decoded) in [
        ("7", "7"),
        ("a%2Fb", "a/b"),
        ("%2525", "%25"),
        ("%25", "%"),
        ("100%25%20", "100% "),
        ("a+b", "a+b"),
        ("%C3%BC", "ü"),
    ] {
        for (source, mut event) in all() {
            let is_decoded = source.starts_with("http");
            if !event["pathParameters"].is_null() {
                event["pathParameters"]["id"] = if is_decoded { decoded } else { sent }.into();
            }
            let key = if event["rawPath"].is_null() { "path" } else { "rawPath" };
            event[key] = format!("/orders/{}", if is_decoded { decoded } else { sent }).into();
            assert_eq!(seen_through(event).await["id"], decoded, "{source} {sent}");
        }
    }
}

#[tokio::test]
async fn stages_are_not_part_of_the_path() {
    let execute_api = "id.execute-api.eu-west-1.amazonaws.com";
    for (path, stage, domain, expected) in [
        ("/dev/orders/7", "dev", execute_api, "/orders/7"),
        ("/dev", "dev", execute_api, "/"),
        ("/developers", "dev", execute_api, "/developers"),
        ("/orders/7", "dev", execute_api, "/orders/7"),
        ("/orders/7", "$default", execute_api, "/orders/7"),
        ("/dev/orders/7", "dev", "api.example.com", "/dev/orders/7"),
    ] {
        for mut event in [http_1(), http_2()] {
            let key = if event["rawPath"].is_null() { "path" } else { "rawPath" };
            event[key] = path.into();
            event["requestContext"]["stage"] = stage.into();
            event["requestContext"]["domainName"] = domain.into();
            assert_eq!(seen_through(event).await["path"], expected, "{path} {stage} {domain}");
        }
    }
}

#[tokio::test]
async fn what_is_left_out_is_empty() {
    for (source, mut event) in all() {
        for key in [
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "rawQueryString",
            "cookies",
            "pathParameters",
            "body",
        ] {
            event.as_object_mut().unwrap().shift_remove(key);
        }
        let seen = seen_through(event).await;
        let found = json!([seen["id"], seen["query"], seen["cookie"], seen["type"], seen["body"]]);
        assert_eq!(found, json!(["a b%25@", {}, "", null, ""]), "{source}");
    }
    // Written by hand, without the raw query.
    let mut event = http_2();
    event["rawQueryString"] = "".into();
    assert_eq!(seen_through(event).await["query"], json!({ "plus": ["1 2"], "tag": ["x y,%25"] }));
}

/// `sam local` writes a version into events of REST APIs.
#[tokio::test]
async fn a_rest_api_may_have_a_version() {
    let mut event = rest();
    event["version"] = "1.0".into();
    assert_eq!(seen_through(event).await["id"], "a b%25@");
}

#[tokio::test]
async fn other_events_are_refused() {
    let context = |context: Value| json!({ "httpMethod": "GET", "path": "/", "requestContext": context });
    let front = "put a REST API, an HTTP API, a function URL or an application load balancer in front of the task";
    for (event, got, help) in [
        (json!({}), "one without `version`, `httpMethod` and `requestContext.elb`", front),
        (json!([]), "one without `version`, `httpMethod` and `requestContext.elb`", front),
        (json!({ "Records": [{ "eventSource": "aws:sqs" }] }), "records of aws:sqs", front),
        (json!({ "Records": [{ "EventSource": "aws:sns", "Sns": {} }] }), "records of aws:sns", front),
        (json!({ "Records": [{ "cf": {} }] }), "records of another service", front),
        (context(json!({ "connectionId": "x", "eventType": "CONNECT" })), "one of a WebSocket API", front),
        (
            json!({ "version": "2.0", "path": "/", "requestContext": { "serviceNetworkArn": "x" } }),
            "one of VPC Lattice",
            front,
        ),
        (json!({ "raw_path": "/", "method": "GET" }), "one of VPC Lattice", front),
        (
            json!({ "type": "TOKEN", "methodArn": "x" }),
            "an authorizer's",
            "an authorizer is a function of its own, and no API task",
        ),
        (
            json!({ "version": "2.0", "type": "REQUEST", "routeArn": "x", "requestContext": { "http": { "method": "GET" } } }),
            "an authorizer's",
            "an authorizer is a function of its own, and no API task",
        ),
        (
            json!({ "version": "3.0" }),
            "payload format 3.0",
            "set the integration's payload format version to 1.0 or 2.0",
        ),
        (json!({ "version": 2 }), "payload format 2", "set the integration's payload format version to 1.0 or 2.0"),
    ] {
        let error = app().invoke("Post", event, Context::default()).await.unwrap_err();
        let must =
            "event: must be a request of a REST API, an HTTP API, a function URL or an application load balancer";
        assert_eq!(error.to_string(), format!("{must}, got {got}; {help}"));
    }
    let error = app().invoke("Post", json!({ "version": "2.0", "rawPath": "/" }), Context::default()).await;
    assert_eq!(error.unwrap_err().to_string(), "event: `requestContext.http.method` must be a string, got nothing");
    let odd = json!({ "httpMethod": "get it", "path": "/" });
    let error = app().invoke("Post", odd, Context::default()).await.unwrap_err();
    assert_eq!((error.kind, &*error.reason), ("event", "event: `httpMethod` must be a method of HTTP, got `get it`"));
}

#[tokio::test]
async fn answers_have_the_form_that_the_sender_wants() {
    async fn answer() -> Result<(StatusCode, HeaderMap, &'static str), Error> {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("set-cookie", "a=1, x"), ("set-cookie", "b=2"), ("vary", "a"), ("vary", "b"), ("x-one", "1")]
        {
            headers.append(name, value.parse()?);
        }
        headers.insert("content-type", "text/plain".parse()?);
        Ok((StatusCode::CREATED, headers, "hi"))
    }
    let (engine, _) = engine(App::new("demo").api_task("Post", Method::POST, "/orders/{id}", answer));
    let frame = |headers: Value| {
        let mut answer = json!({ "statusCode": 201, "body": "hi", "isBase64Encoded": false });
        answer.as_object_mut().unwrap().extend(headers.as_object().unwrap().clone());
        answer
    };
    let version_1 = frame(json!({
        "headers": { "x-one": "1", "content-type": "text/plain" },
        "multiValueHeaders": { "set-cookie": ["a=1, x", "b=2"], "vary": ["a", "b"] },
    }));
    let version_2 = frame(json!({
        "headers": { "x-one": "1", "vary": "a, b", "content-type": "text/plain" },
        "cookies": ["a=1, x", "b=2"],
    }));
    let lists = frame(json!({ "multiValueHeaders": {
        "x-one": ["1"], "set-cookie": ["a=1, x", "b=2"], "vary": ["a", "b"], "content-type": ["text/plain"],
    } }));
    let single = frame(
        json!({ "headers": { "x-one": "1", "vary": "a, b", "content-type": "text/plain", "set-cookie": "b=2" } }),
    );
    let expected = [&version_1, &version_1, &version_2, &version_2, &lists, &single];
    for ((source, event), expected) in all().into_iter().zip(expected) {
        let answer = engine.invoke("Post", event, Context::default()).await.unwrap();
        assert_eq!(&answer, expected, "{source}");
    }
}

#[tokio::test]
async fn routers_see_the_same_request() {
    #[derive(Clone)]
    struct Router;
    impl tower_service::Service<Request<Body>> for Router {
        type Response = Response<Body>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Response<Body>, Self::Error>>;

        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<Body>) -> Self::Future {
            std::future::ready(Ok(Response::new(Body::from(format!("{} {}", request.method(), request.uri())))))
        }
    }
    let (engine, _) = engine(App::new("demo").api_task("Web", "ANY", "/{proxy+}", mount(Router)));
    for (source, mut event) in all() {
        if source == "load balancer" {
            continue;
        }
        if event["pathParameters"].is_object() {
            event["pathParameters"] = json!({ "proxy": "orders/x" });
        }
        let answer = engine.invoke("Web", event, Context::default()).await.unwrap();
        assert_eq!(answer["body"], "POST /orders/a%20b%2525@?plus=1%202&tag=x%20y&tag=%2525", "{source}");
    }
}
