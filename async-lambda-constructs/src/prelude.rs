//! Everything that an `infra/main.rs` usually needs, in one line: `use async_lambda_constructs::prelude::*;`.

pub use async_lambda_model::{BatchSize, MaximumConcurrency, MemorySize, ScheduleExpression, Timeout, schedule};
pub use cfn_model::{
    Condition, DeletionPolicy, ForEach, Handle, IntoNode, IntoResource, Mapping, Node, Object, Output, Parameter,
    Resource, Template, TemplateRule, Value,
    intrinsic::{
        self, base64, find_in_map, get_att, get_azs, r#if, import_value, join, no_value, pseudo, r#ref, select, split,
        sub, sub_with,
    },
    logical_id, s3, sns, sqs,
};
pub use sam_resources as sam;
pub use serde_json::json;

pub use crate::{
    BucketGrants, Construct, ManagedQueue, ManagedQueueHandle, PayloadBucket, QueueGrants, QueueSubscription, RestApi,
    ScheduledFunction, SqsFunction, Stack, TopicGrants,
    iam::{PolicyDocument, Principal, Statement},
};
