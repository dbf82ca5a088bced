//! Unknown instance type of an EMR cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of an EMR cluster must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EMR::Cluster
    ///     Properties:
    ///       Name: big
    ///       JobFlowRole: EMR_EC2_DefaultRole
    ///       ServiceRole: EMR_DefaultRole
    ///       Instances:
    ///         CoreInstanceGroup:
    ///           InstanceCount: 1
    ///           InstanceType: m9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EMR::Cluster
    ///     Properties:
    ///       Name: big
    ///       JobFlowRole: EMR_EC2_DefaultRole
    ///       ServiceRole: EMR_DefaultRole
    ///       Instances:
    ///         CoreInstanceGroup:
    ///           InstanceCount: 1
    ///           InstanceType: m5.xlarge
    /// ```
    E3675: error "unknown instance type of an EMR cluster",
    on: On::Extension,
}
