//! A topic of SNS.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Topic`].
#[derive(Debug)]
pub enum TopicKind {}

impl Kind for TopicKind {
    const SERVICE: &'static str = "sns";
    const ARN: &'static str = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:{}";
}

/// A topic of SNS.
pub type Topic = Access<TopicKind>;

impl Topic {
    /// Publishing messages.
    pub fn grant_publish(&self) -> PolicyDocument {
        self.policy(&["sns:Publish"], [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }
}
