//! Validation: no template makes it panic, and the same template gives the same findings.
//!
//! `cargo +nightly fuzz run validate`
#![no_main]

use cfn_model::{Template, text::to_json};
use cfn_rules::Validate as _;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = Template::parse(text) else { return };
    let report = template.validate();
    assert_eq!(template.validate(), report);
    let again = Template::parse(&template.to_json()).expect("what was written can be read");
    assert_eq!(again.validate(), report, "{}", to_json(&cfn_model::Node::Object(template.document().clone())));
});
