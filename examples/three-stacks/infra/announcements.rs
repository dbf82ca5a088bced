//! The stack of whoever announces orders.

use super::*;

/// The stack, and the ARN of its topic for others.
pub fn stack() -> (Stack, Export<String>) {
    let mut stack = Stack::new("shop-announcements");
    stack.description("Orders are announced here");
    let topic = stack.add("Orders", sns::Topic::new().display_name("Orders"));
    let arn = stack.export("OrdersArn", topic.reference());
    (stack, arn)
}
