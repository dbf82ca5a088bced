//! The template as a graph: queues, event source mappings, redrives, roles.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use super::{
    loops::Steps,
    made::made_queues,
    mentions::{Mentions, mentions},
    model::Model,
    queue_policies::QueuePolicies,
    roles::Roles,
    wiring::{self, Kind, Mapping, Redrive},
};
use crate::facts::context::Context;

/// The template as a graph, for the rules.
pub(crate) struct Flow<'d> {
    pub(crate) model: Model<'d>,
    pub(crate) mappings: Vec<Mapping<'d>>,
    pub(crate) redrives: Vec<Redrive<'d>>,
    /// The mappings that consume a queue of the template.
    pub(crate) consumers: HashMap<usize, Vec<usize>>,
    /// The mappings that call a function of the template.
    pub(crate) calls: HashMap<usize, Vec<usize>>,
    /// The queues to which dead letters go: those of other queues, of functions and of services.
    pub(crate) dead: HashSet<usize>,
    /// The queues that something may watch, or all of them.
    pub(crate) watched: HashSet<usize>,
    pub(crate) all_watched: bool,
    pub(crate) roles: Roles<'d>,
    pub(crate) policies: QueuePolicies,
    steps: OnceCell<Steps<'d>>,
}

impl<'d> Flow<'d> {
    pub(crate) fn new(context: &'d Context<'d>) -> Flow<'d> {
        let model = Model::new(context);
        let (mappings, redrives, roles) = (wiring::mappings(&model), wiring::redrives(&model), Roles::new(&model));
        let Mentions { mut dead, watched, all_watched, .. } = mentions(&model);
        dead.extend(redrives.iter().filter_map(|redrive| wiring::here(redrive.target)));
        let (mut consumers, mut calls) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (number, mapping) in mappings.iter().enumerate() {
            mapping.queue_here().into_iter().for_each(|queue| consumers.entry(queue).or_default().push(number));
            mapping.function_here().into_iter().for_each(|function| calls.entry(function).or_default().push(number));
        }
        let policies = QueuePolicies::new(&model);
        let steps = OnceCell::new();
        Flow { model, mappings, redrives, consumers, calls, dead, watched, all_watched, roles, policies, steps }
    }

    /// The steps from queue to queue that a message loop can have.
    pub(crate) fn steps(&self) -> &Steps<'d> {
        self.steps.get_or_init(|| Steps::new(self))
    }

    /// The redrive policies that can be, each with the queue of the template to which it leads.
    pub(crate) fn possible_redrives(&self) -> impl Iterator<Item = (&Redrive<'d>, Option<usize>)> {
        let is_possible = |redrive: &Redrive<'d>, target: Option<usize>| {
            let facts = target.map_or(&[][..], |target| &self.model.resources[target].facts);
            self.model.together(&[&redrive.facts, facts])
        };
        let targets = self.redrives.iter().map(|redrive| (redrive, wiring::here(redrive.target)));
        targets.filter(move |(redrive, target)| is_possible(redrive, *target))
    }

    /// The event source mappings that call functions: all but pipes.
    pub(crate) fn function_mappings(&self) -> impl Iterator<Item = &Mapping<'d>> {
        self.mappings.iter().filter(|mapping| mapping.kind != Kind::Pipe)
    }

    /// Whether an event source mapping, or an event of SAM, hands messages to a function.
    pub(crate) fn has_consumer_events(&self, function: usize) -> bool {
        self.calls.contains_key(&function) || made_queues(&self.model).any(|made| made.function == function)
    }

    /// The event source mappings that consume a queue of the template.
    pub(crate) fn consumers_of(&self, queue: usize) -> impl Iterator<Item = &Mapping<'d>> {
        self.consumers.get(&queue).into_iter().flatten().map(|number| &self.mappings[*number])
    }
}
