//! Batches of records: none makes a decoder panic, and none takes the right record beside it along.
//!
//! `cargo +nightly fuzz run event_sqs`
#![no_main]

use cfn_model_fuzz::{GOOD, SUBJECT, good};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Ok(event) = serde_json::from_str::<Value>(text) else { return };
    SUBJECT.with(|subject| {
        for task in ["Echo", "Import"] {
            let mut records = event["Records"].as_array().cloned().unwrap_or_else(|| vec![event.clone()]);
            records.push(good());
            let ids: Vec<String> = records.iter().map(|each| each["messageId"].as_str().unwrap_or("").into()).collect();
            match subject.invoke(task, json!({ "Records": records })) {
                Err(reason) => {
                    assert!(ids.iter().any(String::is_empty), "{reason}");
                    assert!(reason.starts_with("event: record"), "{reason}");
                }
                Ok(answer) => {
                    let failed = answer["batchItemFailures"].as_array().expect("a list");
                    let failed: Vec<&str> = failed.iter().filter_map(|each| each["itemIdentifier"].as_str()).collect();
                    assert!(failed.iter().all(|id| ids.iter().any(|known| known == id)));
                    let others = ids[..ids.len() - 1].iter().filter(|id| *id == GOOD).count();
                    assert!(failed.iter().filter(|id| **id == GOOD).count() <= others, "the right record failed");
                }
            }
            let _ = subject.invoke(task, event.clone());
            subject.sent.take_sent();
        }
    });
});
