//! A program of three stacks: orders are announced by one, listed by another, and worked on by a third, which uses both.

use async_lambda_constructs::{Asset, access, context, prelude::*};
use cfn_model::{Finding, Path, Rule};

mod announcements;
mod orders;
mod work;

#[cfg(test)]
mod tests;

/// A rule of our own: who pays is to be seen.
static DESCRIBED: Rule = Rule::error("SHOP001", "stack without a description");

/// `keep_days` is how long messages that failed are kept.
fn program(keep_days: u32) -> Program {
    let (announcements, topic) = announcements::stack();
    let (orders, table) = orders::stack();
    let work = work::stack(&topic, &table, keep_days);
    Program::new()
        .stack(work)
        .stack(announcements)
        .stack(orders)
        .tag("team", "orders")
        .visit(retain_data)
        .visit(|resource| {
            if resource.is::<sqs::Queue>() && resource.property("KmsMasterKeyId").as_str().is_none() {
                resource.set_default("SqsManagedSseEnabled", true);
            }
        })
        .check(described)
}

fn described(stack: &Stack) -> Vec<Finding> {
    if stack.document().contains_key("Description") {
        return Vec::new();
    }
    let message = format!("stack `{}`: must have a description, has none", stack.name());
    vec![Finding::new(&DESCRIBED, Path::default(), message).help("add one: `stack.description(..)`".to_owned())]
}

fn main() -> std::process::ExitCode {
    let keep_days =
        context::value::<u32>("keep-days", "days that failed messages are kept").range(1..=14).default(14_u32);
    async_lambda_constructs::main_with(keep_days, program)
}
