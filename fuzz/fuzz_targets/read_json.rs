//! The JSON reader: no text makes it panic, what it reads it can write, and places lie within the text.
//!
//! `cargo +nightly fuzz run read_json`
#![no_main]

use cfn_model::{
    Path,
    text::{Limits, json, locate, to_json, to_json_compact},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = Limits { bytes: 1 << 16, depth: 32, nodes: 10_000 };
    let Ok(node) = json::read(text, &limits) else { return };
    assert_eq!(json::read(&to_json(&node), &Limits::default()).as_ref(), Ok(&node));
    assert_eq!(json::read(&to_json_compact(&node), &Limits::default()).as_ref(), Ok(&node));
    let key = node.as_object().and_then(|object| object.keys().next()).map_or("", String::as_str);
    for location in locate(text, &[Path::default().join(key), Path::default().join(0)]) {
        let location = location.expect("a text that is read has places");
        assert!(text.get(location.whole().bytes()).is_some());
    }
});
