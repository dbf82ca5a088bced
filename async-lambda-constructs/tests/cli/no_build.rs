//! `build`, where the feature `package` is off.

use async_lambda_constructs::cli::Exit;
use insta::assert_snapshot;

use crate::run;

#[test]
fn without_its_feature_it_says_how_to_get_it() {
    for arguments in [&["build"][..], &["build", "--arch", "arm64", "more"]] {
        let run = run(arguments);
        assert_eq!((run.exit, run.out.as_str()), (Exit::Usage, ""), "{run}");
        assert_snapshot!("no_build", run.err);
    }
    assert!(!run(&["--help"]).out.contains("build"), "{}", run(&["--help"]));
}
