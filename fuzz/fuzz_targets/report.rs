//! The program `cfn-validate`: no text on stdin makes it panic, and what programs read is well-formed.
//!
//! `cargo +nightly fuzz run report`
#![no_main]

use cfn_model_fuzz::{run, whole_lines};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let format = ["text", "json", "sarif", "github", "junit"][usize::from(choice % 5)];
    let (_, output) = run(&["--format", format, "-"], text);
    match format {
        "json" => whole_lines(&output),
        "sarif" if !output.is_empty() => drop(serde_json::from_str::<serde_json::Value>(&output).expect("JSON")),
        // Nothing that a template holds can move the cursor or begin a command of a workflow.
        _ => assert!(output.chars().all(|letter| letter == '\n' || !letter.is_control()), "{output:?}"),
    }
});
