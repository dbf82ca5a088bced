//! `cargo xtask each-feature`: every cargo feature compiles on its own.

use std::io::Write as _;

use crate::{Error, package::members, process, root};

/// What `cargo xtask each-feature --help` prints.
pub const HELP: &str = "\
usage: cargo xtask each-feature

Compiles every package of the workspace without features, and then with each of its features on its own: code that only
compiles because of another feature, or of another package in the same build, is found. Of cfn-model's features, which
are services, `sqs` stands for all; CI compiles `all` of them elsewhere.
";

/// The package whose features are services.
const SERVICES: &str = "cfn-model";

/// `cargo xtask each-feature`.
pub fn run(mut arguments: lexopt::Parser) -> Result<(), Error> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let (mut passed, mut failed) = (0, 0);
    for member in members()? {
        let name = member["name"].as_str().unwrap_or_default();
        let features = member["features"].as_object().into_iter().flat_map(|features| features.keys());
        // `default` is what the workspace builds anyway.
        let features =
            features.filter(|feature| *feature != "default").filter(|feature| name != SERVICES || *feature == "sqs");
        for feature in std::iter::once(None).chain(features.map(Some)) {
            let mut cargo = process::cargo();
            cargo.current_dir(root()).args([
                "check",
                "--quiet",
                "--locked",
                "--package",
                name,
                "--no-default-features",
            ]);
            if let Some(feature) = feature {
                cargo.args(["--features", feature]);
            }
            let what = format!("{name} {}", feature.map_or("without features", |feature| feature));
            match process::run(&mut cargo) {
                Ok(_) => passed += 1,
                Err(error) => {
                    eprintln!("{what}: {error}");
                    failed += 1;
                }
            }
            println!("{what}");
            // In a log file too, a line is there when it is true.
            let _ = std::io::stdout().flush();
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(Error::Checks { subject: "each-feature", failed }) }
}
