//! The limits of the work on one file, as a table: that of `docs/validator.md`.

use std::fmt::Write as _;

use cfn_model::text;
use cfn_rules::{Limit, SCHEMA_LIMITS};

/// The most findings of one file that are shown.
pub(crate) const SHOWN: usize = 10_000;
/// The longest template of a nested stack that the program reads.
pub(crate) const NESTED_BYTES: usize = 1_000_000;

/// Every limit: of reading a template, of checking it, and of the report.
pub fn all() -> Vec<Limit> {
    let text::Limits { bytes, depth, nodes } = text::Limits::default();
    let unreadable = "E0000";
    let row = |what, most: usize, unit, finding| Limit { what, most: most as u64, unit, finding };
    let mut all = vec![
        row("a file", bytes, "bytes", unreadable),
        row("nesting of lists and objects", depth, "levels", unreadable),
        row("values, counted again where an alias repeats them", nodes, "values", unreadable),
        row("strings that aliases repeat", bytes, "bytes", unreadable),
        row("keys on the path of a value, together", text::Limits::MAX_PATH, "bytes", unreadable),
        row("findings of a file that are shown, errors first", SHOWN, "findings", "each rule itself"),
        row("the template of a nested stack", NESTED_BYTES, "bytes", "AL0401"),
        row("the schema of a resource type", SCHEMA_LIMITS.bytes, "bytes", "AL0509, or an error of the command line"),
    ];
    all.extend(cfn_rules::limits());
    all
}

/// The limits as a table in Markdown.
pub fn markdown() -> String {
    let mut table = String::from("| limit | at most | unit | finding |\n|---|---|---|---|\n");
    for Limit { what, most, unit, finding } in all() {
        let digits = most.to_string();
        let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
        let _ = writeln!(table, "| {what} | {} | {unit} | {finding} |", groups.join(","));
    }
    table
}
