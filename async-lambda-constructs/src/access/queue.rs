//! A queue of SQS.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Queue`].
#[derive(Debug)]
pub enum QueueKind {}

impl Kind for QueueKind {
    const SERVICE: &'static str = "sqs";
    const ARN: &'static str = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:{}";
}

/// A queue of SQS.
pub type Queue = Access<QueueKind>;

impl Queue {
    /// Sending messages.
    pub fn grant_send(&self) -> PolicyDocument {
        self.policy(&["sqs:SendMessage"], [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }

    /// Receiving and deleting messages: what an event source mapping needs.
    pub fn grant_consume(&self) -> PolicyDocument {
        let actions = &[
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ];
        self.policy(actions, [self.arn()], &["kms:Decrypt"])
    }

    /// Deleting all messages at once.
    pub fn grant_purge(&self) -> PolicyDocument {
        self.policy(&["sqs:PurgeQueue"], [self.arn()], &[])
    }
}
