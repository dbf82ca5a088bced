//! The asynchronous flow of a template: who sends to which queue, which function consumes it, where dead letters go.
//!
//! The template is read as a graph, [`Flow`]. A reference, a name or an ARN has three answers: a resource of the template,
//! something else, or unknown; and so has every value. A rule reports only what is certainly wrong in a scenario that the
//! template's conditions allow.
//!
//! | file | rules about |
//! |---|---|
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
mod schedule;

#[cfg(test)]
mod tests;

use cfn_model::{Finding, Rule};
pub(crate) use count::of_document as resource_count;

use crate::{
    Options,
    facts::{
        context::Context,
        flow::{graph::Flow, model::Resource},
    },
    found::Findings,
    rules::index::Index,
};

impl Resource<'_> {
    /// A finding about a property.
    pub(crate) fn finding(&self, rule: &'static Rule, keys: &[&str], message: String, help: &str) -> Finding {
        Finding::new(rule, self.path(keys), message).help(help.to_owned())
    }
}

/// A rule, or several that look at the same things.
type Check = fn(&Flow<'_>, &mut Vec<Finding>);

const CHECKS: &[Check] = &[loops::check, grants::check, functions::check, apis::check, schedule::check, count::check];

/// Reports every mistake in the flow.
pub(crate) fn check(context: &Context<'_>, options: &Options<'_>, index: &Index) -> Findings {
    let flow = Flow::new(context);
    let mut findings = Findings::default();
    for check in CHECKS {
        check(&flow, &mut findings);
        findings.settle();
    }
    index.flow(&flow, &mut findings);
    functions::check_files(&flow, options, &mut findings);
    findings
}
