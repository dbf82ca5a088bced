//! Messages: no body makes the reader panic, what is read is sent on as it came, and what has too many hops behind
//! it is in the dead-letter queue as it came.
//!
//! `cargo +nightly fuzz run envelope`
#![no_main]

use cfn_model_fuzz::{SUBJECT, record};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|body: &str| {
    SUBJECT.with(|subject| {
        let answer = subject.invoke("Echo", json!({ "Records": [record("m", body)] })).expect("a batch");
        let failed = answer["batchItemFailures"].as_array().is_some_and(|failed| !failed.is_empty());
        let sent = subject.sent.take_sent();
        let letters = subject.sent.take_dead_letters();
        match (&sent[..], &letters[..]) {
            ([], []) => assert!(failed),
            ([], [letter]) => assert!(!failed && letter.body == body),
            ([(_, message)], []) => {
                assert!(!failed);
                let (came, went): (Value, Value) = (parse(body), parse(&message.body));
                assert_eq!(came["invocation_id"], went["invocation_id"]);
                assert_eq!(parse(text(&came["payload"])), parse(text(&went["payload"])));
                assert_eq!(went["hops"], came["hops"].as_u64().unwrap_or(0) + 1);
            }
            _ => panic!("one message becomes {} and {}", sent.len(), letters.len()),
        }
    });
});

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("what was read is JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("what was read is a string")
}
