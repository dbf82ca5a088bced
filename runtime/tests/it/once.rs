//! Work that is done once for each key.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_lambda::{
    BoxFuture, Client, Engine, OnceError, Recorder,
    extract::{Edge, Invocation},
    model::TaskId,
    prelude::*,
    testing::{OnceState, Outbox, Run, TestApp},
    transport::{
        Claimed, MemoryTable, OnceKey, OnceTable, OnceTimes, OutgoingMessage, Refused, Transport, TransportError,
    },
    trigger::Trigger,
};
use bytes::Bytes;
use pretty_assertions::assert_eq;
use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::json;

use crate::{body, failures, record};

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    id: String,
    /// The behavior of the bank.
    bank: Bank,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
enum Bank {
    Pays,
    Refuses,
    Panics,
    Hangs,
    TalksTooMuch,
}

struct Charge;
impl Task for Charge {
    const ID: &'static str = "Charge";
    type Payload = Order;
}

/// The number of times that the bank was asked.
#[derive(Clone, Default)]
struct Asked(Arc<AtomicU32>);

impl Asked {
    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    async fn pay(&self, bank: Bank) -> Result<String, Error> {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        match bank {
            Bank::Pays => Ok(format!("receipt {count}")),
            Bank::Refuses => Err("the bank refuses".into()),
            Bank::Panics => panic!("the bank panics"),
            Bank::Hangs => std::future::pending().await,
            Bank::TalksTooMuch => Ok("x".repeat(399_999)),
        }
    }
}

async fn charge(event: ManagedSqsEvent<Charge>, once: Once<str>, asked: State<Asked>) -> Result<String, Error> {
    let Order { id, bank } = event.payload;
    once.run(&id, async || asked.pay(bank).await).await
}

fn app(asked: &Asked) -> App {
    let charge = task(charge).timeout_secs(10).max_receive_count(2).record_concurrency(10);
    App::new("shop").with_state(asked.clone()).async_task(Charge, charge)
}

fn order(bank: Bank) -> Order {
    Order { id: "order-7".to_owned(), bank }
}

/// The result of each run.
fn said(runs: &[Run]) -> Vec<String> {
    let said = |run: &Run| match &run.result {
        Ok(value) => value.as_str().unwrap_or_default().to_owned(),
        Err(error) => error.reason.clone(),
    };
    runs.iter().map(said).collect()
}

#[tokio::test]
async fn a_second_message_gets_the_result_of_the_first() {
    let asked = Asked::default();
    let app = TestApp::new(app(&asked));
    assert_eq!(app.once_state("Charge", "order-7"), None);
    for _ in 0..3 {
        app.send::<Charge>(order(Bank::Pays)).await;
    }
    app.send::<Charge>(Order { id: "order-8".to_owned(), bank: Bank::Pays }).await;
    assert_eq!(said(&app.run_until_idle().await), ["receipt 1", "receipt 1", "receipt 1", "receipt 2"]);
    assert_eq!(asked.count(), 2);
    assert_eq!(app.once_state("Charge", "order-7"), Some(OnceState::Completed(json!("receipt 1"))));
}

#[tokio::test]
async fn an_error_and_a_panic_free_the_key() {
    for (bank, reason) in [(Bank::Refuses, "the bank refuses"), (Bank::Panics, "panic: the bank panics")] {
        let asked = Asked::default();
        let app = TestApp::new(app(&asked));
        app.send::<Charge>(order(bank)).await;
        assert_eq!(said(&app.run_until_idle().await), [reason, reason]);
        assert_eq!((asked.count(), app.once_state("Charge", "order-7")), (2, None));
        // Somebody sends it again when the bank is well.
        app.send::<Charge>(order(Bank::Pays)).await;
        assert_eq!(said(&app.run_until_idle().await), ["receipt 3"]);
    }
}

#[tokio::test]
async fn while_another_run_has_the_key_the_message_waits_for_its_end() {
    let asked = Asked::default();
    let app = TestApp::new(app(&asked));
    app.set_once("Charge", "order-7", OnceState::InProgress);
    app.send::<Charge>(order(Bank::Pays)).await;
    let runs = app.run_until_idle().await;
    let said = said(&runs);
    assert!(
        said[0].starts_with(r#"once: key `"order-7"` of task `Charge` is locked by another run, for "#),
        "{said:?}"
    );
    // The other run died; its lock ended with its deadline, and the visibility timeout is 60 s.
    assert_eq!((said.len(), said[1].as_str()), (2, "receipt 1"));

    // The other run was done in the meantime.
    app.set_once("Charge", "order-8", OnceState::Completed(json!("their receipt")));
    app.send::<Charge>(Order { id: "order-8".to_owned(), bank: Bank::Pays }).await;
    assert_eq!(self::said(&app.run_until_idle().await), ["their receipt"]);
    assert_eq!(asked.count(), 1);
}

/// A message that is locked out comes again when the lock has ended, and not after the visibility timeout of its queue.
#[tokio::test(start_paused = true)]
async fn a_message_that_is_locked_out_has_a_delay_where_it_comes_again() {
    let recorder = Arc::new(Recorder::new());
    let engine = Engine::new(app(&Asked::default()), Arc::clone(&recorder)).unwrap();
    let context = || {
        let mut context = async_lambda::Context::default();
        context.deadline = Some(tokio::time::Instant::now() + Duration::from_secs(8));
        context
    };
    let message = |id, bank| record(id, &body("Charge", &json!({"id": "order-7", "bank": bank})));
    let event = json!({"Records": [message("1", Bank::Hangs), message("2", Bank::Pays)]});
    let response = engine.invoke("Charge", event, context()).await.unwrap();
    assert_eq!(response["batchItemFailures"].as_array().unwrap().len(), 2);
    let hidden = recorder.hidden();
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!(hidden[0].1.seconds, 9);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_stopped_has_the_key_until_its_deadline() {
    let asked = Asked::default();
    let app = TestApp::new(app(&asked));
    app.send::<Charge>(order(Bank::Hangs)).await;
    let runs = app.advance(Duration::from_secs(60)).await;
    // The second attempt, 60 s later, has the key again.
    assert_eq!(said(&runs), ["deadline: the function's time is up"; 2]);
    assert_eq!(asked.count(), 2);
    assert_eq!(app.once_state("Charge", "order-7"), Some(OnceState::InProgress));
    app.send::<Charge>(order(Bank::Pays)).await;
    let said = said(&app.run_until_idle().await);
    assert!(said[0].contains("is locked by another run"), "{said:?}");
    assert_eq!(said[1], "receipt 3");
}

#[tokio::test]
async fn a_result_that_is_too_large_is_an_error_and_the_work_is_done_once() {
    let asked = Asked::default();
    let app = TestApp::new(app(&asked));
    app.send::<Charge>(order(Bank::TalksTooMuch)).await;
    let said = said(&app.run_until_idle().await);
    let start = r#"once: key `"order-7"` of task `Charge`: the work is done, its result "#;
    let end = "; return something smaller, an id";
    assert_eq!(said[0], format!("{start}must have at most 400000 bytes of JSON, has 400001{end}"));
    assert_eq!(said[1], format!("{start}that of an earlier run was not kept{end}"));
    assert_eq!((said.len(), asked.count()), (2, 1));
    assert_eq!(app.once_state("Charge", "order-7"), Some(OnceState::Completed(json!(null))));
}

#[tokio::test]
async fn results_have_the_type_of_the_work() {
    let outbox = Outbox::new();
    let once = outbox.once::<u32>();
    let run = async || once.run(&7, async || Ok::<_, Error>(vec![Some("a".to_owned()), None])).await;
    assert_eq!(run().await.unwrap(), run().await.unwrap());
    let error = once.run(&7, async || Ok::<u8, Error>(1)).await.unwrap_err();
    assert!(error.to_string().starts_with("once: key `7` of task `Test`: result of an earlier run: invalid type"));
    assert!(matches!(OnceError::of(&error), Some(OnceError::Unreadable { .. })));
    // Nothing is a result, too.
    once.run(&8, async || Ok::<(), Error>(())).await.unwrap();
    assert_eq!(outbox.once_state(&8), Some(OnceState::Completed(json!(null))));
    outbox.set_once(&9, OnceState::InProgress);
    let error = once.run(&9, async || Ok::<(), Error>(())).await.unwrap_err();
    assert!(matches!(OnceError::of(&error), Some(OnceError::InProgress { .. })));
    // The error of the work is as it was.
    let failed = once.run(&10, async || "x".parse::<u32>()).await.unwrap_err();
    assert!(failed.is::<std::num::ParseIntError>() && OnceError::of(&failed).is_none());
    // A key must say something.
    let nothing = outbox.once::<Option<u32>>().run(&None, async || Ok::<(), Error>(())).await.unwrap_err();
    assert_eq!(nothing.to_string(), "once: key of task `Test` must say which one it is, got `null`");
}

struct Repeat;
impl Task for Repeat {
    const ID: &'static str = "Repeat";
    type Payload = String;
}

/// A result that is kept for a minute, and messages at 0 s, `delay_secs` and no more.
async fn runs_of_two_messages(delay_secs: i64) -> u32 {
    async fn repeat(event: ManagedSqsEvent<Repeat>, once: Once<str>, asked: State<Asked>) -> Result<(), Error> {
        let once = once.expires_after(Duration::from_secs(60));
        once.run(&event.payload, async || asked.pay(Bank::Pays).await).await.map(drop)
    }
    async fn start(event: ScheduledEvent, repeat: Invoke<Repeat>) -> Result<(), Error> {
        let delay_secs: i64 = event.raw()["delay"].as_i64().unwrap_or_default();
        repeat.send("key".to_owned()).await?;
        Ok(repeat.message("key".to_owned()).delay_secs(delay_secs).send().await?)
    }
    let asked = Asked::default();
    let app = App::new("demo").with_state(asked.clone()).async_task(Repeat, repeat).scheduled_task(
        "Start",
        schedule!("rate(1 day)"),
        start,
    );
    let app = TestApp::new(app);
    app.run("Start", json!({"time": "2026-01-01T00:00:00Z", "delay": delay_secs})).await.unwrap();
    app.run_until_idle().await;
    asked.count()
}

#[tokio::test]
async fn results_expire() {
    assert_eq!([runs_of_two_messages(58).await, runs_of_two_messages(63).await], [1, 2]);
}

#[tokio::test]
async fn a_batch_has_a_key_for_each_message() {
    async fn charge_all(orders: Batch<Charge>, once: Once<str>, asked: State<Asked>) -> Result<(), Error> {
        for order in &orders {
            let Order { id, bank } = &order.payload;
            if let Err(error) = once.run(id, async || asked.pay(*bank).await).await {
                orders.fail(order, error);
            }
        }
        Ok(())
    }
    let asked = Asked::default();
    let app = App::new("shop").with_state(asked.clone()).async_batch_task(Charge, charge_all);
    let engine = Engine::new(app, Recorder::new()).unwrap();
    let message = |id, order: &str, bank| record(id, &body("Charge", &json!({"id": order, "bank": bank})));
    let records = vec![
        message("1", "a", Bank::Pays),
        message("2", "b", Bank::Refuses),
        message("3", "a", Bank::Pays),
        message("4", "c", Bank::Pays),
    ];
    assert_eq!(failures(&engine, "Charge", records.clone()).await, ["2"]);
    assert_eq!(failures(&engine, "Charge", records).await, ["2"]);
    assert_eq!(asked.count(), 4, "b is tried twice");
}

#[tokio::test]
async fn a_client_is_told_that_its_request_is_in_hand() {
    async fn pay(event: ApiEvent, once: Once<str>, asked: State<Asked>) -> Result<(StatusCode, String), Error> {
        let key = event.header("idempotency-key").unwrap_or_default();
        match once.run(key, async || asked.pay(Bank::Pays).await).await {
            Err(error) if matches!(OnceError::of(&error), Some(OnceError::InProgress { .. })) => {
                Ok((StatusCode::CONFLICT, "wait".to_owned()))
            }
            done => Ok((StatusCode::CREATED, done?)),
        }
    }
    let asked = Asked::default();
    let app = App::new("shop").with_state(asked.clone()).api_task("Pay", Method::POST, "/payments", pay);
    let app = TestApp::new(app);
    let request = async |key: &str| {
        let response = app.request(ApiEvent::post("/payments").header("idempotency-key", key)).await;
        (response.status.as_u16(), response.text().to_owned())
    };
    assert_eq!(request("a").await, (201, "receipt 1".to_owned()));
    assert_eq!(request("a").await, (201, "receipt 1".to_owned()));
    app.set_once("Pay", "b", OnceState::InProgress);
    assert_eq!(request("b").await, (409, "wait".to_owned()));
    assert_eq!(request("").await.0, 500);
}

#[test]
fn the_signature_says_who_does_work_once() {
    struct Hidden;
    impl<Tr: Trigger> FromInvocation<Tr> for Hidden {
        const EDGES: &'static [Edge] = &[];
        async fn from_invocation(invocation: &Invocation) -> Result<Self, Error> {
            <Once<u32> as FromInvocation<Tr>>::from_invocation(invocation).await?;
            Ok(Hidden)
        }
    }
    async fn open(_: ScheduledEvent, _: Once<u32>) -> Result<(), Error> {
        Ok(())
    }
    async fn optional(_: ScheduledEvent, _: Option<Once<u32>>) -> Result<(), Error> {
        Ok(())
    }
    async fn hidden(_: ScheduledEvent, _: Hidden) -> Result<(), Error> {
        Ok(())
    }
    let every = || schedule!("rate(1 day)");
    let app = || {
        App::new("demo")
            .scheduled_task("Open", every(), open)
            .scheduled_task("Optional", every(), optional)
            .scheduled_task("Hidden", every(), hidden)
    };
    let model = app().model().unwrap();
    assert_eq!(model.tasks.iter().map(|task| task.once).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(model.tasks[2].to_json().get("once"), None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let error = runtime.block_on(TestApp::new(app()).run_schedule("Hidden")).unwrap_err();
    assert_eq!(error.reason, "task `Hidden`: an extractor uses `Once` without its edges: there is no table");
}

/// The fate of a call of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Answered,
    /// It was made, and its answer is lost.
    Lost,
    /// Nothing was done.
    Down,
    /// Nothing was done, and no attempt will do it.
    Denied,
}

/// A table whose calls have these fates, and then are answered.
struct Flaky {
    recorder: Recorder,
    table: MemoryTable,
    claim: Mutex<Vec<Fate>>,
    complete: Mutex<Vec<Fate>>,
    release: Mutex<Vec<Fate>>,
}

fn fated<'a, T: Send + 'a>(
    fates: &Mutex<Vec<Fate>>,
    call: impl FnOnce() -> BoxFuture<'a, Result<T, TransportError>>,
) -> BoxFuture<'a, Result<T, TransportError>> {
    let fate = fates.lock().unwrap().pop().unwrap_or(Fate::Answered);
    match fate {
        Fate::Answered => call(),
        Fate::Lost => {
            let done = call();
            Box::pin(async {
                done.await?;
                Err(TransportError::transient("no answer"))
            })
        }
        Fate::Down => Box::pin(async { Err(TransportError::transient("no answer")) }),
        Fate::Denied => Box::pin(async { Err(TransportError::permanent("access denied")) }),
    }
}

impl OnceTable for Flaky {
    fn claim<'a>(&'a self, key: &'a OnceKey, times: OnceTimes) -> BoxFuture<'a, Result<Claimed, TransportError>> {
        fated(&self.claim, || self.table.claim(key, times))
    }

    fn complete<'a>(
        &'a self,
        key: &'a OnceKey,
        result: Option<&'a str>,
        times: OnceTimes,
    ) -> BoxFuture<'a, Result<bool, TransportError>> {
        fated(&self.complete, || self.table.complete(key, result, times))
    }

    fn release<'a>(&'a self, key: &'a OnceKey) -> BoxFuture<'a, Result<(), TransportError>> {
        fated(&self.release, || self.table.release(key))
    }
}

impl Transport for Flaky {
    through_the_recorder!();

    fn once_table(&self) -> Result<Box<dyn OnceTable + '_>, TransportError> {
        Ok(Box::new(self))
    }
}

/// Handles the same message three times. Returns how often the bank is asked, and how many runs fail.
async fn three_times(bank: Bank, claim: &[Fate], complete: &[Fate], release: &[Fate]) -> (u32, usize) {
    let asked = Asked::default();
    let fates = |fates: &[Fate]| Mutex::new(fates.iter().rev().copied().collect());
    let flaky = Flaky {
        recorder: Recorder::new(),
        table: MemoryTable::new(),
        claim: fates(claim),
        complete: fates(complete),
        release: fates(release),
    };
    let engine = Engine::new(app(&asked), flaky).unwrap();
    let message = record("1", &body("Charge", &json!({"id": "order-7", "bank": bank})));
    let mut failed = 0;
    for _ in 0..3 {
        failed += failures(&engine, "Charge", vec![message.clone()]).await.len();
    }
    (asked.count(), failed)
}

#[tokio::test(start_paused = true)]
async fn lost_answers_do_no_harm() {
    use Fate::{Answered, Denied, Down, Lost};
    let pays = Bank::Pays;
    assert_eq!(three_times(pays, &[Lost, Lost], &[], &[]).await, (1, 0), "the run finds its own record");
    assert_eq!(three_times(pays, &[Down, Lost], &[Lost, Down], &[]).await, (1, 0));
    assert_eq!(three_times(Bank::Refuses, &[], &[], &[Lost, Down, Lost]).await, (3, 3));
    // Without the table, nothing is done.
    assert_eq!(three_times(pays, &[Down; 6], &[], &[]).await, (1, 1));
    assert_eq!(three_times(pays, &[Denied, Denied], &[], &[]).await, (1, 2));
    // The work is done, and whether it is done again is decided by the lock, which outlives these messages.
    assert_eq!(three_times(pays, &[], &[Denied], &[]).await, (1, 2));
    assert_eq!(three_times(pays, &[], &[Down; 6], &[]).await, (1, 2));
    // A key that could not be freed is locked.
    assert_eq!(three_times(Bank::Refuses, &[], &[], &[Denied, Answered]).await, (1, 3));
}

#[tokio::test]
async fn a_transport_without_a_table_says_so() {
    let engine = Engine::new(app(&Asked::default()), Arc::new(crate::send::Moody::down())).unwrap();
    let event = json!({"Records": [record("1", &body("Charge", &json!(order(Bank::Pays))))]});
    assert_eq!(
        engine.invoke("Charge", event, async_lambda::Context::default()).await.unwrap(),
        json!({"batchItemFailures": [{"itemIdentifier": "1"}]})
    );
    // The client of an application is no handler.
    let _ = Client::new(Recorder::new());
}

/// A run: when it begins, how long the work takes, and how it ends.
fn a_run() -> impl Strategy<Value = (u64, u64, Bank)> {
    let bank = prop_oneof![Just(Bank::Pays), Just(Bank::Refuses), Just(Bank::Panics)];
    (0_u64..100, 1_u64..50, bank)
}

proptest! {
    /// However runs of one key lie in time, no two of them work at once, and none works after one that was done.
    #[test]
    fn one_works_at_a_time_and_one_is_done(runs in prop::collection::vec(a_run(), 1..8)) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (results, log) = runtime.block_on(async {
            let outbox = Outbox::new();
            let log: Arc<Mutex<Vec<String>>> = Arc::default();
            let mut tasks = tokio::task::JoinSet::new();
            for (number, (begin, millis, bank)) in runs.clone().into_iter().enumerate() {
                let (once, log) = (outbox.once::<str>(), Arc::clone(&log));
                let run = async move {
                    tokio::time::sleep(Duration::from_millis(begin)).await;
                    let work = async || {
                        log.lock().unwrap().push("begin".to_owned());
                        tokio::time::sleep(Duration::from_millis(millis)).await;
                        log.lock().unwrap().push(format!("{bank:?}"));
                        match bank {
                            Bank::Pays => Ok(number),
                            Bank::Panics => std::panic::resume_unwind(Box::new("the bank panics")),
                            _ => Err(Error::from("the bank refuses")),
                        }
                    };
                    once.run("key", work).await.map_err(|error| error.to_string())
                };
                tasks.spawn(run);
            }
            let mut results = Vec::new();
            while let Some(result) = tasks.join_next().await {
                results.push(result.unwrap_or_else(|_| Err("panic".to_owned())));
            }
            let log = log.lock().unwrap().clone();
            (results, log)
        });
        for pair in log.chunks(2) {
            prop_assert_eq!(pair[0].as_str(), "begin");
            prop_assert!(pair[1] != "begin", "two at once: {:?}", log);
        }
        let done: Vec<usize> = results.iter().flatten().copied().collect();
        prop_assert!(done.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", results);
        let pays = log.iter().filter(|line| *line == "Pays").count();
        prop_assert_eq!(pays, usize::from(!done.is_empty()));
        prop_assert!(pays == 0 || log.last().map(String::as_str) == Some("Pays"), "{:?}", log);
    }
}
