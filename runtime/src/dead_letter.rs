//! Messages that the library puts into the dead-letter queue itself.

use async_lambda_model::TaskId;
use serde_json::Value;

use crate::{Context, engine::Run, event::group, failure::Failure, transport::OutgoingMessage};

/// The attributes of these messages; no other message has one of them.
pub(crate) const ATTRIBUTES: [&str; 4] =
    ["AsyncLambdaTaskId", "AsyncLambdaMessageId", "AsyncLambdaKind", "AsyncLambdaReason"];

/// A message that may have to go into the dead-letter queue.
#[derive(Debug)]
pub(crate) struct Letter {
    body: String,
    /// The group of a message of a FIFO queue, whose dead-letter queue is one too.
    fifo_group: Option<String>,
}

impl Letter {
    /// The message of a record, if it has a body.
    pub(crate) fn of(run: &Run, record: &Value) -> Option<Letter> {
        let is_fifo = run.model().trigger.is_fifo();
        let fifo_group = is_fifo.then(|| group(record).unwrap_or_default().to_owned());
        Some(Letter { body: record["body"].as_str()?.to_owned(), fifo_group })
    }

    /// The same, where the handler may put it into the dead-letter queue.
    pub(crate) fn of_handler(run: &Run, record: &Value) -> Option<Letter> {
        if run.model().writes_dead_letters { Letter::of(run, record) } else { None }
    }

    /// The message on its way to the dead-letter queue, and why. A payload in the bucket stays there for it.
    fn outgoing(&self, task: &TaskId, message_id: &str, context: &Context, failure: &Failure) -> OutgoingMessage {
        let values =
            [task.to_string(), message_id.to_owned(), failure.kind().to_owned(), attribute(&failure.to_string())];
        OutgoingMessage {
            group: self.fifo_group.clone(),
            deduplication_id: self.fifo_group.as_ref().map(|_| message_id.to_owned()),
            trace_header: context.trace_header.clone(),
            attributes: ATTRIBUTES.into_iter().zip(values).collect(),
            ..OutgoingMessage::new(self.body.clone())
        }
    }
}

/// Puts a message into the dead-letter queue, with the reason among its attributes. Returns the failure, or that the queue
/// did not take the message.
pub(crate) async fn send(run: &Run, message_id: &str, letter: &Letter, failure: Failure) -> Failure {
    let letter = letter.outgoing(&run.model().id, message_id, &run.context, &failure);
    match run.call("send dead letter", run.cut_off, &|| run.transport().send_dead_letter(&letter)).await {
        Ok(()) => failure,
        Err(reason) => Failure::not_taken(failure, reason),
    }
}

/// Puts a message that can never be handled into the dead-letter queue. `letter` is `None` where the function may not do that.
/// Any other failure is returned as it is.
pub(crate) async fn after(run: &Run, message_id: &str, letter: Option<&Letter>, failure: Failure) -> Failure {
    if !failure.is_permanent() {
        return failure;
    }
    match letter {
        Some(letter) => send(run, message_id, letter, failure).await,
        None => Failure::not_taken(failure, "the task's handler must have a parameter `Permanent`".to_owned()),
    }
}

/// A text that SQS takes as an attribute: not empty, and without the characters that XML 1.0 does not have.
fn attribute(text: &str) -> String {
    let is_allowed = |char| matches!(char, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..);
    let text: String =
        text.chars().map(|char| if is_allowed(char) { char } else { char::REPLACEMENT_CHARACTER }).collect();
    if text.is_empty() { "an error without a message".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqs_takes_every_reason() {
        for (text, expected) in [
            ("", "an error without a message"),
            ("too wide", "too wide"),
            ("\u{1b}[31mred\0\u{ffff}", "\u{fffd}[31mred\u{fffd}\u{fffd}"),
            ("größer\t🎉", "größer\t🎉"),
        ] {
            assert_eq!(attribute(text), expected);
        }
    }
}
