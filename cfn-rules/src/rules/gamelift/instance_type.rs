//! Unknown instance type of a GameLift fleet. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a GameLift fleet must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::GameLift::Fleet
    ///     Properties:
    ///       Name: fleet
    ///       EC2InstanceType: c9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::GameLift::Fleet
    ///     Properties:
    ///       Name: fleet
    ///       EC2InstanceType: c5.large
    /// ```
    E3641: error "unknown instance type of a GameLift fleet",
    on: On::Extension,
}
