//! Findings about a file while they come in: so many of each rule, and how many more there were.

use cfn_model::{Finding, Path, Rule};

/// How many findings of one rule are listed for a config file; the others are counted. `docs/validator.md` has it too.
pub const MOST_OF_A_RULE: usize = 1_000;

/// Findings, of each rule at most [`MOST_OF_A_RULE`].
#[derive(Debug, Default)]
pub(crate) struct Found {
    listed: Vec<Finding>,
    /// How many there are of each rule, in the order in which they appeared.
    counts: Vec<(&'static Rule, usize)>,
}

impl Found {
    /// Lists a finding of a rule, or counts it. One that is only counted is not made.
    pub(crate) fn push(&mut self, rule: &'static Rule, finding: impl FnOnce() -> Finding) {
        if cfn_rules::add_count(&mut self.counts, rule, 1) <= MOST_OF_A_RULE {
            self.listed.push(finding());
        }
    }

    /// Lists a finding that was made already, once.
    pub(super) fn push_once(&mut self, finding: Finding) {
        if !self.listed.contains(&finding) {
            self.push(finding.rule, || finding);
        }
    }

    /// Those that are listed, and one for each rule with more: how many.
    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<Finding>) {
        let more = |(rule, count): (&'static Rule, usize)| {
            let rest = count.checked_sub(MOST_OF_A_RULE).filter(|rest| *rest > 0)?;
            let message = format!("and {rest} more like these: of each rule, {MOST_OF_A_RULE} are listed");
            Some(Finding::new(rule, Path::default(), message).actual(count.to_string()))
        };
        let more = self.counts.into_iter().filter_map(more).collect();
        (self.listed, more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::rules::{UNKNOWN_KEY, WRONG_TYPE};

    #[test]
    fn a_flood_is_counted() {
        let mut found = Found::default();
        let mut made = 0;
        for _ in 0..MOST_OF_A_RULE + 7 {
            found.push(&UNKNOWN_KEY, || {
                made += 1;
                Finding::new(&UNKNOWN_KEY, Path::default(), "a")
            });
        }
        found.push(&WRONG_TYPE, || Finding::new(&WRONG_TYPE, Path::default(), "b"));
        let (listed, more) = found.finish();
        assert_eq!((listed.len(), made), (MOST_OF_A_RULE + 1, MOST_OF_A_RULE));
        let more: Vec<&str> = more.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(more, ["and 7 more like these: of each rule, 1000 are listed"]);
    }
}
