//! Unknown node type of a DAX cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The node type of a DAX cluster must be one that AWS offers. The list comes from the price lists for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DAX::Cluster
    ///     Properties:
    ///       IAMRoleARN: arn:aws:iam::123456789012:role/Dax
    ///       ReplicationFactor: 1
    ///       NodeType: dax.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DAX::Cluster
    ///     Properties:
    ///       IAMRoleARN: arn:aws:iam::123456789012:role/Dax
    ///       ReplicationFactor: 1
    ///       NodeType: dax.r5.large
    /// ```
    E3672: error "unknown node type of a DAX cluster",
    on: On::Extension,
}
