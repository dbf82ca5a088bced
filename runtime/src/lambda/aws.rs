//! Messages through SQS, payloads through S3.

use std::{env, sync::OnceLock, time::SystemTime};

use async_lambda_model::TaskId;
use aws_credential_types::Credentials;
use aws_sdk_s3::primitives::{ByteStream, DateTime, DateTimeFormat};
use aws_sdk_sqs::{
    config::{BehaviorVersion, Region, SharedHttpClient},
    error::DisplayErrorContext,
    types::{
        MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
        SendMessageBatchRequestEntry,
    },
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use uuid::Uuid;

use crate::{BoxFuture, Error, OutgoingMessage, Refused, Transport};

/// Messages through SQS, payloads through S3: the transport on Lambda.
///
/// The clients are made when they are first needed: a function that sends nothing loads no certificates.
#[derive(Debug)]
pub struct Aws {
    application: String,
    region: Option<String>,
    account: Option<String>,
    bucket: Option<String>,
    dead_letters: Option<String>,
    clients: OnceLock<Clients>,
}

#[derive(Debug)]
struct Clients {
    sqs: aws_sdk_sqs::Client,
    s3: aws_sdk_s3::Client,
}

/// The environment, or AWS, does not let a message through.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsError {
    /// A variable that Lambda, or the template, should have set.
    #[error("environment: `{0}` must be set")]
    NotSet(&'static str),
    /// A call to AWS failed.
    #[error("{call}: {message}")]
    Call {
        /// Which.
        call: &'static str,
        /// What AWS, or the network, says.
        message: String,
    },
    /// SQS refused a message.
    #[error("sqs SendMessageBatch: message was refused: {0}")]
    Refused(String),
    /// A payload that is no text.
    #[error("s3 GetObject: payload must be utf-8: {0}")]
    Text(#[from] std::string::FromUtf8Error),
}

impl Aws {
    /// Reads the environment: `AWS_REGION`, `ASYNC_LAMBDA_ACCOUNT_ID`, `ASYNC_LAMBDA_PAYLOAD_S3_BUCKET`,
    /// `ASYNC_LAMBDA_DLQ_URL`. What is missing there is an error only when it is needed. `application` is the
    /// application's name.
    pub fn from_env(application: impl Into<String>) -> Aws {
        Aws {
            application: application.into(),
            region: env::var("AWS_REGION").or_else(|_| env::var("AWS_DEFAULT_REGION")).ok(),
            account: env::var("ASYNC_LAMBDA_ACCOUNT_ID").ok(),
            bucket: env::var("ASYNC_LAMBDA_PAYLOAD_S3_BUCKET").ok(),
            dead_letters: env::var("ASYNC_LAMBDA_DLQ_URL").ok(),
            clients: OnceLock::new(),
        }
    }

    /// As [`from_env`](Aws::from_env), with clients that somebody else configured: another source of credentials,
    /// another endpoint.
    pub fn with_clients(application: impl Into<String>, sqs: aws_sdk_sqs::Client, s3: aws_sdk_s3::Client) -> Aws {
        Aws { clients: OnceLock::from(Clients { sqs, s3 }), ..Aws::from_env(application) }
    }

    fn clients(&self) -> Result<&Clients, AwsError> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let clients = self.make_clients()?;
        Ok(self.clients.get_or_init(|| clients))
    }

    fn make_clients(&self) -> Result<Clients, AwsError> {
        let variable = |name| env::var(name).map_err(|_| AwsError::NotSet(name));
        let region = Region::new(self.region()?.to_owned());
        // Lambda keeps a function's credentials in its environment, for as long as the environment lives.
        let credentials = Credentials::new(
            variable("AWS_ACCESS_KEY_ID")?,
            variable("AWS_SECRET_ACCESS_KEY")?,
            env::var("AWS_SESSION_TOKEN").ok(),
            None,
            "environment",
        );
        let endpoint = |service| env::var(service).or_else(|_| env::var("AWS_ENDPOINT_URL")).ok();
        let sqs_endpoint = endpoint("AWS_ENDPOINT_URL_SQS");
        let s3_endpoint = endpoint("AWS_ENDPOINT_URL_S3");
        let mut sqs = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(region.clone())
            .credentials_provider(credentials.clone())
            .http_client(http_client(sqs_endpoint.as_deref()));
        sqs.set_endpoint_url(sqs_endpoint);
        let mut s3 = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(region)
            .credentials_provider(credentials)
            .http_client(http_client(s3_endpoint.as_deref()))
            // Another endpoint than AWS's has no host name for each bucket.
            .force_path_style(s3_endpoint.is_some());
        s3.set_endpoint_url(s3_endpoint);
        Ok(Clients { sqs: aws_sdk_sqs::Client::from_conf(sqs.build()), s3: aws_sdk_s3::Client::from_conf(s3.build()) })
    }

    fn region(&self) -> Result<&str, AwsError> {
        self.region.as_deref().ok_or(AwsError::NotSet("AWS_REGION"))
    }

    fn bucket(&self) -> Result<&str, AwsError> {
        self.bucket.as_deref().ok_or(AwsError::NotSet("ASYNC_LAMBDA_PAYLOAD_S3_BUCKET"))
    }

    fn queue_url(&self, destination: &TaskId) -> Result<String, AwsError> {
        let account = self.account.as_deref().ok_or(AwsError::NotSet("ASYNC_LAMBDA_ACCOUNT_ID"))?;
        let region = self.region()?;
        Ok(format!("https://sqs.{region}.{}/{account}/{}-{destination}", dns_suffix(region), self.application))
    }

    async fn send_batch(&self, url: String, messages: &[OutgoingMessage]) -> Result<Vec<Refused>, AwsError> {
        let entries: Result<Vec<_>, _> =
            messages.iter().enumerate().map(|(index, message)| entry(index, message)).collect();
        let entries = entries.map_err(|error| call("sqs SendMessageBatch", error))?;
        let request = self.clients()?.sqs.send_message_batch().queue_url(url).set_entries(Some(entries));
        let response = request.send().await.map_err(|error| call("sqs SendMessageBatch", error))?;
        let refused = response.failed.into_iter().filter_map(|failed| {
            let reason = match failed.message {
                Some(message) => format!("{}: {message}", failed.code),
                None => failed.code,
            };
            Some(Refused { index: failed.id.parse().ok()?, reason, retry: !failed.sender_fault })
        });
        Ok(refused.collect())
    }
}

fn entry(
    index: usize,
    message: &OutgoingMessage,
) -> Result<SendMessageBatchRequestEntry, aws_sdk_sqs::error::BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(&message.body);
    if message.delay_secs > 0 {
        entry = entry.delay_seconds(i32::from(message.delay_secs));
    }
    if let Some(header) = &message.trace_header {
        let value = MessageSystemAttributeValue::builder().data_type("String").string_value(header).build()?;
        entry = entry.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
    }
    for (name, value) in &message.attributes {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
        entry = entry.message_attributes(*name, value);
    }
    entry.build()
}

/// Certificates are only loaded for an endpoint that needs them.
fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    if endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")) {
        Builder::new().build_http()
    } else {
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
    }
}

/// The end of host names in a region's partition.
fn dns_suffix(region: &str) -> &'static str {
    let known = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    known.map_or("amazonaws.com", |(_, suffix)| suffix)
}

/// What the names of a partition's regions begin with, and its host names end with; all others are as in `aws`.
const PARTITIONS: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
];

impl Transport for Aws {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, Error>> {
        Box::pin(async move { Ok(self.send_batch(self.queue_url(destination)?, messages).await?) })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let url = self.dead_letters.clone().ok_or(AwsError::NotSet("ASYNC_LAMBDA_DLQ_URL"))?;
            // A batch of one: the code of another call would make the bootstrap larger.
            match self.send_batch(url, std::slice::from_ref(message)).await?.pop() {
                Some(refused) => Err(AwsError::Refused(refused.reason).into()),
                None => Ok(()),
            }
        })
    }

    fn store_payload(&self, payload: String) -> BoxFuture<'_, Result<String, Error>> {
        Box::pin(async move {
            let key = payload_key(SystemTime::now().into(), &Uuid::new_v4().simple().to_string())?;
            let body = ByteStream::from(payload.into_bytes());
            let request = self.clients()?.s3.put_object().bucket(self.bucket()?).key(&key).body(body);
            request.content_type("application/json").send().await.map_err(|error| call("s3 PutObject", error))?;
            Ok(key)
        })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            let request = self.clients()?.s3.get_object().bucket(self.bucket()?).key(key);
            let object = request.send().await.map_err(|error| call("s3 GetObject", error))?;
            let bytes = object.body.collect().await.map_err(|error| call("s3 GetObject", error))?.to_vec();
            Ok(String::from_utf8(bytes).map_err(AwsError::from)?)
        })
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let request = self.clients()?.s3.delete_object().bucket(self.bucket()?).key(key);
            request.send().await.map_err(|error| call("s3 DeleteObject", error))?;
            Ok(())
        })
    }

    fn new_invocation_id(&self) -> String {
        Uuid::new_v4().to_string()
    }
}

/// The key of a payload in the bucket: `2026/11/23/<hex>.json`, by the day in UTC.
fn payload_key(now: DateTime, hex: &str) -> Result<String, Error> {
    let now = now.fmt(DateTimeFormat::DateTime)?;
    let day = now.split('T').next().unwrap_or_default().replace('-', "/");
    Ok(format!("{day}/{hex}.json"))
}

fn call(call: &'static str, error: impl std::error::Error) -> AwsError {
    AwsError::Call { call, message: DisplayErrorContext(error).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_by_day() {
        for (unix_secs, expected) in [
            (0, "1970/01/01/x.json"),
            (951_782_399, "2000/02/28/x.json"),
            (951_782_400, "2000/02/29/x.json"),
            (1_795_478_399, "2026/11/23/x.json"),
            (1_798_761_600, "2027/01/01/x.json"),
        ] {
            assert_eq!(payload_key(DateTime::from_secs(unix_secs), "x").unwrap(), expected, "{unix_secs}");
        }
    }

    #[test]
    fn queues_are_named_as_the_template_names_them() {
        let aws = |region: &str| Aws {
            application: "photo-app".to_owned(),
            region: Some(region.to_owned()),
            account: Some("123456789012".to_owned()),
            bucket: None,
            dead_letters: None,
            clients: OnceLock::new(),
        };
        for (region, host) in [
            ("us-east-1", "sqs.us-east-1.amazonaws.com"),
            ("cn-north-1", "sqs.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "sqs.us-gov-west-1.amazonaws.com"),
            ("us-iso-east-1", "sqs.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "sqs.us-isob-east-1.sc2s.sgov.gov"),
            ("us-isof-south-1", "sqs.us-isof-south-1.csp.hci.ic.gov"),
            ("eu-isoe-west-1", "sqs.eu-isoe-west-1.cloud.adc-e.uk"),
            ("eusc-de-east-1", "sqs.eusc-de-east-1.amazonaws.eu"),
        ] {
            let url = aws(region).queue_url(&TaskId::literal("Resize")).unwrap();
            assert_eq!(url, format!("https://{host}/123456789012/photo-app-Resize"));
        }
        let nowhere = Aws { account: None, ..aws("us-east-1") };
        let error = nowhere.queue_url(&TaskId::literal("Resize")).unwrap_err();
        assert_eq!(error.to_string(), "environment: `ASYNC_LAMBDA_ACCOUNT_ID` must be set");
    }
}
