//! A process that writes a journal is killed, again and again, and another one reads what it left.

use std::{
    collections::BTreeMap,
    env,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{self, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use async_lambda_local::{
    cloud::Cloud,
    queue::{Command, Message, NewMessage, QueueId, Reply, Seq},
    store::{Damage, Journal, Opened},
    time::Clock,
};

use crate::operations::{Random, plan};

const TEST: &str = "kill::a_killed_process_loses_nothing_that_it_acknowledged";
/// The journal of the process that is to be killed. It is this same test.
const JOURNAL: &str = "LOCAL_KILLED_JOURNAL";
/// The variable with the number of kills.
const KILLS: &str = "LOCAL_KILLS";

const DEAD: QueueId = 0;
const JOBS: QueueId = 2;
const ORDERED: QueueId = 4;

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Some(path) = env::var_os(JOURNAL) {
        return work(Path::new(&path));
    }
    let kills = env::var(KILLS).map_or(10, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut known = Known::default();
    let mut random = Random::new(process::id().into());
    let (mut torn, mut half) = (0, 0);
    for _ in 0..kills {
        for line in killed(&path, Duration::from_millis(random.below(200))) {
            known.learn(&line);
        }
        half += usize::from(path.with_extension("next").exists());
        let Opened { broker, cut, .. } = Journal::open(&path, &mut plan()).unwrap();
        torn += usize::from(cut.is_some());
        assert!(cut.as_ref().is_none_or(|cut| cut.damage == Damage::Torn), "{cut:?}");
        known.compare(broker.queues().flat_map(|(_, queue)| queue.messages()));
    }
    let sent = known.0.len();
    println!("{kills} kills: {sent} messages, {torn} torn records, {half} unfinished snapshots");
    assert!(known.0.values().any(|fate| *fate == Fate::Gone) && known.0.values().any(|fate| *fate == Fate::There));
}

/// Starts a process, kills it this long after its first acknowledgement, and returns its lines.
fn killed(path: &Path, after: Duration) -> Vec<String> {
    let mut child = process::Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(JOURNAL, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (first, begun) = mpsc::channel();
    let reader = thread::spawn(move || {
        let begins = |line: &String| {
            if line.starts_with("sent ") {
                // Nobody listens after the first.
                first.send(()).unwrap_or_default();
            }
        };
        lines.map_while(Result::ok).inspect(begins).collect::<Vec<String>>()
    });
    let has_begun = begun.recv_timeout(Duration::from_secs(60)).is_ok();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let said = reader.join().unwrap();
    assert!(has_begun, "{} lines", said.len());
    said
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It was acknowledged, and nobody deleted it.
    There,
    /// Somebody began to delete it.
    Unknown,
    /// The deletion was acknowledged.
    Gone,
}

/// The fates of messages, by the number of their id.
#[derive(Default)]
struct Known(BTreeMap<Seq, Fate>);

impl Known {
    fn learn(&mut self, line: &str) {
        let Some((word, id)) = line.split_once(' ') else { return };
        let fate = match word {
            "sent" => Fate::There,
            "deleting" => Fate::Unknown,
            "deleted" => Fate::Gone,
            // The test harness says something, too.
            _ => return,
        };
        // The threads' lines may come in another order.
        let known = self.0.entry(id.parse().unwrap()).or_insert(fate);
        if fate != Fate::There && *known != Fate::Gone {
            *known = fate;
        }
    }

    fn compare<'a>(&mut self, messages: impl Iterator<Item = &'a Message>) {
        let mut present: BTreeMap<Seq, &Message> = BTreeMap::new();
        for message in messages {
            assert_eq!(present.insert(message.id, message), None, "in two queues");
            assert_eq!(*message.body, *body(message.body.split_once(' ').unwrap().0));
        }
        for (id, fate) in &mut self.0 {
            let is_there = present.contains_key(id);
            match fate {
                Fate::There => assert!(is_there, "{id} is lost"),
                Fate::Unknown => *fate = if is_there { Fate::There } else { Fate::Gone },
                Fate::Gone => assert!(!is_there, "{id} came back"),
            }
        }
        // A message whose sending was not acknowledged, but that is there, must stay from now on.
        for id in present.into_keys() {
            self.0.entry(id).or_insert(Fate::There);
        }
    }
}

fn body(name: &str) -> String {
    format!("{name} {}", "x".repeat(name.bytes().map(usize::from).sum()))
}

/// Sends, receives and deletes until it is killed. Some messages fail and become dead letters.
fn work(path: &Path) {
    let mut plan = plan();
    let Opened { journal, broker, seed, .. } = Journal::open(path, &mut plan).unwrap();
    let cloud = Cloud::new(plan, Clock::system(), broker, journal.compact_from(100_000), seed);
    cloud.advance().unwrap();
    // Those who had received them are gone.
    for queue in [DEAD, JOBS, ORDERED] {
        cloud.apply(queue, Command::GiveBack).unwrap();
    }
    thread::scope(|scope| {
        for number in 0..4_u64 {
            let cloud = &cloud;
            scope.spawn(move || {
                let mut random = Random::new(u64::from(process::id()) << 8 | number);
                for round in 0_u64.. {
                    let queue = if random.one_in(3) { ORDERED } else { JOBS };
                    send(cloud, queue, &format!("{}-{number}-{round}", process::id()));
                    let receives = [queue, DEAD];
                    for queue in receives.into_iter().take(1 + random.index(2)) {
                        receive(cloud, queue, &mut random);
                    }
                }
            });
        }
    });
}

fn send(cloud: &Cloud, queue: QueueId, name: &str) {
    let mut message = NewMessage::new(body(name));
    if queue == ORDERED {
        message.group = Some(name[name.len() - 1..].into());
        message.deduplication = Some(name.into());
    }
    let id = cloud.send(queue, message).unwrap();
    say("sent", id);
}

fn receive(cloud: &Cloud, queue: QueueId, random: &mut Random) {
    let reply = cloud.apply(queue, Command::Receive { max: 10, visibility: None }).unwrap();
    let Reply::Messages(messages) = reply else { panic!("{reply:?}") };
    for message in messages {
        let receipt = message.receipt();
        if queue == JOBS && random.one_in(2) {
            cloud.apply(queue, Command::ChangeVisibility(receipt, 0)).unwrap();
            continue;
        }
        say("deleting", message.id);
        assert_eq!(cloud.apply(queue, Command::Delete(receipt)).unwrap(), Reply::Done);
        say("deleted", message.id);
    }
}

/// Prints a line with one `write`, so that it is whole.
fn say(word: &str, id: Seq) {
    io::stdout().lock().write_all(format!("{word} {id}\n").as_bytes()).unwrap();
}
