//! The templates against those of the Python package, version 0.2.22: logical ids, physical names, environment,
//! events, extras and queues are the same at each stage, and what is not is listed here and in `docs/differences.md`.
//!
//! `golden/*.json` is what the Python package made of the same applications with the same settings.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use async_lambda::prelude::*;
use async_lambda_constructs::{AppStack, Stack, config::Config, prelude::Validate as _};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

/// Where our templates differ, and the heading under which `docs/differences.md` says why. `*` is one step of a path.
const DIFFERENCES: &[(&str, &str)] = &[
    ("Resources/*/Properties/Handler", "The code is a binary"),
    ("Resources/*/Properties/Runtime", "The code is a binary"),
    ("Resources/*/Properties/Architectures", "The code is a binary"),
    ("Resources/*/Properties/Tracing", "Tracing is on"),
    ("Resources/AsyncLambdaAPIGateway/Properties/TracingEnabled", "Tracing is on"),
    ("Resources/*/Properties/Policies", "Roles are narrow"),
    ("Resources/*/Properties/Events/ManagedSQS/Properties/FunctionResponseTypes", "Records of a batch fail one by one"),
    (
        "Resources/*/Properties/Events/UnmanagedSQS/Properties/FunctionResponseTypes",
        "Records of a batch fail one by one",
    ),
    ("Resources/GetOrderALFunc/Properties/Timeout", "An API task has 29 seconds"),
    ("Resources/*/Properties/VisibilityTimeout", "Messages stay hidden for six times the timeout"),
    ("Resources/*/Properties/RedrivePolicy/maxReceiveCount", "A message is received five times"),
    ("Resources/*/Properties/SqsManagedSseEnabled", "Queues and the bucket are encrypted"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/BucketEncryption", "Queues and the bucket are encrypted"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/PublicAccessBlockConfiguration", "The payload bucket is private"),
    ("Resources/AsyncLambdaPayloadBucketPolicy", "The payload bucket is private"),
    ("Resources/AsyncLambdaPayloadBucket/Properties/LifecycleConfiguration", "Payloads expire"),
    ("Resources/*/Properties/Environment/Variables/BUCKET", "A task's variables are its own"),
    ("Resources/AsyncLambdaAPIGateway/Properties/Domain/CertificateArn", "A domain has a certificate"),
    ("Resources/AsyncLambdaAPIGateway/Properties/Domain/SecurityPolicy", "A domain accepts TLS 1.2 and newer"),
];

/// The application of the Python package's README.
fn readme() -> App {
    struct AsyncTask1;
    impl Task for AsyncTask1 {
        const ID: &'static str = "AsyncTask1";
        type Payload = BTreeMap<String, String>;
    }
    async fn scheduled(_: ScheduledEvent, task: Invoke<AsyncTask1>) -> Result<(), Error> {
        Ok(task.send(BTreeMap::from([("foo".to_owned(), "bar".to_owned())])).await?)
    }
    async fn work(event: ManagedSqsEvent<AsyncTask1>) -> Result<(), Error> {
        println!("{:?}", event.payload);
        Ok(())
    }
    App::new("project-name")
        .scheduled_task("ScheduledTask1", schedule!("rate(15 minutes)"), scheduled)
        .async_task(AsyncTask1, work)
}

fn template(app: App, config: &Config, stage: Option<&str>) -> Stack {
    let model = app.model().unwrap();
    assert_eq!(config.check(&model, stage), []);
    let stack = AppStack::new(&model, config, stage).into_stack();
    // What is said of the Python package's template is true of it: nobody watches the dead-letter queue.
    let report = stack.validate();
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.rule.code).collect();
    assert!(codes.iter().all(|code| ["AL1006", "AL1019"].contains(code)), "{:#?}", report.findings);
    stack
}

fn settings() -> Value {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.async_lambda/config.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn config(settings: &Value) -> Config {
    Config::parse(&settings.to_string()).unwrap()
}

/// The settings, with the certificate that stage `dev` lacks. The Python package makes a template without one, which
/// SAM refuses; ours is an error at synth.
fn complete() -> Config {
    let mut settings = settings();
    settings["stages"]["dev"]["certificate_arn"] = json!("arn:aws:acm:eu-west-1:123456789012:certificate/2");
    config(&settings)
}

fn golden(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every application and stage: its name, our template, and Python's.
fn pairs() -> Vec<(&'static str, Value, Value)> {
    let config = complete();
    let ours = |stack: Stack| serde_json::from_str(&stack.to_json()).unwrap();
    vec![
        ("readme", ours(template(readme(), &Config::default(), None)), golden("readme")),
        ("shop.none", ours(template(shop::app(), &config, None)), golden("shop.none")),
        ("shop.dev", ours(template(shop::app(), &config, Some("dev"))), golden("shop.dev")),
        ("shop.prod", ours(template(shop::app(), &config, Some("prod"))), golden("shop.prod")),
    ]
}

/// The paths at which two documents differ: what is only in one of them counts as one path.
fn differing(path: String, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                match (left.get(key), right.get(key)) {
                    (Some(left), Some(right)) => differing(path, left, right, found),
                    // An empty object on one side is no reason to stop at the whole.
                    (Some(Value::Object(only)), None) | (None, Some(Value::Object(only))) if key == "Properties" => {
                        found.extend(only.keys().map(|key| format!("{path}/{key}")));
                    }
                    _ => found.push(path),
                }
            }
        }
        _ if left == right => {}
        _ => found.push(path),
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(path).all(|(pattern, step)| *pattern == "*" || *pattern == step)
}

#[test]
fn what_differs_from_the_python_package_is_listed_and_nothing_else_does() {
    let mut used = BTreeSet::new();
    for (name, ours, golden) in pairs() {
        let mut paths = Vec::new();
        differing(String::new(), &ours, &golden, &mut paths);
        for path in paths {
            let pattern = DIFFERENCES.iter().find(|(pattern, _)| matches(pattern, &path));
            let (pattern, _) = pattern.unwrap_or_else(|| {
                let pointer = format!("/{path}");
                panic!("{name}: {path}: ours {:?}, Python's {:?}", ours.pointer(&pointer), golden.pointer(&pointer))
            });
            used.insert(*pattern);
        }
    }
    let all: BTreeSet<&str> = DIFFERENCES.iter().map(|(pattern, _)| *pattern).collect();
    assert_eq!(used, all, "remove differences from the list that no longer exist");
}

#[test]
fn every_difference_is_explained() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/differences.md")).unwrap();
    for (pattern, title) in DIFFERENCES {
        assert!(text.contains(&format!("\n| {title} |")), "{pattern}: `{title}` is missing");
    }
}

#[test]
fn variables_of_a_task_do_not_leak_into_later_ones() {
    // In the golden templates, `BUCKET` of BuildReport is in every function behind it.
    for (name, ours, golden) in pairs() {
        let resources = ours["Resources"].as_object().unwrap();
        for (id, resource) in resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function") {
            let variables = |template: &Value| {
                let mut variables = template["Resources"][id]["Properties"]["Environment"]["Variables"].clone();
                variables.as_object_mut().unwrap().remove("BUCKET");
                variables
            };
            assert_eq!(variables(&ours), variables(&golden), "{name}: {id}");
            let bucket = &resource["Properties"]["Environment"]["Variables"]["BUCKET"];
            let expected = match (name, id.as_str()) {
                ("shop.prod", "BuildReportALFunc") => json!("reports-prod"),
                (_, "BuildReportALFunc") => json!("reports"),
                _ => Value::Null,
            };
            assert_eq!(*bucket, expected, "{name}: {id}");
        }
    }
}

#[test]
fn queues_and_policies_are_what_the_page_says() {
    let (_, ours, _) = pairs().remove(1);
    let properties = |id: &str| ours["Resources"][id]["Properties"].clone();
    // What the application says stays; what it leaves open has another default.
    assert_eq!(properties("BuildReportALQueue")["RedrivePolicy"]["maxReceiveCount"], 3);
    assert_eq!(properties("SendMailALQueue")["RedrivePolicy"]["maxReceiveCount"], 5);
    assert_eq!(properties("BuildReportALQueue")["VisibilityTimeout"], 5400);
    assert_eq!(properties("SendMailALQueue")["VisibilityTimeout"], 360);

    let allowed = |id: &str| -> Vec<Value> {
        let policies = properties(id)["Policies"].as_array().unwrap().clone();
        policies.iter().filter_map(|policy| policy["Statement"].as_array().cloned()).flatten().collect()
    };
    let arn = |queue: &str| json!({"Fn::GetAtt": [queue, "Arn"]});
    let objects = json!({"Fn::Sub": "${AsyncLambdaPayloadBucket.Arn}/*"});
    let consume = json!([
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage"
    ]);
    let statement = |action: Value, resource: Value| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    assert_eq!(
        allowed("NightlyReportALFunc"),
        [
            statement(json!(["sqs:SendMessage"]), arn("BuildReportALQueue")),
            statement(json!(["s3:PutObject"]), objects.clone()),
        ]
    );
    assert_eq!(
        allowed("BuildReportALFunc"),
        [
            statement(json!(["sqs:SendMessage"]), arn("SendMailALQueue")),
            statement(json!(["s3:GetObject", "s3:PutObject"]), objects.clone()),
            statement(json!("s3:PutObject"), json!("arn:aws:s3:::reports/*")),
            statement(consume.clone(), arn("BuildReportALQueue")),
        ]
    );
    assert_eq!(
        allowed("SendMailALFunc"),
        [statement(json!(["s3:GetObject"]), objects), statement(consume.clone(), arn("SendMailALQueue")),]
    );
    assert_eq!(
        allowed("ImportALFunc"),
        [statement(consume, json!("arn:aws:sqs:us-east-1:123456789012:legacy-orders"))]
    );
    assert_eq!(allowed("GetOrderALFunc"), [] as [Value; 0]);
    assert_eq!(properties("GetOrderALFunc")["Policies"], json!(["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]));
}

#[test]
fn a_domain_without_a_certificate_is_an_error() {
    let findings = config(&settings()).check(&shop::app().model().unwrap(), Some("dev"));
    let findings: Vec<_> = findings.iter().map(|finding| (finding.rule.code, finding.path.to_string())).collect();
    assert_eq!(findings, [("AL0105", "stages/dev/domain_name".to_owned())]);
}
