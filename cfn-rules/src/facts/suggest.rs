//! Did you mean.

use strsim::osa_distance;

/// The longest name that is compared: edit distance takes quadratic time.
const LONGEST: usize = 255;

/// The candidate that `name` is most likely a misspelling of.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A number is chosen, and not misspelt: nobody means 1 who writes 15.
    if name.len() > LONGEST || name.parse::<f64>().is_ok() {
        return None;
    }
    let length = name.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST && candidate.len().abs_diff(name.len()) <= limit)
        .map(|candidate| (distance(name, candidate), candidate))
        // Every name of one letter is one edit away from every other.
        .filter(|(distance, candidate)| *distance <= limit && (length > 1 || name.eq_ignore_ascii_case(candidate)))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// "did you mean ..." for the candidate that a name is most likely a misspelling of, if there is one.
///
/// ```
/// let help = cfn_rules::did_you_mean("DealySeconds", ["DelaySeconds", "QueueName"]);
/// assert_eq!(help.as_deref(), Some("did you mean `DelaySeconds`?"));
/// ```
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The edit distance; a difference in case only counts as one in all.
fn distance(left: &str, right: &str) -> usize {
    if left.eq_ignore_ascii_case(right) { usize::from(left != right) } else { osa_distance(left, right) }
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
        assert_eq!(nearest("x", ["a", "ab"]), None);
        assert_eq!(nearest("x", ["a", "X"]), Some("X"));
        assert_eq!(nearest("15", ["1", "5", "10"]), None);
    }

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("ARN", "Arn"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
