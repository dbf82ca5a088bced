//! A page about each rule: what goes wrong and why, a mistake, and its fix.
//!
//! ```
//! let page = cfn_validate::pages::page("E3034").expect("every rule has a page");
//! assert!(page.text.contains("## Fix"));
//! ```

use cfn_model::Rule;
use cfn_rules::{did_you_mean, registry};
use serde_json::{Value, json};

/// The explanation of a rule, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code of the rule.
    pub code: &'static str,
    /// A paragraph, then `## Mistake`, `## Fix` and, if there is anything to say, `## Where cfn-lint differs`.
    pub text: String,
}

/// Every page, sorted by code.
pub fn all() -> impl Iterator<Item = Page> {
    registry::codes().iter().filter_map(|code| page(code))
}

/// The page of the rule with this code.
pub fn page(code: &str) -> Option<Page> {
    let code = registry::by_code(code)?.code;
    registry::page(code).map(|text| Page { code, text })
}

/// The rule with this code, in upper or lower case; otherwise the code that could have been meant.
pub fn find(code: &str) -> Result<&'static Rule, Option<String>> {
    let code = code.to_ascii_uppercase();
    registry::by_code(&code).ok_or_else(|| did_you_mean(&code, registry::all().map(|rule| rule.code)))
}

/// A rule for people: its code, severity and title, then its page.
pub fn human(rule: &Rule) -> String {
    let page = page(rule.code);
    let text = page.as_ref().map_or("", |page| &page.text);
    format!("{} ({}): {}\n\n{text}", rule.code, rule.severity, rule.title)
}

/// A rule for programs, the page as Markdown.
pub fn json(rule: &Rule) -> Value {
    let page = page(rule.code).map(|page| page.text);
    json!({
        "kind": "rule",
        "code": rule.code,
        "severity": rule.severity.to_string(),
        "title": rule.title,
        "page": page,
    })
}

impl Page {
    /// What goes wrong and why: the paragraphs above the first heading, as one line.
    pub fn summary(&self) -> String {
        let end = self.text.find("\n## ").unwrap_or(self.text.len());
        self.text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text below a heading of the second level.
    pub fn section(&self, heading: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(&format!("\n## {heading}\n"))?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim())
    }

    /// The first block of YAML below a heading.
    pub fn template(&self, heading: &str) -> Option<&str> {
        let (_, block) = self.section(heading)?.split_once("```yaml\n")?;
        Some(block.split_once("```")?.0)
    }
}
