//! The graph of a template.

mod kind;
mod meaning;
mod permission;
mod reference;
mod serverless;

use cfn_model::{Node as Value, Object};

use super::{Edge, Flow, Graph, Kind, Line, Node};
use kind::{kind, short_type};
use meaning::{Meaning, connector, meaning};
use reference::{Reference, references};

/// How much of a template is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Resources that only connect two others are drawn as an arrow between these: event source mappings,
    /// subscriptions, permissions; what is only a part of another, such as a policy or an API's stage, is
    /// left out.
    #[default]
    Overview,
    /// Every resource is a node.
    Everything,
}

impl Graph {
    /// The resources of a template and how they refer to each other.
    pub fn of_template(name: &str, document: &Object, detail: Detail) -> Graph {
        let mut builder = Builder { graph: Graph { name: name.to_owned(), ..Graph::default() }, detail };
        let resources: Vec<Resource> = document
            .get("Resources")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(id, definition)| {
                let type_name = definition["Type"].as_str()?;
                Some(Resource { id, type_name, definition, properties: &definition["Properties"] })
            })
            .collect();
        for resource in &resources {
            if !builder.folds(resource, &resources) {
                builder.graph.nodes.push(Node {
                    id: resource.id.to_owned(),
                    label: resource.id.to_owned(),
                    detail: detail_text(resource),
                    kind: kind(resource),
                });
            }
        }
        for resource in &resources {
            if builder.folds(resource, &resources) {
                builder.connect(resource, &resources);
            } else {
                builder.resource(resource, &resources);
            }
        }
        builder.finish()
    }
}

/// A resource of the template.
struct Resource<'a> {
    id: &'a str,
    type_name: &'a str,
    definition: &'a Value,
    properties: &'a Value,
}

struct Builder {
    graph: Graph,
    detail: Detail,
}

impl Builder {
    fn edge(&mut self, from: &str, to: &str, label: &str, line: Line) {
        let flow = flow(label);
        self.push(Edge { from: from.to_owned(), to: to.to_owned(), label: label.to_owned(), line, flow });
    }

    fn push(&mut self, edge: Edge) {
        if !self.graph.edges.contains(&edge) {
            self.graph.edges.push(edge);
        }
    }

    fn node(&mut self, node: Node) {
        if self.graph.nodes.iter().all(|known| known.id != node.id) {
            self.graph.nodes.push(node);
        }
    }

    /// An edge that a property of a resource stands for.
    fn refer(&mut self, id: &str, target: &str, meaning: Meaning) {
        let (from, to) = if meaning.reversed { (target, id) } else { (id, target) };
        self.push(Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: meaning.label.to_owned(),
            line: meaning.line,
            flow: flow(meaning.label),
        });
    }

    /// Whether a resource is drawn as an arrow, or not at all.
    fn folds(&self, resource: &Resource<'_>, resources: &[Resource<'_>]) -> bool {
        self.detail == Detail::Overview
            && connector(resource.type_name).is_some_and(|connector| {
                connector.always || {
                    let found = references(resource.properties, resources);
                    let ends = |end: &str| found.iter().any(|reference| reference.is_under(end));
                    ends(connector.from) && ends(connector.to)
                }
            })
    }

    /// The arrows that a connector stands for.
    fn connect(&mut self, resource: &Resource<'_>, resources: &[Resource<'_>]) {
        let Some(connector) = connector(resource.type_name) else { return };
        let found = references(resource.properties, resources);
        for from in found.iter().filter(|reference| reference.is_under(connector.from)) {
            if connector.is_policy {
                self.permissions(from.target, &resource.properties["PolicyDocument"], resources);
                continue;
            }
            for to in found.iter().filter(|reference| reference.is_under(connector.to)) {
                self.edge(from.target, to.target, connector.label, Line::Solid);
            }
        }
        if let Some(failure) = connector.failure {
            for function in found.iter().filter(|reference| reference.is_under(connector.to)) {
                for target in found.iter().filter(|reference| reference.is_under(failure)) {
                    self.edge(function.target, target.target, "on failure", Line::Dashed);
                }
            }
        }
    }

    /// The edges of a resource that is a node.
    fn resource(&mut self, resource: &Resource<'_>, resources: &[Resource<'_>]) {
        let is_serverless = matches!(resource.type_name, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine");
        if is_serverless {
            self.events(resource, resources);
            self.policy_templates(resource, resources);
        }
        if resource.type_name.starts_with("AWS::IAM::") {
            self.permissions(resource.id, resource.properties, resources);
        }
        for reference in references(resource.properties, resources) {
            let is_special = is_serverless && (reference.is_under("Events") || reference.is_under("Policies"));
            if is_special || reference.is_statement {
                continue;
            }
            self.refer(resource.id, reference.target, meaning(resource.type_name, &reference));
        }
        for id in depends_on(resource.definition) {
            if let Some(target) = resources.iter().find(|other| other.id == id) {
                self.edge(resource.id, target.id, "after", Line::Dotted);
            }
        }
    }

    /// Leaves out what an arrow between the same two says already, and joins what is left.
    fn finish(mut self) -> Graph {
        let all = std::mem::take(&mut self.graph.edges);
        let drawn: Vec<&str> = self.graph.nodes.iter().map(|node| node.id.as_str()).collect();
        let same_ends = |left: &Edge, right: &Edge| {
            (left.from == right.from && left.to == right.to) || (left.from == right.to && left.to == right.from)
        };
        let weight = |edge: &Edge| match edge.label.as_str() {
            "after" => 0,
            "" => 1,
            "invokes" | "receives from" => 2,
            _ => 3,
        };
        let mut kept: Vec<Edge> = Vec::new();
        for edge in &all {
            let is_weak =
                weight(edge) < 3 && all.iter().any(|other| same_ends(edge, other) && weight(other) > weight(edge));
            let is_drawn = drawn.contains(&edge.from.as_str()) && drawn.contains(&edge.to.as_str());
            if is_weak || !is_drawn || (edge.from == edge.to && weight(edge) < 2) {
                continue;
            }
            let twin = kept.iter_mut().find(|known| {
                known.from == edge.from && known.to == edge.to && known.line == edge.line && known.flow == edge.flow
            });
            match twin {
                Some(twin) if twin.label.split(", ").any(|label| label == edge.label) => {}
                Some(twin) => twin.label = format!("{}, {}", twin.label, edge.label),
                None => kept.push(edge.clone()),
            }
        }
        self.graph.edges = kept;
        self.graph
    }
}

/// Messages and calls go from left to right; who fetches or watches stands behind what he fetches from.
fn flow(label: &str) -> Flow {
    match label {
        "watches" | "receives from" => Flow::Against,
        "" | "after" | "assumes" | "uses" | "reads" | "writes" | "reads and writes" => Flow::Loose,
        _ => Flow::Along,
    }
}

fn depends_on(definition: &Value) -> Vec<&str> {
    match &definition["DependsOn"] {
        Value::String(id) => vec![id],
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn detail_text(resource: &Resource<'_>) -> String {
    match resource.properties["ScheduleExpression"].as_str() {
        Some(expression) => expression.to_owned(),
        None => short_type(resource.type_name),
    }
}
