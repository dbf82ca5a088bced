//! The two operations of DynamoDB that [`Once`](crate::Once) needs.
//!
//! Attributes are named as those of Powertools' idempotency; `token` is ours, and says which run wrote the record.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    AwsError,
    endpoint::Endpoints,
    json::Json,
    signed::{Scope, Signed, hex},
};
use crate::{
    BoxFuture,
    once::{Claimed, OnceKey, OnceTable, OnceTimes, time},
    transport::TransportError,
};

const IN_PROGRESS: &str = "INPROGRESS";
const COMPLETED: &str = "COMPLETED";

/// The condition that a key is free of records of other runs: a run that gets no answer asks again, and finds its own
/// record.
const IS_FREE: &str = "attribute_not_exists(#id) OR #expiration < :now OR \
                       (#status = :in_progress AND (#until < :now_ms OR #token = :token))";

/// A client for the table of [`Once`](crate::Once).
#[derive(Debug)]
pub(super) struct DynamoDb {
    json: Json,
    region: String,
    /// `ASYNC_LAMBDA_ONCE_TABLE`.
    table: Option<String>,
}

impl DynamoDb {
    pub(super) fn new(client: Signed, endpoints: Endpoints, region: String, table: Option<String>) -> DynamoDb {
        DynamoDb { json: Json { client, endpoints }, region, table }
    }

    /// Takes a key, if no other run has it.
    async fn put_claim(&self, key: &OnceKey, times: OnceTimes) -> Result<Claimed, TransportError> {
        const CALL: &str = "dynamodb PutItem";
        let body = json!({
            "TableName": self.table()?,
            "Item": {
                "id": {"S": id(key)},
                "status": {"S": IN_PROGRESS},
                "expiration": number(times.lock_expires()),
                "in_progress_expiration": number(times.locked_until_ms),
                "token": {"S": key.token},
            },
            "ConditionExpression": IS_FREE,
            "ExpressionAttributeNames": {
                "#id": "id", "#expiration": "expiration", "#status": "status", "#until": "in_progress_expiration",
                "#token": "token",
            },
            "ExpressionAttributeValues": {
                ":now": number(times.now()), ":now_ms": number(times.now_ms), ":in_progress": {"S": IN_PROGRESS},
                ":token": {"S": key.token},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        match self.call(CALL, "DynamoDB_20120810.PutItem", &body).await? {
            None => Ok(Claimed::New),
            Some(item) => claimed(&item).ok_or_else(|| {
                let reason = format!("record of key `{}` must have a `status`, got {item:.200}", key.text);
                TransportError::permanent(AwsError::Network { call: CALL, reason })
            }),
        }
    }

    /// Keeps the result of a run. `false` where the key is no longer that run's.
    async fn put_result(&self, key: &OnceKey, result: Option<&str>, times: OnceTimes) -> Result<bool, TransportError> {
        let mut body = json!({
            "TableName": self.table()?,
            "Item": {
                "id": {"S": id(key)},
                "status": {"S": COMPLETED},
                "expiration": number(times.expires),
                "token": {"S": key.token},
            },
            "ConditionExpression": "#token = :token",
            "ExpressionAttributeNames": {"#token": "token"},
            "ExpressionAttributeValues": {":token": {"S": key.token}},
        });
        if let Some(result) = result {
            body["Item"]["data"] = json!({"S": result});
        }
        Ok(self.call("dynamodb PutItem", "DynamoDB_20120810.PutItem", &body).await?.is_none())
    }

    /// Frees a key, if it is still that run's.
    async fn delete(&self, key: &OnceKey) -> Result<(), TransportError> {
        let body = json!({
            "TableName": self.table()?,
            "Key": {"id": {"S": id(key)}},
            "ConditionExpression": "#token = :token AND #status = :in_progress",
            "ExpressionAttributeNames": {"#token": "token", "#status": "status"},
            "ExpressionAttributeValues": {":token": {"S": key.token}, ":in_progress": {"S": IN_PROGRESS}},
        });
        self.call("dynamodb DeleteItem", "DynamoDB_20120810.DeleteItem", &body).await.map(drop)
    }

    fn table(&self) -> Result<&str, TransportError> {
        let table = self.table.as_deref().ok_or(AwsError::NotSet("ASYNC_LAMBDA_ONCE_TABLE"));
        table.map_err(TransportError::permanent)
    }

    /// One attempt. Where the condition does not hold, the record that is there, or `null`.
    async fn call(
        &self,
        call: &'static str,
        target: &'static str,
        body: &Value,
    ) -> Result<Option<Value>, TransportError> {
        let scope = Scope { call, service: "dynamodb", region: &self.region };
        let url = self.json.endpoints.dynamodb(&self.region);
        let mut answer = self.json.ask(scope, url, target, body).await?;
        if answer.is_success() {
            return Ok(None);
        }
        let refusal = answer.refusal();
        let is = |code: &str| refusal.code.as_deref() == Some(code);
        if is("ConditionalCheckFailedException") {
            return Ok(Some(answer.body["Item"].take()));
        }
        // More than a partition of the table takes at the moment.
        let is_throttled = is("ProvisionedThroughputExceededException");
        let error = refusal.into_error(&self.json.client.clock);
        Err(if is_throttled { TransportError::transient(error) } else { error })
    }
}

impl OnceTable for DynamoDb {
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>> {
        Box::pin(self.put_claim(key, times))
    }

    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>> {
        Box::pin(self.put_result(key, result, times))
    }

    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(self.delete(key))
    }
}

/// The meaning of a record for another run.
fn claimed(item: &Value) -> Option<Claimed> {
    match item["status"]["S"].as_str()? {
        COMPLETED => Some(Claimed::Done { result: item["data"]["S"].as_str().map(ToOwned::to_owned) }),
        _ => {
            let until = item["in_progress_expiration"]["N"].as_str().and_then(|text| text.parse().ok());
            Some(Claimed::Locked { until: time(until?) })
        }
    }
}

/// The key of a record: the key itself may be long, and nobody's business.
fn id(key: &OnceKey) -> String {
    format!("{}#{}", key.task, hex(&Sha256::digest(&key.text)))
}

fn number(number: u64) -> Value {
    json!({"N": number.to_string()})
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use pretty_assertions::assert_eq;

    use super::{
        super::testing::{client, exchange},
        *,
    };
    use crate::model::TaskId;

    /// A client whose only call gets this answer, the request that it made, and its body.
    async fn answered<T>(
        answer: &str,
        call: impl AsyncFnOnce(&DynamoDb) -> Result<T, TransportError>,
    ) -> (Result<T, TransportError>, String, Value) {
        let (result, request) = exchange(answer, async |url| {
            let endpoints = Endpoints { dynamodb: Some(url), ..Endpoints::default() };
            let table = Some("shop-once".to_owned());
            call(&DynamoDb::new(client(), endpoints, "eu-west-1".to_owned(), table)).await
        })
        .await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        (result, head.to_owned(), serde_json::from_str(body).unwrap())
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    /// The answer of DynamoDB where a condition does not hold.
    fn condition(item: &Value) -> String {
        let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        let body = json!({"__type": code, "message": "The conditional request failed", "Item": item});
        answer("400 Bad Request", &body.to_string())
    }

    fn key() -> OnceKey {
        let (text, token) = (r#""order-7""#.to_owned(), "token-1".to_owned());
        OnceKey { task: TaskId::literal("Charge"), text, token }
    }

    fn times() -> OnceTimes {
        OnceTimes { now_ms: 1_795_424_400_250, locked_until_ms: 1_795_424_410_250, expires: 1_796_634_001 }
    }

    const ID: &str = "Charge#8ace791d47a0d4cdd04e3f1b5f28c32d958d74f17a9a9593ac38a7934fd831f7";

    async fn claim(answer: &str) -> Result<Claimed, TransportError> {
        answered(answer, async |dynamodb| dynamodb.claim(&key(), times()).await).await.0
    }

    #[tokio::test]
    async fn a_key_is_put_where_no_other_run_has_it() {
        let claim = async |dynamodb: &DynamoDb| dynamodb.claim(&key(), times()).await;
        let (result, head, body) = answered(&answer("200 OK", "{}"), claim).await;
        assert_eq!(result.unwrap(), Claimed::New);
        for header in [
            "POST / HTTP/1.1",
            "content-type: application/x-amz-json-1.0",
            "x-amz-target: DynamoDB_20120810.PutItem",
            "/eu-west-1/dynamodb/aws4_request",
        ] {
            assert!(head.contains(header), "{head}");
        }
        assert_eq!(
            body,
            json!({
                "TableName": "shop-once",
                "Item": {
                    "id": {"S": ID}, "status": {"S": "INPROGRESS"}, "expiration": {"N": "1796634001"},
                    "in_progress_expiration": {"N": "1795424410250"}, "token": {"S": "token-1"},
                },
                "ConditionExpression": "attribute_not_exists(#id) OR #expiration < :now OR \
                                        (#status = :in_progress AND (#until < :now_ms OR #token = :token))",
                "ExpressionAttributeNames": {
                    "#id": "id", "#expiration": "expiration", "#status": "status",
                    "#until": "in_progress_expiration", "#token": "token",
                },
                "ExpressionAttributeValues": {
                    ":now": {"N": "1795424400"}, ":now_ms": {"N": "1795424400250"},
                    ":in_progress": {"S": "INPROGRESS"}, ":token": {"S": "token-1"},
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            })
        );
    }

    #[tokio::test]
    async fn the_record_of_another_run_says_what_it_did() {
        let locked = condition(&json!({
            "id": {"S": ID}, "status": {"S": "INPROGRESS"}, "in_progress_expiration": {"N": "1795424405000"},
            "expiration": {"N": "1796634001"}, "token": {"S": "token-2"},
        }));
        let until = UNIX_EPOCH + Duration::from_secs(1_795_424_405);
        assert_eq!(claim(&locked).await.unwrap(), Claimed::Locked { until });
        // As large as DynamoDB takes it, and all of it is escaped.
        let large = "\"".repeat(400_000);
        for (data, expected) in [
            (json!({"S": "{\"a\":1}"}), Some("{\"a\":1}".to_owned())),
            (json!({"S": large}), Some(large.clone())),
            (json!(null), None),
        ] {
            let mut item = json!({"id": {"S": ID}, "status": {"S": "COMPLETED"}, "token": {"S": "token-2"}});
            if !data.is_null() {
                item["data"] = data;
            }
            assert_eq!(claim(&condition(&item)).await.unwrap(), Claimed::Done { result: expected });
        }
        let error = claim(&condition(&json!({"id": {"S": ID}}))).await.unwrap_err();
        assert!(!error.is_transient());
        let expected = r#"dynamodb PutItem: record of key `"order-7"` must have a `status`, got {"id":"#;
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[tokio::test]
    async fn a_result_is_put_over_the_record_of_its_own_run() {
        let complete = async |dynamodb: &DynamoDb| dynamodb.complete(&key(), Some(r#"{"receipt":1}"#), times()).await;
        let (result, head, body) = answered(&answer("200 OK", "{}"), complete).await;
        assert!(result.unwrap() && head.contains("x-amz-target: DynamoDB_20120810.PutItem"));
        let mut expected = json!({
            "TableName": "shop-once",
            "Item": {
                "id": {"S": ID}, "status": {"S": "COMPLETED"}, "expiration": {"N": "1796634001"},
                "token": {"S": "token-1"}, "data": {"S": r#"{"receipt":1}"#},
            },
            "ConditionExpression": "#token = :token",
            "ExpressionAttributeNames": {"#token": "token"},
            "ExpressionAttributeValues": {":token": {"S": "token-1"}},
        });
        assert_eq!(body, expected);
        let complete = async |dynamodb: &DynamoDb| dynamodb.complete(&key(), None, times()).await;
        let (result, _, body) = answered(&condition(&json!(null)), complete).await;
        assert!(!result.unwrap(), "another run has it");
        expected["Item"].as_object_mut().unwrap().remove("data");
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_key_is_freed_by_its_own_run() {
        let release = async |dynamodb: &DynamoDb| dynamodb.release(&key()).await;
        let (result, head, body) = answered(&answer("200 OK", "{}"), release).await;
        result.unwrap();
        assert!(head.contains("x-amz-target: DynamoDB_20120810.DeleteItem"), "{head}");
        assert_eq!(
            body,
            json!({
                "TableName": "shop-once",
                "Key": {"id": {"S": ID}},
                "ConditionExpression": "#token = :token AND #status = :in_progress",
                "ExpressionAttributeNames": {"#token": "token", "#status": "status"},
                "ExpressionAttributeValues": {":token": {"S": "token-1"}, ":in_progress": {"S": "INPROGRESS"}},
            })
        );
        answered(&condition(&json!(null)), release).await.0.unwrap();
    }

    #[tokio::test]
    async fn what_passes_is_tried_again() {
        for (status, code, expected) in [
            ("400 Bad Request", "ProvisionedThroughputExceededException", true),
            ("400 Bad Request", "ThrottlingException", true),
            ("400 Bad Request", "RequestLimitExceeded", true),
            ("500 Internal Server Error", "InternalServerError", true),
            ("400 Bad Request", "ResourceNotFoundException", false),
            ("400 Bad Request", "AccessDeniedException", false),
            ("400 Bad Request", "ValidationException", false),
        ] {
            let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no"});
            let error = claim(&answer(status, &body.to_string())).await.unwrap_err();
            assert_eq!(error.is_transient(), expected, "{error}");
            assert_eq!(error.to_string(), format!("dynamodb PutItem: {code}: no"));
        }
        assert!(claim(&answer("200 OK", "<html>")).await.unwrap_err().is_transient());
        assert!(claim("").await.unwrap_err().is_transient());
    }

    #[tokio::test]
    async fn a_function_without_the_table_says_so() {
        let dynamodb = DynamoDb::new(client(), Endpoints::default(), "eu-west-1".to_owned(), None);
        let error = dynamodb.claim(&key(), times()).await.unwrap_err().to_string();
        assert_eq!(error, "environment: `ASYNC_LAMBDA_ONCE_TABLE` must be set");
    }
}
