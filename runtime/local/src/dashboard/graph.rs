//! The graph of the application: what starts its tasks, and who invokes whom.

use async_lambda_model::{TaskModel, Trigger};
use serde_json::{Value, json};

use super::{
    Dashboard,
    params::{Params, Refused},
};
use crate::plan::{Plan, Role};

/// The id of the API's node, which all tasks share. No task has this id, since it has a hyphen.
const API: &str = "api-";

/// Nodes and edges, each node once.
#[derive(Default)]
struct Graph {
    nodes: Vec<Value>,
    edges: Vec<Value>,
}

impl Graph {
    fn node(&mut self, id: &str, kind: &str, label: &str, detail: &str, queues: &[&str]) {
        if self.nodes.iter().all(|node| node["id"] != id) {
            self.nodes.push(json!({"id": id, "kind": kind, "label": label, "detail": detail, "queues": queues}));
        }
    }

    fn edge(&mut self, from: &str, to: &str, kind: &str, label: &str) {
        self.edges.push(json!({"from": from, "to": to, "kind": kind, "label": label}));
    }
}

fn queue_of(task: &str) -> String {
    format!("{task}-queue")
}

/// `graph`
pub(super) fn graph(dashboard: &Dashboard, _: &Params) -> Result<Value, Refused> {
    let plan = dashboard.cloud.plan();
    let mut graph = Graph::default();
    for task in &plan.model.tasks {
        start(plan, task, &mut graph);
        let memory = task.options.memory.unwrap_or(async_lambda_model::TaskOptions::DEFAULT_MEMORY).get();
        let detail = format!("{memory} MB, {} s", task.timeout().get());
        graph.node(task.id.as_str(), "function", task.id.as_str(), &detail, &[]);
    }
    for task in &plan.model.tasks {
        invoke(task, &mut graph);
    }
    for (id, queue) in (0..).zip(&plan.queues).filter(|(_, queue)| queue.role == Role::DeadLetters) {
        let name = plan.name_of(id);
        graph.node(
            name,
            "dead-letters",
            name,
            if queue.config.fifo { "FIFO dead letters" } else { "dead letters" },
            &[name],
        );
    }
    Ok(json!({"name": plan.model.name.as_str(), "nodes": graph.nodes, "edges": graph.edges}))
}

/// Adds the sources of a task's events.
fn start(plan: &Plan, task: &TaskModel, graph: &mut Graph) {
    let id = task.id.as_str();
    match &task.trigger {
        Trigger::ManagedSqs(_) | Trigger::ManagedSqsBatch(_) | Trigger::Fifo(_) | Trigger::DeadLetters(_) => {
            let queues: Vec<&str> = plan
                .queues
                .iter()
                .filter(|queue| matches!(&queue.role, Role::Task { task: its, .. } if its.as_str() == id))
                .map(|queue| queue.config.name.as_str())
                .collect();
            let detail = match &task.trigger {
                Trigger::Fifo(_) => "FIFO queue",
                Trigger::DeadLetters(_) => "dead letters",
                _ => "queue",
            };
            let detail = if queues.len() > 1 { format!("{} lanes", queues.len()) } else { detail.to_owned() };
            let name = queues.first().copied().unwrap_or(id);
            graph.node(&queue_of(id), "queue", name, &detail, &queues);
            graph.edge(&queue_of(id), id, "triggers", "");
            letters(plan, id, &queues, graph);
        }
        Trigger::Sqs(_) => {
            let Some(queue) = plan.queue_read_by(id) else { return };
            let name = plan.name_of(queue);
            graph.node(name, "queue", name, "somebody else's queue", &[name]);
            graph.edge(name, id, "triggers", "");
        }
        Trigger::Schedule(schedule) => {
            let node = format!("{id}-schedule");
            graph.node(&node, "schedule", &schedule.expression.to_string(), "schedule", &[]);
            graph.edge(&node, id, "triggers", "");
        }
        Trigger::Api(api) => {
            graph.node(API, "api", plan.model.name.as_str(), "API", &[]);
            graph.edge(API, id, "triggers", &format!("{} {}", api.method, api.path));
        }
        Trigger::DynamoDb(stream) => {
            let arn = stream.stream_arn.to_string();
            let table =
                arn.split_once("table/").map_or(arn.as_str(), |(_, rest)| rest.split('/').next().unwrap_or(rest));
            let node = format!("{id}-stream");
            graph.node(&node, "table", table, "stream of a table", &[]);
            graph.edge(&node, id, "triggers", "");
        }
        Trigger::Function(_) => {}
    }
}

/// The dead-letter queue of a task's queues.
fn letters(plan: &Plan, id: &str, queues: &[&str], graph: &mut Graph) {
    let first = queues.first().and_then(|name| plan.queue_named(name));
    let target = first.and_then(|queue| plan.queue(queue).config.redrive);
    let Some((target, _)) = target else { return };
    let to = match &plan.queue(target).role {
        Role::Task { task, .. } => queue_of(task.as_str()),
        _ => plan.name_of(target).to_owned(),
    };
    graph.edge(&queue_of(id), &to, "dead", "");
}

/// Adds the tasks that a task invokes.
fn invoke(task: &TaskModel, graph: &mut Graph) {
    let id = task.id.as_str();
    for target in &task.invokes {
        graph.edge(id, &queue_of(target.as_str()), "sends", "");
    }
    for target in task.invokes_later.iter().filter(|target| !task.invokes.contains(target)) {
        graph.edge(id, &queue_of(target.as_str()), "later", "later");
    }
    for target in &task.invokes_external {
        let name = target.to_string();
        graph.node(&name, "external", &name, "another application", &[]);
        graph.edge(id, &name, "sends", "");
    }
    for target in &task.calls {
        graph.edge(id, target.as_str(), "calls", "calls");
    }
}
