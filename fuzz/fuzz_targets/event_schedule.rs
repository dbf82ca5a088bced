//! Events of a schedule: a rule's `Input` may be any JSON, so each of them is handled.
//!
//! `cargo +nightly fuzz run event_schedule`
#![no_main]

use cfn_model_fuzz::SUBJECT;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let Ok(event) = serde_json::from_str::<Value>(text) else { return };
    let time = event["time"].as_str().unwrap_or_default().to_owned();
    let answer = SUBJECT.with(|subject| subject.invoke("Tick", event)).expect("every event is handled");
    assert_eq!(answer[0], time);
});
