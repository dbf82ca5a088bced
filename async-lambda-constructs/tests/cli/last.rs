//! What is done to an application last, by a file of extras or in Rust, and would destroy it: one finding at its place.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_lambda_constructs::{cli::Exit, prelude::*};
use async_lambda_model::Application;
use serde_json::{Value, json};

use crate::{
    Run,
    application::{self, App, app, shop, task},
    folder, run_in,
};

/// A run with extras, of which each line is what `lines` says.
fn with_extras(test: &str, app: App, extras: &str) -> Run {
    // Tests run at once, each in folders of its own.
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let folder = folder(&format!("last-{test}-{}", RUNS.fetch_add(1, Ordering::Relaxed)));
    fs::write(folder.join("extras.json"), extras).unwrap();
    run_in(folder, app, &["-o", "-", "--extras", "extras.json", "--message-format", "json"], "")
}

/// The errors: code, place and message.
fn errors(run: &Run) -> Vec<(String, String, String)> {
    let lines = run.err.lines().chain(run.out.lines()).filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let errors = lines.filter(|line| line["severity"] == "error");
    errors
        .map(|line| {
            let place = format!("{}:{}:{}", line["file"].as_str().unwrap_or_default(), line["line"], line["column"]);
            (line["code"].as_str().unwrap_or_default().to_owned(), place, line["message"].as_str().unwrap().to_owned())
        })
        .collect()
}

/// The extras give one error, which is where `^` is.
#[track_caller]
fn one(code: &str, marked: &str, part: &str) {
    let position = marked.find('^').expect("a mark");
    let (line, column) = (
        marked[..position].matches('\n').count() + 1,
        position - marked[..position].rfind('\n').map_or(0, |end| end + 1) + 1,
    );
    let run = with_extras("one", shop(), &marked.replace('^', ""));
    let errors = errors(&run);
    assert_eq!(errors.len(), 1, "{run}");
    let (found, place, message) = &errors[0];
    assert_eq!((found.as_str(), place.as_str()), (code, format!("extras.json:{line}:{column}").as_str()), "{run}");
    assert!(message.contains(part), "{part}: {message}");
    assert_eq!(run.exit, Exit::Failed);
}

#[track_caller]
fn none(app: App, extras: &Value) {
    let run = with_extras("none", app, &extras.to_string());
    assert_eq!((run.exit, errors(&run).as_slice()), (Exit::Done, &[][..]), "{run}");
}

/// Extras for a property of an event of a task.
fn event(task: &str, name: &str, property: &str) -> String {
    format!(
        "{{\"Resources\": {{\"{task}ALFunc\": {{\"Properties\": {{\"Events\": {{\"{name}\": {{\"Properties\": {{\n  \
         {property}\n}}}}}}}}}}}}}}"
    )
}

#[test]
fn failed_messages_are_reported() {
    let report = "\"FunctionResponseTypes\": ";
    for (value, part) in [
        ("^[]", "got an empty list"),
        ("^null", "got null"),
        ("[^\"ReportBatchItemFailure\"]", "got `ReportBatchItemFailure`"),
        ("[^\"reportBatchItemFailures\"]", "got `reportBatchItemFailures`"),
        ("[^\"\"]", "got ``"),
        ("^\"ReportBatchItemFailures\"", "got the string `ReportBatchItemFailures`"),
        ("^true", "got a boolean"),
        ("^{\"a\": \"b\"}", "got an object"),
        ("^[\"ReportBatchItemFailures\", \"ReportBatchItemFailures\"]", "got 2 members"),
        ("^{\"Ref\": \"AWS::NoValue\"}", "got none"),
        ("^[{\"Ref\": \"AWS::NoValue\"}]", "got an empty list"),
    ] {
        for size in ["", "\"BatchSize\": 10, "] {
            one("AL0005", &event("Mail", "ManagedSQS", &format!("{size}{report}{value}")), part);
            one("AL0005", &event("Import", "UnmanagedSQS", &format!("{size}{report}{value}")), part);
        }
    }
    // In one branch of a condition.
    let branches =
        event("Mail", "ManagedSQS", &format!("{report}{{\"Fn::If\": [\"C\", [\"ReportBatchItemFailures\"], ^[]]}}"));
    let condition = "{\"Conditions\": {\"C\": {\"Fn::Equals\": [{\"Ref\": \"AWS::Region\"}, \"eu-west-1\"]}}, ";
    one("AL0005", &format!("{condition}{}", &branches[1..]), "got an empty list");
    // A queue that SAM makes.
    let topic = "{\"Type\": \"SNS\", \"Properties\": {\"Topic\": \"arn:aws:sns:eu-west-1:123456789012:t\", \"SqsSubscription\": ^true}}";
    one(
        "AL0005",
        &format!("{{\"Resources\": {{\"MailALFunc\": {{\"Properties\": {{\"Events\": {{\"T\": {topic}}}}}}}}}}}"),
        "`SqsSubscription` must not be used",
    );
    // A second queue of the same function, and an event source mapping of its own.
    let second = "{\"Type\": \"SQS\", \"Properties\": {\"Queue\": \"arn:aws:sqs:eu-west-1:123456789012:second\"}}";
    let events =
        format!("{{\"Resources\": {{\"MailALFunc\": {{\"Properties\": {{\"Events\": {{\"Second\": {second}}}}}}}}}}}");
    let run = with_extras("second", shop(), &events);
    assert_eq!(errors(&run).len(), 1, "{run}");
    assert!(errors(&run)[0].2.contains("event `Second` of task `Mail`: `FunctionResponseTypes`"), "{run}");
    for function in [
        json!({"Ref": "MailALFunc"}),
        json!({"Fn::GetAtt": ["MailALFunc", "Arn"]}),
        json!({"Fn::Sub": "${MailALFunc.Arn}"}),
        json!("my_shop-Mail"),
        json!("arn:aws:lambda:eu-west-1:123456789012:function:my_shop-Mail"),
    ] {
        let mapping = |report: Value| {
            let source = "arn:aws:sqs:eu-west-1:123456789012:more";
            let mut properties = json!({"FunctionName": function, "EventSourceArn": source, "BatchSize": 1});
            if !report.is_null() {
                properties["FunctionResponseTypes"] = report;
            }
            json!({"Resources": {"More": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}}})
        };
        let run = with_extras("mapping", shop(), &mapping(Value::Null).to_string());
        assert_eq!(errors(&run).iter().map(|error| error.0.as_str()).collect::<Vec<_>>(), ["AL0005"], "{run}");
        none(shop(), &mapping(json!(["ReportBatchItemFailures"])));
    }
}

#[test]
fn what_is_no_function_of_ours_answers_as_it_likes() {
    let event = |properties: Value| {
        let mut properties = properties;
        properties["Events"] = json!({"ManagedSQS": {"Properties": {"FunctionResponseTypes": []}}});
        json!({"Resources": {"MailALFunc": {"Properties": properties}}})
    };
    none(shop(), &event(json!({"Runtime": "python3.13", "Handler": "app.lambda_handler", "CodeUri": "python.zip"})));
    none(shop(), &event(json!({"Handler": "other"})));
    none(shop(), &event(json!({"Runtime": {"Fn::ImportValue": "R"}})));
    // What nobody knows is not wrong.
    let unknown = json!({"ManagedSQS": {"Properties": {"FunctionResponseTypes": {"Fn::Split": [",", {"Fn::ImportValue": "A"}]}}}});
    none(shop(), &json!({"Resources": {"MailALFunc": {"Properties": {"Events": unknown}}}}));
}

#[test]
fn overrides_in_rust_point_at_their_line() {
    let check = |value: Value, code: &str| {
        let app = shop().with_resources(move |stack: &mut AppStack| {
            let function = stack.task_by_id("Mail").function();
            stack.override_property(&function, "Events.ManagedSQS.Properties.FunctionResponseTypes", value);
        });
        let run = application::run("last-rust", app, None, &["-o", "-", "--message-format", "json"]);
        let errors = errors(&run);
        assert_eq!(errors.len(), 1, "{run}");
        assert_eq!((errors[0].0.as_str(), errors[0].1.contains("tests/cli/last.rs:")), (code, true), "{run}");
    };
    check(json!(["ReportBatchItemFailure"]), "AL0005");
    check(json!([]), "AL0005");
    check(Value::Null, "AL0005");
    let app = shop().with_resources(|stack: &mut AppStack| {
        let function = stack.task_by_id("Mail").function();
        stack.remove_property(&function, "Events.ManagedSQS.Properties.FunctionResponseTypes");
    });
    let run = application::run("last-rust", app, None, &["-o", "-", "--message-format", "json"]);
    assert_eq!(errors(&run)[0].0, "AL0005", "{run}");
    assert_eq!(errors(&run).len(), 1, "{run}");
}

#[test]
fn nulls_are_refused_where_they_stand() {
    let resource = |id: &str, properties: &str| {
        format!("{{\"Resources\": {{\"{id}\": {{\"Properties\": {{\n{properties}\n}}}}}}}}")
    };
    one("AL0302", &resource("MailALQueue", "\"RedrivePolicy\": ^null"), "`RedrivePolicy` must have a value, got null");
    one("AL0302", &resource("MailALQueue", "\"RedrivePolicy\": {\"maxReceiveCount\": ^null}"), "`maxReceiveCount`");
    one("AL0302", &resource("MailALFunc", "\"EphemeralStorage\": {\"Size\": ^null}"), "`Size`");
    one("AL0302", &resource("MailALFunc", "\"Policies\": [^null]"), "`Policies[0]`");
    one("AL0302", &resource("MailALFunc", "\"Events\": {\"ManagedSQS\": ^null}"), "`ManagedSQS`");
    one("AL0302", &resource("MailALFunc", "\"Events\": {\"ManagedSQS\": {\"Properties\": ^null}}"), "`Properties`");
    one("AL0305", &resource("MailALFunc", "\"Handler\": ^null"), "needs `Handler`");
    one("AL0006", &resource("MailALFunc", "\"Environment\": ^null"), "must stay, got none");
    one("AL0006", &resource("MailALFunc", "\"Environment\": {\"Variables\": ^null}"), "must stay, got none");
    one("E3035", "{\"Resources\": {\"MailALQueue\": {\"DeletionPolicy\": ^null}}}", "null");
    one(
        "AL0302",
        "{\"Parameters\": {\"P\": {\"Type\": \"String\"}}, \"Outputs\": {\"O\": {\"Value\": \"x\", \"Export\": {\"Name\": ^null}}}}",
        "null",
    );
    none(shop(), &json!({"Resources": {"MailALFunc": {"Properties": {"Tracing": null, "Tags": {"a": null}}}}}));
    let definition = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "ResultPath": null, "End": true}}});
    let machine = json!({"Type": "AWS::Serverless::StateMachine", "Properties": {"Definition": definition}});
    none(shop(), &json!({"Resources": {"Machine": machine}}));
    // Many are listed.
    let token = ("ServiceToken".to_owned(), json!("arn:aws:lambda:eu-west-1:123456789012:function:a"));
    let nulls = (0..1_003).map(|number| (format!("N{number}"), Value::Null));
    let properties: serde_json::Map<String, Value> = nulls.chain([token]).collect();
    let thing = json!({"Resources": {"Thing": {"Type": "Custom::Thing", "Properties": properties}}});
    let run = with_extras("nulls", shop(), &thing.to_string());
    assert_eq!(errors(&run).len(), 1_003);
    // A null in the config file is refused there.
    let settings = r#"{"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "Properties": {"TopicName": null}}]}"#;
    let run = application::run("last-null", shop(), Some(settings), &["-o", "-", "--message-format", "json"]);
    let errors = errors(&run);
    assert_eq!(errors.len(), 1, "{run}");
    let column = settings.find("null").unwrap() + 1;
    assert_eq!(
        (errors[0].0.as_str(), errors[0].1.as_str()),
        ("AL0302", format!(".async_lambda/config.json:1:{column}").as_str())
    );
}

#[test]
fn other_settings_in_extras() {
    let function =
        |properties: &str| format!("{{\"Resources\": {{\"MailALFunc\": {{\"Properties\": {{\n{properties}\n}}}}}}}}");
    let variables = |variables: &str| function(&format!("\"Environment\": {{\"Variables\": {{\n{variables}\n}}}}"));
    one("AL0006", &variables("\"ASYNC_LAMBDA_TASK_ID\": ^\"Tick\""), "got `Tick`");
    one("AL0006", &variables("\"ASYNC_LAMBDA_TASK_ID\": ^null"), "got none");
    one("AL0006", &variables("\"ASYNC_LAMBDA_ACCOUNT_ID\": ^\"1\""), "ASYNC_LAMBDA_ACCOUNT_ID");
    one(
        "AL0006",
        "{\"Globals\": {\"Function\": {\"Environment\": {\"Variables\": {^\"ASYNC_LAMBDA_DLQ_URL\": \"x\"}}}}}",
        "`Globals`: variable `ASYNC_LAMBDA_DLQ_URL` must not be set",
    );
    one("AL1027", &variables("^\"AWS_REGION\": \"eu\""), "AWS_REGION");
    one("AL1040", &variables("^\"a-b\": \"x\""), "a-b");
    one("AL0305", &function("\"Policies\": [{^\"NoSuchPolicy\": {}}]"), "NoSuchPolicy");
    one("AL1041", &function("\"VpcConfig\": {\"SubnetIds\": ^[\"subnet-0123abcd\"]}"), "SecurityGroupIds");
    one("AL1008", &function("\"Timeout\": ^900"), "must be at least the function's timeout, 900 s, got 360 s");
    let globals = |variable: &str| {
        format!("{{\"Globals\": {{\"Function\": {{\"Environment\": {{\"Variables\": {{\n{variable}\n}}}}}}}}}}")
    };
    one("AL1027", &globals("^\"AWS_REGION\": \"eu\""), "AWS_REGION");
    one("AL1040", &globals("^\"a-b\": \"x\""), "a-b");
    one("AL0302", &globals("\"AB\": ^null"), "`AB`");
    let api = |property: &str| {
        format!(
            "{{\"Resources\": {{\"AsyncLambdaAPIGateway\": {{\"Properties\": {{\"Domain\": {{\n{property}\n}}}}}}}}}}"
        )
    };
    let certificate = "\"CertificateArn\": \"arn:aws:acm:eu-west-1:123456789012:certificate/a\"";
    one("AL0113", &api(&format!("{certificate}, \"DomainName\": ^\"https://a.example.com\"")), "host name");
    one("AL0114", &api("\"DomainName\": \"a.example.com\", \"CertificateArn\": ^\"x\""), "certificate");
    one(
        "AL0115",
        &api(&format!("{certificate}, \"DomainName\": \"a.example.com\", \"SecurityPolicy\": ^\"TLS13\"")),
        "API Gateway",
    );
}

#[test]
fn one_mistake_of_the_settings_is_one_finding() {
    let check = |settings: &str, part: &str, column: usize| {
        let run = application::run("last-once", shop(), Some(settings), &["-o", "-", "--message-format", "json"]);
        let found: Vec<Value> = run
            .err
            .lines()
            .chain(run.out.lines())
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["file"] == ".async_lambda/config.json")
            .collect();
        assert_eq!(found.len(), 1, "{run}");
        assert!(found[0]["message"].as_str().unwrap().contains(part), "{run}");
        assert_eq!((&found[0]["line"], &found[0]["column"]), (&json!(1), &json!(column)), "{run}");
    };
    let marked = |settings: &str, part: &str| {
        check(&settings.replace('^', ""), part, settings.find('^').unwrap() + 1);
    };
    marked(
        r#"{"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "DependsOn": ["^$EXTRA9"]}]}"#,
        "`$EXTRA9` must name one of its 1 extras",
    );
    let topic = r#"{"Type": "AWS::SNS::Topic"}"#;
    // A reference to itself, and a needless `DependsOn`.
    marked(
        &format!(
            r#"{{"managed_queue_extras": [{topic}, ^{{"Type": "AWS::SNS::Topic", "Properties": {{"DisplayName": {{"Ref": "$EXTRA1"}}}}}}]}}"#
        ),
        "AsyncLambdaDLQExtra1",
    );
    marked(
        &format!(
            r#"{{"managed_queue_extras": [{topic}, {{"Type": "AWS::SNS::Topic", "DependsOn": ^"$EXTRA0", "Properties": {{"DisplayName": {{"Ref": "$EXTRA0"}}}}}}]}}"#
        ),
        "Extra0",
    );
    marked(r#"{"environment_variables": {"AWS_LAMBDA_FUNCTION_NAME": "x", "OK": "y", ^"AWS_REGION": "z"}}"#.replace("\"AWS_LAMBDA_FUNCTION_NAME\": \"x\", ", "").as_str(), "AWS_REGION");
    marked(r#"{"environment_variables": {^"ASYNC_LAMBDA_TASK_ID": "Mail"}}"#, "ASYNC_LAMBDA_TASK_ID");
    marked(r#"{"policies": [{^"NoSuchPolicy": {}}]}"#, "NoSuchPolicy");
    marked(r#"{^"subnet_ids": ["subnet-0123abcd"]}"#, "subnet_ids");
}

#[test]
fn how_many_more_there_are_comes_last() {
    let properties: serde_json::Map<String, Value> =
        (0..6_000).map(|number| (format!("U{number}"), json!(1))).collect();
    let settings = json!({"managed_queue_extras": [{"Type": "AWS::SNS::Topic", "Properties": properties}]}).to_string();
    let run = application::run("last-flood", shop(), Some(&settings), &["-o", "-", "--message-format", "json"]);
    let errors = errors(&run);
    // Those of the first queue; the others are counted.
    assert_eq!(errors.len(), 5_001);
    assert_eq!(errors[5_000].2, "and 13000 more findings of this kind: a report has 5000");
}

#[test]
fn an_empty_config_file_is_one() {
    for text in ["", " \n", "\u{feff}", "# nothing\n"] {
        let run = application::run("last-empty", shop(), Some(text), &["-o", "-"]);
        assert_eq!(run.exit, Exit::Failed, "{run}");
        assert!(run.err.contains("the config file must be an object, got an empty file"), "{run}");
        assert!(run.err.contains("help: write `{}`, or remove the file"), "{run}");
    }
}

#[test]
fn advice_about_windows_points_at_the_window() {
    let run = with_extras("window", shop(), &event("Mail", "ManagedSQS", "\"MaximumBatchingWindowInSeconds\": 300"));
    assert_eq!(run.exit, Exit::Done, "{run}");
    let found: Vec<Value> = run
        .err
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["code"] == "AL1030")
        .collect();
    assert_eq!(found.len(), 1, "{run}");
    assert_eq!(
        (&found[0]["file"], &found[0]["line"], &found[0]["severity"]),
        (&json!("extras.json"), &json!(2), &json!("warning")),
        "{run}"
    );
}

#[test]
fn variables_of_the_library_are_not_given_in_rust() {
    let app = app(json!([task(5, "Mail", json!({"managed_sqs": {}}), &[])]));
    assert!(app.model().is_ok());
    let app =
        app.with_resources(|stack| drop(stack.task_by_id("Mail").environment_variable("ASYNC_LAMBDA_DLQ_URL", "x")));
    let run = application::run("last-variable", app, None, &["-o", "-"]);
    assert!(
        run.err.contains("task `Mail`: variable `ASYNC_LAMBDA_DLQ_URL` must not be set, the library reads it"),
        "{run}"
    );
}
