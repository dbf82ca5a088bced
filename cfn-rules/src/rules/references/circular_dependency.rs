//! Resources that depend on each other in a cycle.

use std::collections::VecDeque;

use cfn_model::Node;

use crate::{
    facts::{context::Context, place::Place, text},
    rules::definition::{On, Reporter},
};

/// How many steps the search for the shortest cycles may take; with more, cycles are reported without their path.
const MOST_STEPS: usize = crate::limits::LIMITS.cycle_steps;

/// How many resources of a cycle are shown.
const MOST_SHOWN: usize = 20;

rule! {
    /// A resource is created after those that it refers to. Two that refer to each other, directly or through others,
    /// can never be created. `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` all count.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub ${Mails.QueueName}-jobs
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub ${Jobs.QueueName}-mails
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: jobs
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub ${Jobs.QueueName}-mails
    /// ```
    E3004: error "circular dependency between resources",
    on: On::Document(check),
}

/// Reports every resource that depends on itself, directly or through others.
///
/// SAM resources are left out: the transform makes several of each, which can take a cycle apart.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(resources) = context.section("Resources") else { return };
    let is_serverless = |index: usize| {
        let kind = resources.get_index(index).and_then(|(_, resource)| resource.get("Type").and_then(Node::as_str));
        kind.is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
    };
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); resources.len()];
    for (source, target) in context.edges() {
        if !is_serverless(source) && !is_serverless(target) {
            targets[source].push(target);
        }
    }
    for list in &mut targets {
        list.sort_unstable();
        list.dedup();
    }
    let groups = groups(&targets);
    let mut sizes = vec![0_usize; targets.len()];
    groups.iter().for_each(|group| sizes[*group] += 1);
    let mut steps = 0;
    let section = Place::Root.key("Resources");
    let name = |index: usize| resources.get_index(index).map_or("", |(id, _)| id.as_str());
    for start in 0..targets.len() {
        if sizes[groups[start]] < 2 && !targets[start].contains(&start) {
            continue;
        }
        let id = name(start);
        let place = section.key(id);
        let way = shortest_cycle(start, &targets, &groups, &mut steps);
        let message = match &way {
            Some(way) => {
                let shown = |index: &usize| format!("`{}`", text::shortened(name(*index)));
                let mut names: Vec<String> = way.iter().take(MOST_SHOWN).map(shown).collect();
                if let Some(last) = way.last().filter(|_| way.len() > MOST_SHOWN) {
                    names.extend([format!("{} more", way.len() - MOST_SHOWN - 1), shown(last)]);
                }
                format!("`{}` depends on itself: {}", text::shortened(id), names.join(" -> "))
            }
            None => format!("`{}` depends on itself", text::shortened(id)),
        };
        let help = "break the cycle: make a resource of its own of a part, such as a policy or a security group rule";
        report.at(place.to_path(), message).help(help);
    }
}

/// The strongly connected component of each node (Tarjan's algorithm, with a stack of its own).
fn groups(targets: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = targets.len();
    let (mut order, mut low, mut group) = (vec![NEW; count], vec![0; count], vec![NEW; count]);
    let (mut open, mut next, mut next_group) = (Vec::new(), 0, 0);
    for start in 0..count {
        if order[start] != NEW {
            continue;
        }
        let mut stack = vec![(start, 0)];
        while let Some((node, position)) = stack.pop() {
            if position == 0 {
                (order[node], low[node]) = (next, next);
                next += 1;
                open.push(node);
            }
            match targets[node].get(position) {
                Some(target) => {
                    stack.push((node, position + 1));
                    if order[*target] == NEW {
                        stack.push((*target, 0));
                    } else if group[*target] == NEW {
                        low[node] = low[node].min(order[*target]);
                    }
                }
                None => {
                    if low[node] == order[node] {
                        while let Some(member) = open.pop() {
                            group[member] = next_group;
                            if member == node {
                                break;
                            }
                        }
                        next_group += 1;
                    }
                    if let Some((parent, _)) = stack.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                }
            }
        }
    }
    group
}

fn shortest_cycle(start: usize, targets: &[Vec<usize>], groups: &[usize], steps: &mut usize) -> Option<Vec<usize>> {
    *steps += targets.len() / 64;
    if *steps > MOST_STEPS {
        return None;
    }
    let mut came_from = vec![None; targets.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for target in targets[node].iter().copied().filter(|target| groups[*target] == groups[start]) {
            *steps += 1;
            if *steps > MOST_STEPS {
                return None;
            }
            if target == start {
                let mut way = vec![start, node];
                while let Some(previous) = came_from[way[way.len() - 1]] {
                    way.push(previous);
                }
                way.reverse();
                return Some(way);
            }
            if came_from[target].is_none() {
                came_from[target] = Some(node);
                queue.push_back(target);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let queue = |id: &str, rest: &str| format!("  {id}: {{Type: AWS::SQS::Queue{rest}}}\n");
        let refers = |target: &str| format!(", Properties: {{QueueName: !Sub 'a-${{{target}}}'}}");
        let template = |a: &str, b: &str| format!("Resources:\n{}{}", queue("A", a), queue("B", b));
        let messages = [
            ("Resources/A", "`A` depends on itself: `A` -> `B` -> `A`"),
            ("Resources/B", "`B` depends on itself: `B` -> `A` -> `B`"),
        ];
        check(&RULE, &template(&refers("B"), &refers("A.QueueName")), &messages);
        check(&RULE, &template(", DependsOn: B", &refers("A")), &messages);
        check(&RULE, &template(&refers("A"), ""), &[("Resources/A", "`A` depends on itself: `A` -> `A`")]);
        check(&RULE, &template(&refers("B"), ""), &[]);
    }
}
