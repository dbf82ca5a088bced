//! Whether a template is right: an interpreter over the schema data that understands intrinsics.
//!
//! [`validate_document`] looks at a whole template and reports every finding. It is pure: it reads nothing but its
//! argument. Work is bounded, so that hostile input costs little more than an honest template of its size.
//!
//! | folder | what it looks at |
//! |---|---|
//! | `structure` | the sections of the template, one file each; limits and names |
//! | `schema` | the properties of a resource, against the schema of its type |
//! | `functions` | every function call: its shape, and whether what it names exists |
//! | `conditions` | which conditions can hold at once |
//! | `graph` | circles in what depends on what |
//! | `nested` | what nested stacks are given |
//! | `identifiers` | two resources that would be the same thing |
//! | `substitution` | `${Name}` outside of `Fn::Sub` |
//! | `advice` | what works and could be better |
//! | `sam` | what the SAM transform does: `Globals`, resources that it makes |

mod advice;
mod conditions;
mod context;
mod finding;
mod functions;
mod graph;
mod identifiers;
mod nested;
mod pattern;
mod place;
pub mod rules;
mod sam;
mod schema;
mod structure;
mod substitution;
mod suggest;
#[cfg(test)]
mod tests;
mod text;

use std::cmp::Ordering;

pub use finding::{Finding, Origin, Report, Rule, Severity};

use crate::{Node, Object, Path, Segment};

/// Checks a template, and reports every finding in the order of the template.
///
/// The findings have no [`Finding::origin`]: the document does not know which Rust line made what.
pub fn validate_document(document: &Object) -> Report {
    run(document, &|_| None).0
}

/// As [`validate_document`], and compares what nested stacks are given with what their templates want (`E3043`).
///
/// Nothing is read here: `nested` is asked for the template at each local path that a nested stack names, and answers
/// `None` where it has none.
pub fn validate_with_nested(document: &Object, nested: &dyn Fn(&str) -> Option<Object>) -> Report {
    run(document, nested).0
}

/// The finding about a template whose text has this many bytes, if that is too many. The text is what counts, as it
/// is handed to CloudFormation, white space included; so whoever writes it asks.
///
/// CloudFormation's quota is 1 MB when the template comes from S3, which is how `sam deploy` and `aws cloudformation
/// deploy` send a large one.
pub fn check_size(bytes: usize) -> Option<Finding> {
    /// The quota "template body size, Amazon S3 object".
    const MOST: usize = 1_000_000;
    let help = "split the stack, or move parts of it into nested stacks".to_owned();
    (bytes > MOST).then(|| {
        Finding::new(
            &rules::E1002,
            Path::default(),
            format!("the template must have at most {MOST} bytes, got {bytes}"),
        )
        .help(help)
    })
}

/// Whether a text has a match of a pattern, as CloudFormation's schemas mean patterns: anywhere in the text unless
/// the pattern has anchors. `None` where the pattern is none. The time is bounded: nothing is matched by backtracking.
///
/// ```
/// assert_eq!(cfn_model::validate::matches_pattern("^[a-z]+$", "jobs"), Some(true));
/// assert_eq!(cfn_model::validate::matches_pattern("[a-z", "jobs"), None);
/// ```
pub fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    pattern::Pattern::new(pattern).ok().map(|pattern| pattern.is_match(text))
}

/// The report, and how many schema nodes were visited.
fn run(document: &Object, nested: nested::Templates<'_>) -> (Report, u64) {
    let (unrolled, origins) = functions::unrolled(document).unzip();
    let source = unrolled.as_ref().unwrap_or(document);
    let effective = match context::Transforms::new(source).serverless {
        true => sam::with_globals(source),
        false => std::borrow::Cow::Borrowed(source),
    };
    let context = context::Context::new(&effective);
    let mut sections = structure::Sections::new(&context);
    sections.check();
    let structure::Sections { mut findings, walker, checker, .. } = sections;
    let (called, edges) = walker.finish();
    let mut reach = functions::Reach::default();
    findings.extend(called.into_iter().filter_map(|finding| reach.keep(&context, finding)));
    findings.extend(substitution::forgotten(&context));
    findings.extend(identifiers::repeated(&context));
    findings.extend(nested::parameters(&context, nested));
    findings.extend(advice::findings(&context));
    if let Some(resources) = context.section("Resources") {
        findings.extend(graph::circles(resources, &edges));
    }
    findings = functions::without_second_thoughts(findings);
    if checker.gave_up() || context.gave_up() {
        let message = "the template is too intricate: not all of it was looked at";
        findings.push(Finding::new(&rules::I0001, Path::default(), message));
    }
    let mut findings = match origins {
        None => in_order(findings, &effective),
        Some(origins) => {
            origins.lead_back(&mut findings);
            in_order(findings, document)
        }
    };
    if let std::borrow::Cow::Owned(_) = effective {
        sam::once_for_globals(&mut findings, document);
    }
    (Report { findings }, checker.work())
}

/// Sorts by place in the document, then by code, and leaves repetitions out.
fn in_order(findings: Vec<Finding>, document: &Object) -> Vec<Finding> {
    let mut keyed: Vec<_> = findings.into_iter().map(|finding| (position(&finding.path, document), finding)).collect();
    let compare = |left: &(Vec<usize>, Finding), right: &(Vec<usize>, Finding)| -> Ordering {
        let (left_position, left) = left;
        let (right_position, right) = right;
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
