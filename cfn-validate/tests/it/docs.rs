//! `docs/validator.md` is made of the pages.

use std::{env, fmt::Write as _, fs, path::Path};

use cfn_model::Rule;
use cfn_rules::registry;
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

/// What is said of the limits. `cfn-model` tests that the numbers are those of the code.
const LIMITS: &str = "
## Limits

Whatever a file holds, the work on it is bounded; the limits are such that no file should take longer than two seconds
or more than 512 MiB. What is beyond a limit is said in a finding.

| what | at most | unit | said by |
|---|---|---|---|
| a file | 33,554,432 | bytes | E0000 |
| lists and objects in each other | 128 | levels | E0000 |
| values, counted again where an alias repeats them | 500,000 | values | E0000 |
| texts that aliases repeat | 33,554,432 | bytes | E0000 |
| the keys on the way to a value, together | 4,096 | bytes | E0000 |
| findings of one rule | 5,000 | findings | the rule itself: how many more there are |
| findings of a file that `cfn-validate` shows, errors first | 10,000 | findings | each rule itself |
| comparisons of properties with schemas | 5,000,000 | values | I0001 |
| a match of a pattern | 2,000,000 | 64 letters | I0001, at the parameter whose pattern it is |
| all matches of patterns | 50,000,000 | 64 letters | I0001 |
| the patterns of all actions in policies | 20,000,000 | letters | I0001 |
| policies and the queues that they are about | 50,000,000 | letters | I0001 |
| what functions can give | 500,000 | values | I0001 |
| all questions about conditions | 20,000,000 | parts of conditions | I0001 |
| scenarios of one object | 64 | scenarios | nothing: what depends on them is unknown |
| what `Fn::ForEach` makes | 200,000 | values | I0001 |
| what `Globals` add to resources | 200,000 | values | I0001 |
| documents in texts | 500,000 | values | I0001 |
| templates of nested stacks | 50 | files | I0001 |
| the template of a nested stack | 1,000,000 | bytes | I0001 |
| names compared for \"did you mean\" | 400,000 | names of 16 letters | nothing: there is no suggestion |
| ways in which a circle may go | 500,000 | steps | nothing: the circle is named without its way |
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
    let mut all: Vec<&Rule> = registry::all().collect();
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
    text.push_str(LIMITS);
    for (title, rules) in groups() {
        let _ = write!(text, "\n## {title}\n");
        for rule in rules {
            let page = pages::page(rule.code).map_or_else(String::new, |page| page.text.into_owned());
            let page = page.replace("\n## ", "\n#### ");
            let _ = write!(text, "\n### {}\n\n*{}.*\n\n{page}", rule.code, rule.title);
        }
    }
    text
}
