//! A page about each rule: what goes wrong and why, a mistake, and its mend.
//!
//! ```
//! let page = cfn_validate::pages::page("E3034").expect("every rule has a page");
//! assert!(page.text.contains("## Mend"));
//! ```

use cfn_model::Rule;
use cfn_rules::{codes as rules, did_you_mean};
use serde_json::{Value, json};

/// What there is to say about a rule, in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code of the rule.
    pub code: &'static str,
    /// A paragraph, then `## Mistake`, `## Mend` and, if there is anything to say, `## Where cfn-lint differs`.
    pub text: &'static str,
}

/// Sorted by code.
static PAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Every page, sorted by code.
pub fn all() -> impl Iterator<Item = Page> {
    PAGES.iter().map(|(code, text)| Page { code, text })
}

/// The page of the rule with this code.
pub fn page(code: &str) -> Option<Page> {
    let index = PAGES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    Some(Page { code: PAGES[index].0, text: PAGES[index].1 })
}

/// The rule with this code, in upper or lower case; otherwise the code that could have been meant.
pub fn find(code: &str) -> Result<&'static Rule, Option<String>> {
    let code = code.to_ascii_uppercase();
    rules::by_code(&code).ok_or_else(|| did_you_mean(&code, rules::all().map(|rule| rule.code)))
}

/// A rule for people: its code, severity and title, then its page.
pub fn human(rule: &Rule) -> String {
    let text = page(rule.code).map_or("", |page| page.text);
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
    /// What goes wrong and why: what stands above the first heading, as one line.
    pub fn summary(&self) -> String {
        let end = self.text.find("\n## ").unwrap_or(self.text.len());
        self.text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What stands below a heading of the second level.
    pub fn section(&self, heading: &str) -> Option<&'static str> {
        let (_, rest) = self.text.split_once(&format!("\n## {heading}\n"))?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim())
    }

    /// The first block of YAML below a heading.
    pub fn template(&self, heading: &str) -> Option<&'static str> {
        let (_, block) = self.section(heading)?.split_once("```yaml\n")?;
        Some(block.split_once("```")?.0)
    }
}
