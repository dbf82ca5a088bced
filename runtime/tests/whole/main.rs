//! `cargo run`, as somebody at a terminal sees it. This program is both the test and the application under test.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod application;
mod bench;
mod program;

use std::{collections::BTreeSet, env, fs, process::ExitCode, thread, time::Duration};

use application::{PROGRAM, Project, eventually, request};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn main() -> ExitCode {
    if env::var_os(PROGRAM).is_some() {
        return async_lambda::main(program::app());
    }
    let tests: [(&str, fn()); 7] = [
        ("an order is handled, fails, dies and is redriven", an_order_is_handled_fails_dies_and_is_redriven),
        ("crashes and blocking handlers end one worker", crashes_and_blocking_handlers_end_one_worker),
        ("the clock moves schedules", the_clock_moves_schedules),
        ("a killed program loses no message", a_killed_program_loses_no_message),
        ("two programs do not share a state", two_programs_do_not_share_a_state),
        ("wrong commands say what is right", wrong_commands_say_what_is_right),
        ("in process it does the same", in_process_it_does_the_same),
    ];
    let wanted = env::args().nth(1);
    if wanted.as_deref() == Some("bench") {
        bench::run();
        return ExitCode::SUCCESS;
    }
    for (name, test) in tests.into_iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| name.contains(wanted)))
    {
        println!("test {name} ...");
        test();
    }
    ExitCode::SUCCESS
}

/// How many messages are in the dead-letter queue.
fn dead(project: &Project, application: &application::Application) -> u64 {
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
