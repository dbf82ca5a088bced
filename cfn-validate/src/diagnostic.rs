//! A finding with the place in a file where one has to look.

use std::cmp::Ordering;

use cfn_model::{Finding, Origin, Path, Report, Rule, Severity};

use crate::{Place, Source, written_path};

/// The reason of a finding that is suppressed without one.
const BY_CFN_LINT: &str = "`ignore_checks` of cfn-lint's metadata";

/// How many findings about one file are said. Nobody mends more at a time, and a hostile file has hundreds of thousands.
const MOST: usize = crate::limits::SHOWN;

/// A finding about a template, or a failure of a command, ready to be said.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// The code of the rule; `None` for a failure that is no finding about a template.
    pub code: Option<&'static str>,
    /// Subject, rule and actual value in one sentence.
    pub message: String,
    /// Where a person has to look.
    pub place: Option<Place>,
    /// The stack, where it is about one that a program makes.
    pub stack: Option<String>,
    /// The place in the template.
    pub path: Option<String>,
    /// What would have been right.
    pub expected: Option<String>,
    /// The value that was found.
    pub actual: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// The Rust line that made the thing.
    pub origin: Option<Origin>,
    /// The Rust line that added the construct, where `origin` is inside of one.
    pub added_by: Option<Origin>,
    /// Why no alternative of the schema fits: code, place and message of each mistake.
    pub causes: Vec<(&'static str, String, String)>,
    /// Why nobody wants to hear of it, if so.
    pub suppressed: Option<SuppressedBy>,
}

/// Why nobody wants to hear of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressedBy {
    /// The reason, or who asked for it where there is none.
    pub reason: String,
    /// Whether what has the mistake asks for it, and not a command line or a file of settings.
    pub is_in_source: bool,
}

impl Diagnostic {
    /// A failure that is no finding about a template.
    pub fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            place: None,
            stack: None,
            path: None,
            expected: None,
            actual: None,
            help: None,
            origin: None,
            added_by: None,
            causes: Vec::new(),
            suppressed: None,
        }
    }

    /// A finding, without the place where one has to look.
    pub fn finding(finding: &Finding) -> Diagnostic {
        Diagnostic {
            severity: finding.rule.severity,
            code: Some(finding.rule.code),
            path: Some(finding.path.to_string()).filter(|path| !path.is_empty()),
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            help: finding.help.clone(),
            origin: finding.origin,
            added_by: finding.added_by,
            causes: finding
                .with_causes()
                .skip(1)
                .map(|cause| (cause.rule.code, cause.path.to_string(), cause.message.clone()))
                .collect(),
            ..Diagnostic::error(finding.message.clone())
        }
    }

    /// The same, with a place.
    pub fn at(self, place: Place) -> Diagnostic {
        Diagnostic { place: Some(place), ..self }
    }
}

/// All findings of a report, then those that are suppressed, each of these with the reason or with who asked for it.
pub fn with_suppressed(report: &Report) -> impl Iterator<Item = (&Finding, Option<SuppressedBy>)> {
    let suppressed = report.suppressed.iter().map(|suppressed| {
        let reason = suppressed.reason.clone().unwrap_or_else(|| BY_CFN_LINT.to_owned());
        (&suppressed.finding, Some(SuppressedBy { reason, is_in_source: true }))
    });
    report.findings.iter().map(|finding| (finding, None)).chain(suppressed)
}

/// The findings about a template that was read from a file, each with its line. Those that are suppressed come last.
///
/// Of more than 10,000 the errors are kept before the warnings, and all of these before what is suppressed. The others are
/// one finding a code, which says how many they are.
pub fn diagnostics(source: &Source, report: &Report) -> Vec<Diagnostic> {
    let (findings, rest) = most_important(with_suppressed(report).collect());
    let paths: Vec<Path> = findings.iter().map(|(finding, _)| written_path(&source.document, &finding.path)).collect();
    let locations = source.locate(&paths);
    findings
        .into_iter()
        .zip(paths.iter().zip(locations))
        .map(|((finding, suppressed), (path, location))| {
            let place = match location {
                Some(location) => source.place(finding, path, &location, false),
                None => Place::whole(source.name.clone()),
            };
            Diagnostic { suppressed, ..Diagnostic::finding(finding).at(place) }
        })
        .chain(left_out(source, &rest))
        .collect()
}

type Findings<'r> = Vec<(&'r Finding, Option<SuppressedBy>)>;

/// As many as are said, in their order, and the rest.
fn most_important(mut findings: Findings<'_>) -> (Findings<'_>, Findings<'_>) {
    if findings.len() <= MOST {
        return (findings, Vec::new());
    }
    let weight =
        |(finding, suppressed): &(&Finding, Option<SuppressedBy>)| (suppressed.is_some(), finding.rule.severity);
    let mut weights: Vec<_> = findings.iter().map(weight).collect();
    weights.sort_unstable();
    // Of those that weigh as much as the last that is kept, only so many are.
    let last = weights[MOST - 1];
    let mut room = MOST - weights.partition_point(|weight| *weight < last);
    let kept = findings.extract_if(.., |finding| match weight(finding).cmp(&last) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => {
            let fits = room > 0;
            room = room.saturating_sub(1);
            fits
        }
    });
    (kept.collect(), findings)
}

/// That there are more findings than are said: for each code how many, so that whoever does not want to hear of a code
/// does not hear of these.
fn left_out(source: &Source, rest: &Findings<'_>) -> Vec<Diagnostic> {
    let mut counts: Vec<(&'static Rule, usize)> = Vec::new();
    for (finding, _) in rest.iter().filter(|(_, suppressed)| suppressed.is_none()) {
        cfn_rules::add_count(&mut counts, finding.rule, 1);
    }
    let diagnostic = |(rule, count): (&'static Rule, usize)| {
        let message = format!("{count} more findings of this kind are left out: of a file, {MOST} are shown");
        let diagnostic = Diagnostic::error(message).at(Place::whole(source.name.clone()));
        Diagnostic { severity: rule.severity, code: Some(rule.code), ..diagnostic }
    };
    let counts = cfn_model::sorted(counts, &|left, right| left.0.code.cmp(right.0.code));
    counts.into_iter().map(diagnostic).collect()
}
