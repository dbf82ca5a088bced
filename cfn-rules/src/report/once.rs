//! One finding for one mistake: what a rule of the flow says in full, a schema says as its cause only.

use std::collections::HashMap;

use cfn_model::{Function, Path, Segment};

use crate::found::Findings;

/// Rules of the flow, and those that mean the same mistake at the same property.
const SAME: &[(&str, &[&str])] = &[
    ("AL1010", &["E3501"]),
    ("AL1013", &["E3034", "W1030", "W1034"]),
    ("AL1025", &["E3034", "W1030", "W1034"]),
    ("AL1026", &["E3034", "W1030", "W1034"]),
];

/// Adds the flow's findings. What says the same in fewer words becomes a cause of them.
pub(crate) fn add(findings: &mut Findings, mut flow: Findings) {
    let mut said: HashMap<&str, HashMap<Vec<Segment>, usize>> = HashMap::new();
    for (index, finding) in flow.iter().enumerate() {
        let others = SAME.iter().filter(|(code, _)| *code == finding.rule.code).flat_map(|(_, others)| *others);
        others.for_each(|code| {
            said.entry(*code).or_default().entry(property(&finding.path)).or_insert(index);
        });
    }
    let mut causes = Vec::new();
    if !said.is_empty() {
        findings.retain(|finding| {
            let same = said.get(finding.rule.code).and_then(|places| places.get(&property(&finding.path)));
            causes.extend(same.map(|index| (*index, finding.clone())));
            same.is_none()
        });
    }
    causes.into_iter().for_each(|(index, cause)| flow[index].causes.push(cause));
    findings.absorb(flow);
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
    use pretty_assertions::assert_eq;

    use super::{SAME, property};
    use crate::codes as rules;
    use cfn_model::{Path, Segment};

    #[test]
    fn every_code_is_one_of_a_rule() {
        for (code, others) in SAME {
            for code in others.iter().chain([code]) {
                assert!(rules::all().any(|rule| rule.code == *code), "{code}");
            }
        }
    }

    #[test]
    fn properties_without_functions() {
        let path = Path(vec!["Q".into(), "Fn::If".into(), Segment::Index(1), "DelaySeconds".into(), "Ref".into()]);
        assert_eq!(property(&path), [Segment::from("Q"), Segment::from("DelaySeconds")]);
    }
}
