//! Layer ARN without an account. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Layers whose ARN has no account can be chosen in the console only. In a template, use the ARN with the account
    /// that owns the layer.
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
    ///       Layers:
    ///         - arn:aws:lambda:::awslayer:AmazonLinux1803
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
    ///       Layers:
    ///         - arn:aws:lambda:us-east-1:123456789012:layer:tools:1
    /// ```
    W3702: warning "layer ARN without an account",
    on: On::Extension,
}
