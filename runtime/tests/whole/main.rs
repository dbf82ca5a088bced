//! `cargo run`, as somebody at a terminal sees it. This program is both the test and the application under test.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod application;
mod bench;
#[path = "../harness/mod.rs"]
mod harness;
mod program;

use std::{
    collections::BTreeSet,
    env, fs,
    net::TcpListener,
    process::ExitCode,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use application::{Application, PROGRAM, Project, eventually, request};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn main() -> ExitCode {
    if env::var_os(PROGRAM).is_some() {
        return async_lambda::main(program::app());
    }
    let tests: [harness::Test; 12] = [
        ("an order is handled, fails, dies and is redriven", an_order_is_handled_fails_dies_and_is_redriven),
        ("crashes and blocking handlers end one worker", crashes_and_blocking_handlers_end_one_worker),
        ("the clock moves schedules", the_clock_moves_schedules),
        ("a killed program loses no message", a_killed_program_loses_no_message),
        ("messages and the clock are kept until --fresh", messages_and_the_clock_are_kept_until_fresh),
        ("--watch starts what was built, and queues stay", watch_starts_what_was_built_and_queues_stay),
        ("--watch goes on after a build that fails", watch_goes_on_after_a_build_that_fails),
        ("--chaos delivers twice, and fails", chaos_delivers_twice_and_fails),
        ("the API refuses what is too large", the_api_refuses_what_is_too_large),
        ("two programs do not share a state", two_programs_do_not_share_a_state),
        ("wrong commands say what is right", wrong_commands_say_what_is_right),
        ("in process it does the same", in_process_it_does_the_same),
    ];
    if env::args().nth(1).as_deref() == Some("bench") {
        bench::run();
        return ExitCode::SUCCESS;
    }
    harness::run(&tests)
}

/// The number of messages in the dead-letter queue.
fn dead(project: &Project, application: &Application) -> u64 {
    let queues = project.data(application, &["queue", "ls"]);
    let queues = queues["queues"].as_array().unwrap().clone();
    let letters = queues.iter().find(|queue| queue["name"] == "whole-dead-letters").unwrap();
    letters["counts"]["ready"].as_u64().unwrap()
}

fn an_order_is_handled_fails_dies_and_is_redriven() {
    let project = Project::new("order");
    let application = project.start(&["--in-memory"]);
    assert_eq!(application.post("/orders", "4"), 202);
    let worked = ["m0 red", "m1 red", "m2 red", "m3 red"];
    let steps = ["step g0 0", "step g0 2", "step g1 1", "step g1 3"];
    let expected: Vec<&str> = worked.into_iter().chain(steps).collect();
    eventually("the good messages are handled", || project.notes() == expected);
    // Two attempts, six times the timeout of the function apart.
    eventually("the bad message is dead", || {
        project.data(&application, &["clock", "advance", "6s"]);
        dead(&project, &application) == 1
    });
    let errors = project.data(&application, &["error", "ls"]);
    assert!(errors.to_string().contains("it is broken"), "{errors}");

    let chains = project.data(&application, &["chain", "ls"]);
    let chain = chains["chains"][0]["chain"].as_str().unwrap().to_owned();
    let tree = project.data(&application, &["chain", "show", &chain]).to_string();
    for task in ["Order", "Work", "Step"] {
        assert!(tree.contains(task), "{tree}");
    }

    fs::write(project.0.join("fixed"), "").unwrap();
    project.data(&application, &["dlq", "redrive", "whole-dead-letters", "--all"]);
    eventually("the bad message is handled", || project.notes().contains(&"bad red".to_owned()));
    assert_eq!(dead(&project, &application), 0);
}

fn crashes_and_blocking_handlers_end_one_worker() {
    let project = Project::new("crash");
    let application = project.start(&["--in-memory", "--concurrency", "3"]);
    for payload in ["\"crash\"", "\"block\"", "\"fine\""] {
        project.data(&application, &["send", "Work", "--payload", payload]);
    }
    eventually("the other message is handled", || project.notes() == ["fine red"]);
    eventually("the rest is tried again", || {
        project.data(&application, &["clock", "advance", "6s"]);
        project.notes() == ["block red", "crash red", "fine red"]
    });
    eventually("both failures are shown", || {
        let errors = project.data(&application, &["error", "ls"]).to_string();
        errors.contains("timed out") && errors.contains("exit status: 3")
    });
    let runs = project.data(&application, &["run", "ls", "--failed"]);
    assert_eq!(runs["runs"].as_array().unwrap().len(), 2, "{runs}");
}

fn the_clock_moves_schedules() {
    let project = Project::new("clock");
    let application = project.start(&["--in-memory", "--speed", "0"]);
    project.data(&application, &["clock", "advance", "2h"]);
    // A task has its own variables.
    eventually("the schedule has fired twice", || project.notes() == ["tick blue", "tick blue"]);
    project.data(&application, &["schedule", "fire", "Tick"]);
    eventually("it is fired by hand", || project.notes().len() == 3);
}

fn a_killed_program_loses_no_message() {
    let rounds = env::var("KILLS").map_or(5, |kills| kills.parse().unwrap());
    let project = Project::new("kill");
    let mut accepted: BTreeSet<String> = BTreeSet::new();
    for round in 0..rounds {
        let mut application = project.start(&[]);
        let mut stream = application.connect();
        let sender = thread::spawn(move || {
            let mut accepted = Vec::new();
            for number in 0.. {
                let payload = format!("k{round}-{number}");
                let body = json!({"task": "Work", "payload": Value::from(payload.as_str()).to_string()});
                match request(&mut stream, "/api/send", &body.to_string()) {
                    Some(200) => accepted.push(payload),
                    _ => break,
                }
            }
            accepted
        });
        thread::sleep(Duration::from_millis(150 + 97 * (round % 7)));
        application.kill();
        accepted.extend(sender.join().unwrap());
    }
    assert!(accepted.len() > 20, "{}", accepted.len());
    let application = project.start(&["--concurrency", "4"]);
    eventually("all are handled", || {
        let handled: BTreeSet<String> =
            project.notes().iter().map(|note| note.split(' ').next().unwrap().to_owned()).collect();
        accepted.is_subset(&handled)
    });
    assert_eq!(dead(&project, &application), 0);
}

const DAY: u64 = 24 * 3600 * 1000;

/// The time by which the clock is ahead of the system's, in milliseconds.
fn ahead(project: &Project, application: &Application) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let clock = project.data(application, &["clock", "show"]);
    clock["now"].as_u64().unwrap().saturating_sub(u64::try_from(now.as_millis()).unwrap())
}

/// A message that nobody takes yet.
fn leave_a_message(project: &Project, application: &Application) {
    project.data(application, &["queue", "pause", "whole-Work"]);
    project.data(application, &["send", "Work", "--payload", "\"kept\""]);
}

fn messages_and_the_clock_are_kept_until_fresh() {
    let project = Project::new("fresh");
    let mut application = project.start(&[]);
    project.data(&application, &["clock", "advance", "3d"]);
    leave_a_message(&project, &application);
    eventually("the clock is written", || project.0.join(".async_lambda/local/clock").exists());
    application.kill();

    let mut application = project.start(&[]);
    let clock = ahead(&project, &application);
    assert!((3 * DAY - 60_000..3 * DAY + 60_000).contains(&clock), "{clock}");
    eventually("the message is handled", || project.notes().contains(&"kept red".to_owned()));
    leave_a_message(&project, &application);
    application.kill();

    let application = project.start(&["--fresh", "--speed", "0"]);
    assert!(ahead(&project, &application) < 60_000);
    thread::sleep(Duration::from_millis(500));
    let messages = project.data(&application, &["message", "ls"]);
    assert_eq!(messages["messages"], json!([]), "{messages}");
    let notes = project.notes();
    assert_eq!(notes.iter().filter(|note| *note == "kept red").count(), 1, "{notes:?}");
}

/// Starts the application with `--watch`, as `cargo run` would, and with a shell script for cargo. Only the script and the
/// arguments of its one call say what a build does.
#[cfg(unix)]
fn watched(project: &Project, script: &str) -> Application {
    use std::os::unix::fs::PermissionsExt;

    let cargo = project.0.join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\necho \"$@\" >> builds\n{script}\n")).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(project.0.join("main.rs"), "").unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let variables = [("CARGO", cargo.as_path()), ("CARGO_MANIFEST_DIR", &project.0)];
    // The program that takes the place of this one has the port of its dashboard too.
    project.try_start_with(&["--watch", "--dashboard-port", &port], &variables).unwrap()
}

/// Changes a source, and waits for its build.
fn change_a_source(project: &Project) {
    fs::write(project.0.join("main.rs"), "changed").unwrap();
    let program = env::current_exe().unwrap();
    let name = program.file_stem().unwrap().to_str().unwrap().to_owned();
    eventually("it is built", || {
        fs::read_to_string(project.0.join("builds")).is_ok_and(|text| text == format!("build --bin {name}\n"))
    });
}

#[cfg(unix)]
fn watch_starts_what_was_built_and_queues_stay() {
    let project = Project::new("watch");
    let application = watched(&project, "exit 0");
    leave_a_message(&project, &application);
    change_a_source(&project);
    // Nothing is paused in a program that has just started.
    eventually("the message is handled", || project.notes() == ["kept red"]);
}

#[cfg(unix)]
fn watch_goes_on_after_a_build_that_fails() {
    let project = Project::new("watch-fails");
    let application = watched(&project, "exit 1");
    leave_a_message(&project, &application);
    change_a_source(&project);
    thread::sleep(Duration::from_secs(1));
    assert_eq!(project.notes(), [""; 0]);
    project.data(&application, &["queue", "resume", "whole-Work"]);
    eventually("the message is handled", || project.notes() == ["kept red"]);
}

fn chaos_delivers_twice_and_fails() {
    let project = Project::new("chaos");
    let application = project.start(&["--in-memory", "--chaos", "duplicate=100%"]);
    project.data(&application, &["send", "Work", "--payload", "\"twice\""]);
    eventually("it is handled twice", || project.notes() == ["twice red", "twice red"]);
    drop(application);

    let application = project.start(&["--in-memory", "--chaos", "fail=100%"]);
    project.data(&application, &["send", "Work", "--payload", "\"never\""]);
    eventually("it is dead", || {
        project.data(&application, &["clock", "advance", "6s"]);
        dead(&project, &application) == 1
    });
    let errors = project.data(&application, &["error", "ls"]).to_string();
    assert!(errors.contains("chaos: the function failed before its handler ran"), "{errors}");
    assert_eq!(project.notes(), ["twice red", "twice red"]);
}

fn the_api_refuses_what_is_too_large() {
    let project = Project::new("large");
    let application = project.start(&["--in-memory"]);
    let large = "1".repeat(10 * 1024 * 1024 + 1);
    let answer = application.call("/orders", &large);
    assert_eq!((answer.0, answer.1.as_str()), (413, r#"{"message":"Request Too Long"}"#));
}

fn two_programs_do_not_share_a_state() {
    let project = Project::new("lock");
    let _first = project.start(&[]);
    let message = project.try_start(&[]).err().unwrap();
    assert!(message.contains(".async_lambda/local") && message.contains("another"), "{message}");
}

fn wrong_commands_say_what_is_right() {
    let project = Project::new("wrong");
    let application = project.start(&["--in-memory"]);
    for (arguments, expected) in [
        (&["queue", "pause", "nobody"][..], "nobody"),
        (&["send", "Nobody"], "Nobody"),
        (&["send", "Work", "--payload", "{"], "must be JSON"),
        (&["send", "Work"], "payload"),
        (&["send", "Tick", "--payload", "{}"], "schedule fire"),
        (&["dlq", "redrive", "whole-Work", "--all"], "its own is `whole-dead-letters`"),
        (&["clock", "advance", "soon"], "soon"),
        (&["dlq", "redrive", "whole-dead-letters"], "`all`"),
    ] {
        let (code, stdout, stderr) = project.ask(&application, arguments);
        assert_eq!((code, stdout.as_str()), (1, ""), "{arguments:?}");
        assert!(stderr.starts_with("error: ") && stderr.contains(expected), "{arguments:?}: {stderr}");
    }
    let (code, _, stderr) = project.ask(&application, &["queue", "dance"]);
    assert!(code == 2 && stderr.contains("must be queue ls"), "{stderr}");
}

fn in_process_it_does_the_same() {
    let project = Project::new("process");
    let application = project.start(&["--in-memory", "--in-process"]);
    assert_eq!(application.post("/orders", "2"), 202);
    // There are no variables of a task.
    eventually("all is handled", || project.notes() == ["m0 ", "m1 ", "step g0 0", "step g1 1"]);
}
