//! Unknown instance type of a SageMaker cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a SageMaker cluster must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::Cluster
    ///     Properties:
    ///       InstanceGroups:
    ///         - InstanceGroupName: one
    ///           InstanceCount: 1
    ///           ExecutionRole: arn:aws:iam::123456789012:role/Learn
    ///           LifeCycleConfig:
    ///             OnCreate: on.sh
    ///             SourceS3Uri: s3://sagemaker-x
    ///           InstanceType: ml.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::Cluster
    ///     Properties:
    ///       InstanceGroups:
    ///         - InstanceGroupName: one
    ///           InstanceCount: 1
    ///           ExecutionRole: arn:aws:iam::123456789012:role/Learn
    ///           LifeCycleConfig:
    ///             OnCreate: on.sh
    ///             SourceS3Uri: s3://sagemaker-x
    ///           InstanceType: ml.m5.large
    /// ```
    E3644: error "unknown instance type of a SageMaker cluster",
    on: On::Extension,
}
