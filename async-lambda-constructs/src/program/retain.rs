//! Data that outlives its stack.

use cfn_model::Node;

use super::Visited;

/// The types whose resources hold data that is lost with them.
const WITH_DATA: [&str; 22] = [
    "AWS::Backup::BackupVault",
    "AWS::Cognito::UserPool",
    "AWS::DocDB::DBCluster",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::FSx::FileSystem",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::Neptune::DBCluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::SimpleTable",
    "AWS::Timestream::Table",
];

/// A [visit](crate::Program::visit) that has CloudFormation keep what holds data, when a stack is deleted and when a resource is
/// replaced: `DeletionPolicy` and `UpdateReplacePolicy` are `Retain`. A policy that a resource has already stays.
#[track_caller]
pub fn retain_data(resource: &mut Visited<'_>) {
    if !WITH_DATA.contains(&resource.type_name()) {
        return;
    }
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if resource.definition()[policy] == Node::Null {
            resource.set_attribute(policy, "Retain");
        }
    }
}
