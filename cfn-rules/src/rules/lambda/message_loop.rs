//! Functions that feed each other's queues.

use super::sends_to_own_queue::HELP;
use crate::{
    facts::flow::graph::Flow,
    rules::definition::{On, Reporter},
};

rule! {
    /// Functions that feed each other's queues in a circle, directly or through topics, never come to an end. Lambda stops
    /// such a chain after about 16 calls. A function that says `RecursiveLoop: Allow` means it, and is not followed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// Resources:
    ///   First:
    ///     Type: AWS::SQS::Queue
    ///   Second:
    ///     Type: AWS::SQS::Queue
    ///   Results:
    ///     Type: AWS::SQS::Queue
    ///   Split:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Second.QueueName}]
    ///       Events:
    ///         First: {Type: SQS, Properties: {Queue: !GetAtt First.Arn}}
    ///   Join:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt First.QueueName}]
    ///       Events:
    ///         Second: {Type: SQS, Properties: {Queue: !GetAtt Second.Arn}}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Globals:
    ///   Function: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// Resources:
    ///   First:
    ///     Type: AWS::SQS::Queue
    ///   Second:
    ///     Type: AWS::SQS::Queue
    ///   Results:
    ///     Type: AWS::SQS::Queue
    ///   Split:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Second.QueueName}]
    ///       Events:
    ///         First: {Type: SQS, Properties: {Queue: !GetAtt First.Arn}}
    ///   Join:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Results.QueueName}]
    ///       Events:
    ///         Second: {Type: SQS, Properties: {Queue: !GetAtt Second.Arn}}
    /// ```
    AL1002: warning "message loop between queues",
    on: On::Flow(check),
}

/// How many names of a cycle are shown from its start.
const MOST_SHOWN: usize = 12;

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let resources = &flow.model.resources;
    for cycle in flow.steps().cycles(flow) {
        let Some(&(first, function)) = cycle.first() else { continue };
        let ids = cycle.iter().flat_map(|(from, function)| [*from, *function]).chain([first]);
        let names: Vec<String> = ids.map(|number| format!("`{}`", resources[number].id)).collect();
        report.at(resources[function].path(&[]), format!("message loop: {}", shown(&names))).help(HELP);
    }
}

/// The names of a cycle; the middle of a long one is left out.
fn shown(names: &[String]) -> String {
    match names {
        [start @ .., _, _, _, _] if start.len() > MOST_SHOWN => {
            format!("{} -> ... -> {}", names[..MOST_SHOWN].join(" -> "), names[names.len() - 3..].join(" -> "))
        }
        _ => names.join(" -> "),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{
        check,
        flow::{HEAD, ROLE, either, written},
    };

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("message_loop.yaml"));
    }

    fn cycle(first: &str, second: &str, condition: &str) -> String {
        let function = |name: &str, from: &str, to: &str| {
            format!(
                "
  {name}:
    Type: AWS::Serverless::Function{condition}
    Properties:
      Policies: [SQSSendMessagePolicy: {{QueueName: {to}}}]
      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt {from}.Arn}}}}}}"
            )
        };
        let names = ["A", "B", "C"].map(|name| format!("  {name}: {{Type: AWS::SQS::Queue}}\n")).concat();
        format!(
            "{HEAD}{names}{}{}{}",
            function("F", "A", first),
            function("G", "B", second),
            function("H", "C", "!Ref Name")
        )
    }

    #[test]
    fn plain_and_serverless() {
        let plain_role = |name: &str, to: &str| {
            ROLE.replace("Role:\n", &format!("{name}Role:\n")).replace(
            "      ManagedPolicyArns",
            &format!(
                "      Policies: [{{PolicyDocument: {{Statement: {{Effect: Allow, Action: 'sqs:SendMessage', Resource: {to}}}}}}}]
      ManagedPolicyArns"
            ),
        )
        };
        let function = |name: &str, from: &str| {
            format!(
            "
  {name}: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt {name}Role.Arn}}}}
  {name}Map: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: !GetAtt {name}.Arn, EventSourceArn: !GetAtt {from}.Arn}}}}"
        )
        };
        let whole = |to: &str| {
            let queues = "  A: {Type: AWS::SQS::Queue}\n  B: {Type: AWS::SQS::Queue, Properties: {QueueName: bees}}\n";
            let literal = "'arn:aws:sqs:eu-west-1:123456789012:bees'";
            [HEAD, queues, &plain_role("F", literal), &plain_role("G", to), &function("F", "A"), &function("G", "B")]
                .concat()
        };
        either(
            &RULE,
            &[cycle("!GetAtt B.QueueName", "!GetAtt A.QueueName", ""), whole("!GetAtt A.Arn")],
            &[
                cycle("!GetAtt B.QueueName", "!GetAtt C.QueueName", ""),
                cycle("!GetAtt B.QueueName", "!Ref Name", ""),
                whole("!Ref Name"),
                whole("'arn:aws:sqs:eu-west-1:123456789012:other'"),
            ],
        );
    }

    #[test]
    fn a_long_cycle_is_found_once() {
        let queue = |index: usize| {
            let next = (index + 1) % 60;
            format!(
                "  Q{index}: {{Type: AWS::SQS::Queue}}
  F{index}:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [SQSSendMessagePolicy: {{QueueName: !GetAtt Q{next}.QueueName}}]
      Events: {{E: {{Type: SQS, Properties: {{Queue: !GetAtt Q{index}.Arn}}}}}}\n"
            )
        };
        let template = format!("{HEAD}{}", (0..60).map(queue).collect::<String>());
        let message = "message loop: `Q0` -> `F0` -> `Q1` -> `F1` -> `Q2` -> `F2` -> `Q3` \
                       -> `F3` -> `Q4` -> `F4` -> `Q5` -> `F5` -> ... -> `Q59` -> `F59` -> `Q0`";
        check(&RULE, &template, &[("Resources/F0/Properties", message)]);
    }
}
