//! Compares the state machine of queues with a slow one of the same rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use async_lambda_local::{
    plan::Plan,
    queue::{Broker, Change, Command, Message, QueueId, Reply},
};
use proptest::{collection::vec, prelude::*};

use crate::{
    operations::{Operation, Operations, Random, broker, plan},
    slow::Slow,
};

/// The number of operations of a case.
pub const OPERATIONS: usize = 1_000;

/// The number of cases that together make as many operations as `LOCAL_OPERATIONS` says, by default `operations`.
pub fn cases(operations: usize) -> u32 {
    let wanted = env::var("LOCAL_OPERATIONS").ok().and_then(|number| number.parse().ok());
    u32::try_from(wanted.unwrap_or(operations) / OPERATIONS).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(20_000), max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn queues_do_what_the_rules_say(words in vec(any::<u64>(), OPERATIONS)) {
        check(&words);
    }
}

/// Everything that can happen does happen in the test above.
#[test]
fn random_operations_reach_every_rule() {
    let (mut operations, mut fast, mut random) = (Operations::new(), broker(&plan()), Random::new(1));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for _ in 0..20_000 {
        let operation = operations.step(random.word(), &fast);
        let mut out = Vec::new();
        let reply = operation.clone().run(&mut fast, operations.now, &mut out);
        if let (Operation::Apply(queue, _), Some(reply)) = (&operation, &reply) {
            operations.note(*queue, reply);
        }
        let kind = match (&operation, &reply) {
            (_, Some(Reply::Refused(refusal))) => format!("{refusal:?}"),
            (_, Some(Reply::Sent(id))) if !ids.insert(*id) => "duplicate".to_owned(),
            (Operation::Apply(queue, _), Some(Reply::Messages(messages))) if messages.len() > 1 => {
                format!("batch of {queue}")
            }
            (Operation::Apply(_, Command::Redrive { to, .. }), Some(Reply::Moved(1..))) => {
                format!("back to {}", if to.is_some() { "one queue" } else { "its own" })
            }
            (Operation::Apply(_, Command::Remove(_)), Some(Reply::Moved(1..))) => "removed".to_owned(),
            (Operation::Advance, _) if out.iter().any(|change| matches!(change, Change::Unschedule { .. })) => {
                "sent later".to_owned()
            }
            _ => String::new(),
        };
        *seen.entry(kind).or_default() += 1;
        for change in out {
            if let Change::Remove { queue, why, .. } = change {
                *seen.entry(format!("{why:?} of {queue}")).or_default() += 1;
            }
        }
    }
    let refusals = "NotInFlight NoSuchMessage ReceiptExpired BeyondTwelveHours NoGroup NoDeduplication DelayOfFifo";
    let moves = "Moved of 0,Moved of 1,Moved of 2,Moved of 3,Moved of 4,back to one queue,back to its own";
    let others = "duplicate,removed,sent later,batch of 0,batch of 1,batch of 2,batch of 3,batch of 4";
    let expired =
        "Expired of 0,Expired of 1,Expired of 2,Expired of 3,Expired of 4,Deleted of 3,Deleted of 4,Purged of 4";
    let all = refusals.split(' ').chain([moves, others, expired].into_iter().flat_map(|names| names.split(',')));
    let rare: Vec<&str> = all.filter(|name| seen.get(*name).is_none_or(|times| *times < 10)).collect();
    assert!(rare.is_empty(), "{rare:?} of {seen:#?}");
}

fn check(words: &[u64]) {
    let plan = plan();
    let (mut operations, mut fast) = (Operations::new(), broker(&plan));
    let mut slow = Slow::new(plan.queues.iter().map(|queue| queue.config.clone()));
    let mut journal = Vec::new();
    for (step, word) in words.iter().enumerate() {
        let operation = operations.step(*word, &fast);
        // A clock that goes back does not matter.
        let now = if word % 16 == 0 { operations.now - word % 5_000 } else { operations.now };
        let context = format!("step {step}, {operation:?}");
        let mut out = Vec::new();
        let reply = operation.clone().run(&mut fast, now, &mut out);
        assert_eq!(slow.run(now, operation.clone()), reply, "{context}");
        if let (Operation::Apply(queue, _), Some(reply)) = (&operation, &reply) {
            operations.note(*queue, reply);
            same(&fast, &slow, *queue, &context);
            check_order(&fast, *queue, reply, &context);
        }
        journal.append(&mut out);
        if step % 16 == 0 {
            fast.advance(operations.now, &mut journal);
            slow.run(operations.now, Operation::Advance);
            (0..5).for_each(|queue| same(&fast, &slow, queue, &context));
            let later = slow.later.iter().map(|later| later.at);
            let next = slow.queues.iter().filter_map(|queue| queue.next_wake()).chain(later.clone()).min();
            assert_eq!((fast.next_wake(), fast.next_later()), (next, later.min()), "{context}");
            conserved(&fast, &journal, &context);
        }
    }
    fast.advance(operations.now, &mut journal);
    replayed(&plan, &mut fast, &journal, operations.now);
    let snapshot: Vec<Change> = fast.snapshot().collect();
    replayed(&plan, &mut fast, &snapshot, operations.now);
}

/// Checks that a queue has the same messages and gives the same answers.
fn same(fast: &Broker, slow: &Slow, id: QueueId, context: &str) {
    let (queue, expected) = (fast.queue(id), &slow.queues[usize::from(id)]);
    let mut messages: Vec<&Message> = queue.messages().collect();
    messages.sort_unstable_by_key(|message| message.seq);
    assert!(messages.iter().copied().eq(&expected.messages), "{context}: {messages:#?} {:#?}", expected.messages);
    assert_eq!(queue.counts(), expected.counts(), "{context}");
    assert_eq!(queue.next_wake(), expected.next_wake(), "{context}");
    assert_eq!(queue.first_ready().is_some(), expected.first().is_some(), "{context}");
    assert_eq!(queue.oldest(), expected.messages.iter().map(|message| message.sent).min(), "{context}");
}

/// Checks that nobody gets a message of a FIFO queue while an earlier one of its group is in the queue and was not
/// given before it.
fn check_order(fast: &Broker, id: QueueId, reply: &Reply, context: &str) {
    let Reply::Messages(given) = reply else { return };
    let queue = fast.queue(id);
    for (index, message) in given.iter().enumerate().filter(|_| queue.config.fifo) {
        let before: BTreeSet<u64> = given[..index].iter().map(|earlier| earlier.seq).collect();
        let skipped = queue
            .messages()
            .find(|other| other.group == message.group && other.seq < message.seq && !before.contains(&other.seq));
        assert_eq!(skipped, None, "{context}: {message:?} came first");
    }
}

/// Checks that each message that came into a queue is there, or that there is a reason why not.
fn conserved(fast: &Broker, journal: &[Change], context: &str) {
    let came = journal.iter().filter(|change| matches!(change, Change::Put { .. })).count();
    let went = journal.iter().filter(|change| matches!(change, Change::Remove { .. })).count();
    let present: usize = fast.queues().map(|(_, queue)| queue.messages().count()).sum();
    assert_eq!(came - went, present, "{context}");
}

/// Checks that a store that has the changes gives the same state.
fn replayed(plan: &Plan, fast: &mut Broker, changes: &[Change], now: u64) {
    let mut again = broker(plan);
    changes.iter().cloned().for_each(|change| again.restore(change));
    again.advance(now, &mut Vec::new());
    assert_eq!(again, *fast);
}
