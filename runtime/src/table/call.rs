//! Calls of tables as data: for a transport, which makes one attempt of each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An item, a key or a part of one as DynamoDB has it: `{"id": {"S": "order-7"}}`.
pub type Attributes = Map<String, Value>;

/// A call of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TableCall {
    /// The table.
    pub table: TableKeys,
    /// The operation.
    pub operation: TableOperation,
}

/// A table: its name in code, and the fields of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TableKeys {
    /// The name in code.
    pub name: String,
    /// The field of the partition key.
    pub partition: String,
    /// The field of the sort key, if there is one.
    pub sort: Option<String>,
}

/// An operation on a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TableOperation {
    /// Reads an item: [`TableAnswer::Item`].
    Get {
        /// The key.
        key: Attributes,
        /// Whether what was written before is seen.
        consistent: bool,
    },
    /// Writes an item: [`TableAnswer::Done`], or [`TableAnswer::Refused`] with the item that is there.
    Put {
        /// The item.
        item: Attributes,
        /// Whether it must not be there yet.
        is_new: bool,
    },
    /// Deletes an item, which need not be there: [`TableAnswer::Done`].
    Delete {
        /// The key.
        key: Attributes,
    },
    /// Changes an item: [`TableAnswer::Done`] or [`TableAnswer::Item`]; [`TableAnswer::Refused`] with the item that is there
    /// where a condition does not hold.
    Update(ItemUpdate),
    /// Reads items of a partition, or all items: [`TableAnswer::Page`].
    Read(PageOf),
    /// Reads at most 100 items: [`TableAnswer::Items`].
    GetAll {
        /// The keys, each once.
        keys: Vec<Attributes>,
        /// Whether what was written before is seen.
        consistent: bool,
    },
    /// Writes and deletes at most 25 items: [`TableAnswer::Left`].
    WriteAll {
        /// The items to write.
        items: Vec<Attributes>,
        /// The keys of items to delete; no key is among both.
        deleted: Vec<Attributes>,
    },
}

/// A change of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ItemUpdate {
    /// The key.
    pub key: Attributes,
    /// Fields that get values.
    pub set: Attributes,
    /// Fields that grow by numbers.
    pub add: Attributes,
    /// Fields that are removed.
    pub remove: Vec<String>,
    /// Whether the item must be there.
    pub exists: bool,
    /// Values that fields must have.
    pub expected: Attributes,
    /// Whether the answer is the whole item, as it is after the change.
    pub returning: bool,
}

impl ItemUpdate {
    /// Whether a second attempt has the same result as the first one.
    pub fn is_repeatable(&self) -> bool {
        self.add.is_empty() && self.expected.is_empty()
    }
}

/// A page of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PageOf {
    /// The partition key, of a query; `None` for all items.
    pub partition: Option<Value>,
    /// The range of the sort key.
    pub sort: SortRange,
    /// Whether the largest sort key comes first.
    pub descending: bool,
    /// The number of items of the page, at most.
    pub limit: Option<u32>,
    /// The key of the last item of the page before.
    pub after: Option<Attributes>,
    /// Whether what was written before is seen.
    pub consistent: bool,
}

/// A range of the sort key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SortRange {
    /// Every one.
    #[default]
    All,
    /// This one or larger.
    From(Value),
    /// This one or smaller.
    UpTo(Value),
    /// Between these two, both included.
    Between(Value, Value),
    /// A string that begins so.
    BeginsWith(Value),
}

/// The result of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TableAnswer {
    /// It was done.
    Done,
    /// A condition does not hold. Nothing was done.
    Refused {
        /// The item that is there.
        item: Option<Attributes>,
    },
    /// The item, if it is there.
    Item(Option<Attributes>),
    /// A page of items.
    Page {
        /// The items.
        items: Vec<Attributes>,
        /// The key of the last one, where there may be more.
        last: Option<Attributes>,
    },
    /// Items that are there, in any order.
    Items {
        /// The items.
        items: Vec<Attributes>,
        /// The keys of items that were not looked for.
        left: Vec<Attributes>,
    },
    /// What was not done of many writes.
    Left {
        /// Items that were not written.
        items: Vec<Attributes>,
        /// Keys of items that were not deleted.
        deleted: Vec<Attributes>,
    },
}

impl TableKeys {
    /// The key of an item, if it has one.
    pub fn key_of(&self, item: &Attributes) -> Option<Attributes> {
        let field = |name: &String| Some((name.clone(), item.get(name)?.clone()));
        let partition = field(&self.partition)?;
        let mut key = Attributes::from_iter([partition]);
        if let Some(sort) = &self.sort {
            key.extend([field(sort)?]);
        }
        Some(key)
    }
}

impl TableOperation {
    /// The service and its operation, for errors.
    pub(crate) fn call(&self) -> &'static str {
        match self {
            TableOperation::Get { .. } => "dynamodb GetItem",
            TableOperation::Put { .. } => "dynamodb PutItem",
            TableOperation::Delete { .. } => "dynamodb DeleteItem",
            TableOperation::Update(_) => "dynamodb UpdateItem",
            TableOperation::Read(PageOf { partition: Some(_), .. }) => "dynamodb Query",
            TableOperation::Read(_) => "dynamodb Scan",
            TableOperation::GetAll { .. } => "dynamodb BatchGetItem",
            TableOperation::WriteAll { .. } => "dynamodb BatchWriteItem",
        }
    }
}
