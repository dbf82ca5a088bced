//! Lanes: which one a message goes to, and which one it came from.

use async_lambda_model::{Lane, TaskId, TaskModel};
use serde_json::Value;

/// The end of the name of a FIFO queue.
const FIFO: &str = ".fifo";

/// The lanes of all async tasks of an application.
#[derive(Debug, Default)]
pub(crate) struct Lanes(Vec<(TaskId, LanesOfTask)>);

#[derive(Clone, Copy, Debug)]
struct LanesOfTask {
    count: u32,
    propagate: bool,
}

impl Lanes {
    /// The lanes of tasks whose options are complete.
    pub(crate) fn of<'a>(tasks: impl Iterator<Item = &'a TaskModel>) -> Lanes {
        let own_queues = tasks.filter(|task| task.trigger.has_own_queue());
        Lanes(own_queues.map(|task| (task.id.clone(), LanesOfTask::of(task))).collect())
    }

    /// The lane of a message: the one that is asked for, else the `current` one where the destination propagates it, else
    /// 0. A lane that the destination does not have is 0, too. `Err` is 0 for a lane that was asked for in vain.
    pub(crate) fn choose(&self, destination: &TaskId, asked: Option<Lane>, current: u32) -> Result<u32, NoSuchLane> {
        let of_task = self.0.iter().find(|(task, _)| task == destination);
        let of_task = of_task.map(|(_, lanes)| *lanes).unwrap_or(LanesOfTask { count: 1, propagate: false });
        match asked.map(number) {
            Some(lane) if lane < of_task.count => Ok(lane),
            Some(lane) => Err(NoSuchLane { lane, lanes: of_task.count }),
            None if of_task.propagate && current < of_task.count => Ok(current),
            None => Ok(0),
        }
    }
}

impl LanesOfTask {
    fn of(task: &TaskModel) -> LanesOfTask {
        let count = u32::try_from(task.lanes().get()).unwrap_or(1);
        LanesOfTask { count, propagate: task.options.propagate_lane.unwrap_or(true) }
    }
}

/// A lane that a task does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSuchLane {
    pub(crate) lane: u32,
    pub(crate) lanes: u32,
}

pub(crate) fn number(lane: Lane) -> u32 {
    u32::try_from(lane.get()).unwrap_or_default()
}

/// The lane that a record of a task's own queue came through: that of the queue's name, 0 where it has none.
///
/// The name may begin with anything, and the ARN may be of any partition: an id has no hyphen, so `-<Task>-L<n>` is the end
/// of no other queue's name.
pub(crate) fn of_record(task: &TaskModel, record: &Value) -> u32 {
    if !task.trigger.has_own_queue() {
        return 0;
    }
    let arn = record["eventSourceARN"].as_str().unwrap_or_default();
    let name = arn.rsplit(':').next().unwrap_or_default();
    let name = name.strip_suffix(FIFO).unwrap_or(name);
    let lane = name.rsplit_once("-L").and_then(|(queue, digits)| {
        let lane: u32 = digits.parse().ok()?;
        let is_own = queue.strip_suffix(task.id.as_str())?.ends_with('-');
        (is_own && lane.to_string() == digits).then_some(lane)
    });
    lane.filter(|lane| *lane < LanesOfTask::of(task).count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(id: &str, options: Value) -> TaskModel {
        let origin = json!({"file": "", "line": 1});
        let task = json!({"id": id, "trigger": {"managed_sqs": {}}, "options": options, "origin": origin});
        serde_json::from_value(task).unwrap()
    }

    #[test]
    fn a_message_goes_to_a_lane_that_is_there() {
        let tasks = [
            task("One", json!({})),
            task("Three", json!({"lanes": 3})),
            task("Still", json!({"lanes": 3, "propagate_lane": false})),
        ];
        let lanes = Lanes::of(tasks.iter());
        let lane = |number: i64| Some(Lane::new(number).unwrap());
        for (destination, asked, current, expected) in [
            ("One", None, 2, Ok(0)),
            ("One", lane(1), 2, Err(NoSuchLane { lane: 1, lanes: 1 })),
            ("Three", None, 2, Ok(2)),
            ("Three", None, 3, Ok(0)),
            ("Three", lane(1), 2, Ok(1)),
            ("Three", lane(0), 2, Ok(0)),
            ("Three", lane(3), 2, Err(NoSuchLane { lane: 3, lanes: 3 })),
            ("Still", None, 2, Ok(0)),
            ("Still", lane(2), 0, Ok(2)),
        ] {
            let destination = TaskId::new(destination).unwrap();
            assert_eq!(lanes.choose(&destination, asked, current), expected, "{destination} {asked:?} {current}");
        }
    }

    #[test]
    fn the_queue_says_the_lane() {
        let work = task("Work", json!({"lanes": 12}));
        for (arn, expected) in [
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work", 0),
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work-L1", 1),
            ("arn:aws-cn:sqs:cn-north-1:123456789012:shop-Work-L11", 11),
            ("arn:aws:sqs:us-east-1:123456789012:shop-prod-Work-L2", 2),
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work-L2.fifo", 2),
            // Not one of its lanes.
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work-L12", 0),
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work-L01", 0),
            ("arn:aws:sqs:us-east-1:123456789012:shop-Work-L+1", 0),
            ("arn:aws:sqs:us-east-1:123456789012:shop-Other-L1", 0),
            ("arn:aws:sqs:us-east-1:123456789012:shop-NoWork-L1", 0),
            ("", 0),
        ] {
            assert_eq!(of_record(&work, &json!({"eventSourceARN": arn})), expected, "{arn}");
        }
        assert_eq!(of_record(&task("Work", json!({})), &json!({"eventSourceARN": "a:b:c:shop-Work-L1"})), 0);
        assert_eq!(of_record(&work, &json!({})), 0);
    }
}
