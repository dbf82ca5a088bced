//! What messages for a later time need: a group for their schedules, a role with which Scheduler sends them, and a queue
//! for those that it cannot send. Only applications that have such messages have them.

use async_lambda_model::TaskModel;
use cfn_model::{
    IntoNode, LogicalId, Object, Resource, Value,
    intrinsic::{get_att, ref_, sub},
    sqs::Queue,
};
use sam_resources::Function;

use super::{application::DEAD_LETTER_RETENTION, names};
use crate::object::object_node;
use crate::{
    Stack,
    iam::{self, PolicyDocument, Statement, trusted_in_account},
};

/// The ARN of the role with which Scheduler sends messages.
pub(super) const ROLE: &str = "ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN";
/// The name of the schedule group.
pub(super) const GROUP: &str = "ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP";
/// The ARN of the queue for messages that Scheduler could not send.
pub(super) const DEAD_LETTERS: &str = "ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN";

/// Who takes on the role.
const SCHEDULER: &str = "scheduler.amazonaws.com";

/// Adds the resources of an application, if one of its tasks invokes another one later.
pub(super) fn add(stack: &mut Stack, app: &str, tasks: &[TaskModel], key: Option<&Value<String>>) {
    let is_target = |task: &&TaskModel| tasks.iter().any(|other| other.invokes_later.contains(&task.id));
    let targets = tasks.iter().filter(is_target);
    let queues: Vec<LogicalId> = targets.flat_map(|task| names::queues(task.id.as_str(), task.lanes())).collect();
    if queues.is_empty() {
        return;
    }
    let dead_letters = Queue::new()
        .queue_name(format!("{app}-delay-dlq"))
        .message_retention_period(DEAD_LETTER_RETENTION)
        .sqs_managed_sse_enabled(true);
    stack.add(names::DELAY_DEAD_LETTERS, dead_letters);
    let group = object_node([("Name", format!("{app}-delay").into_node())]);
    stack.add(names::DELAY_GROUP, Resource::raw("AWS::Scheduler::ScheduleGroup", group));
    stack.add(names::DELAY_ROLE, Resource::raw("AWS::IAM::Role", role(&queues, key)));
}

/// The properties of a role that may send messages to these queues, for schedules of the application's group only.
fn role(queues: &[LogicalId], key: Option<&Value<String>>) -> Object {
    let group = get_att::<String>(names::DELAY_GROUP, "Arn");
    let trusted = trusted_in_account(SCHEDULER).condition("StringEquals", "aws:SourceArn", group);
    let queues = queues.iter().map(LogicalId::as_str).chain([names::DELAY_DEAD_LETTERS]);
    let arns = queues.map(|queue| get_att::<String>(queue, "Arn"));
    let send = arns.fold(Statement::allow(["sqs:SendMessage"]), Statement::resource);
    let use_key = |key: &Value<String>| Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"]).resource(key.clone());
    let document = key.map(use_key).into_iter().fold(PolicyDocument::new().statement(send), PolicyDocument::statement);
    iam::role(PolicyDocument::new().statement(trusted), "SendMessages", document)
}

/// The permissions of a function that makes and cancels schedules.
pub(super) fn statements() -> [Statement; 2] {
    let schedules = format!(
        "arn:${{AWS::Partition}}:scheduler:${{AWS::Region}}:${{AWS::AccountId}}:schedule/${{{}}}/*",
        names::DELAY_GROUP
    );
    let actions = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"];
    let pass_role = Statement::allow(["iam:PassRole"]).resource(get_att::<String>(names::DELAY_ROLE, "Arn")).condition(
        "StringEquals",
        "iam:PassedToService",
        SCHEDULER,
    );
    [Statement::allow(actions).resource(sub(schedules)), pass_role]
}

/// A function with the variables by which it finds the group, the role and the queue.
pub(super) fn with_variables(function: Function) -> Function {
    let group: Value<String> = ref_(names::DELAY_GROUP);
    function
        .environment_variable(ROLE, get_att::<String>(names::DELAY_ROLE, "Arn"))
        .environment_variable(GROUP, group)
        .environment_variable(DEAD_LETTERS, get_att::<String>(names::DELAY_DEAD_LETTERS, "Arn"))
}
