//! Logical ids and physical names, as in the Python package.

use async_lambda_model::LaneCount;
use cfn_model::LogicalId;

/// The bucket of payloads that are too large for a message.
pub(super) const PAYLOADS: &str = "AsyncLambdaPayloadBucket";
/// The dead-letter queue of all managed queues.
pub(crate) const DEAD_LETTERS: &str = "AsyncLambdaDLQ";
/// What the logical ids of its extras begin with.
pub(super) const DEAD_LETTER_EXTRAS: &str = "AsyncLambdaDLQExtra";
/// The dead-letter queue of all FIFO queues: a FIFO queue's is one too.
pub(crate) const FIFO_DEAD_LETTERS: &str = "AsyncLambdaFifoDLQ";
/// What the logical ids of its extras begin with.
pub(super) const FIFO_DEAD_LETTER_EXTRAS: &str = "AsyncLambdaFifoDLQExtra";
/// The queue for messages for a later time that Scheduler could not send.
pub(super) const DELAY_DEAD_LETTERS: &str = "AsyncLambdaDelayDLQ";
/// The group of their schedules.
pub(super) const DELAY_GROUP: &str = "AsyncLambdaDelayScheduleGroup";
/// The role with which Scheduler sends them.
pub(super) const DELAY_ROLE: &str = "AsyncLambdaDelaySchedulerRole";
/// The table of what was done once.
pub(crate) const ONCE_TABLE: &str = "AsyncLambdaOnceTable";
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

/// The logical id of a task's queue, of lane 0.
pub(crate) fn queue(task: &str) -> LogicalId {
    queue_of_lane(task, 0)
}

/// The logical id of the queue of a lane.
pub(crate) fn queue_of_lane(task: &str, lane: i64) -> LogicalId {
    LogicalId::unchecked(&format!("{task}ALQueue{}", lane_suffix("L", lane)))
}

/// The logical ids of the queues of all lanes.
pub(super) fn queues(task: &str, lanes: LaneCount) -> impl Iterator<Item = LogicalId> {
    (0..lanes.get()).map(move |lane| queue_of_lane(task, lane))
}

/// The logical id of a table that the application makes.
pub(super) fn table(name: &str) -> LogicalId {
    LogicalId::unchecked(&format!("{name}ALTable"))
}

/// What a lane's names have more than those of lane 0, which has the names of a task without lanes.
pub(super) fn lane_suffix(separator: &str, lane: i64) -> String {
    if lane == 0 { String::new() } else { format!("{separator}{lane}") }
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

/// Why advice on changes of `FifoQueue` is not for these queues.
pub(super) const FIFO_FOR_EVER: &str =
    "a queue with this name is a FIFO queue for ever: a standard one has another name";

/// The physical name of a task's FIFO queue.
pub(super) fn physical_fifo(app: &str, task: &str) -> String {
    format!("{}.fifo", physical(app, task))
}

/// The physical name of the dead-letter queue of all FIFO queues. No task has it: an id has no hyphen.
pub(super) fn physical_fifo_dead_letters(app: &str) -> String {
    physical_fifo(app, "fifo-dlq")
}

/// The physical name of the queue of a lane.
pub(super) fn physical_queue(app: &str, task: &str, lane: i64) -> String {
    format!("{}{}", physical(app, task), lane_suffix("-L", lane))
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
        let word = without_lane(word);
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

/// The logical id of a lane's queue or extra as that of lane 0.
fn without_lane(word: &str) -> &str {
    let start = word.trim_end_matches(|character: char| character.is_ascii_digit());
    let of_lane_0 = start.strip_suffix('L').filter(|_| start.len() < word.len());
    let is_of_lanes = |start: &&str| {
        start.ends_with("ALQueue") || {
            let prefix = start.trim_end_matches(|character: char| character.is_ascii_digit());
            prefix.len() < start.len() && prefix.ends_with("ALFuncExtra")
        }
    };
    of_lane_0.filter(is_of_lanes).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::without_owner;

    #[test]
    fn owners_are_left_out() {
        let check = |text: &str, expected: &str| assert_eq!(without_owner(text), expected);
        check("`AsyncLambdaDLQExtra2` -> `MailALFuncExtra2`", "`Extra2` -> `Extra2`");
        check("MailALQueue, AsyncLambdaDLQ, MailALFunc", "Queue, Queue, Func");
        check("MailALQueueL2, MailALFuncExtra0L12, MailL2, ALQueueL", "Queue, Extra0, MailL2, ALQueueL");
        check(
            "TotalALQueue.Arn, ALQueue, AsyncLambdaDLQs, ü, MailALFuncExtra",
            "Queue.Arn, ALQueue, AsyncLambdaDLQs, ü, MailALFuncExtra",
        );
    }
}
