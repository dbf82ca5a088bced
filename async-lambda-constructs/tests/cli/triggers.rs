//! The options of triggers in the template, and what the validator says of them.

use async_lambda_constructs::{
    cli::Exit,
    config::Config,
    prelude::{AppStack, Resource, WithResources},
    synthesize,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::application::{app, run, task};

/// The resources of an application, and the findings about it, each with its place.
fn synth(tasks: Value) -> (Value, Vec<String>) {
    let model = async_lambda_model::Application::model(&app(tasks)).unwrap();
    let synthesized = synthesize(AppStack::new(&model, &Config::default(), None).into_stack(), None);
    let template: Value = serde_json::from_str(&synthesized.template.to_json()).unwrap();
    let findings = synthesized.report.findings.iter();
    let findings = findings.map(|finding| format!("{} {}: {}", finding.rule.code, finding.path, finding.message));
    (template["Resources"].clone(), findings.collect())
}

/// The properties of the only event of the only task, `A`; nothing else in the template may depend on the options of its
/// trigger. The validator has no findings, but advice on a dead-letter queue that is used and not watched.
fn event(plain: Value, trigger: Value, name: &str) -> Value {
    let (mut plain, _) = synth(json!([task(3, "A", plain, &[])]));
    let (mut resources, mut findings) = synth(json!([task(3, "A", trigger, &[])]));
    findings.retain(|finding| !finding.starts_with("AL1006 Resources/AsyncLambdaDLQ:"));
    assert_eq!(findings, Vec::<String>::new());
    let event = resources["AALFunc"]["Properties"]["Events"].take();
    plain["AALFunc"]["Properties"]["Events"].take();
    assert_eq!(resources, plain);
    event[name]["Properties"].clone()
}

#[test]
fn options_of_a_schedule_are_in_the_template_where_they_are_set() {
    let plain = json!({"schedule": {"expression": "rate(1 day)"}});
    let schedule = |options: Value| {
        let mut trigger = plain.clone();
        trigger["schedule"].as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        event(plain.clone(), trigger, "ScheduledEvent")
    };
    let name = json!("my_shop-A");
    assert_eq!(schedule(json!({})), json!({"ScheduleExpression": "rate(1 day)", "Name": name}));
    assert_eq!(
        schedule(json!({"maximum_retry_attempts": 0}))["RetryPolicy"],
        json!({"MaximumRetryAttempts": 0}),
        "an option alone"
    );
    assert_eq!(
        schedule(json!({
            "expression": "cron(0 9 ? * MON-FRI *)",
            "time_zone": "Europe/Berlin",
            "start": "2026-12-01T00:00:00Z",
            "end": "2027-12-01T00:00:00Z",
            "flexible_time_window": 15,
            "maximum_retry_attempts": 3,
            "maximum_event_age": 3600,
            "dead_letters": true,
            "disabled": true,
        })),
        json!({
            "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["AsyncLambdaDLQ", "Arn"]}},
            "EndDate": "2027-12-01T00:00:00Z",
            "FlexibleTimeWindow": {"MaximumWindowInMinutes": 15, "Mode": "FLEXIBLE"},
            "Name": name,
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3},
            "ScheduleExpression": "cron(0 9 ? * MON-FRI *)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "StartDate": "2026-12-01T00:00:00Z",
            "State": "DISABLED",
        })
    );
}

#[test]
fn lists_and_pictures_know_the_options_of_a_schedule() {
    let schedule = json!({"schedule": {
        "expression": "rate(1 day)", "time_zone": "Europe/Berlin", "disabled": true, "dead_letters": true}});
    let tasks = || app(json!([task(3, "A", schedule.clone(), &[])]));
    let list = run("trigger_list", tasks(), None, &["ls"]);
    assert_eq!(list.out, "A  schedule rate(1 day) Europe/Berlin (disabled)\n");
    let picture = run("trigger_graph", tasks(), None, &["graph", "--format", "dot"]).out;
    assert!(picture.contains("disabled schedule, Europe/Berlin"), "{picture}");
    assert!(picture.contains(r#""A-schedule" -> "dead-letters-""#), "{picture}");
    let plain = app(json!([task(3, "A", json!({"schedule": {"expression": "rate(1 day)"}}), &[])]));
    let picture = run("trigger_graph", plain, None, &["graph", "--format", "dot"]).out;
    assert!(!picture.contains("dead-letters-"), "{picture}");
}

#[test]
fn options_of_a_foreign_queue_are_in_the_template_where_they_are_set() {
    let arn = "arn:aws:sqs:eu-west-1:123456789012:uploads";
    let queue = |arn: &str, options: Value| {
        let plain = json!({"sqs": {"queue_arn": arn}});
        let mut trigger = plain.clone();
        trigger["sqs"].as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        event(plain, trigger, "UnmanagedSQS")
    };
    let default = json!({
        "BatchSize": 1,
        "Enabled": true,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Queue": arn,
    });
    assert_eq!(queue(arn, json!({})), default);
    let mut expected = default.clone();
    expected["BatchSize"] = json!(100);
    expected["MaximumBatchingWindowInSeconds"] = json!(5);
    expected["FilterCriteria"] =
        json!({"Filters": [{"Pattern": r#"{"body":{"kind":["order"]}}"#}, {"Pattern": r#"{"body":["all"]}"#}]});
    let filters = json!([{"body": {"kind": ["order"]}}, {"body": ["all"]}]);
    assert_eq!(queue(arn, json!({"batch_size": 100, "batching_window": 5, "filters": filters})), expected);
    // A FIFO queue: the runtime keeps the order of each group in a batch.
    let fifo = format!("{arn}.fifo");
    let mut expected = default;
    expected["BatchSize"] = json!(10);
    expected["Queue"] = json!(fifo);
    assert_eq!(queue(&fifo, json!({"batch_size": 10})), expected);

    let task = task(3, "A", json!({"sqs": {"queue_arn": arn, "batch_size": 10}}), &[]);
    let list = run("trigger_list", app(json!([task])), None, &["ls"]);
    assert_eq!(list.out, format!("A  sqs {arn} (batches of 10)\n"));
}

#[test]
fn a_stream_has_its_event_and_permission() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
    let stream = |options: Value| {
        let mut trigger = json!({"dynamodb": {"stream_arn": arn}});
        trigger["dynamodb"].as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let (resources, mut findings) = synth(json!([task(3, "A", trigger, &[])]));
        findings.retain(|finding| !finding.starts_with("AL1006 Resources/AsyncLambdaDLQ:"));
        assert_eq!(findings, Vec::<String>::new());
        let function = &resources["AALFunc"]["Properties"];
        let event = function["Events"]["DynamoDBEvent"].clone();
        assert_eq!((&event["Type"], resources.get("AALQueue")), (&json!("DynamoDB"), None));
        (event["Properties"].clone(), function["Policies"].clone())
    };
    let dead_letters = json!({"Fn::GetAtt": ["AsyncLambdaDLQ", "Arn"]});
    let (event, policies) = stream(json!({}));
    assert_eq!(
        event,
        json!({
            "BatchSize": 100,
            "BisectBatchOnFunctionError": true,
            "DestinationConfig": {"OnFailure": {"Destination": dead_letters}},
            "Enabled": true,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumRecordAgeInSeconds": 86400,
            "MaximumRetryAttempts": 10,
            "StartingPosition": "TRIM_HORIZON",
            "Stream": arn,
        })
    );
    let statement = json!({"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": dead_letters});
    assert_eq!(policies, json!([{"Version": "2012-10-17", "Statement": [statement]}]));

    let (event, policies) = stream(json!({
        "stream_arn": {"Fn::ImportValue": "OrdersStream"},
        "starting_position": "LATEST",
        "batch_size": 10,
        "batching_window": 5,
        "maximum_retry_attempts": 0,
        "maximum_record_age": 60,
        "parallelization_factor": 2,
        "bisect": false,
        "dead_letters": false,
        "filters": [{"eventName": ["INSERT"]}],
    }));
    assert_eq!(
        event,
        json!({
            "BatchSize": 10,
            "BisectBatchOnFunctionError": false,
            "Enabled": true,
            "FilterCriteria": {"Filters": [{"Pattern": r#"{"eventName":["INSERT"]}"#}]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumBatchingWindowInSeconds": 5,
            "MaximumRecordAgeInSeconds": 60,
            "MaximumRetryAttempts": 0,
            "ParallelizationFactor": 2,
            "StartingPosition": "LATEST",
            "Stream": {"Fn::ImportValue": "OrdersStream"},
        })
    );
    assert_eq!(policies, Value::Null, "no permission without a failure destination");

    let tasks = || app(json!([task(3, "A", json!({"dynamodb": {"stream_arn": arn}}), &[])]));
    let list = run("trigger_list", tasks(), None, &["ls"]);
    assert_eq!(list.out, format!("A  dynamodb {arn}\n"));
    let picture = run("trigger_graph", tasks(), None, &["graph", "--format", "dot"]).out;
    assert!(picture.contains("Orders") && picture.contains(r#""A-stream" -> "dead-letters-""#), "{picture}");
}

#[test]
fn a_stream_must_report_failures() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
    let tasks = || app(json!([task(3, "A", json!({"dynamodb": {"stream_arn": arn}}), &[])]));
    let overridden = tasks().with_resources(|stack| {
        let path = "Events.DynamoDBEvent.Properties.FunctionResponseTypes";
        stack.override_property("AALFunc", path, json!([]));
    });
    let second = tasks().with_resources(|stack| {
        let key = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
        let attributes = json!([{"AttributeName": "id", "AttributeType": "S"}]);
        let table = json!({"KeySchema": key, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}});
        stack.add("Orders", Resource::raw("AWS::DynamoDB::Table", table));
        let mapping = json!({"FunctionName": {"Ref": "AALFunc"}, "StartingPosition": "LATEST",
            "EventSourceArn": {"Fn::GetAtt": ["Orders", "StreamArn"]}});
        stack.add("Second", Resource::raw("AWS::Lambda::EventSourceMapping", mapping));
    });
    let rule = "`FunctionResponseTypes` must be `[ReportBatchItemFailures]`";
    for (run, subject) in [
        (run("trigger_report", overridden, None, &[]), "event `DynamoDBEvent` of task `A`"),
        (run("trigger_report", second, None, &[]), "event source mapping `Second` of task `A`"),
    ] {
        let message = format!("{subject}: {rule}");
        assert!(run.exit == Exit::Failed && run.err.contains("AL0005") && run.err.contains(&message), "{run}");
    }
}

#[test]
fn a_call_gives_the_permission_for_that_function_only() {
    let task = |line: u32, id: &str, trigger: Value, calls: &[&str]| {
        let mut task = task(line, id, trigger, &[]);
        task["calls"] = json!(calls);
        task
    };
    let schedule = json!({"schedule": {"expression": "rate(1 day)"}});
    let tasks = || {
        json!([
            task(3, "Price", json!({"function": {}}), &[]),
            task(4, "Tick", schedule.clone(), &["Price"]),
            task(5, "Other", schedule.clone(), &[]),
        ])
    };
    let (resources, findings) = synth(tasks());
    assert_eq!(findings, Vec::<String>::new());
    let function = |id: &str| resources[format!("{id}ALFunc")]["Properties"].clone();
    let price = json!({"Fn::GetAtt": ["PriceALFunc", "Arn"]});
    let statement = json!({"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": price});
    assert_eq!(function("Tick")["Policies"], json!([{"Version": "2012-10-17", "Statement": [statement]}]));
    assert_eq!((&function("Other")["Policies"], &function("Price")["Policies"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&function("Price")["Events"], &function("Price")["FunctionName"]),
        (&Value::Null, &json!("my_shop-Price"))
    );

    let list = run("trigger_list", app(tasks()), None, &["ls"]);
    assert_eq!(list.out, "Price  function\nTick   schedule rate(1 day)  -> Price\nOther  schedule rate(1 day)\n");
    let picture = run("trigger_graph", app(tasks()), None, &["graph", "--format", "dot"]).out;
    assert!(picture.contains(r#""Tick" -> "Price""#) && picture.contains("calls"), "{picture}");
}

#[test]
fn lists_and_pictures_know_who_gives_up_messages() {
    let tasks = |gives_up: bool, dead_letters: Value| {
        let mut task = task(3, "A", json!({"managed_sqs": {}}), &[]);
        task["writes_dead_letters"] = gives_up.into();
        task["options"] = json!({"dead_letters": dead_letters});
        let letters = self::task(4, "Letters", json!({"dead_letters": {}}), &[]);
        app(json!([task, letters]))
    };
    let list = |gives_up| run("trigger_list", tasks(gives_up, Value::Null), None, &["ls"]).out;
    assert_eq!(list(false), "A        async\nLetters  dead letters\n");
    assert_eq!(list(true), "A        async  -> its dead-letter queue\nLetters  dead letters\n");
    let data = |gives_up| {
        let list = run("trigger_list", tasks(gives_up, Value::Null), None, &["ls", "--message-format", "json"]).out;
        let first: Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
        first["writes_dead_letters"].clone()
    };
    assert_eq!([data(false), data(true)], [Value::Null, json!(true)]);
    let picture =
        |gives_up, letters| run("trigger_graph", tasks(gives_up, letters), None, &["graph", "--format", "dot"]).out;
    assert!(!picture(false, Value::Null).contains("gives up"));
    let line = |picture: String| picture.lines().find(|line| line.contains("gives up")).unwrap().to_owned();
    assert!(line(picture(true, Value::Null)).contains(r#""A" -> "dead-letters-""#));
    assert!(line(picture(true, json!("Letters"))).contains(r#""A" -> "Letters-queue""#));
}

#[test]
fn lists_and_pictures_know_who_does_work_once() {
    let tasks = |once: bool| {
        let mut task = task(3, "A", json!({"managed_sqs": {}}), &[]);
        task["once"] = once.into();
        app(json!([task]))
    };
    let list = |once| run("trigger_list", tasks(once), None, &["ls"]).out;
    assert_eq!([list(false), list(true)], ["A  async\n", "A  async  -> once table\n"]);
    let data = |once| {
        let list = run("trigger_list", tasks(once), None, &["ls", "--message-format", "json"]).out;
        serde_json::from_str::<Value>(list.trim()).unwrap()["once"].clone()
    };
    assert_eq!([data(false), data(true)], [Value::Null, json!(true)]);
    let picture = |once| run("trigger_graph", tasks(once), None, &["graph", "--format", "dot"]).out;
    assert!(!picture(false).contains("AsyncLambdaOnceTable"));
    let picture = picture(true);
    assert!(picture.contains(r#""A" -> "once-table-""#) && picture.contains("AsyncLambdaOnceTable"), "{picture}");
}

#[test]
fn lists_and_pictures_know_who_uses_a_table() {
    let tasks = |access: &str| {
        let mut task = task(3, "A", json!({"managed_sqs": {}}), &[]);
        let table = json!({"name": "Orders", "partition": {"name": "id", "type": "S"}, "access": access});
        task["tables"] = if access.is_empty() { json!([]) } else { json!([table]) };
        app(json!([task]))
    };
    let list = |access| run("trigger_list", tasks(access), None, &["ls"]).out;
    assert_eq!(list(""), "A  async\n");
    assert_eq!(list("read"), "A  async  -> table Orders (read)\n");
    assert_eq!(list("read_write"), "A  async  -> table Orders\n");
    let list = run("trigger_list", tasks("write"), None, &["ls", "--message-format", "json"]).out;
    assert_eq!(serde_json::from_str::<Value>(list.trim()).unwrap()["tables"][0]["access"], "write");
    let picture = |access| run("trigger_graph", tasks(access), None, &["graph", "--format", "dot"]).out;
    assert!(!picture("").contains("Orders"));
    let picture = picture("read");
    assert!(picture.contains(r#""A" -> "Orders-table" [label="reads""#), "{picture}");
}
