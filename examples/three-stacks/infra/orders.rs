//! The stack with the list of orders.

use cfn_model::dynamodb::{self, table};

use super::*;

/// The stack, and the ARN of its table for others.
pub fn stack() -> (Stack, Export<String>) {
    let mut stack = Stack::new("shop-orders");
    stack.description("The list of orders");
    let orders = dynamodb::Table::new([table::KeySchema::new("Id", "HASH")])
        .attribute_definitions([table::AttributeDefinition::new("Id", "S")])
        .billing_mode("PAY_PER_REQUEST");
    let orders = stack.add("Orders", orders);
    let arn = stack.export("OrdersArn", orders.arn());
    (stack, arn)
}
