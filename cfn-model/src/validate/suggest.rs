//! Did you mean.

/// The longest name that is compared: edit distance takes quadratic time.
const LONGEST: usize = 255;

/// The candidate that `name` is most likely a misspelling of.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST && candidate.len().abs_diff(name.len()) <= limit)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// "did you mean ..." for the nearest candidate.
pub(super) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// How many letters have to be put in, taken out, replaced or swapped with their neighbour. A difference in case
/// only counts as one in all.
fn distance(left: &str, right: &str) -> usize {
    if left.eq_ignore_ascii_case(right) {
        return usize::from(left != right);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_misspellings_and_nothing_far_away() {
        let names = ["DelaySeconds", "QueueName", "KmsMasterKeyId"];
        assert_eq!(nearest("DelaySecond", names), Some("DelaySeconds"));
        assert_eq!(nearest("delayseconds", names), Some("DelaySeconds"));
        assert_eq!(nearest("QeueuName", names), Some("QueueName"));
        assert_eq!(nearest("Colour", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("ARN", "Arn"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
