//! Did you mean.

/// How many letters of a name are enough to find it by.
const PART: usize = 3;

/// The candidates that are most like `wanted`, best first, at most three; none where nothing is near.
pub fn closest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = wanted.to_ascii_lowercase();
    let candidates: Vec<&str> = candidates.into_iter().collect();
    // A third of the letters may be wrong: more is another word.
    let limit = (wanted.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .iter()
        .copied()
        .filter(|candidate| candidate.len().abs_diff(wanted.len()) <= limit)
        .map(|candidate| (distance(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort();
    near.dedup();
    if near.is_empty() && lower.len() >= PART {
        // No slip of the finger, but perhaps a part of the name.
        near.extend(candidates.iter().filter_map(|name| {
            let place = name.to_ascii_lowercase().find(&lower)?;
            Some((usize::from(place > 0), *name))
        }));
        near.sort();
        near.dedup();
    }
    // What is clearly further away than the best is not what was meant.
    let best = near.first().map_or(0, |(distance, _)| *distance);
    near.into_iter().take_while(|(distance, _)| *distance <= best + 1).take(3).map(|(_, candidate)| candidate).collect()
}

/// `did you mean ..?` with the candidate that is most like `wanted`, where one is near.
pub(crate) fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(wanted, candidates).first().map(|candidate| format!("did you mean `{candidate}`?"))
}

/// How many letters have to be changed, added, removed or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let mut best =
                (above[column] + usize::from(letter != other)).min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_come_best_first_and_far_ones_not_at_all() {
        let check = |wanted, expected: &[&str]| {
            let names = ["DelaySeconds", "VisibilityTimeout", "QueueName", "QueueUrl"];
            assert_eq!(closest(wanted, names), expected, "{wanted}");
        };
        check("DelaySecond", &["DelaySeconds"]);
        check("delayseconds", &["DelaySeconds"]);
        check("DealySeconds", &["DelaySeconds"]);
        check("QueueNam", &["QueueName"]);
        check("Seconds", &["DelaySeconds"]);
        check("queue", &["QueueName", "QueueUrl"]);
        check("Zebra", &[]);
        check("", &[]);
    }
}
