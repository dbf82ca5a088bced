//! `synth`.

use std::fs;

use async_lambda_constructs::{Stack, cli::Exit};
use cfn_model::Resource;
use insta::assert_snapshot;
use serde_json::json;

use crate::{fixtures, folder, listing, no_stacks, run_in, stacks};

#[test]
fn one_stack_becomes_template_json() {
    let folder = folder("one");
    let first = run_in(folder.clone(), stacks::orders(), &[], "");
    assert_snapshot!("one", first);
    assert_eq!(listing(&folder), ["template.json"]);
    let template = fs::read_to_string(folder.join("template.json")).unwrap();
    let template: serde_json::Value = serde_json::from_str(&template).unwrap();
    assert_eq!(template["Resources"]["Jobs"]["Properties"]["VisibilityTimeout"], 360);
    let again = run_in(folder, stacks::orders(), &["synth"], "");
    assert!(again.err.contains("unchanged template.json"), "{again}");
}

#[test]
fn several_stacks_become_a_file_each() {
    let folder = folder("several");
    let run = run_in(folder.clone(), vec![stacks::orders(), stacks::storage()], &["--output", "out/"], "");
    assert_snapshot!("several", run);
    assert_eq!(listing(&folder.join("out")), ["manifest.json", "orders.template.json", "storage.template.json"]);
}

#[test]
fn the_extension_says_the_language() {
    let folder = folder("language");
    let check = |arguments: &[&str], name: &str, start: &str| {
        let run = run_in(folder.clone(), stacks::storage(), arguments, "");
        assert_eq!(run.exit, Exit::Done, "{run}");
        let content = fs::read_to_string(folder.join(name)).unwrap();
        assert!(content.starts_with(start), "{arguments:?}: {content}");
    };
    check(&["-o", "a.yaml"], "a.yaml", "AWSTemplateFormatVersion:");
    check(&["-o", "b.yml"], "b.yml", "AWSTemplateFormatVersion:");
    check(&["-o", "c.template"], "c.template", "{\n");
    check(&["-o", "d.yaml", "--format", "json"], "d.yaml", "{\n");
    check(&["--format", "yaml"], "template.yaml", "AWSTemplateFormatVersion:");
}

#[test]
fn stdout_holds_the_template_and_nothing_else() {
    let run = run_in(folder("stdout"), stacks::storage(), &["-o", "-", "--message-format", "json"], "");
    let template: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(template["Resources"]["Archive"]["Type"], "AWS::S3::Bucket");
    let summary: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(summary["kind"], "summary");
}

#[test]
fn mistakes_point_at_their_rust_line_and_nothing_is_written() {
    let folder = fixtures();
    let before = listing(&folder);
    assert_snapshot!("wrong", run_in(folder.clone(), stacks::wrong(), &[], ""));
    assert_snapshot!("wrong_json", run_in(folder.clone(), stacks::wrong(), &["--message-format", "json"], ""));
    assert_snapshot!("wrong_color", run_in(folder.clone(), stacks::wrong(), &["--color", "always"], ""));
    assert_eq!(listing(&folder), before);
}

#[test]
fn what_is_only_worth_knowing_is_shown_on_request() {
    let check = |arguments: &[&str], shown: bool| {
        let mut stack = Stack::new("rocket");
        stack.add("Launch", Resource::raw("Acme::Rocket::Launch", json!({})));
        let run = run_in(folder("info"), stack, arguments, "");
        assert_eq!((run.exit, run.err.contains("info[AL0306]")), (Exit::Done, shown), "{run}");
        assert_eq!(run.err.contains("no findings)"), !shown, "{run}");
    };
    check(&[], false);
    check(&["--info"], true);
    check(&["synth", "--info", "--strict"], true);
}

#[test]
fn extras_are_merged_and_blamed() {
    let folder = folder("extras");
    let extras = fixtures().join("extras.yaml");
    let run = run_in(folder.clone(), stacks::storage(), &["--extras", extras.to_str().unwrap()], "");
    assert_eq!(run.exit, Exit::Done, "{run}");
    let template = fs::read_to_string(folder.join("template.json")).unwrap();
    assert!(template.contains("\"Suspended\"") && template.contains("\"Archive\""), "{template}");
    for (name, file) in [("value", "extras-wrong.yaml"), ("syntax", "not-json.json"), ("missing", "nothing.json")] {
        let run = run_in(fixtures(), stacks::storage(), &["--extras", file], "");
        assert_snapshot!(format!("extras_{name}"), run);
    }
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_done() {
    let check = |name: &str, stacks: Vec<Stack>, arguments: &[&str]| {
        assert_snapshot!(format!("refused_{name}"), run_in(fixtures(), stacks, arguments, ""));
    };
    check("none", no_stacks(), &[]);
    check("name", vec![Stack::new("../up")], &[]);
    check("twice", vec![Stack::new("one"), Stack::new("one")], &[]);
    check("file", vec![Stack::new("one"), Stack::new("two")], &["-o", "x.json"]);
    check("extras", vec![Stack::new("one"), Stack::new("two")], &["--extras", "extras.yaml"]);
    check("folder", vec![stacks::storage()], &["-o", "nowhere/x.json"]);
}

#[test]
fn what_is_for_applications_is_refused_for_stacks() {
    for (name, arguments) in [
        ("stage", &["--stage", "prod"][..]),
        ("config", &["--config", "x.json"]),
        ("image", &["--image-uri", "x"]),
        ("graph", &["graph", "--stage", "prod"]),
        ("ls_stage", &["ls", "--stage", "prod"]),
    ] {
        assert_snapshot!(format!("refused_stacks_{name}"), run_in(fixtures(), stacks::storage(), arguments, ""));
    }
}

#[test]
fn what_is_silenced_is_counted_and_not_said() {
    let stack = || {
        let mut stack = Stack::new("quiet");
        let jobs = stack.add("Jobs", Resource::raw("AWS::SQS::Queue", json!({"MaximumMessageSize": 100})));
        stack.ignore(&jobs, "E3034", "tried");
        stack
    };
    let folder = folder("suppressed");
    let run = run_in(folder.clone(), stack(), &[], "");
    assert_eq!((run.exit, run.out.as_str()), (Exit::Done, ""), "{run}");
    assert!(run.err.contains("no findings, 1 suppressed"), "{run}");
    let run = run_in(folder, stack(), &["--message-format", "json"], "");
    let lines: Vec<serde_json::Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["kind"], &lines[0]["reason"]), (&"suppressed".into(), &"tried".into()));
    assert_eq!(lines[1]["findings"]["suppressed"], 1);
}
