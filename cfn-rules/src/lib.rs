//! What is wrong with a CloudFormation or SAM template: an interpreter over the schema data that understands intrinsics,
//! and rules.
//!
//! [`validate`] looks at a whole template and reports every finding. It is pure: it reads nothing but its arguments. Work
//! is bounded, so that hostile input costs little more than an honest template of its size.
//!
//! ```
//! use cfn_model::{Severity, Template};
//! use cfn_rules::{Options, validate};
//!
//! let template = Template::parse("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {MaximumMessageSize: 100}\n")?;
//! let report = validate(&template, &Options::default());
//! let finding = &report.findings[0];
//! assert_eq!((finding.rule.code, finding.rule.severity), ("E3034", Severity::Error));
//! assert_eq!(finding.path.to_string(), "Resources/Jobs/Properties/MaximumMessageSize");
//! assert_eq!(finding.message, "`MaximumMessageSize` must be at least 1024, got 100");
//! # Ok::<(), cfn_model::text::ReadError>(())
//! ```
//!
//! | folder | what it holds |
//! |---|---|
//! | `facts` | the template looked up once: names, types, conditions, values, SAM's view, the graph of the flow |
//! | `schema` | the interpreter of resource schemas, formats, documents inside of properties |
//! | `rules` | the rules, in folders by subject |
//! | `report` | order, suppression, supersession |
//! | `codes` | the codes and titles of the rules |
#![warn(missing_docs)]

#[macro_use]
mod macros;

pub mod codes;
mod facts;
mod found;
mod limits;
mod options;
mod own;
pub mod registry;
mod report;
mod rules;
mod schema;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use cfn_model::{Finding, Object, Path, Report, Suppression, Template};

use crate::{
    facts::{context, flow::graph::Flow, sam, transformed, uses},
    report::{globals, order::in_order, silence, supersede::supersede},
    rules::{functions, tags, values, walk},
    schema::formats,
};

pub use facts::{day::Day, kinds::is_third_party, suggest::did_you_mean};
pub use found::MOST_OF_A_RULE;
#[doc(hidden)]
pub use found::add_count;
pub use limits::{Limit, limits};
pub use options::{NestedTemplates, Options};
pub use own::{OwnTypes, SCHEMA_LIMITS, SchemaError};
pub use rules::{policy_templates::check_sam_policy, template::too_large::check_size};
pub use schema::documents::environment::{is_reserved_variable, is_variable_name};

/// Checks a template, and reports every finding in the order of the template, with the Rust line that made the thing.
///
/// Those that [`Template::ignore`] or the template's own metadata suppress are kept apart.
pub fn validate(template: &Template, options: &Options<'_>) -> Report {
    let mut types = options.types.cloned().unwrap_or_default();
    let mut problems = template.problems().to_vec();
    problems.extend(types.extend(template.schemas()));
    let region = template.region().filter(|_| options.regions.is_empty());
    let regions = region.as_ref().map_or(options.regions, std::slice::from_ref);
    let options = Options { types: Some(&types), regions, ..*options };
    let (mut report, _) = run_with(template.document(), &options, &problems, template.suppressions());
    let suppressed = report.suppressed.iter_mut().map(|suppressed| &mut suppressed.finding);
    for finding in report.findings.iter_mut().chain(suppressed) {
        if finding.origin.is_none() {
            finding.origin = template.origin(&finding.path);
            finding.added_by = template.added_by(&finding.path);
        }
    }
    report
}

/// [`validate`] with the default options, as a method.
///
/// ```
/// use cfn_model::Template;
/// use cfn_rules::Validate;
///
/// assert!(Template::new().validate().has_errors(), "there are no resources");
/// ```
pub trait Validate {
    /// Every finding about the template, with the Rust line that made the thing.
    fn validate(&self) -> Report;
}

impl Validate for Template {
    fn validate(&self) -> Report {
        validate(self, &Options::default())
    }
}

/// [`validate`] for a document that was read. Its findings have no [`Finding::origin`].
///
/// ```
/// use cfn_model::{Resource, Template};
/// use cfn_rules::{Options, validate_document};
///
/// let mut template = Template::new();
/// template.add("Shared", Resource::raw("AWS::Serverless::LayerVersion", serde_json::json!({"ContentUri": "shared.zip"})));
/// let nothing_is_there = |_: &str| false;
/// let options = Options { exists: Some(&nothing_is_there), packaged: true, ..Options::default() };
/// let report = validate_document(template.document(), &options);
/// assert_eq!(report.findings[0].rule.code, "AL1018");
/// ```
pub fn validate_document(document: &Object, options: &Options<'_>) -> Report {
    run(document, options).0
}

/// The findings about the text that a document was read from: its size, keys that are numbers in YAML, and aliases.
/// What the document suppresses is not among them. Whoever has the text asks; [`validate_document`] has none.
pub fn check_text(text: &str, document: &Object) -> Vec<Finding> {
    let mut findings = found::Findings::default();
    registry::index().text(text, document, &mut findings);
    silence::Silencer::new(document, &[]).heard(findings.finish())
}

/// How many resources a template has when it is deployed: after the SAM transform, where the template asks for it.
///
/// CloudFormation's limit of 500 counts these, and not those that are written.
pub fn resource_count(document: &Object) -> usize {
    transformed::resource_count(document)
}

/// The regions that there are, sorted.
pub fn regions() -> impl Iterator<Item = &'static str> {
    facts::kinds::REGIONS.into_iter()
}

/// What is wrong with the name of a region, and the fix: the most similar region. `None` for a region that there is.
///
/// ```
/// let (message, help) = cfn_rules::unknown_region("eu-wst-1").unwrap();
/// assert_eq!(message, "`eu-wst-1` is not a region");
/// assert_eq!(help, "did you mean `eu-west-1`?");
/// ```
pub fn unknown_region(region: &str) -> Option<(String, String)> {
    (!regions().any(|known| known == region)).then(|| {
        let help = did_you_mean(region, regions()).unwrap_or_else(|| "write it as AWS does: `eu-central-1`".to_owned());
        (format!("`{region}` is not a region"), help)
    })
}

/// The formats of texts that the validator knows, as the schemas name them: `AWS::EC2::VPC.Id`, `ipv4-network`.
pub fn formats() -> impl Iterator<Item = &'static str> {
    formats::names()
}

/// Whether a text has a format. `None` where the validator does not know the format.
///
/// ```
/// assert_eq!(cfn_rules::has_format("AWS::EC2::VPC.Id", "vpc-0123abcd"), Some(true));
/// assert_eq!(cfn_rules::has_format("AWS::EC2::VPC.Id", "main"), Some(false));
/// ```
pub fn has_format(format: &str, text: &str) -> Option<bool> {
    formats::is_known(format).then(|| formats::broken(format, text).is_none())
}

/// The report, and how many schema nodes were visited.
fn run(document: &Object, options: &Options<'_>) -> (Report, u64) {
    run_with(document, options, &[], &[])
}

fn run_with(
    document: &Object,
    options: &Options<'_>,
    problems: &[Finding],
    suppressions: &[Suppression],
) -> (Report, u64) {
    let index = registry::index();
    let (unrolled, has_too_many_loops) = functions::unrolled(document);
    let source = unrolled.as_ref().map_or(document, |unrolled| &unrolled.document);
    let (effective, has_too_many_globals) = match context::Transforms::new(source).serverless {
        true => sam::with_globals(source),
        false => (std::borrow::Cow::Borrowed(source), false),
    };
    let mut context = context::Context::new(&effective, *options);
    if let Some(unrolled) = &unrolled {
        // The transform has put in values of mappings and conditions.
        context.uses.add(uses::Uses::new(document));
        context.repeated.clone_from(&unrolled.repeated);
    }
    if has_too_many_loops {
        let what = format!("the loops make more than {} values", limits::LIMITS.unrolled);
        context.too_much(Path::default(), what);
    }
    if has_too_many_globals {
        let what = format!("`Globals` add more than {} values to the resources", limits::LIMITS.merged_globals);
        context.too_much(Path::default().join("Globals"), what);
    }
    let mut pass = walk::Walk::new(&context, index, registry::by_code);
    pass.walk();
    let walk::Walk { mut findings, walker, checker, .. } = pass;
    let (called, dependencies) = walker.finish();
    context.keep_dependencies(dependencies);
    findings.extend(tags::invalid_tag::broken_by(&context, &called));
    findings.absorb(called);
    findings.absorb(values::values(&context, index));
    index.flow(&Flow::new(&context), &mut findings);
    index.document(&context, &mut findings);
    supersede(&mut findings, registry::supersessions());
    checker.note_what_was_too_much();
    findings.extend(
        context
            .not_looked_at()
            .into_iter()
            .map(|(path, what)| Finding::new(&codes::AL0401, path, format!("{what}: not all of it was checked"))),
    );
    let mut findings = findings.finish();
    let shown: &Object = match &unrolled {
        Some(unrolled) => {
            unrolled.origins.lead_back(&mut findings);
            document
        }
        None => &effective,
    };
    let mut silencer = silence::Silencer::new(document, suppressions);
    let problems = silencer.heard(problems.to_vec());
    let mut findings = silencer.heard(findings);
    let (about_silences, suppressed) = silencer.finish(registry::codes());
    findings.extend(about_silences);
    let mut findings = in_order(findings, shown);
    if let std::borrow::Cow::Owned(_) = effective {
        globals::once_for_globals(&mut findings, document);
    }
    findings.splice(0..0, problems);
    (Report { findings, suppressed: in_order(suppressed, shown) }, checker.work())
}

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
