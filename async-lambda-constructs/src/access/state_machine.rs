//! A state machine of Step Functions.

#[cfg(feature = "constructs")]
use cfn_model::{
    Value,
    intrinsic::{select, split, sub_with},
};

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

    /// The ARN of all of its executions.
    #[cfg(feature = "constructs")]
    pub(crate) fn executions_arn(&self) -> Value<String> {
        let name = select(6, split(":", self.arn()));
        sub_with(
            "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Machine}:*",
            [("Machine", name)],
        )
    }
}
