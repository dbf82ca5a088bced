//! Visibility timeouts of queues beside the timeouts of their functions.

use super::{
    graph::Flow,
    wiring::{DEFAULT_VISIBILITY, Mapping, timeouts},
};
use crate::facts::conditions::Fact;

/// The two timeouts of an event source mapping, in seconds, and when they are so.
pub(crate) struct Timing<'d> {
    pub(crate) timeout: i64,
    pub(crate) visibility: i64,
    pub(crate) facts: Vec<Fact<'d>>,
}

/// The timeouts of an event source mapping, in every way in which they can be.
pub(crate) fn timings<'d>(flow: &Flow<'d>, mapping: &Mapping<'d>) -> Vec<Timing<'d>> {
    let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { return Vec::new() };
    let model = &flow.model;
    let (queue, function) = (&model.resources[queue], &model.resources[function]);
    let visible = queue.ints(model.context, &["VisibilityTimeout"], Some(DEFAULT_VISIBILITY));
    let mut timings = Vec::new();
    for (when, timeout) in timeouts(model, function) {
        for (then, visibility) in &visible {
            let facts: Vec<Fact<'d>> =
                [&mapping.facts, &queue.facts, &function.facts, &when, then].into_iter().flatten().cloned().collect();
            if model.together(&[&facts]) {
                timings.push(Timing { timeout, visibility: *visibility, facts });
            }
        }
    }
    timings
}
