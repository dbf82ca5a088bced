//! The event of a DynamoDB task, and how one is registered.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda_model::{self as model, TaskId};
#[cfg(feature = "local")]
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_dynamo::Item;
use serde_json::Value;

use super::DynamoDb;
#[cfg(feature = "local")]
use super::stream_record;
use crate::{
    App, BoxError, Error, FromInvocation,
    event::{EventError, wrong},
    extract::{Edge, Invocation},
    handler::Handler,
    options::Accepts,
};

impl App {
    /// A task that reads the stream of a DynamoDB table: its ARN, which is a string or an intrinsic function as JSON, or a
    /// [`DynamoDb`] with more. It needs the feature `dynamodb`.
    ///
    /// Records of a shard are handled one after the other. One that fails is tried again, 10 times by default, and those behind
    /// it wait; then it is given up, and the application's dead-letter queue is told of it.
    ///
    /// ```
    /// use async_lambda::prelude::*;
    ///
    /// #[derive(Deserialize)]
    /// struct Order { id: String, total: u32 }
    ///
    /// #[handler]
    /// async fn changed(event: DynamoDbEvent<Order>) -> Result<(), Error> {
    ///     if let Some(order) = &event.new_image {
    ///         println!("order {} is {}", order.id, order.total);
    ///     }
    ///     Ok(())
    /// }
    ///
    /// let stream = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2026-11-23T00:00:00.000";
    /// let app = App::new("shop").dynamodb_task("Changed", DynamoDb::new(stream).batch_size(10), changed);
    /// assert!(app.model().is_ok());
    /// ```
    #[track_caller]
    pub fn dynamodb_task<H, Args>(self, id: &str, stream: impl Into<DynamoDb>, handler: H) -> Self
    where
        H: Handler<DynamoDb, Args>,
        DynamoDb: Accepts<H::Kind>,
    {
        self.add(TaskId::new(id.to_owned()), Ok(stream.into()), None, handler)
    }
}

/// A change of an item of a table whose items are `T`s.
#[derive(Clone)]
#[non_exhaustive]
pub struct DynamoDbEvent<T> {
    /// The kind of change.
    pub event_name: DynamoDbEventName,
    /// The item as it is now; `None` for one that was removed, and where the stream's view type has no new images.
    pub new_image: Option<T>,
    /// The item as it was; `None` for one that was inserted, and where the stream's view type has no old images.
    pub old_image: Option<T>,
    /// The place of the record in its shard.
    pub sequence_number: String,
    /// The time at which the change was made, to the second; `None` if the record does not say.
    pub approximate_creation_time: Option<SystemTime>,
    invocation: Invocation,
}

/// The kind of a change: `eventName`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DynamoDbEventName {
    /// A new item.
    Insert,
    /// One or more attributes of an item.
    Modify,
    /// An item that was deleted, by a request or because its time to live was over.
    Remove,
}

impl<T> DynamoDbEvent<T> {
    /// The primary key of the item, as a type with a field for each of its attributes.
    ///
    /// # Errors
    ///
    /// [`EventError::Image`]: the key is not a `K`.
    pub fn keys<K: DeserializeOwned>(&self) -> Result<K, EventError> {
        let raw = self.raw();
        image(raw, "Keys")?.ok_or_else(|| wrong("Keys", "an object", &raw["dynamodb"]["Keys"]))
    }

    /// The record as Lambda got it.
    pub fn raw(&self) -> &Value {
        self.invocation.raw()
    }
}

impl<T: DeserializeOwned> DynamoDbEvent<T> {
    fn of_invocation(invocation: Invocation) -> Result<DynamoDbEvent<T>, EventError> {
        let raw = invocation.raw();
        let event_name = match raw["eventName"].as_str() {
            Some("INSERT") => DynamoDbEventName::Insert,
            Some("MODIFY") => DynamoDbEventName::Modify,
            Some("REMOVE") => DynamoDbEventName::Remove,
            _ => return Err(wrong("eventName", "`INSERT`, `MODIFY` or `REMOVE`", &raw["eventName"])),
        };
        let time = raw["dynamodb"]["ApproximateCreationDateTime"].as_f64();
        let time = time.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Ok(DynamoDbEvent {
            event_name,
            new_image: image(raw, "NewImage")?,
            old_image: image(raw, "OldImage")?,
            sequence_number: raw["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default().to_owned(),
            approximate_creation_time: time.map(|time| UNIX_EPOCH + time),
            invocation,
        })
    }
}

#[cfg(feature = "local")]
impl<T: Serialize + DeserializeOwned> DynamoDbEvent<T> {
    /// A new item, for a test that calls a handler.
    ///
    /// # Panics
    ///
    /// If the item cannot be written and read as one of DynamoDB; so do the others.
    pub fn insert(item: &T) -> DynamoDbEvent<T> {
        DynamoDbEvent::by_hand("INSERT", Some(item), None)
    }

    /// An item that was changed, for a test that calls a handler.
    pub fn modify(old: &T, new: &T) -> DynamoDbEvent<T> {
        DynamoDbEvent::by_hand("MODIFY", Some(new), Some(old))
    }

    /// An item that was deleted, for a test that calls a handler.
    pub fn remove(item: &T) -> DynamoDbEvent<T> {
        DynamoDbEvent::by_hand("REMOVE", None, Some(item))
    }

    fn by_hand(name: &str, new: Option<&T>, old: Option<&T>) -> DynamoDbEvent<T> {
        let mut raw = stream_record(name, "1");
        for (image, item) in [("NewImage", new), ("OldImage", old)] {
            if let Some(item) = item {
                let item: Item = serde_dynamo::to_item(item).expect("a test's item is one of DynamoDB");
                raw["dynamodb"][image] = serde_json::to_value(item).expect("an item of DynamoDB is JSON");
            }
        }
        let trigger = model::Trigger::DynamoDb(DynamoDb::new(""));
        DynamoDbEvent::of_invocation(Invocation::by_hand(trigger, raw)).expect("what was written is read as the same")
    }
}

/// An image of the record, or its keys.
fn image<T: DeserializeOwned>(record: &Value, name: &'static str) -> Result<Option<T>, EventError> {
    let read = |image: &Value| {
        let item: Item = serde::Deserialize::deserialize(image).map_err(BoxError::from)?;
        serde_dynamo::from_item(item).map_err(BoxError::from)
    };
    match &record["dynamodb"][name] {
        Value::Null => Ok(None),
        image => read(image).map(Some).map_err(|source| EventError::Image { image: name, source }),
    }
}

impl<T: DeserializeOwned + Send + 'static> FromInvocation<DynamoDb> for DynamoDbEvent<T> {
    const EDGES: &'static [Edge] = &[];

    async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
        Ok(DynamoDbEvent::of_invocation(invocation.clone())?)
    }
}

impl<T> fmt::Debug for DynamoDbEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DynamoDbEvent { event_name, sequence_number, .. } = self;
        f.debug_struct("DynamoDbEvent")
            .field("event_name", event_name)
            .field("sequence_number", sequence_number)
            .finish_non_exhaustive()
    }
}
