//! Coordinates: straight arrows, nothing on top of anything else.

use super::{Chain, GAP, Layout, Point, Route, Size, Vertex};

const SWEEPS: usize = 48;
/// How many of them look to one side only.
const ROUGH_SWEEPS: usize = 8;
/// The straight end of an arrow, for its head.
const APPROACH: f64 = 11.0;
/// Between two layers, where arrows bend: at least and at most.
const BEND: [f64; 2] = [26.0, 64.0];
/// Room above a box for an arrow that comes back to it.
pub(in crate::graph::svg) const LOOP: f64 = 20.0;

/// The middle of every vertex from top to bottom.
pub(super) fn place(layers: &[Vec<usize>], vertices: &[Vertex]) -> Vec<f64> {
    let mut y = vec![0.0; vertices.len()];
    for layer in layers {
        let desired: Vec<(f64, f64)> = layer.iter().map(|_| (0.0, 1.0)).collect();
        settle(layer, vertices, &desired, &mut y);
    }
    let count = layers.len();
    for sweep in 0..SWEEPS {
        for step in 0..count {
            let (layer, sides): (_, [bool; 2]) = match (sweep % 2, sweep < ROUGH_SWEEPS) {
                (0, true) => (step, [true, false]),
                (_, true) => (count - 1 - step, [false, true]),
                // At last both sides count, so that neither wins.
                (0, false) => (step, [true, true]),
                (_, false) => (count - 1 - step, [true, true]),
            };
            let desired: Vec<(f64, f64)> =
                layers[layer].iter().map(|vertex| wish(*vertex, vertices, sides, &y)).collect();
            settle(&layers[layer], vertices, &desired, &mut y);
        }
    }
    straighten(layers, vertices, &mut y);
    let top = (0..vertices.len()).map(|vertex| y[vertex] - vertices[vertex].size.height / 2.0).fold(f64::MAX, f64::min);
    for value in &mut y {
        *value -= top;
    }
    y
}

/// Puts the places through which one arrow passes onto one line, as far as their neighbours leave room.
fn straighten(layers: &[Vec<usize>], vertices: &[Vertex], y: &mut [f64]) {
    let mut at = vec![(0, 0); vertices.len()];
    for (layer, members) in layers.iter().enumerate() {
        members.iter().enumerate().for_each(|(position, vertex)| at[*vertex] = (layer, position));
    }
    let mut done = vec![false; vertices.len()];
    for first in layers.iter().flatten().copied().filter(|vertex| !vertices[*vertex].is_box) {
        if done[first] {
            continue;
        }
        let mut run = vec![first];
        let [mut low, mut high] = room(first, at[first], layers, vertices, y);
        let mut last = first;
        while let [next] = vertices[last].right.as_slice() {
            let [next_low, next_high] = room(*next, at[*next], layers, vertices, y);
            if vertices[*next].is_box || low.max(next_low) > high.min(next_high) {
                break;
            }
            (low, high) = (low.max(next_low), high.min(next_high));
            run.push(*next);
            last = *next;
        }
        let mean = run.iter().map(|vertex| y[*vertex]).sum::<f64>() / run.len() as f64;
        for vertex in run {
            // Not `clamp`, which panics where rounding has put the bounds past each other.
            y[vertex] = mean.max(low).min(high);
            done[vertex] = true;
        }
    }
}

/// Between which heights a vertex can move while its neighbours stay.
fn room(vertex: usize, at: (usize, usize), layers: &[Vec<usize>], vertices: &[Vertex], y: &[f64]) -> [f64; 2] {
    let (layer, position) = (&layers[at.0], at.1);
    let this = &vertices[vertex];
    let above = position.checked_sub(1).map(|above| layer[above]);
    [
        above.map_or(f64::MIN, |above| y[above] + distance(&vertices[above], this)),
        layer.get(position + 1).map_or(f64::MAX, |below| y[*below] - distance(this, &vertices[*below])),
    ]
}

/// How far apart the middles of two neighbours are at least.
fn distance(above: &Vertex, below: &Vertex) -> f64 {
    let gap = if above.is_box && below.is_box { GAP } else { GAP / 2.0 };
    (above.size.height + below.size.height) / 2.0 + gap
}

/// Where a vertex would like to be, and how much it matters. That long arrows are straight matters most.
fn wish(vertex: usize, vertices: &[Vertex], sides: [bool; 2], y: &[f64]) -> (f64, f64) {
    let (mut sum, mut weight) = (0.0, 0.0);
    let this = &vertices[vertex];
    for (side, neighbours) in [(sides[0], &this.left), (sides[1], &this.right)] {
        for other in neighbours.iter().filter(|_| side) {
            let strength = match (this.is_box, vertices[*other].is_box) {
                (false, false) => 8.0,
                (true, true) => 1.0,
                _ => 2.0,
            };
            sum += y[*other] * strength;
            weight += strength;
        }
    }
    if weight == 0.0 { (y[vertex], 0.1) } else { (sum / weight, weight) }
}

/// Brings a layer as near to its wishes as the sizes allow: the least squares under the order, by pooling
/// neighbours that want to pass each other.
fn settle(layer: &[usize], vertices: &[Vertex], desired: &[(f64, f64)], y: &mut [f64]) {
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (position, vertex) in layer.iter().enumerate() {
        if position > 0 {
            offset += distance(&vertices[layer[position - 1]], &vertices[*vertex]);
        }
        offsets.push(offset);
    }
    // Blocks of value, weight and length.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for ((value, weight), offset) in desired.iter().zip(&offsets) {
        blocks.push((value - offset, *weight, 1));
        while let [.., above, below] = blocks.as_mut_slice() {
            if above.0 <= below.0 {
                break;
            }
            let weight = above.1 + below.1;
            *above = ((above.0 * above.1 + below.0 * below.1) / weight, weight, above.2 + below.2);
            blocks.pop();
        }
    }
    let values = blocks.iter().flat_map(|(value, _, length)| std::iter::repeat_n(*value, *length));
    for ((vertex, offset), value) in layer.iter().zip(&offsets).zip(values) {
        y[*vertex] = value + offset;
    }
}

/// The left edge of every layer and its width.
fn columns(layers: &[Vec<usize>], vertices: &[Vertex], y: &[f64]) -> Vec<(f64, f64)> {
    let mut x = 0.0;
    let mut columns = Vec::new();
    for (position, layer) in layers.iter().enumerate() {
        let width = layer.iter().map(|vertex| vertices[*vertex].size.width).fold(0.0, f64::max);
        columns.push((x, width));
        if position + 1 < layers.len() {
            // The higher an arrow has to climb, the more room it gets to do so.
            let climb = layer
                .iter()
                .flat_map(|vertex| vertices[*vertex].right.iter().map(|other| (y[*vertex] - y[*other]).abs()))
                .fold(0.0, f64::max);
            x += width + (climb * 0.22).clamp(BEND[0], BEND[1]);
        }
    }
    columns
}

/// The finished layout of a part.
pub(super) fn routes(
    layers: &[Vec<usize>],
    vertices: &[Vertex],
    chains: &[Chain],
    labels: &[Option<Size>],
    y: Vec<f64>,
    boxes: usize,
) -> Layout {
    let columns = columns(layers, vertices, &y);
    let mut column_of = vec![0; vertices.len()];
    for (position, layer) in layers.iter().enumerate() {
        layer.iter().for_each(|vertex| column_of[*vertex] = position);
    }
    let center = |vertex: usize| {
        let (x, width) = columns[column_of[vertex]];
        Point { x: x + width / 2.0, y: y[vertex] }
    };
    let ports = ports(vertices, chains, &y);
    let routes: Vec<Route> = chains
        .iter()
        .zip(&ports)
        .zip(labels)
        .map(|((chain, [start_y, end_y]), label)| {
            let last = chain.vertices.len() - 1;
            if last == 0 {
                return loop_route(center(chain.vertices[0]), vertices[chain.vertices[0]].size, *label);
            }
            let mut points = Vec::new();
            let mut gap = None;
            let mut middle = Point::default();
            for (position, vertex) in chain.vertices.iter().enumerate() {
                let at = center(*vertex);
                let half = vertices[*vertex].size.width / 2.0;
                let (left, width) = columns[column_of[*vertex]];
                if position == 0 {
                    let edge = Point { x: at.x + half, y: *start_y };
                    let reach = edge.x + if chain.is_leftward { APPROACH } else { 0.0 };
                    points.push([edge, Point { x: (left + width).max(reach), ..edge }]);
                } else if position == last {
                    let edge = Point { x: at.x - half, y: *end_y };
                    let reach = edge.x - if chain.is_leftward { 0.0 } else { APPROACH };
                    points.push([Point { x: left.min(reach), ..edge }, edge]);
                } else if Some(position) == chain.label {
                    middle = at;
                    points.push([Point { x: left, y: at.y }, Point { x: at.x - half, y: at.y }]);
                    gap = Some(points.len());
                    points.push([Point { x: at.x + half, y: at.y }, Point { x: left + width, y: at.y }]);
                } else {
                    points.push([Point { x: left, y: at.y }, Point { x: left + width, y: at.y }]);
                }
            }
            if chain.is_leftward {
                points.reverse();
                points.iter_mut().for_each(|stroke| stroke.reverse());
                gap = gap.map(|gap| points.len() - gap);
            }
            Route { strokes: points, gap, label: middle }
        })
        .collect();
    let width = columns.last().map_or(0.0, |(x, width)| x + width);
    let height = (0..vertices.len()).map(|vertex| y[vertex] + vertices[vertex].size.height / 2.0).fold(0.0, f64::max);
    Layout { boxes: (0..boxes).map(center).collect(), routes, size: Size { width, height } }
}

/// An arrow from a box to itself, above it.
fn loop_route(center: Point, size: Size, label: Option<Size>) -> Route {
    let top = center.y - size.height / 2.0;
    let at = |x: f64, y: f64| Point { x: center.x + x, y };
    let label_x = label.map_or(0.0, |label| label.width / 2.0 + 4.0);
    Route {
        strokes: vec![[at(14.0, top + LOOP), at(14.0, top + 8.0)], [at(-14.0, top + 8.0), at(-14.0, top + LOOP)]],
        gap: None,
        label: at(18.0 + label_x, top + 6.0),
    }
}

/// At which height each chain leaves its first box and reaches its last: those of one side are spread over
/// it in the order of where they come from.
fn ports(vertices: &[Vertex], chains: &[Chain], y: &[f64]) -> Vec<[f64; 2]> {
    let mut ports = vec![[0.0; 2]; chains.len()];
    // Box and side, height of the neighbour, chain.
    let mut ends: Vec<(usize, usize, f64, usize)> = Vec::new();
    for (index, chain) in chains.iter().enumerate() {
        if let [first, second, ..] = chain.vertices.as_slice() {
            ends.push((*first, 0, y[*second], index));
        }
        if let [.., before, last] = chain.vertices.as_slice() {
            ends.push((*last, 1, y[*before], index));
        }
    }
    let ends = cfn_model::sorted(ends, &|left, right| {
        (left.0, left.1).cmp(&(right.0, right.1)).then(left.2.total_cmp(&right.2)).then(left.3.cmp(&right.3))
    });
    for group in ends.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
        let room = vertices[group[0].0].size.height - 14.0;
        let step = if group.len() > 1 { (room / (group.len() - 1) as f64).min(12.0) } else { 0.0 };
        for (position, (vertex, side, _, chain)) in group.iter().enumerate() {
            ports[*chain][*side] = y[*vertex] + (position as f64 - (group.len() - 1) as f64 / 2.0) * step;
        }
    }
    ports
}
