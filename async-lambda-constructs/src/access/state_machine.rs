//! A state machine of Step Functions.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`StateMachine`].
#[derive(Debug)]
pub enum StateMachineKind {}

impl Kind for StateMachineKind {
    const SERVICE: &'static str = "states";
    const ARN: &'static str = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:{}";
}

/// A state machine of Step Functions.
pub type StateMachine = Access<StateMachineKind>;

impl StateMachine {
    /// Starting executions.
    pub fn grant_start_execution(&self) -> PolicyDocument {
        self.policy(&["states:StartExecution"], [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }
}
