//! A table of DynamoDB.

use std::ops::Deref;

use cfn_model::{
    DeletionPolicy, IntoNode, Node, Object, Resource, Value,
    dynamodb::{self, table},
};

use super::report;
use crate::{Construct, Stack, access, metric::Metric};

/// A table has at most so many indexes.
const INDEXES: usize = 20;

/// A table of DynamoDB.
///
/// | | default |
/// |---|---|
/// | billing | by request: nothing to plan, and an idle table costs its storage only |
/// | recovery to any second of the last 35 days | on: the only way back from a wrong write |
/// | when the stack is deleted, or the table replaced | the table stays, with its data |
/// | stream | none |
/// | encryption | AWS's own key, which costs nothing |
///
/// ```
/// use async_lambda_constructs::{
///     constructs::{Index, Key, Table},
///     prelude::*,
/// };
///
/// let mut stack = Stack::new("shop");
/// let orders = Table::new(Key::string("customer"))
///     .sort_key(Key::number("placed_at"))
///     .index(Index::new("by-status", Key::string("status")).sort_key(Key::number("placed_at")).keys_only())
///     .time_to_live("expires_at");
/// let orders = stack.add("Orders", orders);
/// let policy = orders.grant_read_write();
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Table {
    partition_key: Key,
    sort_key: Option<Key>,
    indexes: Vec<Index>,
    table: dynamodb::Table,
    key: Option<Value<String>>,
    deletion_policy: DeletionPolicy,
}

/// An attribute of a key: its name and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: String,
    kind: &'static str,
}

/// A global secondary index: another key to find items by. What it gives can be a second old.
#[derive(Clone, Debug)]
pub struct Index {
    name: String,
    partition_key: Key,
    sort_key: Option<Key>,
    projection: Projection,
}

/// Which attributes an index has besides keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All of them: each item is stored twice.
    All,
    /// None: the rest is read from the table.
    KeysOnly,
    /// These: at most 100 in all indexes of a table.
    Include(Vec<String>),
}

/// A table that is in a stack. It derefs to its [`access`], which has the grants.
#[derive(Clone, Debug)]
pub struct TableHandle {
    table: dynamodb::TableHandle,
    access: access::Table,
}

impl Key {
    /// An attribute that is a text.
    pub fn string(name: impl Into<String>) -> Key {
        Key { name: name.into(), kind: "S" }
    }

    /// An attribute that is a number.
    pub fn number(name: impl Into<String>) -> Key {
        Key { name: name.into(), kind: "N" }
    }

    /// An attribute that is bytes.
    pub fn binary(name: impl Into<String>) -> Key {
        Key { name: name.into(), kind: "B" }
    }
}

impl Index {
    /// An index by this attribute, with all attributes of the items.
    pub fn new(name: impl Into<String>, partition_key: Key) -> Index {
        Index { name: name.into(), partition_key, sort_key: None, projection: Projection::All }
    }

    /// The attribute by which items with one partition key are in order.
    pub fn sort_key(mut self, key: Key) -> Index {
        self.sort_key = Some(key);
        self
    }

    /// Without attributes that are no keys.
    pub fn keys_only(self) -> Index {
        self.projection(Projection::KeysOnly)
    }

    /// Which attributes it has: [`Projection::All`] by default.
    pub fn projection(mut self, projection: Projection) -> Index {
        self.projection = projection;
        self
    }
}

impl Table {
    /// A table in which items are found by this attribute.
    pub fn new(partition_key: Key) -> Table {
        let recovery = table::PointInTimeRecoverySpecification::default().point_in_time_recovery_enabled(true);
        let table = dynamodb::Table::new([] as [table::KeySchema; 0])
            .billing_mode("PAY_PER_REQUEST")
            .point_in_time_recovery_specification(recovery);
        let deletion_policy = DeletionPolicy::Retain;
        Table { partition_key, sort_key: None, indexes: Vec::new(), table, key: None, deletion_policy }
    }

    /// The attribute by which items with one partition key are in order.
    pub fn sort_key(mut self, key: Key) -> Table {
        self.sort_key = Some(key);
        self
    }

    /// A global secondary index: at most 20, and a change of the stack adds or removes one of them.
    pub fn index(mut self, index: Index) -> Table {
        self.indexes.push(index);
        self
    }

    /// The physical name: 3 to 255 letters, digits, dots, hyphens and underscores. With a name, a change that replaces the table
    /// fails, since two cannot have it.
    pub fn table_name(mut self, name: impl Into<Value<String>>) -> Table {
        self.table = self.table.table_name(name);
        self
    }

    /// DynamoDB deletes an item some time after the second, since 1970, that this attribute has.
    pub fn time_to_live(mut self, attribute: impl Into<Value<String>>) -> Table {
        let expiry = table::TimeToLiveSpecification::new(true).attribute_name(attribute);
        self.table = self.table.time_to_live_specification(expiry);
        self
    }

    /// Keeps each change for 24 hours, with the item before and after it, for functions that read the stream.
    pub fn stream(mut self) -> Table {
        self.table = self.table.stream_specification(table::StreamSpecification::new("NEW_AND_OLD_IMAGES"));
        self
    }

    /// Without recovery to a second, for what can be made again.
    pub fn without_recovery(mut self) -> Table {
        self.table.point_in_time_recovery_specification = None;
        self
    }

    /// Encrypts with a key of KMS: its ARN. What the handle grants includes the use of the key.
    pub fn encrypted_with(mut self, key: impl Into<Value<String>>) -> Table {
        let key = key.into();
        let encryption = table::SSESpecification::new(true).sse_type("KMS").kms_master_key_id(key.clone());
        self.table = self.table.sse_specification(encryption);
        self.key = Some(key);
        self
    }

    /// Nobody deletes the table, the stack included, until this is switched off.
    pub fn deletion_protection(mut self) -> Table {
        self.table = self.table.deletion_protection_enabled(true);
        self
    }

    /// What happens to the table when it is removed from the stack, or replaced.
    pub fn deletion_policy(mut self, policy: DeletionPolicy) -> Table {
        self.deletion_policy = policy;
        self
    }

    /// Any other property: `customize_table(|table| table.table_class("STANDARD_INFREQUENT_ACCESS"))`.
    pub fn customize_table(mut self, change: impl FnOnce(dynamodb::Table) -> dynamodb::Table) -> Table {
        self.table = change(self.table);
        self
    }

    /// What is wrong with its indexes.
    fn wrong_indexes(&self, id: &str) -> Vec<String> {
        let mut messages = Vec::new();
        let names: Vec<&str> = self.indexes.iter().map(|index| index.name.as_str()).collect();
        if names.len() > INDEXES {
            messages.push(format!("table `{id}`: must have at most {INDEXES} indexes, has {}", names.len()));
        }
        for (position, name) in names.iter().enumerate() {
            if names[..position].contains(name) {
                messages.push(format!("table `{id}`: each index must have a name of its own, two are `{name}`"));
            }
        }
        messages
    }

    /// The attributes of all keys, each once, and those that have two types.
    fn attributes(&self) -> (Vec<&Key>, Vec<(&Key, &Key)>) {
        let (mut attributes, mut contradictions) = (Vec::<&Key>::new(), Vec::new());
        let of_indexes = self.indexes.iter().flat_map(|index| [Some(&index.partition_key), index.sort_key.as_ref()]);
        for key in [Some(&self.partition_key), self.sort_key.as_ref()].into_iter().chain(of_indexes).flatten() {
            match attributes.iter().find(|known| known.name == key.name) {
                Some(known) if known.kind == key.kind => {}
                Some(known) => contradictions.push((*known, key)),
                None => attributes.push(key),
            }
        }
        (attributes, contradictions)
    }
}

impl Construct for Table {
    type Handle = TableHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> TableHandle {
        let (attributes, contradictions) = self.attributes();
        let mut messages: Vec<String> = contradictions
            .iter()
            .map(|(one, other)| {
                format!(
                    "table `{id}`: attribute `{}` must have one type in all keys, has `{}` and `{}`",
                    one.name, one.kind, other.kind
                )
            })
            .collect();
        messages.extend(self.wrong_indexes(id));
        let definitions: Vec<table::AttributeDefinition> =
            attributes.iter().map(|key| table::AttributeDefinition::new(key.name.as_str(), key.kind)).collect();
        let mut table = self.table.attribute_definitions(definitions);
        table.key_schema = Value::raw(key_schema(&self.partition_key, self.sort_key.as_ref()));
        if !self.indexes.is_empty() {
            let indexes: Vec<Node> = self.indexes.iter().map(index).collect();
            table = table.global_secondary_indexes(Value::raw(indexes));
        }
        let policy = self.deletion_policy;
        let table = stack.add(id, Resource::new(table).deletion_policy(policy).update_replace_policy(policy));
        for message in messages {
            report(
                stack,
                id,
                message,
                "an attribute has one type, a table up to 20 indexes, each with a name of its own",
            );
        }
        let access = access::Table::from_arn(table.arn()).with_key(self.key);
        TableHandle { table, access }
    }
}

fn key_schema(partition_key: &Key, sort_key: Option<&Key>) -> Node {
    let keys = [(Some(partition_key), "HASH"), (sort_key, "RANGE")].into_iter();
    let keys = keys.filter_map(|(key, kind)| Some((key?, kind)));
    let keys = keys.map(|(key, kind)| {
        let members = [("AttributeName", key.name.as_str()), ("KeyType", kind)];
        members.into_iter().map(|(name, value)| (name.to_owned(), value.into_node())).collect::<Object>().into_node()
    });
    keys.collect::<Vec<Node>>().into_node()
}

fn index(index: &Index) -> Node {
    let projection = match &index.projection {
        Projection::All => vec![("ProjectionType", "ALL".into_node())],
        Projection::KeysOnly => vec![("ProjectionType", "KEYS_ONLY".into_node())],
        Projection::Include(attributes) => {
            let attributes: Vec<Node> = attributes.iter().map(|attribute| attribute.as_str().into_node()).collect();
            vec![("ProjectionType", "INCLUDE".into_node()), ("NonKeyAttributes", attributes.into_node())]
        }
    };
    let projection: Object = projection.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::from_iter([
        ("IndexName".to_owned(), index.name.as_str().into_node()),
        ("KeySchema".to_owned(), key_schema(&index.partition_key, index.sort_key.as_ref())),
        ("Projection".to_owned(), projection.into_node()),
    ])
    .into_node()
}

impl TableHandle {
    /// The table's name.
    pub fn name(&self) -> Value<String> {
        self.table.reference()
    }

    /// The ARN of its stream, which it has after [`Table::stream`].
    pub fn stream_arn(&self) -> Value<String> {
        self.table.stream_arn()
    }

    /// The resource.
    pub fn resource(&self) -> &dynamodb::TableHandle {
        &self.table
    }

    /// One of its metrics, by the name that DynamoDB gives it, as an average.
    pub fn metric(&self, name: &str) -> Metric {
        Metric::new("AWS/DynamoDB", name).dimension("TableName", self.name())
    }

    /// How many reads the table refused in the period since there were too many.
    pub fn metric_read_throttled(&self) -> Metric {
        self.metric("ReadThrottleEvents").statistic("Sum").label("throttled reads")
    }

    /// How many writes the table refused in the period since there were too many.
    pub fn metric_write_throttled(&self) -> Metric {
        self.metric("WriteThrottleEvents").statistic("Sum").label("throttled writes")
    }

    /// How many reads and writes the table refused in the period since there were too many.
    pub fn metric_throttled(&self) -> Metric {
        // A metric without values makes the whole sum none.
        let inputs = [("reads", self.metric_read_throttled()), ("writes", self.metric_write_throttled())];
        Metric::math("FILL(reads, 0) + FILL(writes, 0)", inputs).label("throttled")
    }

    /// How many read units were used in the period.
    pub fn metric_read_capacity(&self) -> Metric {
        self.metric("ConsumedReadCapacityUnits").statistic("Sum").label("read units")
    }

    /// How many write units were used in the period.
    pub fn metric_write_capacity(&self) -> Metric {
        self.metric("ConsumedWriteCapacityUnits").statistic("Sum").label("write units")
    }
}

impl Deref for TableHandle {
    type Target = access::Table;

    fn deref(&self) -> &access::Table {
        &self.access
    }
}

impl AsRef<str> for TableHandle {
    fn as_ref(&self) -> &str {
        self.table.as_ref()
    }
}
