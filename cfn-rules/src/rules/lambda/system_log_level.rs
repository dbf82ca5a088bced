//! System log level with plain text logs. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// `SystemLogLevel` can be set only with `LogFormat: JSON`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       LoggingConfig:
    ///         LogFormat: Text
    ///         SystemLogLevel: WARN
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    ///       LoggingConfig:
    ///         LogFormat: JSON
    ///         SystemLogLevel: WARN
    /// ```
    E3696: error "system log level with plain text logs",
    on: On::Extension,
}
