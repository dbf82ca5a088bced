//! The settings of `cfn-validate`: no text makes their reader panic, and a setting takes findings away or marks them.
//!
//! `cargo +nightly fuzz run settings`
#![no_main]

use std::{fs, sync::LazyLock};

use cfn_model_fuzz::{MISTAKES, folder, run};
use libfuzzer_sys::fuzz_target;

static COUNT: LazyLock<usize> = LazyLock::new(|| run(&["--format", "json", "-"], MISTAKES).1.lines().count());

fuzz_target!(|text: &str| {
    let path = folder().join("settings.yaml");
    fs::write(&path, text).expect("the folder for temporary files can be written");
    let (_, output) = run(&["--config", "settings.yaml", "--format", "json", "-"], MISTAKES);
    assert!(output.lines().count() <= *COUNT, "{output}");
});
