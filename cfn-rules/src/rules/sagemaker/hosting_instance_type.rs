//! Unknown instance type of a SageMaker inference experiment. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of a SageMaker inference experiment must be one that AWS offers. The list comes from the price
    /// lists for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::InferenceExperiment
    ///     Properties:
    ///       Name: try
    ///       Type: ShadowMode
    ///       EndpointName: end
    ///       RoleArn: arn:aws:iam::123456789012:role/Learn
    ///       ModelVariants:
    ///         - ModelName: model
    ///           VariantName: one
    ///           InfrastructureConfig:
    ///             InfrastructureType: RealTimeInference
    ///             RealTimeInferenceConfig:
    ///               InstanceCount: 1
    ///               InstanceType: ml.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::SageMaker::InferenceExperiment
    ///     Properties:
    ///       Name: try
    ///       Type: ShadowMode
    ///       EndpointName: end
    ///       RoleArn: arn:aws:iam::123456789012:role/Learn
    ///       ModelVariants:
    ///         - ModelName: model
    ///           VariantName: one
    ///           InfrastructureConfig:
    ///             InfrastructureType: RealTimeInference
    ///             RealTimeInferenceConfig:
    ///               InstanceCount: 1
    ///               InstanceType: ml.m5.large
    /// ```
    E3642: error "unknown instance type of a SageMaker inference experiment",
    on: On::Extension,
}
