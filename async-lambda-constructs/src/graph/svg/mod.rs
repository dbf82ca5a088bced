//! SVG: a picture that needs no program to draw it, in light and dark.

mod layout;
mod measure;

use std::fmt::Write as _;

use super::{Edge, Graph, Kind, Line, Node};
use layout::{Layout, Link, Point, Route, Size, layout};
use measure::{shorten, width};

const LABEL: f64 = 13.0;
const DETAIL: f64 = 11.0;
const EDGE: f64 = 11.0;
const NODE_HEIGHT: f64 = 46.0;
const ICON: f64 = 16.0;
const PADDING: f64 = 12.0;
const MARGIN: f64 = 16.0;
const TITLE: f64 = 26.0;
/// How many characters of a label are shown. The whole label is in the tooltip.
const LABEL_SHOWN: usize = 40;

/// A picture of the graphs. Several graphs get a frame with a title each.
pub fn svg(graphs: &[Graph]) -> String {
    let has_frames = graphs.len() > 1;
    let mut body = String::new();
    let used = |kind: &Kind| graphs.iter().flat_map(|graph| &graph.nodes).any(|node| node.kind == *kind);
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(used).collect();
    let (mut full_width, mut y) = (0.0_f64, MARGIN);
    let layouts: Vec<Layout> = graphs.iter().map(lay_out).collect();
    let inner = if has_frames { MARGIN } else { 0.0 };
    let widest = layouts.iter().map(|layout| layout.size.width).fold(0.0, f64::max);
    for (graph, layout) in graphs.iter().zip(&layouts) {
        let head = if has_frames { TITLE } else { 0.0 };
        let height = layout.size.height + head + 2.0 * inner;
        if has_frames {
            let _ = writeln!(
                body,
                "<rect class=\"frame\" x=\"{MARGIN}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n\
                 <text class=\"title\" x=\"{}\" y=\"{}\">{}</text>",
                round(y),
                round(widest + 2.0 * inner),
                round(height),
                round(MARGIN + inner),
                round(y + inner + 8.0),
                escape(&graph.name)
            );
        }
        let _ = writeln!(body, "<g transform=\"translate({} {})\">", round(MARGIN + inner), round(y + inner + head));
        for ((_, _, edge), route) in graph.drawn().zip(&layout.routes) {
            draw_edge(&mut body, edge, route);
        }
        for (node, center) in graph.nodes.iter().zip(&layout.boxes) {
            draw_node(&mut body, node, *center);
        }
        body.push_str("</g>\n");
        full_width = full_width.max(widest + 2.0 * inner + 2.0 * MARGIN);
        y += height + MARGIN;
    }
    let title = graphs.iter().map(|graph| graph.name.as_str()).collect::<Vec<_>>().join(", ");
    let (width, height) = (round(full_width.max(2.0 * MARGIN)), round(y));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>\n<style>\n{}</style>\n{body}</svg>\n",
        escape(&title),
        style(&kinds)
    )
}

fn has_loop(graph: &Graph, node: &Node) -> bool {
    graph.edges.iter().any(|edge| edge.from == node.id && edge.to == node.id)
}

fn lay_out(graph: &Graph) -> Layout {
    let boxes: Vec<Size> = graph
        .nodes
        .iter()
        .map(|node| {
            let extra = if has_loop(graph, node) { 2.0 * layout::LOOP_ROOM } else { 0.0 };
            Size { width: node_width(node), height: NODE_HEIGHT + extra }
        })
        .collect();
    let links: Vec<Link> = graph
        .drawn()
        .map(|(from, to, edge)| {
            let size = Size { width: width(&label(edge), EDGE, false) + 10.0, height: EDGE + 5.0 };
            let label = (!edge.label.is_empty()).then_some(size);
            Link { from, to, flow: edge.flow, label }
        })
        .collect();
    layout(&boxes, &links)
}

fn label(edge: &Edge) -> String {
    shorten(&edge.label, LABEL_SHOWN)
}

fn node_width(node: &Node) -> f64 {
    let label = width(&shorten(&node.label, LABEL_SHOWN), LABEL, true);
    let detail = width(&shorten(&node.detail, LABEL_SHOWN), DETAIL, false);
    label.max(detail) + ICON + 8.0 + 2.0 * PADDING
}

fn draw_node(body: &mut String, node: &Node, center: Point) {
    let width = node_width(node);
    let (x, y) = (center.x - width / 2.0, center.y - NODE_HEIGHT / 2.0);
    let text_x = round(x + PADDING + ICON + 8.0);
    let _ = writeln!(
        body,
        "<g class=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{NODE_HEIGHT}\" rx=\"8\"/>\
         <path transform=\"translate({} {})\" d=\"{}\"/>",
        node.kind.name(),
        escape(&format!("{} ({})", node.label, node.detail)),
        round(x),
        round(y),
        round(width),
        round(x + PADDING - 1.0),
        round(center.y - ICON / 2.0),
        icon(node.kind),
    );
    let label = escape(&shorten(&node.label, LABEL_SHOWN));
    let label_y = round(if node.detail.is_empty() { center.y + 4.5 } else { center.y - 3.0 });
    let _ = write!(body, "<text class=\"label\" x=\"{text_x}\" y=\"{label_y}\">{label}</text>");
    if !node.detail.is_empty() {
        let detail = escape(&shorten(&node.detail, LABEL_SHOWN));
        let _ = write!(body, "<text class=\"detail\" x=\"{text_x}\" y=\"{}\">{detail}</text>", round(center.y + 13.0));
    }
    body.push_str("</g>\n");
}

fn draw_edge(body: &mut String, edge: &Edge, route: &Route) {
    const HEAD: f64 = 8.0;
    let Some([before, tip]) = route.strokes.last().copied() else { return };
    // The line ends inside the head, so that its end does not show beside the tip.
    let (dx, dy) = ((tip.x - before.x).signum(), (tip.y - before.y).signum());
    let is_loop = before.x == tip.x && before.y != tip.y;
    let mut path = String::new();
    for (position, [start, end]) in route.strokes.iter().enumerate() {
        let is_last = position + 1 == route.strokes.len();
        if position == 0 {
            let _ = write!(path, "M{} {}", round(start.x), round(start.y));
        } else {
            let [_, previous] = route.strokes[position - 1];
            if route.gap == Some(position) {
                let _ = write!(path, "M{} {}", round(start.x), round(start.y));
            } else {
                bend(&mut path, previous, *start, is_loop);
            }
        }
        let end = match (is_last, is_loop) {
            (true, false) => Point { x: end.x - dx * (HEAD - 1.0), y: end.y },
            (true, true) => Point { x: end.x, y: end.y - dy * (HEAD - 1.0) },
            (false, _) => *end,
        };
        let _ = write!(path, "L{} {}", round(end.x), round(end.y));
    }
    let class = match edge.line {
        Line::Solid => "edge",
        Line::Dashed => "edge dashed",
        Line::Dotted => "edge dotted",
    };
    let _ = writeln!(body, "<path class=\"{class}\" d=\"{path}\"/>");
    let head = match is_loop {
        false => [(tip.x - dx * HEAD, tip.y - 4.0), (tip.x - dx * HEAD, tip.y + 4.0)],
        true => [(tip.x - 4.0, tip.y - dy * HEAD), (tip.x + 4.0, tip.y - dy * HEAD)],
    };
    let [(left, top), (right, bottom)] = head.map(|(x, y)| (round(x), round(y)));
    let _ = writeln!(
        body,
        "<path class=\"head\" d=\"M{} {}L{left} {top}L{right} {bottom}Z\"/>",
        round(tip.x),
        round(tip.y)
    );
    if !edge.label.is_empty() {
        let (x, y) = (round(route.label.x), round(route.label.y + EDGE * 0.35));
        let _ = writeln!(body, "<text class=\"word\" x=\"{x}\" y=\"{y}\">{}</text>", escape(&label(edge)));
    }
}

/// A soft curve from one stroke to the next.
fn bend(path: &mut String, from: Point, to: Point, is_loop: bool) {
    let [from_x, from_y, to_x, to_y] = [from.x, from.y, to.x, to.y].map(round);
    if is_loop {
        let _ = write!(path, "C{from_x} {} {to_x} {} {to_x} {to_y}", round(from.y - 14.0), round(to.y - 14.0));
    } else {
        let middle = round((from.x + to.x) / 2.0);
        let _ = write!(path, "C{middle} {from_y} {middle} {to_y} {to_x} {to_y}");
    }
}

fn style(kinds: &[Kind]) -> String {
    let mut text = String::from(
        "text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\n\
         .label{font-size:13px;font-weight:600}.detail{font-size:11px;opacity:.8}.word{font-size:11px;text-anchor:middle;fill:#4b5563}\n\
         .title{font-size:13px;font-weight:600;fill:#374151}.frame{fill:none;stroke:#c3c8d1}\n\
         rect{stroke-width:1.3}g>path{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}\n\
         .edge{stroke:#7b8494}.dashed{stroke-dasharray:5 4}.dotted{stroke-dasharray:1 4}.head{fill:#7b8494;stroke:none}\n",
    );
    text.push_str(&colors(kinds, Kind::light));
    text.push_str("@media (prefers-color-scheme:dark){\n");
    text.push_str(
        ".word{fill:#b6bdc9}.title{fill:#d6dae1}.frame{stroke:#4a505c}.edge{stroke:#8a93a3}.head{fill:#8a93a3}\n",
    );
    text.push_str(&colors(kinds, Kind::dark));
    text.push_str("}\n");
    text
}

fn colors(kinds: &[Kind], palette: fn(Kind) -> [&'static str; 3]) -> String {
    kinds
        .iter()
        .map(|kind| {
            let ([fill, border, ink], name) = (palette(*kind), kind.name());
            format!(
                ".{name} rect{{fill:{fill};stroke:{border}}}.{name} path{{stroke:{border}}}.{name} text{{fill:{ink}}}\n"
            )
        })
        .collect()
}

/// A drawing of 16 by 16.
fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Queue => "M1.5 4h13v8h-13zM5.8 4v8M10.2 4v8",
        Kind::Function => "M3.5 2.5h2.3l5.2 11h2.2M7.6 6.6l-4.3 6.9",
        Kind::Bucket => {
            "M2.2 4.2c0 1 2.6 1.8 5.8 1.8s5.8-.8 5.8-1.8-2.6-1.8-5.8-1.8-5.8.8-5.8 1.8l1.6 9c.2.8 2 1.3 4.2 1.3s4-.5 4.2-1.3l1.6-9"
        }
        Kind::Table => "M2 2.8h12v10.4H2zM2 6.2h12M2 9.7h12M6.2 6.2v7",
        Kind::Topic => "M2 6.3v3.4h2.6l5 3.3V3L4.6 6.3zM12.2 5.6a3.4 3.4 0 0 1 0 4.8",
        Kind::Api => "M5 4 1.5 8 5 12M11 4l3.5 4L11 12M9.2 3 6.8 13",
        Kind::Schedule => "M8 2a6 6 0 1 0 .01 0zM8 4.8V8l2.4 1.6",
        Kind::Alarm => "M4 11V7.3a4 4 0 0 1 8 0V11l1.4 1.5H2.6zM6.7 14.5h2.6",
        Kind::Role => "M8 1.8l5 1.7v4c0 3.2-2.1 5.5-5 6.7-2.9-1.2-5-3.5-5-6.7v-4z",
        Kind::Other => "M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9zM2.6 4.9 8 8l5.4-3.1M8 8v6.2",
    }
}

/// A number with one digit behind the point at most.
fn round(value: f64) -> f64 {
    let rounded = (value * 10.0).round() / 10.0;
    // Minus zero would be written as such.
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
