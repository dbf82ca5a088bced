//! The order of a report: that of the template.

use std::cmp::Ordering;

use cfn_model::{Finding, Node, Object, Path, Segment};

/// Sorts by place in the document, then by code, and leaves repetitions out.
pub(crate) fn in_order<T: AsRef<Finding>>(findings: Vec<T>, document: &Object) -> Vec<T> {
    let order = order(&findings.iter().map(AsRef::as_ref).collect::<Vec<_>>(), document);
    let mut findings: Vec<Option<T>> = findings.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| findings[index].take()).collect()
}

fn order(findings: &[&Finding], document: &Object) -> Vec<usize> {
    let positions: Vec<Vec<usize>> = findings.iter().map(|finding| position(&finding.path, document)).collect();
    let compare = |left: usize, right: usize| -> Ordering {
        let by_position = positions[left].cmp(&positions[right]);
        let (left, right) = (findings[left], findings[right]);
        by_position
            .then_with(|| left.path.cmp(&right.path))
            .then_with(|| left.rule.code.cmp(right.rule.code))
            .then_with(|| left.message.cmp(&right.message))
    };
    let mut order = cfn_model::order(findings.len(), &mut |left, right| compare(left, right));
    order.dedup_by(|later, first| compare(*later, *first) == Ordering::Equal);
    order
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
