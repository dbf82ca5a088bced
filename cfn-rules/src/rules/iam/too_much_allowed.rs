//! Policies that allow more than is needed.

use crate::{
    facts::flow::{graph::Flow, model::Resource, permission, text::fits},
    rules::definition::{On, Reporter},
};

rule! {
    /// A policy that allows every action of SQS, or an action on every resource although it could name one, lets a mistake in
    /// one function reach every queue of the account. Actions that know no resource, as AWS's service reference says, are left
    /// out, and so are those that list or describe, and statements with a condition.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: jobs
    ///           PolicyDocument:
    ///             Statement:
    ///               - Effect: Allow
    ///                 Action: ['sqs:*']
    ///                 Resource: !GetAtt Jobs.Arn
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: !GetAtt Role.Arn
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///   Role:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       AssumeRolePolicyDocument:
    ///         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
    ///       Policies:
    ///         - PolicyName: jobs
    ///           PolicyDocument:
    ///             Statement:
    ///               - Effect: Allow
    ///                 Action: ['sqs:SendMessage']
    ///                 Resource: !GetAtt Jobs.Arn
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: !GetAtt Role.Arn
    /// ```
    AL1021: warning "policy allows more than is needed",
    on: On::Flow(check),
}

/// Services with messages and data, and the beginning of their actions that are looked at.
const PRECISE: [(&str, &str); 9] = [
    ("sqs", ""),
    ("dynamodb", ""),
    ("s3", ""),
    ("kinesis", ""),
    ("firehose", ""),
    ("states", "start"),
    ("events", "putevents"),
    ("lambda", "invoke"),
    ("sns", "add"),
];

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.resources.iter().for_each(|resource| too_much(flow, resource, report));
}

/// Reports a statement that allows everything of a service, or something everywhere: once, for the worse of both.
fn too_much(flow: &Flow<'_>, resource: &Resource<'_>, report: &mut Reporter<'_>) {
    let context = flow.model.context;
    let documents = permission::documents(context, resource).unwrap_or_default();
    let all = documents.iter().filter_map(|document| permission::statements(context, document));
    for statement in all.flatten().filter(|statement| statement.allows && !statement.conditional && !statement.inverted)
    {
        let Some(actions) = &statement.actions else { continue };
        let subject = format!("policy of `{}`", resource.id);
        let everywhere = statement.is_everywhere();
        if let Some(all) = actions.iter().find(|action| **action == "*" || action.eq_ignore_ascii_case("sqs:*")) {
            let on = if everywhere { " on `*`" } else { "" };
            report.at(statement.path.join("Action"), format!("{subject} must allow single actions, got `{all}`{on}")).help(
                "name what is needed, such as `sqs:SendMessage` to send, and `sqs:ReceiveMessage`, `sqs:DeleteMessage` \
                 and `sqs:GetQueueAttributes` to consume",
            );
        } else if let Some(action) = actions.iter().find(|action| everywhere && is_precise(action)) {
            let message = format!("{subject}: `{action}` must be allowed on single resources, got `*`");
            report.at(statement.path.join("Resource"), message).help("name the resource, such as `!GetAtt Jobs.Arn`");
        }
    }
}

/// Whether an action, or a pattern of actions, is one of messages or data that can be allowed on single resources.
fn is_precise(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else { return false };
    let lists = ["List", "Describe"].iter().any(|verb| name.starts_with(verb));
    let looked_at = PRECISE.iter().find(|(known, _)| known.eq_ignore_ascii_case(service)).filter(|_| !lists);
    looked_at.is_some_and(|(service, beginning)| {
        let is_wanted = |candidate: &str| candidate.starts_with(beginning) && fits(name, candidate);
        cfn_schema::iam_service(service).is_some_and(|known| known.any_on_resources(is_wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{
        check,
        flow::{either, function, more, plain, sam, written},
    };

    #[test]
    fn one_finding_a_statement() {
        let policy = |action: &str, resource: &str| {
            format!(
                "Resources: {{P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {{Version: '2012-10-17', \
                 Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]}}}}}}}}\n"
            )
        };
        let place = |key: &str| format!("Resources/P/Properties/PolicyDocument/Statement/0/{key}");
        let message = "policy of `P` must allow single actions, got `sqs:*` on `*`";
        check(&RULE, &policy("'sqs:*'", "'*'"), &[(&place("Action"), message)]);
        let message = "policy of `P`: `dynamodb:PutItem` must be allowed on single resources, got `*`";
        let actions = "['dynamodb:ListTables', 'dynamodb:PutItem', 'dynamodb:GetItem']";
        check(&RULE, &policy(actions, "'*'"), &[(&place("Resource"), message)]);
        for of_account in ["s3:PutAccountPublicAccessBlock", "kinesis:EnableEnhancedMonitoring", "s3:PutAccount*"] {
            check(&RULE, &policy(&format!("'{of_account}'"), "'*'"), &[]);
        }
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("too_much_allowed.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let with = |action: &str, resource: &str| {
            let statement = format!("{{Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]}}");
            let policy =
                format!("\n  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {statement}}}}}\n");
            [plain(more(&policy)), sam(function(&format!("Policies: [{statement}],")))]
        };
        let wrong = [
            with("'sqs:*'", "!GetAtt Jobs.Arn"),
            with("['sqs:SendMessage']", "'*'"),
            with("'*'", "'*'"),
            with("'s3:*'", "['*']"),
            with("'dynamodb:PutItem'", "'*'"),
        ];
        let right = [
            with("'sqs:SendMessage'", "!GetAtt Jobs.Arn"),
            with("'sqs:ListQueues'", "'*'"),
            with("'logs:PutLogEvents'", "'*'"),
            with("'sns:Publish'", "'*'"),
            with("!Ref Name", "'*'"),
            with("'sqs:SendMessage'", "!Ref Name"),
            with("'sqs:SendMessage'", "'*', Condition: {}"),
        ];
        either(&RULE, &wrong.concat(), &right.concat());
    }
}
