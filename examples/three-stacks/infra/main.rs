//! A program of three stacks: a network, what is kept, and a service with an application, which uses both.

use async_lambda_constructs::{Asset, access, constructs::*, context, metric::*, prelude::*};
use cfn_model::{Finding, List, Path, Rule};

mod data;
mod network;
mod service;

#[cfg(test)]
mod tests;

/// A rule of our own: what a stack is for is to be seen.
static DESCRIBED: Rule = Rule::error("SHOP001", "stack without a description");

/// `mail` is who hears of alarms, and `keep_days` for how long reports are kept.
fn program(mail: &str, keep_days: u32) -> Program {
    let (network, shared_network) = network::stack();
    let (data, shared_data) = data::stack(mail, keep_days);
    Program::new()
        .stack(network)
        .stack(data)
        .application(
            three_stacks::app().with_resources(move |stack| service::resources(stack, &shared_network, &shared_data)),
        )
        .tag("team", "orders")
        .visit(retain_data)
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
    let values = (
        context::value::<String>("mail", "who hears of alarms").default("shop@example.com"),
        context::value::<u32>("keep-days", "days that reports are kept").range(1..=365).default(30_u32),
    );
    async_lambda_constructs::main_with(values, |(mail, keep_days)| program(&mail, keep_days))
}
