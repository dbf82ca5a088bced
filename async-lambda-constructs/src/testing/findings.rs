//! Findings of validation, for tests.

use cfn_model::{Finding, Severity, Template};
use cfn_rules::{Validate as _, did_you_mean, registry};
use cfn_schema::matches_wildcard;
use cfn_validate::{Diagnostic, Place, Style, plural, render};

/// The findings with this code at a path, in which `*` stands for any characters.
///
/// # Errors
///
/// No rule has the code: a test for it would always pass, or never.
pub(super) fn with_code(template: &Template, code: &str, path: &str) -> Result<Vec<Finding>, String> {
    if is_unknown(code) {
        let help =
            did_you_mean(code, registry::codes().iter().copied()).map_or_else(String::new, |help| format!("; {help}"));
        return Err(format!("no rule has the code `{code}`{help}"));
    }
    let is_wanted = |finding: &Finding| finding.rule.code == code && matches_wildcard(path, &finding.path.to_string());
    Ok(template.validate().findings.into_iter().filter(is_wanted).collect())
}

/// Whether a code has the form of ours and no rule has it. Rules of one's own have another form, or the numbers from 9000
/// on, as with cfn-lint.
fn is_unknown(code: &str) -> bool {
    let number = code.strip_prefix("AL").or_else(|| code.strip_prefix(['E', 'W', 'I']));
    let is_ours = number.is_some_and(|number| {
        let is_own = number.len() == 4 && number.starts_with('9');
        number.bytes().all(|byte| byte.is_ascii_digit()) && !is_own
    });
    is_ours && registry::by_code(code).is_none()
}

/// Words for a finding that is missing, with those that are there.
pub(super) fn nothing(template: &Template, code: &str, path: &str) -> String {
    let place = if path == "*" { String::new() } else { format!(" at `{path}`") };
    let missing = format!("there is no finding `{code}`{place}");
    let findings = template.validate().findings;
    if findings.is_empty() {
        return format!("{missing}; the template has no findings");
    }
    // The same rule at another place is what the test is most likely about.
    let (same, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.rule.code == code);
    let (which, shown) = if same.is_empty() { ("all findings", others) } else { ("elsewhere", same) };
    format!("{missing}\n\n{which}:\n{}", listed(&shown))
}

/// Words for findings that must not be there.
pub(super) fn unwanted(what: &str, findings: &[Finding]) -> String {
    format!("the template has {}\n\n{}", plural(findings.len(), what), listed(findings))
}

/// The errors of a template.
pub(super) fn errors(template: &Template) -> Vec<Finding> {
    let findings = template.validate().findings;
    findings.into_iter().filter(|finding| finding.rule.severity == Severity::Error).collect()
}

/// Findings as `synth` says them, without the line's text: a test reads no source.
fn listed(findings: &[Finding]) -> String {
    let one = |finding: &Finding| {
        let place = finding.origin.map(|origin| Place::whole(origin.to_string()));
        render::human(&Diagnostic { place, ..Diagnostic::finding(finding) }, Style::plain())
    };
    findings.iter().map(one).collect::<Vec<_>>().concat().trim_end().to_owned() + "\n"
}
