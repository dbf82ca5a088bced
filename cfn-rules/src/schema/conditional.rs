//! Objects and lists with members under conditions.

use cfn_model::{Finding, Function, Node, Path};
use cfn_schema::{Keyword, Schema};
use indexmap::IndexMap;

use super::{At, Checker, Env, Facts, Mode, Verdict, combinators::is_out_of_question};
use crate::facts::{
    conditions::{ConditionId, Fact},
    values,
};

/// Whether a direct member of an object or a list is an `Fn::If` or `AWS::NoValue`.
pub(super) fn is_conditional(node: &Node) -> bool {
    let decides = |node: &Node| {
        matches!(node, Node::Object(object) if object.len() == 1 && match object.first() {
            Some((key, Node::Array(_))) => key == Function::If.name(),
            Some((key, Node::String(name))) => name == "AWS::NoValue" && key == Function::Ref.name(),
            _ => false,
        })
    };
    match node {
        Node::Array(items) => items.iter().any(decides),
        Node::Object(object) => object.values().any(decides),
        _ => false,
    }
}

impl Checker<'_> {
    /// The value under the facts; `None` for `AWS::NoValue` and for null.
    pub(super) fn resolve<'n>(&self, node: &'n Node, env: Env<'_>) -> Option<&'n Node> {
        values::under(self.context, node, &|id| env.facts.get(id)).filter(|node| !matches!(node, Node::Null))
    }

    /// The conditions that decide which direct members there are, as far as they are not known yet.
    fn conditions_of(&self, node: &Node, env: Env<'_>) -> Vec<ConditionId> {
        let mut ids = Vec::new();
        let mut gather = |node: &Node| {
            values::conditions_of(self.context, node, &|id| env.facts.get(id).is_some(), &mut ids);
        };
        match node {
            Node::Array(items) => items.iter().for_each(&mut gather),
            Node::Object(object) => object.values().for_each(&mut gather),
            _ => {}
        }
        ids
    }

    /// Checks an object or a list with conditional members: each member by itself, and the whole once for each
    /// scenario.
    pub(super) fn scenarios(&mut self, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let verdict = self.keywords(schema, node, at, env, |keyword| !is_about_the_whole(keyword));
        let stop = verdict == Verdict::Unknown && env.mode == Mode::Probe;
        let mut about_the_whole = schema.keywords().filter(is_about_the_whole);
        if stop || about_the_whole.all(|keyword| env.mode == Mode::Report && says_nothing(&keyword, node)) {
            return verdict;
        }
        let wanted = self.conditions_of(node, env);
        let Some(scenarios) = self.context.conditions.scenarios(&wanted, &env.facts.all()) else {
            return verdict.and(Verdict::Unknown);
        };
        let mut seen = [false; 3];
        let outside = std::mem::take(&mut self.findings);
        // Each finding, and the scenarios in which it is made.
        let mut found: IndexMap<(&str, Path, String), (Finding, Vec<usize>)> = IndexMap::new();
        for (index, scenario) in scenarios.iter().enumerate() {
            let facts = Facts { outer: Some(&env.facts), inner: scenario };
            let env = Env { facts, settled: Some(node), ..env };
            let verdict = self.keywords(schema, node, at, env, is_about_the_whole);
            seen[verdict as usize] = true;
            for finding in std::mem::take(&mut self.findings).into_kept() {
                let key = (finding.rule.code, finding.path.clone(), finding.message.clone());
                found.entry(key).or_insert_with(|| (finding, Vec::new())).1.push(index);
            }
        }
        self.findings = outside;
        for (mut finding, indices) in found.into_values() {
            if indices.len() < scenarios.len() {
                let when = self.common(indices.iter().map(|index| scenarios[*index].as_slice()));
                finding.message = under(&finding.message, &when);
            }
            self.findings.push(finding);
        }
        verdict.and(either(seen, env.mode))
    }

    /// What all of these scenarios have in common, or else the first of them, for a reader.
    fn common<'f>(&self, scenarios: impl Iterator<Item = &'f [Fact<'static>]> + Clone) -> String {
        let first = scenarios.clone().next().unwrap_or_default();
        let mut common: Vec<_> =
            first.iter().filter(|fact| scenarios.clone().all(|scenario| scenario.contains(fact))).collect();
        if common.is_empty() {
            common = first.iter().collect();
        }
        self.context.conditions.words(common)
    }

    /// Checks an object or a list whose members are known.
    pub(super) fn scenario(&mut self, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        let verdict = self.keywords(schema, node, at, env, |keyword| !is_about_the_whole(keyword));
        if verdict == Verdict::Unknown && env.mode == Mode::Probe {
            return verdict;
        }
        verdict.and(self.keywords(schema, node, at, env, is_about_the_whole))
    }

    /// Checks both branches of an `Fn::If`.
    pub(super) fn if_branches(
        &mut self,
        schema: Schema,
        (id, branches): (ConditionId, [&Node; 2]),
        at: At<'_>,
        env: Env<'_>,
    ) -> Verdict {
        let known = env.facts.get(id);
        let function = at.place.key(Function::If.name());
        let mut seen = [false; 3];
        for (position, branch) in branches.into_iter().enumerate() {
            let holds = position == 0;
            let is_dead = known == Some(!holds);
            // A branch that is never used is wrong all the same; what goes together is asked of values that can be there.
            if is_dead && (env.mode == Mode::Probe || env.rule.is_some()) {
                continue;
            }
            let place = function.index(position + 1);
            let fact = [Fact::Condition(id, holds)];
            let facts = Facts { outer: Some(&env.facts), inner: if is_dead { &[] } else { &fact } };
            // Where the conditions are chosen before, the branch replaces the `Fn::If`.
            let place = if env.rule.is_some() && known.is_some() { at.place } else { &place };
            let at = At { place, whole: at.whole };
            seen[self.check(schema, branch, at, Env { facts, ..env }) as usize] = true;
        }
        either(seen, env.mode)
    }
}

/// A message with the scenario in which the mistake is made.
fn under(message: &str, when: &str) -> String {
    const WHEN: &str = ", when ";
    match message.split_once(WHEN) {
        Some((message, inner)) => format!("{message}{WHEN}{when} and {inner}"),
        None => format!("{message}{WHEN}{when}"),
    }
}

/// The verdict on a value that differs between conditions: one mistake is a mistake. In
/// which alternative it is one is known, because what chooses the alternative is asked under each condition.
fn either(seen: [bool; 3], mode: Mode) -> Verdict {
    match seen {
        [_, true, false] => Verdict::Invalid,
        [_, true, true] if mode == Mode::Report => Verdict::Invalid,
        [_, false, false] => Verdict::Valid,
        _ => Verdict::Unknown,
    }
}

/// Whether a keyword has nothing to report in any scenario, as a glance shows.
fn says_nothing(keyword: &Keyword, node: &Node) -> bool {
    matches!(keyword, Keyword::If(condition, _, otherwise)
        if otherwise.is_true() && is_out_of_question(*condition, node))
}

/// Whether a keyword looks at which members there are, and not at each member by itself.
pub(super) fn is_about_the_whole(keyword: &Keyword) -> bool {
    matches!(
        keyword,
        Keyword::Required(_)
            | Keyword::RequiredXor(_)
            | Keyword::RequiredOr(_)
            | Keyword::DependentRequired(_)
            | Keyword::DependentExcluded(_)
            | Keyword::DependentSchemas(_)
            | Keyword::MinItems(_)
            | Keyword::MaxItems(_)
            | Keyword::MinProperties(_)
            | Keyword::MaxProperties(_)
            | Keyword::MaxUniqueItems(_)
            | Keyword::UniqueItems
            | Keyword::UniqueKeys(_)
            | Keyword::AnyOf(_)
            | Keyword::OneOf(_)
            | Keyword::Not(_)
            | Keyword::If(..)
    )
}
