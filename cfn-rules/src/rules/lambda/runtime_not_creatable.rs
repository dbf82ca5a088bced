//! Runtimes with which no function can be created.

use super::runtimes::{FUNCTIONS, Stage, ends};
use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// Some months after the end of support of a runtime, AWS refuses to create functions with it, so that a new stack
    /// fails. The day is that of `--today`, or in the library that of `Options::today`. Without one this is the warning
    /// `W2531`, so that a template does not become wrong overnight.
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
    ///       Runtime: nodejs14.x
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
    ///       Runtime: nodejs24.x
    /// ```
    E2531: error "Lambda runtime with which no function can be created",
    on: On::Resource(FUNCTIONS, check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, end) in ends(look) {
        if look.context.options.today.is_some() && end.stage == Stage::NoNew {
            report.at(look.path(&value.steps), end.message()).help(end.help());
        }
    }
}
