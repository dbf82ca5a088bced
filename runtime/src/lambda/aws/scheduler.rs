//! The three calls of EventBridge Scheduler that messages for a later time need.

use std::time::SystemTime;

use aws_smithy_types::{
    body::SdkBody,
    date_time::{DateTime, Format},
};
use bytes::Bytes;
use http::{Method, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    AwsError,
    endpoint::{Endpoints, partition},
    error::Refusal,
    s3::{start, whole},
    signed::{Scope, Signed},
};
use crate::transport::{OutgoingMessage, OutgoingSchedule, TransportError};

/// The values that the template gives to a function that may make schedules.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// `ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP`.
    pub(super) name: Option<String>,
    /// `ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN`.
    pub(super) role: Option<String>,
    /// `ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN`.
    pub(super) dead_letters: Option<String>,
}

/// A client for schedules.
#[derive(Debug)]
pub(super) struct Scheduler {
    pub(super) client: Signed,
    pub(super) endpoints: Endpoints,
    pub(super) region: String,
    pub(super) group: Group,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Schedule {
    schedule_expression: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    #[serde(alias = "Message")]
    message: Option<String>,
    #[serde(rename = "__type")]
    code: Option<String>,
}

impl Group {
    /// One of the variables, which this function needs.
    fn needed<'a>(value: Option<&'a String>, variable: &'static str) -> Result<&'a str, TransportError> {
        value.map(String::as_str).ok_or_else(|| TransportError::permanent(AwsError::NotSet(variable)))
    }

    fn name(&self) -> Result<&str, TransportError> {
        Group::needed(self.name.as_ref(), "ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP")
    }
}

impl Scheduler {
    /// Makes a schedule that sends a message to the queue of this URL.
    pub(super) async fn create(
        &self,
        queue_url: &str,
        message: &OutgoingMessage,
        schedule: &OutgoingSchedule,
    ) -> Result<(), TransportError> {
        const CALL: &str = "scheduler CreateSchedule";
        let body = self.body(queue_url, message, schedule)?.to_string();
        let uri = format!("{}/schedules/{}", self.endpoints.scheduler(&self.region), schedule.name);
        self.call(CALL, Method::POST, uri, body.into()).await.map(drop)
    }

    /// The time at which a schedule fires.
    pub(super) async fn time(&self, name: &str) -> Result<SystemTime, TransportError> {
        const CALL: &str = "scheduler GetSchedule";
        let (parts, body) = self.call(CALL, Method::GET, self.uri(name)?, Bytes::new()).await?.into_parts();
        let body = whole(CALL, &parts.headers, body).await?;
        let schedule: Result<Schedule, _> = serde_json::from_slice(&body);
        let schedule = schedule.map_err(|error| TransportError::permanent(AwsError::network(CALL, &error)))?;
        time(&schedule.schedule_expression).ok_or_else(|| {
            let reason =
                format!("expression must be `at(yyyy-mm-ddThh:mm:ss)`, got `{}`", schedule.schedule_expression);
            TransportError::permanent(AwsError::Network { call: CALL, reason })
        })
    }

    /// Deletes a schedule.
    pub(super) async fn delete(&self, name: &str) -> Result<(), TransportError> {
        self.call("scheduler DeleteSchedule", Method::DELETE, self.uri(name)?, Bytes::new()).await.map(drop)
    }

    fn uri(&self, name: &str) -> Result<String, TransportError> {
        let endpoint = self.endpoints.scheduler(&self.region);
        Ok(format!("{endpoint}/schedules/{name}?groupName={}", self.group.name()?))
    }

    fn body(
        &self,
        queue_url: &str,
        message: &OutgoingMessage,
        schedule: &OutgoingSchedule,
    ) -> Result<Value, TransportError> {
        let Group { role, dead_letters, .. } = &self.group;
        let role = Group::needed(role.as_ref(), "ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN")?;
        let dead_letters = Group::needed(dead_letters.as_ref(), "ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN")?;
        Ok(json!({
            "ActionAfterCompletion": "DELETE",
            "ClientToken": schedule.token,
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "GroupName": self.group.name()?,
            "ScheduleExpression": expression(schedule.at),
            "ScheduleExpressionTimezone": "UTC",
            "Target": {
                "Arn": format!("arn:{}:scheduler:::aws-sdk:sqs:sendMessage", partition(&self.region)),
                "RoleArn": role,
                "Input": input(queue_url, message).to_string(),
                "DeadLetterConfig": { "Arn": dead_letters },
            },
        }))
    }

    async fn call(
        &self,
        call: &'static str,
        method: Method,
        uri: String,
        body: Bytes,
    ) -> Result<Response<SdkBody>, TransportError> {
        let sha256 = Sha256::digest(&body);
        let is_create = method == Method::POST;
        let mut request = http::Request::builder().method(method).uri(uri);
        if is_create {
            request = request.header("content-type", "application/json").header("content-length", body.len());
        }
        let request = request.body(body);
        let request = request.map_err(|error| TransportError::permanent(AwsError::network(call, &error)))?;
        let signed = self.client.clock.correction();
        let scope = Scope { call, service: "scheduler", region: &self.region };
        let response = self.client.send(scope, request, &sha256).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let refused: Refused = serde_json::from_str(&start(body).await).unwrap_or_default();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        // `ConflictException`, with a namespace before it or an address behind it.
        let code = header("x-amzn-errortype").map(ToOwned::to_owned).or(refused.code);
        let code = code.as_deref().and_then(|code| code.split(':').next()?.rsplit('#').next()).map(ToOwned::to_owned);
        let is = |expected: &str| code.as_deref() == Some(expected);
        let (is_conflict, is_missing) = (is("ConflictException"), is("ResourceNotFoundException"));
        let refusal = Refusal {
            call,
            status: parts.status.as_u16(),
            code,
            message: refused.message,
            request_id: header("x-amzn-requestid").map(ToOwned::to_owned),
            date: header("date"),
            signed,
        };
        let error = refusal.into_error(&self.client.clock);
        Err(match is_create {
            true if is_conflict => TransportError::conflict(error),
            // Of a new schedule, it is the group.
            false if is_missing => TransportError::missing(error),
            _ => error,
        })
    }
}

/// The parameters of SQS's `SendMessage`.
fn input(queue_url: &str, message: &OutgoingMessage) -> Value {
    let mut input = json!({ "QueueUrl": queue_url, "MessageBody": message.body, "DelaySeconds": message.delay_secs });
    if let Some(group) = &message.group {
        input["MessageGroupId"] = group.as_str().into();
    }
    if let Some(header) = &message.trace_header {
        let header = json!({ "DataType": "String", "StringValue": header });
        input["MessageSystemAttributes"] = json!({ "AWSTraceHeader": header });
    }
    input
}

fn expression(at: SystemTime) -> String {
    // Every time before the year 10000 can be written.
    let text = DateTime::from(at).fmt(Format::DateTime).unwrap_or_default();
    format!("at({})", text.trim_end_matches('Z'))
}

fn time(expression: &str) -> Option<SystemTime> {
    let text = expression.strip_prefix("at(")?.strip_suffix(')')?;
    let time = DateTime::from_str(&format!("{text}Z"), Format::DateTime).ok()?;
    SystemTime::try_from(time).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use pretty_assertions::assert_eq;

    use super::{
        super::testing::{client, exchange},
        *,
    };

    /// A client whose only call gets this answer, and the request that it made.
    async fn answered<T>(
        answer: &str,
        call: impl AsyncFnOnce(&Scheduler) -> Result<T, TransportError>,
    ) -> (Result<T, TransportError>, String) {
        let text = |text: &str| Some(text.to_owned());
        let group = Group { name: text("shop-delay"), role: text("arn:role"), dead_letters: text("arn:queue") };
        exchange(answer, async |url| {
            let endpoints = Endpoints { scheduler: Some(format!("{url}/")), ..Endpoints::default() };
            call(&Scheduler { client: client(), endpoints, region: "cn-north-1".to_owned(), group }).await
        })
        .await
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
    }

    fn message() -> (OutgoingMessage, OutgoingSchedule) {
        let message = OutgoingMessage {
            delay_secs: 900,
            group: Some("g".to_owned()),
            trace_header: Some("Root=1".to_owned()),
            ..OutgoingMessage::new("{\"payload\": \"ü\"}".to_owned())
        };
        let at = UNIX_EPOCH + Duration::from_secs(1_795_424_400);
        let (name, token) = ("order-7".to_owned(), "token-1".to_owned());
        (message, OutgoingSchedule { name, at, wait_secs: 60, token })
    }

    #[tokio::test]
    async fn a_schedule_sends_a_message() {
        let (message, schedule) = message();
        let url = "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/shop-Mail-L1";
        let created = answer("200 OK", "", r#"{"ScheduleArn": "arn"}"#);
        let create = async |scheduler: &Scheduler| scheduler.create(url, &message, &schedule).await;
        let (result, request) = answered(&created, create).await;
        result.unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /schedules/order-7 HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("/cn-north-1/scheduler/aws4_request"), "{head}");
        let mut body: Value = serde_json::from_str(body).unwrap();
        let input: Value = serde_json::from_str(body["Target"]["Input"].take().as_str().unwrap()).unwrap();
        assert_eq!(
            input,
            json!({
                "QueueUrl": url, "MessageBody": "{\"payload\": \"ü\"}", "DelaySeconds": 900, "MessageGroupId": "g",
                "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}},
            })
        );
        assert_eq!(
            body,
            json!({
                "ActionAfterCompletion": "DELETE",
                "ClientToken": "token-1",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "GroupName": "shop-delay",
                "ScheduleExpression": "at(2026-11-23T09:00:00)",
                "ScheduleExpressionTimezone": "UTC",
                "Target": {
                    "Arn": "arn:aws-cn:scheduler:::aws-sdk:sqs:sendMessage",
                    "RoleArn": "arn:role",
                    "Input": null,
                    "DeadLetterConfig": {"Arn": "arn:queue"},
                },
            })
        );
    }

    #[tokio::test]
    async fn answers_are_told_apart() {
        let (message, schedule) = message();
        let create = async |scheduler: &Scheduler| scheduler.create("https://queue", &message, &schedule).await;
        let delete = async |scheduler: &Scheduler| scheduler.delete("order-7").await;
        let conflict = answer(
            "409 Conflict",
            "x-amzn-errortype: ConflictException:http://internal/\r\nx-amzn-requestid: 7f3a\r\n",
            r#"{"Message": "Schedule order-7 already exists."}"#,
        );
        let error = answered(&conflict, create).await.0.unwrap_err();
        assert!(error.is_conflict() && !error.is_transient());
        let expected =
            "scheduler CreateSchedule: ConflictException: Schedule order-7 already exists. (request id 7f3a)";
        assert_eq!(error.to_string(), expected);
        assert!(!answered(&conflict, delete).await.0.unwrap_err().is_conflict());

        let missing = answer(
            "404 Not Found",
            "",
            r#"{"__type": "com.amazonaws.scheduler#ResourceNotFoundException", "message": "no"}"#,
        );
        assert!(answered(&missing, delete).await.0.unwrap_err().is_missing());
        // The group is not there.
        assert!(!answered(&missing, create).await.0.unwrap_err().is_missing());

        let throttled = answer("429 Too Many Requests", "x-amzn-errortype: ThrottlingException\r\n", "{}");
        assert!(answered(&throttled, create).await.0.unwrap_err().is_transient());
        let broken = answer("502 Bad Gateway", "", "<html>");
        assert!(answered(&broken, create).await.0.unwrap_err().is_transient());
    }

    #[tokio::test]
    async fn schedules_are_found_and_deleted() {
        let found = format!(
            r#"{{"Target": {{"Input": "{}"}}, "ScheduleExpression": "at(2026-11-23T09:00:00)"}}"#,
            "x".repeat(100_000)
        );
        let get = async |scheduler: &Scheduler| scheduler.time("order-7").await;
        let (time, request) = answered(&answer("200 OK", "", &found), get).await;
        assert_eq!(time.unwrap(), message().1.at);
        assert!(request.starts_with("GET /schedules/order-7?groupName=shop-delay HTTP/1.1\r\n"), "{request}");
        let rate = answer("200 OK", "", r#"{"ScheduleExpression": "rate(1 day)"}"#);
        let error = answered(&rate, get).await.0.unwrap_err().to_string();
        assert!(error.ends_with("must be `at(yyyy-mm-ddThh:mm:ss)`, got `rate(1 day)`"), "{error}");

        let delete = async |scheduler: &Scheduler| scheduler.delete("order-7").await;
        let (result, request) = answered(&answer("200 OK", "", "{}"), delete).await;
        result.unwrap();
        assert!(request.starts_with("DELETE /schedules/order-7?groupName=shop-delay HTTP/1.1\r\n"), "{request}");
    }

    #[test]
    fn a_function_without_the_variables_says_so() {
        let group = Group::default();
        let error = group.name().unwrap_err().to_string();
        assert_eq!(error, "environment: `ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP` must be set");
    }
}
