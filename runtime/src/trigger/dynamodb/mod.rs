//! DynamoDB tasks: changes of the items of a table.
//!
//! The event, and with it the method of `App`, is behind the feature `dynamodb`: synthesis of an application without such a task
//! compiles no crate for its images.

#[cfg(feature = "dynamodb")]
mod event;

use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::Instrument;

pub use async_lambda_model::trigger::{DynamoDb, StartingPosition};
#[cfg(feature = "dynamodb")]
pub use event::{DynamoDbEvent, DynamoDbEventName};

use super::{Kind, ReturnsJson, Trigger, sealed};
#[cfg(feature = "local")]
use crate::local::{Invoke, LocalError};
use crate::{
    BoxFuture,
    engine::Run,
    failure::Failure,
    record::{self, Record},
};

impl Trigger for DynamoDb {}
impl ReturnsJson for DynamoDb {}
impl sealed::Trigger for DynamoDb {}

impl Kind for DynamoDb {
    fn run<'a>(&'a self, run: &'a Run, event: Value) -> BoxFuture<'a, Result<Value, Failure>> {
        Box::pin(run_shard(run, event))
    }

    #[cfg(feature = "local")]
    fn options(&self) -> &'static [&'static str] {
        &["--payload"]
    }

    /// The payload is a record, of which what is missing is added.
    #[cfg(feature = "local")]
    fn event(
        &self,
        _: &async_lambda_model::TaskModel,
        invoke: &Invoke,
        _: &[async_lambda_model::MediaType],
    ) -> Result<Value, LocalError> {
        let given = invoke.payload()?;
        let name = match (&given["dynamodb"]["NewImage"], &given["dynamodb"]["OldImage"]) {
            (Value::Null, Value::Object(_)) => "REMOVE",
            (Value::Object(_), Value::Object(_)) => "MODIFY",
            _ => "INSERT",
        };
        let mut record = stream_record(name, "1");
        merge(&mut record, given);
        Ok(record)
    }
}

/// Runs a handler on each record of a shard, in order, until one fails. Returns that one's sequence number: Lambda tries it
/// and all behind it again, whatever else is said.
async fn run_shard(run: &Run, mut event: Value) -> Result<Value, Failure> {
    let Some(Value::Array(records)) = event.get_mut("Records").map(Value::take) else {
        return Err(Failure::NoRecords);
    };
    let mut shard = Vec::with_capacity(records.len());
    for (index, value) in records.into_iter().enumerate() {
        match value["dynamodb"]["SequenceNumber"].as_str() {
            Some(number) if !number.is_empty() => shard.push(Record { message_id: number.to_owned(), value }),
            _ => return Err(Failure::NoSequenceNumber { index }),
        }
    }
    let count = shard.len();
    for (index, record) in shard.into_iter().enumerate() {
        let (span, number) = (record.span(), record.message_id.clone());
        let is_late = run.cut_off.is_some_and(|cut_off| cut_off <= Instant::now());
        let handled = async {
            let result = if is_late { Err(Failure::NoTime) } else { record::run(run, record).await };
            let Err(failure) = result else { return true };
            tracing::error!(kind = failure.kind(), reason = %failure, waiting = count - index - 1, "record failed");
            run.count(&failure);
            false
        };
        if !handled.instrument(span).await {
            return Ok(json!({ "batchItemFailures": [{ "itemIdentifier": number }] }));
        }
    }
    Ok(json!({ "batchItemFailures": [] }))
}

/// A record without images.
#[cfg(feature = "local")]
fn stream_record(event_name: &str, sequence_number: &str) -> Value {
    json!({
        "eventID": sequence_number,
        "eventName": event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "",
        "eventSourceARN": "",
        "dynamodb": { "Keys": {}, "SequenceNumber": sequence_number, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    })
}

/// Puts the values of an object over those of another.
#[cfg(feature = "local")]
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

#[cfg(all(test, feature = "local"))]
mod tests {
    use serde_json::json;

    use super::{DynamoDb, Kind};
    use crate::local::Invoke;

    #[test]
    fn what_a_record_on_the_command_line_lacks_is_added() {
        let task =
            json!({"id": "A", "origin": {"file": "", "line": 1}, "trigger": {"dynamodb": {"stream_arn": "arn"}}});
        let task = serde_json::from_value(task).unwrap();
        let record = |payload: &str| {
            let invoke = Invoke { payload: Some(payload.to_owned()), ..Invoke::default() };
            DynamoDb::new("arn").event(&task, &invoke, &[]).unwrap()
        };
        let removed = record(r#"{"dynamodb": {"OldImage": {"id": {"S": "a"}}, "Keys": {"id": {"S": "a"}}}}"#);
        assert_eq!(removed["eventName"], "REMOVE");
        assert_eq!(removed["dynamodb"]["SequenceNumber"], "1");
        assert_eq!(removed["dynamodb"]["Keys"], json!({"id": {"S": "a"}}));
        assert_eq!(record(r#"{"dynamodb": {"OldImage": {}, "NewImage": {}}}"#)["eventName"], "MODIFY");
        assert_eq!(record(r#"{"eventName": "REMOVE", "eventID": "7"}"#)["eventName"], "REMOVE");
        assert_eq!(record("{}")["eventName"], "INSERT");
    }
}
