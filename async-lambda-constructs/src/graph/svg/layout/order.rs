//! The order within a rank: few crossings.

use super::Vertex;

const SWEEPS: usize = 24;

/// Sorts every layer by the barycentres of its neighbours, back and forth, and keeps the best result.
pub(super) fn sort(layers: &mut Vec<Vec<usize>>, vertices: &[Vertex]) {
    let mut best = layers.clone();
    let mut fewest = crossings(&best, vertices);
    let mut position = vec![0.0; vertices.len()];
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let rightward = sweep % 2 == 0;
        let count = layers.len();
        for step in 0..count {
            let layer = &mut layers[if rightward { step } else { count - 1 - step }];
            number(layer, &mut position);
            let keys: Vec<f64> = layer
                .iter()
                .map(|vertex| {
                    let neighbours = if rightward { &vertices[*vertex].left } else { &vertices[*vertex].right };
                    let sum: f64 = neighbours.iter().map(|other| position[*other]).sum();
                    if neighbours.is_empty() { position[*vertex] } else { sum / neighbours.len() as f64 }
                })
                .collect();
            let order = cfn_model::order(keys.len(), &mut |a, b| keys[a].total_cmp(&keys[b]));
            *layer = order.into_iter().map(|index| layer[index]).collect();
            number(layer, &mut position);
        }
        let now = crossings(layers, vertices);
        if now < fewest {
            fewest = now;
            best.clone_from(layers);
        }
    }
    *layers = best;
}

/// Positions from 0 to 1, so that a long layer does not outweigh a short one.
fn number(layer: &[usize], position: &mut [f64]) {
    for (index, vertex) in layer.iter().enumerate() {
        position[*vertex] = (index as f64 + 0.5) / layer.len() as f64;
    }
}

/// How many pairs of lines between neighbouring layers cross.
pub(super) fn crossings(layers: &[Vec<usize>], vertices: &[Vertex]) -> usize {
    let mut index = vec![0; vertices.len()];
    for layer in layers {
        for (position, vertex) in layer.iter().enumerate() {
            index[*vertex] = position;
        }
    }
    layers
        .windows(2)
        .map(|pair| {
            let mut ends = Vec::new();
            for vertex in &pair[0] {
                let mut right: Vec<usize> = vertices[*vertex].right.iter().map(|other| index[*other]).collect();
                right.sort_unstable();
                ends.extend(right);
            }
            inversions(&ends, pair[1].len())
        })
        .sum()
}

/// How many pairs stand in the wrong order, with a Fenwick tree.
fn inversions(values: &[usize], bound: usize) -> usize {
    let mut tree = vec![0; bound + 1];
    let mut count = 0;
    for (seen, value) in values.iter().enumerate() {
        let (mut at, mut not_above) = (value + 1, 0);
        while at > 0 {
            not_above += tree[at];
            at &= at - 1;
        }
        count += seen - not_above;
        let mut at = value + 1;
        while at <= bound {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}
