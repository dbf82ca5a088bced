//! Unknown instance type of an AppStream fleet. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of an AppStream fleet must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AppStream::Fleet
    ///     Properties:
    ///       Name: fleet
    ///       InstanceType: stream.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AppStream::Fleet
    ///     Properties:
    ///       Name: fleet
    ///       InstanceType: stream.standard.small
    /// ```
    E3621: error "unknown instance type of an AppStream fleet",
    on: On::Extension,
}
