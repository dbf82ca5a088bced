//! Reading and writing templates.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod json;
mod locate;
mod parse;
mod round_trip;
mod yaml;
mod yaml_scalars;

use cfn_model::text::{Limits, ReadError, to_json_compact};

/// Reads every input, and compares the compact JSON of what it says, or its error, with what is expected.
fn check(read: fn(&str, &Limits) -> Result<cfn_model::Node, ReadError>, cases: &[(&str, &str)]) {
    let shown = |input: &str| match read(input, &Limits::default()) {
        Ok(node) => to_json_compact(&node),
        Err(error) => error.to_string(),
    };
    let actual: Vec<_> = cases.iter().map(|(input, _)| (*input, shown(input))).collect();
    let expected: Vec<_> = cases.iter().map(|(input, expected)| (*input, (*expected).to_owned())).collect();
    pretty_assertions::assert_eq!(actual, expected);
}
