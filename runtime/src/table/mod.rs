//! Tables of an application: a parameter is the client, and what gives the permission to use it.

mod access;
mod call;
mod error;
#[cfg(feature = "local")]
mod kept;
mod many;
mod memory;
mod number;
mod read;
mod update;
mod value;

use std::{
    fmt,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_lambda_model::{IntoKey, KeyField, TableKey as _, TableOf, TableUse};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::time::Instant;

pub use access::{Access, Read, ReadWrite, Reads, Write, Writes};
pub use call::{Attributes, ItemUpdate, PageOf, SortRange, TableAnswer, TableCall, TableKeys, TableOperation};
pub use error::TableError;
pub use memory::MemoryTables;
pub use read::{Cursor, Page, Query, Scan};
pub use update::Update;

use crate::{
    BoxFuture, Error, FromInvocation,
    extract::{Edge, Invocation},
    retry,
    transport::{Transport, TransportError},
    trigger::Trigger,
    wanted,
};

/// The table `T` of the application, to read and to write: a table of DynamoDB.
///
/// As a parameter, it is what gives the function the permission to, and what adds the table to the application.
/// [`ReadTable<T>`](ReadTable) lets a handler read only, [`WriteTable<T>`](WriteTable) write only. Two parameters of one table
/// give what both say together.
///
/// ```
/// use async_lambda::prelude::*;
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Order { pub id: String, pub cents: u64, pub paid: bool }
///
/// pub struct Orders;
/// impl TableOf for Orders {
///     const NAME: &'static str = "Orders";
///     type Item = Order;
///     type Key = String;
///     const KEY: &'static str = "id";
/// }
///
/// # struct Pay; impl Task for Pay { const ID: &'static str = "Pay"; type Payload = String; }
/// async fn pay(event: ManagedSqsEvent<Pay>, orders: Table<Orders>) -> Result<(), Error> {
///     let id = event.payload;
///     let Some(order) = orders.get(&id).await? else { return Err(format!("no order `{id}`").into()) };
///     println!("{} cents", order.cents);
///     orders.update(&id).set("paid", &true).send().await?;
///     Ok(())
/// }
///
/// let app = App::new("shop").async_task(Pay, pay);
/// let tables = &app.model().unwrap().tasks[0].tables;
/// assert_eq!((tables[0].name.as_str(), tables[0].access.as_str()), ("Orders", "read_write"));
/// ```
///
/// `docs/guide/tables.md` says which table it is on Lambda, and what local runs and tests do.
///
/// # Errors and limits
///
/// Each call is one [`TableError`] at most. A call that DynamoDB throttled or did not answer is tried again, up to 6 times and
/// before the time at which the handler is stopped. An item has at most 400 KB with the names of its fields, a page of items 1 MB;
/// a key is a string of at most 2,048 bytes, 1,024 for a sort key, or a number. Reads may miss what was written a moment ago,
/// unless they are [`consistent`](Table::consistent).
///
/// Fields that are `None` are written as `NULL`. An item that is written replaces the one that was there, with all of its fields:
/// [`update`](Table::update) changes some of them.
pub struct Table<T: TableOf, A = ReadWrite> {
    calls: Arc<Calls>,
    consistent: bool,
    table: PhantomData<fn() -> (T, A)>,
}

/// The table `T` of the application, to read: see [`Table`].
pub type ReadTable<T> = Table<T, Read>;

/// The table `T` of the application, to write: see [`Table`].
pub type WriteTable<T> = Table<T, Write>;

/// The part that does not depend on types.
struct Calls {
    transport: Arc<dyn Transport>,
    /// The time at which the handler is stopped.
    cut_off: Option<Instant>,
    name: &'static str,
    keys: TableKeys,
    partition: KeyField,
    sort: Option<KeyField>,
}

impl<T: TableOf, A> Table<T, A> {
    fn new(transport: Arc<dyn Transport>, cut_off: Option<Instant>) -> Table<T, A> {
        wanted::tables();
        let (partition, sort) = T::Key::fields(T::KEY);
        let sort_name = sort.as_ref().map(|field| field.name.clone());
        let keys = TableKeys { name: T::NAME.to_owned(), partition: partition.name.clone(), sort: sort_name };
        let calls = Calls { transport, cut_off, name: T::NAME, keys, partition, sort };
        Table { calls: Arc::new(calls), consistent: false, table: PhantomData }
    }

    /// One outside of a handler, without a time at which it is stopped.
    pub(crate) fn outside(transport: Arc<dyn Transport>) -> Table<T, A> {
        Table::new(transport, None)
    }

    /// Reads that see everything that was written before: twice the price, and an error while a part of DynamoDB is down.
    #[must_use = "it is another `Table`"]
    pub fn consistent(&self) -> Table<T, A> {
        Table { consistent: true, ..self.clone() }
    }

    /// Reads an item; `None` where it is not there.
    ///
    /// # Errors
    ///
    /// The key cannot be one; the item cannot be read as a [`TableOf::Item`]; the call failed.
    pub async fn get(&self, key: impl IntoKey<T::Key>) -> Result<Option<T::Item>, TableError>
    where
        A: Reads,
    {
        let key = self.calls.key::<T>(&key.into_key())?;
        match self.calls.make(TableOperation::Get { key, consistent: self.consistent }).await? {
            TableAnswer::Item(item) => item.map(|item| self.calls.read(item)).transpose(),
            _ => Err(self.calls.foreign()),
        }
    }

    /// Writes an item. One with the same key is replaced.
    ///
    /// # Errors
    ///
    /// The item has a value that DynamoDB does not have, no key, or more than 400 KB; the call failed.
    pub async fn put(&self, item: &T::Item) -> Result<(), TableError>
    where
        A: Writes,
    {
        let item = self.calls.written(item)?;
        self.calls.done(TableOperation::Put { item, is_new: false }).await
    }

    /// Writes an item, unless one with the same key is there.
    ///
    /// An attempt without an answer may have written it. The next one then finds the item that it was to write, which is no
    /// error.
    ///
    /// # Errors
    ///
    /// [`TableError::AlreadyThere`]; as those of [`put`](Table::put).
    pub async fn put_new(&self, item: &T::Item) -> Result<(), TableError>
    where
        A: Writes,
    {
        let item = self.calls.written(item)?;
        let key = self.calls.keys.key_of(&item).unwrap_or_default();
        let operation = TableOperation::Put { item: item.clone(), is_new: true };
        let has_failed = AtomicBool::new(false);
        match self.calls.noting(operation, &has_failed).await? {
            TableAnswer::Done => Ok(()),
            TableAnswer::Refused { item: Some(known) }
                if has_failed.load(Ordering::Relaxed) && value::same_item(&known, &item) =>
            {
                Ok(())
            }
            TableAnswer::Refused { .. } => {
                Err(TableError::AlreadyThere { table: self.calls.name, key: self.calls.text(&key) })
            }
            _ => Err(self.calls.foreign()),
        }
    }

    /// Deletes an item. It is no error when it is not there.
    ///
    /// # Errors
    ///
    /// The key cannot be one; the call failed.
    pub async fn delete(&self, key: impl IntoKey<T::Key>) -> Result<(), TableError>
    where
        A: Writes,
    {
        let key = self.calls.key::<T>(&key.into_key())?;
        self.calls.done(TableOperation::Delete { key }).await
    }
}

impl Calls {
    /// A key as attributes.
    fn key<T: TableOf>(&self, key: &T::Key) -> Result<Attributes, TableError> {
        let (partition, sort) = key.values().map_err(|reason| TableError::Key { table: self.name, reason })?;
        let mut attributes = Attributes::from_iter([(self.keys.partition.clone(), partition)]);
        attributes.extend(self.keys.sort.clone().zip(sort));
        Ok(attributes)
    }

    /// An item as attributes, with a key that can be one.
    fn written<I: Serialize>(&self, item: &I) -> Result<Attributes, TableError> {
        let wrong = |reason| TableError::Value { table: self.name, reason };
        let item: serde_dynamo::Item = serde_dynamo::to_item(item).map_err(|error| wrong(format!("item: {error}")))?;
        let item = match serde_json::to_value(item) {
            Ok(Value::Object(item)) => item,
            Ok(other) => return Err(wrong(format!("item must be a struct or a map, got `{other}`"))),
            Err(error) => return Err(wrong(format!("item: {error}"))),
        };
        for KeyField { name, key_type } in std::iter::once(&self.partition).chain(&self.sort) {
            let value = item.get(name).and_then(|value| value.get(key_type.code())).and_then(Value::as_str);
            if value.is_none_or(str::is_empty) {
                let got = item.get(name).map_or_else(|| "none".to_owned(), |value| format!("`{value}`"));
                let kind = key_type.name();
                let reason = format!("of the item: field `{name}` must be a {kind} that is not empty, got {got}");
                return Err(TableError::Key { table: self.name, reason });
            }
        }
        let (bytes, most) = (value::size(&item), value::MOST_BYTES);
        if bytes > most {
            return Err(wrong(format!("item must have at most {most} bytes, has {bytes}")));
        }
        Ok(item)
    }

    /// A value of a field.
    fn value<V: Serialize + ?Sized>(&self, field: &str, value: &V) -> Result<Value, TableError> {
        let wrong =
            |reason: String| TableError::Value { table: self.name, reason: format!("field `{field}`: {reason}") };
        if std::iter::once(&self.partition).chain(&self.sort).any(|key| key.name == field) {
            return Err(wrong("must not change, it is of the key".to_owned()));
        }
        let value: serde_dynamo::AttributeValue =
            serde_dynamo::to_attribute_value(value).map_err(|error| wrong(error.to_string()))?;
        serde_json::to_value(value).map_err(|error| wrong(error.to_string()))
    }

    fn read<I: DeserializeOwned>(&self, item: Attributes) -> Result<I, TableError> {
        let key = self.keys.key_of(&item).unwrap_or_default();
        let unreadable = |reason: String| TableError::Unreadable { table: self.name, key: self.text(&key), reason };
        let item: serde_dynamo::Item =
            serde_json::from_value(Value::Object(item)).map_err(|error| unreadable(error.to_string()))?;
        serde_dynamo::from_item(item).map_err(|error| unreadable(error.to_string()))
    }

    /// A key for an error: `"order-7"`, `["ada",7]`.
    fn text(&self, key: &Attributes) -> String {
        let part = |field: &String| {
            let value = key.get(field)?.as_object()?;
            let (name, inner) = value.iter().next()?;
            Some(if name == "N" { inner.as_str()?.to_owned() } else { inner.to_string() })
        };
        let parts: Vec<String> =
            [Some(&self.keys.partition), self.keys.sort.as_ref()].into_iter().flatten().filter_map(part).collect();
        if parts.len() == 1 { parts.concat() } else { format!("[{}]", parts.join(",")) }
    }

    async fn done(&self, operation: TableOperation) -> Result<(), TableError> {
        match self.make(operation).await? {
            TableAnswer::Done => Ok(()),
            _ => Err(self.foreign()),
        }
    }

    async fn make(&self, operation: TableOperation) -> Result<TableAnswer, TableError> {
        self.noting(operation, &AtomicBool::new(false)).await
    }

    /// Makes a call, and notes whether an attempt failed that may have done it.
    async fn noting(&self, operation: TableOperation, has_failed: &AtomicBool) -> Result<TableAnswer, TableError> {
        let name = operation.call();
        let reads_much = matches!(operation, TableOperation::Read(_) | TableOperation::GetAll { .. });
        let repeatable = !matches!(&operation, TableOperation::Update(update) if !update.is_repeatable());
        let call = TableCall { table: self.keys.clone(), operation };
        let limit = || if reads_much { retry::download(self.cut_off) } else { retry::small(self.cut_off) };
        let attempt = || -> BoxFuture<'_, Result<TableAnswer, TransportError>> {
            let call = &call;
            Box::pin(async move {
                let answered = Attempted { has_failed, is_done: false };
                // The limit of an attempt that must not be made twice is here: behind it there is no other one.
                let result = match repeatable {
                    true => self.transport.table(call).await,
                    false => answered_in(limit(), name, self.transport.table(call)).await,
                };
                answered.by(&result);
                result
            })
        };
        let longest = || if repeatable { limit() } else { limit() + Duration::from_secs(1) };
        let result = retry::call(name, &longest, self.cut_off, &attempt).await;
        result.map_err(|source| TableError::Call { table: self.name, source })
    }

    /// An answer of another operation, which no transport gives.
    fn foreign(&self) -> TableError {
        let source = TransportError::permanent("the answer is of another operation");
        TableError::Call { table: self.name, source }
    }
}

/// Notes an attempt that ends without an answer, also where it is dropped.
struct Attempted<'a> {
    has_failed: &'a AtomicBool,
    is_done: bool,
}

impl Attempted<'_> {
    fn by<R>(mut self, result: &Result<R, TransportError>) {
        self.is_done = result.is_ok();
    }
}

impl Drop for Attempted<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.has_failed.store(true, Ordering::Relaxed);
        }
    }
}

async fn answered_in<R>(
    limit: Duration,
    name: &str,
    call: BoxFuture<'_, Result<R, TransportError>>,
) -> Result<R, TransportError> {
    let no_answer = |_| {
        let seconds = limit.as_secs_f64();
        let reason = format!("{name}: no answer in {seconds:.1} s, so whether it was done is not known");
        TransportError::permanent(reason)
    };
    tokio::time::timeout(limit, call).await.map_err(no_answer)?
}

impl<Tr: Trigger, T: TableOf, A: Access> FromInvocation<Tr> for Table<T, A> {
    const EDGES: &'static [Edge] = &[Edge::table::<T, A>()];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        let known = invocation.model().tables.iter().find(|table| table.name.as_str() == T::NAME);
        // As for `Invoke`: better said here than by DynamoDB.
        if known.is_none_or(|known| known.access.and(A::ACCESS) != known.access) {
            let (task, table) = (invocation.task(), T::NAME);
            return Err(format!("task `{task}`: an extractor uses the table `{table}` without its edges").into());
        }
        let sender = invocation.sender();
        Ok(Table::new(Arc::clone(&sender.transport), sender.cut_off))
    }
}

/// The use of a table, for an edge.
pub(crate) fn table_use<T: TableOf, A: Access>() -> Result<TableUse, async_lambda_model::NameError> {
    TableUse::of::<T>(A::ACCESS)
}

impl<T: TableOf, A> Clone for Table<T, A> {
    fn clone(&self) -> Self {
        Table { calls: Arc::clone(&self.calls), consistent: self.consistent, table: PhantomData }
    }
}

impl<T: TableOf, A> fmt::Debug for Table<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table<{}>", T::NAME)
    }
}
