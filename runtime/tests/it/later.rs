//! Messages for a later time.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_lambda::{
    BoxFuture, Client, Recorder,
    invoke::{CancelError, SendFailure},
    model::TaskId,
    prelude::*,
    testing::{Outbox, TestApp},
    transport::{OutgoingMessage, OutgoingSchedule, Refused, Transport, TransportError},
};
use bytes::Bytes;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{engine, send::Moody};

struct Mail;
impl Task for Mail {
    const ID: &'static str = "Mail";
    type Payload = String;
}

struct Order;
impl Task for Order {
    const ID: &'static str = "Order";
    type Payload = String;
}

const HOUR: Duration = Duration::from_secs(3600);

async fn mail(event: ManagedSqsEvent<Mail>) -> Result<String, Error> {
    Ok(event.payload)
}

/// Takes the only message that the recorder has. Returns its delay in the queue, and its schedule's wait.
fn only(recorder: &Recorder) -> (u16, Option<u64>) {
    let sent = recorder.take_sent().into_iter().map(|(_, message)| (message.delay_secs, None));
    let scheduled = recorder.take_scheduled().into_iter();
    let scheduled = scheduled.map(|(_, message, schedule)| (message.delay_secs, Some(schedule.wait_secs)));
    let all: Vec<_> = sent.chain(scheduled).collect();
    assert_eq!(all.len(), 1);
    all[0]
}

#[tokio::test]
async fn a_schedule_fires_900_s_before_the_time() {
    let recorder = Arc::new(Recorder::new());
    let later = Client::new(Arc::clone(&recorder)).invoke_later::<Mail>();
    for (millis, expected) in [
        (0, (0, None)),
        (500, (1, None)),
        (900_000, (900, None)),
        // A schedule is at least 60 s ahead.
        (900_001, (841, Some(60))),
        (905_000, (845, Some(60))),
        (960_000, (900, Some(60))),
        (961_000, (900, Some(61))),
        (3_600_000, (900, Some(2700))),
    ] {
        later.message("a".to_owned()).after(Duration::from_millis(millis)).send().await.unwrap();
        assert_eq!(only(&recorder), expected, "{millis} ms");
    }
    later.message("a".to_owned()).at(UNIX_EPOCH).send().await.unwrap();
    assert_eq!(only(&recorder), (0, None));

    // The schedule fires at a whole second, 900 s before the time.
    let time = SystemTime::now() + HOUR;
    later.message("a".to_owned()).at(time).group("g").lane(2).send().await.unwrap();
    let (task, message, schedule) = recorder.take_scheduled().remove(0);
    let early = time.duration_since(schedule.at).unwrap_or_default().as_secs_f64();
    assert!((898.0..=900.0).contains(&early), "{early}");
    assert_eq!(schedule.at.duration_since(UNIX_EPOCH).unwrap().subsec_nanos(), 0);
    assert_eq!((task.as_str(), message.lane, message.group.as_deref()), ("Mail", 2, Some("g")));
}

#[tokio::test]
async fn wrong_messages_are_named() {
    let recorder = Arc::new(Recorder::new());
    let later = Client::new(Arc::clone(&recorder)).invoke_later::<Mail>();
    let message = || later.message("a".to_owned());
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    let large = || later.message("\"".repeat(100_000));
    large().after(days(30)).send().await.unwrap();
    recorder.take_scheduled();
    for (result, expected) in [
        (
            message().after(HOUR).id("a b").send().await,
            "id: must be 1 to 64 letters, digits, `-`, `_` and `.`, got `a b`",
        ),
        (
            message().after(Duration::ZERO).id("").send().await,
            "id: must be 1 to 64 letters, digits, `-`, `_` and `.`, got ``",
        ),
        (
            message().after(HOUR).group("").send().await,
            "group: must be 1 to 128 letters, digits and punctuation marks of ASCII, got ``",
        ),
        (message().after(HOUR).lane(100).send().await, "lane: must be 0 to 99, got 100"),
        (message().after(Duration::MAX).send().await, "time must be before the year 10000"),
        (
            large().after(days(30) + Duration::from_secs(1)).send().await,
            "payload of 200002 bytes goes through the bucket, which keeps it for 30 days, got a delay of 31 days; send an \
             id, and load the data in the handler",
        ),
    ] {
        assert_eq!(result.unwrap_err().to_string(), format!("message to `Mail`: {expected}"));
    }
    assert_eq!((recorder.scheduled().len(), recorder.sent().len()), (0, 0));
    // A small payload has no bucket that would delete it.
    message().after(days(400)).send().await.unwrap();
}

#[tokio::test]
async fn an_input_keeps_the_limit_of_scheduler() {
    let recorder = Arc::new(Recorder::new());
    let later = Client::new(Arc::clone(&recorder)).invoke_later::<Mail>();
    // A quote is two bytes of JSON, four of the message, and eight of the schedule's input.
    for (quotes, is_stored) in [(1_000, false), (31_000, false), (32_000, true), (100_000, true), (300_000, true)] {
        later.message("\"".repeat(quotes)).after(HOUR).send().await.unwrap();
        let (_, message, _) = recorder.take_scheduled().remove(0);
        let input = json!({"MessageBody": message.body}).to_string();
        assert!(input.len() < 256_000, "{quotes}: {}", input.len());
        let envelope: Value = serde_json::from_str(&message.body).unwrap();
        assert_eq!(envelope["s3_payload_key"].is_string(), is_stored, "{quotes}");
        assert_eq!(envelope["payload"].is_string(), !is_stored, "{quotes}");
    }
    assert_eq!(recorder.payloads().len(), 3);
}

#[tokio::test]
async fn an_id_is_taken_until_it_is_cancelled() {
    let recorder = Arc::new(Recorder::new());
    let later = Client::new(Arc::clone(&recorder)).invoke_later::<Mail>();
    let order = || later.message("a".to_owned()).after(HOUR).id("order-7");
    order().send().await.unwrap();
    let error = order().send().await.unwrap_err();
    assert!(matches!(&error.unsent()[0].reason, SendFailure::AlreadyScheduled { id, .. } if id == "order-7"));
    assert_eq!(error.to_string(), "message to `Mail`: id `order-7` must be free, is scheduled already");
    later.cancel("order-7").await.unwrap();
    assert_eq!(recorder.scheduled().len(), 0);
    order().send().await.unwrap();

    let error = later.cancel("order-8").await.unwrap_err();
    assert!(matches!(&error, CancelError::TooLate { id } if id == "order-8"), "{error:?}");
    let error = later.cancel("a/b").await.unwrap_err();
    assert_eq!(error.to_string(), "schedule: id must be 1 to 64 letters, digits, `-`, `_` and `.`, got `a/b`");
}

#[tokio::test(start_paused = true)]
async fn a_transport_without_schedules_says_so() {
    let later = Client::new(Moody::down()).invoke_later::<Mail>();
    let error = later.message("a".to_owned()).after(HOUR).send().await.unwrap_err();
    let expected = "the transport has no schedules, which a delay above 900 s needs";
    assert_eq!(error.to_string(), format!("message to `Mail`: was refused: {expected}"));
    let error = later.cancel("order-7").await.unwrap_err();
    assert_eq!(error.to_string(), format!("schedule `order-7`: was not cancelled: {expected}"));
}

/// A recorder whose Scheduler refuses the first two calls.
#[derive(Default)]
struct Shaky {
    inner: Recorder,
    tokens: std::sync::Mutex<Vec<String>>,
    /// Seconds by which the schedule's time is near when it is deleted.
    late_secs: std::sync::atomic::AtomicU64,
}

impl Transport for Shaky {
    fn send<'a>(
        &'a self,
        task: &'a TaskId,
        messages: &'a [OutgoingMessage],
    ) -> BoxFuture<'a, Result<Vec<Refused>, TransportError>> {
        self.inner.send(task, messages)
    }

    fn send_dead_letter<'a>(&'a self, message: &'a OutgoingMessage) -> BoxFuture<'a, Result<(), TransportError>> {
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

    fn schedule<'a>(
        &'a self,
        task: &'a TaskId,
        message: &'a OutgoingMessage,
        schedule: &'a OutgoingSchedule,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        let mut tokens = self.tokens.lock().unwrap();
        tokens.push(schedule.token.clone());
        if tokens.len() < 3 {
            return Box::pin(async { Err(TransportError::transient("throttled")) });
        }
        self.inner.schedule(task, message, schedule)
    }

    fn schedule_time<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SystemTime, TransportError>> {
        self.inner.schedule_time(name)
    }

    /// The first attempt deletes it, and gets no answer.
    fn delete_schedule<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let is_first = self.inner.delete_schedule(name).await.is_ok();
            self.late_secs.store(if name == "slow" { 3600 } else { 0 }, std::sync::atomic::Ordering::Relaxed);
            let answer =
                if is_first { TransportError::transient("no answer") } else { TransportError::missing("gone") };
            Err(answer)
        })
    }

    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.late_secs.load(std::sync::atomic::Ordering::Relaxed))
    }
}

#[tokio::test(start_paused = true)]
async fn calls_are_tried_again() {
    let transport = Arc::new(Shaky::default());
    let later = Client::new(Arc::clone(&transport)).invoke_later::<Mail>();
    later.message("a".to_owned()).after(HOUR).id("order-7").send().await.unwrap();
    // The attempts of one call are one call for Scheduler.
    let tokens = transport.tokens.lock().unwrap().clone();
    assert_eq!((tokens.len(), &tokens[0], &tokens[1]), (3, &tokens[2], &tokens[2]));
    later.message("b".to_owned()).after(HOUR).id("slow").send().await.unwrap();
    assert_ne!(transport.tokens.lock().unwrap()[3], tokens[0]);

    later.cancel("order-7").await.unwrap();
    // It took so long that the schedule may have fired before.
    assert!(matches!(later.cancel("slow").await, Err(CancelError::TooLate { .. })));
    assert_eq!(transport.inner.scheduled().len(), 0);
}

/// Reminds in two hours, and cancels that if the payload says so.
async fn order(event: ManagedSqsEvent<Order>, remind: InvokeLater<Mail>, now: Invoke<Mail>) -> Result<(), Error> {
    if event.payload == "cancel" {
        return Ok(remind.cancel("order-7").await?);
    }
    remind.message("first".to_owned()).after(3 * HOUR).send().await?;
    remind.message("second".to_owned()).after(2 * HOUR).id("order-7").send().await?;
    remind.message("soon".to_owned()).after(Duration::from_secs(600)).send().await?;
    Ok(now.send("now".to_owned()).await?)
}

fn app() -> App {
    App::new("shop").async_task(Order, task(order).max_receive_count(1)).async_task(Mail, mail)
}

#[tokio::test]
async fn the_signature_says_who_invokes_later() {
    let model = app().model().unwrap();
    let ids = |ids: &[TaskId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (ids(&model.tasks[0].invokes), ids(&model.tasks[0].invokes_later)),
        (vec!["Mail".to_owned()], vec!["Mail".to_owned()])
    );
    assert!(model.tasks[1].invokes_later.is_empty());
    assert!(model.tasks[1].to_json().get("invokes_later").is_none());

    let problems = App::new("shop").async_task(Order, order).model().unwrap_err();
    assert!(problems[0].to_string().contains("invokes `Mail`, which is not registered"), "{problems:?}");

    async fn hidden(event: ManagedSqsEvent<Order>, hidden: Hidden) -> Result<(), Error> {
        Ok(hidden.0.message(event.payload).after(HOUR).send().await?)
    }
    struct Hidden(InvokeLater<Mail>);
    impl<Tr: async_lambda::trigger::Trigger> FromInvocation<Tr> for Hidden {
        const EDGES: &'static [async_lambda::extract::Edge] = &[];
        async fn from_invocation(invocation: &async_lambda::extract::Invocation) -> Result<Self, Error> {
            Ok(Hidden(<InvokeLater<Mail> as FromInvocation<Tr>>::from_invocation(invocation).await?))
        }
    }
    let (engine, recorder) = engine(App::new("shop").async_task(Order, hidden).async_task(Mail, mail));
    let records = vec![crate::record("m", &crate::body("Order", &json!("a")))];
    assert_eq!(crate::failures(&engine, "Order", records).await, ["m"]);
    assert!(recorder.scheduled().is_empty());
}

#[tokio::test]
async fn messages_belong_to_their_chain() {
    let (engine, recorder) = engine(app());
    let mut record = crate::record("m", &crate::body("Order", &json!("a")));
    record["attributes"]["MessageGroupId"] = "g".into();
    assert_eq!(crate::failures(&engine, "Order", vec![record]).await, [""; 0]);
    let (_, message, _) = recorder.scheduled().remove(0);
    let envelope: Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(envelope["invocation_id"], "2f1f4a5e-6f0c-4f55-9d0c-0f6c2b6f7f10");
    assert_eq!((&envelope["source_task_id"], message.group.as_deref()), (&json!("Order"), Some("g")));
}

#[tokio::test]
async fn test_apps_deliver_in_the_order_of_time() {
    let payloads = |runs: Vec<async_lambda::testing::Run>| {
        runs.iter()
            .filter(|run| run.task == "Mail")
            .map(async_lambda::testing::Run::payload::<Mail>)
            .collect::<Vec<_>>()
    };
    let test = TestApp::new(app());
    test.send::<Order>("a".to_owned()).await;
    assert_eq!(payloads(test.run_until_idle().await), ["now", "soon", "second", "first"]);
    let sent = test.sent::<Mail>();
    assert_eq!(sent.iter().map(|sent| sent.delay_secs).collect::<Vec<_>>(), [10_800, 7200, 600, 0]);
    assert_eq!(sent[1].schedule.as_deref(), Some("order-7"));
    assert_eq!((sent[2].schedule.as_deref(), sent[3].schedule.as_deref()), (None, None));

    // The id is free again, and taken until it is cancelled.
    test.send::<Order>("a".to_owned()).await;
    test.send::<Order>("a".to_owned()).await;
    test.send::<Order>("cancel".to_owned()).await;
    test.send::<Order>("cancel".to_owned()).await;
    let runs = test.run_until_idle().await;
    let failed: Vec<String> = runs.iter().filter_map(|run| Some(run.result.as_ref().err()?.reason.clone())).collect();
    assert_eq!(failed[0], "message to `Mail`: id `order-7` must be free, is scheduled already");
    assert!(failed[1].starts_with("schedule `order-7`: must be cancelled 900 s before its time"), "{failed:?}");
    assert_eq!(test.payloads::<Mail>().iter().filter(|payload| *payload == "second").count(), 1, "{runs:#?}");
}

#[tokio::test]
async fn a_handler_is_called_with_an_outbox() {
    let outbox = Outbox::new();
    let event = ManagedSqsEvent::new("a".to_owned());
    order(event, outbox.invoke_later(), outbox.invoke()).await.unwrap();
    assert_eq!(outbox.payloads::<Mail>(), ["first", "second", "soon", "now"]);
    order(ManagedSqsEvent::new("cancel".to_owned()), outbox.invoke_later(), outbox.invoke()).await.unwrap();
    assert_eq!(outbox.payloads::<Mail>(), ["first", "soon", "now"]);
    outbox.fail_sends::<Mail>(1);
    let result = order(ManagedSqsEvent::new("a".to_owned()), outbox.invoke_later(), outbox.invoke()).await;
    assert_eq!(result.unwrap_err().to_string(), "message to `Mail`: was refused: the test refuses it (`fail_sends`)");
}
