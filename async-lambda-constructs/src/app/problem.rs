//! What is wrong with an application, as findings.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use async_lambda_model::{Origin, Problem};
use cfn_model::{Finding, Path, Rule};
use cfn_rules::codes;

/// A problem as a finding that points at its line.
pub(crate) fn problem(problem: &Problem) -> Finding {
    if let Problem::MediaType { source, origin } = problem {
        // What was given may hold anything: it is not taken apart.
        let mut finding = Finding::new(&codes::AL0002, Path::default(), source.rule()).help(Some(source.help()));
        finding.origin = Some(line(origin));
        return finding;
    }
    finding(&codes::AL0002, problem.to_string(), problem.origin())
}

/// The finding has a place of its own, so its message need not name it too; what to do is its help.
fn finding(rule: &'static Rule, message: String, origin: Option<&Origin>) -> Finding {
    let Some(origin) = origin else { return Finding::new(rule, Path::default(), message) };
    let message = message.replacen(&format!(" ({origin})"), "", 1);
    let message = message.strip_prefix(&format!("{origin}: ")).unwrap_or(&message);
    let (message, help) = match message.split_once("; ") {
        Some((message, help)) => (message, Some(help.to_owned())),
        None => (message, None),
    };
    let mut finding = Finding::new(rule, Path::default(), message).help(help);
    finding.origin = Some(line(origin));
    finding
}

/// A line of a model as a line of a finding.
pub(super) fn line(origin: &Origin) -> cfn_model::Origin {
    cfn_model::Origin { file: interned(&origin.file), line: origin.line, column: 0 }
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
