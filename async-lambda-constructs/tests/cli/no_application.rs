//! Applications, where the feature `app` is off.

use async_lambda_constructs::cli::Exit;
use insta::assert_snapshot;

use crate::run;

#[test]
fn help_is_about_stacks_only() {
    assert_snapshot!("help_without_app", run(&["--help"]).out);
    for command in ["synth", "graph"] {
        let help = run(&[command, "--help"]).out;
        assert!(!help.contains("--stage") && !help.contains("--config"), "{help}");
    }
}

#[test]
fn the_schema_of_the_config_file_says_how_to_get_it() {
    let run = run(&["config-schema"]);
    assert_eq!((run.exit, run.out.as_str()), (Exit::Usage, ""), "{run}");
    assert_snapshot!("no_config_schema", run.err);
}
