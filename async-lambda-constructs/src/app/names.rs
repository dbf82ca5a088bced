//! Logical ids and physical names, as in the Python package.

/// The bucket of payloads that are too large for a message.
pub(super) const PAYLOADS: &str = "AsyncLambdaPayloadBucket";
/// The dead-letter queue of all managed queues.
pub(super) const DEAD_LETTERS: &str = "AsyncLambdaDLQ";
/// What the logical ids of its extras begin with.
pub(super) const DEAD_LETTER_EXTRAS: &str = "AsyncLambdaDLQExtra";
/// The API of all API tasks.
pub(super) const API: &str = "AsyncLambdaAPIGateway";

/// The logical id of a task's function.
pub(super) fn function(task: &str) -> String {
    format!("{task}ALFunc")
}

/// The logical id of a task's queue.
pub(super) fn queue(task: &str) -> String {
    format!("{task}ALQueue")
}

/// What the logical ids of a queue's extras begin with.
pub(super) fn queue_extras(task: &str) -> String {
    format!("{task}ALFuncExtra")
}

/// The physical name of a task's function, queue and schedule.
pub(super) fn physical(app: &str, task: &str) -> String {
    format!("{app}-{task}")
}
