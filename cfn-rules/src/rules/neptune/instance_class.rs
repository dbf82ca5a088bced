//! Unknown instance class of a Neptune instance. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance class of a Neptune instance must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Neptune::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Neptune::DBInstance
    ///     Properties:
    ///       DBInstanceClass: db.t4g.medium
    /// ```
    E3635: error "unknown instance class of a Neptune instance",
    on: On::Extension,
}
