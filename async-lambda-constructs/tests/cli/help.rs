//! Help, bad usage and the version.

use async_lambda_constructs::cli::{self, Environment, Exit, Streams};
use insta::assert_snapshot;

use crate::{run, stacks};

#[test]
#[cfg(feature = "package")]
fn every_command_has_help() {
    for command in ["synth", "build", "ls", "graph", "validate", "explain", "config-schema", "version"] {
        let help = run(&[command, "--help"]);
        assert_eq!((help.exit, help.err.as_str()), (Exit::Done, ""), "{command}");
        assert_snapshot!(format!("help_{command}"), help.out);
    }
    assert_snapshot!("help", run(&["--help"]).out);
    assert_eq!(run(&["--help"]).out, run(&["-h"]).out);
}

#[test]
fn help_fits_into_a_terminal() {
    for arguments in [
        &["--help"][..],
        &["synth", "-h"],
        &["build", "-h"],
        &["validate", "-h"],
        &["explain", "-h"],
        &["graph", "-h"],
        &["ls", "-h"],
        &["config-schema", "-h"],
    ] {
        for line in run(arguments).out.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn arguments_that_make_no_sense_say_so() {
    for (name, arguments) in [
        ("option", &["--fromat", "yaml"][..]),
        ("value", &["--format", "toml"]),
        ("command", &["valdate", "x.yaml"]),
        ("order", &["--output", "x", "graph"]),
    ] {
        let usage = run(arguments);
        assert_eq!((usage.exit, usage.out.as_str()), (Exit::Usage, ""), "{name}");
        assert_snapshot!(format!("usage_{name}"), usage.err);
    }
}

#[test]
fn the_version_is_that_of_the_crate_and_of_the_schemas() {
    let version = run(&["version"]);
    assert_eq!(version.exit, Exit::Done);
    assert!(version.out.contains(env!("CARGO_PKG_VERSION")), "{version}");
    assert!(version.out.contains(cfn_schema::fingerprint()), "{version}");
    let data: serde_json::Value = serde_json::from_str(&run(&["version", "--message-format", "json"]).out).unwrap();
    assert_eq!(data["schemas"], cfn_schema::fingerprint());
}

#[test]
fn a_program_that_is_alone_is_started_without_its_name() {
    let environment = Environment { is_alone: true, ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = Streams { input: &mut "".as_bytes(), out: &mut out, err: &mut err };
    assert_eq!(cli::run(stacks::orders(), ["--help".into()], streams, &environment), Exit::Done);
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("cargo run -- [COMMAND] [OPTIONS]") && !out.contains("--bin"), "{out}");
}
