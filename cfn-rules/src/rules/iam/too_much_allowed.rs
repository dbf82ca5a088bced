//! Policies that allow more than is needed.

use crate::{
    facts::flow::{graph::Flow, model::Resource, permission, text::fits},
    rules::definition::{On, Reporter},
};

rule! {
    /// A policy that allows every action of SQS, or an action on every resource although it could name one, lets a mistake in
    /// one function reach every queue of the account. Actions that list or describe are left out, because many of them know
    /// no single resource, and so are statements with a condition.
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

/// Services whose actions on messages and data can be allowed on single resources. What they list cannot.
const PRECISE: [&str; 9] = [
    "sqs:",
    "dynamodb:",
    "s3:",
    "kinesis:",
    "firehose:",
    "states:Start",
    "events:PutEvents",
    "lambda:Invoke",
    "sns:Add",
];

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    flow.model.resources.iter().for_each(|resource| too_much(flow, resource, report));
}

/// Policies that allow everything of a service, or something everywhere.
fn too_much(flow: &Flow<'_>, resource: &Resource<'_>, report: &mut Reporter<'_>) {
    let context = flow.model.context;
    let documents = permission::documents(context, resource).unwrap_or_default();
    let all = documents.iter().filter_map(|document| permission::statements(context, document));
    for statement in all.flatten().filter(|statement| statement.allows && !statement.conditional && !statement.inverted)
    {
        let Some(actions) = &statement.actions else { continue };
        let subject = format!("policy of `{}`", resource.id);
        if let Some(all) = actions.iter().find(|action| **action == "*" || action.eq_ignore_ascii_case("sqs:*")) {
            let message = format!("{subject} must allow single actions, got `{all}`");
            let help = "name what is needed, such as `sqs:SendMessage` to send, and `sqs:ReceiveMessage`, \
                        `sqs:DeleteMessage` and `sqs:GetQueueAttributes` to consume";
            report.at(statement.path.join("Action"), message).help(help);
        }
        let precise = actions.iter().find(|action| is_precise(action));
        if let Some(action) = precise.filter(|_| statement.is_everywhere()) {
            let message = format!("{subject}: `{action}` must be allowed on single resources, got `*`");
            let help = "name the resource, such as `!GetAtt Jobs.Arn`";
            report.at(statement.path.join("Resource"), message).help(help);
        }
    }
}

/// Whether an action can be allowed on single resources. What lists or describes often cannot.
fn is_precise(action: &str) -> bool {
    let Some((_, name)) = action.split_once(':') else { return false };
    let starts = |prefix: &str| {
        action.len() >= prefix.len()
            && action.is_char_boundary(prefix.len())
            && action[..prefix.len()].eq_ignore_ascii_case(prefix)
    };
    let lists = ["List", "Describe", "GetAccount", "CreateJob"].iter().any(|verb| name.starts_with(verb));
    !lists
        && (PRECISE.into_iter().any(starts)
            || name == "*" && PRECISE.iter().any(|known| fits(action, &format!("{known}X"))))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{either, function, more, plain, sam, written};

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
