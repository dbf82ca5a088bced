//! Everything that an `infra/main.rs` usually needs, in one line: `use async_lambda_constructs::prelude::*;`.

pub use async_lambda_model::{BatchSize, Cors, MaximumConcurrency, ScheduleExpression, schedule};
#[cfg(feature = "app")]
pub use async_lambda_model::{EphemeralStorage, MaxReceiveCount, MemorySize, Timeout};
pub use cfn_model::{
    Condition, DeletionPolicy, ForEach, Handle, IntoNode, IntoResource, LogicalId, Mapping, Node, Object, Output,
    Parameter, ParameterHandle, Resource, Template, TemplateRule, Value,
    intrinsic::{
        self, base64, cidr, find_in_map, find_in_map_or, get_att, get_azs, get_stack_output, if_, import_value, join,
        length, no_value, pseudo, ref_, select, split, sub, sub_with, to_json_string, transform,
    },
    logical_id, s3, sns, sqs,
};
pub use cfn_rules::Validate;
pub use sam_resources as sam;
pub use serde_json::json;

#[cfg(feature = "app")]
pub use crate::{
    ApiTask, AppStack, AsyncLambdaApp, AsyncTask, DynamoDbTask, FunctionTask, ScheduledTask, SqsTask, TaskFunction,
    WithResources,
};
pub use crate::{
    BucketGrants, Construct, Export, ManagedQueue, ManagedQueueHandle, NestedStack, PayloadBucket, Program,
    QueueGrants, QueueSubscription, RestApi, ScheduledFunction, Sharing, SqsFunction, Stack, TopicGrants,
    encrypt_at_rest,
    iam::{PolicyDocument, Principal, Statement},
    log_retention, permissions_boundary, retain_data,
};
