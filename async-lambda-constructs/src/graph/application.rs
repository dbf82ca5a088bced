//! The graph of an application: what starts its tasks, and who invokes whom.

use async_lambda_model::{AppModel, TaskModel, TaskOptions, Trigger};

use super::{Edge, Flow, Graph, Kind, Line, Node};

/// The ids of what all tasks share; no task has one, since a task's id has letters and digits only.
const API: &str = "api-";
const DEAD_LETTERS: &str = "dead-letters-";

impl Graph {
    /// The tasks of an application with their queues, schedules and routes, and who invokes whom.
    pub fn of_application(model: &AppModel) -> Graph {
        let mut graph = Graph { name: model.name.to_string(), ..Graph::default() };
        for task in &model.tasks {
            graph.trigger(task, model.name.as_str());
            graph.nodes.push(Node {
                id: task.id.to_string(),
                label: task.id.to_string(),
                detail: detail(task),
                kind: Kind::Function,
            });
        }
        for task in &model.tasks {
            for target in &task.invokes {
                graph.connect(task.id.as_str(), &queue(target.as_str()), "sends to", Line::Solid);
            }
        }
        if model.tasks.iter().any(|task| task.trigger == Trigger::ManagedSqs) {
            let (label, detail) = ("AsyncLambdaDLQ".to_owned(), "dead-letter queue".to_owned());
            graph.nodes.push(Node { id: DEAD_LETTERS.to_owned(), label, detail, kind: Kind::Queue });
        }
        graph
    }

    /// What starts a task, as a node before it.
    fn trigger(&mut self, task: &TaskModel, app: &str) {
        let id = task.id.as_str();
        let (node, label) = match &task.trigger {
            Trigger::ManagedSqs => {
                self.connect(&queue(id), DEAD_LETTERS, "dead letters", Line::Dashed);
                (node(queue(id), format!("{app}-{id}"), "queue", Kind::Queue), "triggers".to_owned())
            }
            Trigger::Sqs { queue_arn } => {
                let arn = queue_arn.to_string();
                let name = arn.rsplit(':').next().filter(|_| arn.starts_with("arn:")).unwrap_or(&arn).to_owned();
                (node(format!("{id}-queue"), name, "somebody else's queue", Kind::Queue), "triggers".to_owned())
            }
            Trigger::Schedule { expression } => {
                let name = node(format!("{id}-schedule"), expression.to_string(), "schedule", Kind::Schedule);
                (name, "triggers".to_owned())
            }
            Trigger::Api { method, path } => {
                (node(API.to_owned(), app.to_owned(), "API", Kind::Api), format!("{method} {path}"))
            }
            other => (node(format!("{id}-trigger"), other.to_string(), "trigger", Kind::Other), String::new()),
        };
        self.connect(&node.id, id, &label, Line::Solid);
        if self.nodes.iter().all(|known| known.id != node.id) {
            self.nodes.push(node);
        }
    }

    fn connect(&mut self, from: &str, to: &str, label: &str, line: Line) {
        let (from, to, label) = (from.to_owned(), to.to_owned(), label.to_owned());
        self.edges.push(Edge { from, to, label, line, flow: Flow::Along });
    }
}

fn node(id: String, label: String, detail: &str, kind: Kind) -> Node {
    Node { id, label, detail: detail.to_owned(), kind }
}

fn queue(task: &str) -> String {
    format!("{task}-queue")
}

/// `512 MB, 120 s`.
fn detail(task: &TaskModel) -> String {
    let memory = task.options.memory.unwrap_or(TaskOptions::DEFAULT_MEMORY).get();
    let timeout = task.timeout().get();
    format!("{memory} MB, {timeout} s")
}
