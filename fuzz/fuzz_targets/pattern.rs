//! Patterns of the schemas: no text makes one of them panic or take long.
//!
//! `cargo +nightly fuzz run pattern`; libFuzzer's `-timeout=1` is far above the bound of 10 ms for 10 kB.
#![no_main]

use std::{collections::BTreeSet, sync::LazyLock};

use cfn_pattern::Pattern;
use libfuzzer_sys::fuzz_target;

/// Every pattern of the upstream schemas, one JSON string a line.
static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("../../schema/testdata/patterns.txt").lines();
    let patterns: BTreeSet<String> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
    patterns.into_iter().collect()
});

fuzz_target!(|input: (u16, &str)| {
    let (choice, text) = input;
    let pattern = &PATTERNS[usize::from(choice) % PATTERNS.len()];
    matches(pattern, text);
    // The text as a pattern: it may be none, and must not panic.
    matches(text, pattern);
});

fn matches(pattern: &str, text: &str) {
    if let Ok(pattern) = Pattern::new(pattern) {
        let _ = pattern.is_match(text);
    }
}
