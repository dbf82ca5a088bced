//! What `hardened` of the config file turns on: what auditors ask for, and what costs money or needs preparation.

use cfn_model::{
    Function, IntoNode, Node, Object, Path, Resource, Value,
    intrinsic::{get_att, sub},
};

use super::names;
use crate::{
    Stack,
    iam::{PolicyDocument, Principal, Statement},
};

/// For how many days access logs are kept where nothing else is said.
pub(super) const ACCESS_LOG_DAYS: i64 = 90;
/// How many invocations of a function run at once at most where nothing else is said.
const CONCURRENCY: i64 = 10;
/// The least that an event source takes as its maximum concurrency.
const LEAST_CONCURRENCY: i64 = 2;

/// Adds a key for queues, payloads, variables of functions, and logs where there are log groups. Gives back its ARN.
#[track_caller]
pub(super) fn key(stack: &mut Stack, has_log_groups: bool) -> Value<String> {
    let account = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root");
    let account = Statement::allow(["kms:*"]).sid("Account").principal(Principal::aws(account)).resource("*");
    let mut policy = PolicyDocument::new().statement(account);
    if has_log_groups {
        let logs = sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*");
        let actions = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"];
        let logs = Statement::allow(actions)
            .sid("Logs")
            .principal(Principal::service(sub("logs.${AWS::Region}.${AWS::URLSuffix}")))
            .resource("*")
            .condition("ArnLike", "kms:EncryptionContext:aws:logs:arn", logs);
        policy = policy.statement(logs);
    }
    let properties = Object::from_iter([
        ("Description".to_owned(), "queues, payloads, variables and logs of the application".into_node()),
        ("EnableKeyRotation".to_owned(), true.into_node()),
        ("KeyPolicy".to_owned(), policy.into_node()),
    ]);
    stack.add(names::KEY, Resource::raw("AWS::KMS::Key", properties));
    get_att(names::KEY, "Arn")
}

/// Encrypts variables and log groups with the key, limits the concurrency of functions that have no limit, and keeps the
/// events of failed asynchronous invocations in the dead-letter queue.
#[track_caller]
pub(super) fn apply(stack: &mut Stack, ids: &[String], key: &Value<String>) {
    for id in ids {
        let Some(resource) = stack.resource(id).cloned() else { continue };
        match resource["Type"].as_str() {
            Some("AWS::Serverless::Function") => function(stack, id, &resource["Properties"], key),
            Some("AWS::Logs::LogGroup") => stack.override_property(id, "KmsKeyId", key.clone()),
            _ => {}
        }
    }
}

#[track_caller]
fn function(stack: &mut Stack, id: &str, properties: &Node, key: &Value<String>) {
    stack.override_property(id, "KmsKeyArn", key.clone());
    stack.override_property(id, "DeadLetterQueue.Type", "SQS");
    stack.override_property(id, "DeadLetterQueue.TargetArn", get_att::<String>(names::DEAD_LETTERS, "Arn"));
    let is_queue = |(_, event): &(&String, &Node)| event["Type"].as_str() == Some("SQS");
    let queues: Vec<(&String, &Node)> =
        properties["Events"].as_object().into_iter().flatten().filter(is_queue).collect();
    let given = integer(&properties["ReservedConcurrentExecutions"]);
    // What one queue would take more than is reserved comes back as received in vain.
    let each = given.map_or(CONCURRENCY, |given| given / (queues.len().max(1) as i64));
    let mut all = 0;
    for (name, event) in queues {
        let limit = &event["Properties"]["ScalingConfig"]["MaximumConcurrency"];
        all += integer(limit).unwrap_or(each);
        if *limit == Node::Null && each >= LEAST_CONCURRENCY {
            let steps = ["Events", name, "Properties", "ScalingConfig", "MaximumConcurrency"];
            stack.override_property(id, Path(steps.map(Into::into).to_vec()), each);
        }
    }
    if properties["ReservedConcurrentExecutions"] == Node::Null {
        stack.override_property(id, "ReservedConcurrentExecutions", all.max(CONCURRENCY));
    }
}

fn integer(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) if Function::call(node).is_none() => number.as_i64(),
        _ => None,
    }
}
