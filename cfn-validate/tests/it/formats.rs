//! What each format says about the same files.

use insta::assert_snapshot;

use crate::{FINE, WRONG, WRONG_JSON, folder, run_in};

#[test]
fn each_format_says_the_same() {
    let files = [("fine.yaml", FINE), ("my file, wrong.yaml", WRONG), ("wrong.json", WRONG_JSON)];
    let folder = folder("formats", &files);
    for format in ["text", "json", "sarif", "junit", "github"] {
        let arguments = ["fine.yaml", "my file, wrong.yaml", "wrong.json", "missing.yaml", "--format", format];
        assert_snapshot!(format, run_in(&folder, &arguments, ""));
    }
}

#[test]
fn colour_is_asked_for() {
    let folder = folder("colour", &[("wrong.json", WRONG_JSON)]);
    assert_snapshot!("colour", run_in(&folder, &["wrong.json", "--color", "always", "--only", "E3034"], ""));
}

#[test]
fn what_a_template_holds_does_nothing_in_any_format() {
    let text = "Resources:\n  A:\n    Type: \"AWS::\\e[31mX\\r\\n::warning::\\u2028]]>&<\"\n";
    for format in ["text", "json", "sarif", "junit", "github"] {
        let run = run_in(&folder("hostile", &[]), &["-", "--format", format], text);
        assert!(!run.out.contains(['\u{1b}', '\r']), "{format}: {run}");
        assert!(!run.out.lines().any(|line| line.trim_start().starts_with("::warning")), "{format}: {run}");
    }
}
