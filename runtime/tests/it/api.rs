//! Requests and responses.

use async_lambda::prelude::*;
use http::HeaderMap;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::engine;

/// The event of API Gateway for `POST /orders/7?tag=a&tag=b`.
fn request(body: Value, is_base64: bool) -> Value {
    json!({
        "resource": "/orders/{id}",
        "path": "/orders/7",
        "httpMethod": "POST",
        "headers": { "Content-Type": "application/json", "x-list": "two" },
        "multiValueHeaders": { "Content-Type": ["application/json"], "X-List": ["one", "two"] },
        "queryStringParameters": { "tag": "b", "single": "s p" },
        "multiValueQueryStringParameters": { "tag": ["a", "b"] },
        "pathParameters": { "id": "7" },
        "requestContext": { "stage": "dev" },
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

async fn call<R: IntoResponse + Send + 'static>(
    event: Value,
    answer: fn(ApiEvent) -> Result<R, Error>,
) -> Result<Value, Error> {
    let handler = move |event: ApiEvent| async move { answer(event) };
    let app = App::new("demo").api_task("Post", Method::POST, "/orders/{id}", handler);
    Ok(engine(app).0.invoke("Post", event, Context::default()).await?)
}

#[tokio::test]
async fn requests_are_read() {
    let answer = |event: ApiEvent| {
        let lists: Vec<&str> = event.headers.get_all("x-LIST").iter().map(|value| value.to_str().unwrap()).collect();
        let order: Value = event.json()?;
        Ok(Json(json!([
            event.path,
            event.method.as_str(),
            event.header("CONTENT-TYPE"),
            lists,
            event.query["tag"],
            event.query("tag"),
            event.query("single"),
            event.query("none"),
            event.path_parameter("id"),
            event.request_context["stage"],
            order,
            event.raw()["resource"],
        ])))
    };
    let expected = json!([
        "/orders/7", "POST", "application/json", ["one", "two"], ["a", "b"],
        "b", "s p", null, "7", "dev", { "n": 1 }, "/orders/{id}",
    ]);
    for event in [request(json!(r#"{"n": 1}"#), false), request(json!("eyJuIjogMX0="), true)] {
        let response = call(event, answer).await.unwrap();
        assert_eq!(response["statusCode"], 200);
        assert_eq!(serde_json::from_str::<Value>(response["body"].as_str().unwrap()).unwrap(), expected);
    }
}

#[tokio::test]
async fn requests_have_their_typed_form() {
    let answer = |event: ApiEvent| {
        let request = event.proxy_request()?;
        let identity = &request.request_context.identity;
        Ok(format!("{:?} {:?} {:?}", request.resource, identity.source_ip, request.stage_variables.get("table")))
    };
    let mut event = request(Value::Null, false);
    event["requestContext"] = json!({ "httpMethod": "POST", "identity": { "sourceIp": "192.0.2.1" } });
    event["stageVariables"] = json!({ "table": "orders" });
    let response = call(event, answer).await.unwrap();
    assert_eq!(response["body"], r#"Some("/orders/{id}") Some("192.0.2.1") Some("orders")"#);
    // A handler that does not ask for the typed form does without what that insists on.
    let untyped = call(request(Value::Null, false), answer).await.unwrap();
    assert_eq!(untyped["statusCode"], 500);
}

#[tokio::test]
async fn requests_become_those_of_http() {
    let answer = |event: ApiEvent| {
        let request = event.into_request()?;
        Ok(format!("{} {} {}", request.method(), request.uri(), request.headers()["x-list"].to_str()?))
    };
    let response = call(request(Value::Null, false), answer).await.unwrap();
    assert_eq!(response["body"], "POST /orders/7?single=s%20p&tag=a&tag=b one");
}

#[tokio::test]
async fn wrong_requests_are_errors() {
    let text = |event: ApiEvent| Ok(event.text()?.to_owned());
    for (event, expected) in [
        (json!({ "httpMethod": 7, "path": "/" }), "event: `httpMethod` must be a string, got a number"),
        (json!({ "httpMethod": "GET", "path": 7 }), "event: `path` must be a string, got a number"),
        (request(json!({}), false), "event: `body` must be a string, got an object"),
        (request(json!("!"), true), "event: the body must be base64: Invalid symbol 33, offset 0."),
    ] {
        assert_eq!(call(event, text).await.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn responses_are_proxy_responses() {
    let event = || request(Value::Null, false);
    let plain = call(event(), |_| Ok("hello")).await.unwrap();
    assert_eq!(
        plain,
        json!({
            "statusCode": 200,
            "headers": { "content-type": "text/plain; charset=utf-8" },
            "body": "hello",
            "isBase64Encoded": false,
        })
    );
    let binary = call(event(), |_| Ok(vec![0xff_u8])).await.unwrap();
    assert_eq!((&binary["body"], &binary["isBase64Encoded"]), (&json!("/w=="), &json!(true)));
    let cookies = call(event(), |_| {
        let mut headers = HeaderMap::new();
        for cookie in ["a=1", "b=2"] {
            headers.append("set-cookie", cookie.parse()?);
        }
        Ok((StatusCode::NOT_FOUND, headers))
    });
    let cookies = cookies.await.unwrap();
    assert_eq!(cookies["statusCode"], 404);
    assert_eq!(cookies["multiValueHeaders"], json!({ "set-cookie": ["a=1", "b=2"] }));
}

#[tokio::test]
async fn handlers_answer_with_anything_that_is_a_response() {
    #[derive(Debug, Serialize)]
    struct Order {
        id: u32,
    }
    #[derive(Debug, thiserror::Error)]
    #[error("order {0}: must be in stock")]
    struct OutOfStock(u32);
    impl IntoResponse for OutOfStock {
        fn into_response(self) -> async_lambda::Response {
            (StatusCode::CONFLICT, self.to_string()).into_response()
        }
    }

    #[handler]
    async fn get(event: ApiEvent) -> Result<Json<Order>, StatusCode> {
        let id = event.path_parameter("id").and_then(|id| id.parse().ok()).ok_or(StatusCode::BAD_REQUEST)?;
        if id == 0 { Err(StatusCode::NOT_FOUND) } else { Ok(Json(Order { id })) }
    }
    #[handler(Api)]
    async fn gone() -> StatusCode {
        StatusCode::GONE
    }
    #[handler(Api)]
    async fn own_error() -> Result<&'static str, OutOfStock> {
        Err(OutOfStock(7))
    }
    #[handler(Api)]
    async fn any_error() -> Result<Json<Order>, Error> {
        Err(OutOfStock(7))?
    }
    let app = App::new("demo")
        .api_task("Get", Method::GET, "/orders/{id}", get)
        .api_task("Gone", Method::GET, "/gone", task(gone).timeout_secs(29))
        .api_task("Own", Method::GET, "/own", own_error)
        .api_task("Any", Method::GET, "/any", any_error);
    let (engine, _) = engine(app);
    let with_id = |id: &str| {
        let mut event = request(Value::Null, false);
        event["pathParameters"]["id"] = id.into();
        event
    };
    for (task, event, status, body) in [
        ("Get", with_id("7"), 200, r#"{"id":7}"#),
        ("Get", with_id("0"), 404, ""),
        ("Get", with_id("x"), 400, ""),
        ("Gone", with_id("7"), 410, ""),
        ("Own", with_id("7"), 409, "order 7: must be in stock"),
        ("Any", with_id("7"), 500, r#"{"message":"Internal server error"}"#),
    ] {
        let response = engine.invoke(task, event, Context::default()).await.unwrap();
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(status), &json!(body)), "{task}");
    }
}
