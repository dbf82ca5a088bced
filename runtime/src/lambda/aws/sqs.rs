//! Sends batches to SQS, through its SDK.

use aws_sdk_sqs::{
    Client,
    error::SdkError,
    operation::{RequestId, send_message_batch::SendMessageBatchError},
    types::{
        MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
        SendMessageBatchRequestEntry,
    },
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{
    AwsError,
    clock::{Clock, Correction},
    error::Refusal,
};
use crate::{
    failure::one_line,
    transport::{OutgoingMessage, Refused, TransportError},
};

const CALL: &str = "sqs SendMessageBatch";

/// Sends messages; returns those that SQS did not confirm.
pub(super) async fn send_batch(
    client: &Client,
    clock: &Clock,
    url: String,
    messages: &[OutgoingMessage],
) -> Result<Vec<Refused>, TransportError> {
    let entries: Result<Vec<_>, _> =
        messages.iter().enumerate().map(|(index, message)| entry(index, message)).collect();
    let entries = entries.map_err(|error| TransportError::permanent(AwsError::network(CALL, &error)))?;
    let request = client.send_message_batch().queue_url(url).set_entries(Some(entries));
    let signed = clock.correction();
    let response = request.send().await.map_err(|error| failed(&error, clock, signed))?;
    // A message is sent if SQS says so, and not if it merely does not say the contrary.
    let mut unconfirmed = vec![true; messages.len()];
    let mut confirm = |id: &str| {
        let index: usize = id.parse().ok()?;
        std::mem::take(unconfirmed.get_mut(index)?).then_some(index)
    };
    for entry in &response.successful {
        confirm(&entry.id);
    }
    let mut refused = Vec::new();
    for failed in response.failed {
        let Some(index) = confirm(&failed.id) else { continue };
        let reason = match failed.message {
            Some(message) => one_line(&format!("{}: {message}", failed.code)),
            None => failed.code,
        };
        refused.push(Refused { index, reason, retry: !failed.sender_fault });
    }
    let silent = |(index, _)| {
        let reason = format!("{CALL}: the answer does not mention the message");
        Refused { index, reason, retry: true }
    };
    refused.extend(unconfirmed.into_iter().enumerate().filter(|(_, is_silent)| *is_silent).map(silent));
    Ok(refused)
}

fn failed(error: &SdkError<SendMessageBatchError, HttpResponse>, clock: &Clock, signed: Correction) -> TransportError {
    match error {
        SdkError::ServiceError(refusal) => {
            let metadata = refusal.err().meta();
            Refusal {
                call: CALL,
                status: refusal.raw().status().as_u16(),
                code: metadata.code().map(ToOwned::to_owned),
                message: metadata.message().map(ToOwned::to_owned),
                request_id: error.request_id().map(ToOwned::to_owned),
                date: refusal.raw().headers().get("date"),
                signed,
            }
            .into_error(clock)
        }
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if error.is_user() => TransportError::permanent(AwsError::network(CALL, error)),
            Some(error) => TransportError::transient(AwsError::network(CALL, error)),
            None => TransportError::permanent(AwsError::network(CALL, error)),
        },
        SdkError::ConstructionFailure(_) => TransportError::permanent(AwsError::network(CALL, error)),
        // An answer that cannot be read, or none.
        _ => TransportError::transient(AwsError::network(CALL, error)),
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
    entry = entry.set_message_group_id(message.group.clone());
    entry = entry.set_message_deduplication_id(message.deduplication_id.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_what_the_message_says() {
        let message = OutgoingMessage {
            delay_secs: 30,
            group: Some("customer-7".to_owned()),
            ..OutgoingMessage::new("hello".to_owned())
        };
        let said = entry(3, &message).unwrap();
        assert_eq!((said.id(), said.message_body(), said.delay_seconds()), ("3", "hello", Some(30)));
        assert_eq!(said.message_group_id(), Some("customer-7"));
        let plain = entry(0, &OutgoingMessage::new("hello".to_owned())).unwrap();
        assert_eq!((plain.delay_seconds(), plain.message_group_id()), (None, None));
    }
}
