//! Many items at once: as few calls as DynamoDB's limits allow, and what a call leaves undone is done by the next.

use std::collections::BTreeMap;

use async_lambda_model::{IntoKey, TableOf};

use super::{Calls, Reads, Table, TableAnswer, TableError, TableOperation, Writes, call::Attributes, value::canonical};

/// The most keys of a call that reads.
const MOST_READ: usize = 100;
/// The most items of a call that writes.
const MOST_WRITTEN: usize = 25;

impl<T: TableOf, A> Table<T, A> {
    /// Reads many items, 100 with each call. The result has one entry for each key, in the order of the keys: `None` where the
    /// item is not there.
    ///
    /// # Errors
    ///
    /// As those of [`get`](Table::get), of the first key that has one.
    pub async fn get_all<K: IntoKey<T::Key>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Vec<Option<T::Item>>, TableError>
    where
        A: Reads,
    {
        let calls = &self.calls;
        let keys: Vec<K> = keys.into_iter().collect();
        let keys = keys.into_iter().map(|key| calls.key::<T>(&key.into_key())).collect::<Result<Vec<_>, _>>()?;
        // DynamoDB refuses a key that is there twice.
        let distinct: BTreeMap<String, Attributes> = keys.iter().map(|key| (name(key), key.clone())).collect();
        let distinct: Vec<Attributes> = distinct.into_values().collect();
        let mut found: BTreeMap<String, Attributes> = BTreeMap::new();
        for keys in distinct.chunks(MOST_READ) {
            for item in calls.read_all(keys.to_vec(), self.consistent).await? {
                found.insert(name(&calls.keys.key_of(&item).unwrap_or_default()), item);
            }
        }
        let item = |key: &Attributes| found.get(&name(key)).map(|item| calls.read(item.clone())).transpose();
        keys.iter().map(item).collect()
    }

    /// Writes many items, 25 with each call. Of two items with one key, the last one is written.
    ///
    /// # Errors
    ///
    /// As those of [`put`](Table::put). A wrong item is found before anything is written; of a call that failed, some items
    /// may be written.
    pub async fn put_all<'a>(&self, items: impl IntoIterator<Item = &'a T::Item>) -> Result<(), TableError>
    where
        A: Writes,
    {
        let items: Vec<&T::Item> = items.into_iter().collect();
        let items = items.into_iter().map(|item| {
            let item = self.calls.written(item)?;
            Ok((name(&self.calls.keys.key_of(&item).unwrap_or_default()), item))
        });
        let items: BTreeMap<String, Attributes> = items.collect::<Result<_, TableError>>()?;
        let items: Vec<Attributes> = items.into_values().collect();
        for items in items.chunks(MOST_WRITTEN) {
            self.calls.write_all(items.to_vec(), Vec::new()).await?;
        }
        Ok(())
    }

    /// Deletes many items, 25 with each call. It is no error when one is not there.
    ///
    /// # Errors
    ///
    /// As those of [`delete`](Table::delete). A wrong key is found before anything is deleted; of a call that failed, some items
    /// may be deleted.
    pub async fn delete_all<K: IntoKey<T::Key>>(&self, keys: impl IntoIterator<Item = K>) -> Result<(), TableError>
    where
        A: Writes,
    {
        let keys: Vec<K> = keys.into_iter().collect();
        let keys = keys.into_iter().map(|key| {
            let key = self.calls.key::<T>(&key.into_key())?;
            Ok((name(&key), key))
        });
        let keys: BTreeMap<String, Attributes> = keys.collect::<Result<_, TableError>>()?;
        let keys: Vec<Attributes> = keys.into_values().collect();
        for keys in keys.chunks(MOST_WRITTEN) {
            self.calls.write_all(Vec::new(), keys.to_vec()).await?;
        }
        Ok(())
    }
}

/// A key as a string: the same for keys that are the same.
fn name(key: &Attributes) -> String {
    let mut parts: Vec<(&String, String)> =
        key.iter().map(|(name, value)| (name, canonical(value).to_string())).collect();
    parts.sort_unstable();
    format!("{parts:?}")
}

impl Calls {
    /// The items of these keys that are there.
    async fn read_all(&self, mut keys: Vec<Attributes>, consistent: bool) -> Result<Vec<Attributes>, TableError> {
        let mut found = Vec::new();
        while !keys.is_empty() {
            let operation = TableOperation::GetAll { keys, consistent };
            match self.make(operation).await? {
                TableAnswer::Items { items, left } => {
                    found.extend(items);
                    keys = left;
                }
                _ => return Err(self.foreign()),
            }
        }
        Ok(found)
    }

    async fn write_all(&self, mut items: Vec<Attributes>, mut deleted: Vec<Attributes>) -> Result<(), TableError> {
        while !items.is_empty() || !deleted.is_empty() {
            match self.make(TableOperation::WriteAll { items, deleted }).await? {
                TableAnswer::Left { items: more, deleted: others } => (items, deleted) = (more, others),
                _ => return Err(self.foreign()),
            }
        }
        Ok(())
    }
}
