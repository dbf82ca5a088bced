//! Authorizer cache of more than an hour. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// API Gateway caches the result of an authorizer for at most 3,600 seconds.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Authorizer
    ///     Properties:
    ///       Name: who
    ///       RestApiId: api
    ///       Type: TOKEN
    ///       AuthorizerResultTtlInSeconds: 7200
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Authorizer
    ///     Properties:
    ///       Name: who
    ///       RestApiId: api
    ///       Type: TOKEN
    ///       AuthorizerResultTtlInSeconds: 3600
    /// ```
    E3718: error "authorizer cache of more than an hour",
    on: On::Extension,
}
