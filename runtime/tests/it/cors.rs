//! Requests of pages of other origins.

use async_lambda::{
    Context,
    http::StatusCode,
    prelude::*,
    testing::{ApiRequest, ApiResponse, TestApp},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::engine;

const SHOP: &str = "https://shop.example";
const LOCAL: &str = "http://localhost:3000";

async fn get() -> Json<u32> {
    Json(7)
}

async fn own() -> [(&'static str, &'static str); 1] {
    [("Access-Control-Allow-Origin", "https://own.example")]
}

async fn varies() -> [(&'static str, &'static str); 1] {
    [("vary", "accept-encoding")]
}

async fn varies_already() -> [(&'static str, &'static str); 2] {
    [("vary", "accept-encoding, origin"), ("Access-Control-Expose-Headers", "x-own")]
}

async fn options() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

async fn fails() -> StatusCode {
    panic!("no")
}

fn app(cors: Cors) -> App {
    App::new("shop")
        .api_task("Get", Method::GET, "/orders/{id}", get)
        .api_task("Delete", Method::DELETE, "/orders/{id}", get)
        .api_task("Own", Method::GET, "/own", own)
        .api_task("Varies", Method::GET, "/varies", varies)
        .api_task("VariesAlready", Method::GET, "/varies-already", varies_already)
        .api_task("Options", Method::OPTIONS, "/options", options)
        .api_task("Fails", Method::GET, "/fails", fails)
        .api_task("Any", "ANY", "/any/{proxy+}", get)
        .cors(cors)
}

fn from(request: ApiRequest, origin: Option<&str>) -> ApiRequest {
    match origin {
        Some(origin) => request.header("origin", origin).header("access-control-request-method", "DELETE"),
        None => request,
    }
}

/// The headers of CORS of an answer, and `vary`, in the order of their names.
fn headers(response: &ApiResponse) -> Vec<(String, String)> {
    let is_ours = |name: &str| name.starts_with("access-control-") || name == "vary";
    let headers = response.headers.iter().filter(|(name, _)| is_ours(name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    headers
}

async fn check(app: &TestApp, request: ApiRequest, origin: Option<&str>, status: u16, expected: &[(&str, &str)]) {
    let response = app.request(from(request, origin)).await;
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!((response.status.as_u16(), headers(&response)), (status, expected));
}

#[tokio::test]
async fn one_origin_is_answered_always() {
    let app = TestApp::new(app(Cors::new([SHOP]).max_age_secs(600).expose_headers(["x-a", "x-b"])));
    let expected = [("access-control-allow-origin", SHOP), ("access-control-expose-headers", "x-a,x-b")];
    for origin in [None, Some(SHOP), Some("https://evil.example")] {
        check(&app, ApiEvent::get("/orders/7"), origin, 200, &expected).await;
    }
    let preflight = |methods| {
        [
            (
                "access-control-allow-headers",
                "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-User-Agent,X-Api-Key",
            ),
            ("access-control-allow-methods", methods),
            ("access-control-allow-origin", SHOP),
            ("access-control-expose-headers", "x-a,x-b"),
            ("access-control-max-age", "600"),
        ]
    };
    let request = |path| ApiEvent::request(Method::OPTIONS, path);
    check(&app, request("/orders/7"), Some(SHOP), 200, &preflight("DELETE,OPTIONS,GET")).await;
    check(&app, request("/any/a/b"), Some(SHOP), 200, &preflight("DELETE,OPTIONS,GET,HEAD,PATCH,POST,PUT")).await;
    // A route of its own is what counts, and its answer is one as any other.
    check(&app, request("/options"), Some(SHOP), 418, &expected).await;
    // Errors of the gateway itself.
    check(&app, ApiEvent::get("/nowhere"), Some(SHOP), 403, &expected[..1]).await;
    check(&app, ApiEvent::get("/fails"), Some(SHOP), 502, &expected[..1]).await;
    check(&app, request("/nowhere"), Some(SHOP), 403, &expected[..1]).await;
}

#[tokio::test]
async fn of_several_origins_the_one_of_the_request_is_answered() {
    let app = TestApp::new(app(Cors::new([SHOP, LOCAL]).allow_credentials().allow_headers(["x-a"])));
    let allowed = |origin| {
        [("access-control-allow-credentials", "true"), ("access-control-allow-origin", origin), ("vary", "Origin")]
    };
    check(&app, ApiEvent::get("/orders/7"), Some(SHOP), 200, &allowed(SHOP)).await;
    check(&app, ApiEvent::get("/orders/7"), Some(LOCAL), 200, &allowed(LOCAL)).await;
    for origin in [None, Some("https://evil.example"), Some("https://shop.example.evil.example"), Some("null")] {
        check(&app, ApiEvent::get("/orders/7"), origin, 200, &[("vary", "Origin")]).await;
        let preflight = ApiEvent::request(Method::OPTIONS, "/orders/7");
        check(&app, preflight, origin, 200, &[("vary", "Origin")]).await;
    }
    let preflight = ApiEvent::request(Method::OPTIONS, "/orders/7");
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-methods", "DELETE,OPTIONS,GET"),
        ("access-control-allow-origin", LOCAL),
        ("access-control-max-age", "7200"),
        ("vary", "Origin"),
    ];
    check(&app, preflight, Some(LOCAL), 200, &expected).await;
    let mut varies = allowed(SHOP);
    varies[2].1 = "accept-encoding, Origin";
    check(&app, ApiEvent::get("/varies"), Some(SHOP), 200, &varies).await;
    // API Gateway knows no list, and browsers take no `*` with credentials.
    check(&app, ApiEvent::get("/fails"), Some(SHOP), 502, &[]).await;
}

#[tokio::test]
async fn what_a_handler_says_counts() {
    for cors in [Cors::new(["*"]), Cors::new([SHOP, LOCAL])] {
        let app = TestApp::new(app(cors));
        let own = [("access-control-allow-origin", "https://own.example")];
        check(&app, ApiEvent::get("/own"), Some(SHOP), 200, &own).await;
        check(&app, ApiEvent::get("/fails"), Some(SHOP), 502, &[("access-control-allow-origin", "*")]).await;
    }
}

#[tokio::test]
async fn headers_of_a_handler_stay_beside_those_of_the_option() {
    let expose = |cors: Cors| TestApp::new(app(cors.expose_headers(["x-a"])));
    let allowed =
        |vary| [("access-control-allow-origin", SHOP), ("access-control-expose-headers", "x-own"), ("vary", vary)];
    let several = expose(Cors::new([SHOP, LOCAL]));
    check(&several, ApiEvent::get("/varies-already"), Some(SHOP), 200, &allowed("accept-encoding, origin")).await;
    let one = expose(Cors::new([SHOP]));
    check(&one, ApiEvent::get("/varies-already"), Some(SHOP), 200, &allowed("accept-encoding, origin")).await;
}

#[tokio::test]
async fn without_the_option_nothing_is_added() {
    let app = TestApp::new(App::new("shop").api_task("Get", Method::GET, "/orders/{id}", get));
    check(&app, ApiEvent::get("/orders/7"), Some(SHOP), 200, &[]).await;
    check(&app, ApiEvent::request(Method::OPTIONS, "/orders/7"), Some(SHOP), 403, &[]).await;
}

/// On Lambda, a function answers preflight requests that the API hands on to it, in the form of their sender.
#[tokio::test]
async fn functions_answer_preflight_requests() {
    let (engine, _) = engine(app(Cors::new([SHOP, LOCAL])));
    let answer = async |task: &str, event: Value| engine.invoke(task, event, Context::default()).await.unwrap();
    let rest = json!({ "httpMethod": "OPTIONS", "path": "/orders/7", "headers": { "Origin": LOCAL } });
    let response = answer("Get", rest).await;
    assert_eq!(response["headers"]["access-control-allow-origin"], LOCAL);
    assert_eq!(response["headers"]["access-control-allow-methods"], "DELETE,OPTIONS,GET");
    let balanced = json!({
        "httpMethod": "OPTIONS", "path": "/any/x", "multiValueHeaders": { "origin": [SHOP] },
        "requestContext": { "elb": { "targetGroupArn": "arn" } },
    });
    let response = answer("Any", balanced).await;
    assert_eq!(response["multiValueHeaders"]["access-control-allow-origin"], json!([SHOP]));
}

#[test]
fn of_merged_applications_the_first_option_counts() {
    let inner = App::new("inner").cors(Cors::new([LOCAL]));
    let both = App::new("shop").cors(Cors::new([SHOP])).merge(inner);
    assert_eq!(both.model().unwrap().cors, Some(Cors::new([SHOP])));
    let inner = App::new("inner").cors(Cors::new([LOCAL]));
    assert_eq!(App::new("shop").merge(inner).model().unwrap().cors, Some(Cors::new([LOCAL])));
}
