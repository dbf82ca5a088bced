//! Mermaid: a picture that GitHub and GitLab draw in Markdown.

use std::{collections::HashSet, fmt::Write as _};

use super::{Flow, Graph, Kind, Line};

/// Words that mean something at the start of a line of a flowchart.
const RESERVED: [&str; 15] = [
    "end",
    "graph",
    "subgraph",
    "flowchart",
    "style",
    "linkstyle",
    "classdef",
    "class",
    "click",
    "default",
    "direction",
    "call",
    "href",
    "interpolate",
    "flowchart-elk",
];

/// A flowchart from left to right. Several graphs become a subgraph each.
pub fn mermaid(graphs: &[Graph]) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut kinds = HashSet::new();
    let mut taken = HashSet::new();
    for graph in graphs {
        let indent = if graphs.len() > 1 {
            let id = unique(&graph.name, &mut taken);
            let _ = writeln!(text, "  subgraph {id} [\"{}\"]", escape(&graph.name));
            "    "
        } else {
            "  "
        };
        let ids: Vec<String> = graph.nodes.iter().map(|node| unique(&node.id, &mut taken)).collect();
        for (node, id) in graph.nodes.iter().zip(&ids) {
            kinds.insert(node.kind);
            let (open, close) = shape(node.kind);
            let detail = if node.detail.is_empty() {
                String::new()
            } else {
                format!("<br><small>{}</small>", escape(&node.detail))
            };
            let _ =
                writeln!(text, "{indent}{id}{open}\"{}{detail}\"{close}:::{}", escape(&node.label), node.kind.name());
        }
        for (from, to, edge) in graph.drawn() {
            let arrow = match edge.line {
                Line::Solid => "-->",
                Line::Dashed | Line::Dotted => "-.->",
            };
            let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", escape(&edge.label)) };
            // Written the other way round, Mermaid places the alarm behind what it watches.
            let (from, to, arrow) = match edge.flow {
                Flow::Against => (to, from, arrow.replace("-->", "<-.-").replace("-.->", "<-.-")),
                Flow::Along | Flow::Loose => (from, to, arrow.to_owned()),
            };
            let _ = writeln!(text, "{indent}{} {arrow}{label} {}", ids[from], ids[to]);
        }
        if graphs.len() > 1 {
            text.push_str("  end\n");
        }
    }
    for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
        let [fill, border, ink] = kind.light();
        let _ = writeln!(text, "  classDef {} fill:{fill},stroke:{border},color:{ink}", kind.name());
    }
    text
}

fn shape(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Queue => ("[[", "]]"),
        Kind::Bucket | Kind::Table => ("[(", ")]"),
        Kind::Schedule | Kind::Topic => ("([", "])"),
        Kind::Api | Kind::Alarm => ("{{", "}}"),
        Kind::Function | Kind::Role | Kind::Other => ("[", "]"),
    }
}

/// An id of letters, digits and underscores that is no word of the language and that nothing else has.
fn unique(id: &str, taken: &mut HashSet<String>) -> String {
    let mut plain: String =
        id.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    if plain.is_empty() || RESERVED.contains(&plain.to_ascii_lowercase().as_str()) {
        plain.push('_');
    }
    while !taken.insert(plain.clone()) {
        plain.push('_');
    }
    plain
}

/// Mermaid reads labels as HTML with entities of its own, spelled with `#`.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' | '{' | '}' | '|' => {
                let _ = write!(escaped, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
