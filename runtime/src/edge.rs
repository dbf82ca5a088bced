//! What a parameter of a handler may do.

use async_lambda_model::{NameError, Task, TaskId};

use crate::state::{Need, StateType};

/// Something that a parameter of a handler lets it do, and that its function needs: permission, or state.
#[derive(Clone, Copy, Debug)]
pub struct Edge(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Invoke(&'static str),
    State(StateType),
    DeadLetters,
    Group(&'static [Edge]),
    Optional(&'static [Edge]),
}

impl Edge {
    /// May send messages to the task.
    pub const fn invoke<T: Task>() -> Edge {
        Edge(Kind::Invoke(T::ID))
    }

    /// Takes the application's state `T`.
    pub const fn state<T: Send + Sync + 'static>() -> Edge {
        Edge(Kind::State(StateType::of::<T>()))
    }

    /// May put messages into the dead-letter queue of the task itself: [`Permanent`](crate::Permanent).
    pub(crate) const fn dead_letters() -> Edge {
        Edge(Kind::DeadLetters)
    }

    /// All edges of another extractor: what a wrapper forwards.
    pub const fn group(edges: &'static [Edge]) -> Edge {
        Edge(Kind::Group(edges))
    }

    /// As [`group`](Edge::group), for an extractor that may be absent: a state that it takes need not be there.
    pub const fn optional(edges: &'static [Edge]) -> Edge {
        Edge(Kind::Optional(edges))
    }

    /// The states that are taken.
    pub(crate) fn needs(edges: &[Edge]) -> Vec<Need> {
        let mut needs = Vec::new();
        collect_needs(edges, true, &mut needs);
        needs
    }

    /// Whether messages may be put into the dead-letter queue of the task.
    pub(crate) fn writes_dead_letters(edges: &[Edge]) -> bool {
        edges.iter().any(|edge| match edge.0 {
            Kind::DeadLetters => true,
            Kind::Group(edges) | Kind::Optional(edges) => Edge::writes_dead_letters(edges),
            Kind::Invoke(_) | Kind::State(_) => false,
        })
    }

    /// The ids of all tasks that may be invoked, each once, in order; an error for each invalid one.
    pub(crate) fn targets(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        let mut targets = Vec::new();
        collect(edges, &mut targets);
        targets
    }
}

fn collect(edges: &[Edge], targets: &mut Vec<Result<TaskId, NameError>>) {
    for edge in edges {
        match edge.0 {
            Kind::Invoke(id) => {
                let id = TaskId::new(id);
                if !targets.contains(&id) {
                    targets.push(id);
                }
            }
            Kind::Group(edges) | Kind::Optional(edges) => collect(edges, targets),
            Kind::State(_) | Kind::DeadLetters => {}
        }
    }
}

fn collect_needs(edges: &[Edge], is_required: bool, needs: &mut Vec<Need>) {
    for edge in edges {
        match edge.0 {
            Kind::State(state) => needs.push(Need { state, is_required }),
            Kind::Group(edges) => collect_needs(edges, is_required, needs),
            Kind::Optional(edges) => collect_needs(edges, false, needs),
            Kind::Invoke(_) | Kind::DeadLetters => {}
        }
    }
}
