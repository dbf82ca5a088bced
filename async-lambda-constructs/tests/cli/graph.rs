//! `graph`.

use std::fs;

use async_lambda_constructs::{cli::Exit, graph};
use insta::assert_snapshot;

use crate::{fixtures, folder, no_stacks, run, run_in, stacks};

#[test]
fn the_stack_as_a_picture_in_each_language() {
    for format in ["mermaid", "dot", "svg"] {
        let run = run(&["graph", "--format", format]);
        assert_eq!((run.exit, run.err.as_str()), (Exit::Done, ""), "{format}");
        assert_snapshot!(format!("graph_{format}"), run.out);
    }
}

#[test]
fn several_stacks_are_framed() {
    for format in ["mermaid", "dot", "svg"] {
        let run = run_in(fixtures(), vec![stacks::orders(), stacks::storage()], &["graph", "--format", format], "");
        assert_snapshot!(format!("graph_several_{format}"), run.out);
    }
}

#[test]
fn a_template_that_somebody_else_wrote_is_drawn() {
    for (name, arguments) in [
        ("plain", &["graph", "plain.yaml"][..]),
        ("plain_all", &["graph", "plain.yaml", "--all"]),
        ("circle", &["graph", "circle.yaml", "--format", "svg"]),
    ] {
        assert_snapshot!(format!("graph_{name}"), run(arguments));
    }
}

#[test]
fn the_extension_says_the_language() {
    let folder = folder("graph");
    for (file, start) in [("a.svg", "<svg "), ("a.dot", "digraph"), ("a.md", "flowchart LR")] {
        let run = run_in(folder.clone(), stacks::orders(), &["graph", "-o", file], "");
        assert_eq!((run.exit, run.out.as_str()), (Exit::Done, ""), "{file}");
        assert!(fs::read_to_string(folder.join(file)).unwrap().starts_with(start), "{file}");
    }
}

#[test]
fn a_graph_is_data_too() {
    let run = run(&["graph", "--message-format", "json"]);
    let graphs: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let edges = graphs[0]["edges"].as_array().unwrap();
    assert!(edges.iter().any(|edge| edge["from"] == "Tick" && edge["to"] == "Jobs" && edge["label"] == "sends to"));
}

#[test]
fn nothing_is_a_picture_too() {
    for format in ["mermaid", "dot", "svg"] {
        assert_eq!(run_in(fixtures(), no_stacks(), &["graph", "--format", format], "").exit, Exit::Done, "{format}");
    }
}

/// Positions and sizes of the boxes of a picture.
fn boxes(svg: &str) -> Vec<[f64; 4]> {
    svg.split("<rect ")
        .skip(1)
        .map(|rect| {
            ["x", "y", "width", "height"].map(|name| {
                let (_, rest) = rect.split_once(&format!("{name}=\"")).unwrap();
                rest.split('"').next().unwrap().parse().unwrap()
            })
        })
        .collect()
}

#[test]
fn boxes_never_overlap_and_time_is_bounded() {
    // Random graphs, always the same: a linear congruential generator is random enough.
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for nodes in [1, 2, 7, 20, 60] {
        for _ in 0..10 {
            let mut graph = graph::Graph::default();
            for id in 0..nodes {
                graph.nodes.push(graph::Node {
                    id: id.to_string(),
                    label: "N".repeat(random(30) + 1),
                    detail: String::new(),
                    kind: graph::Kind::ALL[random(10)],
                });
            }
            for _ in 0..random(2 * nodes) {
                graph.edges.push(graph::Edge {
                    from: random(nodes).to_string(),
                    to: random(nodes).to_string(),
                    label: "l".repeat(random(12)),
                    line: graph::Line::Solid,
                    flow: [graph::Flow::Along, graph::Flow::Against, graph::Flow::Loose][random(3)],
                });
            }
            let boxes = boxes(&graph::svg(&[graph]));
            assert_eq!(boxes.len(), nodes);
            for (position, [x, y, width, height]) in boxes.iter().enumerate() {
                for [other_x, other_y, other_width, other_height] in &boxes[position + 1..] {
                    let apart = x + width <= *other_x
                        || other_x + other_width <= *x
                        || y + height <= *other_y
                        || other_y + other_height <= *y;
                    assert!(apart, "{nodes} nodes");
                }
            }
        }
    }
}
