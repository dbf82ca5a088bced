//! Errors of calls of tables.

use crate::transport::TransportError;

/// The reason why a call of a [`Table`](super::Table) failed.
///
/// ```
/// use async_lambda::{TableError, prelude::*};
/// # #[derive(Serialize, Deserialize)] pub struct Order { id: String }
/// # pub struct Orders;
/// # impl TableOf for Orders {
/// #     const NAME: &'static str = "Orders"; type Item = Order; type Key = String; const KEY: &'static str = "id";
/// # }
///
/// async fn create(event: ApiEvent, orders: WriteTable<Orders>) -> Result<StatusCode, Error> {
///     match orders.put_new(&event.json()?).await {
///         Ok(()) => Ok(StatusCode::CREATED),
///         Err(TableError::AlreadyThere { .. }) => Ok(StatusCode::CONFLICT),
///         Err(error) => Err(error.into()),
///     }
/// }
/// # let app = App::new("shop").api_task("Create", Method::POST, "/orders", create);
/// # assert!(app.model().is_ok());
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// An item with this key is there, and [`put_new`](super::Table::put_new) was to write a new one.
    #[error("table `{table}`: item {key} is there already")]
    AlreadyThere {
        /// The table.
        table: &'static str,
        /// The key, as JSON.
        key: String,
    },
    /// No item has this key, and an [`update`](super::Table::update) was to change one.
    #[error("table `{table}`: item {key} is not there")]
    NotThere {
        /// The table.
        table: &'static str,
        /// The key, as JSON.
        key: String,
    },
    /// A field of the item has another value than [`only_if`](super::Update::only_if) says.
    #[error("table `{table}`: item {key} has other values than expected")]
    NotAsExpected {
        /// The table.
        table: &'static str,
        /// The key, as JSON.
        key: String,
    },
    /// A key that cannot be one. Nothing was done.
    #[error("table `{table}`: key {reason}")]
    Key {
        /// The table.
        table: &'static str,
        /// The rule, and the value.
        reason: String,
    },
    /// A value that DynamoDB does not have, or a field that cannot be changed. Nothing was done.
    #[error("table `{table}`: {reason}")]
    Value {
        /// The table.
        table: &'static str,
        /// The rule, and the value.
        reason: String,
    },
    /// An item that cannot be read as [`TableOf::Item`](crate::TableOf::Item): its type has changed, or another program wrote
    /// it.
    #[error("table `{table}`: item {key} cannot be read: {reason}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The key, as JSON.
        key: String,
        /// The error of serde.
        reason: String,
    },
    /// The call failed: DynamoDB refused it, or did not answer in time.
    #[error("table `{table}`: {source}")]
    Call {
        /// The table.
        table: &'static str,
        /// The error of DynamoDB, or of the network.
        source: TransportError,
    },
}
