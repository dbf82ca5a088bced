//! Handler, runtime or layers on a function from an image. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The handler, the runtime and the layers of a function from a container image are part of the image. Lambda
    /// refuses them as properties.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       PackageType: Image
    ///       Code:
    ///         ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/jobs:1
    ///       Runtime: python3.13
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
    ///       PackageType: Image
    ///       Code:
    ///         ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/jobs:1
    /// ```
    E3685: error "handler, runtime or layers on a function from an image",
    on: On::Extension,
}
