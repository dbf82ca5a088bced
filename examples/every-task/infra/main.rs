//! The infrastructure: what the signatures of the handlers say.

use async_lambda_constructs::prelude::*;

fn main() -> std::process::ExitCode {
    // Whoever deploys it wants an alarm: `stack.alarm_on_dead_letters(topic_arn)`.
    let app = every_task::app().with_resources(|stack| {
        stack.ignore("AsyncLambdaDLQ", "AL1006", "an example that nobody runs");
    });
    async_lambda_constructs::main(app)
}
