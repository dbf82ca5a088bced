//! A program of several stacks.

use std::fs;

use async_lambda_constructs::prelude::*;
use insta::assert_snapshot;
use pretty_assertions::assert_eq;

use super::{Exit, Run, folder, listing, run_in};

/// A stack with a queue, and one that uses it and has a role with a name. `exported` says whether the ARN is exported, `used`
/// whether it is imported.
fn program(exported: bool, used: bool) -> Program {
    let mut service = Stack::new("service").in_account("123456789012").in_region("eu-central-1");
    let stage = service.parameter("Stage", Parameter::string());
    let mut data = Stack::new("data").in_region("eu-central-1").termination_protection();
    let jobs = data.add("Jobs", ManagedQueue::new());
    let arn = exported.then(|| data.export("JobsArn", jobs.arn()));
    let arn: Value<String> = match &arn {
        Some(arn) if used => service.import(arn),
        _ => "arn:aws:sqs:eu-central-1:123456789012:jobs".into(),
    };
    let send = PolicyDocument::new().statement(Statement::allow(["sqs:SendMessage"]).resource(arn));
    service.add(
        "Sender",
        Resource::raw(
            "AWS::IAM::Role",
            json!({
                "RoleName": stage.value::<String>(),
                "AssumeRolePolicyDocument": PolicyDocument::assumed_by("lambda.amazonaws.com"),
                "Policies": [{"PolicyName": "send", "PolicyDocument": send}],
            }),
        ),
    );
    // The order of deployment is another one.
    Program::new().stack(service).stack(data)
}

fn synth(folder: &std::path::Path, exported: bool, used: bool, arguments: &[&str]) -> Run {
    let arguments = [arguments, &["--output", "out/"]].concat();
    run_in(folder.to_owned(), program(exported, used), &arguments, "")
}

#[test]
fn a_folder_has_a_manifest_beside_the_templates() {
    let folder = folder("program");
    assert_snapshot!("program", synth(&folder, true, true, &[]));
    assert_snapshot!("program_manifest", fs::read_to_string(folder.join("out/manifest.json")).unwrap());
    let again = synth(&folder, true, true, &[]);
    assert!(again.err.contains("unchanged out/manifest.json"), "{again}");
}

#[test]
fn an_export_must_outlive_its_users() {
    let folder = folder("program_export");
    assert_eq!(synth(&folder, true, true, &[]).exit, Exit::Done);
    // Both at once: CloudFormation would refuse to delete the export.
    let both = synth(&folder, false, false, &[]);
    assert_eq!(both.exit, Exit::Failed);
    assert_snapshot!("program_gone", both.err);
    // The import first, which leaves an export without users; then the export.
    let first = synth(&folder, true, false, &[]);
    assert!(first.exit == Exit::Done && first.err.contains("AL0504"), "{first}");
    assert_eq!(synth(&folder, false, false, &[]).exit, Exit::Done);
}

#[test]
fn a_stack_that_is_not_written_still_uses_what_it_used() {
    let folder = folder("program_partly");
    assert_eq!(synth(&folder, true, true, &[]).exit, Exit::Done);
    // The template of `service` in the folder has the import.
    assert_eq!(synth(&folder, true, false, &["synth", "data"]).exit, Exit::Done);
    let gone = synth(&folder, false, false, &["synth", "data"]);
    assert!(gone.exit == Exit::Failed && gone.err.contains("AL0505"), "{gone}");
    assert_eq!(synth(&folder, true, false, &["synth", "service"]).exit, Exit::Done);
    assert_eq!(synth(&folder, false, false, &["synth", "data"]).exit, Exit::Done);
}

#[test]
fn stacks_can_be_named() {
    let folder = folder("program_named");
    let run = synth(&folder, true, true, &["synth", "data"]);
    assert_eq!(run.exit, Exit::Done, "{run}");
    assert_eq!(listing(&folder.join("out")), ["data.template.json", "manifest.json"]);
    let run = synth(&folder, true, true, &["synth", "date"]);
    assert_eq!(run.exit, Exit::Usage);
    assert_snapshot!(run.err, @r"
    error: `date`: must be the name of a stack of this program: `service`, `data`
      = help: did you mean `data`?
    ");
}

#[test]
fn a_file_of_somebody_else_is_not_overwritten() {
    let folder = folder("program_foreign");
    fs::create_dir(folder.join("out")).unwrap();
    fs::write(folder.join("out/manifest.json"), r#"{"version": "36.0.0"}"#).unwrap();
    let run = synth(&folder, true, true, &[]);
    assert_eq!(run.exit, Exit::Failed);
    assert_snapshot!(run.err, @r"
    error: out/manifest.json: must be the manifest of this program, and is another file
      = help: name another folder with `--output`
    ");
}

#[test]
fn ls_shows_the_stacks_in_the_order_of_deployment() {
    let run = |arguments: &[&str]| run_in(folder("program_ls"), program(true, true), arguments, "").out;
    assert_snapshot!(run(&["ls"]), @r"
    data     1 resource  in eu-central-1
    service  1 resource  in 123456789012 eu-central-1  after data
    ");
    assert_snapshot!(run(&["ls", "--message-format", "json"]), @r#"
    {"kind":"stack","name":"data","account":null,"region":"eu-central-1","resources":1,"dependsOn":[]}
    {"kind":"stack","name":"service","account":"123456789012","region":"eu-central-1","resources":1,"dependsOn":["data"]}
    "#);
}

#[cfg(feature = "app")]
mod with_an_application {
    use async_lambda_constructs::access;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::application::{app, task};

    /// An application that uses a table of another stack, in a program that tags both.
    fn shop() -> Program {
        let mut data = Stack::new("data");
        let orders = data.add(
            "Orders",
            Resource::raw(
                "AWS::DynamoDB::Table",
                json!({
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                }),
            ),
        );
        let orders = data.export("OrdersArn", orders.attribute("Arn"));
        let tick = task(3, "Tick", json!({"schedule": {"expression": "rate(15 minutes)"}}), &[]);
        let app = app(json!([tick])).with_resources(move |stack: &mut AppStack| {
            let table = access::Table::from_arn(stack.import(&orders));
            stack.task_by_id("Tick").grant(table.grant_read());
        });
        Program::new().stack(data).application(app).tag("team", "core")
    }

    #[test]
    fn its_stack_is_one_of_the_program() {
        let folder = folder("program_app");
        let run = |arguments: &[&str]| run_in(folder.clone(), shop(), arguments, "");
        assert_snapshot!("program_app", run(&["--output", "out/"]));
        let template = fs::read_to_string(folder.join("out/my_shop.template.json")).unwrap();
        assert!(template.contains(r#""Fn::ImportValue": "data-OrdersArn""#), "{template}");
        assert!(template.contains(r#""team": "core""#), "{template}");
        let manifest = fs::read_to_string(folder.join("out/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let names: Vec<&str> =
            manifest["stacks"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["data", "my_shop"]);
        assert_snapshot!(run(&["ls"]).out, @r"
        Tick  schedule rate(15 minutes)
        data  1 resource
        ");
    }

    #[test]
    fn tests_see_it_without_a_stage() {
        let stacks = shop().synthesize().unwrap();
        let names: Vec<&str> = stacks.iter().map(|stack| stack.name.as_str()).collect();
        assert_eq!(names, ["my_shop", "data"]);
        // The export has its user.
        assert!(stacks.iter().all(|stack| stack.report.findings.iter().all(|found| found.rule.code != "AL0504")));
        let nobody = app(json!([task(3, "Tick", json!({"managed_sqs": {}}), &["Nobody"])]));
        let error = Program::new().application(nobody).synthesize().unwrap_err().to_string();
        assert!(error.contains("Nobody"), "{error}");
    }

    #[test]
    fn there_is_one_at_most() {
        let two = shop().application(app(json!([])));
        let run = run_in(folder("program_two"), two, &[], "");
        assert_snapshot!(run.err, @"error: a program must have at most one application, got two");
    }
}
