//! Unknown instance type of a SageMaker processing job. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a SageMaker processing job must be one that AWS offers. The list comes from the price lists
    /// for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::ModelBiasJobDefinition
    ///     Properties:
    ///       JobResources:
    ///         ClusterConfig:
    ///           InstanceCount: 1
    ///           VolumeSizeInGB: 20
    ///           InstanceType: ml.t9.huge
    ///       ModelBiasAppSpecification:
    ///         ConfigUri: s3://b/c
    ///         ImageUri: i
    ///       ModelBiasJobInput:
    ///         GroundTruthS3Input:
    ///           S3Uri: s3://b/g
    ///       ModelBiasJobOutputConfig:
    ///         MonitoringOutputs:
    ///           - S3Output:
    ///               LocalPath: /o
    ///               S3Uri: s3://b/o
    ///       RoleArn: arn:aws:iam::123456789012:role/Learn
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::ModelBiasJobDefinition
    ///     Properties:
    ///       JobResources:
    ///         ClusterConfig:
    ///           InstanceCount: 1
    ///           VolumeSizeInGB: 20
    ///           InstanceType: ml.m5.large
    ///       ModelBiasAppSpecification:
    ///         ConfigUri: s3://b/c
    ///         ImageUri: i
    ///       ModelBiasJobInput:
    ///         GroundTruthS3Input:
    ///           S3Uri: s3://b/g
    ///       ModelBiasJobOutputConfig:
    ///         MonitoringOutputs:
    ///           - S3Output:
    ///               LocalPath: /o
    ///               S3Uri: s3://b/o
    ///       RoleArn: arn:aws:iam::123456789012:role/Learn
    /// ```
    E3640: error "unknown instance type of a SageMaker processing job",
    on: On::Extension,
}
