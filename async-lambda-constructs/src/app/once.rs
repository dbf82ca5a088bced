//! The table of what was done, for tasks whose handlers do work once for each key. Only applications that have such tasks
//! have it.

use async_lambda_model::TaskModel;
use cfn_model::{
    IntoNode, Node, Resource, Value,
    intrinsic::{get_att, ref_, sub},
};
use sam_resources::Function;

use super::{encryption, names};
use crate::object::object_node;
use crate::{Stack, iam::Statement};

/// The name of the table.
pub(super) const TABLE: &str = "ASYNC_LAMBDA_ONCE_TABLE";

/// Adds the table of an application, if the handler of one of its tasks needs it.
///
/// It has no name of its own, so that two stages never have the same one. It goes with the last task that needs it: nobody
/// reads what it knows then, and a table that stays would not be found by a task that comes back. A backup is of no use
/// either, because records are about messages of a few days; `hardened` has one all the same, since auditors want it.
pub(super) fn add(stack: &mut Stack, tasks: &[TaskModel], key: Option<&Value<String>>, is_hardened: bool) {
    if !tasks.iter().any(|task| task.once) {
        return;
    }
    let id = || ("AttributeName", "id".into_node());
    let mut properties = vec![
        ("AttributeDefinitions", list(object_node([id(), ("AttributeType", "S".into_node())]))),
        ("KeySchema", list(object_node([id(), ("KeyType", "HASH".into_node())]))),
        ("BillingMode", "PAY_PER_REQUEST".into_node()),
        (
            "TimeToLiveSpecification",
            object_node([("AttributeName", "expiration".into_node()), ("Enabled", true.into_node())]),
        ),
    ];
    properties.extend(encryption::table(key, is_hardened));
    stack.add(names::ONCE_TABLE, Resource::raw("AWS::DynamoDB::Table", object_node(properties)));
}

/// The permissions of a function that writes to the table, and those for its key.
pub(super) fn statements(key: Option<&Value<String>>) -> Vec<Statement> {
    let write = Statement::allow(["dynamodb:DeleteItem", "dynamodb:PutItem"]);
    let write = write.resource(get_att::<String>(names::ONCE_TABLE, "Arn"));
    let use_key = |key: &Value<String>| {
        let actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
        let service = sub("dynamodb.${AWS::Region}.${AWS::URLSuffix}");
        Statement::allow(actions).resource(key.clone()).condition("StringEquals", "kms:ViaService", service)
    };
    std::iter::once(write).chain(key.map(use_key)).collect()
}

/// A function with the variable by which it finds the table.
pub(super) fn with_variable(function: Function) -> Function {
    let table: Value<String> = ref_(names::ONCE_TABLE);
    function.environment_variable(TABLE, table)
}

fn list(member: Node) -> Node {
    Node::Array(vec![member])
}
