//! The tables that tasks use: one for each that no other table is bound to. Only applications that use tables have them.

use async_lambda_model::{AppModel, KeyType, TableAccess, TableUse, TaskModel};
use cfn_model::{
    Finding, Function as Call, IntoNode, Node, Path, Resource, Value,
    intrinsic::{get_att, ref_},
};
use cfn_rules::codes;
use sam_resources::Function;

use super::{encryption, names, problem::line, role};
use crate::object::object_node;
use crate::{
    Stack, access,
    explain::suggest::did_you_mean,
    iam::{PolicyDocument, Statement},
};

/// Adds the tables of an application that its tasks use.
///
/// They have no names of their own, so that two stages never have the same one, and they stay where they are when they leave
/// the template: what is in them belongs to the user.
pub(super) fn add(stack: &mut Stack, tasks: &[TaskModel], key: Option<&Value<String>>, is_hardened: bool) {
    let mut known: Vec<&str> = Vec::new();
    for task in tasks {
        for table in &task.tables {
            if !known.contains(&table.name.as_str()) {
                known.push(table.name.as_str());
                stack.set_origin(Some(line(&task.origin)));
                let id = names::table(table.name.as_str());
                stack.add(id.as_str(), Resource::raw("AWS::DynamoDB::Table", properties(table, key, is_hardened)));
                stack.override_attribute(&id, "DeletionPolicy", "Retain");
                stack.override_attribute(&id, "UpdateReplacePolicy", "Retain");
            }
        }
    }
}

fn properties(table: &TableUse, key: Option<&Value<String>>, is_hardened: bool) -> Node {
    let definitions = table.fields().map(|field| {
        let code = field.key_type.code();
        object_node([("AttributeName", field.name.as_str().into_node()), ("AttributeType", code.into_node())])
    });
    let schema = table.fields().zip(["HASH", "RANGE"]).map(|(field, role)| {
        object_node([("AttributeName", field.name.as_str().into_node()), ("KeyType", role.into_node())])
    });
    let mut properties = vec![
        ("AttributeDefinitions", Node::Array(definitions.collect())),
        ("KeySchema", Node::Array(schema.collect())),
        ("BillingMode", "PAY_PER_REQUEST".into_node()),
    ];
    properties.extend(encryption::table(key, is_hardened));
    object_node(properties)
}

/// The table that the application makes itself.
pub(super) fn own(name: &str, key: Option<&Value<String>>) -> access::Table {
    let table = access::Table::from_arn(get_att::<String>(names::table(name), "Arn"));
    key.cloned().into_iter().fold(table, access::Table::encrypted_with)
}

/// What a function does with a table, as statements with names, so that they are found when another table is bound.
pub(super) fn statements(name: &str, does: TableAccess, table: &access::Table) -> Vec<Statement> {
    let PolicyDocument { statements } = match does {
        TableAccess::Read => table.grant_read(),
        TableAccess::Write => table.grant_write(),
        TableAccess::ReadWrite => table.grant_read_write(),
    };
    statements.into_iter().zip(sids(name, does)).map(|(statement, sid)| statement.sid(sid)).collect()
}

/// The names of the statement about a table, and of that about its key.
fn sids(name: &str, does: TableAccess) -> [String; 2] {
    let does = match does {
        TableAccess::Read => "Read",
        TableAccess::Write => "Write",
        TableAccess::ReadWrite => "ReadWrite",
    };
    [format!("{does}Table{name}"), format!("{does}TableKey{name}")]
}

/// A function with the variables by which it finds its tables.
pub(super) fn with_variables(function: Function, tables: &[TableUse]) -> Function {
    tables.iter().fold(function, |function, table| {
        let name = table.name.as_str();
        function.environment_variable(TableUse::variable(name), ref_::<String>(names::table(name)))
    })
}

/// Uses another table than the one that the application has made for a type.
#[track_caller]
pub(super) fn bind(stack: &mut Stack, model: &AppModel, name: &str, table: &access::Table) {
    let tables = model.tables();
    let Some(used) = tables.iter().find(|table| table.name.as_str() == name) else {
        let message = format!("table `{name}`: must be one that a task of application `{}` uses", model.name);
        let similar = did_you_mean(name, tables.iter().map(|table| table.name.as_str()));
        let help =
            similar.unwrap_or_else(|| "give a handler a parameter `Table<..>` of it, or do not bind it".to_owned());
        return report(stack, Path::default(), message, name, help);
    };
    let id = names::table(name);
    if stack.resource(id.as_str()).is_none() {
        let message = format!("table `{name}`: must be bound once, and is bound already");
        return report(stack, Path::default(), message, name, "remove one of the two calls".to_owned());
    }
    let arn = table.arn().into_node();
    if let Some((id, key)) = key_in(stack, &arn).filter(|(_, key)| *key != used.key()) {
        let message = format!("table `{name}`: the key of `{id}` must be {}, got {key}", used.key());
        let help = format!("change the key of `{id}`, or `KEY` and `Key` of the type");
        report(stack, Path(vec!["Resources".into(), id.as_str().into()]), message, name, help);
    }
    stack.remove(id);
    for task in &model.tasks {
        if !task.tables.iter().any(|table| table.name.as_str() == name) {
            continue;
        }
        let function = names::function(task.id.as_str());
        let variable = ["Environment".into(), "Variables".into(), TableUse::variable(name).as_str().into()];
        stack.override_property(&function, Path(variable.to_vec()), arn.clone());
        let Some(properties) = stack.resource(function.as_str()).map(|function| &function["Properties"]) else {
            continue;
        };
        if role::is_shared(properties) {
            replace(stack, names::SHARED_ROLE, &["PolicyDocument", "Statement"], name, table);
        } else {
            replace(stack, function.as_str(), &["Statement"], name, table);
        }
    }
}

/// A fault of the caller's line.
#[track_caller]
fn report(stack: &mut Stack, place: Path, message: String, name: &str, help: String) {
    stack.report(Finding::new(&codes::AL0004, place, message).actual(name).help(help));
}

/// Replaces the statements about a table in the policies of a resource.
#[track_caller]
fn replace(stack: &mut Stack, id: &str, steps: &[&str], name: &str, table: &access::Table) {
    let Some(policies) = stack.resource(id).map(|resource| resource["Properties"]["Policies"].clone()) else { return };
    for (index, policy) in policies.as_array().into_iter().flatten().enumerate() {
        let old = steps.iter().fold(policy, |node, step| &node[*step]);
        let Some(old) = old.as_array() else { continue };
        let new: Vec<Node> = old.iter().flat_map(|statement| replaced(statement, name, table)).collect();
        if new != old {
            let place = Path(vec!["Policies".into(), index.into()]);
            let place = steps.iter().fold(place, |place, step| place.join(*step));
            stack.override_property(id, place, Node::Array(new));
        }
    }
}

/// What stands for a statement when a table is bound.
fn replaced(statement: &Node, name: &str, table: &access::Table) -> Vec<Node> {
    let sid = statement["Sid"].as_str().unwrap_or_default();
    for does in [TableAccess::Read, TableAccess::Write, TableAccess::ReadWrite] {
        let [of_table, of_key] = sids(name, does);
        if sid == of_table {
            return statements(name, does, table).into_iter().map(IntoNode::into_node).collect();
        }
        if sid == of_key {
            return Vec::new();
        }
    }
    vec![statement.clone()]
}

/// The logical id and the key of the table of this stack with this ARN, as far as they are known before the deployment.
fn key_in(stack: &Stack, arn: &Node) -> Option<(String, String)> {
    let Some((Call::GetAtt, Node::Array(argument))) = Call::call(arn) else { return None };
    let id = argument.first()?.as_str()?;
    let resource = stack.resource(id)?;
    let properties = &resource["Properties"];
    let in_words = |name: &str, code: &str| format!("`{name}` ({code})");
    let key = match resource["Type"].as_str()? {
        "AWS::Serverless::SimpleTable" => match &properties["PrimaryKey"] {
            Node::Null => in_words("id", KeyType::Text.code()),
            key => in_words(key["Name"].as_str()?, key["Type"].as_str()?.get(..1)?),
        },
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => {
            let definitions = properties["AttributeDefinitions"].as_array()?;
            let code = |name: &str| {
                let named = |definition: &&Node| definition["AttributeName"].as_str() == Some(name);
                definitions.iter().find(named)?["AttributeType"].as_str()
            };
            let field = |role: &str| {
                let schema = properties["KeySchema"].as_array()?;
                let name =
                    schema.iter().find(|key| key["KeyType"].as_str() == Some(role))?["AttributeName"].as_str()?;
                Some(in_words(name, code(name)?))
            };
            [Some(field("HASH")?), field("RANGE")].into_iter().flatten().collect::<Vec<_>>().join(" and ")
        }
        _ => return None,
    };
    Some((id.to_owned(), key))
}
