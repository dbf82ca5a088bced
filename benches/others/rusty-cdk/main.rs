//! A queue with rusty-cdk.

use rusty_cdk::{sqs::QueueBuilder, stack::StackBuilder, wrappers::*};
use rusty_cdk_macros::*;

fn main() {
    let mut stack = StackBuilder::new();
    QueueBuilder::new("jobs")
        .standard_queue()
        .delay_seconds(delay_seconds!(30))
        .message_retention_period(message_retention_period!(1_209_600))
        .build(&mut stack);
    println!("{}", stack.build().expect("one queue is a stack").synth().expect("a stack can be synthesized"));
}
