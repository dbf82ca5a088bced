//! Inline code without a runtime. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// Inline code needs `Runtime`, so that Lambda knows how to run it.
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
    E3678: error "inline code without a runtime",
    on: On::Extension,
}
