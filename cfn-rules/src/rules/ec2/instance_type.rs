//! Unknown EC2 instance type. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// An EC2 instance type must be one that AWS offers. The list comes from the price lists for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       InstanceType: t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       ImageId: ami-0123456789abcdef0
    ///       InstanceType: t4g.micro
    /// ```
    E3628: error "unknown EC2 instance type",
    on: On::Extension,
}
