//! Where boxes and arrows go: ranks from left to right, few crossings, nothing on top of anything else.
//!
//! The method is Sugiyama's. Cycles are broken, every box gets a rank by its longest path, arrows that go
//! further than one rank get a place in each rank between, and every label is such a place, so that labels
//! never overlap. Ranks are sorted by the barycentres of their neighbours and then straightened.

mod order;
mod place;
mod rank;

pub(super) use place::LOOP as LOOP_ROOM;

use crate::graph::Flow;

/// A box or a label, by its size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// An arrow between two boxes, by their positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) flow: Flow,
    /// The size of its label, where it has one.
    pub(super) label: Option<Size>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// What was laid out. Boxes are given by their centres.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) boxes: Vec<Point>,
    pub(super) routes: Vec<Route>,
    pub(super) size: Size,
}

/// The way of an arrow, from its start to its head.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Horizontal strokes, each from one point to the next, with a curve between one and the next.
    pub(super) strokes: Vec<[Point; 2]>,
    /// The position of the stroke before which the label is, instead of a curve.
    pub(super) gap: Option<usize>,
    /// The middle of its label.
    pub(super) label: Point,
}

/// Between the boxes of one rank, and between parts that hang together.
const GAP: f64 = 22.0;
/// How wide a row of parts gets when no part needs more.
const ROW: f64 = 960.0;

/// Lays out boxes and links. What does not hang together is put side by side and below each other.
pub(super) fn layout(boxes: &[Size], links: &[Link]) -> Layout {
    let mut result = Layout {
        boxes: vec![Point::default(); boxes.len()],
        routes: vec![Route::default(); links.len()],
        size: Size::default(),
    };
    let parts: Vec<(Part, Layout)> = parts(boxes.len(), links)
        .into_iter()
        .map(|part| {
            let layout = lay_out_part(&part, boxes, links);
            (part, layout)
        })
        .collect();
    // The largest first; those of one size keep their order.
    let parts = cfn_model::sorted(parts, &|left, right| right.0.boxes.len().cmp(&left.0.boxes.len()));
    let row_width = parts.iter().map(|(_, layout)| layout.size.width).fold(ROW, f64::max);
    let (mut x, mut y, mut row_height) = (0.0, 0.0, 0.0_f64);
    for (part, layout) in parts {
        if x > 0.0 && x + layout.size.width > row_width {
            (x, y) = (0.0, y + row_height + GAP * 1.5);
            row_height = 0.0;
        }
        let moved = |point: Point| Point { x: point.x + x, y: point.y + y };
        for (index, center) in part.boxes.iter().zip(layout.boxes) {
            result.boxes[*index] = moved(center);
        }
        for (index, route) in part.links.iter().zip(layout.routes) {
            let strokes = route.strokes.iter().copied().map(|stroke| stroke.map(moved)).collect();
            result.routes[*index] = Route { strokes, label: moved(route.label), ..route };
        }
        result.size.width = result.size.width.max(x + layout.size.width);
        result.size.height = result.size.height.max(y + layout.size.height);
        row_height = row_height.max(layout.size.height);
        x += layout.size.width + GAP * 1.5;
    }
    result
}

/// Boxes that hang together, and the links between them.
struct Part {
    boxes: Vec<usize>,
    links: Vec<usize>,
}

fn parts(count: usize, links: &[Link]) -> Vec<Part> {
    let mut leader: Vec<usize> = (0..count).collect();
    fn find(leader: &mut [usize], mut index: usize) -> usize {
        while leader[index] != index {
            leader[index] = leader[leader[index]];
            index = leader[index];
        }
        index
    }
    for link in links {
        let (from, to) = (find(&mut leader, link.from), find(&mut leader, link.to));
        leader[from.max(to)] = from.min(to);
    }
    let mut part_of = vec![usize::MAX; count];
    let mut parts: Vec<Part> = Vec::new();
    for index in 0..count {
        let leader = find(&mut leader, index);
        if part_of[leader] == usize::MAX {
            part_of[leader] = parts.len();
            parts.push(Part { boxes: Vec::new(), links: Vec::new() });
        }
        part_of[index] = part_of[leader];
        parts[part_of[index]].boxes.push(index);
    }
    for (index, link) in links.iter().enumerate() {
        parts[part_of[link.from]].links.push(index);
    }
    parts
}

/// A place in a rank: a box, a label, or where an arrow passes.
#[derive(Clone, Debug, Default)]
struct Vertex {
    size: Size,
    is_box: bool,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// The vertices through which an arrow goes, from left to right, ends included.
struct Chain {
    vertices: Vec<usize>,
    /// Whether the head is at the left end.
    is_leftward: bool,
    /// The position in `vertices` where the label is.
    label: Option<usize>,
}

fn lay_out_part(part: &Part, boxes: &[Size], links: &[Link]) -> Layout {
    let local = |index: usize| part.boxes.binary_search(&index).unwrap_or(0);
    let arrows: Vec<(usize, usize)> = part
        .links
        .iter()
        .map(|index| {
            let link = &links[*index];
            let (from, to) = (local(link.from), local(link.to));
            if link.flow == Flow::Against { (to, from) } else { (from, to) }
        })
        .collect();
    let loose: Vec<bool> = part.links.iter().map(|index| links[*index].flow == Flow::Loose).collect();
    let (ranks, reversed) = rank::ranks(part.boxes.len(), &arrows, &loose);
    let mut vertices: Vec<Vertex> =
        part.boxes.iter().map(|index| Vertex { size: boxes[*index], is_box: true, ..Vertex::default() }).collect();
    // Boxes have the even layers, so that there is always one between for labels.
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); ranks.iter().max().map_or(0, |rank| rank * 2 + 1)];
    for (vertex, rank) in ranks.iter().enumerate() {
        layers[rank * 2].push(vertex);
    }
    let mut chains = Vec::new();
    for (position, index) in part.links.iter().enumerate() {
        let link = &links[*index];
        let (mut start, mut end) = arrows[position];
        if reversed[position] {
            std::mem::swap(&mut start, &mut end);
        }
        let mut chain = Chain {
            vertices: vec![start],
            is_leftward: reversed[position] != (link.flow == Flow::Against),
            label: None,
        };
        if start != end {
            let (first, last) = (ranks[start] * 2, ranks[end] * 2);
            let middle = (first + last) / 2;
            let label_layer = if middle % 2 == 1 { middle } else { middle + 1 };
            for (layer, members) in layers.iter_mut().enumerate().take(last).skip(first + 1) {
                let size = if layer == label_layer { link.label } else { None };
                if size.is_some() {
                    chain.label = Some(chain.vertices.len());
                }
                members.push(vertices.len());
                chain.vertices.push(vertices.len());
                vertices.push(Vertex { size: size.unwrap_or_default(), ..Vertex::default() });
            }
            chain.vertices.push(end);
        }
        for pair in chain.vertices.windows(2) {
            vertices[pair[0]].right.push(pair[1]);
            vertices[pair[1]].left.push(pair[0]);
        }
        chains.push(chain);
    }
    order::sort(&mut layers, &vertices);
    let placed = place::place(&layers, &vertices);
    let loops: Vec<Option<Size>> = part.links.iter().map(|index| links[*index].label).collect();
    place::routes(&layers, &vertices, &chains, &loops, placed, part.boxes.len())
}
