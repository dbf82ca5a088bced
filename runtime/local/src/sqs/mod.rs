//! SQS on a local port, for programs that know nothing of it: boto3, the AWS CLI, the AWS SDKs. Payloads are there too, as
//! objects of S3, so that `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_S3` name the same address.
//!
//! Queues are those of the application, and nobody can make or change one. A `QueueUrl` can have any host and account: its
//! last segment is the name. Nothing is signed, and signatures are not looked at; [`is_local`] keeps out pages of other
//! origins.
//!
//! Not as in SQS: a queue can be purged twice in a minute, and nothing is throttled.

mod batch;
mod chunked;
mod error;
mod moves;
mod queues;
mod receipts;
mod receive;
mod s3;
mod send;
mod validate;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{CONTENT_TYPE, HOST, ORIGIN},
};
use serde_json::Value;

use crate::{
    bucket::Bucket,
    cloud::Cloud,
    http::{Call, Response, Service, is_local, response},
    mapping::ACCOUNT,
    queue::{MAX_MESSAGE_BYTES, QueueConfig, QueueId, message_id},
    run::{BoxFuture, RunId},
    time::Millis,
};
use error::{JSON, Kind, Problem};
use moves::Moves;
use receive::Attempts;

/// The largest request: an object in one piece. A message is smaller.
pub const MAX_REQUEST_BYTES: usize = 256 << 20;
/// The largest batch of messages: as large as a message.
const MAX_BATCH_BYTES: usize = MAX_MESSAGE_BYTES;
/// The longest visibility timeout, in seconds.
const MAX_VISIBILITY: u64 = 43_200;
/// The most queues that an error names.
const MAX_NAMES: usize = 20;
/// The run that makes a request, so that the messages that it sends are known as its.
const RUN: &str = "x-async-lambda-run";
/// The salt of the ids of requests and of tasks, besides the seed of the cloud: they must not be those of messages.
const SALT: u64 = 0x7e57_1d5e_ed5a_1700;

/// SQS over the queues of a cloud, and S3 over its bucket.
pub struct Endpoint {
    cloud: Cloud,
    bucket: Arc<Bucket>,
    /// The time at which it was made, and its queues were created, as far as clients are told.
    began: Millis,
    moves: Arc<Moves>,
    attempts: Attempts,
    ids: AtomicU64,
}

/// The client that makes a request.
#[derive(Debug)]
struct Caller {
    /// The address under which it knows the endpoint.
    host: String,
    run: Option<RunId>,
}

impl Caller {
    /// The URL of a queue.
    fn url(&self, name: &str) -> String {
        format!("http://{}/{ACCOUNT}/{name}", self.host)
    }
}

impl Endpoint {
    /// An endpoint for a cloud. Every bucket that a client names is this one.
    pub fn new(cloud: Cloud, bucket: Arc<Bucket>) -> Endpoint {
        let began = cloud.clock().now();
        let (moves, attempts, ids) = (Arc::default(), Attempts::default(), AtomicU64::new(0));
        Endpoint { cloud, bucket, began, moves, attempts, ids }
    }

    async fn answer(&self, request: Request<Bytes>) -> Response {
        let headers = request.headers();
        if !is_local(headers) {
            return stranger(headers);
        }
        let target = text(headers, "x-amz-target");
        let form = text(headers, CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let mut response = if let Some(target) = target {
            self.operation(target, &request).await.unwrap_or_else(Problem::into_response)
        } else if form && request.method() == Method::POST || request.uri().query().is_some_and(is_query) {
            old_protocol()
        } else if request.uri().path().len() > 1 {
            s3::answer(&self.bucket, request)
        } else {
            let message = "request: must have the header x-amz-target, as those of AWS's SDKs to SQS, or a path, as those \
                           to S3; the endpoint has SQS and S3";
            response(StatusCode::BAD_REQUEST, "text/plain", message)
        };
        if let Ok(id) = HeaderValue::try_from(self.unique()) {
            response.headers_mut().insert("x-amz-request-id", id.clone());
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }

    async fn operation(&self, target: &str, request: &Request<Bytes>) -> Result<Response, Problem> {
        let Some(operation) = target.strip_prefix("AmazonSQS.") else {
            let message = format!(
                "x-amz-target: must be an operation of SQS, got `{target}`; the endpoint has SQS and S3 only, so set \
                 AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_S3 instead of AWS_ENDPOINT_URL"
            );
            return Err(Problem::new(Kind::UnknownOperation, message));
        };
        let headers = request.headers();
        let run = match text(headers, RUN) {
            None => None,
            Some(run) => {
                let wrong = |_| Problem::invalid(format!("{RUN}: must be a number, got `{run}`"));
                let run: RunId = run.parse().map_err(wrong)?;
                // A run that is not known here sends nothing.
                self.cloud.look(|_, history| history.run(run).is_some()).then_some(run)
            }
        };
        let host = text(headers, HOST.as_str()).unwrap_or("localhost").to_owned();
        let answer = self.dispatch(operation, request.body(), &Caller { host, run }).await?;
        Ok(response(StatusCode::OK, JSON, answer.to_string()))
    }

    async fn dispatch(&self, operation: &str, body: &[u8], caller: &Caller) -> Result<Value, Problem> {
        use validate::read;
        match operation {
            "CancelMessageMoveTask" => self.cancel_message_move_task(&read(body)?),
            "ChangeMessageVisibility" => self.change_message_visibility(&read(body)?),
            "ChangeMessageVisibilityBatch" => self.change_message_visibility_batch(read(body)?),
            "CreateQueue" => self.create_queue(&read(body)?, caller),
            "DeleteMessage" => self.delete_message(&read(body)?),
            "DeleteMessageBatch" => self.delete_message_batch(read(body)?),
            "GetQueueAttributes" => self.get_queue_attributes(&read(body)?),
            "GetQueueUrl" => self.get_queue_url(&read(body)?, caller),
            "ListDeadLetterSourceQueues" => self.list_dead_letter_source_queues(&read(body)?, caller),
            "ListMessageMoveTasks" => self.list_message_move_tasks(&read(body)?),
            "ListQueueTags" => self.list_queue_tags(&read(body)?),
            "ListQueues" => self.list_queues(&read(body)?, caller),
            "PurgeQueue" => self.purge_queue(&read(body)?),
            "ReceiveMessage" => self.receive_message(read(body)?).await,
            "SendMessage" => self.send_message(read(body)?, caller),
            "SendMessageBatch" => self.send_message_batch(read(body)?, caller),
            "StartMessageMoveTask" => self.start_message_move_task(&read(body)?),
            "AddPermission" | "DeleteQueue" | "RemovePermission" | "SetQueueAttributes" | "TagQueue" | "UntagQueue" => {
                Err(self.of_the_code(operation, &read(body)?))
            }
            _ => {
                let message = format!("x-amz-target: must be an operation of SQS, got `{operation}`");
                Err(Problem::new(Kind::UnknownOperation, message))
            }
        }
    }

    /// The queue of a URL, or of a name alone.
    fn queue(&self, url: Option<&str>) -> Result<QueueId, Problem> {
        let url = validate::required(url, "QueueUrl")?;
        self.queue_named(url.trim_end_matches('/').rsplit('/').next().unwrap_or_default())
    }

    fn queue_named(&self, name: &str) -> Result<QueueId, Problem> {
        let message = || format!("The specified queue does not exist: `{name}`, {}.", self.queues());
        self.cloud.plan().queue_named(name).ok_or_else(|| Problem::new(Kind::QueueDoesNotExist, message()))
    }

    fn config(&self, queue: QueueId) -> &QueueConfig {
        &self.cloud.plan().queue(queue).config
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.cloud.plan().queues.iter().map(|queue| queue.config.name.as_str())
    }

    /// The queues that there are, for an error.
    fn queues(&self) -> String {
        let more = if self.names().count() > MAX_NAMES { ", and more" } else { "" };
        let names: Vec<String> = self.names().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
        format!("which has {}{more}", names.join(", "))
    }

    /// An id that nothing else has: a UUID.
    fn unique(&self) -> String {
        message_id(self.cloud.seed() ^ SALT, self.ids.fetch_add(1, Ordering::Relaxed))
    }
}

impl Service for Endpoint {
    fn call(&self, call: Call) -> BoxFuture<'_, Response> {
        Box::pin(self.answer(call.request))
    }

    /// A long poll whose client is gone would take the next message, and hide it.
    fn half_close(&self) -> bool {
        false
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn stranger(headers: &HeaderMap) -> Response {
    let shown = |name: &str| text(headers, name).unwrap_or("none");
    let message = format!(
        "Host and Origin: must be those of a loopback address, such as `127.0.0.1:9000`, got Host `{}` and Origin `{}`; \
         a page of another origin must not reach the queues of this machine",
        shown(HOST.as_str()),
        shown(ORIGIN.as_str()),
    );
    response(StatusCode::FORBIDDEN, "text/plain", message)
}

/// Whether the query of a URL is a call in the old protocol.
fn is_query(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("Action="))
}

/// The answer to a client that is older than the JSON protocol, in the form that it reads.
fn old_protocol() -> Response {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>UnsupportedProtocol</Code><Message>The endpoint speaks \
                 AWS JSON 1.0, not the query protocol: update the SDK, of Python to boto3 1.34.90 or later, of other \
                 languages to a release of May 2024 or later</Message></Error></ErrorResponse>";
    response(StatusCode::BAD_REQUEST, "text/xml", error)
}
