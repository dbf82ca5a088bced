//! Calls of AWS JSON 1.0, for operations that are not worth their part of an SDK: one of SQS's, two of DynamoDB's.

use bytes::Bytes;
use http::response::Parts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    AwsError,
    clock::Correction,
    endpoint::{Endpoints, dns_suffix, is_region},
    error::Refusal,
    s3::{MOST_OF_A_REFUSAL, start_of},
    signed::{Scope, Signed},
};
use crate::{
    failure::one_line,
    transport::{HiddenMessage, Refused, TransportError},
};

const CALL: &str = "sqs ChangeMessageVisibilityBatch";

/// A client for such calls.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) client: Signed,
    pub(super) endpoints: Endpoints,
}

/// The answer to one attempt.
pub(super) struct Answer {
    call: &'static str,
    parts: Parts,
    /// An object, where the service itself has answered.
    pub(super) body: Value,
    signed: Correction,
}

impl Json {
    /// Sets the visibility timeouts of messages; returns those that SQS refused.
    pub(super) async fn change_visibility(
        &self,
        queue_arn: &str,
        messages: &[HiddenMessage],
    ) -> Result<Vec<Refused>, TransportError> {
        let (region, queue_url) = queue_url(queue_arn).map_err(TransportError::permanent)?;
        let scope = Scope { call: CALL, service: "sqs", region };
        let url = self.endpoints.queues(region);
        let answer =
            self.call(scope, url, "AmazonSQS.ChangeMessageVisibilityBatch", &change(&queue_url, messages)).await?;
        let failed = answer["Failed"].as_array().into_iter().flatten();
        let refused = failed.filter_map(|failed| {
            let text = |name: &str| failed[name].as_str().unwrap_or_default();
            let reason = one_line(&format!("{}: {}", text("Code"), text("Message")));
            let retry = failed["SenderFault"] == false;
            Some(Refused { index: text("Id").parse().ok()?, reason, retry })
        });
        Ok(refused.collect())
    }

    /// One attempt. The answer is an object.
    async fn call(
        &self,
        scope: Scope<'_>,
        url: String,
        target: &'static str,
        body: &Value,
    ) -> Result<Value, TransportError> {
        let answer = self.ask(scope, url, target, body).await?;
        if answer.is_success() {
            return Ok(answer.body);
        }
        Err(answer.refusal().into_error(&self.client.clock))
    }

    /// One attempt. The answer may be a refusal.
    pub(super) async fn ask(
        &self,
        scope: Scope<'_>,
        url: String,
        target: &'static str,
        body: &Value,
    ) -> Result<Answer, TransportError> {
        self.ask_for(scope, url, target, body, MOST_OF_A_REFUSAL).await
    }

    /// The same, where the answer may have so many bytes.
    pub(super) async fn ask_for(
        &self,
        scope: Scope<'_>,
        url: String,
        target: &'static str,
        body: &Value,
        most: usize,
    ) -> Result<Answer, TransportError> {
        let failed = |error: &dyn std::error::Error| TransportError::permanent(AwsError::network(scope.call, error));
        let body = Bytes::from(body.to_string());
        let sha256 = Sha256::digest(&body);
        let request = http::Request::post(url)
            .header("content-type", "application/x-amz-json-1.0")
            .header("content-length", body.len())
            .header("x-amz-target", target)
            .body(body)
            .map_err(|error| failed(&error))?;
        let signed = self.client.clock.correction();
        let (parts, body) = self.client.send(scope, request, &sha256).await?.into_parts();
        let body: Value = serde_json::from_str(&start_of(body, most).await).unwrap_or_default();
        Ok(Answer { call: scope.call, parts, body, signed })
    }
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        self.parts.status.is_success() && self.body.is_object()
    }

    /// The error that it reports, if it is no success.
    pub(super) fn refusal(&self) -> Refusal<'_> {
        let Answer { call, parts, body, signed } = self;
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let text = |name: &str| body[name].as_str().map(ToOwned::to_owned);
        Refusal {
            call,
            status: parts.status.as_u16(),
            code: body["__type"].as_str().and_then(|code| code.rsplit('#').next()).map(ToOwned::to_owned),
            message: text("message").or_else(|| text("Message")),
            request_id: header("x-amzn-requestid").map(ToOwned::to_owned),
            date: header("date"),
            signed: *signed,
        }
    }
}

fn change(queue_url: &str, messages: &[HiddenMessage]) -> Value {
    let entry = |(index, message): (usize, &HiddenMessage)| {
        let (id, handle) = (index.to_string(), &message.receipt_handle);
        json!({"Id": id, "ReceiptHandle": handle, "VisibilityTimeout": message.seconds})
    };
    json!({"QueueUrl": queue_url, "Entries": messages.iter().enumerate().map(entry).collect::<Vec<_>>()})
}

/// The region and the URL of a queue: `arn:aws:sqs:REGION:ACCOUNT:NAME`.
fn queue_url(arn: &str) -> Result<(&str, String), AwsError> {
    match arn.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, "sqs", region, account, name] if is_region(region) => {
            Ok((region, format!("https://sqs.{region}.{}/{account}/{name}", dns_suffix(region))))
        }
        _ => Err(AwsError::Network { call: CALL, reason: format!("`{arn}` must be the ARN of a queue") }),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::testing::client, *};

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    /// The result of one call that gets this answer, and its request.
    fn exchange(answer: String) -> (Result<Vec<Refused>, TransportError>, String) {
        let messages = [("handle-1", 300), ("handle-2", 0)]
            .map(|(handle, seconds)| HiddenMessage { receipt_handle: handle.to_owned(), seconds });
        let call = async |url| {
            let json = Json { client: client(), endpoints: Endpoints { sqs: Some(url), ..Endpoints::default() } };
            json.change_visibility("arn:aws:sqs:us-east-1:123456789012:photo-app-Resize", &messages).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(super::super::testing::exchange(&answer, call))
    }

    #[test]
    fn sqs_is_asked_in_json() {
        let body = r#"{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"no"}]}"#;
        let (result, request) = exchange(answer("200 OK", body));
        let reason = "ReceiptHandleIsInvalid: no".to_owned();
        assert_eq!(result.unwrap(), [Refused { index: 1, reason, retry: false }]);
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
        for header in [
            "content-type: application/x-amz-json-1.0",
            "x-amz-target: AmazonSQS.ChangeMessageVisibilityBatch",
            "/us-east-1/sqs/aws4_request",
        ] {
            assert!(head.contains(header), "{head}");
        }
        let queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/photo-app-Resize";
        assert_eq!(
            serde_json::from_str::<Value>(body).unwrap(),
            json!({"QueueUrl": queue_url, "Entries": [
                {"Id": "0", "ReceiptHandle": "handle-1", "VisibilityTimeout": 300},
                {"Id": "1", "ReceiptHandle": "handle-2", "VisibilityTimeout": 0},
            ]})
        );
    }

    #[test]
    fn refusals_say_whether_they_pass() {
        let unknown = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#;
        for (answer, transient, message) in [
            (answer("400 Bad Request", unknown), false, "QueueDoesNotExist: no such queue"),
            (answer("503 Busy", ""), true, "HTTP 503"),
            (answer("200 OK", "nope"), true, "answer cannot be read (HTTP 200)"),
            (String::new(), true, "sqs ChangeMessageVisibilityBatch: "),
        ] {
            let error = exchange(answer).0.unwrap_err();
            assert_eq!(error.is_transient(), transient, "{error}");
            assert!(error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn a_queue_has_its_url_from_its_arn() {
        for (arn, expected) in [
            ("arn:aws:sqs:us-east-1:1:q.fifo", Some("https://sqs.us-east-1.amazonaws.com/1/q.fifo")),
            ("arn:aws-cn:sqs:cn-north-1:1:q", Some("https://sqs.cn-north-1.amazonaws.com.cn/1/q")),
            ("arn:aws:sns:us-east-1:1:q", None),
            ("arn:aws:sqs:us-east-1/:1:q", None),
            ("", None),
        ] {
            assert_eq!(queue_url(arn).ok().map(|(_, url)| url).as_deref(), expected, "{arn}");
        }
    }
}
