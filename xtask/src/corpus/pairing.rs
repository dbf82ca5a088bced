//! Pairs of findings that are the same finding.

/// The number of steps of a path that name a resource, a parameter or an output: `Resources/Jobs`.
const NAMED: usize = 2;

/// Whether two paths, segments between slashes, name the same place as far as both go. They are equal,
/// or one leads further into the resource, parameter or output that the other names.
pub fn same_place(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    depth(short) >= NAMED && long.strip_prefix(short).is_some_and(|rest| rest.starts_with('/'))
}

fn depth(path: &str) -> usize {
    if path.is_empty() { 0 } else { path.split('/').count() }
}

/// The places of one rule in one template, paired.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs<'a> {
    /// The number of places that are in both.
    pub matched: usize,
    /// Only expected.
    pub missed: Vec<&'a str>,
    /// Only found.
    pub extra: Vec<&'a str>,
}

/// Pairs each expected place with at most one that was found: equal ones first, then those that share
/// the longest path.
pub fn pair<'a>(expected: &[&'a str], found: &[&'a str]) -> Pairs<'a> {
    let mut candidates = Vec::new();
    for (left, expected) in expected.iter().enumerate() {
        for (right, found) in found.iter().enumerate() {
            if same_place(expected, found) {
                let shared = expected.len().min(found.len());
                candidates.push((expected != found, usize::MAX - shared, left, right));
            }
        }
    }
    candidates.sort_unstable();
    let (mut left_used, mut right_used) = (vec![false; expected.len()], vec![false; found.len()]);
    let mut matched = 0;
    for (_, _, left, right) in candidates {
        if !left_used[left] && !right_used[right] {
            (left_used[left], right_used[right]) = (true, true);
            matched += 1;
        }
    }
    Pairs { matched, missed: unused(expected, &left_used), extra: unused(found, &right_used) }
}

fn unused<'a>(places: &[&'a str], used: &[bool]) -> Vec<&'a str> {
    places.iter().zip(used).filter(|(_, used)| !**used).map(|(place, _)| *place).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Pairs, pair, same_place};

    #[track_caller]
    fn check_place(left: &str, right: &str, same: bool) {
        assert_eq!((same_place(left, right), same_place(right, left)), (same, same), "{left} and {right}");
    }

    #[test]
    fn a_place_is_the_same_as_deep_as_both_can_name_it() {
        check_place("Resources/A/Properties/B", "Resources/A/Properties/B", true);
        check_place("Resources/A", "Resources/A/Properties/B", true);
        check_place("", "", true);
        check_place("Conditions", "Conditions", true);
        check_place("Resources", "Resources/A", false);
        check_place("", "Resources/A", false);
        check_place("Resources/A", "Resources/AB", false);
        check_place("Resources/A/Properties/B", "Resources/A/Properties/C", false);
    }

    #[track_caller]
    fn check(expected: &[&str], found: &[&str], pairs: Pairs<'_>) {
        assert_eq!(pair(expected, found), pairs, "{expected:?} with {found:?}");
    }

    #[test]
    fn pairs_each_place_once() {
        check(&[], &[], Pairs::default());
        check(&["R/A"], &["R/A", "R/A"], Pairs { matched: 1, missed: vec![], extra: vec!["R/A"] });
        check(&["R/A", "R/A"], &["R/A"], Pairs { matched: 1, missed: vec!["R/A"], extra: vec![] });
        check(&["R/A"], &["R/B"], Pairs { matched: 0, missed: vec!["R/A"], extra: vec!["R/B"] });
    }

    #[test]
    fn the_closest_places_are_paired_first() {
        // Paired in the order of the lists, `R/A` would take `R/A/P/x` and leave `R/A/P` without a partner.
        check(&["R/A", "R/A/P/x"], &["R/A/P/x", "R/A/P"], Pairs { matched: 2, ..Pairs::default() });
        check(&["R/A", "R/A/P"], &["R/A/P/x"], Pairs { matched: 1, missed: vec!["R/A"], extra: vec![] });
    }
}
