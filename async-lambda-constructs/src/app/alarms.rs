//! Alarms on the queues of an application: one a queue, with a logical id that depends on that queue only.

use std::collections::BTreeSet;

use cfn_model::{Function, IntoNode, Node, Object, Path, Resource, intrinsic::get_att};
use indexmap::IndexMap;

use crate::{
    Stack,
    config::{ALARM_ACTIONS, OK_ACTIONS, PERIOD, Setting, THRESHOLD},
};

const ALARM: &str = "AWS::CloudWatch::Alarm";
/// The period of `queue_age_alarm` in seconds where it has none: a day, as in the Python package.
const DEFAULT_PERIOD: i64 = 86_400;
/// The period of an alarm on dead letters, in seconds.
const DEAD_LETTERS_PERIOD: i64 = 300;

/// Adds the alarms of `queue_age_alarm` for these queues: on the age of the oldest message where a function reads the
/// queue, and on any message where none does, which is a dead-letter queue. Gives back their logical ids, and which part
/// of them comes from which part of the config file.
pub(super) fn add(
    stack: &mut Stack,
    queues: &[String],
    settings: &IndexMap<String, Setting>,
) -> (Vec<String>, Vec<(Path, Path)>) {
    let (mut alarms, mut places) = (Vec::new(), Vec::new());
    let Some(threshold) = settings.get(THRESHOLD) else { return (alarms, places) };
    let read = read_queues(stack);
    for queue in queues {
        let (id, mut alarm) = if read.contains(queue) {
            let period = settings.get(PERIOD).map_or_else(|| DEFAULT_PERIOD.into_node(), |period| period.value.clone());
            let metric = "ApproximateAgeOfOldestMessage";
            let description = "the oldest message of a task is too old";
            (
                format!("AsyncLambdaQueueAgeAlarm{queue}"),
                properties(queue, metric, description, &threshold.value, period),
            )
        } else {
            dead_letters(queue)
        };
        for (name, property) in [(ALARM_ACTIONS, "AlarmActions"), (OK_ACTIONS, "OKActions")] {
            if let Some(setting) = settings.get(name) {
                alarm.insert(property.to_owned(), setting.value.clone());
                places.push((place(&id, property), setting.path.clone()));
            }
        }
        if read.contains(queue) {
            let numbers = [(THRESHOLD, "Threshold"), (PERIOD, "Period")];
            let given = numbers.into_iter().filter_map(|(name, property)| Some((settings.get(name)?, property)));
            places.extend(given.map(|(setting, property)| (place(&id, property), setting.path.clone())));
        }
        stack.add(id.as_str(), Resource::raw(ALARM, alarm));
        alarms.push(id);
    }
    (alarms, places)
}

/// These alarms of `queue_age_alarm`, each with its queue.
pub(super) fn with_queues<'a>(
    alarms: &'a [String],
    queues: &'a [String],
) -> impl Iterator<Item = (&'a String, &'a String)> {
    // One a queue, in the order of the queues.
    alarms.iter().zip(queues)
}

/// Adds an alarm to each of these queues that no function reads and that has no alarm yet, and the action to the alarms of
/// all of them. Gives back the logical ids of the alarms.
#[track_caller]
pub(super) fn tell_of_dead_letters(stack: &mut Stack, queues: &[String], action: &Node) -> Vec<String> {
    let read = read_queues(stack);
    let mut alarms = Vec::new();
    for queue in queues.iter().filter(|queue| !read.contains(*queue)) {
        let (id, alarm) = dead_letters(queue);
        if stack.resource(&id).is_none() {
            stack.add(id.as_str(), Resource::raw(ALARM, alarm));
        }
        let actions = stack.resource(&id).map(|alarm| &alarm["Properties"]["AlarmActions"]);
        let count = actions.and_then(Node::as_array).map_or(0, <[Node]>::len);
        stack.override_property(&id, Path(vec!["AlarmActions".into(), count.into()]), action.clone());
        alarms.push(id);
    }
    alarms
}

/// The alarm on a queue in which there should be nothing, with its logical id.
fn dead_letters(queue: &str) -> (String, Object) {
    let metric = "ApproximateNumberOfMessagesVisible";
    let description = "messages failed too often, or could not be delivered";
    let (threshold, period) = (0.into_node(), DEAD_LETTERS_PERIOD.into_node());
    (format!("{queue}Alarm"), properties(queue, metric, description, &threshold, period))
}

fn properties(queue: &str, metric: &str, description: &str, threshold: &Node, period: Node) -> Object {
    let name = get_att::<String>(queue, "QueueName").into_node();
    let dimension = Object::from_iter([("Name".to_owned(), "QueueName".into_node()), ("Value".to_owned(), name)]);
    let properties = [
        ("AlarmDescription", description.into_node()),
        ("Namespace", "AWS/SQS".into_node()),
        ("MetricName", metric.into_node()),
        ("Dimensions", vec![dimension.into_node()].into_node()),
        ("Statistic", "Maximum".into_node()),
        ("Period", period),
        ("EvaluationPeriods", 1.into_node()),
        ("Threshold", threshold.clone()),
        ("ComparisonOperator", "GreaterThanThreshold".into_node()),
        // SQS measures nothing for a queue that nobody has used for hours.
        ("TreatMissingData", "notBreaching".into_node()),
    ];
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn place(id: &str, property: &str) -> Path {
    Path(vec!["Resources".into(), id.into(), "Properties".into(), property.into()])
}

/// The queues of the template that a function reads.
fn read_queues(stack: &Stack) -> BTreeSet<String> {
    let events = stack.resources().flat_map(|(_, resource)| resource["Properties"]["Events"].as_object());
    let sources = events.flat_map(Object::values).filter_map(|event| Function::call(&event["Properties"]["Queue"]));
    let queues = sources.filter_map(|(function, argument)| match (function, argument) {
        (Function::GetAtt, Node::Array(argument)) => argument.first()?.as_str(),
        _ => None,
    });
    queues.map(str::to_owned).collect()
}
