//! The asynchronous flow of a template: who sends to which queue, which function consumes it, where dead letters go.
//!
//! The template is read as a small graph, [`model`] and [`wiring`], with what each role allows, [`permission`]. What a
//! reference, a name or an ARN leads to has three answers: a resource of the template, something else, or nobody
//! knows; and the same holds for every value. A rule reports only what is certainly wrong in a scenario that the
//! template's conditions allow.
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
//! | `replacement` | names that stand in the way of a replacement |
//! | `count` | how many resources there are after the SAM transform |

mod apis;
mod count;
mod functions;
mod grants;
mod loops;
mod mappings;
mod model;
mod permission;
mod queues;
mod replacement;
mod schedule;
mod text;
mod watching;
mod wiring;

#[cfg(test)]
mod tests;

pub(super) use count::of_document as resource_count;
use std::collections::HashSet;

use model::Model;
use permission::Roles;
use wiring::{Mapping, Redrive};

use super::{Finding, Options, context::Context, found::Findings};

/// The template as a graph, for the rules.
struct Flow<'d> {
    model: Model<'d>,
    mappings: Vec<Mapping<'d>>,
    redrives: Vec<Redrive<'d>>,
    /// The queues to which dead letters of other queues go.
    dead: HashSet<usize>,
    roles: Roles<'d>,
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
    replacement::check,
    count::check,
];

/// Reports every mistake in the flow.
pub(super) fn check(context: &Context<'_>, options: &Options<'_>) -> Findings {
    let model = Model::new(context);
    let (mappings, redrives, roles) = (wiring::mappings(&model), wiring::redrives(&model), Roles::new(&model));
    let dead = redrives.iter().filter_map(|redrive| wiring::here(redrive.target)).collect();
    let flow = Flow { model, mappings, redrives, dead, roles };
    let mut findings = Findings::default();
    for check in CHECKS {
        check(&flow, &mut findings);
        findings.settle();
    }
    functions::check_files(&flow, options, &mut findings);
    findings
}
