//! Did you mean.

use strsim::osa_distance;

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
        .map(|candidate| (osa_distance(&lower, &candidate.to_ascii_lowercase()), candidate))
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
