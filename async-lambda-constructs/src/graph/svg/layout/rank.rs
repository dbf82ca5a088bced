//! Which rank a box gets.

/// The rank of every box, and for every arrow whether it had to be turned round to break a cycle.
pub(super) fn ranks(count: usize, arrows: &[(usize, usize)]) -> (Vec<usize>, Vec<bool>) {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut incoming = vec![0; count];
    for (arrow, (from, to)) in arrows.iter().enumerate() {
        out[*from].push(arrow);
        incoming[*to] += usize::from(from != to);
    }
    let mut reversed = vec![false; arrows.len()];
    let mut state = vec![State::New; count];
    let mut finished = Vec::new();
    // Where nothing comes in, the flow begins; a box that only cycles reach is taken last.
    let starts = (0..count).filter(|index| incoming[*index] == 0).chain(0..count);
    for start in starts {
        visit(start, arrows, &out, &mut state, &mut reversed, &mut finished);
    }
    let oriented: Vec<(usize, usize)> = arrows
        .iter()
        .zip(&reversed)
        .filter(|((from, to), _)| from != to)
        .map(|((from, to), reversed)| if *reversed { (*to, *from) } else { (*from, *to) })
        .collect();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut has_before = vec![false; count];
    for (from, to) in &oriented {
        next[*from].push(*to);
        has_before[*to] = true;
    }
    let mut ranks = vec![0; count];
    for from in finished.iter().rev() {
        for to in &next[*from] {
            ranks[*to] = ranks[*to].max(ranks[*from] + 1);
        }
    }
    // What only starts arrows moves next to where they end.
    for index in (0..count).filter(|index| !has_before[*index]) {
        if let Some(nearest) = next[index].iter().map(|to| ranks[*to]).min() {
            ranks[index] = nearest - 1;
        }
    }
    (ranks, reversed)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Depth first, without recursion: a chain may be as long as the template.
fn visit(
    start: usize,
    arrows: &[(usize, usize)],
    out: &[Vec<usize>],
    state: &mut [State],
    reversed: &mut [bool],
    finished: &mut Vec<usize>,
) {
    if state[start] != State::New {
        return;
    }
    state[start] = State::Open;
    let mut stack = vec![(start, 0)];
    while let Some((index, position)) = stack.last_mut() {
        let Some(arrow) = out[*index].get(*position).copied() else {
            state[*index] = State::Done;
            finished.push(*index);
            stack.pop();
            continue;
        };
        *position += 1;
        let to = arrows[arrow].1;
        match state[to] {
            State::New => {
                state[to] = State::Open;
                stack.push((to, 0));
            }
            // Back to what is still open: this arrow closes a cycle.
            State::Open => reversed[arrow] = true,
            State::Done => {}
        }
    }
}
