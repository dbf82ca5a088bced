//! A function of Lambda, with its versions and aliases.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Function`].
#[derive(Debug)]
pub enum FunctionKind {}

impl Kind for FunctionKind {
    const SERVICE: &'static str = "lambda";
    const ARN: &'static str = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:{}";
}

/// A function of Lambda, with its versions and aliases.
pub type Function = Access<FunctionKind>;

impl Function {
    /// Calling it.
    pub fn grant_invoke(&self) -> PolicyDocument {
        self.policy(&["lambda:InvokeFunction"], [self.arn(), self.below(":*")], &[])
    }
}
