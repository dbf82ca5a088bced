//! Requests of API Gateway: none makes a decoder panic, and what is an error says which field is wrong.
//!
//! `cargo +nightly fuzz run event_api`
#![no_main]

use cfn_model_fuzz::SUBJECT;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let Ok(mut event) = serde_json::from_str::<Value>(text) else { return };
    if let Some(fields) = event.as_object_mut() {
        // Without these two there is nothing else to read.
        fields.entry("httpMethod").or_insert_with(|| "GET".into());
        fields.entry("path").or_insert_with(|| "/".into());
    }
    SUBJECT.with(|subject| match subject.invoke("Answer", event) {
        // 500 where the handler found a field that cannot be one of HTTP.
        Ok(answer) => assert!(answer["statusCode"] == 200 || answer["statusCode"] == 500, "{answer}"),
        Err(reason) => assert!(!reason.is_empty()),
    });
});
