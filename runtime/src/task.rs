//! Tasks as types, and what a parameter of a handler may do.

use async_lambda_model::TaskId;
use serde::{Serialize, de::DeserializeOwned};

/// An async task: a name, and what its messages carry.
///
/// ```
/// use async_lambda::prelude::*;
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Photo { pub key: String, pub width: u32 }
///
/// pub struct Resize;
///
/// impl Task for Resize {
///     const ID: &'static str = "Resize";
///     type Payload = Photo;
/// }
/// ```
pub trait Task: 'static {
    /// The name: 1 to 32 letters and digits, unique in the application. Another one does not compile.
    const ID: &'static str;

    /// What a message carries, as JSON.
    type Payload: Serialize + DeserializeOwned + Send + 'static;

    /// How many hops a chain of invocations may have that comes back to this task. Without it, a loop through
    /// the task is an error at synth. A message with more hops behind it goes to the dead-letter queue at once, with
    /// the reason among its attributes: `AsyncLambdaReason`, `AsyncLambdaKind`, `AsyncLambdaTaskId`,
    /// `AsyncLambdaMessageId`.
    const RECURSION: Option<u32> = None;
}

/// Something that a parameter of a handler lets it do, and that its function needs permission for.
#[derive(Clone, Copy, Debug)]
pub struct Edge(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Invoke(&'static str),
    Group(&'static [Edge]),
}

impl Edge {
    /// May send messages to the task.
    pub const fn invoke<T: Task>() -> Edge {
        const { assert!(TaskId::is_valid(T::ID), "a `Task::ID` must be 1 to 32 letters and digits") };
        Edge(Kind::Invoke(T::ID))
    }

    /// All edges of another extractor: what a wrapper forwards.
    pub const fn group(edges: &'static [Edge]) -> Edge {
        Edge(Kind::Group(edges))
    }

    /// The ids of all tasks that may be invoked, each once, in order.
    pub(crate) fn targets(edges: &[Edge]) -> Vec<TaskId> {
        let mut targets = Vec::new();
        collect(edges, &mut targets);
        targets
    }
}

fn collect(edges: &[Edge], targets: &mut Vec<TaskId>) {
    for edge in edges {
        match edge.0 {
            Kind::Invoke(id) => {
                // `Edge::invoke` let only valid ids through.
                if let Ok(id) = TaskId::new(id)
                    && !targets.contains(&id)
                {
                    targets.push(id);
                }
            }
            Kind::Group(edges) => collect(edges, targets),
        }
    }
}
