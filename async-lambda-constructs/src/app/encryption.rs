//! Queues that are encrypted with a key of the account, instead of SQS's own.

use cfn_model::Value;

use crate::Stack;

/// Gives the key to these queues.
#[track_caller]
pub(super) fn queues(stack: &mut Stack, queues: &[String], key: &Value<String>) {
    for id in queues {
        // SQS takes one of the two.
        stack.remove_property(id, "SqsManagedSseEnabled");
        stack.override_property(id, "KmsMasterKeyId", key.clone());
    }
}
