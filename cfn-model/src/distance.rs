//! How far one word is from another: what every did-you-mean measures with.

/// How many letters have to be put in, taken out, replaced or swapped with their neighbour to make one text the other.
///
/// The time is the product of the lengths: bound them where the texts come from outside.
///
/// ```
/// assert_eq!(cfn_model::edit_distance("DealySeconds", "DelaySeconds"), 1);
/// ```
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != *other);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(*other) && letter == right[column - 1] {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last[right.len()]
}
