//! Which files are checked, and how a run ends.

use std::{fs, io};

use cfn_validate::{
    Streams, Surroundings,
    cli::{self, Exit},
};
use insta::assert_snapshot;

use crate::{FINE, Run, WRONG, WRONG_JSON, folder, run_in};

/// The line on stderr that says how much was found.
fn summary(run: &Run) -> &str {
    run.err.lines().last().unwrap_or_default()
}

#[test]
fn the_exit_status_says_how_it_ended() {
    let folder = folder("exit", &[("fine.yaml", FINE), ("wrong.yaml", WRONG), ("unused.yaml", UNUSED)]);
    let check = |arguments: &[&str], exit: Exit, words: &str| {
        let run = run_in(&folder, arguments, FINE);
        assert_eq!(run.exit, exit, "{run}");
        assert!(run.err.contains(words), "{run}");
    };
    check(&["fine.yaml"], Exit::Fine, "no findings in fine.yaml\n");
    check(&["-"], Exit::Fine, "no findings in stdin\n");
    check(&["unused.yaml"], Exit::Fine, "1 warning in unused.yaml\n");
    check(&["unused.yaml", "--strict"], Exit::Findings, "1 warning in unused.yaml\n");
    check(&["wrong.yaml"], Exit::Findings, "1 error, 1 warning, 1 suppressed in wrong.yaml\n");
    check(&["wrong.yaml", "fine.yaml"], Exit::Findings, "1 error, 1 warning, 1 suppressed in 2 templates\n");
    check(&["wrong.yaml", "--ignore", "E3034"], Exit::Fine, "1 warning, 2 suppressed in wrong.yaml\n");
    check(&["wrong.yaml", "--ignore", "E,W"], Exit::Fine, "no findings, 3 suppressed in wrong.yaml\n");
    check(&["wrong.yaml", "--only", "W10"], Exit::Fine, "1 warning in wrong.yaml\n");
    check(&["missing.yaml"], Exit::Failed, "1 error in missing.yaml\n");
    check(&["missing.yaml", "wrong.yaml"], Exit::Failed, "in 2 templates\n");
    check(&["*.yml"], Exit::Failed, "error: `*.yml`: matches no file\n");
    check(&["a[.yaml"], Exit::Failed, "error: `a[.yaml`: must be a pattern of paths: ");
    check(&[], Exit::Failed, "error: there is no file to check\n");
    check(&["fine.yaml", "--ignore", "E3043x"], Exit::Failed, "error: `--ignore`: `E3043x`: no rule has this code");
    check(&["fine.yaml", "--only", "Q"], Exit::Failed, "error: `--only`: `Q`: no rule has this code");
    check(&["fine.yaml", "--explain", "E3034"], Exit::Failed, "cannot be used with");
    check(&["--colour"], Exit::Failed, "--colour");
    check(&["--list-rules", "--format", "sarif"], Exit::Failed, "must be asked for as text or json");
}

#[test]
fn what_is_only_worth_knowing_is_shown_on_request() {
    // The third-party registry is open: its types are worth knowing, and no more.
    let known = "Resources:\n  A: {Type: \"Acme::Rocket::Launch\"}\n";
    let settings = ("info.yaml", "info: true\n");
    let folder = folder("info", &[("a.yaml", known), settings]);
    let check = |arguments: &[&str], shown: usize, words: &str| {
        for format in ["json", "sarif", "junit", "github", "text"] {
            let run = run_in(&folder, &[&["a.yaml", "--format", format], arguments].concat(), "");
            assert_eq!(run.exit, Exit::Fine, "{run}");
            assert_eq!(run.out.contains("AL0306"), shown > 0, "{run}");
            if format == "text" {
                assert_eq!(summary(&run), words, "{run}");
            }
        }
    };
    check(&[], 0, "no findings in a.yaml; `--info` shows 1 more note");
    check(&["--strict"], 0, "no findings in a.yaml; `--info` shows 1 more note");
    check(&["--info"], 1, "1 note in a.yaml");
    check(&["--info", "--strict"], 1, "1 note in a.yaml");
    check(&["--config", "info.yaml"], 1, "1 note in a.yaml");
    check(&["--only", "AL0306"], 1, "1 note in a.yaml");
    check(&["--only", "AL03"], 0, "no findings in a.yaml; `--info` shows 1 more note");
    check(&["--only", "E"], 0, "no findings in a.yaml");
    check(&["--ignore", "AL0306"], 0, "no findings in a.yaml");
    let run = run_in(&folder, &["a.yaml", "--ignore", "AL0306", "--info"], "");
    assert_eq!(summary(&run), "no findings, 1 suppressed in a.yaml", "{run}");
}

const UNUSED: &str = "\
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub [jobs, {Stage: prod}]}
";

#[test]
fn what_a_file_says_beside_its_document() {
    let files = [
        ("empty.yaml", "# nothing yet\n"),
        ("list.yaml", "- Resources\n"),
        ("keys.yaml", "Mappings: {Accounts: {123456789012: {Stage: prod}}}\nResources: {}\n"),
        ("old.yaml", OLD),
    ];
    let folder = folder("beside", &files);
    let codes = |arguments: &[&str]| -> Vec<String> {
        let run = run_in(&folder, &[arguments, &["--format", "json"]].concat(), "");
        let code =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["code"].as_str().map(str::to_owned);
        run.out.lines().filter_map(code).collect()
    };
    assert_eq!(codes(&["empty.yaml"]), ["E1001"]);
    assert_eq!(codes(&["list.yaml"]), ["E0000"]);
    assert_eq!(codes(&["keys.yaml"]), ["E7001", "W7001"]);
    assert_eq!(codes(&["old.yaml"]), ["W2531"]);
    assert_eq!(codes(&["old.yaml", "--today", "2026-11-20"]), ["E2533"]);
    assert_eq!(codes(&["old.yaml", "--today", "2020-01-01"]), Vec::<String>::new());
    // What is refused stays refused, whatever the clock says.
    assert_eq!(codes(&["old.yaml", "--today", "now"]), ["E2533"]);
    let run = run_in(&folder, &["old.yaml", "--today", "tomorrow"], "");
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert!(run.err.contains("a day must be like 2026-11-20, got `tomorrow`"), "{run}");
}

const OLD: &str = "\
Resources:
  Report:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/run
      Code: {S3Bucket: code-of-mine, S3Key: code.zip}
      Handler: main.run
      Runtime: python2.7
";

#[test]
fn folders_are_searched_for_templates() {
    let folder = folder(
        "folders",
        &[
            ("b/wrong.json", WRONG_JSON),
            ("a.yml", FINE),
            ("b/c/deep.template", FINE),
            ("package.json", r#"{"name": "jobs", "Resources": {"none": 1}}"#),
            ("list.yaml", "- Resources\n"),
            ("broken.yaml", "Resources: {Jobs: {Type: AWS::SQS::Queue}\n"),
            ("notes.yaml", "Resources: [\n"),
            ("readme.md", WRONG),
            ("node_modules/wrong.yaml", WRONG),
            (".hidden/wrong.yaml", WRONG),
        ],
    );
    let files = |arguments: &[&str]| {
        let run = run_in(&folder, &[arguments, &["--format", "json"]].concat(), "");
        let mut files: Vec<String> = run
            .out
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].as_str().unwrap().to_owned())
            .collect();
        files.dedup();
        files
    };
    assert_eq!(files(&["."]), ["b/wrong.json", "broken.yaml"]);
    assert_eq!(files(&["./b", "b/wrong.json"]), ["b/wrong.json"]);
    assert_eq!(files(&["**/*.json"]), ["b/wrong.json"]);
    assert_eq!(files(&["*.json", "broken.yaml"]), ["broken.yaml"]);
    // What is named is taken for a template.
    assert_eq!(files(&["package.json", "list.yaml", "notes.yaml"]), ["package.json", "list.yaml", "notes.yaml"]);
    let run = run_in(&folder, &["."], "");
    assert_eq!(summary(&run), "3 errors in 4 templates (3 other files without a template)", "{run}");
    let run = run_in(&folder, &["p*.json"], "");
    assert!(run.err.starts_with("error: there is no template to check: 1 file hold none"), "{run}");
}

/// Followed, two links make 2^40 paths before the system refuses one.
#[cfg(unix)]
#[test]
fn links_in_a_circle_are_not_followed() {
    let folder = folder("circle", &[("a/wrong.yaml", WRONG), ("b/c/wrong.yaml", WRONG)]);
    for link in ["a/one", "a/two"] {
        std::os::unix::fs::symlink("..", folder.join(link)).unwrap();
    }
    for pattern in ["**/*.yaml", "./**/*.yaml", "*/**/*.yaml"] {
        let run = run_in(&folder, &[pattern, "--only", "E3034"], "");
        assert_eq!(summary(&run), "2 errors in 2 templates", "{pattern}: {run}");
    }
}

#[test]
fn many_files_come_in_their_order() {
    let names: Vec<String> = (0..100).map(|number| format!("{number:03}.yaml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), WRONG)).collect();
    let run = run_in(&folder("many", &files), &[".", "--format", "json", "--only", "E3034"], "");
    let found: Vec<String> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].to_string())
        .collect();
    assert_eq!(found, names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder("unreadable", &[]);
    fs::write(folder.join("latin.yaml"), b"Description: caf\xe9\n").unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    let run = run_in(&folder, &["latin.yaml"], "");
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.out.starts_with("error: latin.yaml: must be UTF-8, and is not from byte 16 on\n"), "{run}");
    assert_eq!(run_in(&folder, &["empty"], "").exit, Exit::Failed);
    let run = run_in(&folder, &["-", "--output", "no/such/folder"], FINE);
    assert_eq!(run.exit, Exit::Failed);
    assert!(run.err.contains("no/such/folder: cannot be written: no such file or directory"), "{run}");
}

#[test]
fn what_a_template_names_is_looked_for_beside_it() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: shared/code}
";
    let output = template.replace("shared/code", "build/shared.zip");
    let files = [
        ("a/template.yaml", template),
        ("b/template.yaml", template),
        ("b/shared/code", ""),
        ("c/template.yaml", output.as_str()),
    ];
    let folder = folder("beside", &files);
    let check = |options: &[&str], exit: Exit, expected: &[(&str, &str)]| {
        let run = run_in(&folder, &[&[".", "--format", "json"], options].concat(), "");
        let found: Vec<serde_json::Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found: Vec<_> =
            found.iter().map(|one| (one["file"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
        assert_eq!((run.exit, found.as_slice()), (exit, expected), "{run}");
    };
    let missing = ("a/template.yaml", "AL1042");
    check(&[], Exit::Fine, &[missing]);
    check(&["--info"], Exit::Fine, &[missing, ("c/template.yaml", "AL1043")]);
    let packaged = [("a/template.yaml", "AL1018"), ("c/template.yaml", "AL1018")];
    check(&["--packaged"], Exit::Findings, &packaged);
    check(&["--check-files"], Exit::Findings, &packaged);
}

#[test]
fn a_line_of_megabytes_with_thousands_of_mistakes_is_shown_in_part() {
    let properties: Vec<String> = (0..20_000).map(|number| format!("\"P{number}\":1")).collect();
    let text =
        format!(r#"{{"Resources":{{"A":{{"Type":"AWS::SQS::Queue","Properties":{{{}}}}}}}}}"#, properties.join(","));
    let run = run_in(&folder("long", &[]), &["-"], &text);
    assert_eq!((run.exit, summary(&run)), (Exit::Findings, "5001 errors in stdin"));
    assert!(run.out.contains(",\"P4999\":1,"));
    assert!(run.out.contains("error[E3002]: and 15000 more findings of this kind"), "{run}");
    assert!(run.out.lines().all(|line| line.len() < 300));
}

#[test]
fn a_mistake_in_globals_is_shown_there() {
    let text = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Environment: {Variables: {a-b: x}}}}\nResources:\n  \
                F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13, CodeUri: 's3://a/b'}}\n";
    let run = run_in(&folder("globals", &[]), &["-"], text);
    assert_eq!(summary(&run), "1 error in stdin");
    assert!(run.out.contains("error[AL1040]") && run.out.contains(" --> stdin:2:48\n"), "{run}");
}

#[test]
fn errors_are_not_left_out_for_warnings() {
    let parameters: Vec<String> = (0..6_000).map(|number| format!("\"P{number}\":{{\"Type\":\"String\"}}")).collect();
    let properties = r#"{"QueueName":"a","DelaySeconds":901}"#;
    let queue = |number| format!(r#""Q{number}":{{"Type":"AWS::SQS::Queue","Properties":{properties}}}"#);
    let queues: Vec<String> = (0..2_000).map(queue).collect();
    let (parameters, queues) = (parameters.join(","), queues.join(","));
    let text = format!(r#"{{"Parameters":{{{parameters}}},"Resources":{{{queues}}}}}"#);
    let run = run_in(&folder("flood", &[]), &["-", "--format", "json"], &text);
    let count = |code: &str| run.out.matches(&format!("\"code\":\"{code}\"")).count();
    assert_eq!((count("E3034"), count("AL1020")), (2_000, 1_999), "all errors are said");
    assert!(run.out.lines().count() < 10_020);
    let rest = run.out.lines().find(|line| line.contains("more findings of this kind") && line.contains("W2001"));
    assert!(
        rest.is_some_and(|line| line.contains("\"severity\":\"warning\"")),
        "what is left out weighs what it weighs"
    );
    let ignoring: Vec<&str> = "- --only W2001 --format json".split(' ').collect();
    assert_eq!(run_in(&folder("flood", &[]), &ignoring, &text).exit, Exit::Fine);
}

#[test]
fn a_report_goes_into_a_file() {
    let folder = folder("output", &[("wrong.yaml", WRONG)]);
    let run = run_in(&folder, &["wrong.yaml", "-f", "sarif", "-o", "report.sarif", "--color", "always"], "");
    assert_eq!((run.exit, run.out.as_str()), (Exit::Findings, ""));
    assert!(summary(&run).contains("1 error"), "{run}");
    let report = fs::read_to_string(folder.join("report.sarif")).unwrap();
    assert!(report.contains("\"ruleId\": \"E3034\"") && !report.contains('\u{1b}'), "{report}");
}

#[test]
fn rules_are_explained() {
    assert_snapshot!("explain", run_in(&folder("explain", &[]), &["--explain", "e3034"], ""));
    let run = run_in(&folder("explain", &[]), &["--explain", "E3043x"], "");
    assert!(run.err.starts_with("error: `E3043x`: no rule has this code\n"), "{run}");
    let run = run_in(&folder("explain", &[]), &["--list-rules"], "");
    assert!(run.out.contains("\nE3034   error    number is out of range\n"), "{run}");
    let run = run_in(&folder("explain", &[]), &["--list-rules", "--format", "json"], "");
    assert_eq!(run.out.lines().count(), cfn_rules::registry::all().count());
}

#[test]
fn help_fits_into_a_terminal() {
    let run = run_in(&folder("help", &[]), &["--help"], "");
    for line in run.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert_snapshot!("help", run);
    let run = run_in(&folder("help", &[]), &["-h"], "");
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{run}");
}

/// A pipe whose reader is gone, or a disk that is full.
struct Closed(io::ErrorKind);

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_who_goes_away_is_no_failure_and_a_full_disk_is_one() {
    let check = |kind, expected| {
        let mut err = Vec::new();
        let streams = Streams { input: &mut io::empty(), out: &mut Closed(kind), err: &mut err };
        let exit = cli::run(["--list-rules".into()], streams, &Surroundings::default());
        assert_eq!(exit, expected, "{}", String::from_utf8(err).unwrap());
    };
    check(io::ErrorKind::BrokenPipe, Exit::Fine);
    check(io::ErrorKind::StorageFull, Exit::Failed);
}
