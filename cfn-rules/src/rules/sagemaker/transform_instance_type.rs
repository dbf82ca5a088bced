//! Unknown instance type of a SageMaker transform job. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a SageMaker transform job must be one that AWS offers. The list comes from the price lists
    /// for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::ModelPackage
    ///     Properties:
    ///       ValidationSpecification:
    ///         ValidationRole: arn:aws:iam::123456789012:role/Learn
    ///         ValidationProfiles:
    ///           - ProfileName: one
    ///             TransformJobDefinition:
    ///               TransformInput:
    ///                 DataSource:
    ///                   S3DataSource:
    ///                     S3DataType: S3Prefix
    ///                     S3Uri: s3://b/i
    ///               TransformOutput:
    ///                 S3OutputPath: s3://b/o
    ///               TransformResources:
    ///                 InstanceCount: 1
    ///                 InstanceType: ml.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::ModelPackage
    ///     Properties:
    ///       ValidationSpecification:
    ///         ValidationRole: arn:aws:iam::123456789012:role/Learn
    ///         ValidationProfiles:
    ///           - ProfileName: one
    ///             TransformJobDefinition:
    ///               TransformInput:
    ///                 DataSource:
    ///                   S3DataSource:
    ///                     S3DataType: S3Prefix
    ///                     S3Uri: s3://b/i
    ///               TransformOutput:
    ///                 S3OutputPath: s3://b/o
    ///               TransformResources:
    ///                 InstanceCount: 1
    ///                 InstanceType: ml.m5.large
    /// ```
    E3643: error "unknown instance type of a SageMaker transform job",
    on: On::Extension,
}
