//! Logical ids and physical names, as in the Python package.

use cfn_model::LogicalId;

/// The bucket of payloads that are too large for a message.
pub(super) const PAYLOADS: &str = "AsyncLambdaPayloadBucket";
/// The dead-letter queue of all managed queues.
pub(crate) const DEAD_LETTERS: &str = "AsyncLambdaDLQ";
/// What the logical ids of its extras begin with.
pub(super) const DEAD_LETTER_EXTRAS: &str = "AsyncLambdaDLQExtra";
/// The API of all API tasks.
pub(super) const API: &str = "AsyncLambdaAPIGateway";

/// The certificate of the API's domain, where it is made.
pub(super) const CERTIFICATE: &str = "AsyncLambdaAPICertificate";

/// The role of the functions that have none of their own, where they share one.
pub(super) const SHARED_ROLE: &str = "AsyncLambdaSharedFunctionRole";

/// The key of a hardened application.
pub(super) const KEY: &str = "AsyncLambdaKey";

/// The logical id of a task's function.
pub(super) fn function(task: &str) -> LogicalId {
    LogicalId::unchecked(&format!("{task}ALFunc"))
}

/// The logical id of a task's queue.
pub(crate) fn queue(task: &str) -> LogicalId {
    LogicalId::unchecked(&format!("{task}ALQueue"))
}

/// The logical id of the log group of a task's function.
pub(super) fn log_group(task: &str) -> String {
    format!("{task}ALFuncLogs")
}

/// What the logical ids of a queue's extras begin with.
pub(super) fn queue_extras(task: &str) -> String {
    format!("{task}ALFuncExtra")
}

/// The physical name of a task's function, queue and schedule.
pub(super) fn physical(app: &str, task: &str) -> String {
    format!("{app}-{task}")
}

/// The physical name of a task's function that runs an image: its package type cannot be changed in place, so a function
/// that gets an image, or loses it, is another one.
pub(super) fn physical_of_image(app: &str, task: &str) -> String {
    format!("{}-image", physical(app, task))
}

/// A text with the logical ids of functions, queues and extras in it, each without the task that it belongs to: what is
/// said of the extras of two queues is the same then.
pub(crate) fn without_owner(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric();
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let extra = |end: &str| {
            end.strip_prefix("Extra")
                .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let owned = match (word.strip_prefix(DEAD_LETTERS), word.rsplit_once("AL")) {
            (Some(end), _) if end.is_empty() || extra(end) => Some(if end.is_empty() { "Queue" } else { end }),
            (_, Some((task, "Queue" | "Func"))) if !task.is_empty() => Some(&word[task.len() + 2..]),
            (_, Some((task, end))) if !task.is_empty() => end.strip_prefix("Func").filter(|end| extra(end)),
            _ => None,
        };
        result.push_str(owned.unwrap_or(word));
        let length = after.chars().next().map_or(0, char::len_utf8);
        result.push_str(&after[..length]);
        rest = &after[length..];
    }
    result
}

#[cfg(test)]
mod tests {
    use super::without_owner;

    #[test]
    fn owners_are_left_out() {
        let check = |text: &str, expected: &str| assert_eq!(without_owner(text), expected);
        check("`AsyncLambdaDLQExtra2` -> `MailALFuncExtra2`", "`Extra2` -> `Extra2`");
        check("MailALQueue, AsyncLambdaDLQ, MailALFunc", "Queue, Queue, Func");
        check(
            "TotalALQueue.Arn, ALQueue, AsyncLambdaDLQs, ü, MailALFuncExtra",
            "Queue.Arn, ALQueue, AsyncLambdaDLQs, ü, MailALFuncExtra",
        );
    }
}
