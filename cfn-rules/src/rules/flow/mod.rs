//! The asynchronous flow of a template: who sends to which queue, which function consumes it, where dead letters go.
//!
//! The template is read as a small graph, [`model`] and [`wiring`], with what each role allows, [`roles`]. Whether
//! things hold at once, and what parameters and mappings give then, is [`scenario`]'s. What a reference, a name or an
//! ARN leads to has three answers: a resource of the template, something else, or nobody knows; and the same holds for
//! every value. A rule reports only what is certainly wrong in a scenario that the template's conditions allow. What a
//! schema says of the same mistake in fewer words is left out, [`once`].
//!
//! | file | rules about |
//! |---|---|
//! | `queues` | queues and their dead-letter queues |
//! | `watching` | alarms, and dead-letter queues that nobody watches |
//! | `mappings` | event source mappings of queues |
//! | `loops` | messages that go in a circle |
//! | `grants` | what roles allow and what functions are told |
//! | `functions` | limits of a function, and its code |
//! | `apis` | APIs in front of functions |
//! | `schedule` | schedules that never fire |
//! | `count` | how many resources there are after the SAM transform |

mod apis;
mod count;
mod functions;
mod grants;
mod loops;
mod mappings;
mod queues;
mod schedule;
mod watching;

#[cfg(test)]
mod tests;

pub(crate) use count::of_document as resource_count;
use std::collections::{HashMap, HashSet};

use cfn_model::{Finding, Rule};

use crate::{
    Options,
    facts::{
        context::Context,
        flow::{
            model::{Model, Resource},
            roles::Roles,
            wiring::{self, Mapping, Redrive},
        },
    },
    found::Findings,
    rules::index::Index,
};
use grants::QueuePolicies;

/// The template as a graph, for the rules.
pub(crate) struct Flow<'d> {
    pub(crate) model: Model<'d>,
    pub(crate) mappings: Vec<Mapping<'d>>,
    pub(crate) redrives: Vec<Redrive<'d>>,
    /// Which mappings consume a queue of the template.
    pub(crate) consumers: HashMap<usize, Vec<usize>>,
    /// Which mappings call a function of the template.
    pub(crate) calls: HashMap<usize, Vec<usize>>,
    /// The queues to which dead letters go: those of other queues, of functions and of services.
    pub(crate) dead: HashSet<usize>,
    /// The queues that something may watch, or all of them.
    pub(crate) watched: HashSet<usize>,
    pub(crate) all_watched: bool,
    pub(crate) roles: Roles<'d>,
    pub(crate) policies: QueuePolicies,
}

impl<'d> Flow<'d> {
    /// What consumes a queue of the template.
    pub(crate) fn consumers_of(&self, queue: usize) -> impl Iterator<Item = &Mapping<'d>> {
        self.consumers.get(&queue).into_iter().flatten().map(|number| &self.mappings[*number])
    }
}

impl Resource<'_> {
    /// A finding about a property.
    pub(crate) fn finding(&self, rule: &'static Rule, keys: &[&str], message: String, help: &str) -> Finding {
        Finding::new(rule, self.path(keys), message).help(help.to_owned())
    }
}

/// A rule, or several that look at the same things.
type Check = fn(&Flow<'_>, &mut Vec<Finding>);

const CHECKS: &[Check] = &[
    queues::check,
    watching::check,
    mappings::check,
    loops::check,
    grants::check,
    functions::check,
    apis::check,
    schedule::check,
    count::check,
];

/// Reports every mistake in the flow.
pub(crate) fn check(context: &Context<'_>, options: &Options<'_>, index: &Index) -> Findings {
    let model = Model::new(context);
    let (mappings, redrives, roles) = (wiring::mappings(&model), wiring::redrives(&model), Roles::new(&model));
    let watching::Mentions { mut dead, watched, all_watched, .. } = watching::mentions(&model);
    dead.extend(redrives.iter().filter_map(|redrive| wiring::here(redrive.target)));
    let (mut consumers, mut calls) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
    for (number, mapping) in mappings.iter().enumerate() {
        mapping.queue_here().into_iter().for_each(|queue| consumers.entry(queue).or_default().push(number));
        mapping.function_here().into_iter().for_each(|function| calls.entry(function).or_default().push(number));
    }
    let policies = QueuePolicies::new(&model);
    let flow = Flow { model, mappings, redrives, consumers, calls, dead, watched, all_watched, roles, policies };
    let mut findings = Findings::default();
    for check in CHECKS {
        check(&flow, &mut findings);
        findings.settle();
    }
    index.flow(&flow, &mut findings);
    functions::check_files(&flow, options, &mut findings);
    findings
}
