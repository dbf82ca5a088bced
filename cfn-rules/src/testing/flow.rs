//! Helpers for the tests of rules about messages: templates in both forms, plain CloudFormation and SAM, and templates as
//! people write them.

use cfn_model::Finding;

use crate::{Options, rules::definition::Definition};

/// The findings of a template. No file is there but those in `src`.
#[track_caller]
fn findings(template: &str) -> Vec<Finding> {
    let exists = |path: &str| path.starts_with("src");
    super::findings_with(template, &Options { exists: Some(&exists), ..Options::default() })
}

/// Templates that give a finding of a rule, and templates that give none.
#[track_caller]
pub(crate) fn either(rule: &Definition, wrong: &[String], right: &[String]) {
    let code = rule.rule.code;
    for (template, expected) in wrong.iter().map(|template| (template, true)).chain(right.iter().map(|t| (t, false))) {
        let found: Vec<&str> = findings(template).iter().map(|finding| finding.rule.code).collect();
        assert_eq!(found.contains(&code), expected, "{code} among {found:?} of\n{template}");
    }
}

/// Templates of a file, each with the findings of one rule.
///
/// A template begins with `### what it is` and a line `# place: message` for each finding.
#[track_caller]
pub(crate) fn written(rule: &Definition, cases: &str) {
    let mut wrong = String::new();
    for case in cases.split("### ").filter(|case| !case.is_empty()) {
        let lines = case.lines().skip(1).take_while(|line| line.starts_with("# "));
        let expected: Vec<&str> = lines.map(|line| &line[2..]).collect();
        let found = findings(case.split_once('\n').map_or("", |(_, template)| template));
        let found: Vec<String> = found
            .iter()
            .filter(|finding| finding.rule.code == rule.rule.code)
            .map(|finding| format!("{}: {}", finding.path, finding.message))
            .collect();
        if found != expected {
            let title = case.lines().next().unwrap_or_default();
            let shown: String = found.iter().map(|line| format!("# {line}\n")).collect();
            wrong.push_str(&format!("### {title}\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

pub(crate) const HEAD: &str = "
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

pub(crate) const ALARM: &str = "
  Watch:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Dead.QueueName}]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
";

pub(crate) const ROLE: &str = "
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']
";

/// A difference from a template without a mistake. A property comes before those of the template, with a comma.
#[derive(Clone, Copy, Default)]
pub(crate) struct Change<'c> {
    pub(crate) queue: &'c str,
    pub(crate) dead: &'c str,
    pub(crate) function: &'c str,
    pub(crate) mapping: &'c str,
    /// More resources.
    pub(crate) more: &'c str,
    pub(crate) redrive: Option<&'c str>,
    pub(crate) visibility: Option<&'c str>,
    pub(crate) report: Option<&'c str>,
    pub(crate) role: Option<&'c str>,
    pub(crate) alarm: Option<&'c str>,
}

pub(crate) fn queues(change: &Change<'_>) -> String {
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
pub(crate) fn plain(change: Change<'_>) -> String {
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
pub(crate) fn sam(change: Change<'_>) -> String {
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
pub(crate) fn both(change: Change<'_>) -> [String; 2] {
    [plain(change), sam(change)]
}

/// Several changes in both forms.
pub(crate) fn all<'c>(changes: impl IntoIterator<Item = Change<'c>>) -> Vec<String> {
    changes.into_iter().flat_map(both).collect()
}

pub(crate) const NONE: Change<'static> = Change {
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

pub(crate) fn queue(queue: &str) -> Change<'_> {
    Change { queue, ..NONE }
}
pub(crate) fn dead(dead: &str) -> Change<'_> {
    Change { dead, ..NONE }
}
pub(crate) fn function(function: &str) -> Change<'_> {
    Change { function, ..NONE }
}
pub(crate) fn mapping(mapping: &str) -> Change<'_> {
    Change { mapping, ..NONE }
}
pub(crate) fn redrive(redrive: &str) -> Change<'_> {
    Change { redrive: Some(redrive), ..NONE }
}
pub(crate) fn more(more: &str) -> Change<'_> {
    Change { more, ..NONE }
}

#[test]
fn a_template_without_a_mistake_gives_nothing() {
    for template in both(NONE) {
        let found = findings(&template).into_iter().map(|finding| finding.rule.code);
        assert_eq!(found.filter(|code| code.starts_with("AL1")).count(), 0, "{template}");
    }
}
