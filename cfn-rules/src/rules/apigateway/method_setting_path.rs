//! Resource path of a method setting without a leading slash. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `ResourcePath` of a method setting must begin with a slash.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId: api
    ///       StageName: prod
    ///       MethodSettings:
    ///         - HttpMethod: GET
    ///           ResourcePath: jobs
    ///           MetricsEnabled: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ApiGateway::Stage
    ///     Properties:
    ///       RestApiId: api
    ///       StageName: prod
    ///       MethodSettings:
    ///         - HttpMethod: GET
    ///           ResourcePath: /jobs
    ///           MetricsEnabled: true
    /// ```
    E3723: error "resource path of a method setting without a leading slash",
    on: On::Extension,
}
