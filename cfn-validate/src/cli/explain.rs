//! What is known about rules.

use cfn_model::validate::{Rule, did_you_mean, rules};
use serde_json::json;

use super::{Failure, args::Format};
use crate::{Diagnostic, pages};

/// The page of a rule, as Markdown or as an object.
pub(super) fn page(code: &str, format: Format) -> Result<String, Failure> {
    let code = code.to_ascii_uppercase();
    let rule = rules::by_code(&code).ok_or_else(|| {
        let help = did_you_mean(&code, rules::all().map(|rule| rule.code));
        let help = help.unwrap_or_else(|| "`--list-rules` lists all".to_owned());
        vec![Diagnostic { help: Some(help), ..Diagnostic::error(format!("`{code}`: no rule has this code")) }]
    })?;
    let text = pages::page(rule.code).map_or("", |page| page.text);
    Ok(match data(format, "--explain")? {
        true => object(rule, Some(text)),
        false => format!("{} ({}): {}\n\n{text}", rule.code, rule.severity, rule.title),
    })
}

/// All rules, sorted by code.
pub(super) fn list(format: Format) -> Result<String, Failure> {
    let mut all: Vec<&Rule> = rules::all().collect();
    all.sort_unstable_by_key(|rule| rule.code);
    Ok(match data(format, "--list-rules")? {
        true => all.into_iter().map(|rule| object(rule, None)).collect(),
        false => all
            .into_iter()
            .map(|rule| format!("{:6}  {:7}  {}\n", rule.code, rule.severity.to_string(), rule.title))
            .collect(),
    })
}

/// Whether the answer is for programs. The other formats are for findings.
fn data(format: Format, option: &str) -> Result<bool, Failure> {
    match format {
        Format::Text => Ok(false),
        Format::Json => Ok(true),
        Format::Sarif | Format::Junit | Format::Github => {
            Err(super::failure(format!("`{option}`: must be asked for as text or json")))
        }
    }
}

fn object(rule: &Rule, page: Option<&str>) -> String {
    let mut object = json!({"code": rule.code, "severity": rule.severity.to_string(), "title": rule.title});
    if let Some(page) = page {
        object["page"] = json!(page);
    }
    format!("{object}\n")
}
