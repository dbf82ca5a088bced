//! A key of KMS.

use super::{Access, Kind};
use crate::iam::PolicyDocument;

/// The kind of [`Key`].
#[derive(Debug)]
pub enum KeyKind {}

impl Kind for KeyKind {
    const SERVICE: &'static str = "kms";
    const ARN: &'static str = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/{}";
}

/// A key of KMS; its name is its id. An alias is no resource of these permissions.
pub type Key = Access<KeyKind>;

impl Key {
    /// Encrypting, and making keys for data.
    pub fn grant_encrypt(&self) -> PolicyDocument {
        self.policy(&["kms:Encrypt", "kms:GenerateDataKey"], [self.arn()], &[])
    }

    /// Decrypting.
    pub fn grant_decrypt(&self) -> PolicyDocument {
        self.policy(&["kms:Decrypt"], [self.arn()], &[])
    }
}
