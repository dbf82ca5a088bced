//! The policy of a queue, which has one, whoever sends to it.

use cfn_model::{
    IntoNode, Node, Path,
    sqs::{QueueHandle, QueuePolicy},
};

use crate::{
    Stack,
    iam::{PolicyDocument, Statement},
};

/// Adds a statement to the policy of a queue. Its logical id is `<queue>Policy`, whoever is the first to need it, so that it stays when
/// others come and go.
#[track_caller]
pub(super) fn allow(stack: &mut Stack, queue: &QueueHandle, statement: Statement) {
    let id = format!("{}Policy", queue.logical_id());
    let policy = stack.resource(&id).filter(|policy| policy["Type"] == "AWS::SQS::QueuePolicy".into_node());
    match policy.map(|policy| &policy["Properties"]["PolicyDocument"]["Statement"]) {
        Some(Node::Array(statements)) => {
            let next = Path(vec!["PolicyDocument".into(), "Statement".into(), statements.len().into()]);
            stack.override_property(&id, next, statement);
        }
        _ => {
            let policy = PolicyDocument::new().statement(statement);
            stack.add(id, QueuePolicy::new(policy, [queue.reference()]));
        }
    }
}
