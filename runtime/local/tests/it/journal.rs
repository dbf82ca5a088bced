//! Journals that are closed and opened again, whole, torn and damaged.

use std::{
    fs,
    path::{Path, PathBuf},
};

use async_lambda_local::{
    plan::{Plan, Role},
    queue::{Broker, Change, Command, Later, NewMessage, QueueConfig, QueueId, Receipt, Reply},
    store::{Cut, Damage, Journal, Opened, Store, StoreError},
};
use pretty_assertions::assert_eq;
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

use crate::{
    machine::{OPERATIONS, cases},
    operations::{BEGIN, Operation, Operations, plan, plan_of},
};

/// A journal and its state, as the cloud has them.
struct State {
    journal: Journal,
    broker: Broker,
}

impl State {
    fn open(path: &Path, plan: &mut Plan) -> State {
        let Opened { journal, broker, cut, .. } = Journal::open(path, plan).unwrap();
        assert_eq!(cut, None);
        State { journal, broker }
    }

    fn run(&mut self, now: u64, operation: Operation) -> Option<Reply> {
        let mut out = Vec::new();
        let reply = operation.run(&mut self.broker, now, &mut out);
        self.journal.write(&out).unwrap();
        self.journal.compact(&self.broker).unwrap();
        reply
    }

    fn apply(&mut self, queue: QueueId, command: Command) -> Reply {
        self.run(BEGIN, Operation::Apply(queue, command)).unwrap()
    }

    fn send(&mut self, queue: QueueId, body: &str) {
        let mut message = NewMessage::new(body);
        if self.broker.queue(queue).config.fifo {
            message.group = Some("g".into());
            message.deduplication = Some(body.into());
        }
        assert!(matches!(self.apply(queue, Command::Send(message)), Reply::Sent(_)));
    }

    fn receive(&mut self, queue: QueueId, max: usize) -> Vec<Receipt> {
        let Reply::Messages(messages) = self.apply(queue, Command::Receive { max, visibility: Some(0) }) else {
            panic!("refused");
        };
        messages.iter().map(|message| message.receipt()).collect()
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("state").join("journal")
}

fn names(path: &Path) -> Vec<String> {
    let files = fs::read_dir(path.parent().unwrap()).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn bodies(broker: &Broker, queue: QueueId) -> Vec<String> {
    let mut messages: Vec<_> =
        broker.queue(queue).messages().map(|message| (message.seq, message.body.to_string())).collect();
    messages.sort();
    messages.into_iter().map(|(_, body)| body).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(5_000), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn an_opened_journal_has_the_state_of_the_closed_one(words in vec(any::<u64>(), OPERATIONS)) {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut operations) = (file(&folder), Operations::new());
        let mut state = State::open(&path, &mut plan());
        for word in words {
            let operation = operations.step(word, &state.broker);
            let reply = state.run(operations.now, operation.clone());
            if let (Operation::Apply(queue, _), Some(reply)) = (&operation, &reply) {
                operations.note(*queue, reply);
            }
            if word % 50 == 0 {
                state.run(operations.now, Operation::Advance);
                let before = state.broker;
                drop(state.journal);
                state = State::open(&path, &mut plan());
                // A short one is compacted often, and while it is in use.
                state.journal = state.journal.compact_from(word % 100_000);
                state.run(operations.now, Operation::Advance);
                assert_eq!(state.broker, before);
            }
        }
    }
}

#[test]
fn a_record_that_is_torn_at_any_byte_is_cut_off_with_its_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut state = State::open(&path, &mut plan());
    state.send(3, "dead");
    state.send(4, "first");
    state.send(3, "ready");
    state.run(BEGIN + 10_000, Operation::Advance);
    assert_eq!(state.run(BEGIN + 10_000, Operation::Apply(3, Command::Remove(vec![9]))), Some(Reply::Moved(0)));
    state.receive(3, 1);
    let (before, whole) = (fs::read(&path).unwrap(), state.broker.snapshot().collect::<Vec<Change>>());
    // One call: a message goes to the dead-letter queue, another one is received.
    assert_eq!(state.receive(3, 1).len(), 1);
    assert_eq!(bodies(&state.broker, 0), ["dead"]);
    let after = fs::read(&path).unwrap();
    assert!(after.len() > before.len() + 100);
    for length in before.len()..after.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        fs::write(&path, &after[..length]).unwrap();
        let Opened { mut journal, mut broker, cut, .. } = Journal::open(&path, &mut plan()).unwrap();
        broker.advance(BEGIN + 10_000, &mut Vec::new());
        let (at, bytes) = (before.len() as u64, (length - before.len()) as u64);
        let expected = Cut { path: path.clone(), at, bytes, damage: Damage::Torn };
        assert_eq!(cut, (bytes > 0).then_some(expected));
        assert_eq!(broker.snapshot().collect::<Vec<Change>>(), whole);
        assert_eq!(fs::read(&path).unwrap(), before);
        let change = Change::Unschedule { name: "x".to_owned() };
        journal.write(&[change]).unwrap();
        drop(journal);
        State::open(&path, &mut plan());
    }
}

#[test]
fn damage_costs_what_follows_and_the_file_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut state = State::open(&path, &mut plan());
    let head = state.journal.len() - 16 - r#"{"Next":{"seq":0}}"#.len() as u64;
    let mut ends = vec![head, state.journal.len()];
    for number in 0..4 {
        state.send(2, &format!("message {number}"));
        ends.push(state.journal.len());
    }
    drop(state);
    let whole = fs::read(&path).unwrap();
    for place in 0..whole.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        let opened = Journal::open(&path, &mut plan());
        if (place as u64) < head {
            let error = opened.unwrap_err();
            assert!(matches!(error, StoreError::NotAJournal(_) | StoreError::Version { .. }), "byte {place}: {error}");
            assert_eq!(fs::read(&path).unwrap(), damaged);
            continue;
        }
        let Opened { broker, cut, .. } = opened.unwrap();
        let kept = ends.iter().rposition(|end| *end <= place as u64).unwrap();
        assert_eq!(bodies(&broker, 2).len(), kept.saturating_sub(1), "byte {place}");
        let at = ends[kept];
        let copy = folder.path().join("journal.damaged-1");
        assert_eq!(fs::read(&copy).unwrap(), damaged);
        let cut = cut.unwrap();
        assert_eq!(
            cut,
            Cut { path: path.clone(), at, bytes: whole.len() as u64 - at, damage: Damage::Changed { copy } }
        );
        assert_eq!(fs::metadata(&path).unwrap().len(), at);
    }
}

#[test]
fn a_second_damage_keeps_the_first_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    for _ in 0..2 {
        let mut state = State::open(&path, &mut plan());
        let begin = usize::try_from(state.journal.len()).unwrap();
        state.send(2, "message");
        drop(state);
        let mut bytes = fs::read(&path).unwrap();
        bytes[begin + 20] ^= 1;
        fs::write(&path, bytes).unwrap();
        let cut = Journal::open(&path, &mut plan()).unwrap().cut.unwrap();
        let text = cut.to_string().replace(folder.path().to_str().unwrap(), "TMP");
        let Cut { at, bytes, .. } = cut;
        assert!(text.starts_with(&format!("local state `TMP/state/journal`: damaged at byte {at}; ")), "{text}");
        assert!(text.contains(&format!("{bytes} bytes, are dropped")), "{text}");
    }
    assert_eq!(names(&path), ["journal", "journal.damaged-1", "journal.damaged-2", "journal.lock"]);
}

#[test]
fn a_journal_of_messages_that_are_gone_stays_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut state = State::open(&path, &mut plan());
    state.journal = state.journal.compact_from(20_000);
    state.send(2, "stays");
    for _ in 0..300 {
        state.send(0, &"x".repeat(500));
        let receipt = state.receive(0, 1)[0];
        assert!(state.journal.len() < 22_000, "{}", state.journal.len());
        state.apply(0, Command::Remove(vec![receipt.seq]));
    }
    assert_eq!(state.journal.len(), fs::metadata(&path).unwrap().len());
    drop(state);
    let state = State::open(&path, &mut plan());
    assert_eq!(bodies(&state.broker, 2), ["stays"]);
}

#[test]
fn where_no_snapshot_can_be_written_the_journal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut state = State::open(&path, &mut plan());
    state.journal = state.journal.compact_from(5_000);
    let obstacle = path.with_extension("next");
    fs::create_dir(&obstacle).unwrap();
    for number in 0..50 {
        state.send(2, &format!("{number} {}", "x".repeat(300)));
    }
    assert!(state.journal.len() > 20_000);
    let purged = state.apply(2, Command::Purge);
    fs::remove_dir(&obstacle).unwrap();
    for _ in 0..20 {
        state.send(2, &"y".repeat(300));
    }
    assert_eq!((purged, state.journal.len() < 20_000), (Reply::Done, true));
    let before = state.broker;
    drop(state.journal);
    assert_eq!(
        State::open(&path, &mut plan()).broker.snapshot().collect::<Vec<_>>(),
        before.snapshot().collect::<Vec<_>>()
    );
}

#[test]
fn queues_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let standard = |name: &str| QueueConfig::new(name);
    let fifo = |name: &str| QueueConfig { fifo: true, ..QueueConfig::new(name) };
    let roles = |plan: &Plan| -> Vec<(String, bool)> {
        plan.queues.iter().map(|queue| (queue.config.name.clone(), queue.role == Role::Former)).collect()
    };
    let expect = |names: &[(&str, bool)]| -> Vec<(String, bool)> {
        names.iter().map(|(name, former)| ((*name).to_owned(), *former)).collect()
    };
    // Dead letters, what they come from, one that nothing is ever in, one with a message for later, a FIFO queue.
    let from = QueueConfig { redrive: Some((0, 1)), ..standard("from") };
    let mut first = plan_of([standard("dead"), from, standard("unused"), standard("later"), fifo("order.fifo")]);
    let mut state = State::open(&path, &mut first);
    state.send(1, "letter");
    state.receive(1, 1);
    assert_eq!(state.receive(1, 1), []);
    let (name, token, message) = ("n".to_owned(), "t".to_owned(), NewMessage::new("sent later"));
    state.run(BEGIN, Operation::Schedule(Later { name, at: BEGIN + 1, queue: 3, token, message }));
    state.send(4, "one");
    state.send(4, "two");
    let seed = {
        drop(state);
        Journal::open(&path, &mut first).unwrap().seed
    };

    let mut second = plan_of([fifo("new.fifo"), standard("dead")]);
    let opened = Journal::open(&path, &mut second).unwrap();
    assert_eq!(opened.seed, seed);
    let mut state = State { journal: opened.journal, broker: opened.broker };
    let all = [("new.fifo", false), ("dead", false), ("from", true), ("later", true), ("order.fifo", true)];
    assert_eq!(roles(&second), expect(&all));
    assert_eq!(bodies(&state.broker, 1), ["letter"]);
    assert_eq!(bodies(&state.broker, 4), ["one", "two"]);
    state.run(BEGIN + 1, Operation::Advance);
    assert_eq!(bodies(&state.broker, 3), ["sent later"]);
    // The letter still knows where it came from.
    let redrive = Command::Redrive { to: None, only: None, max: 10 };
    assert_eq!(state.run(BEGIN + 1, Operation::Apply(1, redrive)), Some(Reply::Moved(1)));
    assert_eq!(bodies(&state.broker, 2), ["letter"]);
    state.run(BEGIN + 1, Operation::Apply(3, Command::Purge));
    drop(state);

    // A former queue that is empty goes. A queue that is planned again is no former one, and is set up as the plan says. A FIFO
    // queue is not the standard queue of the same name.
    let from = QueueConfig { visibility: 77, ..standard("from") };
    let mut third = plan_of([standard("order.fifo"), from]);
    let state = State::open(&path, &mut third);
    assert_eq!(roles(&third), expect(&[("order.fifo", false), ("from", false), ("order.fifo", true)]));
    assert_eq!((bodies(&state.broker, 1), state.broker.queue(1).config.visibility), (vec!["letter".to_owned()], 77));
    assert_eq!(bodies(&state.broker, 2), ["one", "two"]);
    assert!(state.broker.queue(2).config.fifo);
}

#[test]
fn two_programs_do_not_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let state = State::open(&path, &mut plan());
    let error = Journal::open(&path, &mut plan()).unwrap_err();
    let expected = "local state `TMP/state/journal`: must be open in one program at a time, and another program runs with it; \
                    stop that one first";
    assert_eq!(error.to_string().replace(folder.path().to_str().unwrap(), "TMP"), expected);
    assert!(matches!(Journal::remove(&path), Err(StoreError::InUse(_))));
    drop(state);
    let mut state = State::open(&path, &mut plan());
    // A compaction gives the file another identity, and the lock stays.
    state.journal = state.journal.compact_from(0);
    state.send(2, "message");
    assert!(matches!(Journal::open(&path, &mut plan()), Err(StoreError::InUse(_))));
    drop(state);
    Journal::remove(&path).unwrap();
    assert_eq!(names(&path), ["journal.lock"]);
    Journal::remove(&path).unwrap();
    assert_eq!(bodies(&State::open(&path, &mut plan()).broker, 2), [""; 0]);
}

#[test]
fn files_that_are_no_journal_of_this_release_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    State::open(&path, &mut plan());
    let whole = fs::read(&path).unwrap();
    let check = |bytes: &[u8], expected: &str| {
        fs::write(&path, bytes).unwrap();
        let error = Journal::open(&path, &mut plan()).unwrap_err().to_string();
        assert_eq!(error.replace(folder.path().to_str().unwrap(), "TMP"), expected);
        assert_eq!(fs::read(&path).unwrap(), bytes);
    };
    let fresh = "start once with `--fresh`, which deletes it";
    let other = format!("local state `TMP/journal`: must be a journal of async-lambda, is not; {fresh}");
    check(b"SQLite format 3", &other);
    check(b"async-lambda journal 1\n", &other);
    check(&whole[..60], &other);
    let newer = String::from_utf8_lossy(&whole).replacen("journal 1\n", "journal 12\n", 1);
    let version = format!("local state `TMP/journal`: must have format 1, has format 12; {fresh}");
    check(newer.as_bytes(), &version);
    // Another release may have left what this one does not know.
    fs::write(&path, &whole).unwrap();
    let mut state = State::open(&path, &mut plan());
    let at = state.journal.len();
    state.journal.write(&[Change::Remove { queue: 9, seq: 1, why: async_lambda_local::queue::Why::Purged }]).unwrap();
    drop(state);
    let unknown = fs::read(&path).unwrap();
    let message =
        format!("local state `TMP/journal`: record at byte {at} cannot be read: queue 9: must be below 5; {fresh}");
    check(&unknown, &message);
    // An empty file is what is left where a process ended before it wrote anything.
    fs::write(&path, "").unwrap();
    State::open(&path, &mut plan());
}
