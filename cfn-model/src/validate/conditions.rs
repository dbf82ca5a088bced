//! Which conditions can hold at once.
//!
//! A condition is a formula over comparisons. Comparisons of the same thing with different texts exclude each
//! other, and a parameter with `AllowedValues` is always one of them. Everything else that is compared is free.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use indexmap::IndexMap;

use super::text;
use crate::{Function, KeyHash, Node, Object};

/// How many scenarios of one object are looked at; with more, what depends on them is unknown.
const MOST_SCENARIOS: usize = 64;
/// How many evaluations one question may take before the answer is "perhaps".
const MOST_STEPS: usize = 512;
/// How many evaluations all questions of a run may take together.
const MOST_STEPS_IN_ALL: usize = 100_000;

/// The number of a condition.
pub(super) type ConditionId = u32;
/// A condition and its value.
pub(super) type Fact = (ConditionId, bool);

/// The section `Conditions`, as formulas.
#[derive(Debug, Default)]
pub(super) struct Conditions<'d> {
    formulas: IndexMap<&'d str, Formula, KeyHash>,
    /// The conditions, each after those that it names.
    order: Vec<ConditionId>,
    /// What is compared with texts, in its canonical form.
    variables: IndexMap<String, Variable>,
    steps: Cell<usize>,
    answers: RefCell<HashMap<(Literals, Vec<Fact>), bool>>,
    /// The last answer of [`Conditions::scenarios`]: all parts of a schema ask the same of a value.
    last: RefCell<Scenarios>,
}

/// The ways in which the wanted conditions can turn out when the known facts hold.
#[derive(Debug, Default)]
struct Scenarios {
    wanted: Vec<ConditionId>,
    known: Vec<Fact>,
    found: Option<Rc<[Vec<Fact>]>>,
}

/// Whether a comparison of two texts is what it is, or a placeholder that somebody will change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Literals {
    Fixed,
    Free,
}

/// Something that is compared with texts.
#[derive(Debug)]
struct Variable {
    /// What two texts that are compared with each other give.
    literal: Option<bool>,
    texts: Vec<String>,
    allowed: Option<Vec<String>>,
    choices: Vec<usize>,
}

#[derive(Debug)]
enum Formula {
    /// The variable is its text with this number.
    Is(usize, usize),
    Named(ConditionId),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl<'d> Conditions<'d> {
    /// Reads the section. What cannot be understood is free: it may hold or not.
    pub(super) fn new(section: Option<&'d Object>, parameters: Option<&Object>) -> Conditions<'d> {
        let Some(section) = section else { return Conditions::default() };
        let mut reader = Reader { section, parameters, variables: IndexMap::new(), free: 0 };
        let formulas: IndexMap<&str, Formula, KeyHash> =
            section.iter().map(|(name, node)| (name.as_str(), reader.formula(node, 0))).collect();
        let mut variables = reader.variables;
        variables.values_mut().for_each(Variable::settle);
        let mut conditions = Conditions { formulas, variables, ..Conditions::default() };
        conditions.sort();
        conditions
    }

    /// The number of a condition.
    pub(super) fn id(&self, name: &str) -> Option<ConditionId> {
        self.formulas.get_index_of(name).map(|index| index as ConditionId)
    }

    /// The names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'d str> {
        self.formulas.keys().copied()
    }

    /// The name of a condition.
    pub(super) fn name(&self, id: ConditionId) -> &'d str {
        self.formulas.get_index(id as usize).map_or("", |(name, _)| name)
    }

    /// Puts every condition after those that it names; one that names itself, however far around, becomes free.
    fn sort(&mut self) {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; self.formulas.len()];
        let mut order = Vec::with_capacity(self.formulas.len());
        let mut circular = Vec::new();
        for start in 0..self.formulas.len() {
            let mut stack = vec![(start, false)];
            while let Some((id, leaving)) = stack.pop() {
                if leaving {
                    marks[id] = Mark::Done;
                    order.push(id as ConditionId);
                } else if marks[id] == Mark::New {
                    marks[id] = Mark::Open;
                    stack.push((id, true));
                    self.formulas[id].named(&mut |other| match marks[other as usize] {
                        Mark::New => stack.push((other as usize, false)),
                        Mark::Open => circular.push(other),
                        Mark::Done => {}
                    });
                }
            }
        }
        for id in circular {
            let texts = vec![String::new()];
            let variable = Variable { literal: None, texts, allowed: None, choices: vec![0, 1] };
            let (index, _) = self.variables.insert_full(format!("circular {id}"), variable);
            self.formulas[id as usize] = Formula::Is(index, 0);
        }
        self.order = order;
    }

    /// Whether the facts can all be true at once. "Perhaps" counts as yes.
    pub(super) fn satisfiable(&self, facts: &[Fact]) -> bool {
        self.possible(facts, Literals::Fixed)
    }

    /// Whether the facts could all be true at once if no condition compared a text with a text.
    pub(super) fn imaginable(&self, facts: &[Fact]) -> bool {
        self.possible(facts, Literals::Free)
    }

    /// Whether the facts can all be true where parameters have these values.
    pub(super) fn satisfiable_with(&self, facts: &[Fact], parameters: &[(String, String)]) -> bool {
        let choice = |(name, value): &(String, String)| {
            let reference = Object::from_iter([(Function::Ref.name().to_owned(), Node::String(name.clone()))]);
            let (index, _, variable) = self.variables.get_full(&text::canonical(&Node::Object(reference)))?;
            let text = variable.texts.iter().position(|text| text == value);
            Some((index, text.unwrap_or(variable.texts.len())))
        };
        let chosen: HashMap<usize, usize> = match facts.is_empty() {
            true => HashMap::new(),
            false => parameters.iter().filter_map(choice).collect(),
        };
        match chosen.is_empty() {
            true => self.satisfiable(facts),
            false => self.search(facts, Literals::Fixed, chosen),
        }
    }

    fn possible(&self, facts: &[Fact], literals: Literals) -> bool {
        let mut facts = facts.to_vec();
        facts.sort_unstable();
        facts.dedup();
        if facts.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return false;
        }
        if facts.is_empty() {
            return true;
        }
        let question = (literals, facts);
        if let Some(answer) = self.answers.borrow().get(&question) {
            return *answer;
        }
        let facts = &question.1;
        let answer = self.search(facts, literals, HashMap::new());
        self.answers.borrow_mut().insert(question, answer);
        answer
    }

    fn search(&self, facts: &[Fact], literals: Literals, chosen: HashMap<usize, usize>) -> bool {
        let mut relevant = vec![false; self.formulas.len()];
        facts.iter().for_each(|(id, _)| relevant[*id as usize] = true);
        let mut variables = Vec::new();
        for id in self.order.iter().rev().filter(|id| relevant[**id as usize]).copied().collect::<Vec<_>>() {
            self.mark(id, &mut relevant);
        }
        for id in &self.order {
            if relevant[*id as usize] {
                self.formulas[*id as usize].variables(&mut variables);
            }
        }
        variables.sort_unstable();
        variables.dedup();
        let order: Vec<ConditionId> = self.order.iter().copied().filter(|id| relevant[*id as usize]).collect();
        variables.retain(|variable| !chosen.contains_key(variable));
        let mut search = Search { conditions: self, literals, order, facts, chosen, steps: 0 };
        let answer = search.run(&variables);
        self.steps.set(self.steps.get() + search.steps);
        answer
    }

    fn mark(&self, id: ConditionId, relevant: &mut [bool]) {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            self.formulas[id as usize].named(&mut |other| {
                if !std::mem::replace(&mut relevant[other as usize], true) {
                    stack.push(other);
                }
            });
        }
    }

    /// All ways in which the wanted conditions can turn out when the known facts hold; `None` when there are too
    /// many.
    pub(super) fn scenarios(&self, wanted: &[ConditionId], known: &[Fact]) -> Option<Rc<[Vec<Fact>]>> {
        let last = self.last.borrow();
        if last.found.is_some() && last.wanted == wanted && last.known == known {
            return last.found.clone();
        }
        drop(last);
        let mut scenarios = Vec::new();
        let mut facts = known.to_vec();
        let found = self.branch(wanted, &mut facts, known.len(), &mut scenarios).then(|| Rc::from(scenarios));
        self.last.replace(Scenarios { wanted: wanted.to_vec(), known: known.to_vec(), found: found.clone() });
        found
    }

    fn branch(&self, wanted: &[ConditionId], facts: &mut Vec<Fact>, known: usize, out: &mut Vec<Vec<Fact>>) -> bool {
        let Some((first, rest)) = wanted.split_first() else {
            out.push(facts[known..].to_vec());
            return out.len() <= MOST_SCENARIOS;
        };
        for value in [true, false] {
            facts.push((*first, value));
            let possible = self.satisfiable(facts);
            let within = !possible || self.branch(rest, facts, known, out);
            facts.pop();
            if !within {
                return false;
            }
        }
        true
    }
}

struct Search<'s, 'd> {
    conditions: &'s Conditions<'d>,
    literals: Literals,
    order: Vec<ConditionId>,
    facts: &'s [Fact],
    chosen: HashMap<usize, usize>,
    steps: usize,
}

impl Search<'_, '_> {
    fn run(&mut self, variables: &[usize]) -> bool {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.conditions.steps.get() + self.steps > MOST_STEPS_IN_ALL {
            return true;
        }
        match self.consistent() {
            Some(answer) => answer,
            None => match variables.split_first() {
                None => true,
                Some((variable, rest)) => {
                    for choice in self.conditions.variables[*variable].choices(self.literals) {
                        self.chosen.insert(*variable, *choice);
                        if self.run(rest) {
                            return true;
                        }
                    }
                    self.chosen.remove(variable);
                    false
                }
            },
        }
    }

    /// Whether all facts hold, one does not, or nobody knows yet.
    fn consistent(&self) -> Option<bool> {
        let mut values: Vec<Option<bool>> = vec![None; self.conditions.formulas.len()];
        for id in &self.order {
            values[*id as usize] = self.conditions.formulas[*id as usize].value(&values, &self.chosen);
        }
        let mut all = Some(true);
        for (id, wanted) in self.facts {
            match values[*id as usize] {
                Some(value) if value != *wanted => return Some(false),
                Some(_) => {}
                None => all = None,
            }
        }
        all
    }
}

impl Variable {
    fn choices(&self, literals: Literals) -> &[usize] {
        match (self.literal, literals) {
            (Some(true), Literals::Fixed) => &[0],
            (Some(false), Literals::Fixed) => &[1],
            (Some(_), Literals::Free) => &[0, 1],
            (None, _) => &self.choices,
        }
    }

    fn settle(&mut self) {
        let allowed = self.allowed.as_deref();
        let listed = |text: &String| allowed.is_none_or(|allowed| allowed.contains(text));
        self.choices = (0..self.texts.len()).filter(|index| listed(&self.texts[*index])).collect();
        if allowed.is_none_or(|allowed| allowed.iter().any(|text| !self.texts.contains(text))) {
            self.choices.push(self.texts.len());
        }
    }
}

impl Formula {
    fn named(&self, visit: &mut dyn FnMut(ConditionId)) {
        match self {
            Formula::Is(..) => {}
            Formula::Named(id) => visit(*id),
            Formula::Not(inner) => inner.named(visit),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| part.named(visit)),
        }
    }

    fn variables(&self, out: &mut Vec<usize>) {
        match self {
            Formula::Named(_) => {}
            Formula::Is(variable, _) => out.push(*variable),
            Formula::Not(inner) => inner.variables(out),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| part.variables(out)),
        }
    }

    fn value(&self, named: &[Option<bool>], chosen: &HashMap<usize, usize>) -> Option<bool> {
        match self {
            Formula::Is(variable, text) => chosen.get(variable).map(|choice| choice == text),
            Formula::Named(id) => named[*id as usize],
            Formula::Not(inner) => inner.value(named, chosen).map(|value| !value),
            Formula::All(parts) => combine(parts, named, chosen, false),
            Formula::Any(parts) => combine(parts, named, chosen, true),
        }
    }
}

/// One part with the decisive value decides; otherwise all have to be known.
fn combine(parts: &[Formula], named: &[Option<bool>], chosen: &HashMap<usize, usize>, decisive: bool) -> Option<bool> {
    let mut result = Some(!decisive);
    for part in parts {
        match part.value(named, chosen) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

struct Reader<'r, 'd> {
    section: &'d Object,
    parameters: Option<&'r Object>,
    variables: IndexMap<String, Variable>,
    free: usize,
}

impl Reader<'_, '_> {
    fn formula(&mut self, node: &Node, depth: usize) -> Formula {
        // The readers allow 128 levels; a document made in Rust may be deeper.
        if depth > 128 {
            return self.free();
        }
        match Function::call(node) {
            Some((Function::Condition, name)) => match name.as_str().and_then(|name| self.section.get_index_of(name)) {
                Some(index) => Formula::Named(index as ConditionId),
                None => self.free(),
            },
            Some((Function::Not, Node::Array(parts))) if parts.len() == 1 => {
                Formula::Not(Box::new(self.formula(&parts[0], depth + 1)))
            }
            Some((Function::And, Node::Array(parts))) => {
                Formula::All(parts.iter().map(|part| self.formula(part, depth + 1)).collect())
            }
            Some((Function::Or, Node::Array(parts))) => {
                Formula::Any(parts.iter().map(|part| self.formula(part, depth + 1)).collect())
            }
            Some((Function::Equals, Node::Array(sides))) => match sides.as_slice() {
                [left, right] => self.equals(left, right),
                _ => self.free(),
            },
            _ => self.free(),
        }
    }

    fn equals(&mut self, left: &Node, right: &Node) -> Formula {
        match (text::scalar(left), text::scalar(right)) {
            (Some(left), Some(right)) => {
                let mut texts = [&*left, &*right];
                texts.sort_unstable();
                self.literal(texts.join(" = "), left == right)
            }
            (Some(text), None) => self.is(right, &text),
            (None, Some(text)) => self.is(left, &text),
            (None, None) => {
                let mut sides = [text::canonical(left), text::canonical(right)];
                sides.sort();
                match sides[0] == sides[1] {
                    true => self.literal(sides.join(" = "), true),
                    false => self.variable(sides.join(" = "), None, "true"),
                }
            }
        }
    }

    fn is(&mut self, what: &Node, value: &str) -> Formula {
        let allowed = match Function::call(what) {
            Some((Function::Ref, name)) => name.as_str().and_then(|name| self.allowed(name)),
            _ => None,
        };
        self.variable(text::canonical(what), allowed, value)
    }

    fn allowed(&self, parameter: &str) -> Option<Vec<String>> {
        let values = self.parameters?.get(parameter)?.get("AllowedValues")?.as_array()?;
        values.iter().map(|value| text::scalar(value).map(|text| text.into_owned())).collect()
    }

    fn variable(&mut self, key: String, allowed: Option<Vec<String>>, value: &str) -> Formula {
        let entry = self.variables.entry(key);
        let index = entry.index();
        let variable = entry.or_insert(Variable { literal: None, texts: Vec::new(), allowed, choices: Vec::new() });
        let text = variable.texts.iter().position(|text| text == value).unwrap_or_else(|| {
            variable.texts.push(value.to_owned());
            variable.texts.len() - 1
        });
        Formula::Is(index, text)
    }

    /// What does not depend on anything; the same text is the same everywhere.
    fn literal(&mut self, what: String, holds: bool) -> Formula {
        let key = format!("literal {what}");
        let texts = vec![String::new()];
        let variable = Variable { literal: Some(holds), texts, allowed: None, choices: Vec::new() };
        Formula::Is(self.variables.insert_full(key, variable).0, 0)
    }

    fn free(&mut self) -> Formula {
        self.free += 1;
        self.variable(format!("free {}", self.free), None, "")
    }
}
