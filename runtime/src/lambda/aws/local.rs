//! The SDK for Rust as a client of the queues of a local run.
#![expect(clippy::unwrap_used, reason = "helpers outside test functions may fail a test too")]

use std::{collections::HashMap, sync::Arc};

use async_lambda_local::{
    bucket::Bucket,
    cloud::Cloud,
    http::{listen, serve},
    plan::Plan,
    sqs::{Endpoint, MAX_REQUEST_BYTES},
    time::Clock,
};
use aws_credential_types::Credentials;
use aws_sdk_sqs::{
    Client, Config,
    config::{BehaviorVersion, Region},
    error::ProvideErrorMetadata,
    types::{
        DeleteMessageBatchRequestEntry, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
        SendMessageBatchRequestEntry,
    },
};
use aws_smithy_runtime_api::client::http::http_client_fn;
use pretty_assertions::assert_eq;

use super::http::connector;
use crate::{App, ManagedSqsEvent, Task};

struct Work;

impl Task for Work {
    const ID: &'static str = "Work";
    type Payload = String;
}

async fn work(_: ManagedSqsEvent<Work>) -> Result<(), crate::Error> {
    Ok(())
}

/// A client of the queues of an application, which are served as long as the test runs.
async fn client() -> Client {
    let plan = Plan::of(&App::new("shop").async_task(Work, work).model().unwrap());
    let cloud = Cloud::in_memory(plan, Clock::system(), 1);
    let listener = listen(0).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let endpoint = Endpoint::new(cloud, Arc::new(Bucket::in_memory()));
    tokio::spawn(serve(listener, Arc::new(endpoint), MAX_REQUEST_BYTES));
    let connector = connector(false).unwrap();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(url)
        .http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}

#[tokio::test]
async fn messages_are_sent_received_and_deleted() {
    let sqs = client().await;
    let url = sqs.get_queue_url().queue_name("shop-Work").send().await.unwrap().queue_url.unwrap();
    let color = MessageAttributeValue::builder().data_type("String").string_value("red").build().unwrap();
    let sent = sqs.send_message().queue_url(&url).message_body("ü").message_attributes("color", color);
    let sent = sent.send().await.unwrap();
    assert!(sent.md5_of_message_body.is_some() && sent.md5_of_message_attributes.is_some());
    let entry = |id: &str| SendMessageBatchRequestEntry::builder().id(id).message_body(id).build().unwrap();
    let batch = sqs.send_message_batch().queue_url(&url).entries(entry("a")).entries(entry("b")).send().await.unwrap();
    assert_eq!((batch.successful.len(), batch.failed.len()), (2, 0));

    let receive = || {
        let receive = sqs.receive_message().queue_url(&url).max_number_of_messages(10);
        receive.message_attribute_names("All").message_system_attribute_names(MessageSystemAttributeName::All).send()
    };
    let messages = receive().await.unwrap().messages.unwrap();
    let bodies: Vec<&str> = messages.iter().filter_map(|message| message.body.as_deref()).collect();
    assert_eq!(bodies, ["ü", "a", "b"]);
    assert_eq!(messages[0].message_attributes.as_ref().unwrap()["color"].string_value.as_deref(), Some("red"));
    let receives = &messages[0].attributes.as_ref().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount];
    assert_eq!(receives, "1");

    let handle = messages[0].receipt_handle.as_deref().unwrap();
    let again = sqs.change_message_visibility().queue_url(&url).receipt_handle(handle).visibility_timeout(0);
    again.send().await.unwrap();
    let rest = messages[1..].iter().zip(["a", "b"]).map(|(message, id)| {
        let handle = message.receipt_handle.as_deref().unwrap();
        DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(handle).build().unwrap()
    });
    let deleted = sqs.delete_message_batch().queue_url(&url).set_entries(Some(rest.collect())).send().await.unwrap();
    assert_eq!((deleted.successful.len(), deleted.failed.len()), (2, 0));
    let counts = sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All);
    let counts: HashMap<_, _> = counts.send().await.unwrap().attributes.unwrap();
    assert_eq!(counts[&QueueAttributeName::ApproximateNumberOfMessages], "1");
    assert_eq!(receive().await.unwrap().messages.unwrap()[0].body.as_deref(), Some("ü"));
}

#[tokio::test]
async fn errors_are_those_of_sqs() {
    let sqs = client().await;
    let error = sqs.get_queue_url().queue_name("nothing").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    let url = sqs.get_queue_url().queue_name("shop-Work").send().await.unwrap().queue_url.unwrap();
    let error = sqs.send_message().queue_url(url).message_body("\u{0}").send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidMessageContents"), "{error:?}");
}
