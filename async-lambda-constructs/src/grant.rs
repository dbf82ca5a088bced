//! Permissions by intent: what a function may do with a resource, as a policy statement.

use cfn_model::{Value, intrinsic::sub, s3::BucketHandle, sns::TopicHandle, sqs::QueueHandle};

use sam_resources::Policy;

use crate::iam::{PolicyDocument, Principal, Statement};

/// What may be done with a queue.
pub trait QueueGrants {
    /// Sending messages.
    fn grant_send(&self) -> Statement;
    /// Receiving and deleting messages: what an event source mapping needs.
    fn grant_consume(&self) -> Statement;
}

/// What may be done with a bucket's objects.
pub trait BucketGrants {
    /// Reading objects, and listing them.
    fn grant_read(&self) -> Statement;
    /// Writing objects.
    fn grant_write(&self) -> Statement;
    /// Deleting objects.
    fn grant_delete(&self) -> Statement;
}

/// What may be done with a topic.
pub trait TopicGrants {
    /// Publishing messages.
    fn grant_publish(&self) -> Statement;
}

impl QueueGrants for QueueHandle {
    fn grant_send(&self) -> Statement {
        Statement::allow(["sqs:SendMessage"]).resource(self.arn())
    }

    fn grant_consume(&self) -> Statement {
        consume(self.arn())
    }
}

impl BucketGrants for BucketHandle {
    fn grant_read(&self) -> Statement {
        Statement::allow(["s3:GetObject", "s3:ListBucket"]).resource(self.arn()).resource(objects(self))
    }

    fn grant_write(&self) -> Statement {
        Statement::allow(["s3:PutObject"]).resource(objects(self))
    }

    fn grant_delete(&self) -> Statement {
        Statement::allow(["s3:DeleteObject"]).resource(objects(self))
    }
}

impl TopicGrants for TopicHandle {
    fn grant_publish(&self) -> Statement {
        Statement::allow(["sns:Publish"]).resource(self.topic_arn())
    }
}

/// What an event source mapping needs on the queue with this ARN.
pub(crate) fn consume(queue_arn: Value<String>) -> Statement {
    Statement::allow([
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ])
    .resource(queue_arn)
}

/// The ARN of all objects of a bucket.
pub(crate) fn objects(bucket: &BucketHandle) -> Value<String> {
    sub(format!("${{{}.Arn}}/*", bucket.logical_id()))
}

/// What refuses requests to a bucket that are not encrypted.
pub(crate) fn tls_only(bucket: &BucketHandle) -> Statement {
    Statement::deny(["s3:*"])
        .sid("TlsOnly")
        .principal(Principal::anyone())
        .resource(bucket.arn())
        .resource(objects(bucket))
        .condition("Bool", "aws:SecureTransport", "false")
}

impl From<Statement> for Policy {
    fn from(statement: Statement) -> Policy {
        Policy::statement(statement)
    }
}

impl From<PolicyDocument> for Policy {
    fn from(document: PolicyDocument) -> Policy {
        Policy::document(document)
    }
}
