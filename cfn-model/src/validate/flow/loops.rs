//! Messages that go in a circle: function to queue to function.

use std::collections::HashMap;

use super::{Flow, grants};
use crate::validate::{Finding, conditions::Fact, rules};

/// How many queues a circle is followed over.
const LONGEST: usize = 16;
/// How many steps the search takes in all.
const MOST_STEPS: usize = 20_000;

/// A queue whose consumer sends to another queue.
struct Step {
    function: usize,
    to: usize,
    facts: Vec<Fact>,
}

pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let model = &flow.model;
    let mut sends: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut steps: HashMap<usize, Vec<Step>> = HashMap::new();
    for mapping in &flow.mappings {
        let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { continue };
        let resource = &model.resources[function];
        // It is meant.
        if resource.properties.get("RecursiveLoop").is_some_and(|mode| mode.as_str() != Some("Terminate")) {
            continue;
        }
        let targets = sends.entry(function).or_insert_with(|| grants::sends_to(flow, function));
        for &to in targets.iter() {
            let facts = [mapping.facts.as_slice(), &resource.facts, &model.resources[to].facts].concat();
            if model.together(&[&facts]) {
                steps.entry(queue).or_default().push(Step { function, to, facts });
            }
        }
    }
    for list in steps.values_mut() {
        list.sort_by_key(|step| (step.function, step.to));
        list.dedup_by_key(|step| (step.function, step.to));
    }
    let mut budget = MOST_STEPS;
    for &queue in &model.queues {
        for step in steps.get(&queue).into_iter().flatten() {
            if step.to == queue {
                let function = &model.resources[step.function];
                let message = format!(
                    "function `{}`: it must not send to the queue that it consumes, got `{}`",
                    function.id, model.resources[queue].id
                );
                findings.push(Finding::new(&rules::AL1001, function.path(&[]), message).help(MEND.to_owned()));
            }
        }
        let mut way = vec![queue];
        let mut facts = Vec::new();
        if let Some(functions) = circle(flow, &steps, &mut way, &mut facts, &mut budget) {
            let names: Vec<String> = way
                .iter()
                .zip(&functions)
                .flat_map(|(queue, function)| [*queue, *function])
                .chain([queue])
                .map(|number| format!("`{}`", model.resources[number].id))
                .collect();
            let message = format!("queues must not feed each other in a circle, got {}", names.join(" -> "));
            let function = &model.resources[functions[0]];
            findings.push(Finding::new(&rules::AL1002, function.path(&[]), message).help(MEND.to_owned()));
        }
    }
}

const MEND: &str = "take the permission to send away, or set `RecursiveLoop: Allow` if it ends by itself; Lambda stops \
                    a chain after about 16 calls";

/// A way back to the first queue, over queues that come later in the template, so that each circle is found once:
/// the functions on it.
fn circle(
    flow: &Flow<'_>,
    steps: &HashMap<usize, Vec<Step>>,
    way: &mut Vec<usize>,
    facts: &mut Vec<Fact>,
    budget: &mut usize,
) -> Option<Vec<usize>> {
    let (first, last) = (way[0], way[way.len() - 1]);
    for step in steps.get(&last).into_iter().flatten() {
        *budget = budget.checked_sub(1)?;
        let before = facts.len();
        facts.extend_from_slice(&step.facts);
        if flow.model.together(&[facts]) {
            if step.to == first && way.len() > 1 {
                return Some(vec![step.function]);
            }
            if step.to > first && !way.contains(&step.to) && way.len() < LONGEST {
                way.push(step.to);
                if let Some(mut functions) = circle(flow, steps, way, facts, budget) {
                    functions.insert(0, step.function);
                    return Some(functions);
                }
                way.pop();
            }
        }
        facts.truncate(before);
    }
    None
}
