//! One finding for one mistake: of two rules that see the same one, that which says more is reported. What the other
//! says becomes a cause of it.

use std::collections::HashMap;

use cfn_model::{Function, Path, Segment};

use crate::found::Findings;

/// Rules whose mistake others report at another property of the same resource: cfn-lint reports the kind of a dead-letter
/// queue at `FifoQueue`, `AL1009` at the reference.
const BY_RESOURCE: [&str; 1] = ["E3502"];

/// Leaves out what others say better. A pair is two codes: the first supersedes the second at the same property.
pub(crate) fn supersede(findings: &mut Findings, pairs: impl Iterator<Item = (&'static str, &'static str)>) {
    let mut others: HashMap<&str, Vec<&str>> = HashMap::new();
    pairs.for_each(|(code, other)| others.entry(code).or_default().push(other));
    let mut said: HashMap<&str, HashMap<Vec<Segment>, usize>> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        for other in others.get(finding.rule.code).into_iter().flatten() {
            said.entry(other).or_default().entry(place(other, &finding.path)).or_insert(index);
        }
    }
    if said.is_empty() {
        return;
    }
    let by = |finding: &cfn_model::Finding| {
        said.get(finding.rule.code)?.get(&place(finding.rule.code, &finding.path)).copied()
    };
    let left_out: Vec<Option<usize>> = findings.iter().map(by).collect();
    for (index, better) in left_out.iter().enumerate() {
        if let Some(better) = better {
            let cause = findings[index].clone();
            findings[*better].causes.push(cause);
        }
    }
    let mut is_kept = left_out.into_iter().map(|better| better.is_none());
    findings.retain(|_| is_kept.next().unwrap_or(true));
}

/// Where findings are compared with those of a rule that says less.
fn place(less: &str, path: &Path) -> Vec<Segment> {
    match BY_RESOURCE.contains(&less) {
        true => path.0.iter().take(2).cloned().collect(),
        false => property(path),
    }
}

/// The property that a path leads to, without the functions on the way.
fn property(path: &Path) -> Vec<Segment> {
    let mut steps = path.0.iter().peekable();
    let mut property = Vec::with_capacity(path.0.len());
    while let Some(step) = steps.next() {
        match step {
            Segment::Key(key) if key == Function::If.name() => {
                steps.next_if(|next| matches!(next, Segment::Index(_)));
            }
            Segment::Key(key) if key == Function::Ref.name() || key == Function::FindInMap.name() => break,
            step => property.push(step.clone()),
        }
    }
    property
}

#[cfg(test)]
mod tests {
    use cfn_model::{Finding, Path, Rule, Segment};
    use pretty_assertions::assert_eq;

    use super::{property, supersede};
    use crate::found::Findings;

    #[test]
    fn properties_without_functions() {
        let path = Path(vec!["Q".into(), "Fn::If".into(), Segment::Index(1), "DelaySeconds".into(), "Ref".into()]);
        assert_eq!(property(&path), [Segment::from("Q"), Segment::from("DelaySeconds")]);
    }

    #[test]
    fn the_better_of_two_at_one_property() {
        static BETTER: Rule = Rule::error("AL1", "better");
        static OTHER: Rule = Rule::error("E1", "other");
        let mut findings = Findings::default();
        let at = |rule, steps: &[&str]| Finding::new(rule, Path(steps.iter().map(|step| (*step).into()).collect()), "");
        findings.extend([at(&OTHER, &["Q", "Fn::If", "D"]), at(&OTHER, &["R", "D"]), at(&BETTER, &["Q", "D"])]);
        supersede(&mut findings, [("AL1", "E1")].into_iter());
        let found: Vec<_> =
            findings.iter().map(|one| (one.rule.code, one.path.to_string(), one.causes.len())).collect();
        assert_eq!(found, [("E1", "R/D".to_owned(), 0), ("AL1", "Q/D".to_owned(), 1)]);
    }

    #[test]
    fn the_better_of_two_at_one_resource() {
        static BETTER: Rule = Rule::error("AL1", "better");
        static OTHER: Rule = Rule::error("E3502", "other");
        let at =
            |rule, id: &str, name: &str| Finding::new(rule, Path(vec!["Resources".into(), id.into(), name.into()]), "");
        let mut findings = Findings::default();
        findings.extend([
            at(&OTHER, "Q", "FifoQueue"),
            at(&OTHER, "R", "FifoQueue"),
            at(&BETTER, "Q", "RedrivePolicy"),
        ]);
        supersede(&mut findings, [("AL1", "E3502")].into_iter());
        let found: Vec<_> = findings.iter().map(|one| one.path.to_string()).collect();
        assert_eq!(found, ["Resources/R/FifoQueue", "Resources/Q/RedrivePolicy"]);
    }
}
