//! A secret of Secrets Manager. Its ARN ends with six letters that nobody knows before.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Secret`].
#[derive(Debug)]
pub enum SecretKind {}

impl Kind for SecretKind {
    const SERVICE: &'static str = "secretsmanager";
    const ARN: &'static str = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:{}-??????";
}

/// A secret of Secrets Manager. Its ARN ends with six letters that nobody knows before.
pub type Secret = Access<SecretKind>;

impl Secret {
    /// Reading its value.
    pub fn grant_read(&self) -> PolicyDocument {
        let actions = &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];
        self.policy(actions, [self.arn()], &["kms:Decrypt"])
    }

    /// Setting its value.
    pub fn grant_write(&self) -> PolicyDocument {
        let actions = &["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"];
        self.policy(actions, [self.arn()], &["kms:Decrypt", "kms:GenerateDataKey"])
    }
}
