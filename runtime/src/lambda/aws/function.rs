//! The one call of Lambda: a function of the application, and its answer.

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    AwsError,
    endpoint::Endpoints,
    error::Refusal,
    signed::{Scope, Signed},
};
use crate::transport::{Called, TransportError};

const CALL: &str = "lambda Invoke";

/// More than Lambda's limit of an answer, 6 MB and a little.
const MOST_BYTES: usize = 8 << 20;

/// A client for functions.
#[derive(Debug)]
pub(super) struct Functions {
    client: Signed,
    endpoints: Endpoints,
    region: String,
}

impl Functions {
    pub(super) fn new(client: Signed, endpoints: Endpoints, region: String) -> Functions {
        Functions { client, endpoints, region }
    }

    /// Invokes a function once, and waits for its answer.
    pub(super) async fn call(
        &self,
        name: &str,
        request: Bytes,
        trace_header: Option<&str>,
    ) -> Result<Called, TransportError> {
        let failed = |error: &dyn std::error::Error| TransportError::permanent(AwsError::network(CALL, error));
        let sha256 = Sha256::digest(&request);
        let mut http = http::Request::post(self.endpoints.function(&self.region, name))
            .header("content-type", "application/json")
            .header("content-length", request.len())
            .header("x-amz-invocation-type", "RequestResponse");
        if let Some(header) = trace_header {
            http = http.header("x-amzn-trace-id", header);
        }
        let http = http.body(request).map_err(|error| failed(&error))?;
        let signed = self.client.clock.correction();
        let scope = Scope { call: CALL, service: "lambda", region: &self.region };
        let response = self.client.send(scope, http, &sha256).await?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| failed(&*error))?.to_bytes();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        if parts.status != 200 {
            let text = |name| Some(serde_json::from_slice::<Value>(&body).ok()?[name].as_str()?.to_owned());
            let code = header("x-amzn-errortype").and_then(|code| code.split(':').next());
            let refusal = Refusal {
                call: CALL,
                status: parts.status.as_u16(),
                code: code.map(ToOwned::to_owned),
                message: text("message").or_else(|| text("Message")),
                request_id: header("x-amzn-requestid").map(ToOwned::to_owned),
                date: header("date"),
                signed,
            };
            return Err(refusal.into_error(&self.client.clock));
        }
        Ok(match header("x-amz-function-error") {
            None => Called::Answer(body),
            Some(error) => failure(error, &body),
        })
    }
}

/// A failure, as the runtime of the function, or Lambda in its place, writes it.
fn failure(error: &str, body: &[u8]) -> Called {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| value[name].as_str().map(ToOwned::to_owned);
    let reason = text("errorMessage").unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    Called::Failed { kind: text("errorType").unwrap_or_else(|| error.to_owned()), reason }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pretty_assertions::assert_eq;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::{super::testing::client, *};

    /// Calls a server that gives one answer, or hangs up; returns what the server got, and how often it was called.
    async fn call(answer: &'static str) -> (Result<Called, TransportError>, String, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut requests, mut count) = (String::new(), 0);
            while let Ok(Ok((mut stream, _))) =
                tokio::time::timeout(Duration::from_millis(300), listener.accept()).await
            {
                count += 1;
                let mut bytes = vec![0; 4096];
                while !requests.ends_with("{\"a\":1}") {
                    let read = stream.read(&mut bytes).await.unwrap();
                    requests.push_str(&String::from_utf8_lossy(&bytes[..read]));
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            (requests, count)
        });
        let endpoints = Endpoints { lambda: Some(url), ..Endpoints::default() };
        let functions = Functions::new(client(), endpoints, "us-east-1".to_owned());
        let result = functions.call("shop-Price", Bytes::from_static(b"{\"a\":1}"), Some("Root=1-2")).await;
        let (requests, count) = server.await.unwrap();
        (result, requests, count)
    }

    #[tokio::test]
    async fn answers_and_failures_of_the_function_are_told_apart() {
        let (result, request, count) = call("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n10").await;
        assert_eq!(result.unwrap(), Called::Answer(Bytes::from_static(b"10")));
        assert!(request.starts_with("POST /2015-03-31/functions/shop-Price/invocations HTTP/1.1\r\n"), "{request}");
        for header in ["x-amz-invocation-type: RequestResponse", "x-amzn-trace-id: Root=1-2", "/us-east-1/lambda/"] {
            assert!(request.contains(header), "{header}: {request}");
        }
        assert_eq!(count, 1);
        let (result, ..) = call(
            "HTTP/1.1 200 OK\r\nx-amz-function-error: Unhandled\r\ncontent-length: 44\r\n\r\n\
             {\"errorType\":\"error\",\"errorMessage\":\"no\"}   ",
        )
        .await;
        assert_eq!(result.unwrap(), Called::Failed { kind: "error".to_owned(), reason: "no".to_owned() });
        assert_eq!(
            failure("Unhandled", b"killed"),
            Called::Failed { kind: "Unhandled".to_owned(), reason: "killed".to_owned() }
        );
    }

    #[tokio::test]
    async fn no_call_is_made_twice() {
        for (answer, reason) in [
            ("", "lambda Invoke: "),
            ("HTTP/1.1 500 E\r\nx-amzn-errortype: ServiceException\r\ncontent-length: 0\r\n\r\n", "ServiceException"),
            (
                "HTTP/1.1 429 T\r\nx-amzn-errortype: TooManyRequestsException:http://x\r\ncontent-length: 26\r\n\r\n\
                 {\"message\":\"Rate Exceeded\"}",
                "lambda Invoke: TooManyRequestsException",
            ),
        ] {
            let (result, _, count) = call(answer).await;
            let error = result.unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert_eq!(count, 1, "{answer}");
        }
    }
}
