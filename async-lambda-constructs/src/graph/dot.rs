//! DOT: the language of Graphviz.

use std::fmt::Write as _;

use super::{Flow, Graph, Kind, Line};

/// A graph from left to right. Several graphs become a cluster each.
pub fn dot(graphs: &[Graph]) -> String {
    let name = graphs.first().map_or("", |graph| graph.name.as_str());
    let mut text = format!(
        "digraph \"{}\" {{\n  graph [rankdir=LR, bgcolor=transparent, fontname=\"Helvetica\", nodesep=0.35, ranksep=0.7]\n  \
         node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=12, margin=\"0.2,0.1\"]\n  \
         edge [fontname=\"Helvetica\", fontsize=10, color=\"#767c8a\", fontcolor=\"#5a6070\", arrowsize=0.8]\n",
        escape(name)
    );
    for (position, graph) in graphs.iter().enumerate() {
        let (indent, prefix) = if graphs.len() > 1 {
            let _ = writeln!(
                text,
                "  subgraph cluster_{position} {{\n    label=\"{}\"\n    color=\"#a0a5b0\"",
                escape(&graph.name)
            );
            ("    ", format!("{}/", graph.name))
        } else {
            ("  ", String::new())
        };
        let id = |id: &str| escape(&format!("{prefix}{id}"));
        for node in &graph.nodes {
            let [fill, border, ink] = node.kind.light();
            let shape = match node.kind {
                Kind::Bucket | Kind::Table => ", shape=cylinder, style=filled",
                Kind::Api | Kind::Alarm => ", shape=hexagon, style=filled",
                Kind::Queue => ", shape=box, style=\"filled,diagonals\"",
                _ => "",
            };
            let detail = if node.detail.is_empty() { String::new() } else { format!("\\n{}", escape(&node.detail)) };
            let _ = writeln!(
                text,
                "{indent}\"{}\" [label=\"{}{detail}\", fillcolor=\"{fill}\", color=\"{border}\", fontcolor=\"{ink}\"{shape}]",
                id(&node.id),
                escape(&node.label),
            );
        }
        for (from, to, edge) in graph.drawn() {
            let mut attributes = Vec::new();
            if !edge.label.is_empty() {
                attributes.push(format!("label=\"{}\"", escape(&edge.label)));
            }
            match edge.line {
                Line::Solid => {}
                Line::Dashed => attributes.push("style=dashed".to_owned()),
                Line::Dotted => attributes.push("style=dotted".to_owned()),
            }
            let (mut from, mut to) = (&graph.nodes[from].id, &graph.nodes[to].id);
            if edge.flow == Flow::Against {
                // The head is drawn at the start, so that ranks run the other way.
                std::mem::swap(&mut from, &mut to);
                attributes.push("dir=back".to_owned());
            }
            let attributes =
                if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
            let _ = writeln!(text, "{indent}\"{}\" -> \"{}\"{attributes}", id(from), id(to));
        }
        if graphs.len() > 1 {
            text.push_str("  }\n");
        }
    }
    text.push_str("}\n");
    text
}

fn escape(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
