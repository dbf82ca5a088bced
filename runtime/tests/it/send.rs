//! Sending many messages to a queue that does not take them all.

use std::sync::{Arc, Mutex};

use async_lambda::{
    BoxFuture, Client, Recorder, Task,
    model::TaskId,
    prelude::Invoke,
    transport::{OutgoingMessage, Refused, Transport, TransportError},
};
use bytes::Bytes;

struct Mail;

impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
}

/// Refuses what contains `never`, and what contains `later` the first two times.
#[derive(Default)]
pub(crate) struct Moody {
    inner: Recorder,
    calls: Mutex<Vec<usize>>,
    down: bool,
}

impl Moody {
    /// Takes nothing.
    pub(crate) fn down() -> Moody {
        Moody { down: true, ..Moody::default() }
    }
}

impl Transport for Moody {
    fn send<'a>(
        &'a self,
        destination: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let mut calls = self.calls.lock().unwrap();
        calls.push(messages.len());
        if self.down {
            return Box::pin(async { Err(TransportError::transient("the queue is down")) });
        }
        let early = calls.len() <= 2;
        let refuse = |text: &str| text.contains("never") || text.contains("later") && early;
        let (refused, taken): (Vec<_>, Vec<_>) =
            messages.iter().enumerate().partition(|(_, message)| refuse(&message.body));
        let taken: Vec<OutgoingMessage> = taken.into_iter().map(|(_, message)| message.clone()).collect();
        let refused = refused.into_iter().map(|(index, message)| {
            let retry = message.body.contains("later");
            Refused { index, reason: "InternalError".to_owned(), retry }
        });
        let refused = refused.collect();
        Box::pin(async move {
            self.inner.send(destination, &taken).await?;
            Ok(refused)
        })
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        if self.down {
            return Box::pin(async { Err(TransportError::transient("the queue is down")) });
        }
        self.inner.send_dead_letter(message)
    }

    fn store_payload(&self, payload: Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        self.inner.store_payload(payload)
    }

    fn load_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        self.inner.load_payload(key)
    }

    fn delete_payload<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        self.inner.delete_payload(key)
    }

    fn new_invocation_id(&self) -> String {
        self.inner.new_invocation_id()
    }
}

fn client(transport: Moody) -> (Invoke<Mail>, Arc<Moody>) {
    let transport = Arc::new(transport);
    (Client::new(Arc::clone(&transport)).invoke(), transport)
}

#[tokio::test(start_paused = true)]
async fn refused_messages_are_tried_again_and_named_by_index() {
    let (mail, transport) = client(Moody::default());
    let texts = (0..12).map(|index| match index {
        3 => "never".to_owned(),
        5 => "later".to_owned(),
        _ => format!("mail {index}"),
    });
    let error = mail.send_all(texts).await.unwrap_err();
    let unsent: Vec<usize> = error.unsent().iter().map(|unsent| unsent.index).collect();
    assert_eq!(unsent, [3]);
    assert_eq!(
        error.to_string(),
        "1 of 12 messages were not sent; the first is number 3: message to `Mail`: was refused: InternalError"
    );
    assert_eq!(*transport.calls.lock().unwrap(), [10, 1, 1, 2]);
    assert_eq!(transport.inner.sent().len(), 11);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_down_is_an_error() {
    let (mail, transport) = client(Moody::down());
    let error = mail.send("hello".to_owned()).await.unwrap_err();
    assert_eq!(error.to_string(), "message to `Mail`: was refused: the queue is down");
    assert_eq!(transport.calls.lock().unwrap().len(), 6);
}

#[tokio::test]
async fn delays_are_checked() {
    let (mail, transport) = client(Moody::default());
    mail.message("hello".to_owned()).delay_secs(900).send().await.unwrap();
    let error = mail.message("hello".to_owned()).delay_secs(901).send().await.unwrap_err();
    assert_eq!(error.to_string(), "message to `Mail`: delay: must be 0 to 900 s, got 901 s");
    let many = mail.messages(["a".to_owned(), "b".to_owned()]).delay_secs(-1);
    assert_eq!(many.send().await.unwrap_err().unsent().len(), 2);
    let sent = transport.inner.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1.delay_secs, 900);
    assert!(sent[0].1.body.starts_with(r#"{"source_task_id":null,"#));
}

#[tokio::test]
async fn nothing_and_large_batches() {
    let (mail, transport) = client(Moody::default());
    mail.send_all([]).await.unwrap();
    assert!(transport.calls.lock().unwrap().is_empty());
    // 200,000 bytes each: five fit into a call.
    mail.send_all((0..7).map(|_| "x".repeat(200_000))).await.unwrap();
    assert_eq!(*transport.calls.lock().unwrap(), [5, 2]);
}
