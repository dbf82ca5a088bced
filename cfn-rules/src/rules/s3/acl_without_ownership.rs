//! Access control list on a bucket that does not allow one. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// New buckets refuse access control lists: `AccessControl` needs `OwnershipControls` with an object ownership
    /// other than `BucketOwnerEnforced`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       AccessControl: PublicRead
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::S3::Bucket
    ///     Properties:
    ///       AccessControl: PublicRead
    ///       OwnershipControls:
    ///         Rules:
    ///           - ObjectOwnership: ObjectWriter
    /// ```
    E3045: error "access control list on a bucket that does not allow one",
    on: On::Extension,
}
