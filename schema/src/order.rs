//! Sorting without a sort for each type: the one of the standard library is some thousand lines of machine code, each time, for
//! which everybody waits who builds.

use std::cmp::Ordering;

/// The positions of so many things in their order; equal ones stay as they are.
pub fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..count).collect();
    positions.sort_by(|a, b| compare(*a, *b));
    positions
}

/// Things in their order; equal ones stay as they are.
pub fn sorted<T>(things: Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(things.len(), &mut |a, b| compare(&things[a], &things[b]));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|position| things[position].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_stay_as_they_are() {
        let things = vec![("b", 1), ("a", 2), ("b", 3), ("a", 4)];
        let by_name = |left: &(&str, u8), right: &(&str, u8)| left.0.cmp(right.0);
        assert_eq!(sorted(things, &by_name), [("a", 2), ("a", 4), ("b", 1), ("b", 3)]);
        assert_eq!(order(3, &mut |a, b| b.cmp(&a)), [2, 1, 0]);
    }
}
