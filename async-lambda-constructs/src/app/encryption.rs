//! Queues and tables that are encrypted with a key of the account, instead of the service's own.

use cfn_model::{IntoNode, Node, Value};

use crate::{Stack, object::object_node};

/// Gives the key to these queues.
#[track_caller]
pub(super) fn queues(stack: &mut Stack, queues: &[String], key: &Value<String>) {
    for id in queues {
        // SQS takes one of the two.
        stack.remove_property(id, "SqsManagedSseEnabled");
        stack.override_property(id, "KmsMasterKeyId", key.clone());
    }
}

/// What protects the data of a table: the key, and where auditors want it, recovery of its state at any second.
pub(super) fn table(key: Option<&Value<String>>, is_hardened: bool) -> impl Iterator<Item = (&'static str, Node)> {
    let encryption = key.map(|key| {
        object_node([
            ("SSEEnabled", true.into_node()),
            ("SSEType", "KMS".into_node()),
            ("KMSMasterKeyId", key.clone().into_node()),
        ])
    });
    let recovery = is_hardened.then(|| object_node([("PointInTimeRecoveryEnabled", true.into_node())]));
    let encryption = encryption.map(|encryption| ("SSESpecification", encryption));
    encryption.into_iter().chain(recovery.map(|recovery| ("PointInTimeRecoverySpecification", recovery)))
}
