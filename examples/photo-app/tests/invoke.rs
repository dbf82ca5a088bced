//! `cargo run -- invoke`, as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

/// Exit code, standard output without durations, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_photo-app"));
    let output = command.args(arguments).env_remove("AWS_LAMBDA_RUNTIME_API").env_remove("RUST_LOG").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let without_millis = |line: &str| match (line.rfind(") "), line.find(" ms: ")) {
        (Some(begin), Some(end)) => format!("{}{}", &line[..=begin], &line[end + 3..]),
        _ => line.to_owned(),
    };
    let stdout: Vec<String> = text(output.stdout).lines().map(without_millis).collect();
    (output.status.code().unwrap(), stdout.join("\n"), text(output.stderr))
}

fn check(arguments: &[&str], code: i32, stdout: &str, stderr: &str) {
    let (found, out, err) = run(arguments);
    assert_eq!((found, out.as_str()), (code, stdout), "{err}");
    assert!(err.starts_with(stderr) && err.is_empty() == stderr.is_empty(), "{err}");
}

#[test]
fn invocations_are_followed() {
    check(
        &["invoke", "Tick"],
        0,
        "a.png from Some(\"Tick\")\nTick (schedule rate(15 minutes)): null\n└─ Resize (async): null",
        "",
    );
    check(&["invoke", "Resize", "--payload", r#"{"key":"b","width":1}"#], 0, "b from None\nResize (async): null", "");
}

#[test]
fn failures_are_told() {
    let reason = "payload of `Resize`: invalid type: integer `1`, expected a string at line 1 column 8";
    let stdout = format!("Resize (async): failed: {reason}");
    check(&["invoke", "Resize", "--payload", r#"{"key":1}"#], 1, &stdout, "ERROR ");
}

#[test]
fn wrong_words_are_told() {
    for (arguments, stderr) in [
        (&["invok"][..], "error: unknown command `invok`: must be none, `invoke`, `web-server`"),
        (&["invoke"], "error: command: must be `invoke TASK`, got `invoke`"),
        (&["invoke", "Rezise"], "error: task `Rezise`: must be one of Tick, Resize"),
        (&["invoke", "Resize", "--payload", "{"], "error: --payload: must be JSON: EOF while parsing an object"),
        (&["invoke", "Resize", "--body", "x"], "error: task `Resize`: takes --payload, got --body"),
        (&["invoke", "Resize", "--format", "xml"], "error: --format: must be `text` or `json`, got `xml`"),
        (&["web-server", "--port", "x"], "error: --port: must be 0 to 65535, got `x`"),
        (&["invoke", "Resize", "--what"], "error: invalid option '--what'"),
    ] {
        check(arguments, 2, "", stderr);
    }
}

#[test]
#[ignore = "compiles the application and all that it needs once more"]
fn a_program_that_aborts_is_refused() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "photo-app", "--bin", "photo-app", "--no-default-features"]);
    cargo.args(["--target-dir", concat!(env!("CARGO_TARGET_TMPDIR"), "/abort"), "--", "invoke", "Tick"]);
    let output = cargo.env("CARGO_PROFILE_DEV_PANIC", "abort").output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("error: profile: `panic` must be \"unwind\""), "{err}");
}

#[test]
fn lambda_needs_its_feature() {
    if cfg!(feature = "aws") {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_photo-app"));
    let output = command.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    let line = r#"{"level":"ERROR","message":"features: `async-lambda` must have the feature `aws` to run on Lambda"}"#;
    assert_eq!(error.trim_end(), line);
}
