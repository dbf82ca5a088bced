//! Which conditions can hold at once.
//!
//! A condition is a formula over comparisons. Comparisons of one value with different strings exclude each other, and a
//! parameter with `AllowedValues` is always one of them. Everything else that is compared is free.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use cfn_model::{Function, KeyHash, Node, Object};
use indexmap::{IndexMap, IndexSet};

use super::text;

pub(crate) use super::fact::{ConditionId, Fact};

/// How many scenarios of one object are looked at; with more, what depends on them is unknown.
const MOST_SCENARIOS: usize = crate::limits::LIMITS.scenarios;
/// How many evaluations one question may take before the answer is "perhaps".
const MOST_STEPS: usize = 512;
/// How many comparisons, and parts of conditions, all questions of a run may look at together. With more, every
/// answer is "perhaps".
const MOST_STEPS_IN_ALL: usize = crate::limits::LIMITS.condition_steps;

/// A condition and its value.
type Truth = (ConditionId, bool);

/// The section `Conditions`, as formulas.
#[derive(Debug, Default)]
pub(crate) struct Conditions<'d> {
    formulas: IndexMap<&'d str, Formula, KeyHash>,
    /// The conditions, each after those that it names.
    order: Vec<ConditionId>,
    /// One condition of each cycle of conditions.
    circular: Vec<ConditionId>,
    /// What is compared with texts, in its canonical form.
    variables: IndexMap<String, Variable<'d>>,
    /// How many parts each condition has.
    sizes: Vec<usize>,
    steps: Cell<usize>,
    answers: RefCell<HashMap<Vec<Truth>, bool, KeyHash>>,
    /// The last answer of [`Conditions::scenarios`]: all parts of a schema ask the same of a value.
    last: RefCell<Scenarios>,
    /// The same conditions in the other readings.
    others: Option<Box<[Conditions<'d>; 2]>>,
}

/// The ways in which the wanted conditions can turn out when the known facts hold.
#[derive(Debug, Default)]
struct Scenarios {
    wanted: Vec<ConditionId>,
    known: Vec<Truth>,
    found: Option<Rc<[Vec<Fact<'static>>]>>,
}

/// What is taken for granted of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Two strings are equal or not, and nothing equals two strings at once.
    Strict,
    /// Two strings that are compared are placeholders, which somebody will change.
    Draft,
    /// Whatever is compared may change: only a parameter with `AllowedValues` is bound to anything.
    Loose,
}

/// Something that is compared with texts.
#[derive(Debug)]
struct Variable<'d> {
    /// The value that is compared, if it is a single one.
    node: Option<&'d Node>,
    /// What two texts that are compared with each other give.
    literal: Option<bool>,
    texts: IndexSet<String>,
    allowed: Option<HashSet<String>>,
    choices: Vec<usize>,
}

#[derive(Debug)]
enum Formula {
    /// The variable is its string with this number.
    Is(usize, usize),
    Named(ConditionId),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl<'d> Conditions<'d> {
    /// Reads the section. What cannot be understood is free: it may hold or not.
    pub(crate) fn new(section: Option<&'d Object>, parameters: Option<&'d Object>) -> Conditions<'d> {
        let Some(section) = section else { return Conditions::default() };
        let read = |reading| Conditions::read(section, parameters, reading);
        let others = Some(Box::new([read(Reading::Draft), read(Reading::Loose)]));
        Conditions { others, ..read(Reading::Strict) }
    }

    fn read(section: &'d Object, parameters: Option<&'d Object>, reading: Reading) -> Conditions<'d> {
        let mut reader = Reader { section, parameters, reading, variables: IndexMap::new(), free: 0 };
        let formulas: IndexMap<&str, Formula, KeyHash> =
            section.iter().map(|(name, node)| (name.as_str(), reader.formula(node))).collect();
        let mut variables = reader.variables;
        variables.values_mut().for_each(|variable| variable.settle(reading));
        let mut conditions = Conditions { formulas, variables, ..Conditions::default() };
        conditions.sort();
        conditions.sizes = conditions.formulas.values().map(Formula::size).collect();
        conditions
    }

    /// The number of a condition.
    pub(crate) fn id(&self, name: &str) -> Option<ConditionId> {
        self.formulas.get_index_of(name).map(|index| index as ConditionId)
    }

    /// The names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'d str> {
        self.formulas.keys().copied()
    }

    /// The conditions that depend on themselves, one of each cycle.
    pub(crate) fn circular(&self) -> &[ConditionId] {
        &self.circular
    }

    /// The name of a condition.
    pub(crate) fn name(&self, id: ConditionId) -> &'d str {
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
        circular.sort_unstable();
        circular.dedup();
        for id in &circular {
            let texts = IndexSet::from([String::new()]);
            let variable = Variable { node: None, literal: None, texts, allowed: None, choices: vec![0, 1] };
            let (index, _) = self.variables.insert_full(format!("circular {id}"), variable);
            self.formulas[*id as usize] = Formula::Is(index, 0);
        }
        (self.order, self.circular) = (order, circular);
    }

    /// Whether the facts can all be true at once. "Perhaps" counts as yes. What conditions compare is not computed from
    /// values of parameters.
    pub(crate) fn satisfiable(&self, facts: &[Fact<'_>]) -> bool {
        self.satisfiable_with(facts, &|_| None)
    }

    /// Whether the facts could all be true at once if no condition compared a text with a text.
    pub(crate) fn imaginable(&self, facts: &[Fact<'_>]) -> bool {
        self.others.as_ref().is_none_or(|others| others[0].possible(truths(facts)))
    }

    /// Whether a fact cannot be true, whatever is compared: it contradicts itself.
    pub(crate) fn contradictory(&self, fact: &Fact<'_>) -> bool {
        self.others.as_ref().is_some_and(|others| !others[1].possible(truths(std::slice::from_ref(fact))))
    }

    /// [`Conditions::satisfiable`], where `compared` computes what a condition compares from the values of the parameters,
    /// as far as they are among the facts.
    pub(crate) fn satisfiable_with(&self, facts: &[Fact<'_>], compared: &dyn Fn(&Node) -> Option<String>) -> bool {
        let mut values: Vec<(&str, &str)> = Vec::new();
        for fact in facts {
            let Fact::Parameter(name, value) = fact else { continue };
            match values.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some(_) => return false,
                None => values.push((name, value)),
            }
        }
        let truths = truths(facts);
        if values.is_empty() || truths.is_empty() {
            return self.possible(truths);
        }
        let value = |node: &Node| match Function::call(node) {
            Some((Function::Ref, Node::String(name))) => {
                values.iter().find(|(known, _)| known == name).map(|(_, value)| (*value).to_owned())
            }
            _ => compared(node),
        };
        self.search(&truths, &|variable| {
            let value = value(variable.node?)?;
            Some(variable.texts.get_index_of(&value).unwrap_or(variable.texts.len()))
        })
    }

    fn possible(&self, mut facts: Vec<Truth>) -> bool {
        facts.sort_unstable();
        facts.dedup();
        if facts.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return false;
        }
        if facts.is_empty() {
            return true;
        }
        if let Some(answer) = self.answers.borrow().get(&facts) {
            return *answer;
        }
        let answer = self.search(&facts, &|_| None);
        self.answers.borrow_mut().insert(facts, answer);
        answer
    }

    /// Whether some answers were "perhaps" only because all questions together were too much work.
    pub(crate) fn gave_up(&self) -> bool {
        self.steps.get() > MOST_STEPS_IN_ALL
            || self.others.as_ref().is_some_and(|others| others.iter().any(Conditions::gave_up))
    }

    fn search(&self, facts: &[Truth], chosen: &dyn Fn(&Variable<'d>) -> Option<usize>) -> bool {
        if self.gave_up() {
            return true;
        }
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
        let chosen: HashMap<usize, usize, KeyHash> =
            variables.iter().filter_map(|index| Some((*index, chosen(&self.variables[*index])?))).collect();
        variables.retain(|variable| !chosen.contains_key(variable));
        let size: usize = order.iter().map(|id| self.sizes[*id as usize]).sum();
        self.steps.set(self.steps.get() + self.formulas.len() / 64);
        let mut search = Search { conditions: self, order, facts, chosen, steps: 0, size };
        search.run(&variables)
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

    /// The conditions among facts, for a reader: `` `Prod` is true and `Dev` is false ``, each once.
    pub(crate) fn words<'f, 'v: 'f>(&self, facts: impl IntoIterator<Item = &'f Fact<'v>>) -> String {
        let mut words: Vec<String> = Vec::new();
        for fact in facts {
            if let Fact::Condition(id, holds) = fact {
                let said = format!("`{}` is {holds}", self.name(*id));
                if !words.contains(&said) {
                    words.push(said);
                }
            }
        }
        words.join(" and ")
    }

    /// All ways in which the wanted conditions can turn out when the known facts hold; `None` when there are too
    /// many.
    pub(crate) fn scenarios(&self, wanted: &[ConditionId], known: &[Fact<'_>]) -> Option<Rc<[Vec<Fact<'static>>]>> {
        let known = truths(known);
        let last = self.last.borrow();
        if last.found.is_some() && last.wanted == wanted && last.known == known {
            return last.found.clone();
        }
        drop(last);
        let mut scenarios = Vec::new();
        let mut facts = known.clone();
        let found = self.branch(wanted, &mut facts, known.len(), &mut scenarios).then(|| Rc::from(scenarios));
        self.last.replace(Scenarios { wanted: wanted.to_vec(), known, found: found.clone() });
        found
    }

    fn branch(
        &self,
        wanted: &[ConditionId],
        facts: &mut Vec<Truth>,
        known: usize,
        out: &mut Vec<Vec<Fact<'static>>>,
    ) -> bool {
        let Some((first, rest)) = wanted.split_first() else {
            out.push(facts[known..].iter().map(|(id, holds)| Fact::Condition(*id, *holds)).collect());
            return out.len() <= MOST_SCENARIOS;
        };
        for value in [true, false] {
            facts.push((*first, value));
            let possible = self.possible(facts.clone());
            let within = !possible || self.branch(rest, facts, known, out);
            facts.pop();
            if !within {
                return false;
            }
        }
        true
    }
}

/// The facts that are about conditions.
fn truths(facts: &[Fact<'_>]) -> Vec<Truth> {
    let truth = |fact: &Fact<'_>| match fact {
        Fact::Condition(id, holds) => Some((*id, *holds)),
        Fact::Parameter(..) => None,
    };
    facts.iter().filter_map(truth).collect()
}

struct Search<'s, 'd> {
    conditions: &'s Conditions<'d>,
    order: Vec<ConditionId>,
    facts: &'s [Truth],
    chosen: HashMap<usize, usize, KeyHash>,
    steps: usize,
    /// How many parts the conditions have that are evaluated at each step.
    size: usize,
}

impl Search<'_, '_> {
    fn run(&mut self, variables: &[usize]) -> bool {
        self.steps += 1;
        self.conditions.steps.set(self.conditions.steps.get() + self.size + self.conditions.formulas.len() / 64);
        if self.steps > MOST_STEPS || self.conditions.gave_up() {
            return true;
        }
        match self.consistent() {
            Some(answer) => answer,
            None => match variables.split_first() {
                None => true,
                Some((variable, rest)) => {
                    for choice in &self.conditions.variables[*variable].choices {
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

impl Variable<'_> {
    fn settle(&mut self, reading: Reading) {
        if let (Some(holds), Reading::Strict) = (self.literal, reading) {
            self.choices = vec![usize::from(!holds)];
            return;
        }
        let allowed = self.allowed.as_ref();
        let listed = |text: &String| reading == Reading::Loose || allowed.is_none_or(|allowed| allowed.contains(text));
        self.choices = (0..self.texts.len()).filter(|index| listed(&self.texts[*index])).collect();
        if allowed.is_none_or(|allowed| allowed.iter().any(|text| !self.texts.contains(text))) {
            self.choices.push(self.texts.len());
        }
    }
}

impl Formula {
    /// How many parts it has.
    fn size(&self) -> usize {
        match self {
            Formula::Is(..) | Formula::Named(_) => 1,
            Formula::Not(inner) => 1 + inner.size(),
            Formula::All(parts) | Formula::Any(parts) => 1 + parts.iter().map(Formula::size).sum::<usize>(),
        }
    }

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

    fn value(&self, named: &[Option<bool>], chosen: &HashMap<usize, usize, KeyHash>) -> Option<bool> {
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
fn combine(
    parts: &[Formula],
    named: &[Option<bool>],
    chosen: &HashMap<usize, usize, KeyHash>,
    decisive: bool,
) -> Option<bool> {
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

struct Reader<'d> {
    section: &'d Object,
    parameters: Option<&'d Object>,
    reading: Reading,
    variables: IndexMap<String, Variable<'d>>,
    free: usize,
}

/// Both sides of a comparison as one text. It is the same text when the sides are swapped.
fn sides(left: &str, right: &str) -> String {
    if left <= right { format!("{left} = {right}") } else { format!("{right} = {left}") }
}

impl<'d> Reader<'d> {
    /// One that is malformed anywhere inside is free as a whole.
    fn formula(&mut self, node: &'d Node) -> Formula {
        self.part(node, 0).unwrap_or_else(|| self.free())
    }

    fn part(&mut self, node: &'d Node, depth: usize) -> Option<Formula> {
        // The readers allow 128 levels; a document made in Rust may be deeper.
        if depth > 128 {
            return None;
        }
        let (function, argument) = Function::call(node)?;
        if function == Function::Condition {
            let name = argument.as_str()?;
            return Some(match self.section.get_index_of(name) {
                Some(index) => Formula::Named(index as ConditionId),
                None => self.variable((format!("condition {name}"), None), "", ""),
            });
        }
        let parts = argument.as_array()?;
        match (function, parts) {
            (Function::Equals, [left, right]) => self.equals(left, right),
            (Function::Not, [part]) => Some(Formula::Not(Box::new(self.part(part, depth + 1)?))),
            (Function::And | Function::Or, _) => {
                let parts = parts.iter().map(|part| self.part(part, depth + 1)).collect::<Option<_>>()?;
                Some(if function == Function::And { Formula::All(parts) } else { Formula::Any(parts) })
            }
            _ => None,
        }
    }

    fn equals(&mut self, left: &'d Node, right: &'d Node) -> Option<Formula> {
        if [left, right].iter().any(|side| matches!(side, Node::Array(_))) {
            return None;
        }
        Some(match (text::scalar(left), text::scalar(right)) {
            (Some(left), Some(right)) => self.literal(sides(&left, &right), left == right),
            (Some(text), None) => self.is(right, &text),
            (None, Some(text)) => self.is(left, &text),
            (None, None) => {
                let (left, right) = (text::canonical(left), text::canonical(right));
                match left == right {
                    true => self.literal(sides(&left, &right), true),
                    false => self.variable((sides(&left, &right), None), "", "true"),
                }
            }
        })
    }

    fn is(&mut self, what: &'d Node, value: &str) -> Formula {
        let parameter = match Function::call(what) {
            Some((Function::Ref, name)) => name.as_str(),
            _ => None,
        };
        self.variable((text::canonical(what), Some(what)), parameter.unwrap_or_default(), value)
    }

    /// What a parameter can be.
    fn allowed(parameters: Option<&Object>, parameter: &str) -> Option<HashSet<String>> {
        let values = parameters?.get(parameter)?.get("AllowedValues")?.as_array()?;
        values.iter().map(|value| text::scalar(value).map(|text| text.into_owned())).collect()
    }

    fn is_bound(parameters: Option<&Object>, parameter: &str) -> bool {
        let values = parameters.and_then(|all| all.get(parameter)?.get("AllowedValues")?.as_array());
        values.is_some_and(|values| values.iter().all(|value| text::scalar(value).is_some()))
    }

    /// The comparison of something, the parameter of this name perhaps, with a text.
    fn variable(&mut self, (mut key, node): (String, Option<&'d Node>), parameter: &str, value: &str) -> Formula {
        // What was found to be bound need not be asked again.
        let is_bound = |key: &str| self.variables.contains_key(key) || Self::is_bound(self.parameters, parameter);
        if self.reading == Reading::Loose && !is_bound(&key) {
            key = format!("{key} = {value}");
        }
        let entry = self.variables.entry(key);
        let index = entry.index();
        let parameters = self.parameters;
        let variable = entry.or_insert_with(|| Variable {
            node,
            literal: None,
            texts: IndexSet::new(),
            allowed: Self::allowed(parameters, parameter),
            choices: Vec::new(),
        });
        let text = variable.texts.get_index_of(value);
        let text = text.unwrap_or_else(|| variable.texts.insert_full(value.to_owned()).0);
        Formula::Is(index, text)
    }

    /// A comparison of constants.
    fn literal(&mut self, what: String, holds: bool) -> Formula {
        let key = format!("literal {what}");
        let texts = IndexSet::from([String::new()]);
        let variable = Variable { node: None, literal: Some(holds), texts, allowed: None, choices: Vec::new() };
        Formula::Is(self.variables.insert_full(key, variable).0, 0)
    }

    fn free(&mut self) -> Formula {
        self.free += 1;
        self.variable((format!("free {}", self.free), None), "", "")
    }
}
