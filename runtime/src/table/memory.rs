//! Tables in memory: for tests and local runs.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use super::{
    call::{Attributes, ItemUpdate, PageOf, SortRange, TableAnswer, TableCall, TableKeys, TableOperation},
    number::Number,
    value::{KeyPart, MOST_BYTES, same, size},
};
use crate::transport::TransportError;

/// The size of a page, in bytes, as DynamoDB's.
const PAGE_BYTES: usize = 1024 * 1024;

/// Tables in memory, with what DynamoDB does: for tests and local runs. Items of a partition are in the order of their sort
/// keys; a table whose key has changed in code is another one.
#[derive(Debug, Default)]
pub struct MemoryTables {
    tables: Mutex<BTreeMap<TableKeys, Items>>,
    #[cfg(feature = "local")]
    bucket: Option<async_lambda_local::bucket::Bucket>,
}

/// The items of a table.
pub(super) type Items = BTreeMap<ItemKey, Attributes>;

/// The key of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ItemKey {
    partition: KeyPart,
    sort: Option<KeyPart>,
}

impl ItemKey {
    /// The key of an item, or of what is one.
    pub(super) fn of(table: &TableKeys, item: &Attributes) -> Result<ItemKey, TransportError> {
        let part = |field: &String| {
            let value = item.get(field).and_then(KeyPart::of);
            let wrong = || format!("ValidationException: the item must have the key `{field}`, a string or a number");
            value.ok_or_else(|| TransportError::permanent(wrong()))
        };
        Ok(ItemKey { partition: part(&table.partition)?, sort: table.sort.as_ref().map(part).transpose()? })
    }
}

impl MemoryTables {
    /// Tables without items.
    pub fn new() -> MemoryTables {
        MemoryTables::default()
    }

    /// Tables whose items are objects of a bucket, which has those of an earlier process.
    #[cfg(feature = "local")]
    pub(crate) fn kept_in(
        bucket: async_lambda_local::bucket::Bucket,
    ) -> Result<MemoryTables, async_lambda_local::bucket::BucketError> {
        let tables = super::kept::read(&bucket)?;
        Ok(MemoryTables { tables: Mutex::new(tables), bucket: Some(bucket) })
    }

    /// Makes a call.
    ///
    /// # Errors
    ///
    /// Those for which DynamoDB refuses a call: a key that is not valid, an item that is too large, a sum of what is no number;
    /// the folder on this machine cannot be written.
    pub fn call(&self, call: &TableCall) -> Result<TableAnswer, TransportError> {
        let mut tables = self.lock();
        let items = tables.entry(call.table.clone()).or_default();
        Open { table: &call.table, items, store: self }.make(&call.operation)
    }

    /// Writes an item where the tables outlive the process; `None` for one that is deleted.
    #[cfg(feature = "local")]
    fn keep(&self, table: &TableKeys, key: &Attributes, item: Option<&Attributes>) -> Result<(), TransportError> {
        self.bucket.as_ref().map_or(Ok(()), |bucket| super::kept::keep(bucket, table, key, item))
    }

    #[cfg(not(feature = "local"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with the feature `local`")]
    fn keep(&self, _: &TableKeys, _: &Attributes, _: Option<&Attributes>) -> Result<(), TransportError> {
        Ok(())
    }

    /// A panic of another thread leaves nothing half done here, so its poison is ignored.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<TableKeys, Items>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A table during a call.
struct Open<'a> {
    table: &'a TableKeys,
    items: &'a mut Items,
    store: &'a MemoryTables,
}

impl Open<'_> {
    fn make(&mut self, operation: &TableOperation) -> Result<TableAnswer, TransportError> {
        match operation {
            TableOperation::Get { key, .. } => Ok(TableAnswer::Item(self.get(key)?.cloned())),
            TableOperation::Put { item, is_new } => match self.get(item)? {
                Some(known) if *is_new => Ok(TableAnswer::Refused { item: Some(known.clone()) }),
                _ => self.put(item).map(|()| TableAnswer::Done),
            },
            TableOperation::Delete { key } => self.delete(key).map(|()| TableAnswer::Done),
            TableOperation::Update(update) => self.update(update),
            TableOperation::Read(page) => self.page(page),
            TableOperation::GetAll { keys, .. } => {
                let items = keys.iter().filter_map(|key| self.get(key).map(Option::<&Attributes>::cloned).transpose());
                Ok(TableAnswer::Items { items: items.collect::<Result<_, _>>()?, left: Vec::new() })
            }
            TableOperation::WriteAll { items, deleted } => {
                items.iter().try_for_each(|item| self.put(item))?;
                deleted.iter().try_for_each(|key| self.delete(key))?;
                Ok(TableAnswer::Left { items: Vec::new(), deleted: Vec::new() })
            }
        }
    }

    fn get(&self, key: &Attributes) -> Result<Option<&Attributes>, TransportError> {
        Ok(self.items.get(&ItemKey::of(self.table, key)?))
    }

    fn put(&mut self, item: &Attributes) -> Result<(), TransportError> {
        let key = ItemKey::of(self.table, item)?;
        let bytes = size(item);
        if bytes > MOST_BYTES {
            let message = format!("ValidationException: the item must have at most {MOST_BYTES} bytes, has {bytes}");
            return Err(TransportError::permanent(message));
        }
        self.store.keep(self.table, &self.table.key_of(item).unwrap_or_default(), Some(item))?;
        self.items.insert(key, item.clone());
        Ok(())
    }

    fn delete(&mut self, key: &Attributes) -> Result<(), TransportError> {
        self.store.keep(self.table, key, None)?;
        self.items.remove(&ItemKey::of(self.table, key)?);
        Ok(())
    }

    fn update(&mut self, update: &ItemUpdate) -> Result<TableAnswer, TransportError> {
        let known = self.get(&update.key)?.cloned();
        let is_expected = |(name, value): (&String, &Value)| {
            known.as_ref().and_then(|item| item.get(name)).is_some_and(|known| same(known, value))
        };
        if update.exists && known.is_none() || !update.expected.iter().all(is_expected) {
            return Ok(TableAnswer::Refused { item: known });
        }
        let mut item = known.unwrap_or_else(|| update.key.clone());
        for (name, value) in &update.add {
            let sum = sum(item.get(name), value).map_err(|reason| {
                TransportError::permanent(format!("ValidationException: sum of field `{name}`: {reason}"))
            })?;
            item.insert(name.clone(), sum);
        }
        item.extend(update.set.clone());
        for name in &update.remove {
            item.remove(name);
        }
        self.put(&item)?;
        Ok(if update.returning { TableAnswer::Item(Some(item)) } else { TableAnswer::Done })
    }

    fn page(&self, page: &PageOf) -> Result<TableAnswer, TransportError> {
        let partition = page.partition.as_ref().and_then(KeyPart::of);
        let after = page.after.as_ref().map(|key| ItemKey::of(self.table, key)).transpose()?;
        let is_meant = |key: &ItemKey| {
            partition.as_ref().is_none_or(|partition| key.partition == *partition)
                && key.sort.as_ref().is_none_or(|sort| is_in(sort, &page.sort))
        };
        let is_next = |key: &ItemKey| match &after {
            None => true,
            Some(after) if page.descending => key < after,
            Some(after) => key > after,
        };
        let found = self.items.iter().filter(|(key, _)| is_meant(key) && is_next(key)).map(|(_, item)| item);
        let mut found: Vec<&Attributes> = found.collect();
        if page.descending {
            found.reverse();
        }
        let most = page.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let (mut items, mut bytes, mut last) = (Vec::new(), 0, None);
        for item in found {
            bytes += size(item);
            items.push(item.clone());
            // As DynamoDB, which does not look whether there are more.
            if items.len() >= most || bytes >= PAGE_BYTES {
                last = self.table.key_of(item);
                break;
            }
        }
        Ok(TableAnswer::Page { items, last })
    }
}

/// Whether a sort key is in a range.
fn is_in(sort: &KeyPart, range: &SortRange) -> bool {
    let from = |from: &Value| KeyPart::of(from).is_some_and(|from| *sort >= from);
    let up_to = |up_to: &Value| KeyPart::of(up_to).is_some_and(|up_to| *sort <= up_to);
    match range {
        SortRange::All => true,
        SortRange::From(value) => from(value),
        SortRange::UpTo(value) => up_to(value),
        SortRange::Between(first, last) => from(first) && up_to(last),
        SortRange::BeginsWith(start) => match (sort, KeyPart::of(start)) {
            (KeyPart::Text(text), Some(KeyPart::Text(start))) => text.starts_with(&start),
            _ => false,
        },
    }
}

/// The sum of a field, which is 0 where it is missing, and a number.
fn sum(known: Option<&Value>, value: &Value) -> Result<Value, String> {
    let number = |value: &Value| {
        let number = value["N"].as_str().and_then(Number::parse);
        number.ok_or_else(|| format!("it must be a number, got `{value}`"))
    };
    let added = number(value)?;
    let sum = match known {
        Some(known) => number(known)?.plus(added).ok_or("it must have at most 38 digits")?,
        None => added,
    };
    Ok(serde_json::json!({"N": sum.to_string()}))
}
