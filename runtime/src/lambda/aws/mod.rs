//! Messages through SQS, payloads through S3, messages for a later time through EventBridge Scheduler.

mod clock;
mod dynamodb;
mod endpoint;
mod error;
mod function;
mod http;
mod json;
#[cfg(all(test, feature = "local"))]
mod local;
mod s3;
mod scheduler;
mod signed;
mod sqs;
#[cfg(feature = "table")]
mod table;
#[cfg(test)]
mod testing;
mod wanted;

use std::{sync::OnceLock, time::SystemTime};

use async_lambda_model::{TableUse, TaskId, queue_name};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use aws_sdk_sqs::config::{
    BehaviorVersion, Region,
    retry::{ReconnectMode, RetryConfig},
    timeout::TimeoutConfig,
};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::http_client_fn;
use aws_smithy_types::date_time::{DateTime, Format};
use bytes::Bytes;
use uuid::Uuid;

pub use error::AwsError;
#[cfg(feature = "table")]
pub(crate) use wanted::want_tables;
pub(crate) use wanted::{want_calls, want_once_table, want_schedules, want_visibility};

use clock::Clock;
use endpoint::{Endpoints, dns_suffix, is_region, variable};
use s3::S3;
use scheduler::Group;
use signed::Signed;
use wanted::Parts;

#[cfg(feature = "table")]
use crate::table::{TableAnswer, TableCall};
use crate::{
    BoxFuture,
    once::OnceTable,
    transport::{Called, HiddenMessage, OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};

/// Messages through SQS, payloads through S3, messages for a later time through EventBridge Scheduler: the transport on
/// Lambda.
///
/// The clients are made when they are first needed: a function that sends nothing loads no certificates. They make one
/// attempt a call; what is tried again, how often and for how long is decided in one place, above them.
#[derive(Debug)]
pub struct Aws {
    application: String,
    region: Option<String>,
    account: Option<String>,
    bucket: Option<String>,
    dead_letters: Option<String>,
    group: Group,
    once_table: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    clients: OnceLock<Clients>,
}

#[derive(Debug)]
struct Clients {
    sqs: aws_sdk_sqs::Client,
    s3: S3,
    parts: Parts,
    clock: Clock,
}

impl Aws {
    /// Reads the environment: `AWS_REGION`, `ASYNC_LAMBDA_ACCOUNT_ID`, `ASYNC_LAMBDA_PAYLOAD_S3_BUCKET`,
    /// `ASYNC_LAMBDA_DLQ_URL`, `ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP`, `ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN`,
    /// `ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN`, `ASYNC_LAMBDA_ONCE_TABLE`, and `ASYNC_LAMBDA_TABLE_<name>` for each table; when
    /// something is sent, credentials and AWS's variables for endpoints: `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_SCHEDULER`,
    /// `AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`,
    /// `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`. What is missing there, or empty, is an error only when it is needed.
    /// `application` is the application's name.
    pub fn from_env(application: impl Into<String>) -> Aws {
        want_schedules();
        want_calls();
        want_visibility();
        want_once_table();
        #[cfg(feature = "table")]
        want_tables();
        Aws::of_function(application)
    }

    /// As [`from_env`](Aws::from_env), with those clients only that something of the application asks for.
    pub(crate) fn of_function(application: impl Into<String>) -> Aws {
        Aws {
            application: application.into(),
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            account: variable("ASYNC_LAMBDA_ACCOUNT_ID"),
            bucket: variable("ASYNC_LAMBDA_PAYLOAD_S3_BUCKET"),
            dead_letters: variable("ASYNC_LAMBDA_DLQ_URL"),
            group: Group {
                name: variable("ASYNC_LAMBDA_DELAY_SCHEDULE_GROUP"),
                role: variable("ASYNC_LAMBDA_DELAY_SCHEDULER_ROLE_ARN"),
                dead_letters: variable("ASYNC_LAMBDA_DELAY_SCHEDULE_DLQ_ARN"),
            },
            once_table: variable("ASYNC_LAMBDA_ONCE_TABLE"),
            credentials: None,
            clients: OnceLock::new(),
        }
    }

    /// As [`from_env`](Aws::from_env), with another source of credentials than the environment: that of `aws-config`,
    /// for a program that does not run on Lambda.
    pub fn with_credentials(application: impl Into<String>, credentials: impl ProvideCredentials + 'static) -> Aws {
        Aws { credentials: Some(SharedCredentialsProvider::new(credentials)), ..Aws::from_env(application) }
    }

    fn clients(&self) -> Result<&Clients, TransportError> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let clients = self.make_clients().map_err(TransportError::permanent)?;
        Ok(self.clients.get_or_init(|| clients))
    }

    fn make_clients(&self) -> Result<Clients, AwsError> {
        let region = self.region()?.to_owned();
        let credentials = match &self.credentials {
            Some(credentials) => credentials.clone(),
            None => credentials_from_env()?,
        };
        let endpoints = Endpoints::from_env()?;
        let is_plain = |url: &Option<String>| url.as_ref().is_some_and(|url| url.starts_with("http://"));
        let has_schedules = self.group.name.is_some();
        let always = [&endpoints.sqs, &endpoints.s3, &endpoints.lambda].into_iter().all(is_plain);
        let sometimes = [
            !has_schedules || is_plain(&endpoints.scheduler),
            self.once_table.is_none() && !has_tables() || is_plain(&endpoints.dynamodb),
        ];
        let connector = http::connector(!(always && sometimes.into_iter().all(|is_plain| is_plain)));
        let connector = connector.map_err(|error| AwsError::network("certificates", &error))?;
        let clock = Clock::default();
        let mut sqs = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.clone()))
            .credentials_provider(credentials.clone())
            .use_fips(endpoints.fips)
            .use_dual_stack(endpoints.dual_stack)
            // Nor does the SDK close a connection after a 5xx: it would have to be told of it, and says so in the log.
            .retry_config(RetryConfig::disabled().with_reconnect_mode(ReconnectMode::ReuseAllConnections))
            .timeout_config(TimeoutConfig::disabled())
            .time_source(SharedTimeSource::new(clock.clone()))
            .http_client(http_client_fn({
                let connector = connector.clone();
                move |_, _| connector.clone()
            }));
        sqs.set_endpoint_url(endpoints.sqs.clone());
        let client = Signed { connector, credentials, clock: clock.clone() };
        let sqs = aws_sdk_sqs::Client::from_conf(sqs.build());
        let s3 = S3::new(client.clone(), endpoints.clone(), region.clone());
        let parts = Parts { client, endpoints, region, group: self.group.clone(), table: self.once_table.clone() };
        Ok(Clients { sqs, s3, parts, clock })
    }

    fn region(&self) -> Result<&str, AwsError> {
        let region = self.region.as_deref().ok_or(AwsError::NotSet("AWS_REGION"))?;
        if is_region(region) {
            return Ok(region);
        }
        let rule = "the name of a region";
        Err(AwsError::Variable { variable: "AWS_REGION", rule, value: region.to_owned() })
    }

    fn bucket(&self) -> Result<&str, TransportError> {
        let bucket = self.bucket.as_deref().ok_or(AwsError::NotSet("ASYNC_LAMBDA_PAYLOAD_S3_BUCKET"));
        bucket.map_err(TransportError::permanent)
    }

    fn queue_url(&self, destination: &TaskId, message: Option<&OutgoingMessage>) -> Result<String, AwsError> {
        let account = self.account.as_deref().ok_or(AwsError::NotSet("ASYNC_LAMBDA_ACCOUNT_ID"))?;
        let region = self.region()?;
        let lane = message.map_or(0, |message| message.lane);
        let is_fifo = message.is_some_and(|message| message.deduplication_id.is_some());
        let application = message.and_then(|message| message.application.as_ref()).unwrap_or(&self.application);
        let name = queue_name(application, destination, lane, is_fifo);
        Ok(format!("https://sqs.{region}.{}/{account}/{name}", dns_suffix(region)))
    }

    async fn send_batch(&self, url: String, messages: &[OutgoingMessage]) -> Result<Vec<Refused>, TransportError> {
        let Clients { sqs, clock, .. } = self.clients()?;
        sqs::send_batch(sqs, clock, url, messages).await
    }
}

/// Whether the function uses tables of the application.
fn has_tables() -> bool {
    cfg!(feature = "table")
        && std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with(TableUse::VARIABLES))
}

/// Lambda keeps a function's credentials in its environment, for as long as the environment lives.
fn credentials_from_env() -> Result<SharedCredentialsProvider, AwsError> {
    let needed = |name| variable(name).ok_or(AwsError::NotSet(name));
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    Ok(SharedCredentialsProvider::new(credentials))
}

impl Transport for Aws {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async move {
            let url = self.queue_url(destination, messages.first()).map_err(TransportError::permanent)?;
            self.send_batch(url, messages).await
        })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let url = self.dead_letters.clone().ok_or(AwsError::NotSet("ASYNC_LAMBDA_DLQ_URL"));
            let url = url.map_err(TransportError::permanent)?;
            // A batch of one: the code of another call would make the bootstrap larger.
            let Some(refused) = self.send_batch(url, std::slice::from_ref(message)).await?.pop() else {
                return Ok(());
            };
            let error = AwsError::Refused(refused.reason);
            Err(if refused.retry { TransportError::transient(error) } else { TransportError::permanent(error) })
        })
    }

    fn change_visibility<'a>(
        &'a self,
        queue_arn: &'a str,
        messages: &'a [HiddenMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        Box::pin(async move { wanted::VISIBILITY.get(&self.clients()?.parts)?.change(queue_arn, messages).await })
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async move {
            let key = payload_key(SystemTime::now().into(), &Uuid::new_v4().simple().to_string());
            self.clients()?.s3.put(self.bucket()?, &key, payload).await?;
            Ok(key)
        })
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        Box::pin(async move {
            let bytes = self.clients()?.s3.get(self.bucket()?, key).await?;
            String::from_utf8(bytes).map_err(|_| TransportError::permanent(AwsError::Payload("be utf-8")))
        })
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move { self.clients()?.s3.delete(self.bucket()?, key).await })
    }

    fn call<'a>(
        &'a self,
        task: &'a TaskId,
        request: Bytes,
        trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        Some(Box::pin(async move {
            let name = format!("{}-{task}", self.application);
            wanted::CALLS.get(&self.clients()?.parts)?.call(&name, request, trace_header).await
        }))
    }

    fn new_invocation_id(&self) -> String {
        Uuid::new_v4().to_string()
    }

    fn schedule<'a>(
        &'a self,
        destination: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let url = self.queue_url(destination, Some(message)).map_err(TransportError::permanent)?;
            wanted::SCHEDULES.get(&self.clients()?.parts)?.create(&url, message, schedule).await
        })
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        Box::pin(async move { wanted::SCHEDULES.get(&self.clients()?.parts)?.time(name).await })
    }

    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move { wanted::SCHEDULES.get(&self.clients()?.parts)?.delete(name).await })
    }

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        wanted::ONCE_TABLE.get(&self.clients()?.parts).map(|table| table as _)
    }

    #[cfg(feature = "table")]
    fn table<'a>(&'a self, call: &'a TableCall) -> BoxFuture<'a, Result<TableAnswer, TransportError>> {
        Box::pin(async move { wanted::TABLES.get(&self.clients()?.parts)?.call(call).await })
    }

    /// AWS's time, as far as it is known.
    fn now(&self) -> SystemTime {
        self.clients.get().map_or_else(SystemTime::now, |clients| clients.clock.now())
    }
}

/// The key of a payload in the bucket: `2026/11/23/<hex>.json`, by the day in UTC.
fn payload_key(now: DateTime, hex: &str) -> String {
    // Every time that a clock shows can be written.
    let now = now.fmt(Format::DateTime).unwrap_or_default();
    let day = now.split('T').next().unwrap_or_default().replace('-', "/");
    format!("{day}/{hex}.json")
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
            assert_eq!(payload_key(DateTime::from_secs(unix_secs), "x"), expected, "{unix_secs}");
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
            group: Group::default(),
            once_table: None,
            credentials: None,
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
            let url = aws(region).queue_url(&TaskId::literal("Resize"), None).unwrap();
            assert_eq!(url, format!("https://{host}/123456789012/photo-app-Resize"));
            let mut message = OutgoingMessage { lane: 3, ..OutgoingMessage::new(String::new()) };
            let url = aws(region).queue_url(&TaskId::literal("Resize"), Some(&message)).unwrap();
            assert_eq!(url, format!("https://{host}/123456789012/photo-app-Resize-L3"));
            (message.lane, message.deduplication_id) = (0, Some("i".to_owned()));
            let url = aws(region).queue_url(&TaskId::literal("Resize"), Some(&message)).unwrap();
            assert_eq!(url, format!("https://{host}/123456789012/photo-app-Resize.fifo"));
            (message.deduplication_id, message.application) = (None, Some("billing".to_owned()));
            let url = aws(region).queue_url(&TaskId::literal("Invoice"), Some(&message)).unwrap();
            assert_eq!(url, format!("https://{host}/123456789012/billing-Invoice"));
        }
        let nowhere = Aws { account: None, ..aws("us-east-1") };
        let error = nowhere.queue_url(&TaskId::literal("Resize"), None).unwrap_err();
        assert_eq!(error.to_string(), "environment: `ASYNC_LAMBDA_ACCOUNT_ID` must be set");
    }
}
