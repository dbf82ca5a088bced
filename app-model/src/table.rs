//! Tables of DynamoDB that tasks use: as types in code, and as data.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{TableName, data::Object};

/// A table of DynamoDB: a name, its items, and the fields of an item that are its key.
///
/// ```
/// use async_lambda_model::TableOf; // or `async_lambda::prelude::*`
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Order { pub id: String, pub cents: u64 }
///
/// /// Each order has an id.
/// pub struct Orders;
///
/// impl TableOf for Orders {
///     const NAME: &'static str = "Orders";
///     type Item = Order;
///     type Key = String;
///     const KEY: &'static str = "id";
/// }
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Visit { pub customer: String, pub at: u64, pub page: String }
///
/// /// The visits of a customer are sorted by their time.
/// pub struct Visits;
///
/// impl TableOf for Visits {
///     const NAME: &'static str = "Visits";
///     type Item = Visit;
///     type Key = (String, u64);
///     const KEY: (&'static str, &'static str) = ("customer", "at");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "a table is a type that implements `TableOf`; write the table and not its item: `Table<Orders>`, \
            `ReadTable<Orders>`, `WriteTable<Orders>`"
)]
pub trait TableOf: 'static {
    /// The name: 1 to 32 letters and digits, one for each table of the application. Another one is an error at synth and at
    /// the start, with the line that registers the task.
    const NAME: &'static str;

    /// The type of items: a struct whose fields are the attributes of the table, the key among them. Optional fields that
    /// are missing in older items need `#[serde(default)]`.
    type Item: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The type of the key: `String`, an integer or a [`KeyValue`] of one's own; a pair of them where the table has a
    /// partition key and a sort key.
    type Key: TableKey;

    /// The field of the key, as serde writes it; for a pair two of them, the partition key first.
    const KEY: <Self::Key as TableKey>::Fields;
}

/// A value that can be the key of an item, or a part of it: a string or a number.
///
/// A type of one's own says which of the two it is as JSON:
///
/// ```
/// use async_lambda_model::{KeyType, KeyValue};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// pub struct OrderId(String);
///
/// impl KeyValue for OrderId {
///     const TYPE: KeyType = KeyType::Text;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    label = "not a key",
    note = "a key is `String`, an integer, a type that implements `KeyValue`, or a pair of them: partition key and sort key"
)]
pub trait KeyValue: Serialize + Send + Sync + 'static {
    /// Whether it is a string or a number as JSON.
    const TYPE: KeyType;
}

macro_rules! key_value {
    ($key_type:ident: $($name:ty),*) => {$(
        impl KeyValue for $name {
            const TYPE: KeyType = KeyType::$key_type;
        }
    )*};
}

key_value!(Text: String);
key_value!(Number: i8, i16, i32, i64, u8, u16, u32, u64);

/// A whole key: a [`KeyValue`], or a pair of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    label = "not a key",
    note = "a key is `String`, an integer, a type that implements `KeyValue`, or a pair of them: partition key and sort key"
)]
pub trait TableKey: Send + Sync + 'static {
    /// The fields of the key: `&'static str`, or a pair.
    type Fields: Copy;

    /// The type of the partition key.
    type Partition: KeyValue;

    /// The fields with their types: partition key and sort key.
    fn fields(fields: Self::Fields) -> (KeyField, Option<KeyField>);

    /// The values as DynamoDB has them, `{"S": "order-7"}`: partition key and sort key.
    ///
    /// # Errors
    ///
    /// Says which rule the value breaks.
    fn values(&self) -> Result<(Value, Option<Value>), String>;
}

/// A key with a partition key and a sort key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sort key",
    label = "no sort key",
    note = "a query finds the items of one partition: it is for tables whose `Key` is a pair, partition key and sort key"
)]
pub trait SortedKey: TableKey {
    /// The type of the sort key.
    type Sort: KeyValue;
}

impl<P: KeyValue> TableKey for P {
    type Fields = &'static str;
    type Partition = P;

    fn fields(field: &'static str) -> (KeyField, Option<KeyField>) {
        (KeyField::of::<P>(field), None)
    }

    fn values(&self) -> Result<(Value, Option<Value>), String> {
        Ok((key_value(self)?, None))
    }
}

impl<P: KeyValue, S: KeyValue> TableKey for (P, S) {
    type Fields = (&'static str, &'static str);
    type Partition = P;

    fn fields((partition, sort): (&'static str, &'static str)) -> (KeyField, Option<KeyField>) {
        (KeyField::of::<P>(partition), Some(KeyField::of::<S>(sort)))
    }

    fn values(&self) -> Result<(Value, Option<Value>), String> {
        Ok((key_value(&self.0)?, Some(key_value(&self.1)?)))
    }
}

impl<P: KeyValue, S: KeyValue> SortedKey for (P, S) {
    type Sort = S;
}

/// A value of a key as DynamoDB has it: `{"S": "order-7"}`, `{"N": "7"}`.
///
/// # Errors
///
/// Says which rule the value breaks: a string is not empty, and each is as JSON what its type says.
pub fn key_value<K: KeyValue>(value: &K) -> Result<Value, String> {
    let json = serde_json::to_value(value).map_err(|error| format!("must be JSON: {error}"))?;
    match (K::TYPE, &json) {
        (KeyType::Text, Value::String(text)) if text.is_empty() => Err("must not be an empty string".to_owned()),
        (KeyType::Text, Value::String(text)) => Ok(json!({"S": text})),
        (KeyType::Number, Value::Number(number)) => Ok(json!({"N": number.to_string()})),
        (key_type, other) => Err(format!("must be a {}, as its `KeyValue` says, got `{other}`", key_type.name())),
    }
}

/// A value that stands for a key: the key itself, a reference to it, `&str` for a `String`; a pair of them for a pair.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of this table",
    label = "not the key `{K}`",
    note = "a key is of the type that the table's `TableOf::Key` names; for a pair it is a pair, partition key first"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

impl<K: KeyValue> IntoKey<K> for K {
    fn into_key(self) -> K {
        self
    }
}

impl<K: KeyValue + Clone> IntoKey<K> for &K {
    fn into_key(self) -> K {
        self.clone()
    }
}

impl IntoKey<String> for &str {
    fn into_key(self) -> String {
        self.to_owned()
    }
}

impl<P: KeyValue, S: KeyValue, A: IntoKey<P>, B: IntoKey<S>> IntoKey<(P, S)> for (A, B) {
    fn into_key(self) -> (P, S) {
        (self.0.into_key(), self.1.into_key())
    }
}

/// Whether a value of a key is a string or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub enum KeyType {
    /// `S`.
    #[cfg_attr(feature = "serde", serde(rename = "S"))]
    Text,
    /// `N`.
    #[cfg_attr(feature = "serde", serde(rename = "N"))]
    Number,
}

impl KeyType {
    /// DynamoDB's name of the type: `S` or `N`.
    pub fn code(self) -> &'static str {
        match self {
            KeyType::Text => "S",
            KeyType::Number => "N",
        }
    }

    /// `string` or `number`.
    pub fn name(self) -> &'static str {
        match self {
            KeyType::Text => "string",
            KeyType::Number => "number",
        }
    }
}

/// A field of an item that is its key, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct KeyField {
    /// The name of the field.
    pub name: String,
    /// The type of its value.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub key_type: KeyType,
}

impl KeyField {
    fn of<K: KeyValue>(name: &str) -> KeyField {
        KeyField { name: name.to_owned(), key_type: K::TYPE }
    }

    fn data(&self) -> Object {
        Object::new().with("name", &*self.name).with("type", self.key_type.code())
    }
}

/// `id (S)`.
impl fmt::Display for KeyField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.key_type.code())
    }
}

/// What a task does with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum TableAccess {
    /// Reads items.
    Read,
    /// Writes, updates and deletes items.
    Write,
    /// Both.
    ReadWrite,
}

impl TableAccess {
    /// What two parameters of one handler do together.
    #[must_use = "it is another one"]
    pub fn and(self, other: TableAccess) -> TableAccess {
        if self == other { self } else { TableAccess::ReadWrite }
    }

    /// As data: `read`, `write`, `read_write`.
    pub fn as_str(self) -> &'static str {
        match self {
            TableAccess::Read => "read",
            TableAccess::Write => "write",
            TableAccess::ReadWrite => "read_write",
        }
    }

    /// As a verb: `reads`, `writes`, `reads and writes`.
    pub fn verb(self) -> &'static str {
        match self {
            TableAccess::Read => "reads",
            TableAccess::Write => "writes",
            TableAccess::ReadWrite => "reads and writes",
        }
    }
}

/// A table that a task uses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct TableUse {
    /// The name of the table in code.
    pub name: TableName,
    /// The partition key.
    pub partition: KeyField,
    /// The sort key, if there is one.
    pub sort: Option<KeyField>,
    /// What the task does with it.
    pub access: TableAccess,
}

impl TableUse {
    /// The beginning of the variables that say where tables are.
    pub const VARIABLES: &'static str = "ASYNC_LAMBDA_TABLE_";

    /// The longest name of a key's field, in bytes.
    const MOST_BYTES: usize = 255;

    /// The use of a table.
    ///
    /// # Errors
    ///
    /// Its name is no [`TableName`].
    pub fn of<T: TableOf>(access: TableAccess) -> Result<TableUse, crate::NameError> {
        let (partition, sort) = T::Key::fields(T::KEY);
        Ok(TableUse { name: TableName::new(T::NAME)?, partition, sort, access })
    }

    /// The variable that tells a function the physical name or the ARN of the table.
    pub fn variable(name: &str) -> String {
        format!("{}{name}", TableUse::VARIABLES)
    }

    /// The fields of the key, the partition key first.
    pub fn fields(&self) -> impl Iterator<Item = &KeyField> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    /// The key in words: `customer (S) and at (N)`.
    pub fn key(&self) -> String {
        self.fields()
            .map(|field| format!("`{}` ({})", field.name, field.key_type.code()))
            .collect::<Vec<_>>()
            .join(" and ")
    }

    /// The rule that the names of the key's fields break.
    pub(crate) fn wrong_key(&self) -> Option<String> {
        let (name, most) = (&self.name, TableUse::MOST_BYTES);
        if let Some(field) = self.fields().find(|field| field.name.is_empty() || field.name.len() > most) {
            let got = &field.name;
            return Some(format!("table `{name}`: the name of a key's field must have 1 to {most} bytes, got `{got}`"));
        }
        let is_twice = self.sort.as_ref().is_some_and(|sort| sort.name == self.partition.name);
        let field = &self.partition.name;
        is_twice.then(|| format!("table `{name}`: partition key and sort key must be two fields, both are `{field}`"))
    }

    pub(crate) fn data(&self) -> Object {
        Object::new()
            .with("name", self.name.as_str())
            .with("partition", self.partition.data())
            .with_some("sort", self.sort.as_ref().map(KeyField::data))
            .with("access", self.access.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_string_or_a_number() {
        #[derive(Serialize)]
        struct Id(Vec<u8>);
        impl KeyValue for Id {
            const TYPE: KeyType = KeyType::Text;
        }
        assert_eq!(key_value(&"a".to_owned()), Ok(json!({"S": "a"})));
        assert_eq!(key_value(&-7_i64), Ok(json!({"N": "-7"})));
        assert_eq!(key_value(&String::new()), Err("must not be an empty string".to_owned()));
        let error = "must be a string, as its `KeyValue` says, got `[1]`".to_owned();
        assert_eq!(key_value(&Id(vec![1])), Err(error));
    }

    #[test]
    fn keys_are_what_stands_for_them() {
        fn key<K: TableKey>(key: impl IntoKey<K>) -> (Value, Option<Value>) {
            key.into_key().values().unwrap()
        }
        let ada = json!({"S": "ada"});
        assert_eq!(key::<String>("ada"), (ada.clone(), None));
        assert_eq!(key::<String>(&"ada".to_owned()), (ada.clone(), None));
        assert_eq!(key::<u64>(7), (json!({"N": "7"}), None));
        assert_eq!(key::<(String, u64)>(("ada", 7)), (ada, Some(json!({"N": "7"}))));
    }

    #[test]
    fn two_accesses_together() {
        use TableAccess::{Read, ReadWrite, Write};
        for (one, other, expected) in
            [(Read, Read, Read), (Write, Write, Write), (Read, Write, ReadWrite), (ReadWrite, Read, ReadWrite)]
        {
            assert_eq!((one.and(other), other.and(one)), (expected, expected));
        }
    }
}
