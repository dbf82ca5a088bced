//! What is wrong with an application, as findings.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use async_lambda_model::{Origin, Problem};
use cfn_model::{Finding, Path};
use cfn_rules::codes;

/// A problem as a finding that points at its line.
pub(crate) fn problem(problem: &Problem) -> Finding {
    let mut finding = Finding::new(&codes::AL0002, Path::default(), problem.message()).help(problem.help());
    finding.origin = Some(line(problem.origin()));
    finding
}

/// A line of a model as a line of a finding.
pub(super) fn line(origin: &Origin) -> cfn_model::Origin {
    cfn_model::Origin { file: interned(&origin.file), line: origin.line, column: origin.column }
}

/// Findings name files by `'static` text, as the compiler gives them; a model may have come from a file. Each name
/// is kept once: a program has as many as it has source files.
fn interned(file: &str) -> &'static str {
    static FILES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = files.get(file) {
        return known;
    }
    let kept: &'static str = file.to_owned().leak();
    files.insert(kept);
    kept
}
