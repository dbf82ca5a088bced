//! A parameter of Systems Manager. Its name is given without the slash that it may begin with.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Parameter`].
#[derive(Debug)]
pub enum ParameterKind {}

impl Kind for ParameterKind {
    const SERVICE: &'static str = "ssm";
    const ARN: &'static str = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/{}";
}

/// A parameter of Systems Manager. Its name is given without the slash that it may begin with.
pub type Parameter = Access<ParameterKind>;

impl Parameter {
    /// Reading its value.
    pub fn grant_read(&self) -> PolicyDocument {
        self.policy(&["ssm:GetParameter", "ssm:GetParameters"], [self.arn()], &["kms:Decrypt"])
    }

    /// Setting its value.
    pub fn grant_write(&self) -> PolicyDocument {
        self.policy(&["ssm:PutParameter"], [self.arn()], &["kms:Encrypt"])
    }
}
