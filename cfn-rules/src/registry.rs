//! All rules: those of a file each, and those of tables.

use std::{collections::HashMap, sync::LazyLock};

use cfn_model::Rule;

use crate::{
    codes,
    report::supersede::{Scope, Supersessions},
    rules::{definition::Definition, index::Index},
};

/// The rules of a file each, sorted by module.
static DEFINITIONS: &[&Definition] = include!(concat!(env!("OUT_DIR"), "/definitions.rs"));

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(DEFINITIONS));

static SUPERSESSIONS: LazyLock<Supersessions> = LazyLock::new(|| Supersessions::new(pairs()));

static CODES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut codes: Vec<_> = all().map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes
});

static BY_CODE: LazyLock<HashMap<&'static str, &'static Rule>> =
    LazyLock::new(|| all().map(|rule| (rule.code, rule)).collect());

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    codes::all().map(|listed| listed.rule).chain(DEFINITIONS.iter().map(|definition| &definition.rule))
}

/// The rule with this code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    BY_CODE.get(code).copied()
}

/// The code of every rule, sorted.
pub fn codes() -> &'static [&'static str] {
    &CODES
}

/// The explanation of a rule in Markdown: a paragraph, then `## Mistake`, `## Fix` and what else there is to say.
pub fn page(code: &str) -> Option<String> {
    let of_file = DEFINITIONS.iter().find(|definition| definition.rule.code == code).map(|one| one.page);
    let page = of_file.or_else(|| codes::all().find(|listed| listed.rule.code == code).map(|listed| listed.page))?;
    // The lines of a doc comment begin with a space.
    let plain = |line: &'static str| line.strip_prefix(' ').unwrap_or(line);
    (!page.is_empty()).then(|| page.lines().flat_map(|line| [plain(line), "\n"]).collect())
}

/// The rules of a file each, by what they look at.
pub(crate) fn index() -> &'static Index {
    &INDEX
}

/// Which rules say more about the same mistake than others.
pub(crate) fn supersessions() -> &'static Supersessions {
    &SUPERSESSIONS
}

/// Pairs of codes: the first says more about the same mistake than the second, at the same property or in the same
/// resource.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str, Scope)> {
    let of_files = DEFINITIONS.iter().map(|one| (one.rule.code, one.supersedes, Scope::Property));
    let of_resources = DEFINITIONS.iter().map(|one| (one.rule.code, one.supersedes_in_resource, Scope::Resource));
    let of_tables = codes::SUPERSEDES.iter().map(|(code, others)| (*code, *others, Scope::Property));
    let of_values = codes::OF_ONE_VALUE.iter().map(|(code, others)| (*code, *others, Scope::Value));
    let of_tags = codes::ARGUMENTS.iter().map(|code| (*code, codes::OF_TAGS, Scope::Value));
    let of_arguments = codes::ARGUMENTS.iter().map(|code| (*code, codes::RESULTS, Scope::Call));
    let of_results = codes::RESULTS.iter().map(|code| (*code, codes::ADVICE_ON_SUB, Scope::Call));
    let all = of_files.chain(of_resources).chain(of_tables).chain(of_values).chain(of_tags);
    let all = all.chain(of_arguments).chain(of_results);
    all.flat_map(|(code, others, scope)| others.iter().map(move |other| (code, *other, scope)))
}

#[cfg(test)]
mod tests {
    use cfn_model::{Finding, Severity};

    use super::*;
    use crate::{Options, testing::findings_with};

    #[test]
    fn codes_are_unique_and_say_the_severity() {
        codes().windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
        for rule in all() {
            let letter = match rule.severity {
                Severity::Error => 'E',
                Severity::Warning => 'W',
                Severity::Info => 'I',
            };
            // A code of our own does not say how much its findings weigh.
            assert!(rule.code.starts_with(letter) || rule.code.starts_with("AL"), "{}", rule.code);
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
        }
    }

    /// Pairs that cfn-lint reports for one mistake, and what a suppression without effect does not suppress.
    const TOGETHER: [(&str, &str); 12] = [
        ("AL0201", "E3034"),
        ("AL0202", "E3034"),
        ("AL0203", "E3034"),
        ("E1032", "E3001"),
        ("E1155", "E3031"),
        ("E1161", "E3031"),
        ("E1162", "E3017"),
        ("E1164", "E3031"),
        ("E2002", "E1020"),
        ("E3511", "E1156"),
        ("E3678", "W2533"),
        ("E8001", "W2001"),
    ];

    /// Callers that give a day get errors where others get advice.
    const WITHOUT_A_DAY: [(&str, &str); 2] = [("E2531", "W2531"), ("E2533", "W2531")];

    /// Rules whose mistake is too long to be shown, such as hundreds of entries.
    const IN_WORDS: [&str; 12] =
        ["E0000", "E1002", "E1003", "E2010", "E2011", "E3010", "E6010", "E6011", "E7002", "E7010", "AL0311", "AL0401"];

    /// Whether a page describes mistake and fix in words: for those, and for rules about an application and its config
    /// file.
    fn is_in_words(code: &str) -> bool {
        IN_WORDS.contains(&code) || ["AL00", "AL01", "AL05"].iter().any(|family| code.starts_with(family))
    }

    /// Rules about files: for them, nothing is there but `src`.
    const ABOUT_FILES: [&str; 3] = ["AL1018", "AL1042", "AL1043"];

    /// What a mistake has more than its fix is findings of the rule, and of rules that say more about the same mistake;
    /// the fix has no error.
    #[test]
    fn pages_show_the_mistake_and_its_fix() {
        let mut problems = Vec::new();
        for code in codes() {
            let Some(page) = page(code) else { continue };
            let blocks: Vec<&str> =
                page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
            let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert!(headings.starts_with(&["Mistake", "Fix"]), "{code}: {headings:?}");
            match blocks.as_slice() {
                [mistake, fix, ..] => problems.extend(wrong_page(code, mistake, fix)),
                _ => assert!(is_in_words(code), "{code}: a mistake and a fix"),
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// What is wrong with the mistake and the fix of a rule.
    fn wrong_page(code: &str, mistake: &str, fix: &str) -> Option<String> {
        let exists = |path: &str| path.starts_with("src");
        let exists: &dyn Fn(&str) -> bool = &exists;
        let exists = ABOUT_FILES.contains(&code).then_some(exists);
        let options = Options { exists, packaged: code == "AL1018", ..Options::default() };
        let fixed = findings_with(fix, &options);
        let is_wrong = |one: &&Finding| one.rule.severity == Severity::Error || one.rule.code == code;
        if let Some(finding) = fixed.iter().find(is_wrong) {
            return Some(format!("{code}: the fix has {} at {}", finding.rule.code, finding.path));
        }
        let found = findings_with(mistake, &options);
        let own_causes = found.iter().flat_map(|one| &one.causes).filter(|cause| cause.rule.code == code);
        let with_causes = found.iter().chain(own_causes);
        let mut found: Vec<_> = with_causes.map(|one| one.rule.code).collect();
        found.retain(|other| fixed.iter().all(|one| one.rule.code != *other));
        found.sort_unstable();
        found.dedup();
        let expected = WITHOUT_A_DAY.iter().find(|(with, _)| *with == code).map_or(code, |(_, without)| without);
        let is_more = |other: &str| {
            pairs().any(|(more, less, _)| (more, less) == (other, expected)) || TOGETHER.contains(&(expected, other))
        };
        found.retain(|other| !is_more(other));
        (found != [expected]).then(|| format!("{code}: the mistake has {found:?}"))
    }

    #[test]
    fn supersessions_are_between_rules() {
        for (code, other, _) in pairs() {
            let is_mutual = pairs().any(|(more, less, _)| (more, less) == (other, code));
            assert!(!is_mutual, "{code} and {other} supersede each other");
            assert!(by_code(code).is_some() && by_code(other).is_some(), "{code} supersedes {other}");
        }
    }
}
