//! HTTP APIs.

use async_lambda_constructs::{
    constructs::{HttpApi, Route},
    prelude::*,
};
use pretty_assertions::assert_eq;

use super::{findings, properties};

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456789012:function:shop";

/// What is found about an API, without the code and what all messages begin with.
fn problems(api: HttpApi) -> Vec<String> {
    let mut stack = Stack::new("shop");
    stack.add("Api", api);
    let findings = findings(&stack);
    findings
        .into_iter()
        .filter_map(|finding| Some(finding.strip_prefix("AL0007 HTTP API `Api`: ")?.to_owned()))
        .collect()
}

#[test]
fn an_api_as_it_comes() {
    let mut stack = Stack::new("shop");
    let api = stack.add("Api", HttpApi::new().route(Route::get("/orders/{id}/items", FUNCTION)));
    let expected =
        json!({"IpAddressType": "dualstack", "Name": {"Fn::Sub": "${AWS::StackName}-Api"}, "ProtocolType": "HTTP"});
    assert_eq!(properties(&stack, "Api"), expected);
    let expected = json!({
        "ApiId": {"Ref": "Api"}, "AuthorizationType": "NONE", "RouteKey": "GET /orders/{id}/items",
        "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ApiGetOrdersIdItemsIntegration"}]]},
    });
    assert_eq!(properties(&stack, "ApiGetOrdersIdItems"), expected);
    let expected = json!({
        "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": "2.0",
    });
    assert_eq!(properties(&stack, "ApiGetOrdersIdItemsIntegration"), expected);
    let expected = json!({
        "Action": "lambda:InvokeFunction", "FunctionName": FUNCTION, "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Sub":
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/orders/*/items"},
    });
    assert_eq!(properties(&stack, "ApiGetOrdersIdItemsPermission"), expected);
    let stage = properties(&stack, "ApiStage");
    assert_eq!((&stage["StageName"], &stage["AutoDeploy"]), (&json!("$default"), &json!(true)));
    let format: serde_json::Value =
        serde_json::from_str(stage["AccessLogSettings"]["Format"].as_str().unwrap()).unwrap();
    assert_eq!(format["status"], "$context.status");
    assert_eq!(properties(&stack, "ApiAccessLogs")["RetentionInDays"], 30);
    assert_eq!(api.url().into_node(), json!({"Fn::GetAtt": ["Api", "ApiEndpoint"]}));
}

#[test]
fn everything_that_an_api_can_have() {
    let mut stack = Stack::new("shop");
    let code = sam::Function::new()
        .handler("index.handler")
        .runtime("python3.13")
        .inline_code("def handler(event, context): return event");
    let shop = stack.add("Shop", code);
    let api = HttpApi::new()
        .api_name("shop")
        .jwt("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Abc123", ["client"])
        .cors(Cors::new(["https://shop.example"]).allow_credentials().expose_headers(["ETag"]))
        .throttle(100.0, 200)
        .log_retention_days(7)
        .only_by_domain()
        .route(Route::get("/", shop.arn()).public())
        .route(Route::get("/orders/{id}", shop.arn()))
        .route(Route::get("/orders/id", shop.arn()).iam())
        .route(Route::post("/orders", shop.arn()).scopes(["orders/write"]))
        .route(Route::any("/files/{name+}", shop.arn()))
        .route(Route::fallback(shop.arn()))
        .customize_stage(|stage| stage.description("the only one"))
        .customize_api(|api| api.description("orders"))
        .customize_logs(|logs| logs.log_group_class("STANDARD"));
    let api = stack.add("Api", api);
    let all: Vec<(String, serde_json::Value)> =
        ["Api", "ApiStage", "ApiAuthorizer", "ApiGet", "ApiGetOrdersId", "ApiGetOrdersId2"]
            .into_iter()
            .chain([
                "ApiPostOrders",
                "ApiAnyFilesName",
                "ApiDefault",
                "ApiDefaultPermission",
                "ApiAnyFilesNamePermission",
            ])
            .map(|id| (id.to_owned(), properties(&stack, id)))
            .collect();
    let all: serde_json::Map<String, serde_json::Value> = all.into_iter().collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&all).unwrap());
    let policy = serde_json::to_value(api.grant_invoke("GET", "/orders/id")).unwrap();
    let arn = json!({"Fn::Join": ["", [
        {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}"}, "/$default/GET/orders/id",
    ]]});
    assert_eq!(policy["Statement"][0]["Resource"], arn);
}

#[test]
fn preflights_of_guarded_routes_for_all_methods_have_a_route_of_their_own() {
    let options = |api: HttpApi| {
        let mut stack = Stack::new("shop");
        stack.add("Api", api);
        assert_eq!(findings(&stack), [""; 0]);
        ["ApiOptionsProxy", "ApiOptionsOrders"].map(|id| {
            stack.resource(id).map(|route| serde_json::to_value(&route["Properties"]["AuthorizationType"]).unwrap())
        })
    };
    let api = || HttpApi::new().route(Route::any("/orders", FUNCTION)).route(Route::fallback(FUNCTION));
    let cors = || Cors::new(["https://shop.example"]);
    let none = Some(json!("NONE"));
    assert_eq!(options(api().jwt("https://id.example", ["client"]).cors(cors())), [none.clone(), none.clone()]);
    assert_eq!(options(api().jwt("https://id.example", ["client"])), [None, None]);
    assert_eq!(options(api().cors(cors())), [None, None]);
    let own = HttpApi::new().route(Route::any("/orders", FUNCTION).iam()).route(Route::fallback(FUNCTION));
    assert_eq!(options(own.cors(cors())), [None, none]);
}

#[test]
fn a_path_may_end_in_a_slash() {
    assert_eq!(problems(HttpApi::new().route(Route::get("/orders/", FUNCTION))), [""; 0]);
}

#[test]
fn without_access_logs_there_is_no_log_group() {
    let mut stack = Stack::new("shop");
    let api = stack.add("Api", HttpApi::new().route(Route::fallback(FUNCTION)).without_access_logs());
    assert_eq!(properties(&stack, "ApiStage").get("AccessLogSettings"), None);
    assert!(api.logs().is_none() && stack.resource("ApiAccessLogs").is_none());
}

#[test]
fn routes_and_values_that_api_gateway_does_not_take() {
    let route = |path: &str| problems(HttpApi::new().route(Route::get(path, FUNCTION)));
    insta::assert_debug_snapshot!([
        route("orders"),
        route("/orders//items"),
        route("/{all+}/orders"),
        route("/orders/{}"),
        route("/orders/*"),
        route("/orders/a{id}"),
        problems(HttpApi::new().route(Route::new("get", "/", FUNCTION))),
        problems(HttpApi::new().route(Route::get("/", FUNCTION)).route(Route::get("/", FUNCTION))),
        problems(HttpApi::new().route(Route::get("/", FUNCTION).scopes(["a"]))),
        problems(HttpApi::new().jwt("cognito", [""; 0]).route(Route::get("/", FUNCTION).scopes(["a"]).public())),
        problems(HttpApi::new().throttle(0.0, 1)),
        problems(HttpApi::new().cors(Cors::new(["*"]).allow_credentials())),
        problems((0..301).fold(HttpApi::new(), |api, index| api.route(Route::get(format!("/r{index}"), FUNCTION)))),
    ]);
}
