//! The values that a node can have, and when it has each of them.
//!
//! Nothing else follows a condition, a parameter or a mapping, so that all rules get the same answers:
//!
//! | node | values |
//! |---|---|
//! | `Fn::If` | each branch whose condition can be so, under that fact |
//! | `Fn::If` of an undefined condition, or a malformed one | unknown |
//! | `AWS::NoValue` | none |
//! | a parameter | its `AllowedValues`, or else its limits and its default, under the fact that it has the value |
//! | a parameter of the Systems Manager, or one without a value | unknown |
//! | a pseudo parameter | a value as in one stack in us-east-1; as a key of a mapping, each key that it can be |
//! | `Fn::FindInMap` | the entries that its keys lead to |
//! | another function | what [`results`] computes; unknown where an argument is |
//!
//! There are three questions. [`Value::get`] and [`branches`] follow conditions only. [`settled`] follows parameters to
//! what a template is deployed with, and mappings. [`results`] computes every function.

mod choice;
mod mappings;
mod parameters;
mod results;

use cfn_model::{Function, Node, Path, Segment};

use super::{
    conditions::Fact,
    context::{Context, PSEUDO_PARAMETERS},
};

pub(crate) use choice::{Choice, conditions_of, if_arguments, under};
pub(crate) use mappings::missing_keys;
pub(crate) use parameters::{plain, settled};
pub(crate) use results::results;

/// How many values one look-up gives.
const MOST: usize = 256;
/// How much work it is to look for a scenario with values of parameters in it.
const SEARCH: usize = 128;

/// A step of a path below the properties of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'d> {
    Key(&'d str),
    Index(usize),
}

/// A value and when it is there: a node of the template, nothing, or what a function results in.
#[derive(Clone, Debug)]
pub(crate) struct Value<'d, N = Option<&'d Node>> {
    pub(crate) node: N,
    /// The way to it from where the look-up began. What a function results in has none.
    pub(crate) steps: Vec<Step<'d>>,
    pub(crate) facts: Vec<Fact<'d>>,
}

/// What to do with a value that is unknown because a function decides what there is on the way to it.
#[derive(Clone, Copy, Debug)]
enum Unknown<'d> {
    LeaveOut,
    Is(&'d Node),
}

/// A look-up under way.
struct Search<'s, 'd> {
    context: &'s Context<'s>,
    unknown: Unknown<'d>,
    most: usize,
    found: Vec<Value<'d>>,
    /// Whether there was more than `most`.
    is_cut: bool,
}

/// The values of a node, conditions followed; `None` where there are more than `most`. Values that nobody
/// knows are `unknown`.
pub(crate) fn branches<'d>(
    context: &Context<'_>,
    value: Value<'d>,
    path: &[&'d str],
    unknown: &'d Node,
    most: usize,
) -> Option<Vec<Value<'d>>> {
    let mut search = Search { context, unknown: Unknown::Is(unknown), most, found: Vec::new(), is_cut: false };
    search.follow(value, path);
    (!search.is_cut).then_some(search.found)
}

/// Whether all these facts can hold at once. "Perhaps" counts as yes.
pub(crate) fn possible(context: &Context<'_>, facts: &[&[Fact<'_>]]) -> bool {
    let facts: Vec<Fact<'_>> = facts.iter().copied().flatten().cloned().collect();
    let is_condition = |fact: &Fact<'_>| matches!(fact, Fact::Condition(..));
    // What takes too much work is left alone.
    let has_both = facts.iter().any(is_condition) && !facts.iter().all(is_condition);
    match has_both {
        true => {
            let conditions: Vec<_> = facts.iter().filter(|fact| is_condition(fact)).cloned().collect();
            context.conditions.satisfiable(&conditions) && context.spend(SEARCH) && results::possible(context, &facts)
        }
        false => context.conditions.satisfiable(&facts),
    }
}

impl<'d> Search<'_, 'd> {
    fn push(&mut self, value: Value<'d>) {
        match self.found.len() < self.most {
            true => self.found.push(value),
            false => self.is_cut = true,
        }
    }

    fn follow(&mut self, value: Value<'d>, path: &[&'d str]) {
        let Some(node) = value.node.filter(|_| !self.is_cut) else { return self.push(value) };
        match Choice::of(self.context, node) {
            Choice::Nothing => {
                let steps = [&value.steps[..], &[Step::Key(Function::Ref.name())]].concat();
                self.push(Value { node: None, steps, ..value });
            }
            Choice::Either(id, branches) => {
                for (index, (branch, holds)) in (1..).zip(branches.into_iter().zip([true, false])) {
                    let facts = [&value.facts[..], &[Fact::Condition(id, holds)]].concat();
                    if possible(self.context, &[&facts]) {
                        let steps = [&value.steps[..], &[Step::Key(Function::If.name()), Step::Index(index)]].concat();
                        self.follow(Value { node: Some(branch), steps, facts }, path);
                    }
                }
            }
            Choice::Unknown => self.unknown(value, path),
            Choice::None => self.below(value, node, path),
        }
    }

    fn below(&mut self, value: Value<'d>, node: &'d Node, path: &[&'d str]) {
        let with = |step, node| Value { node, steps: [&value.steps[..], &[step]].concat(), facts: value.facts.clone() };
        match (path, node) {
            ([], _) => self.push(value),
            _ if Function::call(node).is_some() => self.unknown(value, path),
            (["*", rest @ ..], Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.follow(with(Step::Index(index), Some(item)), rest);
                }
            }
            ([name, rest @ ..], Node::Object(object)) => {
                self.follow(with(Step::Key(name), object.get(*name)), rest);
            }
            _ => match self.unknown {
                Unknown::LeaveOut => self.push(Value { node: None, ..value }),
                Unknown::Is(_) => self.unknown(value, path),
            },
        }
    }

    fn unknown(&mut self, value: Value<'d>, path: &[&'d str]) {
        match self.unknown {
            Unknown::Is(unknown) => self.push(Value { node: Some(unknown), ..value }),
            Unknown::LeaveOut if path.is_empty() => self.push(value),
            Unknown::LeaveOut => {}
        }
    }
}

impl<'d, N> Value<'d, N> {
    /// A value where the facts hold.
    pub(crate) fn new(node: N, facts: Vec<Fact<'d>>) -> Value<'d, N> {
        Value { node, steps: Vec::new(), facts }
    }

    /// Whether somebody may choose another value of a parameter, so that it is not there.
    pub(crate) fn is_chosen(&self) -> bool {
        self.facts.iter().any(|fact| matches!(fact, Fact::Parameter(..)))
    }

    /// The values of parameters that lead to it, for a reader.
    pub(crate) fn choice(&self) -> Option<String> {
        let each: Vec<String> = self.facts.iter().filter_map(Fact::choice).collect();
        (!each.is_empty()).then(|| format!("it does when {}", each.join(" and ")))
    }
}

impl<'d> Value<'d> {
    /// Every value at a path, whose names are joined by `/`; `*` is every member of a list. What a function other than
    /// `Fn::If` decides on the way is left out.
    pub(crate) fn get(&self, context: &Context<'_>, path: &'d str) -> Vec<Value<'d>> {
        let path: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let mut search = Search { context, unknown: Unknown::LeaveOut, most: MOST, found: Vec::new(), is_cut: false };
        search.follow(self.clone(), &path);
        search.found
    }

    /// The first value that is there; otherwise, one that is not.
    pub(crate) fn first(&self, context: &Context<'_>, path: &'d str) -> Value<'d> {
        let mut found = self.get(context, path);
        let position = found.iter().position(|value| value.node.is_some()).unwrap_or(0);
        match position < found.len() {
            true => found.swap_remove(position),
            false => Value { node: None, steps: self.steps.clone(), facts: self.facts.clone() },
        }
    }

    /// The string, where it is one and not a call.
    pub(crate) fn text(&self) -> Option<&'d str> {
        self.node?.as_str()
    }

    /// The number, or the number in the string.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.node? {
            Node::Number(number) => Some(number.as_f64()),
            Node::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The boolean, or the one in the string; `default` where nothing is.
    pub(crate) fn boolean(&self, default: bool) -> Option<bool> {
        match self.node {
            None => Some(default),
            Some(Node::Bool(value)) => Some(*value),
            Some(Node::String(text)) if text.eq_ignore_ascii_case("true") => Some(true),
            Some(Node::String(text)) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Whether a function decides what it is.
    pub(crate) fn is_call(&self) -> bool {
        self.node.is_some_and(|node| Function::call(node).is_some())
    }

    /// The resource that it names with `Ref` or `Fn::GetAtt`.
    pub(crate) fn resource(&self) -> Option<&'d str> {
        match Function::call(self.node?)? {
            (Function::Ref, Node::String(name)) => Some(name),
            (Function::GetAtt, Node::String(name)) => name.split('.').next(),
            (Function::GetAtt, Node::Array(parts)) => parts.first()?.as_str(),
            _ => None,
        }
    }
}

/// The path of a step below the properties of a resource.
pub(crate) fn path(id: &str, steps: &[Step<'_>]) -> Path {
    let mut segments = vec![Segment::from("Resources"), Segment::from(id), Segment::from("Properties")];
    segments.extend(steps.iter().map(|step| match step {
        Step::Key(key) => Segment::from(*key),
        Step::Index(index) => Segment::from(*index),
    }));
    Path(segments)
}

/// Whether a node is `Ref: AWS::NoValue`.
pub(crate) fn is_no_value(node: &Node) -> bool {
    matches!(Function::call(node), Some((Function::Ref, Node::String(name))) if name == "AWS::NoValue")
}

/// Whether CloudFormation replaces this string, or somebody forgot a `Ref`.
pub(crate) fn is_replaced_later(text: &str) -> bool {
    match text.as_bytes() {
        [b'A', b'W', b'S', b':', ..] => PSEUDO_PARAMETERS.contains(&text),
        _ => text.contains("{{") && text.contains("resolve"),
    }
}
