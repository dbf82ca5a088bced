//! The operations of DynamoDB that [`Table`](crate::Table) needs.

use serde_json::{Map, Value, json};

use super::{
    AwsError,
    endpoint::{Endpoints, variable},
    json::Json,
    signed::{Scope, Signed},
};
use crate::{
    BoxFuture,
    model::TableUse,
    table::{Attributes, ItemUpdate, PageOf, SortRange, TableAnswer, TableCall, TableKeys, TableOperation},
    transport::TransportError,
};

/// The most bytes of an answer: 16 MB of items, every byte of them escaped.
const MOST_OF_AN_ANSWER: usize = 128 << 20;

/// A client for the application's tables.
#[derive(Debug)]
pub(super) struct DynamoTables {
    json: Json,
    region: String,
}

/// Calls of tables.
pub(super) trait Tables: Send + Sync {
    /// One attempt.
    fn call<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>>;
}

impl Tables for DynamoTables {
    fn call<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(async move {
            let variable_name = TableUse::variable(&call.table.name);
            let table = variable(&variable_name);
            let not_set = || TransportError::permanent(format!("environment: `{variable_name}` must be set"));
            self.ask(&table.ok_or_else(not_set)?, call).await
        })
    }
}

impl DynamoTables {
    pub(super) fn new(client: Signed, endpoints: Endpoints, region: String) -> DynamoTables {
        DynamoTables { json: Json { client, endpoints }, region }
    }

    async fn ask(&self, table: &str, call: &TableCall) -> Result<TableAnswer, TransportError> {
        let TableCall { table: keys, operation } = call;
        let name = operation.call();
        let scope = Scope { call: name, service: "dynamodb", region: &self.region };
        let (target, body) = request(table, keys, operation);
        let url = self.json.endpoints.dynamodb(&self.region);
        let asked = self.json.ask_for(scope, url, target, &body, MOST_OF_AN_ANSWER).await;
        let repeatable = !matches!(operation, TableOperation::Update(update) if !update.is_repeatable());
        let mut answer = asked.map_err(|error| unknown(error, repeatable))?;
        if answer.is_success() {
            return answered(name, table, operation, answer.body.take());
        }
        let refusal = answer.refusal();
        let is = |code: &str| refusal.code.as_deref() == Some(code);
        if is("ConditionalCheckFailedException") {
            return Ok(TableAnswer::Refused { item: object(answer.body["Item"].take()) });
        }
        // More than a partition of the table takes at the moment.
        let is_throttled = is("ProvisionedThroughputExceededException");
        let is_known = refusal.status < 500 && refusal.status >= 300;
        let error = refusal.into_error(&self.json.client.clock);
        Err(match is_throttled {
            true => TransportError::transient(error),
            false => unknown(error, repeatable || is_known),
        })
    }
}

/// The error of a call that may have been made. It is not made again where that would not be the same.
fn unknown(error: TransportError, repeatable: bool) -> TransportError {
    if repeatable || !error.is_transient() {
        return error;
    }
    TransportError::permanent(format!("{error}, so whether it was done is not known"))
}

/// The target of an operation, and its request.
fn request(table: &str, keys: &TableKeys, operation: &TableOperation) -> (&'static str, Value) {
    match operation {
        TableOperation::Get { key, consistent } => {
            ("DynamoDB_20120810.GetItem", json!({"TableName": table, "Key": key, "ConsistentRead": consistent}))
        }
        TableOperation::Put { item, is_new } => {
            let mut body = json!({"TableName": table, "Item": item});
            if *is_new {
                body["ConditionExpression"] = "attribute_not_exists(#key)".into();
                body["ExpressionAttributeNames"] = json!({"#key": keys.partition});
                body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
            }
            ("DynamoDB_20120810.PutItem", body)
        }
        TableOperation::Delete { key } => ("DynamoDB_20120810.DeleteItem", json!({"TableName": table, "Key": key})),
        TableOperation::Update(update) => ("DynamoDB_20120810.UpdateItem", update_request(table, keys, update)),
        TableOperation::Read(page) => page_request(table, keys, page),
        TableOperation::GetAll { keys, consistent } => (
            "DynamoDB_20120810.BatchGetItem",
            json!({"RequestItems": {table: {"Keys": keys, "ConsistentRead": consistent}}}),
        ),
        TableOperation::WriteAll { items, deleted } => {
            let items = items.iter().map(|item| json!({"PutRequest": {"Item": item}}));
            let deleted = deleted.iter().map(|key| json!({"DeleteRequest": {"Key": key}}));
            let requests: Vec<Value> = items.chain(deleted).collect();
            ("DynamoDB_20120810.BatchWriteItem", json!({"RequestItems": {table: requests}}))
        }
    }
}

/// Names and values of an expression: any name of a field can be reserved.
#[derive(Default)]
struct Terms {
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl Terms {
    fn name(&mut self, field: &str) -> String {
        let name = format!("#{}", self.names.len());
        self.names.insert(name.clone(), field.into());
        name
    }

    fn value(&mut self, value: &Value) -> String {
        let name = format!(":{}", self.values.len());
        self.values.insert(name.clone(), value.clone());
        name
    }

    fn give(self, body: &mut Value) {
        for (name, terms) in [("ExpressionAttributeNames", self.names), ("ExpressionAttributeValues", self.values)] {
            if !terms.is_empty() {
                body[name] = terms.into();
            }
        }
    }
}

fn update_request(table: &str, keys: &TableKeys, update: &ItemUpdate) -> Value {
    let mut terms = Terms::default();
    let mut pairs = |fields: &Attributes, between: &str| -> Vec<String> {
        let pair = |(field, value): (&String, &Value)| {
            let (name, value) = (terms.name(field), terms.value(value));
            format!("{name}{between}{value}")
        };
        fields.iter().map(pair).collect()
    };
    let (set, add) = (pairs(&update.set, " = "), pairs(&update.add, " "));
    let mut conditions = pairs(&update.expected, " = ");
    let remove: Vec<String> = update.remove.iter().map(|field| terms.name(field)).collect();
    if update.exists {
        conditions.push(format!("attribute_exists({})", terms.name(&keys.partition)));
    }
    let clauses = [("SET", set), ("ADD", add), ("REMOVE", remove)];
    let clauses = clauses.iter().filter(|(_, parts)| !parts.is_empty());
    let clauses: Vec<String> = clauses.map(|(word, parts)| format!("{word} {}", parts.join(", "))).collect();
    let mut body = json!({"TableName": table, "Key": update.key, "UpdateExpression": clauses.join(" ")});
    if !conditions.is_empty() {
        body["ConditionExpression"] = conditions.join(" AND ").into();
        body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
    }
    if update.returning {
        body["ReturnValues"] = "ALL_NEW".into();
    }
    terms.give(&mut body);
    body
}

fn page_request(table: &str, keys: &TableKeys, page: &PageOf) -> (&'static str, Value) {
    let mut body = json!({"TableName": table, "ConsistentRead": page.consistent});
    if let Some(limit) = page.limit {
        body["Limit"] = limit.into();
    }
    if let Some(after) = &page.after {
        body["ExclusiveStartKey"] = after.clone().into();
    }
    let Some(partition) = &page.partition else { return ("DynamoDB_20120810.Scan", body) };
    let mut terms = Terms::default();
    let mut condition = format!("{} = {}", terms.name(&keys.partition), terms.value(partition));
    if let (Some(sort), true) = (&keys.sort, page.sort != SortRange::All) {
        let name = terms.name(sort);
        condition += " AND ";
        condition += &match &page.sort {
            SortRange::All => String::new(),
            SortRange::From(value) => format!("{name} >= {}", terms.value(value)),
            SortRange::UpTo(value) => format!("{name} <= {}", terms.value(value)),
            SortRange::Between(first, last) => {
                format!("{name} BETWEEN {} AND {}", terms.value(first), terms.value(last))
            }
            SortRange::BeginsWith(start) => format!("begins_with({name}, {})", terms.value(start)),
        };
    }
    body["KeyConditionExpression"] = condition.into();
    body["ScanIndexForward"] = (!page.descending).into();
    terms.give(&mut body);
    ("DynamoDB_20120810.Query", body)
}

/// The answer of a call that was made.
fn answered(
    call: &'static str,
    table: &str,
    operation: &TableOperation,
    mut body: Value,
) -> Result<TableAnswer, TransportError> {
    let objects = |value: Value| match value {
        Value::Array(members) => members.into_iter().filter_map(object).collect(),
        _ => Vec::new(),
    };
    Ok(match operation {
        TableOperation::Get { .. } => TableAnswer::Item(object(body["Item"].take())),
        TableOperation::Put { .. } | TableOperation::Delete { .. } => TableAnswer::Done,
        TableOperation::Update(update) if update.returning => TableAnswer::Item(object(body["Attributes"].take())),
        TableOperation::Update(_) => TableAnswer::Done,
        TableOperation::Read(_) => {
            TableAnswer::Page { items: objects(body["Items"].take()), last: object(body["LastEvaluatedKey"].take()) }
        }
        TableOperation::GetAll { keys, .. } => {
            // A table that was named by its ARN has that name, or its own, in answers.
            let left = objects(only(body["UnprocessedKeys"].take(), table)["Keys"].take());
            let items = objects(only(body["Responses"].take(), table));
            progress(call, left.len(), keys.len())?;
            TableAnswer::Items { items, left }
        }
        TableOperation::WriteAll { items, deleted } => {
            let left = objects(only(body["UnprocessedItems"].take(), table));
            progress(call, left.len(), items.len() + deleted.len())?;
            let (mut items, mut deleted) = (Vec::new(), Vec::new());
            for request in left {
                let part = |name: &str, inner: &str| object(request.get(name)?.get(inner)?.clone());
                items.extend(part("PutRequest", "Item"));
                deleted.extend(part("DeleteRequest", "Key"));
            }
            TableAnswer::Left { items, deleted }
        }
    })
}

/// The member of the table; the only one that is there otherwise.
fn only(mut tables: Value, table: &str) -> Value {
    let Some(tables) = tables.as_object_mut() else { return Value::Null };
    let name = tables.keys().find(|name| *name == table).or_else(|| tables.keys().next()).cloned();
    name.and_then(|name| tables.remove(&name)).unwrap_or_default()
}

/// A call of many that did nothing is one that failed: it is made again after a pause.
fn progress(call: &'static str, left: usize, all: usize) -> Result<(), TransportError> {
    if left < all {
        return Ok(());
    }
    let reason = format!("none of {all} was processed: the table takes no more at the moment");
    Err(TransportError::transient(AwsError::Network { call, reason }))
}

fn object(value: Value) -> Option<Attributes> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{
        super::testing::{client, exchange},
        *,
    };

    fn attributes(value: Value) -> Attributes {
        object(value).unwrap()
    }

    fn keys() -> TableKeys {
        let TableCall { table, .. } = serde_json::from_value(json!({
            "table": {"name": "Visits", "partition": "customer", "sort": "at"},
            "operation": {"Delete": {"key": {}}},
        }))
        .unwrap();
        table
    }

    fn key() -> Attributes {
        attributes(json!({"customer": {"S": "ada"}, "at": {"N": "7"}}))
    }

    fn update() -> ItemUpdate {
        let (set, add, expected) = (Attributes::new(), Attributes::new(), Attributes::new());
        ItemUpdate { key: key(), set, add, remove: Vec::new(), exists: false, expected, returning: false }
    }

    fn page() -> PageOf {
        let (partition, sort) = (Some(json!({"S": "ada"})), SortRange::All);
        PageOf { partition, sort, descending: false, limit: None, after: None, consistent: false }
    }

    fn answer(status: &str, body: &Value) -> String {
        let body = body.to_string();
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    fn refusal(code: &str) -> String {
        let code = format!("com.amazonaws.dynamodb.v20120810#{code}");
        answer("400 Bad Request", &json!({"__type": code, "message": "no"}))
    }

    /// The result of a call that gets this answer, the head of its request, and its body.
    async fn asked(operation: TableOperation, answer: &str) -> (Result<TableAnswer, TransportError>, String, Value) {
        let call = TableCall { table: keys(), operation };
        let (result, request) = exchange(answer, async |url| {
            let endpoints = Endpoints { dynamodb: Some(url), ..Endpoints::default() };
            DynamoTables::new(client(), endpoints, "eu-west-1".to_owned()).ask("shop-visits", &call).await
        })
        .await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        (result, head.to_owned(), serde_json::from_str(body).unwrap())
    }

    /// Checks the request of an operation, and what becomes of the answer.
    async fn check(operation: TableOperation, name: &str, mut request: Value, body: Value, expected: TableAnswer) {
        let (result, head, sent) = asked(operation, &answer("200 OK", &body)).await;
        assert!(head.contains(&format!("x-amz-target: DynamoDB_20120810.{name}\r\n")), "{head}");
        assert!(head.contains("/eu-west-1/dynamodb/aws4_request"), "{head}");
        if !name.starts_with("Batch") {
            request["TableName"] = "shop-visits".into();
        }
        assert_eq!(sent, request, "{name}");
        assert_eq!(result.unwrap(), expected, "{name}");
    }

    #[tokio::test]
    async fn an_item_is_one_call() {
        let (key, item) = (json!(key()), json!({"customer": {"S": "ada"}, "at": {"N": "7"}, "page": {"S": "/"}}));
        let get = TableOperation::Get { key: self::key(), consistent: true };
        let request = json!({"Key": key, "ConsistentRead": true});
        let found = TableAnswer::Item(Some(attributes(item.clone())));
        check(get.clone(), "GetItem", request.clone(), json!({"Item": item}), found).await;
        check(get, "GetItem", request, json!({}), TableAnswer::Item(None)).await;
        let put = |is_new| TableOperation::Put { item: attributes(item.clone()), is_new };
        check(put(false), "PutItem", json!({"Item": item}), json!({}), TableAnswer::Done).await;
        let request = json!({
            "Item": item, "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": "customer"}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        check(put(true), "PutItem", request, json!({}), TableAnswer::Done).await;
        let delete = TableOperation::Delete { key: self::key() };
        check(delete, "DeleteItem", json!({"Key": key}), json!({}), TableAnswer::Done).await;
        let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
        let refused = answer("400 Bad Request", &json!({"__type": code, "message": "no", "Item": item}));
        let (result, ..) = asked(put(true), &refused).await;
        assert_eq!(result.unwrap(), TableAnswer::Refused { item: Some(attributes(item)) });
    }

    #[tokio::test]
    async fn a_change_is_an_expression_without_names_of_fields() {
        let change = ItemUpdate {
            set: attributes(json!({"name": {"S": "x"}, "size": {"N": "1"}})),
            add: attributes(json!({"count": {"N": "2"}})),
            remove: vec!["old".to_owned()],
            exists: true,
            expected: attributes(json!({"version": {"N": "3"}})),
            returning: true,
            ..update()
        };
        let request = json!({
            "Key": key(), "UpdateExpression": "SET #0 = :0, #1 = :1 ADD #2 :2 REMOVE #4",
            "ConditionExpression": "#3 = :3 AND attribute_exists(#5)",
            "ExpressionAttributeNames": {
                "#0": "name", "#1": "size", "#2": "count", "#3": "version", "#4": "old", "#5": "customer",
            },
            "ExpressionAttributeValues": {":0": {"S": "x"}, ":1": {"N": "1"}, ":2": {"N": "2"}, ":3": {"N": "3"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD", "ReturnValues": "ALL_NEW",
        });
        let item = json!({"count": {"N": "9"}});
        let expected = TableAnswer::Item(Some(attributes(item.clone())));
        check(TableOperation::Update(change), "UpdateItem", request, json!({"Attributes": item}), expected).await;
        let remove = TableOperation::Update(ItemUpdate { remove: vec!["old".to_owned()], ..update() });
        let request = json!({
            "Key": key(), "UpdateExpression": "REMOVE #0", "ExpressionAttributeNames": {"#0": "old"},
        });
        check(remove, "UpdateItem", request, json!({}), TableAnswer::Done).await;
    }

    #[tokio::test]
    async fn a_page_is_a_query_or_a_scan() {
        let n = |number: u32| json!({"N": number.to_string()});
        for (sort, condition, values) in [
            (SortRange::All, "", json!({})),
            (SortRange::From(n(1)), " AND #1 >= :1", json!({":1": n(1)})),
            (SortRange::UpTo(n(1)), " AND #1 <= :1", json!({":1": n(1)})),
            (SortRange::Between(n(1), n(2)), " AND #1 BETWEEN :1 AND :2", json!({":1": n(1), ":2": n(2)})),
            (SortRange::BeginsWith(n(1)), " AND begins_with(#1, :1)", json!({":1": n(1)})),
        ] {
            let mut request = json!({
                "ConsistentRead": true, "ScanIndexForward": false, "Limit": 5, "ExclusiveStartKey": key(),
                "KeyConditionExpression": format!("#0 = :0{condition}"),
                "ExpressionAttributeNames": {"#0": "customer"},
                "ExpressionAttributeValues": {":0": {"S": "ada"}},
            });
            if sort != SortRange::All {
                request["ExpressionAttributeNames"]["#1"] = "at".into();
            }
            for (name, value) in attributes(values) {
                request["ExpressionAttributeValues"][name] = value;
            }
            let (after, limit) = (Some(key()), Some(5));
            let query = PageOf { sort, descending: true, limit, after, consistent: true, ..page() };
            let body = json!({"Items": [key()], "LastEvaluatedKey": key()});
            let expected = TableAnswer::Page { items: vec![key()], last: Some(key()) };
            check(TableOperation::Read(query), "Query", request, body, expected).await;
        }
        let scan = TableOperation::Read(PageOf { partition: None, ..page() });
        let expected = TableAnswer::Page { items: Vec::new(), last: None };
        check(scan, "Scan", json!({"ConsistentRead": false}), json!({"Items": []}), expected).await;
    }

    #[tokio::test]
    async fn what_many_leave_undone_is_in_the_answer() {
        let other = attributes(json!({"customer": {"S": "bob"}, "at": {"N": "1"}}));
        let read = TableOperation::GetAll { keys: vec![key(), other.clone()], consistent: false };
        let of_keys = |keys: &[&Attributes]| json!({"shop-visits": {"Keys": keys, "ConsistentRead": false}});
        let request = json!({"RequestItems": of_keys(&[&key(), &other])});
        let body = json!({"Responses": {"shop-visits": [key()]}, "UnprocessedKeys": of_keys(&[&other])});
        let expected = TableAnswer::Items { items: vec![key()], left: vec![other.clone()] };
        check(read.clone(), "BatchGetItem", request, body, expected).await;
        let nothing = answer("200 OK", &json!({"Responses": {}, "UnprocessedKeys": of_keys(&[&key(), &other])}));
        let error = asked(read, &nothing).await.0.unwrap_err();
        assert!(error.is_transient(), "{error}");
        let expected = "dynamodb BatchGetItem: none of 2 was processed: the table takes no more at the moment";
        assert_eq!(error.to_string(), expected);

        let write = TableOperation::WriteAll { items: vec![key()], deleted: vec![other.clone()] };
        let requests = [json!({"PutRequest": {"Item": key()}}), json!({"DeleteRequest": {"Key": other}})];
        let request = json!({"RequestItems": {"shop-visits": requests}});
        let of = |left: &[Value]| json!({"UnprocessedItems": {"shop-visits": left}});
        let expected = TableAnswer::Left { items: Vec::new(), deleted: vec![other.clone()] };
        check(write.clone(), "BatchWriteItem", request.clone(), of(&requests[1..]), expected).await;
        let expected = TableAnswer::Left { items: vec![key()], deleted: Vec::new() };
        check(write.clone(), "BatchWriteItem", request.clone(), of(&requests[..1]), expected).await;
        let done = TableAnswer::Left { items: Vec::new(), deleted: Vec::new() };
        check(write.clone(), "BatchWriteItem", request, json!({"UnprocessedItems": {}}), done).await;
        assert!(asked(write, &answer("200 OK", &of(&requests))).await.0.unwrap_err().is_transient());
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_where_it_may_be() {
        let put = || TableOperation::Put { item: key(), is_new: false };
        let add = || TableOperation::Update(ItemUpdate { add: attributes(json!({"n": {"N": "1"}})), ..update() });
        for (code, expected) in [
            ("ProvisionedThroughputExceededException", true),
            ("ThrottlingException", true),
            ("RequestLimitExceeded", true),
            ("ResourceNotFoundException", false),
            ("AccessDeniedException", false),
            ("ValidationException", false),
        ] {
            for (operation, name) in [(put(), "PutItem"), (add(), "UpdateItem")] {
                let error = asked(operation, &refusal(code)).await.0.unwrap_err();
                assert_eq!(error.is_transient(), expected, "{error}");
                assert_eq!(error.to_string(), format!("dynamodb {name}: {code}: no"));
            }
        }
        // Whether it was done is not known: a sum is not made twice.
        let down = answer("500 Internal Server Error", &json!({"__type": "InternalServerError", "message": "no"}));
        for lost in [down.as_str(), "", "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"] {
            assert!(asked(put(), lost).await.0.unwrap_err().is_transient());
            let error = asked(add(), lost).await.0.unwrap_err();
            assert!(!error.is_transient(), "{error}");
            assert!(error.to_string().ends_with(", so whether it was done is not known"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_large_answer_is_read_to_its_end() {
        let items: Vec<Value> =
            (0..30).map(|at| json!({"page": {"S": "\"".repeat(100_000)}, "at": {"N": at}})).collect();
        let (result, ..) = asked(TableOperation::Read(page()), &answer("200 OK", &json!({"Items": items}))).await;
        let Ok(TableAnswer::Page { items: read, .. }) = result else { panic!("{result:?}") };
        assert_eq!(read.len(), 30);
    }

    #[tokio::test]
    async fn a_function_without_the_table_says_so() {
        let tables = DynamoTables::new(client(), Endpoints::default(), "eu-west-1".to_owned());
        let call = TableCall { table: keys(), operation: TableOperation::Delete { key: key() } };
        let error = Tables::call(&tables, &call).await.unwrap_err();
        assert_eq!(error.to_string(), "environment: `ASYNC_LAMBDA_TABLE_Visits` must be set");
    }
}
