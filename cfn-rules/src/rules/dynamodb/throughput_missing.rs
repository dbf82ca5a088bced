//! Provisioned table without throughput. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A table has provisioned throughput by default, and then needs `ProvisionedThroughput`. Set it, or use
    /// `BillingMode: PAY_PER_REQUEST`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: S
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::DynamoDB::Table
    ///     Properties:
    ///       AttributeDefinitions:
    ///         - AttributeName: id
    ///           AttributeType: S
    ///       KeySchema:
    ///         - AttributeName: id
    ///           KeyType: HASH
    ///       ProvisionedThroughput:
    ///         ReadCapacityUnits: 5
    ///         WriteCapacityUnits: 5
    /// ```
    E3639: error "provisioned table without throughput",
    on: On::Extension,
}
