//! The graph of an application: what starts its tasks, and who invokes whom.

use async_lambda_model::{AppModel, TableUse, TaskModel, TaskOptions};

use super::{Edge, Flow, Graph, Kind, Line, Node};
use crate::app::{self, trigger};

/// The ids of what all tasks share; no task has one, since a task's id has letters and digits only.
pub(crate) const API: &str = "api-";
pub(crate) const DEAD_LETTERS: &str = "dead-letters-";
pub(crate) const FIFO_DEAD_LETTERS: &str = "fifo-dead-letters-";
const ONCE_TABLE: &str = "once-table-";

impl Graph {
    /// The tasks of an application with their queues, schedules and routes, and who invokes whom.
    pub fn of_application(model: &AppModel) -> Graph {
        let mut graph = Graph { name: model.name.to_string(), ..Graph::default() };
        for task in &model.tasks {
            trigger::kind(&task.trigger).draw(task, model.name.as_str(), &mut graph);
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
            for target in &task.invokes_external {
                let (id, name) = (queue(&target.to_string()), target.to_string());
                graph.connect(task.id.as_str(), &id, "sends to", Line::Solid);
                if graph.nodes.iter().all(|known| known.id != id) {
                    graph.nodes.push(node(id, name, "queue of another application", Kind::Queue));
                }
            }
            for target in &task.invokes_later {
                graph.connect(task.id.as_str(), &queue(target.as_str()), "sends later to", Line::Solid);
            }
            for target in &task.calls {
                graph.connect(task.id.as_str(), target.as_str(), "calls", Line::Solid);
            }
            if task.writes_dead_letters {
                let letters = task.options.dead_letters.as_ref();
                let letters = letters.map_or(DEAD_LETTERS.to_owned(), |task| queue(task.as_str()));
                graph.connect(task.id.as_str(), &letters, "gives up", Line::Dashed);
            }
            for table in &task.tables {
                graph.connect(task.id.as_str(), &self::table(table), table.access.verb(), Line::Dashed);
            }
            if task.once {
                graph.connect(task.id.as_str(), ONCE_TABLE, "once", Line::Dashed);
            }
        }
        let has_dead_letters =
            |task: &TaskModel| task.trigger.has_own_queue() || trigger::kind(&task.trigger).writes_dead_letters();
        let letters = [(DEAD_LETTERS, "AsyncLambdaDLQ", false), (FIFO_DEAD_LETTERS, "AsyncLambdaFifoDLQ", true)];
        for (id, label, is_fifo) in letters {
            if model.tasks.iter().any(|task| has_dead_letters(task) && task.trigger.is_fifo() == is_fifo) {
                graph.nodes.push(node(id.to_owned(), label.to_owned(), "dead-letter queue", Kind::Queue));
            }
        }
        if model.tasks.iter().any(|task| task.once) {
            graph.nodes.push(node(ONCE_TABLE.to_owned(), app::ONCE_TABLE.to_owned(), "what was done", Kind::Table));
        }
        for table in model.tables() {
            graph.nodes.push(node(self::table(table), table.name.to_string(), "table", Kind::Table));
        }
        graph
    }

    /// Draws what starts a task, once where several tasks share it.
    pub(crate) fn start(&mut self, task: &str, node: Node, label: &str) {
        self.connect(&node.id, task, label, Line::Solid);
        if self.nodes.iter().all(|known| known.id != node.id) {
            self.nodes.push(node);
        }
    }

    pub(crate) fn connect(&mut self, from: &str, to: &str, label: &str, line: Line) {
        let (from, to, label) = (from.to_owned(), to.to_owned(), label.to_owned());
        self.edges.push(Edge { from, to, label, line, flow: Flow::Along });
    }
}

/// A node of a picture.
pub(crate) fn node(id: String, label: String, detail: &str, kind: Kind) -> Node {
    Node { id, label, detail: detail.to_owned(), kind }
}

/// The node of the queue that a task reads.
pub(crate) fn queue(task: &str) -> String {
    format!("{task}-queue")
}

/// The node of a table.
fn table(table: &TableUse) -> String {
    format!("{}-table", table.name)
}

/// `512 MB, 120 s`.
fn detail(task: &TaskModel) -> String {
    let memory = task.options.memory.unwrap_or(TaskOptions::DEFAULT_MEMORY).get();
    let timeout = task.timeout().get();
    format!("{memory} MB, {timeout} s")
}
