//! An application of 400 tasks of every kind in six groups, each a nested stack; `--context more=true` has one task more.

use async_lambda_constructs::{context, prelude::*};

fn main() -> std::process::ExitCode {
    let more = context::value::<bool>("more", "whether there is one task more").default(false);
    async_lambda_constructs::main_with(more, |more| {
        let application = benches::grouped(more).with_resources(|stack| {
            stack.alarm_on_dead_letters("arn:aws:sns:us-east-1:123456789012:operations");
        });
        Program::new().application(application)
    })
}
