//! Functions that are told about a queue to which their role may not send.

use std::collections::{HashMap, HashSet};

use crate::{
    facts::{
        conditions::Fact,
        flow::{
            environment::{Told, told},
            graph::Flow,
            model::Model,
            permission::{Statement, TO_SEND},
            roles::Role,
        },
        text::listed,
    },
    rules::definition::{On, Reporter},
};

/// What lets a function hand on the permissions of another role.
const TO_PASS_ROLE: &str = "iam:PassRole";

rule! {
    /// An environment variable that names a queue is there because the function uses the queue. If its role allows nothing on
    /// that queue but to ask for its address, and no policy of the queue lets roles in, each call to it is denied.
    ///
    /// A function that may pass a role to a service may be told about a queue for that service. Managed policies count with
    /// what they allow; with one that is not known, nothing is reported. A policy on `!Ref Jobs`,
    /// or `SQSSendMessagePolicy` with it, is on the address of the queue, and allows nothing. A variable of `Globals` has to
    /// be of use to one function only.
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
    ///                 Action: ['logs:PutLogEvents']
    ///                 Resource: '*'
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: !GetAtt Role.Arn
    ///       Environment: {Variables: {JOBS_URL: !Ref Jobs}}
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
    ///       Environment: {Variables: {JOBS_URL: !Ref Jobs}}
    /// ```
    AL1015: error "role may not send to a queue that the function is told about",
    on: On::Flow(check),
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    let mut shared = HashMap::new();
    flow.model.functions.iter().for_each(|function| may_send(flow, *function, &mut shared, report));
}

fn may_send<'d>(
    flow: &Flow<'d>,
    number: usize,
    shared: &mut HashMap<(&'d str, usize), bool>,
    report: &mut Reporter<'_>,
) {
    let model = &flow.model;
    let function = &model.resources[number];
    let Some(role) = flow.roles.of(number).filter(|role| !role.open) else { return };
    let mut said = HashSet::new();
    for told in told(flow, function) {
        let facts = [function.facts.as_slice(), &told.facts].concat();
        let Told { variable, queue, .. } = told;
        if !lacks(flow, number, queue, &facts) || shared_by_globals(flow, &told, shared) || !said.insert(variable) {
            continue;
        }
        let id = model.resources[queue].id;
        let mut others: Vec<&str> = role.sends_to.iter().map(|(other, _)| model.resources[*other].id).collect();
        others.dedup();
        others.retain(|other| *other != id);
        let allowed = if others.is_empty() { "no queue".to_owned() } else { listed(others, "and") };
        let message = format!(
            "function `{}`: {} must be allowed to send to queue `{id}`, which `{variable}` names, got permission for \
             {allowed}",
            function.id,
            if function.properties.get("Role").is_some() {
                format!("the {}", role.name)
            } else {
                "its role".to_owned()
            }
        );
        let help = format!("allow `sqs:SendMessage` on `!GetAtt {id}.Arn`, or remove `{variable}`");
        report.at(function.path(&["Environment", "Variables", variable]), message).help(help);
    }
}

/// Whether a function's role certainly allows nothing for which the function would be told about a queue.
fn lacks<'d>(flow: &Flow<'d>, function: usize, queue: usize, facts: &[Fact<'d>]) -> bool {
    let model = &flow.model;
    let Some(role) = flow.roles.of(function).filter(|role| !role.open) else { return false };
    model.together(&[facts])
        && role.may(model, TO_SEND, queue, facts) == Some(false)
        && !role.uses(model, queue, facts, flow.has_consumer_events(function))
        && !flow.policies.may_allow(TO_SEND, queue)
        && !flow.consumers_of(queue).any(|mapping| mapping.function_here() == Some(function))
}

/// Whether all functions have a variable, and another one is the one that needs it.
fn shared_by_globals<'d>(flow: &Flow<'d>, told: &Told<'d>, known: &mut HashMap<(&'d str, usize), bool>) -> bool {
    let globals = flow.model.context.section("Globals").and_then(|globals| globals.get("Function"));
    let variables = globals.and_then(|function| function.get("Environment")?.get("Variables"));
    variables.is_some_and(|variables| variables.get(told.variable).is_some())
        && *known
            .entry((told.variable, told.queue))
            .or_insert_with(|| flow.model.functions.iter().any(|function| !lacks(flow, *function, told.queue, &[])))
}

impl<'d> Role<'d> {
    /// Whether any action on a queue is allowed, or may be, for which a function has to be told about it.
    ///
    /// The managed policy for event source mappings counts where the function has none: it polls a queue itself.
    fn uses(&self, model: &Model<'d>, queue: usize, facts: &[Fact<'d>], has_events: bool) -> bool {
        // To ask for the address of a queue is of no use by itself.
        if !model.context.spend_on_policies(self.work) {
            return true;
        }
        let about_queues = |action: &&str| {
            let action = action.to_ascii_lowercase();
            action == "*" || action.starts_with("sqs:") && action != "sqs:getqueueurl" && action != "sqs:listqueues"
        };
        let counts =
            |statement: &&Statement<'d>| statement.allows && (!statement.internal || statement.polls && !has_events);
        self.statements.iter().filter(counts).any(|statement| {
            // The queue may be for the service that gets the role: the dead-letter queue of a schedule, for example.
            if statement.has_action(TO_PASS_ROLE) == Some(true) {
                return true;
            }
            let uses = statement.actions.as_ref().is_none_or(|all| all.iter().any(about_queues));
            let covers = statement.is_about(model, queue);
            let covered = covers.perhaps || covers.when.iter().any(|when| model.together(&[facts, when]));
            let sends = statement.has_action(TO_SEND) == Some(true) && !statement.conditional;
            // Where it sends, it has been asked whether it may, always.
            statement.inverted || uses && covered && (!sends || covers.perhaps)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::flow::{Change, NONE, either, plain, sam, written};

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("may_not_send.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let told = "Environment: {Variables: {TARGET: !Ref Out}},";
        let out = "\n  Out: {Type: AWS::SQS::Queue}\n";
        let change = Change { function: told, more: out, ..NONE };
        let with = |more: &str, policies: &str| {
            let (more, function) = (format!("{out}{more}"), format!("{policies}{told}"));
            sam(Change { more: &more, function: &function, ..NONE })
        };
        let resource = "\n  P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Out], PolicyDocument: {}}}\n";
        either(
            &RULE,
            &[
                plain(change).replace("'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'", ""),
                with("", ""),
                with("", "Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Dead.QueueName}],"),
                with("", "").replace(
                    "!Ref Out",
                    "!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Out.QueueName}'",
                ),
            ],
            &[
                plain(change),
                with(resource, ""),
                with("", "Policies: [SQSSendMessagePolicy: {QueueName: !GetAtt Out.QueueName}],"),
                with("", "Policies: [SQSSendMessagePolicy: {QueueName: !Ref Name}],"),
                with("", "Policies: [SQSPollerPolicy: {QueueName: !GetAtt Out.QueueName}],"),
                with("", "Policies: [!Ref Name],"),
                with("", "").replace("!Ref Out", "!Ref Name"),
            ]
            .map(|template| template.replace("AWSLambdaSQSQueueExecutionRole", "SomethingElse")),
        );
    }
}
