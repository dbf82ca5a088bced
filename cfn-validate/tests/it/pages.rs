//! Pages of rules: the mistake on a page yields its code, and the fix does not.

use std::collections::BTreeSet;

use cfn_model::{Finding, Object, Template};
use cfn_rules::{Day, Options, check_text, registry, validate_document};
use cfn_validate::pages::{self, Page};

/// Rules whose mistake is too long to be shown: hundreds of entries, names of hundreds of letters.
const IN_WORDS: &[&str] =
    &["E0000", "E1002", "E1003", "E2010", "E2011", "E3010", "E6010", "E6011", "E7002", "E7010", "AL0311", "AL0401"];

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let rules: BTreeSet<&str> = registry::all().map(|rule| rule.code).collect();
    let pages: BTreeSet<&str> = pages::all().map(|page| page.code).collect();
    let missing: Vec<_> = rules.difference(&pages).collect();
    let of_nothing: Vec<_> = pages.difference(&rules).collect();
    assert!(missing.is_empty(), "write a doc comment for {missing:?}");
    assert!(of_nothing.is_empty(), "no rule has the codes {of_nothing:?}");
    for code in pages {
        assert_eq!(pages::page(code).map(|page| page.code), Some(code));
    }
    assert_eq!(pages::page("E0"), None);
}

#[test]
fn mistakes_are_found_and_fixes_are_not() {
    let problems: Vec<String> = pages::all().filter_map(|page| wrong(page).err()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn wrong(page: Page) -> Result<(), String> {
    let code = page.code;
    let headings: Vec<&str> = page.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    if !matches!(headings.as_slice(), ["Mistake", "Fix"] | ["Mistake", "Fix", "Where cfn-lint differs"]) {
        return Err(format!("{code}: the headings must be Mistake, Fix and at most Where cfn-lint differs"));
    }
    if page.summary().is_empty() || page.summary().ends_with([':', ',']) {
        return Err(format!("{code}: a page must begin with a sentence"));
    }
    // Rules about an application, its config file, and stacks of one program show no template.
    if IN_WORDS.contains(&code) || ["AL00", "AL01", "AL05"].iter().any(|family| code.starts_with(family)) {
        let is_there = |heading| page.section(heading).is_some_and(|words| words.ends_with('.'));
        let is_there = is_there("Mistake") && is_there("Fix");
        return is_there.then_some(()).ok_or(format!("{code}: mistake and fix must be said in words"));
    }
    let findings = |heading| {
        let text = page.template(heading).ok_or(format!("{code}: {heading}: must be a block of yaml"))?;
        let template = Template::parse(text).map_err(|error| format!("{code}: {heading}: {error}"))?;
        // Of what a template names only `src` and a nested stack are there.
        let exists = |path: &str| path.starts_with("src");
        let (packaged, today) = (code == "AL1018", Day::new(2026, 11, 20));
        let options = Options { exists: Some(&exists), packaged, nested: Some(&nested), today, ..Options::default() };
        let mut findings = validate_document(template.document(), &options).findings;
        findings.extend(check_text(text, template.document()));
        Ok::<Vec<Finding>, String>(findings)
    };
    let has = |finding: &Finding| finding.with_causes().any(|cause| cause.rule.code == code);
    let mistake = findings("Mistake")?;
    if !mistake.iter().any(has) {
        let found: Vec<_> = mistake.iter().map(|finding| (finding.rule.code, &finding.message)).collect();
        return Err(format!("{code}: the mistake is not found, only {found:?}"));
    }
    if let Some(finding) = findings("Fix")?.into_iter().find(has) {
        return Err(format!("{code}: the fix still has `{}` at {}", finding.message, finding.path));
    }
    Ok(())
}

/// The template `network.yaml`, which the page of E3043 is about.
fn nested(path: &str) -> Option<Object> {
    let template = Template::parse("Parameters: {Zone: {Type: String}}").ok()?;
    (path == "network.yaml").then(|| template.document().clone())
}

#[test]
fn the_parts_of_a_page_are_found() {
    let page = pages::page("E3034").unwrap();
    assert!(page.summary().starts_with("A number has a minimum and a maximum."));
    assert!(page.template("Mistake").unwrap().ends_with("MaximumMessageSize: 100\n"));
    assert!(page.template("Fix").unwrap().ends_with("MaximumMessageSize: 1024\n"));
    assert_eq!(page.section("Reason"), None);
}
