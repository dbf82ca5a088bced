//! REST API without a name. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A REST API needs `Name`, unless it is made from an OpenAPI document in `Body` or `BodyS3Location`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Description: jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::RestApi
    ///     Properties:
    ///       Name: jobs
    /// ```
    E3660: error "REST API without a name",
    on: On::Extension,
}
