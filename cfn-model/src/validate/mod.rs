//! Whether a template is right: an interpreter over the schema data that understands intrinsics.
//!
//! [`validate_document`] looks at a whole template and reports every finding. It is pure: it reads nothing but its
//! argument. Work is bounded, so that hostile input costs little more than an honest template of its size.
//!
//! ```
//! use cfn_model::{Template, validate::Severity};
//!
//! let template = Template::parse("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {MaximumMessageSize: 100}\n")?;
//! let report = template.validate();
//! let finding = &report.findings[0];
//! assert_eq!((finding.rule.code, finding.rule.severity), ("E3034", Severity::Error));
//! assert_eq!(finding.path.to_string(), "Resources/Jobs/Properties/MaximumMessageSize");
//! assert_eq!(finding.message, "`MaximumMessageSize` must be at least 1024, got 100");
//! # Ok::<(), cfn_model::text::ReadError>(())
//! ```
//!
//! | folder | what it looks at |
//! |---|---|
//! | `structure` | the sections of the template, one file each; limits and names |
//! | `schema` | the properties of a resource, against the schema of its type |
//! | `documents` | policies, state machines and other documents inside of properties |
//! | `permissions` | permissions of Lambda functions; roles that are known by their name |
//! | `functions` | every function call: its shape, and whether what it names exists |
//! | `formats` | ids, ARNs, networks; whether a resource is of the kind that another one names |
//! | `conditions` | which conditions can hold at once |
//! | `flow` | messages: who sends to which queue, who consumes it, where dead letters go |
//! | `graph` | circles in what depends on what |
//! | `nested` | what nested stacks are given |
//! | `policy_templates` | members of `Policies` of SAM's functions and state machines |
//! | `identifiers` | two resources that would be the same thing |
//! | `substitution` | `${Name}` outside of `Fn::Sub` |
//! | `written` | what is wrong with the text of a template: its size, keys that YAML takes for numbers, aliases |
//! | `found` | how many findings of a rule are kept |
//! | `silence` | what somebody asked not to hear of, in the template or in Rust |
//! | `advice` | what works and could be better |
//! | `sam` | what the SAM transform does: `Globals`, resources that it makes |

mod advice;
mod conditions;
mod context;
mod day;
mod documents;
mod finding;
mod flow;
mod formats;
mod found;
mod functions;
mod graph;
mod identifiers;
mod nested;
mod pattern;
mod permissions;
mod place;
mod policy_templates;
mod refused;
pub mod rules;
mod sam;
mod schema;
mod silence;
mod structure;
mod substitution;
mod suggest;
#[cfg(test)]
mod tests;
mod text;
mod written;

use std::cmp::Ordering;

pub use day::Day;
pub use documents::environment::{is_reserved_variable, is_variable_name};
pub use finding::{Finding, Origin, Report, Rule, Severity, Silenced};
pub use found::MOST_OF_A_RULE;
pub use policy_templates::check_sam_policy;
pub use sam::takes_null;
pub(crate) use silence::{Scope, Silence};
pub use suggest::did_you_mean;
pub use written::{check_size, check_text};

use crate::{Node, Object, Path, Segment};
use context::Transforms;

/// Checks a template, and reports every finding in the order of the template.
///
/// The findings have no [`Finding::origin`]: the document does not know which Rust line made what. Those that the
/// template's own metadata silence are kept apart.
pub fn validate_document(document: &Object) -> Report {
    run(document, &Options::default()).0
}

/// [`validate_document`], with what the caller knows beside the template.
///
/// ```
/// use cfn_model::{Resource, Template, validate::{Options, validate_document_with}};
///
/// let mut template = Template::new();
/// template.add("Shared", Resource::raw("AWS::Serverless::LayerVersion", serde_json::json!({"ContentUri": "shared.zip"})));
/// let nothing_is_there = |_: &str| false;
/// let report = validate_document_with(template.document(), &Options { exists: Some(&nothing_is_there), ..Options::default() });
/// assert_eq!(report.findings[0].rule.code, "AL1018");
/// ```
pub fn validate_document_with(document: &Object, options: &Options<'_>) -> Report {
    run(document, options).0
}

/// How many resources a template has when it is deployed: after the SAM transform, where the template asks for it.
///
/// CloudFormation's limit of 500 counts these, and not those that are written.
pub fn resource_count(document: &Object) -> usize {
    flow::resource_count(document)
}

/// Gives the template at a path, as a nested stack names it, or nothing.
pub type NestedTemplates<'o> = &'o dyn Fn(&str) -> Option<Object>;

/// What validation may ask its caller.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Whether a file or folder is there; the path is as the template has it. Without an answer nothing is said about
    /// files, because validation has no disk.
    pub exists: Option<&'o dyn Fn(&str) -> bool>,
    /// The template at a local path that a nested stack names: what the stack is given is compared with what that
    /// template wants (`E3043`). Without an answer nothing is said about it.
    pub nested: Option<NestedTemplates<'o>>,
    /// The day, for what AWS refuses from some day on: runtimes with which no function can be created (`E2531`) or
    /// changed (`E2533`). By default there is none, and both are advice (`W2531`): the same template gives the same
    /// findings on every day. Validation has no clock.
    pub today: Option<Day>,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = |is_there: bool| is_there.then_some("..");
        let (exists, nested) = (given(self.exists.is_some()), given(self.nested.is_some()));
        let mut fields = f.debug_struct("Options");
        fields.field("exists", &exists).field("nested", &nested).field("today", &self.today).finish()
    }
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

/// What [`crate::Template::validate`] reports: with what was found while the template was made, and with what is
/// silenced in Rust.
pub(crate) fn validate_template(document: &Object, problems: &[Finding], silences: &[Silence]) -> Report {
    run_with(document, &Options::default(), problems, silences).0
}

/// The formats of texts that the validator knows, as the schemas name them: `AWS::EC2::VPC.Id`, `ipv4-network`.
pub fn formats() -> impl Iterator<Item = &'static str> {
    formats::names()
}

/// Whether a text has a format. `None` where the validator does not know the format.
///
/// ```
/// assert_eq!(cfn_model::validate::has_format("AWS::EC2::VPC.Id", "vpc-0123abcd"), Some(true));
/// assert_eq!(cfn_model::validate::has_format("AWS::EC2::VPC.Id", "main"), Some(false));
/// ```
pub fn has_format(format: &str, text: &str) -> Option<bool> {
    formats::is_known(format).then(|| formats::broken(format, text).is_none())
}

/// The report, and how many schema nodes were visited.
fn run(document: &Object, options: &Options<'_>) -> (Report, u64) {
    run_with(document, options, &[], &[])
}

fn run_with(document: &Object, options: &Options<'_>, problems: &[Finding], silences: &[Silence]) -> (Report, u64) {
    let (unrolled, has_too_many_loops) = functions::unrolled(document);
    let (unrolled, origins) = unrolled.unzip();
    let source = unrolled.as_ref().unwrap_or(document);
    let (effective, has_too_many_globals) = match context::Transforms::new(source).serverless {
        true => sam::with_globals(source),
        false => (std::borrow::Cow::Borrowed(source), false),
    };
    let mut context = context::Context::new(&effective);
    context.today = options.today;
    if has_too_many_loops {
        let what = format!("the loops make more than {} values", functions::MOST_UNROLLED);
        context.too_much(Path::default(), what);
    }
    if has_too_many_globals {
        let what = format!("`Globals` add more than {} values to the resources", sam::MOST_MERGED);
        context.too_much(Path::default().join("Globals"), what);
    }
    let mut sections = structure::Sections::new(&context);
    sections.check();
    let structure::Sections { mut findings, walker, checker, .. } = sections;
    let (called, edges) = walker.finish();
    let mut reach = functions::Reach::default();
    findings.extend(functions::undeclared(&context));
    let mut called_here = found::Findings::default();
    called_here.absorb_if(called, |finding| reach.keep(&context, finding));
    findings.extend(formats::tags_broken_by(&context, &called_here));
    findings.absorb(called_here);
    findings.absorb(substitution::forgotten(&context));
    findings.extend(identifiers::repeated(&context));
    findings.absorb(formats::values(&context, &edges));
    if let Some(nested) = options.nested {
        findings.absorb(nested::parameters(&context, nested));
    }
    findings.absorb(advice::findings(&context));
    findings.extend(refused::findings(&context));
    if let Some(resources) = context.section("Resources") {
        findings.extend(graph::circles(resources, &edges));
    }
    flow::add(&mut findings, flow::check(&context, options));
    functions::without_second_thoughts(&mut findings);
    checker.note_what_was_too_much();
    findings.extend(context.not_looked_at());
    let mut findings = findings.finish();
    let shown: &Object = match origins {
        Some(origins) => {
            origins.lead_back(&mut findings);
            document
        }
        None => &effective,
    };
    let mut silencer = silence::Silencer::new(document, silences);
    let problems = silencer.heard(problems.to_vec());
    let mut findings = silencer.heard(findings);
    let (about_silences, silenced) = silencer.finish();
    findings.extend(about_silences);
    let mut findings = in_order(findings, shown);
    if let std::borrow::Cow::Owned(_) = effective {
        sam::once_for_globals(&mut findings, document);
    }
    findings.splice(0..0, problems);
    (Report { findings, silenced: in_order(silenced, shown) }, checker.work())
}

/// Sorts by place in the document, then by code, and leaves repetitions out.
fn in_order<T: AsRef<Finding>>(findings: Vec<T>, document: &Object) -> Vec<T> {
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
