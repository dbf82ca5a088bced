//! An event bus of EventBridge.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Bus`].
#[derive(Debug)]
pub enum BusKind {}

impl Kind for BusKind {
    const SERVICE: &'static str = "events";
    const ARN: &'static str = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/{}";
}

/// An event bus of EventBridge.
pub type Bus = Access<BusKind>;

impl Bus {
    /// Putting events.
    pub fn grant_put_events(&self) -> PolicyDocument {
        self.policy(&["events:PutEvents"], [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }
}
