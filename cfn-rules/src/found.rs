//! Findings while they come in: so many of each rule, and how many more there were.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
};

use cfn_model::{Finding, Path, Rule};

use crate::limits::LIMITS;

/// How many findings of one rule a report has. Nobody mends more at a time, and a hostile template has hundreds of
/// thousands, each of which takes a kilobyte.
pub const MOST_OF_A_RULE: usize = LIMITS.findings_of_a_rule;

/// Findings, of each rule at most [`MOST_OF_A_RULE`]. Those that come later are counted.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Vec<Finding>,
    /// How many are kept of each code; empty until there are so many that it matters.
    counts: HashMap<&'static str, usize>,
    /// How many were left out of each rule.
    left_out: Vec<(&'static Rule, usize)>,
    /// The last one that was left out: what is changed of it is lost.
    spare: Option<Finding>,
}

impl Findings {
    /// Keeps a finding, or counts it. What comes back is for adding to it.
    pub(crate) fn push(&mut self, finding: Finding) -> &mut Finding {
        if self.kept.len() >= MOST_OF_A_RULE {
            if self.counts.is_empty() {
                self.count();
            }
            let count = self.counts.entry(finding.rule.code).or_default();
            if *count >= MOST_OF_A_RULE {
                self.leave_out(finding.rule, 1);
                return self.spare.insert(finding);
            }
            *count += 1;
        }
        let index = self.kept.len();
        self.kept.push(finding);
        &mut self.kept[index]
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.push(finding);
        }
    }

    /// Takes over what others have found, and what they have left out.
    pub(crate) fn absorb(&mut self, others: Findings) {
        self.absorb_if(others, Some);
    }

    /// [`Findings::absorb`] for those of the kept ones of which something remains.
    pub(crate) fn absorb_if(&mut self, others: Findings, keep: impl FnMut(Finding) -> Option<Finding>) {
        for (rule, count) in others.left_out {
            self.leave_out(rule, count);
        }
        self.extend(others.kept.into_iter().filter_map(keep));
    }

    /// Takes back all but the first.
    pub(crate) fn truncate(&mut self, length: usize) {
        for finding in self.kept.drain(length.min(self.kept.len())..) {
            if let Some(count) = self.counts.get_mut(finding.rule.code) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Leaves out what was added behind its back, through a reference to the list.
    pub(crate) fn settle(&mut self) {
        if self.kept.len() <= MOST_OF_A_RULE {
            return;
        }
        let mut counts = HashMap::new();
        let left_out = &mut self.left_out;
        self.kept.retain(|finding| {
            let count: &mut usize = counts.entry(finding.rule.code).or_default();
            *count += 1;
            if *count > MOST_OF_A_RULE {
                add_count(left_out, finding.rule, 1);
            }
            *count <= MOST_OF_A_RULE
        });
        counts.values_mut().for_each(|count| *count = (*count).min(MOST_OF_A_RULE));
        self.counts = counts;
    }

    /// All that are kept, and one for each rule of which some are not: it is an instance of the same rule, so that
    /// whoever does not want to hear of that does not hear of this, and what fails because of an error still fails.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.settle();
        let excess = self.left_out.into_iter().map(|(rule, count)| {
            let message = format!("and {count} more findings of this kind: a report has {MOST_OF_A_RULE}");
            Finding::new(rule, Path::default(), message).actual((MOST_OF_A_RULE + count).to_string())
        });
        self.kept.extend(excess);
        self.kept
    }

    /// The kept ones, where nobody asks for the others.
    pub(crate) fn into_kept(self) -> Vec<Finding> {
        self.kept
    }

    fn count(&mut self) {
        for finding in &self.kept {
            *self.counts.entry(finding.rule.code).or_default() += 1;
        }
    }

    fn leave_out(&mut self, rule: &'static Rule, count: usize) {
        add_count(&mut self.left_out, rule, count);
    }
}

/// Adds to how many there are of a rule, and gives the sum.
pub fn add_count(counts: &mut Vec<(&'static Rule, usize)>, rule: &'static Rule, more: usize) -> usize {
    if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known.code == rule.code) {
        *count += more;
        return *count;
    }
    counts.push((rule, more));
    more
}

impl Deref for Findings {
    type Target = Vec<Finding>;

    fn deref(&self) -> &Vec<Finding> {
        &self.kept
    }
}

impl DerefMut for Findings {
    fn deref_mut(&mut self) -> &mut Vec<Finding> {
        &mut self.kept
    }
}
