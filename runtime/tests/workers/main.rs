//! Worker processes, and the engine that starts them. This program is the test, the workers under test, and an engine that is killed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine;
#[path = "../harness/mod.rs"]
mod harness;
mod program;
mod raw;

use std::{
    collections::BTreeSet,
    env,
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use async_lambda_local::run::FailureKind;
use engine::{ENGINE, Engine};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn main() -> ExitCode {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        if env::var_os(raw::RAW).is_some() {
            raw::run();
        }
        println!("the program starts");
        return async_lambda::main(program::app());
    }
    match env::args().nth(1).as_deref() {
        Some(ENGINE) => block_on(engine::run_until_killed()),
        // Prints how fast it is, and is no test.
        Some("bench") => block_on(bench()),
        _ => return tests(),
    }
    ExitCode::SUCCESS
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn tests() -> ExitCode {
    macro_rules! run {
        ($($test:ident),* $(,)?) => {
            harness::run(&[$((stringify!($test), || {
                block_on(async { tokio::time::timeout(Duration::from_secs(60), $test()).await.unwrap() });
            })),*])
        };
    }
    run![
        answers_are_those_of_handlers,
        tasks_have_their_own_environment,
        workers_are_used_again,
        invocations_run_beside_each_other,
        invocations_wait_in_order,
        an_idle_worker_makes_room_for_another_task,
        a_blocking_handler_ends_with_its_worker,
        a_process_that_ends_ends_one_worker,
        errors_and_panics_leave_the_worker,
        what_does_not_start_is_not_tried_without_an_end,
        payloads_have_the_limits_of_lambda,
        lines_belong_to_their_run,
        messages_name_their_run,
        other_runtimes_are_told_what_is_wrong,
        a_restart_lets_invocations_end,
        workers_end_with_what_started_them,
        workers_end_when_the_engine_is_killed,
        a_thousand_invocations_need_one_worker,
    ]
}

fn pid(answer: &Value) -> u64 {
    answer["pid"].as_u64().unwrap()
}

/// Only Linux shows which processes there are.
const IS_SHOWN: bool = cfg!(target_os = "linux");

/// Whether a process is there and no zombie.
fn lives(pid: u64) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

/// Waits until processes are gone: within a second.
async fn are_gone(pids: impl IntoIterator<Item = u64>) {
    let begin = Instant::now();
    for pid in pids {
        while lives(pid) {
            assert!(begin.elapsed() < Duration::from_secs(1), "{pid} lives");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn answers_are_those_of_handlers() {
    let engine = Engine::start(|_| {}).await;
    let answer = engine.ask("Act", json!({"text": "ü"}), 3.0).await.unwrap();
    assert_eq!((&answer["length"], &answer["made"]), (&json!(2), &json!(1)));
    assert_eq!(answer["arn"], "arn:aws:lambda:us-east-1:000000000000:function:workers-Act");
    let remaining = answer["remaining"].as_u64().unwrap();
    assert!((2000..=3000).contains(&remaining), "{answer}");
    assert!(answer["trace"].as_str().unwrap().starts_with("Root=1-"), "{answer}");
    let again = engine.ask("Act", json!({}), 3.0).await.unwrap();
    assert_ne!(answer["requestId"], again["requestId"]);
}

async fn tasks_have_their_own_environment() {
    let engine = Engine::start(|_| {}).await;
    let of = async |task: &str| {
        let answer = engine.ask(task, json!({}), 3.0).await.unwrap();
        ["variable", "function", "memory", "group", "zone"].map(|name| answer[name].as_str().unwrap().to_owned())
    };
    assert_eq!(of("Act").await, ["of Act", "workers-Act", "512", "/aws/lambda/workers-Act", ":UTC"]);
    assert_eq!(of("Other").await, ["of Other", "workers-Other", "128", "/aws/lambda/workers-Other", ":UTC"]);
}

async fn workers_are_used_again() {
    let engine = Engine::start(|_| {}).await;
    let first = engine.ask("Act", json!({}), 3.0).await.unwrap();
    for _ in 0..20 {
        let next = engine.ask("Act", json!({}), 3.0).await.unwrap();
        // The state is made once.
        assert_eq!((pid(&next), &next["made"]), (pid(&first), &json!(1)));
    }
}

async fn invocations_run_beside_each_other() {
    let engine = Engine::start(|_| {}).await;
    let pids = |answers: Vec<_>| answers.into_iter().map(|answer: Result<Value, _>| pid(&answer.unwrap())).collect();
    let block = json!({"do": "block", "millis": 300});
    let of_act: BTreeSet<u64> = pids(engine.ask_all("Act", &vec![block.clone(); 8], 10.0).await);
    assert_eq!(of_act.len(), 4, "as many as a task has workers");
    let of_alone: BTreeSet<u64> = pids(engine.ask_all("Alone", &vec![block; 3], 10.0).await);
    assert_eq!(of_alone.len(), 1, "its reserved concurrency");
}

async fn invocations_wait_in_order() {
    let engine = Engine::start(|config| config.concurrency = 1).await;
    let requests: Vec<Value> = (0..8).map(|n| json!({"do": "sleep", "millis": 300, "n": n})).collect();
    let ended = Arc::new(std::sync::Mutex::new(Vec::new()));
    let runs = requests.into_iter().map(|request| {
        let (engine, ended) = (engine.clone(), Arc::clone(&ended));
        async move {
            // Together they need longer than each may.
            let answer = engine.ask("Act", request.clone(), 2.0).await.unwrap();
            assert!(answer["remaining"].as_u64().unwrap() > 1000, "{answer}");
            ended.lock().unwrap().push(request["n"].as_u64().unwrap());
        }
    });
    engine::all(runs).await;
    assert_eq!(*ended.lock().unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
}

async fn an_idle_worker_makes_room_for_another_task() {
    let engine = Engine::start(|config| config.limit = 2).await;
    let block = json!({"do": "block", "millis": 200});
    let act = engine.ask_all("Act", &[block.clone(), block.clone(), block], 10.0).await;
    let act: BTreeSet<u64> = act.into_iter().map(|answer| pid(&answer.unwrap())).collect();
    assert_eq!(act.len(), 2);
    let other = pid(&engine.ask("Other", json!({}), 3.0).await.unwrap());
    assert!(!IS_SHOWN || act.iter().filter(|pid| lives(**pid)).count() == 1);
    // The other one of Act is there still.
    assert!(act.contains(&pid(&engine.ask("Act", json!({}), 3.0).await.unwrap())));
    assert!(!IS_SHOWN || lives(other));
}

async fn a_blocking_handler_ends_with_its_worker() {
    let engine = Engine::start(|_| {}).await;
    // Two workers.
    let sleep = json!({"do": "sleep", "millis": 200});
    let both = engine.ask_all("Act", &[sleep.clone(), sleep], 3.0).await;
    let both: BTreeSet<u64> = both.into_iter().map(|answer| pid(&answer.unwrap())).collect();
    assert_eq!(both.len(), 2);
    let block = engine.ask("Act", json!({"do": "block", "millis": 60_000}), 0.5);
    let beside = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        engine.ask("Act", json!({"do": "sleep", "millis": 900}), 3.0).await.unwrap()
    };
    let begin = Instant::now();
    let (blocked, beside) = tokio::join!(block, beside);
    let failure = blocked.unwrap_err();
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Timeout, "task timed out after 0.5 s"));
    assert!(begin.elapsed() < Duration::from_secs(3));
    let killed = both.iter().copied().find(|known| *known != pid(&beside)).unwrap();
    assert!(both.contains(&pid(&beside)) && !lives(killed));
    // A handler that waits is stopped by its own process, which says so in time.
    let failure = engine.ask("Act", json!({"do": "sleep", "millis": 60_000}), 3.0).await.unwrap_err();
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Error, "deadline: the function's time is up"));
    assert_eq!(pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()), pid(&beside));
}

async fn a_process_that_ends_ends_one_worker() {
    let engine = Engine::start(|_| {}).await;
    let first = pid(&engine.ask("Act", json!({}), 3.0).await.unwrap());
    let beside = engine.ask("Act", json!({"do": "sleep", "millis": 500}), 3.0);
    let (beside, exit) = tokio::join!(beside, engine.ask("Act", json!({"do": "exit"}), 3.0));
    assert_eq!(pid(&beside.unwrap()), first);
    let failure = exit.unwrap_err();
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Crash, "the process ended: exit status: 3"));
    let failure = engine.ask("Act", json!({"do": "abort"}), 3.0).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Crash);
    assert!(failure.message.starts_with("the process ended: signal: 6 (SIGABRT)"), "{failure}");
    let next = pid(&engine.ask("Act", json!({}), 3.0).await.unwrap());
    assert_ne!(next, first);
    // One that ends while nobody needs it.
    let leaves = engine.ask("Act", json!({"do": "leave", "millis": 50}), 3.0).await.unwrap();
    are_gone([pid(&leaves)]).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_ne!(pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()), next);
}

async fn errors_and_panics_leave_the_worker() {
    let engine = Engine::start(|_| {}).await;
    let first = pid(&engine.ask("Act", json!({}), 3.0).await.unwrap());
    for (what, message) in [("error", "no such thing"), ("panic", "panic: on purpose")] {
        let failure = engine.ask("Act", json!({"do": what}), 3.0).await.unwrap_err();
        assert_eq!((failure.kind, &*failure.message), (FailureKind::Error, message));
    }
    assert_eq!(pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()), first);
}

async fn what_does_not_start_is_not_tried_without_an_end() {
    for (broken, message) in [
        ("error", "the database does not answer"),
        ("panic", "panic: on purpose"),
        ("exit", "the process ended before it asked for an event: exit status: 7"),
    ] {
        let engine = Engine::start(|config| {
            config.environment = Arc::new(|_| {
                vec![("TEST_BROKEN".to_owned(), std::fs::read_to_string(engine::scratch("broken")).unwrap())]
            });
        });
        std::fs::write(engine::scratch("broken"), broken).unwrap();
        let engine = engine.await;
        let begin = Instant::now();
        let answers = engine.ask_all("Broken", &vec![json!({}); 50], 3.0).await;
        for answer in answers {
            let failure = answer.unwrap_err();
            assert_eq!((failure.kind, &*failure.message), (FailureKind::Init, message));
        }
        let started = || engine.printed().iter().filter(|line| line.ends_with("the program starts")).count();
        assert_eq!(started(), 4, "as many as a task has workers");
        assert!(begin.elapsed() < Duration::from_secs(5));
        // The lines that they printed are in the history.
        assert!(engine.lines(1).iter().any(|line| line == "the program starts"), "{:?}", engine.lines(1));
        // Once it can start, it does, after a pause.
        std::fs::write(engine::scratch("broken"), "").unwrap();
        let failure = engine.ask("Broken", json!({}), 3.0).await.unwrap_err();
        assert_eq!((failure.kind, &*failure.message, started()), (FailureKind::Init, message, 4));
        engine.workers.restart();
        assert_eq!(engine.ask("Broken", json!({}), 3.0).await.unwrap(), Value::Null);
    }
    let engine = Engine::start(|config| config.program = "/nowhere/program".into()).await;
    let failure = engine.ask("Act", json!({}), 3.0).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Init);
    assert!(failure.message.starts_with("program `/nowhere/program`: cannot be started: "), "{failure}");
    let engine = Engine::start(|config| {
        config.initialization = Duration::from_millis(100);
        config.program = "sleep".into();
        config.arguments = vec!["60".into()];
    });
    let begin = Instant::now();
    let failure = engine.await.ask("Alone", json!({}), 3.0).await.unwrap_err();
    let message = "initialization: must take at most 1 s, took longer";
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Init, message));
    assert!(begin.elapsed() >= Duration::from_secs(1), "the timeout of its function");
}

async fn payloads_have_the_limits_of_lambda() {
    let engine = Engine::start(|_| {}).await;
    let most = 6 * 1024 * 1024;
    let frame = json!({"text": ""}).to_string().len();
    let text = "x".repeat(most - frame);
    let answer = engine.ask("Act", json!({ "text": text }), 30.0).await.unwrap();
    assert_eq!(answer["length"], text.len());
    let rule = format!("must have at most {most} bytes of JSON on Lambda, has {}", most + 1);
    let failure = engine.ask("Act", json!({ "text": text + "x" }), 30.0).await.unwrap_err();
    assert_eq!((failure.kind, failure.message), (FailureKind::Error, format!("event: {rule}")));
    let large = |bytes: usize| engine.ask("Act", json!({"do": "large", "bytes": bytes}), 30.0);
    assert_eq!(large(most - 2).await.unwrap().as_str().unwrap().len(), most - 2);
    let failure = large(most - 1).await.unwrap_err();
    assert_eq!((failure.kind, failure.message), (FailureKind::Error, format!("answer: {rule}")));
    assert_eq!(pid(&answer), pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()));
}

async fn lines_belong_to_their_run() {
    let engine = Engine::start(|config| config.concurrency = 1).await;
    let print = |lines: u64| json!({"do": "print", "lines": lines});
    engine.ask("Act", print(2), 10.0).await.unwrap();
    let expected = |lines: u64| {
        let lines = (0..lines).flat_map(|n| [format!("out {n}"), format!("err {n}")]);
        lines.chain(["no end".to_owned()]).collect::<Vec<_>>()
    };
    // All are there with the answer. Those of the start are of the run for which it was started.
    assert_eq!(engine.lines(1), [vec!["the program starts".to_owned()], expected(2)].concat());
    engine.ask_all("Act", &[print(500), print(1)], 10.0).await;
    // The history keeps a thousand.
    assert_eq!(engine.lines(2), expected(500)[..1000]);
    assert_eq!(engine.lines(3), expected(1));
    let printed = engine.printed();
    assert_eq!((&*printed[0], &*printed[1]), ("Act: the program starts", "Act: out 0"));
    // Those of a process that ends as well.
    let failure = engine.ask("Act", json!({"do": "panic"}), 3.0).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Error);
    assert!(engine.lines(4).iter().any(|line| line.contains("on purpose")), "{:?}", engine.lines(4));
}

async fn messages_name_their_run() {
    let engine = Engine::start(|_| {}).await;
    for run in 1..=3 {
        engine.ask("Act", json!({"do": "send"}), 3.0).await.unwrap();
        let (of, request) = engine.requests().pop().unwrap();
        assert_eq!((of, &request["Send"]["destination"]), (Some(run), &json!("Work")));
        let message = &request["Send"]["messages"][0];
        let body: Value = serde_json::from_str(message["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["payload"], "\"hello\"");
    }
    assert_eq!(engine.requests().len(), 3);
}

async fn other_runtimes_are_told_what_is_wrong() {
    let engine = Engine::start(|config| {
        config.concurrency = 1;
        config.environment = Arc::new(|_| vec![(raw::RAW.to_owned(), String::new())]);
    });
    let engine = engine.await;
    assert_eq!(engine.ask("Act", json!({"do": "ids"}), 3.0).await.unwrap(), json!([400, 404, 404]));
    let failure = engine.ask("Act", json!({"do": "silent"}), 3.0).await.unwrap_err();
    assert_eq!(engine.lines(1), ["202 400"]);
    let message = "the process asked for the next event before it answered";
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Crash, message));
    let failure = engine.ask("Act", json!({"do": "untyped"}), 3.0).await.unwrap_err();
    assert_eq!((failure.kind, &*failure.message), (FailureKind::Error, "Odd"));
}

async fn a_restart_lets_invocations_end() {
    let engine = Engine::start(|_| {}).await;
    let sleep = |millis: u64| json!({"do": "sleep", "millis": millis});
    let both = engine.ask_all("Act", &[sleep(200), sleep(200)], 3.0).await;
    let both: BTreeSet<u64> = both.into_iter().map(|answer| pid(&answer.unwrap())).collect();
    let busy = engine.ask("Act", sleep(600), 3.0);
    let after = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        engine.workers.restart();
        engine.ask("Act", json!({}), 3.0).await.unwrap()
    };
    let (busy, after) = tokio::join!(busy, after);
    assert!(both.contains(&pid(&busy.unwrap())) && !both.contains(&pid(&after)));
    are_gone(both).await;
    assert_eq!(pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()), pid(&after));
    let printed = engine.printed();
    assert!(!printed.iter().any(|line| line.contains("ERROR")), "{printed:?}");
}

async fn workers_end_with_what_started_them() {
    let engine = Engine::start(|_| {}).await;
    let sleep = json!({"do": "sleep", "millis": 200});
    let all = engine.ask_all("Act", &[sleep.clone(), sleep], 3.0).await;
    let pids: Vec<u64> = all.into_iter().map(|answer| pid(&answer.unwrap())).collect();
    drop(engine);
    are_gone(pids).await;
}

async fn workers_end_when_the_engine_is_killed() {
    let mut command = Command::new(env::current_exe().unwrap());
    let mut process = command.arg(ENGINE).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let pids: Vec<u64> = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    // An idle one, and one that blocks.
    assert_eq!(pids.len(), 2);
    assert!(!IS_SHOWN || pids.iter().all(|pid| lives(*pid)));
    process.kill().unwrap();
    process.wait().unwrap();
    are_gone(pids).await;
}

async fn a_thousand_invocations_need_one_worker() {
    let engine = Engine::start(|_| {}).await;
    let first = pid(&engine.ask("Act", json!({}), 3.0).await.unwrap());
    for _ in 0..1000 {
        assert_eq!(pid(&engine.ask("Act", json!({}), 3.0).await.unwrap()), first);
    }
}

async fn bench() {
    let engine = Engine::start(|config| config.concurrency = 1).await;
    engine.ask("Act", json!({}), 3.0).await.unwrap();
    for count in [1000, 5000] {
        let begin = Instant::now();
        for _ in 0..count {
            engine.ask("Act", json!({}), 3.0).await.unwrap();
        }
        let each = begin.elapsed().as_secs_f64() / f64::from(count);
        println!("{count} invocations, one worker: {:.0} us each, {:.0} a second", each * 1e6, 1.0 / each);
    }
    let begin = Instant::now();
    for _ in 0..1000 {
        engine.ask("Act", json!({"do": "send"}), 3.0).await.unwrap();
    }
    println!("with a message: {:.0} us each", begin.elapsed().as_secs_f64() * 1e3);
    let begin = Instant::now();
    engine.workers.restart();
    engine.ask("Act", json!({}), 3.0).await.unwrap();
    println!("with a new worker: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
}
