//! The interpreter of schemas, which knows what an intrinsic function is.
//!
//! Every keyword answers [`Verdict::Valid`], [`Verdict::Invalid`] or, where a function decides,
//! [`Verdict::Unknown`]; only what is invalid is reported. An alternative with a function in it is unknown even when
//! something else in it is wrong: the value of the function may be what chooses the alternative. A keyword about a whole object or list, such as
//! `required` or `minItems`, is asked once for each way in which the conditions beneath can turn out.

mod arrays;
mod calls;
mod combinators;
mod conditional;
mod copied;
pub(crate) mod documents;
mod embedded;
mod extensions;
pub(crate) mod formats;
mod objects;
mod scalars;

use std::collections::HashMap;

use cfn_model::{Finding, Function, KeyHash, Node, Path, Rule};
use cfn_pattern::Pattern;
use cfn_schema::{Keyword, Schema};

use super::found::Findings;
use crate::{
    codes as rules,
    facts::{
        conditions::{ConditionId, Fact},
        context::Context,
        place::Place,
        values::is_replaced_later,
    },
};
use documents::action::{self, Actions};
use embedded::Embedded;

pub(crate) use calls::is_constrained;
pub(crate) use scalars::PACKAGED;

/// How many nodes may be visited in one run: a hundred times what the largest template needs.
const MOST_WORK: u64 = crate::limits::LIMITS.schema_work;

/// For how many texts of one pattern the answer is kept, and how long they may be.
const MOST_ANSWERS: usize = 256;
const LONGEST_ANSWERED: usize = 256;
/// To say what is wrong takes longer than to see it.
const WORK_OF_A_FINDING: u64 = 10;

/// What a keyword says of a value. The order is that of a conjunction: the last one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Valid,
    Invalid,
    Unknown,
}

/// What happens with what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is reported.
    Report,
    /// It is reported as the reason why an alternative does not fit; functions have no type here.
    Causes,
    /// Only the verdict counts.
    Probe,
}

/// The circumstances of a check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Env<'a> {
    mode: Mode,
    facts: Facts<'a>,
    /// The type of the resource.
    kind: &'a str,
    /// The document inside of a property, where the check has come to one.
    embedded: Option<Embedded<'a>>,
    /// What everything that is found breaks, where it is not for the keyword to say.
    rule: Option<&'static Rule>,
    /// The object or list of whose members the facts say which are there.
    settled: Option<&'a Node>,
}

/// What is known of the conditions here, as a list that lives on the stack.
#[derive(Clone, Copy, Debug, Default)]
struct Facts<'a> {
    outer: Option<&'a Facts<'a>>,
    inner: &'a [Fact<'a>],
}

/// Where a value stands, and where keywords about the whole of it are reported.
///
/// The two differ below an `Fn::If`: what is wrong with a list as a whole is said of the `Fn::If`.
#[derive(Clone, Copy, Debug)]
struct At<'a> {
    place: &'a Place<'a>,
    whole: &'a Place<'a>,
}

/// A run of the interpreter over a template.
#[derive(Debug)]
pub(crate) struct Checker<'c> {
    context: &'c Context<'c>,
    /// The rule with a code.
    rule_of: fn(&str) -> Option<&'static Rule>,
    /// The patterns that were needed so far, by address: those of the schemas are static.
    patterns: HashMap<usize, Compiled>,
    actions: Actions,
    findings: Findings,
    work: u64,
    /// How many values documents in texts had so far.
    embedded: usize,
}

/// A pattern, and what it said of texts: templates repeat themselves.
#[derive(Debug)]
struct Compiled {
    /// `None` where it is none.
    pattern: Option<Pattern>,
    answers: HashMap<String, bool, KeyHash>,
}

impl Verdict {
    fn and(self, other: Verdict) -> Verdict {
        self.max(other)
    }
}

impl<'a> Env<'a> {
    /// Reports what is found in a resource of this type, where the facts hold.
    pub(crate) fn report(kind: &'a str, facts: &'a [Fact<'a>]) -> Env<'a> {
        let facts = Facts { outer: None, inner: facts };
        Env { mode: Mode::Report, facts, kind, embedded: None, rule: None, settled: None }
    }

    /// Reports what is found where functions have no type yet, as in `Globals`.
    pub(crate) fn causes() -> Env<'a> {
        let facts = Facts::default();
        Env { mode: Mode::Causes, facts, kind: "", embedded: None, rule: None, settled: None }
    }

    /// Whether nothing can be a function here.
    fn is_text(self) -> bool {
        self.embedded.is_some_and(|embedded| embedded.is_text)
    }

    fn with_mode(self, mode: Mode) -> Env<'a> {
        Env { mode, ..self }
    }

    /// Inside of an alternative: nothing is reported if nothing was before.
    fn probe(self) -> Env<'a> {
        self.with_mode(Mode::Probe)
    }
}

impl<'a> Facts<'a> {
    fn get(&self, id: ConditionId) -> Option<bool> {
        let here = self.inner.iter().rev().find_map(|fact| fact.holds(id));
        here.or_else(|| self.outer?.get(id))
    }

    fn all(&self) -> Vec<Fact<'a>> {
        let mut all = self.outer.map(Facts::all).unwrap_or_default();
        all.extend_from_slice(self.inner);
        all
    }
}

impl<'a> At<'a> {
    fn new(place: &'a Place<'a>) -> At<'a> {
        At { place, whole: place }
    }
}

impl<'c> Checker<'c> {
    pub(crate) fn new(context: &'c Context<'c>, rule_of: fn(&str) -> Option<&'static Rule>) -> Checker<'c> {
        Checker {
            context,
            rule_of,
            patterns: HashMap::new(),
            actions: Actions::default(),
            findings: Findings::default(),
            work: 0,
            embedded: 0,
        }
    }

    /// Checks a value and keeps what is found.
    pub(crate) fn run(&mut self, schema: Schema, node: &Node, place: &Place<'_>, env: Env<'_>) {
        self.check(schema, node, At::new(place), env);
    }

    /// What was found since the last call.
    pub(crate) fn take(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    /// How many nodes were visited.
    pub(crate) fn work(&self) -> u64 {
        self.work
    }

    /// Whether the limit was reached, so that the rest was not looked at.
    pub(crate) fn gave_up(&self) -> bool {
        self.work > MOST_WORK || self.actions.gave_up()
    }

    /// Notes what was not looked at.
    pub(crate) fn note_what_was_too_much(&self) {
        let note = |what: &str, most: u64| {
            self.context.too_much(Path::default(), format!("{what} take more than {most} steps"));
        };
        if self.work > MOST_WORK {
            note("the properties of all resources", MOST_WORK);
        }
        if self.actions.gave_up() {
            note("the patterns of actions", action::MOST_STEPS);
        }
    }

    fn check(&mut self, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        if schema.is_true() {
            return Verdict::Valid;
        }
        self.work += 1;
        if self.gave_up() {
            return Verdict::Unknown;
        }
        match node {
            // CloudFormation has no null, which the structure checks say; what is meant by it nobody knows.
            Node::Null if env.embedded.is_some() || (env.mode != Mode::Report && env.rule.is_none()) => {
                Verdict::Unknown
            }
            Node::String(text) if is_replaced_later(text) && env.rule.is_none() => Verdict::Valid,
            Node::String(text) if is_replaced_later(text) || env.is_substituted(text) => Verdict::Unknown,
            Node::Object(object) if object.len() == 1 && !env.is_text() => match value_of_call(node) {
                Some((function, argument)) => self.call(schema, node, function, argument, at, env),
                None => self.plain(schema, node, at, env),
            },
            _ => self.plain(schema, node, at, env),
        }
    }

    /// Checks a value that is no function itself.
    fn plain(&mut self, schema: Schema, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        if env.settled.is_some_and(|settled| std::ptr::eq(settled, node)) {
            return self.scenario(schema, node, at, env);
        }
        if !env.is_text() && conditional::is_conditional(node) {
            return self.scenarios(schema, node, at, env);
        }
        self.keywords(schema, node, at, env, |_| true)
    }

    fn keywords(
        &mut self,
        schema: Schema,
        node: &Node,
        at: At<'_>,
        env: Env<'_>,
        wanted: impl Fn(&Keyword) -> bool,
    ) -> Verdict {
        let keywords = || schema.keywords().filter(|keyword| wanted(keyword));
        // One rule reports all of a document, and cannot supersede itself: a value of the wrong type is reported as that.
        if env.embedded.is_some()
            && let Some(types) = keywords().find(|keyword| matches!(keyword, Keyword::Type(_)))
            && self.keyword(schema, &types, node, at, env) == Verdict::Invalid
        {
            return Verdict::Invalid;
        }
        let mut verdict = Verdict::Valid;
        for keyword in keywords() {
            verdict = verdict.and(self.keyword(schema, &keyword, node, at, env));
            if verdict == Verdict::Unknown && env.mode == Mode::Probe {
                break;
            }
        }
        verdict
    }

    fn keyword(&mut self, schema: Schema, keyword: &Keyword, node: &Node, at: At<'_>, env: Env<'_>) -> Verdict {
        match (keyword, node) {
            (Keyword::False, _) => self.fail(env, || finding(&rules::E3002, at.place, "is not allowed here", node)),
            (Keyword::Type(types), _) => self.types(*types, node, at, env),
            (Keyword::Enum(values), _) => self.enumeration(*values, false, node, at, env),
            (Keyword::EnumCaseInsensitive(values), _) => self.enumeration(*values, true, node, at, env),
            (Keyword::Const(value), _) => self.constant(*value, node, at, env),
            (Keyword::Pattern(pattern), _) => self.pattern(pattern, node, at, env),
            (Keyword::MinLength(_) | Keyword::MaxLength(_), Node::String(text)) => {
                self.length(schema, keyword, text, at, env)
            }
            (
                Keyword::Minimum(_)
                | Keyword::Maximum(_)
                | Keyword::ExclusiveMinimum(_)
                | Keyword::ExclusiveMaximum(_)
                | Keyword::MultipleOf(_),
                _,
            ) => self.range(keyword, node, at, env),
            (
                Keyword::Items(_)
                | Keyword::PrefixItems(_)
                | Keyword::MinItems(_)
                | Keyword::MaxItems(_)
                | Keyword::MaxUniqueItems(_)
                | Keyword::UniqueItems
                | Keyword::UniqueKeys(_),
                Node::Array(items),
            ) => self.array(schema, keyword, items, at, env),
            (
                Keyword::Properties(_)
                | Keyword::PatternProperties(_)
                | Keyword::AdditionalProperties(_)
                | Keyword::MinProperties(_)
                | Keyword::MaxProperties(_)
                | Keyword::Required(_)
                | Keyword::RequiredXor(_)
                | Keyword::RequiredOr(_)
                | Keyword::DependentRequired(_)
                | Keyword::DependentExcluded(_),
                Node::Object(object),
            ) => self.object(schema, keyword, object, at, env),
            (Keyword::DependentSchemas(map), Node::Object(object)) => self.dependent(*map, object, node, at, env),
            (Keyword::AnyOf(all), _) => self.any_of(*all, node, at, env),
            (Keyword::OneOf(all), _) => self.one_of(*all, node, at, env),
            (Keyword::AllOf(all), _) => {
                all.fold(Verdict::Valid, |verdict, inner| verdict.and(self.check(inner, node, At::new(at.place), env)))
            }
            (Keyword::Not(inner), _) => self.not(*inner, node, at, env),
            (Keyword::If(condition, then, otherwise), _) => {
                self.if_then_else([*condition, *then, *otherwise], node, at, env)
            }
            (Keyword::Ref(_, target), _) => self.check(*target, node, At::new(at.place), env),
            (Keyword::Document(code, schema), _) => self.document(code, *schema, node, at, env),
            (Keyword::Format(name), Node::String(text)) if formats::is_known(name) => {
                self.text_format(name, text, node, at, env)
            }
            (Keyword::Format(name), _) => self.format(name, node, at, env),
            (Keyword::Contains(inner), Node::Array(items)) => self.contains(*inner, items, at, env),
            (Keyword::PropertyNames(inner), Node::Object(object)) => self.property_names(*inner, object, at, env),
            // The rest says nothing about a value of this type.
            _ => Verdict::Valid,
        }
    }

    fn fail(&mut self, env: Env<'_>, make: impl FnOnce() -> Finding) -> Verdict {
        if env.mode != Mode::Probe {
            self.work += WORK_OF_A_FINDING;
            let mut finding = make();
            if let Some(rule) = env.embedded.map(|embedded| embedded.rule) {
                embedded::adopt(&mut finding, rule);
            }
            // A format is a rule of its own everywhere.
            if let Some(rule) = env.rule.filter(|_| !finding.rule.code.starts_with("E1")) {
                (finding.rule, finding.causes) = (rule, Vec::new());
            }
            self.findings.push(finding);
        }
        Verdict::Invalid
    }

    fn is_match(&mut self, pattern: &'static str, text: &str) -> bool {
        // The address of a static text tells it from every other.
        let compiled = self
            .patterns
            .entry(pattern.as_ptr() as usize)
            .or_insert_with(|| Compiled { pattern: Pattern::new(pattern).ok(), answers: HashMap::default() });
        let Some(pattern) = &compiled.pattern else { return true };
        if let Some(answer) = compiled.answers.get(text) {
            return *answer;
        }
        let answer = self.context.matches(pattern, text).unwrap_or(true);
        if text.len() <= LONGEST_ANSWERED && compiled.answers.len() < MOST_ANSWERS {
            compiled.answers.insert(text.to_owned(), answer);
        }
        answer
    }
}

/// The function that a property value calls. The functions of conditions and rules mean nothing there.
fn value_of_call(node: &Node) -> Option<(Function, &Node)> {
    Function::call(node).filter(|(function, _)| {
        !matches!(function, Function::Condition | Function::And | Function::Or | Function::Not | Function::Equals)
    })
}

/// "`Name` says, got value".
fn finding(rule: &'static Rule, place: &Place<'_>, says: &str, node: &Node) -> Finding {
    let actual = crate::facts::text::shown(node);
    Finding::new(rule, place.to_path(), format!("`{}` {says}, got {actual}", place.name())).actual(actual)
}
