//! Somebody else's queue.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, Seen};
use crate::{Problem, TaskModel};

/// Messages of somebody else's queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sqs {
    /// Which queue.
    pub queue_arn: QueueArn,
}

/// The ARN of a queue: a text, or an intrinsic function that CloudFormation makes into one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum QueueArn {
    /// `arn:aws:sqs:us-east-1:123456789012:orders`.
    Literal(String),
    /// `{"Fn::ImportValue": "OrdersQueueArn"}`.
    Intrinsic(Value),
}

impl Kind for Sqs {
    fn reads_queue(&self) -> bool {
        true
    }

    fn check<'a>(&'a self, task: &'a TaskModel, _: &mut Seen<'a>, problems: &mut Vec<Problem>) {
        if !self.queue_arn.is_valid() {
            let (arn, origin) = (self.queue_arn.clone(), task.origin.clone());
            problems.push(Problem::Queue { task: task.id.clone(), arn, origin });
        }
    }
}

impl fmt::Display for Sqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sqs {}", self.queue_arn)
    }
}

impl QueueArn {
    /// Whether it is an ARN of SQS, or an intrinsic function.
    fn is_valid(&self) -> bool {
        match self {
            QueueArn::Literal(text) => {
                let parts: Vec<&str> = text.split(':').collect();
                matches!(parts[..], ["arn", partition, "sqs", _, _, name] if !partition.is_empty() && !name.is_empty())
            }
            QueueArn::Intrinsic(function) => function.as_object().is_some_and(|object| object.len() == 1),
        }
    }
}

impl fmt::Display for QueueArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueueArn::Literal(arn) => f.write_str(arn),
            QueueArn::Intrinsic(function) => write!(f, "{function}"),
        }
    }
}

impl From<&str> for QueueArn {
    fn from(arn: &str) -> QueueArn {
        QueueArn::Literal(arn.to_owned())
    }
}

impl From<String> for QueueArn {
    fn from(arn: String) -> QueueArn {
        QueueArn::Literal(arn)
    }
}

impl From<Value> for QueueArn {
    fn from(value: Value) -> QueueArn {
        match value {
            Value::String(arn) => QueueArn::Literal(arn),
            function => QueueArn::Intrinsic(function),
        }
    }
}
