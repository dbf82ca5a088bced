//! One finding for one mistake: of two rules that see the same one, that which says more is reported. What the other
//! says becomes a cause of it.

use std::collections::{HashMap, HashSet};

use cfn_model::{Function, KeyHash, Path, Segment};

use crate::found::Findings;

/// The findings that supersede others at a place, as indices.
type Places = HashMap<(Scope, Vec<Segment>), Vec<usize>>;

/// How many findings at one place are compared with each that they supersede.
const MOST_COMPARED: usize = 100;

/// Which rules say more about the same mistake than others.
#[derive(Debug)]
pub(crate) struct Supersessions(HashMap<&'static str, Vec<(&'static str, Scope)>, KeyHash>);

impl Supersessions {
    /// A pair is two codes: the first supersedes the second, within a scope.
    pub(crate) fn new(pairs: impl Iterator<Item = (&'static str, &'static str, Scope)>) -> Supersessions {
        let mut others = Supersessions(HashMap::default());
        pairs.for_each(|(code, other, scope)| others.0.entry(code).or_default().push((other, scope)));
        others
    }

    /// The rules that say less than this one.
    fn others(&self, code: &str) -> &[(&'static str, Scope)] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }
}

/// Leaves out what others say better.
pub(crate) fn supersede(findings: &mut Findings, supersessions: &Supersessions) {
    let codes: HashSet<&str, KeyHash> = findings.iter().map(|finding| finding.rule.code).collect();
    let mut said: HashMap<&str, Places> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let others = supersessions.others(finding.rule.code).iter();
        for (other, scope) in others.filter(|(other, _)| codes.contains(other)) {
            let said = said.entry(other).or_default();
            for place in scope.around(&finding.path) {
                said.entry((*scope, place)).or_default().push(index);
            }
        }
    }
    if said.is_empty() {
        return;
    }
    let by = |finding: &cfn_model::Finding| {
        let said = said.get(finding.rule.code)?;
        let scopes = [Scope::Value, Scope::Property, Scope::Resource, Scope::Call];
        let better = scopes.into_iter().find_map(|scope| said.get(&(scope, scope.of(&finding.path)?)))?;
        // Of several, that with the same fix: a tag can lack its key and its value.
        let has_same_fix = |index: &&usize| finding.help.is_some() && findings[**index].help == finding.help;
        better.iter().take(MOST_COMPARED).find(has_same_fix).or(better.first()).copied()
    };
    let left_out: Vec<Option<usize>> = findings.iter().map(by).collect();
    // What is left out itself has no causes: they go to the finding that remains.
    let remaining = |better: usize| {
        let chain = std::iter::successors(Some(better), |index| left_out[*index]);
        chain.take(left_out.len()).last().unwrap_or(better)
    };
    for (index, better) in left_out.iter().enumerate() {
        if let Some(better) = better {
            let cause = findings[index].clone();
            findings[remaining(*better)].causes.push(cause);
        }
    }
    let mut is_kept = left_out.into_iter().map(|better| better.is_none());
    findings.retain(|_| is_kept.next().unwrap_or(true));
}

/// Where the finding of a superseded rule is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// At the same value; an unknown function is at the value that calls it.
    Value,
    /// At the same property.
    Property,
    /// Anywhere in the same resource.
    Resource,
    /// In the same call of a function, or at a call around it.
    Call,
}

impl Scope {
    /// The place of a finding that is superseded.
    fn of(self, path: &Path) -> Option<Vec<Segment>> {
        match self {
            Scope::Value => Some(value(path).to_vec()),
            Scope::Property => Some(property(path)),
            Scope::Resource => Some(path.0.iter().take(2).cloned().collect()),
            Scope::Call => calls(path).next(),
        }
    }

    /// The places where a finding supersedes others.
    fn around(self, path: &Path) -> Vec<Vec<Segment>> {
        match self {
            Scope::Value | Scope::Property | Scope::Resource => self.of(path).into_iter().collect(),
            Scope::Call => calls(path).collect(),
        }
    }
}

/// The calls in which a place is, the innermost first.
fn calls(path: &Path) -> impl Iterator<Item = Vec<Segment>> {
    let is_call = |step: &Segment| matches!(step, Segment::Key(key) if Function::from_name(key).is_some());
    (1..=path.0.len()).rev().filter(move |end| is_call(&path.0[end - 1])).map(|end| path.0[..end].to_vec())
}

/// The value that a path leads to, and that which calls an unknown function for its arguments.
fn value(path: &Path) -> &[Segment] {
    match path.0.as_slice() {
        [value @ .., Segment::Key(key)] if key.starts_with("Fn::") && Function::from_name(key).is_none() => value,
        value => value,
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

    use super::{Scope, Supersessions, property};
    use crate::found::Findings;

    fn supersede<const N: usize>(findings: &mut Findings, pairs: [(&'static str, &'static str, Scope); N]) {
        super::supersede(findings, &Supersessions::new(pairs.into_iter()));
    }

    #[test]
    fn properties_without_functions() {
        let path = Path(vec!["Q".into(), "Fn::If".into(), Segment::Index(1), "DelaySeconds".into(), "Ref".into()]);
        assert_eq!(property(&path), [Segment::from("Q"), Segment::from("DelaySeconds")]);
    }

    #[test]
    fn what_says_it_better_may_be_said_better_itself() {
        static RULES: [Rule; 3] = [Rule::error("E1", "worst"), Rule::error("E2", "better"), Rule::error("E3", "best")];
        let mut findings = Findings::default();
        findings.extend(RULES.iter().map(|rule| Finding::new(rule, Path(vec!["Q".into()]), "")));
        supersede(&mut findings, [("E2", "E1", Scope::Value), ("E3", "E2", Scope::Value)]);
        let found: Vec<_> = findings.iter().map(|one| (one.rule.code, one.causes.len())).collect();
        assert_eq!(found, [("E3", 2)]);
    }

    #[test]
    fn the_better_of_two_at_one_property() {
        static BETTER: Rule = Rule::error("AL1", "better");
        static OTHER: Rule = Rule::error("E1", "other");
        let at = |rule, steps: &[&str]| {
            let steps = ["Resources"].iter().chain(steps);
            Finding::new(rule, Path(steps.map(|step| (*step).into()).collect()), "")
        };
        let check = |scope, expected: &[(&str, &str, usize)]| {
            let mut findings = Findings::default();
            let others = [&["Q", "Fn::If", "D"][..], &["Q", "E"], &["R", "D"]].map(|steps| at(&OTHER, steps));
            findings.extend(others.into_iter().chain([at(&BETTER, &["Q", "D"])]));
            supersede(&mut findings, [("AL1", "E1", scope)]);
            let found: Vec<_> =
                findings.iter().map(|one| (one.rule.code, one.path.to_string(), one.causes.len())).collect();
            let found: Vec<_> = found.iter().map(|(code, path, causes)| (*code, path.as_str(), *causes)).collect();
            assert_eq!(found, expected);
        };
        let of_property = [("E1", "Resources/Q/E", 0), ("E1", "Resources/R/D", 0), ("AL1", "Resources/Q/D", 1)];
        check(Scope::Property, &of_property);
        check(
            Scope::Value,
            &[
                ("E1", "Resources/Q/Fn::If/D", 0),
                ("E1", "Resources/Q/E", 0),
                ("E1", "Resources/R/D", 0),
                ("AL1", "Resources/Q/D", 0),
            ],
        );
        check(
            Scope::Call,
            &[
                ("E1", "Resources/Q/Fn::If/D", 0),
                ("E1", "Resources/Q/E", 0),
                ("E1", "Resources/R/D", 0),
                ("AL1", "Resources/Q/D", 0),
            ],
        );
        check(Scope::Resource, &[("E1", "Resources/R/D", 0), ("AL1", "Resources/Q/D", 2)]);
        let of_value = [
            ("E1", "Resources/Q/Fn::If/D", 0),
            ("E1", "Resources/Q/E", 0),
            ("E1", "Resources/R/D", 0),
            ("AL1", "Resources/Q/D", 0),
        ];
        check(Scope::Value, &of_value);
    }

    #[test]
    fn the_last_of_a_chain_remains() {
        static FIRST: Rule = Rule::error("AL1", "first");
        static SECOND: Rule = Rule::error("E1", "second");
        static THIRD: Rule = Rule::error("E2", "third");
        let value = Path(vec!["Q".into(), "D".into()]);
        let orders = [[&FIRST, &SECOND, &THIRD], [&THIRD, &SECOND, &FIRST], [&SECOND, &THIRD, &FIRST]];
        for order in orders {
            let mut findings = Findings::default();
            let place = |rule: &Rule| if rule.code == "E2" { value.join("Fn::Unknown") } else { value.clone() };
            findings.extend(order.map(|rule| Finding::new(rule, place(rule), "")));
            let pairs = [("AL1", "E1", Scope::Value), ("E1", "E2", Scope::Value)];
            supersede(&mut findings, pairs);
            let found: Vec<_> = findings.iter().map(|one| (one.rule.code, one.causes.len())).collect();
            assert_eq!(found, [("AL1", 2)]);
        }
    }

    #[test]
    fn the_calls_around_a_mistake() {
        static ARGUMENT: Rule = Rule::error("E1", "argument");
        static RESULT: Rule = Rule::warning("W1", "result");
        let join = Path(vec!["Q".into(), "Fn::Join".into()]);
        let inner = join.join(1).join(0).join("Fn::Sub");
        let check = |better: &Path, other: &Path, expected: usize| {
            let mut findings = Findings::default();
            findings.extend([Finding::new(&RESULT, other.clone(), ""), Finding::new(&ARGUMENT, better.clone(), "")]);
            supersede(&mut findings, [("E1", "W1", Scope::Call)]);
            assert_eq!(findings.len(), expected, "{better} {other}");
        };
        check(&inner, &join, 1);
        check(&inner.join(1), &inner, 1);
        check(&inner, &inner.join(1).join("Name"), 1);
        check(&join, &inner, 2);
        check(&join.join(1).join(1).join("Ref"), &inner, 2);
    }
}
