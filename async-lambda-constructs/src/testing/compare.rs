//! A pattern beside a value: where they differ, and what was captured.

use cfn_model::{
    Node, Number, Object, Path, Segment,
    text::{Limits, json},
};
use cfn_pattern::{MOST_STEPS, Pattern};
use cfn_schema::matches_wildcard;

use super::{Captures, matcher::Kind};

/// A place at which a value is not as the pattern says.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) path: Path,
    /// The part of the pattern; `None` where there must be nothing.
    pub(super) expected: Option<Node>,
    /// The value; `None` if it is missing.
    pub(super) actual: Option<Node>,
    /// More about the place.
    pub(super) note: Option<String>,
}

/// The result of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) mismatches: Vec<Mismatch>,
    /// How far away the value is: the number of values in the parts of the pattern that do not match.
    pub(super) cost: usize,
    pub(super) captures: Captures,
}

/// The rule for keys of an object that the pattern does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Objects {
    /// They may be there.
    Like,
    /// They must not.
    Exact,
}

impl Comparison {
    pub(super) fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }

    fn differ(path: &Path, expected: Option<&Node>, actual: Option<&Node>) -> Comparison {
        let mismatch =
            Mismatch { path: path.clone(), expected: expected.cloned(), actual: actual.cloned(), note: None };
        let cost = expected.or(actual).map_or(1, values);
        Comparison { mismatches: vec![mismatch], cost, captures: Captures::default() }
    }

    fn add(&mut self, other: Comparison) {
        self.mismatches.extend(other.mismatches);
        self.cost += other.cost;
        self.captures.0.extend(other.captures.0);
    }
}

/// The number of values in a pattern, at least one.
fn values(node: &Node) -> usize {
    match node {
        Node::Array(items) => items.iter().map(values).sum::<usize>().max(1),
        Node::Object(object) => object.values().map(values).sum::<usize>().max(1),
        _ => 1,
    }
}

/// Compares the value at a path with a pattern.
pub(super) fn compare(pattern: &Node, actual: Option<&Node>, path: &Path, objects: Objects) -> Comparison {
    let whole = |is_match: bool| match is_match {
        true => Comparison::default(),
        false => Comparison::differ(path, Some(pattern), actual),
    };
    let string = |is_match: &dyn Fn(&str) -> bool| whole(actual.and_then(Node::as_str).is_some_and(is_match));
    let (kind, arguments) = match Kind::of(pattern) {
        Some(call) => call,
        None => return literal(pattern, actual, path, objects),
    };
    let (first, text) = (arguments.first(), arguments.first().and_then(Node::as_str).unwrap_or_default());
    match (kind, first) {
        (Kind::AnyValue, _) => whole(actual.is_some_and(|node| *node != Node::Null)),
        (Kind::Absent, _) => whole(actual.is_none()),
        (Kind::Exact, Some(inner)) => compare(inner, actual, path, Objects::Exact),
        (Kind::ObjectLike, Some(inner)) => compare(inner, actual, path, Objects::Like),
        (Kind::ArrayWith, _) => match actual {
            Some(Node::Array(items)) => members(pattern, arguments, items, path, objects),
            _ => whole(false),
        },
        (Kind::Not, Some(inner)) => whole(actual.is_some() && !compare(inner, actual, path, objects).is_match()),
        (Kind::SerializedJson, Some(inner)) => {
            let read = actual.and_then(Node::as_str).and_then(|text| json::read(text, &Limits::default()).ok());
            match read {
                Some(value) => compare(inner, Some(&value), &path.join("(serialized JSON)"), objects),
                None => whole(false),
            }
        }
        (Kind::StringLike, _) => string(&|actual| matches_wildcard(text, actual)),
        (Kind::StartsWith, _) => string(&|actual| actual.starts_with(text)),
        (Kind::EndsWith, _) => string(&|actual| actual.ends_with(text)),
        (Kind::Contains, _) => string(&|actual| actual.contains(text)),
        (Kind::MatchesRegex, _) => string(&|actual| {
            // A search that is too much work has found nothing.
            Pattern::new(text).is_ok_and(|pattern| pattern.search(actual, MOST_STEPS).0 == Some(true))
        }),
        (Kind::Capture | Kind::CaptureMatching, _) => {
            let mut comparison = match arguments.get(1) {
                Some(inner) => compare(inner, actual, path, objects),
                None => whole(actual.is_some_and(|node| *node != Node::Null)),
            };
            if let (true, Some(actual)) = (comparison.is_match(), actual) {
                comparison.captures.0.push((text.to_owned(), actual.clone()));
            }
            comparison
        }
        (Kind::Exact | Kind::ObjectLike | Kind::Not | Kind::SerializedJson, None) => whole(false),
    }
}

fn literal(pattern: &Node, actual: Option<&Node>, path: &Path, objects: Objects) -> Comparison {
    match (pattern, actual) {
        (Node::Object(pattern), Some(Node::Object(actual))) => object(pattern, actual, path, objects),
        (Node::Array(pattern), Some(Node::Array(actual))) => array(pattern, actual, path, objects),
        (Node::Number(left), Some(Node::Number(right))) if same_number(left, right) => Comparison::default(),
        (Node::Object(members), None) if only_absent(members) => Comparison::default(),
        (pattern, Some(actual)) if pattern == actual => Comparison::default(),
        (pattern, actual) => Comparison::differ(path, Some(pattern), actual),
    }
}

/// Whether no key of the object must be there, so that the object itself need not be.
fn only_absent(members: &Object) -> bool {
    let may_be_absent = |node: &Node| match node {
        Node::Object(inner) if Kind::of(node).is_none() => only_absent(inner),
        other => matches!(Kind::of(other), Some((Kind::Absent, _))),
    };
    !members.is_empty() && members.values().all(may_be_absent)
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => left == right,
        (None, None) => left == right || left.as_f64() == right.as_f64(),
        _ => false,
    }
}

fn object(pattern: &Object, actual: &Object, path: &Path, objects: Objects) -> Comparison {
    let mut comparison = Comparison::default();
    for (key, pattern) in pattern {
        comparison.add(compare(pattern, actual.get(key), &path.join(key.as_str()), objects));
    }
    if objects == Objects::Exact {
        for (key, value) in actual.iter().filter(|(key, _)| !pattern.contains_key(*key)) {
            comparison.add(Comparison::differ(&path.join(key.as_str()), None, Some(value)));
        }
    }
    comparison
}

/// Compares member by member. Where the lengths differ, what matches at the end is set apart, so that one more member at
/// the beginning is one mismatch.
fn array(pattern: &[Node], actual: &[Node], path: &Path, objects: Objects) -> Comparison {
    let of = |expected: usize, at: usize| compare(&pattern[expected], Some(&actual[at]), &path.join(at), objects);
    let shorter = pattern.len().min(actual.len());
    let tail = if pattern.len() == actual.len() {
        0
    } else {
        let head = (0..shorter).take_while(|&at| of(at, at).is_match()).count();
        let matches = |back: &usize| of(pattern.len() - back, actual.len() - back).is_match();
        (1..=shorter - head).take_while(matches).count()
    };
    let (expected, found) = (&pattern[..pattern.len() - tail], &actual[..actual.len() - tail]);
    let mut comparison = Comparison::default();
    for at in 0..expected.len().max(found.len()) {
        comparison.add(match (expected.get(at), found.get(at)) {
            (Some(expected), Some(found)) => compare(expected, Some(found), &path.join(at), objects),
            (expected, found) => Comparison::differ(&path.join(at), expected, found),
        });
    }
    for back in (1..=tail).rev() {
        comparison.add(of(pattern.len() - back, actual.len() - back));
    }
    comparison
}

/// Looks for the members of `array_with` in a list, each behind the one before.
fn members(pattern: &Node, wanted: &[Node], actual: &[Node], path: &Path, objects: Objects) -> Comparison {
    let mut comparison = Comparison::default();
    let mut from = 0;
    for (number, wanted) in wanted.iter().enumerate() {
        let of = |at: usize| compare(wanted, Some(&actual[at]), &path.join(at), objects);
        let mut closest: Option<(usize, Comparison)> = None;
        for at in from..actual.len() {
            let member = of(at);
            if closest.as_ref().is_none_or(|(_, closest)| member.cost < closest.cost) {
                closest = Some((at, member));
            }
            if closest.as_ref().is_some_and(|(_, closest)| closest.is_match()) {
                break;
            }
        }
        match closest {
            Some((at, member)) if member.is_match() => {
                from = at + 1;
                comparison.add(member);
            }
            // Inside of an object the mismatch is nearer than the whole list.
            Some((at, mut member)) if member.mismatches.iter().all(|mismatch| is_inside(&mismatch.path, path, at)) => {
                for mismatch in &mut member.mismatches {
                    mismatch.note.get_or_insert_with(|| format!("closest to member {number} of array_with"));
                }
                comparison.add(member);
            }
            _ => {
                let mut whole = Comparison::differ(path, Some(pattern), Some(&Node::Array(actual.to_vec())));
                whole.cost = values(wanted);
                // Once is enough.
                whole.mismatches.retain(|_| comparison.mismatches.iter().all(|known| known.path != *path));
                comparison.add(whole);
            }
        }
    }
    comparison
}

/// Whether the place is inside of a member of the list, and not the member itself.
fn is_inside(place: &Path, list: &Path, index: usize) -> bool {
    let depth = list.0.len();
    place.0.len() > depth + 1 && place.0[depth] == Segment::Index(index)
}

#[cfg(test)]
mod tests {
    use cfn_model::IntoNode;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;
    use crate::testing::*;

    /// The places that differ, and the values that were captured.
    fn compared(pattern: impl IntoNode, actual: impl IntoNode) -> (Vec<String>, Vec<(String, Node)>) {
        let actual = actual.into_node();
        let comparison = super::compare(&pattern.into_node(), Some(&actual), &Path::default(), Objects::Like);
        (comparison.mismatches.iter().map(|one| one.path.to_string()).collect(), comparison.captures.0)
    }

    fn check(pattern: impl IntoNode, actual: impl IntoNode, places: &[&str]) {
        let pattern = pattern.into_node();
        assert_eq!(compared(pattern.clone(), actual).0, places, "{}", show::text(&pattern));
    }

    #[test]
    fn literals() {
        check(json!(1), json!(1.0), &[]);
        check(json!(1), json!("1"), &[""]);
        check(json!(0.5), json!(0.5), &[]);
        check(json!(null), json!(null), &[]);
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 1, "c": 2}, "d": 3}), &[]);
        check(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), &["a/b"]);
        check(json!({"a": {"b": 1}}), json!({"a": 1}), &["a"]);
        check(json!([{"a": 1}]), json!([{"a": 1, "b": 2}]), &[]);
    }

    #[test]
    fn lists_of_another_length() {
        check(json!([1, 2, 3]), json!([1, 2]), &["2"]);
        check(json!([1, 2, 3]), json!([0, 1, 2, 3]), &["0"]);
        check(json!([1, 2, 3]), json!([1, 3]), &["1"]);
        check(json!([1, 2]), json!([1, 1, 2, 2]), &["1", "2"]);
        check(json!([]), json!([1]), &["0"]);
    }

    #[test]
    fn presence() {
        check(json!({"a": any_value()}), json!({"a": [1]}), &[]);
        check(json!({"a": any_value()}), json!({"a": null}), &["a"]);
        check(json!({"a": any_value()}), json!({}), &["a"]);
        check(json!({"a": absent()}), json!({"a": null}), &["a"]);
        check(json!({"a": absent()}), json!({"b": 1}), &[]);
        check(json!({"a": {"b": absent(), "c": {"d": absent()}}}), json!({}), &[]);
        check(json!({"a": {"b": absent(), "c": 1}}), json!({}), &["a"]);
        check(json!({"a": {}}), json!({}), &["a"]);
    }

    #[test]
    fn exactness_reaches_down_and_ends_at_object_like() {
        check(exact(json!({"a": {"b": 1}})), json!({"a": {"b": 1, "c": 2}, "d": 3}), &["a/c", "d"]);
        check(exact(json!([{"a": 1}])), json!([{"a": 1, "b": 2}]), &["0/b"]);
        check(exact(json!({"a": object_like(json!({"b": 1}))})), json!({"a": {"b": 1, "c": 2}}), &[]);
        check(exact(json!({"a": absent()})), json!({"a": 1}), &["a"]);
    }

    #[test]
    fn members_in_order() {
        check(array_with(json!([1, 3])), json!([1, 2, 3]), &[]);
        check(array_with(json!([3, 1])), json!([1, 2, 3]), &[""]);
        check(array_with(json!([1, 1])), json!([1]), &[""]);
        check(array_with(json!([4, 5])), json!([1]), &[""]);
        check(array_with(2), json!([1, 2]), &[]);
        check(array_with(json!([])), json!([1]), &[]);
        check(array_with(2), json!(2), &[""]);
        check(array_with(json!({"a": 1, "b": 2})), json!([{"a": 0, "b": 0}, {"a": 1, "b": 0}, 7]), &["1/b"]);
    }

    #[test]
    fn strings() {
        check(string_like("a*c"), json!("abc"), &[]);
        check(string_like("a*c"), json!("abcd"), &[""]);
        check(string_like("*"), json!({"Ref": "A"}), &[""]);
        check(starts_with("a"), json!("ab"), &[]);
        check(starts_with("b"), json!("ab"), &[""]);
        check(ends_with("b"), json!("ab"), &[]);
        check(ends_with("a"), json!("ab"), &[""]);
        check(contains("b"), json!("abc"), &[]);
        check(contains("d"), json!("abc"), &[""]);
        check(matches_regex("^a+$"), json!("aa"), &[]);
        check(matches_regex("^a+$"), json!("ab"), &[""]);
    }

    #[test]
    fn negation() {
        check(json!({"a": not(1)}), json!({"a": 2}), &[]);
        check(json!({"a": not(1)}), json!({"a": 1}), &["a"]);
        check(json!({"a": not(1)}), json!({}), &["a"]);
        check(json!({"a": not(absent())}), json!({"a": 1}), &[]);
        check(json!({"a": not(absent())}), json!({}), &["a"]);
        check(not(json!({"a": 1})), json!({"a": 1, "b": 2}), &[""]);
        check(not(exact(json!({"a": 1}))), json!({"a": 1, "b": 2}), &[]);
    }

    #[test]
    fn json_in_a_string() {
        check(serialized_json(json!({"a": [1]})), json!(r#"{"a": [1], "b": 2}"#), &[]);
        check(serialized_json(json!({"a": 1})), json!(r#"{"a": 2}"#), &["(serialized JSON)/a"]);
        check(serialized_json(json!({"a": 1})), json!("{a: 1}"), &[""]);
        check(serialized_json(json!({"a": 1})), json!({"a": 1}), &[""]);
        check(serialized_json(exact(json!({"a": 1}))), json!(r#"{"a": 1, "b": 2}"#), &["(serialized JSON)/b"]);
    }

    #[test]
    fn captures() {
        let captured = |name: &str, value: serde_json::Value| (name.to_owned(), value.into_node());
        let pattern = json!({"a": capture("x"), "b": array_with([capture_matching("y", starts_with("b"))])});
        let actual = json!({"a": [1], "b": ["a", "b1", "b2"]});
        assert_eq!(compared(pattern, actual), (vec![], vec![captured("x", json!([1])), captured("y", json!("b1"))]));

        check(json!({"a": capture("x")}), json!({"a": null}), &["a"]);
        check(json!({"a": capture_matching("x", 1)}), json!({"a": 2}), &["a"]);
        assert_eq!(compared(not(capture_matching("x", 1)), json!(2)), (vec![], vec![]));
    }

    #[test]
    fn a_value_that_is_not_there_is_as_far_away_as_it_is_large() {
        let cost = |actual: serde_json::Value| {
            let pattern = json!({"a": {"x": 1, "y": 2, "z": [3, 4]}}).into_node();
            super::compare(&pattern, Some(&actual.into_node()), &Path::default(), Objects::Like).cost
        };
        assert_eq!(cost(json!({})), 4);
        assert_eq!(cost(json!({"a": {"x": 0, "y": 0, "z": [3, 4]}})), 2);
        assert_eq!(cost(json!({"a": {"x": 1, "y": 2, "z": [3, 4, 5]}})), 1);
    }
}
