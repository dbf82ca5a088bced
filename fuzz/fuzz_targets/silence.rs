//! What silences findings: no metadata make validation panic, and no finding is lost without being kept as suppressed.
//!
//! `cargo +nightly fuzz run silence`
#![no_main]

use cfn_model::{Node, Object, Template, text, Finding};
use cfn_rules::{Options, validate_document};
use cfn_model_fuzz::MISTAKES;
use libfuzzer_sys::fuzz_target;

/// Which rules are broken where, but for those about silencing.
fn places<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<(String, &'static str)> {
    let mut places: Vec<_> = findings
        .filter(|finding| !finding.rule.code.starts_with("AL02"))
        .map(|finding| (finding.path.to_string(), finding.rule.code))
        .collect();
    places.sort();
    places
}

fuzz_target!(|text: &str| {
    let Ok(read) = text::parse(text, &text::Limits::default()) else { return };
    let mut document: Object = Template::parse(MISTAKES).expect("it is a template").document().clone();
    let everything = places(validate_document(&document, &Options::default()).findings.iter());
    // Only the two entries that silence: others may change what the template means.
    let wishes: Object = ["cfn-lint", "cfn-validate"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), read.node.get(name)?.clone())))
        .collect();
    let Some(queue) = document.get_mut("Resources").and_then(|resources| resources.as_object_mut()?.get_mut("Jobs"))
    else {
        return;
    };
    if let Some(queue) = queue.as_object_mut() {
        queue.insert("Metadata".to_owned(), Node::Object(wishes.clone()));
    }
    document.insert("Metadata".to_owned(), Node::Object(wishes));
    let report = validate_document(&document, &Options::default());
    let suppressed = report.suppressed.iter().map(|suppressed| &suppressed.finding);
    let kept = places(report.findings.iter().chain(suppressed));
    for place in &everything {
        assert!(kept.contains(place), "{place:?} is lost");
    }
});
