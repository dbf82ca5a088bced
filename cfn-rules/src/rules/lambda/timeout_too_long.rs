//! Function timeout of more than 900 seconds. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A function runs for at most 900 seconds, unless a capacity provider runs it.
    ///
    /// It is reported as a cause of `AL1026`.
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
    ///       Timeout: 1000
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
    ///       Timeout: 900
    /// ```
    E3717: error "function timeout of more than 900 seconds",
    on: On::Extension,
}
