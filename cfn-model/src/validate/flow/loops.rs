//! Messages that go in a circle: function to queue to function.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{Flow, grants};
use crate::validate::{Finding, conditions::Fact, rules};

/// How many names of a circle are shown from its start.
const MOST_SHOWN: usize = 12;
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
    leave_dead_ends_out(&mut steps);
    let mut on_circle = HashSet::new();
    let mut budget = MOST_STEPS;
    for &queue in &model.queues {
        for step in steps.get(&queue).into_iter().flatten() {
            if step.to == queue {
                let function = &model.resources[step.function];
                let message = format!(
                    "function `{}`: it should not send to the queue that it consumes, got `{}`",
                    function.id, model.resources[queue].id
                );
                findings.push(Finding::new(&rules::AL1001, function.path(&[]), message).help(MEND.to_owned()));
            }
        }
        if on_circle.contains(&queue) {
            continue;
        }
        if let Some(way) = circle(flow, &steps, queue, &mut budget) {
            on_circle.extend(way.iter().map(|(queue, _)| *queue));
            let ids = way.iter().flat_map(|(from, function)| [*from, *function]).chain([queue]);
            let names: Vec<String> = ids.map(|number| format!("`{}`", model.resources[number].id)).collect();
            let message = format!("queues should not feed each other in a circle, got {}", shown(&names));
            let function = &model.resources[way[0].1];
            findings.push(Finding::new(&rules::AL1002, function.path(&[]), message).help(MEND.to_owned()));
        }
    }
}

const MEND: &str = "take the permission to send away, or set `RecursiveLoop: Allow` if it ends by itself; Lambda stops \
                    a chain after about 16 calls";

/// Takes queues away from which no way leads back, so that long chains cost nothing.
fn leave_dead_ends_out(steps: &mut HashMap<usize, Vec<Step>>) {
    let mut before: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut left: HashMap<usize, usize> = HashMap::new();
    for (from, list) in steps.iter() {
        left.insert(*from, list.len());
        list.iter().for_each(|step| before.entry(step.to).or_default().push(*from));
    }
    let mut ends: Vec<usize> = before.keys().copied().filter(|queue| !left.contains_key(queue)).collect();
    while let Some(end) = ends.pop() {
        steps.remove(&end);
        for from in before.get(&end).into_iter().flatten() {
            if let Some(count) = left.get_mut(from) {
                *count -= 1;
                if *count == 0 {
                    ends.push(*from);
                }
            }
        }
    }
}

/// The names of a circle; the middle of a long one is left out.
fn shown(names: &[String]) -> String {
    match names {
        [start @ .., _, _, _, _] if start.len() > MOST_SHOWN => {
            format!("{} -> ... -> {}", names[..MOST_SHOWN].join(" -> "), names[names.len() - 3..].join(" -> "))
        }
        _ => names.join(" -> "),
    }
}

/// The shortest way from a queue back to itself over queues that come later in the template, so that each circle is
/// found once: each queue on it, and the function that consumes it.
fn circle(
    flow: &Flow<'_>,
    steps: &HashMap<usize, Vec<Step>>,
    first: usize,
    budget: &mut usize,
) -> Option<Vec<(usize, usize)>> {
    let mut reached: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut pending = VecDeque::from([(first, Vec::new())]);
    while let Some((queue, facts)) = pending.pop_front() {
        for step in steps.get(&queue).into_iter().flatten() {
            *budget = budget.checked_sub(1)?;
            let facts: Vec<Fact> = [facts.as_slice(), &step.facts].concat();
            let is_new = step.to > first && !reached.contains_key(&step.to);
            let is_end = step.to == first && queue != first;
            if !(is_new || is_end) || !flow.model.together(&[&facts]) {
                continue;
            }
            if is_end {
                let mut way = vec![(queue, step.function)];
                while let Some(before) = reached.get(&way[way.len() - 1].0) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            reached.insert(step.to, (queue, step.function));
            pending.push_back((step.to, facts));
        }
    }
    None
}
