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

#[tokio::test]
async fn each_message_keeps_what_is_said_about_it() {
    let (mail, transport) = client(Moody::default());
    let messages = (0..37_i64).map(|index| {
        let text = match index {
            30 => "never".to_owned(),
            _ => index.to_string(),
        };
        let message = mail.message(text).delay_secs(index).group(format!("group-{index}")).lane(index % 3);
        match index {
            5 => message.group("a b"),
            6 => message.delay_secs(901),
            7 => message.lane(100),
            _ => message,
        }
    });
    let error = mail.send_messages(messages).await.unwrap_err();
    let reasons: Vec<String> =
        error.unsent().iter().map(|unsent| format!("{}: {}", unsent.index, unsent.reason)).collect();
    assert_eq!(
        reasons,
        [
            "5: message to `Mail`: group: must be 1 to 128 letters, digits and punctuation marks of ASCII, got `a b`",
            "6: message to `Mail`: delay: must be 0 to 900 s, got 901 s",
            "7: message to `Mail`: lane: must be 0 to 99, got 100",
            "30: message to `Mail`: was refused: InternalError",
        ]
    );
    // A call goes to one queue: 12 messages for lane 0, 11 for each of the others.
    assert_eq!(*transport.calls.lock().unwrap(), [10, 2, 10, 1, 10, 1]);
    let sent = transport.inner.sent();
    assert_eq!(sent.len(), 33);
    for (_, message) in &sent {
        let body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
        let index = body["payload"].as_str().unwrap().trim_matches('"').parse::<u32>().unwrap();
        assert_eq!(
            (u32::from(message.delay_secs), message.lane, message.group.as_deref()),
            (index, index % 3, Some(&*format!("group-{index}")))
        );
    }
}

#[tokio::test]
async fn many_messages_share_what_is_said_about_all() {
    let (mail, transport) = client(Moody::default());
    let large = "x".repeat(300_000);
    mail.messages(["a".to_owned(), large]).delay_secs(3).group("g").lane(1).send().await.unwrap();
    let sent = transport.inner.sent();
    let said = |index: usize| (sent[index].1.delay_secs, sent[index].1.lane, sent[index].1.group.as_deref());
    assert_eq!((sent.len(), said(0), said(1)), (2, (3, 1, Some("g")), (3, 1, Some("g"))));
    let error = mail.messages(["a".to_owned(), "b".to_owned()]).group("").send().await.unwrap_err();
    assert_eq!(error.unsent().len(), 2);
}
