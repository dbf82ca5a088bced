//! Each rule on templates of both forms: plain CloudFormation and SAM. The mistakes and mends of `cfn-validate/rules`
//! are looked at as well.

mod mappings;
mod others;
mod queues;
mod roles;
mod written;

use crate::{Options, registry, validate_document};
use cfn_model::{
    Node,
    text::{Limits, parse},
};

/// The codes of the flow's rules that a template gives, in order and without repetition. No file is there but those in
/// `src`.
#[track_caller]
fn codes(template: &str) -> Vec<&'static str> {
    let Node::Object(document) =
        parse(template, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{template}")).node
    else {
        panic!("a template is an object")
    };
    let exists = |path: &str| path.starts_with("src");
    let report = validate_document(&document, &Options { exists: Some(&exists), ..Options::default() });
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.rule.code).collect();
    codes.retain(|code| code.starts_with("AL1"));
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Templates that give a finding of a rule, and templates that give none.
#[track_caller]
fn check(code: &str, wrong: &[String], right: &[String]) {
    for (template, expected) in wrong.iter().map(|template| (template, true)).chain(right.iter().map(|t| (t, false))) {
        let found = codes(template);
        assert_eq!(found.contains(&code), expected, "{code} among {found:?} of\n{template}");
    }
}

const HEAD: &str = "
Parameters:
  Name: {Type: String}
  Count: {Type: Number}
  Stage: {Type: String}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Equals [!Ref Stage, dev]
Transform: AWS::Serverless-2016-10-31
Resources:
";

const ALARM: &str = "
  Watch:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
";

const ROLE: &str = "
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']
";

/// What differs from a template without a mistake. A property comes before those of the template, with a comma.
#[derive(Clone, Copy, Default)]
struct Change<'c> {
    queue: &'c str,
    dead: &'c str,
    function: &'c str,
    mapping: &'c str,
    /// More resources.
    more: &'c str,
    redrive: Option<&'c str>,
    visibility: Option<&'c str>,
    report: Option<&'c str>,
    role: Option<&'c str>,
    alarm: Option<&'c str>,
}

fn queues(change: &Change<'_>) -> String {
    let Change { queue, dead, more, .. } = change;
    let redrive =
        change.redrive.unwrap_or("RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}");
    let visibility = change.visibility.unwrap_or("360");
    let alarm = change.alarm.unwrap_or(ALARM);
    format!(
        "{HEAD}  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{queue} VisibilityTimeout: {visibility}, {redrive}}}}}
  Dead: {{Type: AWS::SQS::Queue, Properties: {{{dead} MessageRetentionPeriod: 1209600}}}}
{alarm}{more}"
    )
}

/// Plain CloudFormation.
fn plain(change: Change<'_>) -> String {
    let Change { function, mapping, .. } = change;
    let report = change.report.unwrap_or("FunctionResponseTypes: [ReportBatchItemFailures],");
    format!(
        "{}{}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {{{function} Runtime: python3.13, Handler: app.handler, Role: !GetAtt Role.Arn}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{{mapping} {report} FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn}}
",
        queues(&change),
        change.role.unwrap_or(ROLE)
    )
}

/// SAM.
fn sam(change: Change<'_>) -> String {
    let Change { function, mapping, .. } = change;
    let report = change.report.unwrap_or("FunctionResponseTypes: [ReportBatchItemFailures],");
    format!(
        "{}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      {{{function} Runtime: python3.13, Handler: app.handler, CodeUri: 's3://b/k.zip',
       Events: {{Map: {{Type: SQS, Properties: {{{mapping} {report} Queue: !GetAtt Jobs.Arn}}}}}}}}
",
        queues(&change)
    )
}

/// The change in both forms.
fn both(change: Change<'_>) -> [String; 2] {
    [plain(change), sam(change)]
}

/// Several changes in both forms.
fn all<'c>(changes: impl IntoIterator<Item = Change<'c>>) -> Vec<String> {
    changes.into_iter().flat_map(both).collect()
}

const NONE: Change<'static> = Change {
    queue: "",
    dead: "",
    function: "",
    mapping: "",
    more: "",
    redrive: None,
    visibility: None,
    report: None,
    role: None,
    alarm: None,
};

fn queue(queue: &str) -> Change<'_> {
    Change { queue, ..NONE }
}
fn dead(dead: &str) -> Change<'_> {
    Change { dead, ..NONE }
}
fn function(function: &str) -> Change<'_> {
    Change { function, ..NONE }
}
fn mapping(mapping: &str) -> Change<'_> {
    Change { mapping, ..NONE }
}
fn redrive(redrive: &str) -> Change<'_> {
    Change { redrive: Some(redrive), ..NONE }
}
fn more(more: &str) -> Change<'_> {
    Change { more, ..NONE }
}

#[test]
fn a_template_without_a_mistake_gives_nothing() {
    for template in both(NONE) {
        assert_eq!(codes(&template), Vec::<&str>::new(), "{template}");
    }
}

/// Rules with a file of their own are tested with their pages in `registry`.
#[test]
fn the_examples_of_the_documentation() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../cfn-validate/rules");
    for code in registry::codes().iter().filter(|code| code.starts_with("AL1")) {
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{code}.md"))) else {
            assert!(registry::page(code).is_some(), "{code} has no page");
            continue;
        };
        let blocks: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [mistake, fix] = blocks.as_slice() else { panic!("{code}: a mistake and a fix") };
        check(code, &[(*mistake).to_owned()], &[(*fix).to_owned()]);
    }
}
