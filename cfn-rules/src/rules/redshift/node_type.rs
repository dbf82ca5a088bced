//! Unknown node type of a Redshift cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The node type of a Redshift cluster must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Redshift::Cluster
    ///     Properties:
    ///       ClusterType: single-node
    ///       DBName: db
    ///       MasterUsername: admin
    ///       MasterUserPassword: '{{resolve:secretsmanager:db}}'
    ///       NodeType: ra9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Redshift::Cluster
    ///     Properties:
    ///       ClusterType: single-node
    ///       DBName: db
    ///       MasterUsername: admin
    ///       MasterUserPassword: '{{resolve:secretsmanager:db}}'
    ///       NodeType: ra3.large
    /// ```
    E3667: error "unknown node type of a Redshift cluster",
    on: On::Extension,
}
