//! The reader of settings: no text makes it panic, and what it keeps stands where it says.
//!
//! `cargo +nightly fuzz run config`
#![no_main]

use async_lambda_constructs::config::Config;
use cfn_model::text::locate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(config) = Config::parse(text) else { return };
    let paths: Vec<_> = config.findings().iter().map(|finding| finding.path.clone()).collect();
    assert!(locate(text, &paths).iter().all(Option::is_some));
    let settings = config.of_task("Resize", Some("prod"));
    for setting in settings.policies.iter().chain(&settings.layers).chain(settings.environment_variables.values()) {
        let place = locate(text, std::slice::from_ref(&setting.path)).pop().flatten();
        assert_eq!(place.map(|place| place.depth), Some(setting.path.0.len()));
    }
});
