//! Assets, where the feature `assets` is off.

use async_lambda_constructs::{Asset, Image, prelude::*};
use pretty_assertions::assert_eq;

use super::{Exit, folder, listing, run_in};

#[test]
fn without_its_feature_it_says_how_to_get_it() {
    let folder = folder("no_assets");
    let mut stack = Stack::new("work");
    let line = line!() + 1;
    let code = stack.asset(Asset::folder("lambda"));
    stack
        .add("Worker", sam::Function::new().handler("index.handler").runtime("python3.13").timeout(60).code_uri(&code));
    stack.add("Image", sam::Function::new().package_type("Image").timeout(60));
    stack.image("Image", Image::new("image"));
    let run = run_in(folder.clone(), stack, &["--output", "out/"], "");
    assert_eq!(run.exit, Exit::Failed, "{run}");
    assert_eq!(listing(&folder), [""; 0]);
    let rule = "must be compiled in, and this program has `async-lambda-constructs` without its feature `assets`";
    for asset in ["lambda", "image"] {
        assert!(run.err.contains(&format!("error[AL0515]: asset `{asset}`: {rule}")), "{run}");
    }
    assert!(run.err.contains(&format!("no_assets.rs:{line}:")), "{run}");
    assert!(run.err.contains("add `features = [\"assets\"]` to that dependency in Cargo.toml"), "{run}");
}

#[test]
fn a_stack_can_be_tested_without() {
    let mut stack = Stack::new("work");
    let code = stack.asset(Asset::folder("lambda").exclude(["tests/"]));
    stack
        .add("Worker", sam::Function::new().handler("index.handler").runtime("python3.13").timeout(60).code_uri(&code));
    assert!(!stack.validate().has_errors());
    let worker = &stack.resource("Worker").unwrap()["Properties"];
    assert_eq!(worker["CodeUri"], "asset://folder/lambda?exclude=tests/".into_node());
}

#[test]
fn other_patterns_are_another_asset() {
    let stack = Stack::new("work");
    let two = stack.asset(Asset::folder("lambda").exclude(["a", "b"]));
    let one = stack.asset(Asset::folder("lambda").exclude(["a,b"]));
    assert_ne!(two, one);
}
