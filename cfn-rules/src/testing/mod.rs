//! Helpers for the tests of rules.

use cfn_model::{
    Finding, Node, Object, Rule, Template,
    text::{Limits, parse},
};

use crate::{Options, check_text, rules::definition::Definition, validate_document};

pub(crate) mod flow;

/// Everything that is found in a template, in its text too.
#[track_caller]
pub(crate) fn findings(template: &str) -> Vec<Finding> {
    findings_with(template, &Options::default())
}

/// [`findings`] with options.
#[track_caller]
pub(crate) fn findings_with(template: &str, options: &Options<'_>) -> Vec<Finding> {
    let parsed = parse(template, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{template}"));
    let Node::Object(document) = parsed.node else { panic!("a template is an object") };
    let options = Options { nested: Some(&network), ..*options };
    let mut findings = validate_document(&document, &options).findings;
    findings.extend(check_text(template, &document));
    findings
}

/// The template `network.yaml` of nested stacks: it needs `Zone` and can have `Size`.
fn network(path: &str) -> Option<Object> {
    let template = Template::parse("Parameters: {Zone: {Type: String}, Size: {Type: Number, Default: 3}}").ok()?;
    (path == "network.yaml").then(|| template.document().clone())
}

/// Compares the findings of one rule about a template with places and messages. Findings that another rule supersedes
/// count too.
#[track_caller]
pub(crate) fn check(rule: &Definition, template: &str, expected: &[(&str, &str)]) {
    check_with(rule, template, &Options::default(), expected);
}

/// [`check`] with options.
#[track_caller]
pub(crate) fn check_with(rule: &Definition, template: &str, options: &Options<'_>, expected: &[(&str, &str)]) {
    compare(&rule.rule, &findings_with(template, options), template, expected);
}

/// [`check`] for a rule of a table.
#[track_caller]
pub(crate) fn check_rule(rule: &Rule, template: &str, expected: &[(&str, &str)]) {
    compare(rule, &findings(template), template, expected);
}

#[track_caller]
fn compare(rule: &Rule, all: &[Finding], template: &str, expected: &[(&str, &str)]) {
    let with_causes = all.iter().flat_map(|finding| std::iter::once(finding).chain(&finding.causes));
    let found: Vec<_> = with_causes.filter(|finding| finding.rule.code == rule.code).collect();
    let found: Vec<_> = found.iter().map(|finding| (finding.path.to_string(), finding.message.as_str())).collect();
    let found: Vec<_> = found.iter().map(|(path, message)| (path.as_str(), *message)).collect();
    assert_eq!(found, expected, "{template}");
}

/// A queue, a function and an event source mapping between them, each with more properties in YAML's flow style; those of
/// the mapping begin with a comma.
pub(crate) fn consumer(queue: &str, function: &str, mapping: &str) -> String {
    format!(
        "Resources:\n  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{queue}}}}}\n  Work: {{Type: \
         AWS::Lambda::Function, Properties: {{{function}}}}}\n  Map: {{Type: AWS::Lambda::EventSourceMapping, \
         Properties: {{EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Work{mapping}}}}}\n"
    )
}
