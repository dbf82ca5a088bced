//! Changes of some fields of an item.

use async_lambda_model::TableOf;
use serde::Serialize;

use super::{
    Calls, IntoKey, ItemUpdate, Reads, Table, TableAnswer, TableError, TableOperation, Writes, call::Attributes,
};

/// A change of an item that is being written: [`Table::update`].
#[must_use = "an item is changed with `.send().await`"]
pub struct Update<'a, T: TableOf, A> {
    table: &'a Table<T, A>,
    update: ItemUpdate,
    /// The first value or key that is wrong.
    wrong: Option<TableError>,
}

impl<T: TableOf, A: Writes> Table<T, A> {
    /// Changes fields of an item, which must be there. Other fields stay as they are.
    ///
    /// ```
    /// # use async_lambda::prelude::*;
    /// # #[derive(Serialize, Deserialize)] pub struct Account { id: String, cents: i64, locked: bool }
    /// # pub struct Accounts;
    /// # impl TableOf for Accounts {
    /// #     const NAME: &'static str = "Accounts"; type Item = Account;
    /// #     type Key = String; const KEY: &'static str = "id";
    /// # }
    /// async fn pay_in(accounts: Table<Accounts>, id: &str) -> Result<(), Error> {
    ///     let account = accounts.update(id).add("cents", 500).only_if("locked", &false).returning().await?;
    ///     println!("now {} cents", account.cents);
    ///     Ok(())
    /// }
    /// ```
    pub fn update(&self, key: impl IntoKey<T::Key>) -> Update<'_, T, A> {
        let key = self.calls.key::<T>(&key.into_key());
        let (key, wrong) = key.map_or_else(|error| (Attributes::new(), Some(error)), |key| (key, None));
        let (set, add, expected) = (Attributes::new(), Attributes::new(), Attributes::new());
        let update = ItemUpdate { key, set, add, remove: Vec::new(), exists: true, expected, returning: false };
        Update { table: self, update, wrong }
    }
}

impl<T: TableOf, A: Writes> Update<'_, T, A> {
    /// Sets a field, named as serde names it. Of two values for one field the last one counts.
    pub fn set<V: Serialize + ?Sized>(mut self, field: &str, value: &V) -> Self {
        self.put(field, value, |update| &mut update.set);
        self
    }

    /// Adds a number to a field, which counts as 0 where it is missing; a negative number makes it smaller. It is exact, with up
    /// to 38 digits, and counts what others add at the same time.
    ///
    /// An attempt without an answer may have been made, so it is not made again: [`send`](Update::send) is an error then. A
    /// message that comes again adds again; [`Once`](crate::Once) is for that.
    pub fn add(mut self, field: &str, number: impl Serialize) -> Self {
        if let Some(false) = self.put(field, &number, |update| &mut update.add).map(|value| value.get("N").is_some()) {
            let reason = format!("field `{field}`: what is added must be a number");
            self.wrong.get_or_insert(TableError::Value { table: self.calls().name, reason });
        }
        self
    }

    /// Removes a field. It need not be there.
    pub fn remove(mut self, field: &str) -> Self {
        match self.calls().value(field, "") {
            Ok(_) => self.forget(field),
            Err(error) => {
                self.wrong.get_or_insert(error);
            }
        }
        self.update.remove.push(field.to_owned());
        self
    }

    /// Changes the item only if a field has this value now. `None` is a field that was written as `None`.
    pub fn only_if<V: Serialize + ?Sized>(mut self, field: &str, value: &V) -> Self {
        match self.calls().value(field, value) {
            Ok(value) => {
                self.update.expected.insert(field.to_owned(), value);
            }
            Err(error) => {
                self.wrong.get_or_insert(error);
            }
        }
        self
    }

    /// Makes the item where it is not there, of its key and the fields that are set and added.
    pub fn or_insert(mut self) -> Self {
        self.update.exists = false;
        self
    }

    /// Makes the change.
    ///
    /// # Errors
    ///
    /// [`TableError::NotThere`], without [`or_insert`](Update::or_insert); [`TableError::NotAsExpected`]; a key or a value that
    /// cannot be one; the call failed, for example because a field that grows is no number, or because the item would have more
    /// than 400 KB.
    pub async fn send(self) -> Result<(), TableError> {
        self.answer().await.map(drop)
    }

    /// Makes the change, and gives back the whole item as it is then.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Update::send); the item cannot be read.
    pub async fn returning(mut self) -> Result<T::Item, TableError>
    where
        A: Reads,
    {
        self.update.returning = true;
        let table = self.table;
        match self.answer().await? {
            TableAnswer::Item(Some(item)) => table.calls.read(item),
            _ => Err(table.calls.foreign()),
        }
    }

    fn calls(&self) -> &Calls {
        &self.table.calls
    }

    /// Puts a value into one of the maps. The value, if it is one.
    fn put<V: Serialize + ?Sized>(
        &mut self,
        field: &str,
        value: &V,
        map: fn(&mut ItemUpdate) -> &mut Attributes,
    ) -> Option<serde_json::Value> {
        match self.calls().value(field, value) {
            Ok(value) => {
                self.forget(field);
                map(&mut self.update).insert(field.to_owned(), value.clone());
                Some(value)
            }
            Err(error) => {
                self.wrong.get_or_insert(error);
                None
            }
        }
    }

    /// A field changes in one way: DynamoDB refuses two.
    fn forget(&mut self, field: &str) {
        self.update.set.remove(field);
        self.update.add.remove(field);
        self.update.remove.retain(|known| known != field);
    }

    async fn answer(self) -> Result<TableAnswer, TableError> {
        let Update { table, update, wrong } = self;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let calls = &table.calls;
        if update.set.is_empty() && update.add.is_empty() && update.remove.is_empty() {
            let reason = "an update must set, add or remove a field".to_owned();
            return Err(TableError::Value { table: calls.name, reason });
        }
        let key = update.key.clone();
        match calls.make(TableOperation::Update(update)).await? {
            TableAnswer::Refused { item } => {
                let (table, key) = (calls.name, calls.text(&key));
                Err(match item {
                    None => TableError::NotThere { table, key },
                    Some(_) => TableError::NotAsExpected { table, key },
                })
            }
            answer => Ok(answer),
        }
    }
}
