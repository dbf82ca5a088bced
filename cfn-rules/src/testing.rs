//! Helpers for the tests of rules.

use cfn_model::{
    Finding, Node, Rule,
    text::{Limits, parse},
};

use crate::{Options, check_text, rules::definition::Definition, validate_document};

/// Everything that is found in a template, in its text too.
#[track_caller]
pub(crate) fn findings(template: &str) -> Vec<Finding> {
    let parsed = parse(template, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{template}"));
    let Node::Object(document) = parsed.node else { panic!("a template is an object") };
    let mut findings = validate_document(&document, &Options::default()).findings;
    findings.extend(check_text(template, &document));
    findings
}

/// Compares the findings of one rule about a template with places and messages. Findings that another rule supersedes
/// count too.
#[track_caller]
pub(crate) fn check(rule: &Definition, template: &str, expected: &[(&str, &str)]) {
    check_rule(&rule.rule, template, expected);
}

/// [`check`] for a rule of a table.
#[track_caller]
pub(crate) fn check_rule(rule: &Rule, template: &str, expected: &[(&str, &str)]) {
    let all = findings(template);
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
