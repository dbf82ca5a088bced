//! The edges of a handler: what its parameters may do.

use async_lambda_model::{AppName, CallTask, ExternalTask, NameError, OtherApp, TableUse, Task, TaskId};

use crate::state::{Need, StateType};

/// Something that a parameter of a handler lets it do, and that its function needs: permission, or state.
#[derive(Clone, Copy, Debug)]
pub struct Edge(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Invoke(&'static str),
    InvokeLater(&'static str),
    /// The application, and its task.
    InvokeExternal(&'static str, &'static str),
    Call(&'static str),
    State(StateType),
    DeadLetters,
    Metrics,
    Once,
    /// Makes the use of a table.
    #[cfg(feature = "table")]
    Table(fn() -> Result<TableUse, NameError>),
    Group(&'static [Edge]),
    Optional(&'static [Edge]),
}

impl Edge {
    /// May send messages to the task.
    pub const fn invoke<T: Task>() -> Edge {
        Edge(Kind::Invoke(T::ID))
    }

    /// May send messages to the task at a time of its choice.
    pub const fn invoke_later<T: Task>() -> Edge {
        Edge(Kind::InvokeLater(T::ID))
    }

    /// May send messages to the task of another application.
    pub const fn invoke_external<T: Task, A: OtherApp>() -> Edge {
        Edge(Kind::InvokeExternal(A::NAME, T::ID))
    }

    /// May call the function task.
    pub const fn call<T: CallTask>() -> Edge {
        Edge(Kind::Call(T::ID))
    }

    /// Takes the application's state `T`.
    pub const fn state<T: Send + Sync + 'static>() -> Edge {
        Edge(Kind::State(StateType::of::<T>()))
    }

    /// May put messages into the dead-letter queue of the task itself: [`Permanent`](crate::Permanent).
    pub(crate) const fn dead_letters() -> Edge {
        Edge(Kind::DeadLetters)
    }

    /// Writes metrics: [`Metrics`](crate::Metrics).
    pub(crate) const fn metrics() -> Edge {
        Edge(Kind::Metrics)
    }

    /// May write to the table of what was done: [`Once`](crate::Once).
    pub(crate) const fn once() -> Edge {
        Edge(Kind::Once)
    }

    /// May use the table.
    #[cfg(feature = "table")]
    pub const fn table<T: async_lambda_model::TableOf, A: crate::table::Access>() -> Edge {
        Edge(Kind::Table(crate::table::table_use::<T, A>))
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
        any(edges, |kind| matches!(kind, Kind::DeadLetters))
    }

    /// Whether the table of what was done may be written to.
    pub(crate) fn uses_once_table(edges: &[Edge]) -> bool {
        any(edges, |kind| matches!(kind, Kind::Once))
    }

    /// Whether the application must have metrics.
    pub(crate) fn needs_metrics(edges: &[Edge]) -> bool {
        edges.iter().any(|edge| match edge.0 {
            Kind::Metrics => true,
            Kind::Group(edges) => Edge::needs_metrics(edges),
            _ => false,
        })
    }

    /// The ids of all tasks that may be invoked, each once, in order; an error for each invalid one.
    pub(crate) fn targets(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        collect(edges, |kind| if let Kind::Invoke(id) = kind { Some(TaskId::new(id)) } else { None })
    }

    /// The ids of all tasks that may be invoked later, likewise.
    pub(crate) fn later_targets(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        collect(edges, |kind| if let Kind::InvokeLater(id) = kind { Some(TaskId::new(id)) } else { None })
    }

    /// All tasks of other applications that may be invoked, likewise.
    pub(crate) fn external_targets(edges: &[Edge]) -> Vec<Result<ExternalTask, NameError>> {
        collect(edges, |kind| {
            let Kind::InvokeExternal(app, task) = kind else { return None };
            Some(AppName::new(app).and_then(|app| Ok(ExternalTask { app, task: TaskId::new(task)? })))
        })
    }

    /// The tables that may be used, each once with what all edges say of it, likewise.
    #[cfg(feature = "table")]
    pub(crate) fn tables(edges: &[Edge]) -> Vec<Result<TableUse, NameError>> {
        let found = collect(edges, |kind| if let Kind::Table(table) = kind { Some(table()) } else { None });
        let mut tables: Vec<Result<TableUse, NameError>> = Vec::new();
        for table in found {
            let same = |known: &&mut TableUse| {
                table.as_ref().is_ok_and(|table| known.name == table.name && known.key() == table.key())
            };
            match (tables.iter_mut().flatten().find(same), &table) {
                (Some(known), Ok(table)) => known.access = known.access.and(table.access),
                _ => tables.push(table),
            }
        }
        tables
    }

    /// None: no parameter can be one.
    #[cfg(not(feature = "table"))]
    pub(crate) fn tables(_: &[Edge]) -> Vec<Result<TableUse, NameError>> {
        Vec::new()
    }

    /// The ids of all function tasks that may be called, likewise.
    pub(crate) fn calls(edges: &[Edge]) -> Vec<Result<TaskId, NameError>> {
        collect(edges, |kind| if let Kind::Call(id) = kind { Some(TaskId::new(id)) } else { None })
    }
}

fn any(edges: &[Edge], is: fn(Kind) -> bool) -> bool {
    edges.iter().any(|edge| match edge.0 {
        Kind::Group(edges) | Kind::Optional(edges) => any(edges, is),
        kind => is(kind),
    })
}

fn collect<T: PartialEq>(edges: &[Edge], target: fn(Kind) -> Option<T>) -> Vec<T> {
    let mut targets = Vec::new();
    collect_into(&mut targets, edges, target);
    targets
}

fn collect_into<T: PartialEq>(targets: &mut Vec<T>, edges: &[Edge], target: fn(Kind) -> Option<T>) {
    for edge in edges {
        if let Kind::Group(edges) | Kind::Optional(edges) = edge.0 {
            collect_into(targets, edges, target);
        } else if let Some(target) = target(edge.0)
            && !targets.contains(&target)
        {
            targets.push(target);
        }
    }
}

fn collect_needs(edges: &[Edge], is_required: bool, needs: &mut Vec<Need>) {
    for edge in edges {
        match edge.0 {
            Kind::State(state) => needs.push(Need { state, is_required }),
            Kind::Group(edges) => collect_needs(edges, is_required, needs),
            Kind::Optional(edges) => collect_needs(edges, false, needs),
            Kind::Invoke(_) | Kind::InvokeLater(_) | Kind::InvokeExternal(..) | Kind::Call(_) => {}
            Kind::DeadLetters | Kind::Metrics | Kind::Once => {}
            #[cfg(feature = "table")]
            Kind::Table(_) => {}
        }
    }
}
