//! The infrastructure: the application, and an alarm on its dead letters.

use async_lambda_constructs::prelude::*;

fn main() -> std::process::ExitCode {
    async_lambda_constructs::main(groups_app::app().with_resources(|stack| {
        let alarms = stack.add("Alarms", sns::Topic::new());
        stack.alarm_on_dead_letters(alarms.topic_arn());
        // Of a task in a group: its URL is made of its name.
        let queue = stack.task::<groups_app::billing::Invoice>().queue();
        stack.output("InvoiceQueue", Output::new(queue.reference()));
    }))
}
