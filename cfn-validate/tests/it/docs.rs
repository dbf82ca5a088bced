//! `docs/validator.md` is made of the pages.

use std::{env, fmt::Write as _, fs, path::Path};

use cfn_model::validate::{Rule, rules};
use cfn_validate::pages;

/// What the beginnings of codes stand for, in cfn-lint's order.
const GROUPS: [(&str, &str); 12] = [
    ("E0", "Reading"),
    ("E1", "The template and its functions"),
    ("E2", "Parameters"),
    ("E3", "Resources"),
    ("E4", "Metadata"),
    ("E5", "Modules"),
    ("E6", "Outputs"),
    ("E7", "Mappings"),
    ("E8", "Conditions"),
    ("W", "Advice"),
    ("I", "Notes"),
    ("AL", "Asynchronous flow, and silencing"),
];

const HEAD: &str = "\
# What the validator finds

<!-- Made of cfn-validate/rules/*.md by `UPDATE_DOCS=1 cargo test -p cfn-validate docs`. -->

`synth`, `synth validate` and [`cfn-validate`](../cfn-validate/README.md) look for what is listed here. A code that
begins with E, W or I is that of [cfn-lint](https://github.com/aws-cloudformation/cfn-lint) wherever cfn-lint has the
same rule. Each rule is shown with a mistake and its mend, both of which are tests. `cfn-validate --explain CODE` prints
the same in a terminal.

An error makes deployment or delivery fail, a warning is advice, an info is worth knowing. What is not meant to be heard
of is silenced with a reason: see [the README](../cfn-validate/README.md#silencing).
";

#[test]
fn docs_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/validator.md");
    let text = text();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let same = there.lines().zip(text.lines()).take_while(|(left, right)| left == right).count();
    assert!(there == text, "docs/validator.md, line {}: run `UPDATE_DOCS=1 cargo test -p cfn-validate docs`", same + 1);
}

fn text() -> String {
    let mut all: Vec<&Rule> = rules::all().collect();
    all.sort_unstable_by_key(|rule| rule.code);
    let group_of = |rule: &Rule| GROUPS.iter().position(|(start, _)| rule.code.starts_with(start));
    let without: Vec<&str> = all.iter().filter(|rule| group_of(rule).is_none()).map(|rule| rule.code).collect();
    assert!(without.is_empty(), "give the codes {without:?} a group");
    let groups = || {
        GROUPS.iter().enumerate().filter_map(|(index, (_, title))| {
            let rules: Vec<&Rule> = all.iter().copied().filter(|rule| group_of(rule) == Some(index)).collect();
            (!rules.is_empty()).then_some((title, rules))
        })
    };
    let mut text = HEAD.to_owned();
    for (title, rules) in groups() {
        let _ = write!(text, "\n{title}:\n\n| code | severity | rule |\n|---|---|---|\n");
        for rule in rules {
            let anchor = rule.code.to_ascii_lowercase();
            let title = rule.title.replace('|', "\\|");
            let _ = writeln!(text, "| [{}](#{anchor}) | {} | {title} |", rule.code, rule.severity);
        }
    }
    for (title, rules) in groups() {
        let _ = write!(text, "\n## {title}\n");
        for rule in rules {
            let page = pages::page(rule.code).map_or("", |page| page.text);
            let page = page.replace("\n## ", "\n#### ");
            let _ = write!(text, "\n### {}\n\n*{}.*\n\n{page}", rule.code, rule.title);
        }
    }
    text
}
