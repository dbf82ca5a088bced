//! What a parameter of a handler may do.

use async_lambda_model::{CallTask, NameError, Task, TaskId};

use crate::state::{Need, StateType};

/// Something that a parameter of a handler lets it do, and that its function needs: permission, or state.
#[derive(Clone, Copy, Debug)]
pub struct Edge(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Invoke(&'static str),
    Call(&'static str),
    State(StateType),
    Group(&'static [Edge]),
    Optional(&'static [Edge]),
}

impl Edge {
    /// May send messages to the task.
    pub const fn invoke<T: Task>() -> Edge {
        Edge(Kind::Invoke(T::ID))
    }

    /// May call the function task.
    pub const fn call<T: CallTask>() -> Edge {
        Edge(Kind::Call(T::ID))
    }

    /// Takes the application's state `T`.
    pub const fn state<T: Send + Sync + 'static>() -> Edge {
        Edge(Kind::State(StateType::of::<T>()))
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

    /// The ids of all tasks that may be invoked, each once, in order; an error for each invalid one.
    pub(crate) fn targets(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        let invoked = |edge: Kind| if let Kind::Invoke(id) = edge { Some(id) } else { None };
        let mut targets = Vec::new();
        collect(edges, invoked, &mut targets);
        targets
    }

    /// The ids of all function tasks that may be called, each once, in order; an error for each invalid one.
    pub(crate) fn calls(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        let called = |edge: Kind| if let Kind::Call(id) = edge { Some(id) } else { None };
        let mut targets = Vec::new();
        collect(edges, called, &mut targets);
        targets
    }
}

fn collect(edges: &[Edge], is_target: fn(Kind) -> Option<&'static str>, targets: &mut Vec<Result<TaskId, NameError>>) {
    for edge in edges {
        match edge.0 {
            Kind::Group(edges) | Kind::Optional(edges) => collect(edges, is_target, targets),
            kind => {
                let id = is_target(kind).map(TaskId::new);
                targets.extend(id.filter(|id| !targets.contains(id)));
            }
        }
    }
}

fn collect_needs(edges: &[Edge], is_required: bool, needs: &mut Vec<Need>) {
    for edge in edges {
        match edge.0 {
            Kind::State(state) => needs.push(Need { state, is_required }),
            Kind::Group(edges) => collect_needs(edges, is_required, needs),
            Kind::Optional(edges) => collect_needs(edges, false, needs),
            Kind::Invoke(_) | Kind::Call(_) => {}
        }
    }
}
