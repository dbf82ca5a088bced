//! Unknown instance type of an Amazon MQ broker. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The instance type of an Amazon MQ broker must be one that AWS offers. The list comes from the price lists for
    /// us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AmazonMQ::Broker
    ///     Properties:
    ///       BrokerName: mq
    ///       EngineType: ACTIVEMQ
    ///       EngineVersion: '5.18'
    ///       DeploymentMode: SINGLE_INSTANCE
    ///       PubliclyAccessible: false
    ///       HostInstanceType: mq.t9.huge
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::AmazonMQ::Broker
    ///     Properties:
    ///       BrokerName: mq
    ///       EngineType: ACTIVEMQ
    ///       EngineVersion: '5.18'
    ///       DeploymentMode: SINGLE_INSTANCE
    ///       PubliclyAccessible: false
    ///       HostInstanceType: mq.m5.large
    /// ```
    E3670: error "unknown instance type of an Amazon MQ broker",
    on: On::Extension,
}
