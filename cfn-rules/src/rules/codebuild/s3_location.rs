//! CodeBuild projects with S3. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A CodeBuild project that reads from S3 or writes to it needs `Location`: the bucket.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CodeBuild::Project
    ///     Properties:
    ///       ServiceRole: arn:aws:iam::123456789012:role/Build
    ///       Artifacts:
    ///         Type: S3
    ///       Source:
    ///         Type: NO_SOURCE
    ///       Environment:
    ///         Type: LINUX_CONTAINER
    ///         ComputeType: BUILD_GENERAL1_SMALL
    ///         Image: aws/codebuild/standard:7.0
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::CodeBuild::Project
    ///     Properties:
    ///       ServiceRole: arn:aws:iam::123456789012:role/Build
    ///       Artifacts:
    ///         Type: S3
    ///         Location: my-builds
    ///       Source:
    ///         Type: NO_SOURCE
    ///       Environment:
    ///         Type: LINUX_CONTAINER
    ///         ComputeType: BUILD_GENERAL1_SMALL
    ///         Image: aws/codebuild/standard:7.0
    /// ```
    E3636: error "CodeBuild project with S3 and no location",
    on: On::Extension,
}
