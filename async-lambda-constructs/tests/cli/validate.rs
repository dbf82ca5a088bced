//! `validate`.

use async_lambda_constructs::cli::Exit;
use insta::assert_snapshot;

use crate::{fixtures, no_stacks, run, run_in};

#[test]
fn findings_point_into_the_file() {
    for (name, file) in
        [("yaml", "wrong.yaml"), ("json", "wrong.json"), ("syntax", "not-json.json"), ("list", "list.yaml")]
    {
        assert_snapshot!(format!("validate_{name}"), run(&["validate", file]));
    }
}

#[test]
fn a_file_without_findings_says_so() {
    assert_snapshot!("validate_fine", run(&["validate", "fine.yaml"]));
}

#[test]
fn several_files_are_counted_together() {
    let run = run(&["validate", "fine.yaml", "nothing.yaml", "wrong.yaml"]);
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.out.contains("error: nothing.yaml: no such file or directory"), "{run}");
    assert!(run.err.ends_with(" in 3 files\n"), "{run}");
}

#[test]
fn code_is_looked_for_when_it_is_asked_for() {
    let is_reported = |options: &[&str]| run(options).out.contains("AL1042");
    assert!(is_reported(&["validate", "--check-files", "code.yaml"]));
    assert!(!is_reported(&["validate", "code.yaml"]));
}

#[test]
fn data_is_one_object_a_line() {
    let run = run(&["validate", "wrong.yaml", "--message-format", "json"]);
    assert_snapshot!("validate_data", run);
    for line in run.out.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(finding["line"].is_number(), "{line}");
    }
}

#[test]
fn stdin_is_a_file_too() {
    let run = run_in(fixtures(), no_stacks(), &["validate", "-"], "Resources: {A: {Type: \"AWS::SQS::Quee\"}}\n");
    assert_snapshot!("validate_stdin", run);
}

#[test]
fn what_a_template_holds_cannot_reach_the_terminal() {
    let text = "Resources:\n  A:\n    Type: \"AWS::\\e[31mX\"\n    \u{202e}B: 1\n";
    let run = run_in(fixtures(), no_stacks(), &["validate", "-"], text);
    assert!(!run.out.contains(['\x1b', '\u{202e}']), "{run}");
}

#[test]
fn a_line_without_end_is_shown_around_its_mistake() {
    let many: Vec<String> = (0..200).map(|number| format!("\"T{number}\":{{\"Type\":\"AWS::SNS::Topic\"}}")).collect();
    let text = format!("{{\"Resources\":{{{},\"Q\":{{\"Type\":\"AWS::SQS::Quee\"}}}}}}", many.join(","));
    let run = run_in(fixtures(), no_stacks(), &["validate", "-"], &text);
    assert!(run.out.lines().all(|line| line.chars().count() < 200), "{run}");
    assert!(run.out.contains("AWS::SQS::Quee"), "{run}");
}
