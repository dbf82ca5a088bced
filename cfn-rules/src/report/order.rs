//! The order of a report: that of the template.

use std::cmp::Ordering;

use cfn_model::{Finding, Node, Object, Path, Segment};

/// Sorts by place in the document, then by code, and leaves repetitions out.
pub(crate) fn in_order<T: AsRef<Finding>>(findings: Vec<T>, document: &Object) -> Vec<T> {
    let place = |finding: T| (position(&finding.as_ref().path, document), finding);
    let mut keyed: Vec<_> = findings.into_iter().map(place).collect();
    let compare = |left: &(Vec<usize>, T), right: &(Vec<usize>, T)| -> Ordering {
        let (left_position, left) = (&left.0, left.1.as_ref());
        let (right_position, right) = (&right.0, right.1.as_ref());
        let by_code = || left.rule.code.cmp(right.rule.code);
        left_position
            .cmp(right_position)
            .then_with(|| left.path.cmp(&right.path))
            .then_with(by_code)
            .then_with(|| left.message.cmp(&right.message))
    };
    keyed.sort_by(compare);
    keyed.dedup_by(|left, right| compare(left, right) == Ordering::Equal);
    keyed.into_iter().map(|(_, finding)| finding).collect()
}

/// A path as the positions of its steps; what is not there comes last.
fn position(path: &Path, document: &Object) -> Vec<usize> {
    let mut positions = Vec::with_capacity(path.0.len());
    let mut steps = path.0.iter();
    let mut node: Option<&Node> = match steps.next() {
        Some(Segment::Key(key)) => {
            positions.push(document.get_index_of(key).unwrap_or(usize::MAX));
            document.get(key)
        }
        _ => return positions,
    };
    for step in steps {
        let (index, next) = match (step, node) {
            (Segment::Key(key), Some(Node::Object(object))) => (object.get_index_of(key), object.get(key)),
            (Segment::Index(index), Some(Node::Array(items))) => (Some(*index), items.get(*index)),
            _ => (None, None),
        };
        positions.push(index.unwrap_or(usize::MAX));
        node = next;
    }
    positions
}
