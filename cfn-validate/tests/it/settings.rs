//! `.cfn-validate.yaml`.

use cfn_validate::cli::Exit;
use insta::assert_snapshot;

use crate::{FINE, WRONG, folder, run_in};

#[test]
fn settings_are_found_in_this_folder_or_above() {
    let settings = "\
ignore:
  E3034: this queue is a museum piece
exclude: [\"**/old/*\"]
files: [\"templates/**/*.yaml\"]
strict: true
";
    let folder = folder(
        "settings",
        &[
            (".cfn-validate.yaml", settings),
            ("templates/a/wrong.yaml", WRONG),
            ("templates/old/wrong.yaml", WRONG),
            ("templates/b/fine.yaml", FINE),
            ("other.yaml", "only: [W]\n"),
        ],
    );
    let run = run_in(&folder, &[], "");
    assert_eq!((run.exit, run.err.as_str()), (Exit::Findings, "1 warning, 2 suppressed in 2 templates\n"), "{run}");
    assert!(run.out.contains(" --> templates/a/wrong.yaml:"), "{run}");
    // From below, and a file that is excluded but named.
    let run = run_in(&folder.join("templates"), &["."], "");
    assert_eq!(run.err, "1 warning, 2 suppressed in 2 templates\n", "{run}");
    let run = run_in(&folder.join("templates/old"), &["wrong.yaml"], "");
    assert_eq!(run.err, "1 warning, 2 suppressed in wrong.yaml\n", "{run}");
    let run = run_in(&folder.join("templates"), &["--format", "json"], "");
    assert!(run.out.contains("\"reason\":\"this queue is a museum piece\""), "{run}");
    // Another file instead, and arguments over it.
    let run = run_in(&folder, &["--config", "other.yaml", "templates/a"], "");
    assert_eq!((run.exit, run.err.as_str()), (Exit::Fine, "1 warning in templates/a/wrong.yaml\n"), "{run}");
    let run = run_in(&folder, &["--config", "other.yaml", "--only", "E3034", "templates/a"], "");
    assert_eq!((run.exit, run.err.as_str()), (Exit::Findings, "1 error in templates/a/wrong.yaml\n"), "{run}");
}

#[test]
fn what_is_wrong_with_settings_has_its_line() {
    let settings = "\
ignored: {}
ignore:
  E3034:
  E3043x: a typo
exclude: [\"a[\", 7]
files: templates
only: [Q]
strict: \"no\"
";
    let folder = folder("settings-wrong", &[(".cfn-validate.yaml", settings), ("fine.yaml", FINE)]);
    let run = run_in(&folder, &["fine.yaml"], "");
    assert_eq!(run.exit, Exit::Failed);
    assert_snapshot!("settings", run);
}

#[test]
fn settings_can_be_empty_or_unreadable() {
    let folder = folder(
        "settings-edge",
        &[
            ("empty.yaml", "# nothing yet\n\n"),
            ("list.yaml", "- E3034\n"),
            ("broken.yaml", "ignore: {\n"),
            ("t.yaml", FINE),
        ],
    );
    let check = |config: &str, exit: Exit, words: &str| {
        let run = run_in(&folder, &["--config", config, "t.yaml"], "");
        assert_eq!(run.exit, exit, "{run}");
        assert!(run.err.contains(words), "{run}");
    };
    check("empty.yaml", Exit::Fine, "no findings in t.yaml");
    check("list.yaml", Exit::Failed, "`settings`: must be an object, got array");
    check("broken.yaml", Exit::Failed, " --> broken.yaml:");
    check("missing.yaml", Exit::Failed, "error: missing.yaml: no such file or directory\n");
}
