//! Performance Insights on an Aurora Serverless cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Aurora Serverless has no Performance Insights, and RDS ignores their settings.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       EngineMode: serverless
    ///       PerformanceInsightsEnabled: true
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::RDS::DBCluster
    ///     Properties:
    ///       Engine: aurora-mysql
    ///       EngineMode: serverless
    /// ```
    W3693: warning "Performance Insights on an Aurora Serverless cluster",
    on: On::Extension,
}
