//! Which rank a box gets.

/// The rank of every box, and for every arrow whether it had to be turned round to break a circle.
///
/// Arrows are taken one after the other, loose ones last; one that would close a circle is turned round.
pub(super) fn ranks(count: usize, arrows: &[(usize, usize)], loose: &[bool]) -> (Vec<usize>, Vec<bool>) {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut before = vec![0; count];
    let mut reversed = vec![false; arrows.len()];
    let mut seen = vec![0; count];
    let firm_first =
        (0..arrows.len()).filter(|arrow| !loose[*arrow]).chain((0..arrows.len()).filter(|arrow| loose[*arrow]));
    for (turn, arrow) in firm_first.enumerate() {
        let (mut from, mut to) = arrows[arrow];
        if from == to {
            continue;
        }
        if reaches(to, from, &next, &mut seen, turn + 1) {
            reversed[arrow] = true;
            std::mem::swap(&mut from, &mut to);
        }
        next[from].push(to);
        before[to] += 1;
    }
    let mut ranks = vec![0; count];
    let mut waiting = before.clone();
    let mut ready: Vec<usize> = (0..count).filter(|index| before[*index] == 0).collect();
    while let Some(from) = ready.pop() {
        for to in &next[from] {
            ranks[*to] = ranks[*to].max(ranks[from] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    // What only starts arrows moves next to where they end.
    for index in (0..count).filter(|index| before[*index] == 0) {
        if let Some(nearest) = next[index].iter().map(|to| ranks[*to]).min() {
            ranks[index] = nearest - 1;
        }
    }
    (ranks, reversed)
}

/// Whether a way leads from one box to another. `seen` holds the number of the last search that came by, so
/// that it need not be cleared.
fn reaches(from: usize, to: usize, next: &[Vec<usize>], seen: &mut [usize], search: usize) -> bool {
    let mut open = vec![from];
    seen[from] = search;
    while let Some(index) = open.pop() {
        if index == to {
            return true;
        }
        for other in &next[index] {
            if seen[*other] != search {
                seen[*other] = search;
                open.push(*other);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::ranks;

    #[test]
    fn arrows_go_right_and_circles_are_opened_where_they_are_loose() {
        let check = |count, arrows: &[(usize, usize)], loose: &[bool], expected: &[usize], turned: &[bool]| {
            assert_eq!(ranks(count, arrows, loose), (expected.to_vec(), turned.to_vec()), "{arrows:?}");
        };
        check(3, &[(0, 1), (1, 2), (0, 2)], &[false; 3], &[0, 1, 2], &[false; 3]);
        check(2, &[(0, 1), (1, 0)], &[true, false], &[1, 0], &[true, false]);
        check(1, &[(0, 0)], &[false], &[0], &[false]);
        // The second source moves next to what it feeds.
        check(4, &[(0, 1), (1, 2), (3, 2)], &[false; 3], &[0, 1, 2, 1], &[false; 3]);
    }
}
