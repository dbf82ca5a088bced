//! Visits that give resources what an organization wants of all of them.

use cfn_model::{IntoNode, Node, Value};

use super::Visited;

/// A [visit](crate::Program::visit) that gives every role a permissions boundary: the ARN of a managed policy. It reaches roles
/// that SAM makes of functions as well. A boundary that a resource has already stays.
///
/// ```
/// use async_lambda_constructs::{permissions_boundary, prelude::*};
///
/// let program = Program::new()
///     .stack(Stack::new("data"))
///     .visit(permissions_boundary(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/developers")));
/// # let _ = program;
/// ```
pub fn permissions_boundary(policy: impl Into<Value<String>>) -> impl FnMut(&mut Visited<'_>) + 'static {
    let policy = policy.into().into_node();
    move |resource| {
        let kind = resource.type_name();
        let makes_a_role = matches!(kind, "AWS::Serverless::Function" | "AWS::Serverless::StateMachine")
            && *resource.property("Role") == Node::Null;
        if makes_a_role || matches!(kind, "AWS::IAM::Role" | "AWS::IAM::User") {
            resource.set_default("PermissionsBoundary", policy.clone());
        }
    }
}

/// A [visit](crate::Program::visit) that lets every log group keep its lines for so many days: one of the numbers that CloudWatch
/// Logs takes, such as 7, 30 or 365. A retention that a group has already stays.
pub fn log_retention(days: i64) -> impl FnMut(&mut Visited<'_>) + 'static {
    move |resource| {
        if resource.type_name() == "AWS::Logs::LogGroup" {
            resource.set_default("RetentionInDays", days);
        }
    }
}
