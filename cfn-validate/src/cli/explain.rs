//! What is known about rules.

use cfn_model::Rule;
use cfn_rules::registry;

use super::{Failure, Format};
use crate::{Diagnostic, pages};

/// The page of a rule, as Markdown or as an object.
pub(super) fn page(code: &str, format: Format) -> Result<String, Failure> {
    let rule = pages::find(code).map_err(|help| {
        let help = help.unwrap_or_else(|| "`--list-rules` lists all".to_owned());
        vec![Diagnostic { help: Some(help), ..Diagnostic::error(format!("`{code}`: no rule has this code")) }]
    })?;
    Ok(match data(format, "--explain")? {
        true => format!("{}\n", pages::json(rule)),
        false => pages::human(rule),
    })
}

/// All rules, sorted by code.
pub(super) fn list(format: Format) -> Result<String, Failure> {
    let all = registry::codes().iter().filter_map(|code| registry::by_code(code));
    let is_data = data(format, "--list-rules")?;
    let line = |rule: &Rule| match is_data {
        true => format!("{}\n", pages::json(rule)),
        false => format!("{:6}  {:7}  {}\n", rule.code, rule.severity.to_string(), rule.title),
    };
    Ok(all.map(line).collect())
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
