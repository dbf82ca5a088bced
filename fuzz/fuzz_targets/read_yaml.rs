//! The YAML reader: no text makes it panic, what it reads it can write, and places lie within the text.
//!
//! `cargo +nightly fuzz run read_yaml`
#![no_main]

use cfn_model::{
    Path,
    text::{Limits, locate, parse, to_yaml, yaml},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let limits = Limits { bytes: 1 << 16, depth: 32, nodes: 10_000 };
    let _ = yaml::read(text, &limits);
    let Ok(document) = parse(text, &limits) else { return };
    let node = document.node;
    assert_eq!(yaml::read(&to_yaml(&node), &Limits::default()).as_ref(), Ok(&node));
    let key = node.as_object().and_then(|object| object.keys().next()).map_or("", String::as_str);
    for location in locate(text, &[Path::default().join(key), Path::default().join(0)]) {
        let location = location.expect("a text that is read has places");
        assert!(text.get(location.whole().bytes()).is_some());
    }
});
