//! Inline code in a runtime that does not support it. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Inline code must be Node.js or Python. Functions in other languages are deployed as a zip file or as an image.
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
    ///         ZipFile: x
    ///       Handler: main.run
    ///       Runtime: java21
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
    ///         ZipFile: x
    ///       Handler: main.run
    ///       Runtime: python3.13
    /// ```
    E3677: error "inline code in a runtime that does not support it",
    on: On::Extension,
}
