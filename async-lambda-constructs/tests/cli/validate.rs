//! `validate`.

use std::{ffi::OsString, process::ExitCode};

use async_lambda_constructs::cli::{Exit, Streams, Surroundings};
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
    assert_eq!(run.exit, Exit::Usage, "a file that cannot be read");
    assert!(run.out.contains("error: nothing.yaml: no such file or directory"), "{run}");
    assert!(run.err.ends_with(" in 3 templates\n"), "{run}");
}

#[test]
fn it_is_the_program_cfn_validate() {
    for arguments in [
        &["wrong.yaml"][..],
        &["wrong.yaml", "--format", "sarif"],
        &["wrong.yaml", "fine.yaml", "--format", "junit", "--strict"],
        &["wrong.json", "--only", "E3", "--ignore", "E3034", "--format", "github"],
        &["code.yaml", "--check-files"],
        &["*.yaml", "--info"],
        &["--explain", "E3034"],
        &["--list-rules"],
        &["nothing.yaml"],
        &["--strickt"],
        &[],
    ] {
        let surroundings = Surroundings { directory: fixtures(), ..Surroundings::default() };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
        let exit = cfn_validate::cli::run(arguments.iter().map(OsString::from), streams, &surroundings);
        let ours = run(&[&["validate"], arguments].concat());
        assert_eq!(ExitCode::from(ours.exit), ExitCode::from(exit), "{arguments:?}: {ours}");
        assert_eq!(ours.out, String::from_utf8(out).unwrap(), "{arguments:?}");
        // Of wrong usage each shows its own.
        let words = String::from_utf8(err).unwrap();
        assert_eq!(ours.err.lines().next(), words.lines().next(), "{arguments:?}");
    }
}

#[test]
fn the_message_format_is_that_of_the_findings() {
    let json = run(&["validate", "wrong.yaml", "--format", "json"]);
    assert_eq!(run(&["validate", "wrong.yaml", "--message-format", "json"]).out, json.out);
    assert_eq!(run(&["--message-format", "json", "validate", "wrong.yaml"]).out, json.out);
    for arguments in [
        ["--message-format", "json", "validate", "wrong.yaml", "--format", "sarif"],
        ["validate", "wrong.yaml", "--format", "sarif", "--message-format", "json"],
    ] {
        let run = run(&arguments);
        assert_eq!((run.exit, run.out.as_str()), (Exit::Usage, ""), "{run}");
        assert!(run.err.contains("`--message-format` cannot be used with `validate --format`"), "{run}");
    }
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
