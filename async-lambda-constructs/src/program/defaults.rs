//! Visits that give resources what an organization wants of all of them.

use cfn_model::{IntoNode, Node, Value};

use super::Visited;

/// A [visit](crate::Program::visit) that gives every role a permissions boundary: the ARN of a managed policy. It reaches roles
/// that SAM makes of functions as well. A boundary that a resource has already stays.
///
/// ```
/// use async_lambda_constructs::{permissions_boundary, prelude::*};
///
/// let program = Program::new()
///     .stack(Stack::new("data"))
///     .visit(permissions_boundary(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/developers")));
/// # let _ = program;
/// ```
pub fn permissions_boundary(policy: impl Into<Value<String>>) -> impl FnMut(&mut Visited<'_>) + 'static {
    let policy = policy.into().into_node();
    move |resource| {
        let kind = resource.type_name();
        let makes_a_role = matches!(kind, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine")
            && *resource.property("Role") == Node::Null;
        if makes_a_role || matches!(kind, "AWS::IAM::Role" | "AWS::IAM::User") {
            resource.set_default("PermissionsBoundary", policy.clone());
        }
    }
}

/// A [visit](crate::Program::visit) that lets every log group keep its lines for so many days: one of the numbers that CloudWatch
/// Logs takes, such as 7, 30 or 365. A retention that a group has already stays: those of the library's constructs have 30 days, which
/// their own `log_retention_days` changes.
pub fn log_retention(days: i64) -> impl FnMut(&mut Visited<'_>) + 'static {
    move |resource| {
        if resource.type_name() == "AWS::Logs::LogGroup" {
            resource.set_default("RetentionInDays", days);
        }
    }
}

/// What encrypts the data of a type at rest, where the service does not do it by itself: the property, and a part of it.
const UNENCRYPTED: [(&str, &str, Option<&str>); 11] = [
    ("AWS::DAX::Cluster", "SSESpecification", Some("SSEEnabled")),
    ("AWS::DocDB::DBCluster", "StorageEncrypted", None),
    ("AWS::EC2::Volume", "Encrypted", None),
    ("AWS::EFS::FileSystem", "Encrypted", None),
    ("AWS::ElastiCache::ReplicationGroup", "AtRestEncryptionEnabled", None),
    ("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions", Some("Enabled")),
    ("AWS::Neptune::DBCluster", "StorageEncrypted", None),
    ("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions", Some("Enabled")),
    ("AWS::RDS::DBCluster", "StorageEncrypted", None),
    ("AWS::RDS::DBInstance", "StorageEncrypted", None),
    ("AWS::Redshift::Cluster", "Encrypted", None),
];

/// A [visit](crate::Program::visit) that switches encryption at rest on where a service leaves it off: databases, disks, file
/// systems, clusters, search domains. It takes the service's own key, which needs no permission and costs nothing. What a resource
/// says already stays, as do instances of a cluster, replicas and what is made of a snapshot, which are as their source is.
///
/// Buckets, tables, queues and log groups are encrypted by their services anyway. A database, disk or file system that exists already
/// is replaced by the change, which says its change set.
pub fn encrypt_at_rest(resource: &mut Visited<'_>) {
    let kind = resource.type_name();
    let Some((_, property, part)) = UNENCRYPTED.iter().find(|(name, _, _)| *name == kind) else { return };
    let sources = [
        "DBClusterIdentifier",
        "DBSnapshotIdentifier",
        "SnapshotId",
        "SnapshotIdentifier",
        "SourceDBClusterIdentifier",
        "SourceDBInstanceIdentifier",
    ];
    // An instance's cluster, which a cluster itself names in the same way.
    let is_source = |name: &str| name != "DBClusterIdentifier" || kind == "AWS::RDS::DBInstance";
    if sources.iter().filter(|name| is_source(name)).any(|name| *resource.property(name) != Node::Null) {
        return;
    }
    match part {
        None => _ = resource.set_default(property, true),
        Some(part) if resource.property(property)[*part] == Node::Null => {
            resource.set(vec![(*property).to_owned(), (*part).to_owned()], true);
        }
        Some(_) => {}
    }
}
