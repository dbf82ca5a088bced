//! Items of a partition, and all items.

use async_lambda_model::{KeyValue, SortedKey, TableKey, TableOf, key_value};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Calls, IntoKey, PageOf, Reads, SortRange, Table, TableAnswer, TableError, TableOperation, call::Attributes,
};

/// The largest limit of a page that DynamoDB takes.
const MOST: u32 = i32::MAX as u32;

/// A query that is being written: the items of one partition, [`Table::query`].
#[must_use = "items are read with `.all().await` or `.page().await`"]
pub struct Query<'a, T: TableOf, A> {
    read: Pages<'a, T, A>,
    from: Option<Value>,
    up_to: Option<Value>,
    begins_with: Option<Value>,
}

/// A read of all items that is being written: [`Table::scan`].
#[must_use = "items are read with `.all().await` or `.page().await`"]
pub struct Scan<'a, T: TableOf, A> {
    read: Pages<'a, T, A>,
}

/// A page of items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<I> {
    /// The items: there may be none although more come.
    pub items: Vec<I>,
    /// The place behind the last one, where there may be more; `None` at the end.
    pub next: Option<Cursor>,
}

/// A place in the items of a table: a string that can be given to a client and comes back. It holds a key, so it is no
/// secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The cursor of a string that a client sent. A string that no page gave is an error of the read.
    pub fn new(text: impl Into<String>) -> Cursor {
        Cursor(text.into())
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

struct Pages<'a, T: TableOf, A> {
    table: &'a Table<T, A>,
    page: PageOf,
    limit: Option<usize>,
    cursor: Option<Cursor>,
    wrong: Option<TableError>,
}

impl<T: TableOf, A: Reads> Table<T, A> {
    /// The items of a partition, in the order of their sort keys.
    ///
    /// ```
    /// # use async_lambda::prelude::*;
    /// # #[derive(Serialize, Deserialize)] pub struct Visit { customer: String, at: u64 }
    /// # pub struct Visits;
    /// # impl TableOf for Visits {
    /// #     const NAME: &'static str = "Visits"; type Item = Visit;
    /// #     type Key = (String, u64); const KEY: (&'static str, &'static str) = ("customer", "at");
    /// # }
    /// async fn latest(visits: ReadTable<Visits>) -> Result<Vec<Visit>, Error> {
    ///     Ok(visits.query("ada").from(1_795_424_400).descending().limit(10).all().await?)
    /// }
    /// ```
    pub fn query(&self, partition: impl IntoKey<<T::Key as TableKey>::Partition>) -> Query<'_, T, A>
    where
        T::Key: SortedKey,
    {
        let (mut read, (from, up_to, begins_with)) = (Pages::of(self), (None, None, None));
        read.page.partition = read.key(&partition.into_key());
        Query { read, from, up_to, begins_with }
    }

    /// All items of the table, in no order: it reads, and costs, the whole table.
    pub fn scan(&self) -> Scan<'_, T, A> {
        Scan { read: Pages::of(self) }
    }
}

impl<T: TableOf, A: Reads> Query<'_, T, A>
where
    T::Key: SortedKey,
{
    /// Only items with this sort key or a larger one.
    pub fn from(mut self, sort: impl IntoKey<<T::Key as SortedKey>::Sort>) -> Self {
        self.from = self.read.key(&sort.into_key());
        self
    }

    /// Only items with this sort key or a smaller one.
    pub fn up_to(mut self, sort: impl IntoKey<<T::Key as SortedKey>::Sort>) -> Self {
        self.up_to = self.read.key(&sort.into_key());
        self
    }

    /// Only items whose sort key, a string, begins with this. It cannot be combined with the other two.
    pub fn begins_with(mut self, start: &str) -> Self
    where
        T::Key: SortedKey<Sort = String>,
    {
        self.begins_with = self.read.key(&start.to_owned());
        self
    }

    /// The largest sort key first.
    pub fn descending(mut self) -> Self {
        self.read.page.descending = true;
        self
    }

    /// At most so many items: of [`all`](Query::all) in total, of a page in it.
    pub fn limit(mut self, items: usize) -> Self {
        self.read.limit = Some(items);
        self
    }

    /// Begins behind the last item of a page: [`Page::next`].
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.read.cursor = Some(cursor);
        self
    }

    /// The items, page by page until there are no more, all in memory.
    ///
    /// # Errors
    ///
    /// A key or a cursor that is not valid; a range that nothing can be in; an item that cannot be read; a call that failed.
    pub async fn all(self) -> Result<Vec<T::Item>, TableError> {
        self.pages()?.all().await
    }

    /// One page: at most 1 MB of items, and at most [`limit`](Query::limit) of them.
    ///
    /// # Errors
    ///
    /// As those of [`all`](Query::all).
    pub async fn page(self) -> Result<Page<T::Item>, TableError> {
        self.pages()?.page().await
    }
}

impl<'a, T: TableOf, A> Query<'a, T, A> {
    fn pages(self) -> Result<Pages<'a, T, A>, TableError> {
        let Query { mut read, from, up_to, begins_with } = self;
        let wrong = |reason: &str| TableError::Key { table: T::NAME, reason: format!("of the query: {reason}") };
        read.page.sort = match (from, up_to, begins_with) {
            (None, None, None) => SortRange::All,
            (Some(from), None, None) => SortRange::From(from),
            (None, Some(up_to), None) => SortRange::UpTo(up_to),
            (None, None, Some(start)) => SortRange::BeginsWith(start),
            (Some(from), Some(up_to), None) => {
                // DynamoDB refuses it.
                if super::value::KeyPart::of(&from) > super::value::KeyPart::of(&up_to) {
                    return Err(wrong(&format!("`from` must not be larger than `up_to`, got `{from}` and `{up_to}`")));
                }
                SortRange::Between(from, up_to)
            }
            _ => return Err(wrong("`begins_with` must not be combined with `from` or `up_to`")),
        };
        Ok(read)
    }
}

impl<T: TableOf, A: Reads> Scan<'_, T, A> {
    /// As [`Query::limit`].
    pub fn limit(mut self, items: usize) -> Self {
        self.read.limit = Some(items);
        self
    }

    /// As [`Query::after`].
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.read.cursor = Some(cursor);
        self
    }

    /// The items, page by page until there are no more, all in memory.
    ///
    /// # Errors
    ///
    /// A cursor that is not valid; an item that cannot be read; a call that failed.
    pub async fn all(self) -> Result<Vec<T::Item>, TableError> {
        self.read.all().await
    }

    /// One page: at most 1 MB of items, and at most [`limit`](Scan::limit) of them.
    ///
    /// # Errors
    ///
    /// As those of [`all`](Scan::all).
    pub async fn page(self) -> Result<Page<T::Item>, TableError> {
        self.read.page().await
    }
}

impl<'a, T: TableOf, A> Pages<'a, T, A> {
    fn of(table: &'a Table<T, A>) -> Pages<'a, T, A> {
        let (partition, after, sort) = (None, None, SortRange::All);
        let page = PageOf { partition, sort, descending: false, limit: None, after, consistent: table.consistent };
        Pages { table, page, limit: None, cursor: None, wrong: None }
    }

    fn key<K: KeyValue>(&mut self, key: &K) -> Option<Value> {
        let error = |reason| TableError::Key { table: T::NAME, reason };
        match key_value(key) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.wrong.get_or_insert(error(reason));
                None
            }
        }
    }

    async fn all(mut self) -> Result<Vec<T::Item>, TableError> {
        let mut items = Vec::new();
        self.begin()?;
        loop {
            let left = self.limit.map(|limit| limit - items.len());
            if left == Some(0) {
                return Ok(items);
            }
            let last = self.read(left, &mut items).await?;
            match last {
                Some(last) => self.page.after = Some(last),
                None => return Ok(items),
            }
        }
    }

    async fn page(mut self) -> Result<Page<T::Item>, TableError> {
        let mut items = Vec::new();
        self.begin()?;
        if self.limit == Some(0) {
            return Ok(Page { items, next: self.cursor });
        }
        let last = self.read(self.limit, &mut items).await?;
        Ok(Page { items, next: last.map(|last| Cursor(Value::Object(last).to_string())) })
    }

    /// Checks what was given, and goes to the place of the cursor.
    fn begin(&mut self) -> Result<(), TableError> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let Some(cursor) = &self.cursor else { return Ok(()) };
        let keys = &self.table.calls.keys;
        let key: Option<Attributes> = serde_json::from_str(cursor.as_str()).ok();
        let key = key.filter(|key| keys.key_of(key).is_some_and(|whole| whole.len() == key.len()));
        // DynamoDB refuses a place in another partition.
        let key =
            key.filter(|key| self.page.partition.is_none() || key.get(&keys.partition) == self.page.partition.as_ref());
        let wrong = || {
            let reason = format!("of the cursor: must be one that this read gave, got `{:.200}`", cursor.as_str());
            TableError::Key { table: T::NAME, reason }
        };
        self.page.after = Some(key.ok_or_else(wrong)?);
        Ok(())
    }

    /// Reads a page, behind the others.
    async fn read(&self, limit: Option<usize>, items: &mut Vec<T::Item>) -> Result<Option<Attributes>, TableError> {
        let calls: &Calls = &self.table.calls;
        let limit = limit.map(|limit| u32::try_from(limit).map_or(MOST, |limit| limit.min(MOST)));
        match calls.make(TableOperation::Read(PageOf { limit, ..self.page.clone() })).await? {
            TableAnswer::Page { items: read, last } => {
                for item in read {
                    items.push(calls.read(item)?);
                }
                Ok(last)
            }
            _ => Err(calls.foreign()),
        }
    }
}
