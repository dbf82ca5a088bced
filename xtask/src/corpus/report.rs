//! Counts by rule and by group, as text and as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    pairing::pair,
    sources::{Found, Template},
};

/// The number of times that something was expected and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    expected: usize,
    matched: usize,
    extra: usize,
}

/// One finding that only one side has.
struct Difference {
    template: String,
    rule: String,
    place: String,
    extra: bool,
}

/// An error that we report and cfn-lint does not, and that is there all the same.
pub struct KnownDifference {
    /// The template, as `expected.jsonl` names it.
    pub template: String,
    /// The rule.
    pub code: String,
    /// The place.
    pub path: String,
}

/// The two lists of findings side by side.
#[derive(Default)]
pub struct Comparison {
    templates: usize,
    total: Count,
    by_rule: BTreeMap<String, Count>,
    by_group: BTreeMap<String, Count>,
    warnings: BTreeMap<String, Count>,
    differences: Vec<Difference>,
    crashes: Vec<(String, String)>,
}

impl KnownDifference {
    fn is(&self, difference: &Difference) -> bool {
        (&self.template, &self.code, &self.path) == (&difference.template, &difference.rule, &difference.place)
    }
}

impl Count {
    fn add(&mut self, other: Count) {
        self.expected += other.expected;
        self.matched += other.matched;
        self.extra += other.extra;
    }

    fn missed(self) -> usize {
        self.expected - self.matched
    }

    fn json(self) -> Value {
        json!({"expected": self.expected, "found": self.matched, "missed": self.missed(), "extra": self.extra})
    }
}

impl Comparison {
    /// Compares what is expected of each template with what was found in it.
    pub fn of(templates: &[Template], found: &BTreeMap<String, Found>) -> Comparison {
        let mut comparison = Comparison { templates: templates.len(), ..Comparison::default() };
        let nothing = Found::default();
        for template in templates {
            let found = found.get(&template.file).unwrap_or(&nothing);
            comparison.add_errors(template, found);
            comparison.add_warnings(template, found);
            if let Some(crash) = &found.crash {
                comparison.crashes.push((template.file.clone(), crash.clone()));
            }
        }
        comparison
    }

    fn add_errors(&mut self, template: &Template, found: &Found) {
        let codes =
            |errors: &[(String, String)]| -> BTreeSet<String> { errors.iter().map(|error| error.0.clone()).collect() };
        // A group is in the table also when nothing is wrong with its templates.
        self.by_group.entry(template.group.clone()).or_default();
        for rule in codes(&template.errors).union(&codes(&found.errors)) {
            let expected = places(&template.errors, rule);
            let pairs = pair(&expected, &places(&found.errors, rule));
            let count = Count { expected: expected.len(), matched: pairs.matched, extra: pairs.extra.len() };
            self.total.add(count);
            self.by_rule.entry(rule.clone()).or_default().add(count);
            self.by_group.entry(template.group.clone()).or_default().add(count);
            let missed = pairs.missed.iter().map(|place| (place, false));
            for (place, extra) in missed.chain(pairs.extra.iter().map(|place| (place, true))) {
                self.differences.push(Difference {
                    template: template.file.clone(),
                    rule: rule.clone(),
                    place: (*place).to_owned(),
                    extra,
                });
            }
        }
    }

    /// Warnings are compared by template and rule, because the corpus does not say where they are.
    fn add_warnings(&mut self, template: &Template, found: &Found) {
        let expected: BTreeSet<&String> = template.warnings.iter().collect();
        let found: BTreeSet<&String> = found.warnings.iter().collect();
        for &rule in expected.union(&found) {
            let (is_expected, is_found) = (expected.contains(rule), found.contains(rule));
            self.warnings.entry(rule.clone()).or_default().add(Count {
                expected: usize::from(is_expected),
                matched: usize::from(is_expected && is_found),
                extra: usize::from(!is_expected),
            });
        }
    }

    /// The number of templates that ended the validator.
    pub fn crashed(&self) -> usize {
        self.crashes.len()
    }

    /// The number of errors that were expected and not found.
    pub fn missed(&self) -> usize {
        self.total.missed()
    }

    /// The errors that cfn-lint does not have, but for those in which we are `right`; and what is said to be such an
    /// error and is none.
    pub fn unexplained(&self, right: &[KnownDifference]) -> Vec<String> {
        let extra: Vec<&Difference> = self.differences.iter().filter(|each| each.extra).collect();
        let unknown = extra.iter().filter(|each| !right.iter().any(|known| known.is(each)));
        let stale = right.iter().filter(|known| !extra.iter().any(|each| known.is(each)));
        let unknown = unknown
            .map(|each| format!("{} at {} in {}: cfn-lint does not have it", each.rule, each.place, each.template));
        let stale = stale.map(|known| {
            format!("where-we-are-right.json: {} at {} in {} is no difference", known.code, known.path, known.template)
        });
        unknown.chain(stale).collect()
    }

    /// The tables, for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        table(&mut text, "errors by rule", &self.by_rule);
        table(&mut text, "errors by group", &self.by_group);
        table(&mut text, "warnings, templates by rule", &self.warnings);
        for (template, crash) in &self.crashes {
            text.push_str(&format!("crash  {template}\n       {}\n", crash.trim_end().replace('\n', "\n       ")));
        }
        let Count { expected, matched, extra } = self.total;
        let (templates, missed) = (self.templates, self.total.missed());
        text.push_str(&format!(
            "{templates} templates: {expected} errors expected, {matched} found, {missed} missed, {extra} extra\n"
        ));
        text
    }

    /// The differences of one rule, at most so many.
    pub fn differences(&self, rule: &str, show: usize) -> String {
        let of_rule: Vec<_> = self.differences.iter().filter(|difference| difference.rule == rule).collect();
        let mut text = format!("\n{rule}: {} differences\n", of_rule.len());
        for difference in of_rule.iter().take(show) {
            let kind = if difference.extra { "extra " } else { "missed" };
            text.push_str(&format!("  {kind}  {}  {}\n", difference.template, difference.place));
        }
        text
    }

    /// Everything, for programs; the differences of one rule or of all.
    pub fn json(&self, rule: Option<&str>) -> Value {
        let counts = |counts: &BTreeMap<String, Count>| -> Value {
            counts.iter().map(|(name, count)| (name.clone(), count.json())).collect::<serde_json::Map<_, _>>().into()
        };
        let wanted = |difference: &&Difference| rule.is_none_or(|rule| rule == difference.rule);
        let differences: Vec<Value> = self
            .differences
            .iter()
            .filter(wanted)
            .map(|each| {
                let kind = if each.extra { "extra" } else { "missed" };
                json!({"template": each.template, "code": each.rule, "path": each.place, "kind": kind})
            })
            .collect();
        let crashes: Vec<Value> =
            self.crashes.iter().map(|(template, said)| json!({"template": template, "said": said})).collect();
        json!({
            "templates": self.templates,
            "errors": self.total.json(),
            "by_rule": counts(&self.by_rule),
            "by_group": counts(&self.by_group),
            "warnings": counts(&self.warnings),
            "differences": differences,
            "crashes": crashes,
        })
    }
}

fn places<'a>(errors: &'a [(String, String)], rule: &str) -> Vec<&'a str> {
    errors.iter().filter(|(code, _)| code == rule).map(|(_, place)| place.as_str()).collect()
}

fn table(text: &mut String, title: &str, counts: &BTreeMap<String, Count>) {
    let width = counts.keys().map(String::len).chain([title.len()]).max().unwrap_or(0);
    text.push_str(&format!("{title:width$}  expected  found  missed  extra\n"));
    for (name, count) in counts {
        let Count { expected, matched, extra } = *count;
        text.push_str(&format!("{name:width$}  {expected:8}  {matched:5}  {:6}  {extra:5}\n", count.missed()));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{Comparison, Found, KnownDifference, Template};

    fn errors(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(code, place)| ((*code).to_owned(), (*place).to_owned())).collect()
    }

    fn comparison() -> Comparison {
        let template = |file: &str, group: &str, list: &[(&str, &str)], warnings: &[&str]| Template {
            file: file.to_owned(),
            group: group.to_owned(),
            sam: false,
            errors: errors(list),
            warnings: warnings.iter().map(|code| (*code).to_owned()).collect(),
        };
        let templates = [
            template("a.json", "bad", &[("E3002", "Resources/A"), ("E3012", "Resources/A/Properties/B")], &["W1001"]),
            template("b.json", "good", &[], &[]),
        ];
        let found = BTreeMap::from([
            (
                "a.json".to_owned(),
                Found {
                    errors: errors(&[("E3002", "Resources/A/Properties/C")]),
                    warnings: vec!["W1001".to_owned(), "W1001".to_owned(), "W2001".to_owned()],
                    crash: None,
                },
            ),
            ("b.json".to_owned(), Found { errors: errors(&[("E3012", "Resources/X")]), ..Found::default() }),
        ]);
        Comparison::of(&templates, &found)
    }

    fn count(expected: usize, found: usize, missed: usize, extra: usize) -> Value {
        json!({"expected": expected, "found": found, "missed": missed, "extra": extra})
    }

    #[test]
    fn counts_by_rule_and_group() {
        let value = comparison().json(None);
        assert_eq!(value["errors"], count(2, 1, 1, 1));
        assert_eq!(value["by_rule"], json!({"E3002": count(1, 1, 0, 0), "E3012": count(1, 0, 1, 1)}));
        assert_eq!(value["by_group"], json!({"bad": count(2, 1, 1, 0), "good": count(0, 0, 0, 1)}));
        assert_eq!(value["warnings"], json!({"W1001": count(1, 1, 0, 0), "W2001": count(0, 0, 0, 1)}));
    }

    #[test]
    fn an_extra_error_needs_a_reason_and_a_reason_needs_an_extra_error() {
        let check = |right: &[&str], expected: &[&str]| {
            let known = |path: &&str| KnownDifference {
                template: "b.json".to_owned(),
                code: "E3012".to_owned(),
                path: (*path).to_owned(),
            };
            let right: Vec<KnownDifference> = right.iter().map(known).collect();
            assert_eq!(comparison().unexplained(&right), expected);
        };
        let extra = "E3012 at Resources/X in b.json: cfn-lint does not have it";
        let stale = "where-we-are-right.json: E3012 at Resources/Y in b.json is no difference";
        check(&[], &[extra]);
        check(&["Resources/X"], &[]);
        check(&["Resources/Y"], &[extra, stale]);
        assert_eq!(comparison().missed(), 1);
    }

    #[test]
    fn lists_the_differences_of_a_rule() {
        let text = comparison().differences("E3012", 1);
        assert_eq!(text, "\nE3012: 2 differences\n  missed  a.json  Resources/A/Properties/B\n");
    }
}
