//! Unknown instance type of a blockchain node. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a blockchain node must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ManagedBlockchain::Node
    ///     Properties:
    ///       NetworkId: n-ethereum-mainnet
    ///       NodeConfiguration:
    ///         AvailabilityZone: us-east-1a
    ///         InstanceType: bc.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ManagedBlockchain::Node
    ///     Properties:
    ///       NetworkId: n-ethereum-mainnet
    ///       NodeConfiguration:
    ///         AvailabilityZone: us-east-1a
    ///         InstanceType: bc.t3.large
    /// ```
    E3617: error "unknown instance type of a blockchain node",
    on: On::Extension,
}
