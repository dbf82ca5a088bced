//! Provisioned throughput on an on-demand table. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A table with `BillingMode: PAY_PER_REQUEST` cannot have `ProvisionedThroughput`.
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
    ///       BillingMode: PAY_PER_REQUEST
    ///       ProvisionedThroughput:
    ///         ReadCapacityUnits: 5
    ///         WriteCapacityUnits: 5
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
    ///       BillingMode: PAY_PER_REQUEST
    /// ```
    E3638: error "provisioned throughput on an on-demand table",
    on: On::Extension,
}
