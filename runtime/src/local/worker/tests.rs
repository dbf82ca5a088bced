//! A transport through a port of this machine, and the one behind it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use async_lambda_local::http::{listen, serve};
use async_lambda_model::TaskId;
use pretty_assertions::assert_eq;
use tokio::sync::Barrier;

use super::{clock::EngineClock, engine::EngineClient, remote::RemoteTransport, server::TransportServer};
use crate::{
    BoxFuture, Recorder,
    transport::{
        Called, Claimed, HiddenMessage, OnceKey, OnceTimes, OutgoingMessage, OutgoingSchedule, Refused, Transport,
        TransportError,
    },
};

async fn listening(transport: Arc<dyn Transport>) -> SocketAddr {
    let listener = listen(0).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = TransportServer { make: Arc::new(move |_| Arc::clone(&transport)) };
    tokio::spawn(serve(listener, Arc::new(server), 10_000_000));
    address
}

fn remote(address: &str) -> RemoteTransport {
    let clock = Arc::new(EngineClock::default());
    RemoteTransport::new(Arc::new(EngineClient::new(address, Arc::clone(&clock))), clock)
}

async fn connected(transport: Arc<dyn Transport>) -> RemoteTransport {
    remote(&listening(transport).await.to_string())
}

const WORK: TaskId = TaskId::literal("Work");

fn message() -> OutgoingMessage {
    OutgoingMessage {
        body: "{\"a\": \"ü\\n\"}".to_owned(),
        delay_secs: 7,
        lane: 3,
        group: Some("group".to_owned()),
        deduplication_id: Some("id".to_owned()),
        application: Some("other".to_owned()),
        trace_header: Some("Root=1".to_owned()),
        attributes: vec![("AsyncLambdaKind", "panic".to_owned()), ("AsyncLambdaReason", "boom".to_owned())],
    }
}

#[tokio::test]
async fn calls_arrive_as_they_were_made() {
    let recorder = Arc::new(Recorder::new());
    let remote = connected(recorder.clone()).await;
    let messages = [message(), OutgoingMessage::new("{}".to_owned())];
    assert_eq!(remote.send(&WORK, &messages).await.unwrap(), []);
    assert_eq!(recorder.sent(), messages.clone().map(|message| (WORK, message)));

    remote.send_dead_letter(&message()).await.unwrap();
    assert_eq!(recorder.dead_letters(), [message()]);

    let hidden = HiddenMessage { receipt_handle: "receipt".to_owned(), seconds: 42_000 };
    assert_eq!(remote.change_visibility("arn", std::slice::from_ref(&hidden)).await.unwrap(), []);
    assert_eq!(recorder.hidden(), [("arn".to_owned(), hidden)]);

    let payload = format!("\"{}\"", "ü".repeat(2_000_000));
    let key = remote.store_payload(payload.clone().into()).await.unwrap();
    assert_eq!(remote.load_payload(&key).await.unwrap(), payload);
    remote.delete_payload(&key).await.unwrap();
    assert!(remote.load_payload(&key).await.unwrap_err().is_missing());

    let at = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let schedule = OutgoingSchedule { name: "name".to_owned(), at, wait_secs: 1000, token: "token".to_owned() };
    remote.schedule(&WORK, &message(), &schedule).await.unwrap();
    assert_eq!(recorder.scheduled(), [(WORK, message(), schedule.clone())]);
    assert!(remote.schedule(&WORK, &message(), &schedule).await.unwrap_err().is_conflict());
    assert_eq!(remote.schedule_time("name").await.unwrap(), at);
    remote.delete_schedule("name").await.unwrap();
    assert!(remote.delete_schedule("name").await.unwrap_err().is_missing());
}

#[tokio::test]
async fn keys_are_taken_in_the_table_of_the_engine() {
    let remote = connected(Arc::new(Recorder::new())).await;
    let table = remote.once_table().unwrap();
    let times = OnceTimes { now_ms: 1000, locked_until_ms: 5000, expires: 100 };
    let key = |token: &str| OnceKey { task: WORK, text: "\"k\"".to_owned(), token: token.to_owned() };
    assert_eq!(table.claim(&key("a"), times).await.unwrap(), Claimed::New);
    let until = UNIX_EPOCH + Duration::from_secs(5);
    assert_eq!(table.claim(&key("b"), times).await.unwrap(), Claimed::Locked { until });
    table.release(&key("a")).await.unwrap();
    assert_eq!(table.claim(&key("b"), times).await.unwrap(), Claimed::New);
    assert!(!table.complete(&key("a"), None, times).await.unwrap());
    assert!(table.complete(&key("b"), Some("1"), times).await.unwrap());
    let result = Some("1".to_owned());
    assert_eq!(table.claim(&key("c"), times).await.unwrap(), Claimed::Done { result });
}

#[cfg(feature = "table")]
#[tokio::test]
async fn items_are_in_the_tables_of_the_engine() {
    use crate::table::{TableAnswer, TableCall};
    let remote = connected(Arc::new(Recorder::new())).await;
    let call = async |operation: serde_json::Value| {
        let table = serde_json::json!({"name": "Orders", "partition": "id", "sort": null});
        let call = serde_json::json!({"table": table, "operation": operation});
        let call: TableCall = serde_json::from_value(call).unwrap();
        remote.table(&call).await
    };
    let item = serde_json::json!({"id": {"S": "a"}, "n": {"N": "1"}});
    let put = serde_json::json!({"Put": {"item": item, "is_new": true}});
    assert_eq!(call(put.clone()).await.unwrap(), TableAnswer::Done);
    let known = item.as_object().cloned();
    assert_eq!(call(put).await.unwrap(), TableAnswer::Refused { item: known.clone() });
    let get = serde_json::json!({"Get": {"key": {"id": {"S": "a"}}, "consistent": false}});
    assert_eq!(call(get).await.unwrap(), TableAnswer::Item(known));
    let wrong = serde_json::json!({"Put": {"item": {}, "is_new": false}});
    let error = call(wrong).await.unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("must have the key `id`"), "{error}");
}

/// Does what a recorder does not.
struct Odd {
    errors: Mutex<Vec<TransportError>>,
    /// Payloads are stored three at a time.
    three: Barrier,
}

impl Odd {
    fn new(errors: impl Into<Vec<TransportError>>) -> Arc<Odd> {
        Arc::new(Odd { errors: Mutex::new(errors.into()), three: Barrier::new(3) })
    }
}

impl Transport for Odd {
    fn send<'a>(
        &'a self,
        _: &'a TaskId,
        _: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        let refused = Refused { index: 1, reason: "too long".to_owned(), retry: true };
        Box::pin(async { Ok(vec![refused]) })
    }

    fn send_dead_letter<'a>(&'a self, _: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
        let error = self.errors.lock().unwrap().remove(0);
        Box::pin(async { Err(error) })
    }

    fn store_payload(&self, _: bytes::Bytes) -> BoxFuture<'_, Result<String, TransportError>> {
        Box::pin(async {
            self.three.wait().await;
            Ok("key".to_owned())
        })
    }

    fn load_payload<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<String, TransportError>> {
        Box::pin(async { Ok(String::new()) })
    }

    fn delete_payload<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async { Ok(()) })
    }

    fn call<'a>(
        &'a self,
        task: &'a TaskId,
        request: bytes::Bytes,
        trace_header: Option<&'a str>,
    ) -> Option<BoxFuture<'a, Result<Called, TransportError>>> {
        let header = trace_header.unwrap_or_default();
        let called = match &request[..] {
            b"\"fail\"" => Called::Failed { kind: "panic".to_owned(), reason: format!("{task}: {header}") },
            _ => Called::Answer(request),
        };
        Some(Box::pin(async { Ok(called) }))
    }

    fn new_invocation_id(&self) -> String {
        String::new()
    }
}

#[tokio::test]
async fn errors_keep_their_class_and_their_text() {
    let errors = [
        TransportError::transient("busy"),
        TransportError::permanent("no queue"),
        TransportError::missing("not there"),
        TransportError::conflict("taken"),
    ];
    let remote = connected(Odd::new(errors)).await;
    for (text, class) in [
        ("busy", [true, false, false]),
        ("no queue", [false; 3]),
        ("not there", [false, true, false]),
        ("taken", [false, false, true]),
    ] {
        let error = remote.send_dead_letter(&message()).await.unwrap_err();
        assert_eq!(error.to_string(), text);
        assert_eq!([error.is_transient(), error.is_missing(), error.is_conflict()], class, "{text}");
    }
    let refused = Refused { index: 1, reason: "too long".to_owned(), retry: true };
    assert_eq!(remote.send(&WORK, &[message()]).await.unwrap(), [refused]);
    // Two calls that the transport behind does not have.
    assert!(!remote.change_visibility("arn", &[]).await.unwrap_err().is_transient());
    let table = remote.once_table().unwrap();
    let key = OnceKey { task: WORK, text: String::new(), token: String::new() };
    let error = table.release(&key).await.unwrap_err();
    assert_eq!(error.to_string(), "the transport has no table, which `Once` needs");
    let with_attribute = OutgoingMessage { attributes: vec![("Mine", String::new())], ..message() };
    let error = remote.send(&WORK, &[with_attribute]).await.unwrap_err();
    assert_eq!((error.to_string(), error.is_transient()), ("attribute `Mine`: is unknown".to_owned(), false));
}

#[tokio::test]
async fn tasks_are_called_by_the_engine() {
    let odd = connected(Odd::new([])).await;
    let call = async |request: &'static str| odd.call(&WORK, request.into(), Some("Root=1")).unwrap().await.unwrap();
    assert_eq!(call("{\"n\": 1}").await, Called::Answer("{\"n\": 1}".into()));
    let failed = Called::Failed { kind: "panic".to_owned(), reason: "Work: Root=1".to_owned() };
    assert_eq!(call("\"fail\"").await, failed);
    let recorder = connected(Arc::new(Recorder::new())).await;
    assert!(!recorder.call(&WORK, "{}".into(), None).unwrap().await.unwrap_err().is_transient());
}

#[tokio::test]
async fn calls_do_not_wait_for_each_other() {
    let remote = connected(Odd::new([])).await;
    let store = || remote.store_payload("{}".into());
    let all = async { tokio::join!(store(), store(), store()) };
    let (one, two, three) = tokio::time::timeout(Duration::from_secs(10), all).await.unwrap();
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
}

#[tokio::test]
async fn an_engine_that_is_not_there_may_come_back() {
    // Nobody listens at a port that was just closed.
    let address = listen(0).await.unwrap().local_addr().unwrap().to_string();
    assert!(remote(&address).load_payload("key").await.unwrap_err().is_transient());
    let address = listening(Arc::new(Recorder::new())).await;
    // The transport has no other path.
    let error = remote(&format!("{address}/key")).load_payload("key").await.unwrap_err();
    assert!(!error.is_transient() && !error.is_missing(), "{error}");
}

#[tokio::test]
async fn ids_differ_between_workers() {
    let (one, two) = (remote("127.0.0.1:1"), remote("127.0.0.1:1"));
    let ids = [one.new_invocation_id(), one.new_invocation_id(), two.new_invocation_id()];
    assert!(ids[0] != ids[1] && ids[0] != ids[2], "{ids:?}");
}
