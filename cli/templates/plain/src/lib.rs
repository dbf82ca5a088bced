//! The stack: uploads into a bucket, a queue for the work on them, and an alarm when some of it fails.

mod work_queue;

use async_lambda_constructs::prelude::*;
pub use work_queue::WorkQueue;

/// The whole stack.
pub fn stack() -> Stack {
    let mut stack = Stack::new("{{ stack_name }}");
    let stage = stack.parameter(
        "Stage",
        Parameter::string()
            .default("dev")
            .allowed_values(vec!["dev", "prod"]),
    );
    let is_prod = stack.condition("IsProd", Condition::equals(stage.value::<String>(), "prod"));

    let alarms = stack.add("Alarms", sns::Topic::new());
    let uploads = stack.add("Uploads", PayloadBucket::new().expire_after_days(90));
    let jobs = stack.add(
        "Jobs",
        WorkQueue::new(&alarms).customize_queue(|queue| {
            queue.message_retention_period(if_(&is_prod, 14 * 24 * 60 * 60, 24 * 60 * 60))
        }),
    );

    stack.output("UploadsName", Output::new(uploads.reference()));
    stack.output("JobsUrl", Output::new(jobs.url()));
    stack
}
