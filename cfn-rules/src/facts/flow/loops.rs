//! Messages that come back to a queue: function to queue to function.

use std::collections::{HashMap, HashSet, VecDeque};

use cfn_model::Node;

use super::{
    environment::sends_to,
    graph::Flow,
    model::{Model, Target},
    roles,
    text::Text,
};
use crate::facts::conditions::Fact;

/// The number of queues behind a topic that are looked at.
const MOST_SUBSCRIBED: usize = 64;
/// The number of steps that the search for cycles takes in all.
const MOST_STEPS: usize = 20_000;

/// A queue whose consumer sends to another queue, or to the same one.
#[derive(Debug)]
pub(crate) struct Step<'d> {
    pub(crate) function: usize,
    pub(crate) to: usize,
    /// The topic between them.
    pub(crate) via: Option<usize>,
    pub(crate) facts: Vec<Fact<'d>>,
}

/// The steps from each queue that some cycle can have.
#[derive(Debug, Default)]
pub(crate) struct Steps<'d>(HashMap<usize, Vec<Step<'d>>>);

/// A queue to which a function sends.
struct Sent<'d> {
    to: usize,
    via: Option<usize>,
    facts: Vec<Fact<'d>>,
}

/// The queues that get everything that is published to a topic.
struct Topics<'d> {
    queues: HashMap<usize, Vec<(usize, Vec<Fact<'d>>)>>,
}

impl<'d> Topics<'d> {
    fn new(model: &Model<'d>) -> Topics<'d> {
        let mut topics = Topics { queues: HashMap::new() };
        for (number, resource) in model.resources.iter().enumerate() {
            match resource.kind {
                "AWS::SNS::Subscription" => {
                    let topic = resource.properties.get("TopicArn").and_then(|arn| roles::topic(model, &Text::of(arn)));
                    topic.into_iter().for_each(|topic| topics.add(model, topic, resource.properties, &resource.facts));
                }
                "AWS::SNS::Topic" => {
                    let all = resource.properties.get("Subscription").and_then(Node::as_array).unwrap_or_default();
                    all.iter().for_each(|one| topics.add(model, number, one, &resource.facts));
                }
                _ => {}
            }
        }
        topics
    }

    /// Adds a subscription of a queue. With a filter, nobody knows what gets through.
    fn add(&mut self, model: &Model<'d>, topic: usize, subscription: &'d Node, facts: &[Fact<'d>]) {
        let is_sqs = subscription.get("Protocol").and_then(Node::as_str) == Some("sqs");
        let endpoint = subscription.get("Endpoint").filter(|_| is_sqs && subscription.get("FilterPolicy").is_none());
        if let Some(Target::Here(queue)) = endpoint.map(|arn| model.queue(&Text::of(arn), false)) {
            let queues = self.queues.entry(topic).or_default();
            if queues.len() < MOST_SUBSCRIBED {
                queues.push((queue, facts.to_vec()));
            }
        }
    }

    /// The queues to which a function sends, itself or through a topic.
    fn sent(&self, flow: &Flow<'d>, function: usize) -> Vec<Sent<'d>> {
        let sent = sends_to(flow, function).into_iter().map(|(to, facts)| Sent { to, via: None, facts });
        let role = flow.roles.of(function).filter(|role| !role.denies && flow.roles.is_own(function));
        let topics = role.into_iter().flat_map(|role| &role.publishes_to);
        let published = topics.flat_map(|(topic, when)| {
            let queues = self.queues.get(topic).into_iter().flatten();
            queues.map(|(to, facts)| Sent {
                to: *to,
                via: Some(*topic),
                facts: [when.as_slice(), &flow.model.resources[*topic].facts, facts].concat(),
            })
        });
        sent.chain(published).collect()
    }
}

impl<'d> Steps<'d> {
    pub(crate) fn new(flow: &Flow<'d>) -> Steps<'d> {
        let model = &flow.model;
        let topics = Topics::new(model);
        let mut sends: HashMap<usize, Vec<Sent<'d>>> = HashMap::new();
        let mut steps: HashMap<usize, Vec<Step<'d>>> = HashMap::new();
        for mapping in &flow.mappings {
            let (Some(queue), Some(function)) = (mapping.queue_here(), mapping.function_here()) else { continue };
            let resource = &model.resources[function];
            // It is meant.
            if resource.properties.get("RecursiveLoop").is_some_and(|mode| mode.as_str() != Some("Terminate")) {
                continue;
            }
            let targets = sends.entry(function).or_insert_with(|| topics.sent(flow, function));
            for Sent { to, via, facts } in targets.iter() {
                let facts = [mapping.facts.as_slice(), &resource.facts, &model.resources[*to].facts, facts].concat();
                if model.together(&[&facts]) {
                    steps.entry(queue).or_default().push(Step { function, to: *to, via: *via, facts });
                }
            }
        }
        for list in steps.values_mut() {
            list.sort_by_key(|step| (step.function, step.to, step.facts.len()));
            list.dedup_by(|later, step| {
                (later.function, later.to) == (step.function, step.to) && step.facts == later.facts
            });
        }
        leave_dead_ends_out(&mut steps);
        Steps(steps)
    }

    /// The steps from a queue.
    pub(crate) fn from(&self, queue: usize) -> impl Iterator<Item = &Step<'d>> {
        self.0.get(&queue).into_iter().flatten()
    }

    /// The cycles of more than one queue, each once: the queues on it, and the function that consumes each.
    pub(crate) fn cycles(&self, flow: &Flow<'d>) -> Vec<Vec<(usize, usize)>> {
        let mut budget = MOST_STEPS;
        let mut seen = HashSet::new();
        let mut cycles = Vec::new();
        for &queue in flow.model.queues.iter() {
            if !seen.contains(&queue)
                && let Some(cycle) = self.cycle(flow, queue, &mut budget)
            {
                seen.extend(cycle.iter().map(|(queue, _)| *queue));
                cycles.push(cycle);
            }
        }
        cycles
    }

    /// The shortest way from a queue back to itself over queues that come later in the template.
    fn cycle(&self, flow: &Flow<'d>, first: usize, budget: &mut usize) -> Option<Vec<(usize, usize)>> {
        let mut reached: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut pending = VecDeque::from([(first, Vec::new())]);
        while let Some((queue, facts)) = pending.pop_front() {
            for step in self.from(queue) {
                *budget = budget.checked_sub(1)?;
                let facts: Vec<Fact<'_>> = [facts.as_slice(), &step.facts].concat();
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
}

/// Takes queues away from which no way leads back, so that long chains cost nothing.
fn leave_dead_ends_out(steps: &mut HashMap<usize, Vec<Step<'_>>>) {
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
