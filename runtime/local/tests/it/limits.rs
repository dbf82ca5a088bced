//! The quotas of SQS.

use std::sync::Arc;

use async_lambda_local::queue::{
    Attribute, Attributes, Broker, Command, MAX_IN_FLIGHT, MAX_MESSAGE_BYTES, NewMessage, QueueConfig, Receipt,
    Refusal, Reply,
};
use pretty_assertions::assert_eq;

use crate::operations::BEGIN;

fn apply(broker: &mut Broker, command: Command) -> Reply {
    broker.apply(BEGIN, 0, command, &mut Vec::new())
}

/// Receives until there is nothing more. Returns how many there were, and the last reply.
fn receive_all(broker: &mut Broker) -> (usize, Reply) {
    let mut received = 0;
    loop {
        match apply(broker, Command::Receive { max: 10, visibility: None }) {
            Reply::Messages(messages) if !messages.is_empty() => received += messages.len(),
            reply => return (received, reply),
        }
    }
}

#[test]
fn a_standard_queue_has_120_000_messages_in_flight_and_says_so() {
    let mut broker = Broker::default();
    broker.add(QueueConfig::new("jobs"));
    for _ in 0..MAX_IN_FLIGHT + 15 {
        apply(&mut broker, Command::Send(NewMessage::new("")));
    }
    assert_eq!(receive_all(&mut broker), (MAX_IN_FLIGHT, Reply::Refused(Refusal::OverLimit)));
    assert_eq!(broker.queue(0).counts().ready, 15);
    apply(&mut broker, Command::Delete(Receipt { seq: 7, number: 1 }));
    assert_eq!(receive_all(&mut broker), (1, Reply::Refused(Refusal::OverLimit)));
    assert_eq!(Refusal::OverLimit.to_string(), "queue: must have at most 120000 messages in flight, has as many");
}

#[test]
fn a_fifo_queue_has_120_000_messages_in_flight_and_gives_no_more() {
    let mut broker = Broker::default();
    broker.add(QueueConfig { fifo: true, ..QueueConfig::new("jobs.fifo") });
    for number in 0..MAX_IN_FLIGHT + 15 {
        let (group, deduplication) = (Some(format!("g{number}").into()), Some(number.to_string().into()));
        apply(&mut broker, Command::Send(NewMessage { group, deduplication, ..NewMessage::new("") }));
    }
    assert_eq!(receive_all(&mut broker), (MAX_IN_FLIGHT, Reply::Messages(Vec::new())));
    assert_eq!(broker.queue(0).counts().in_flight, MAX_IN_FLIGHT);
}

#[test]
fn a_message_has_a_mebibyte_with_its_attributes() {
    let mut broker = Broker::default();
    broker.add(QueueConfig::new("jobs"));
    let mut check = |body: usize, named: &[(&str, Attribute)], expected: usize| {
        let named = named.iter().map(|(name, attribute)| ((*name).to_owned(), attribute.clone())).collect();
        let attributes = Some(Arc::new(Attributes { named, ..Attributes::default() }));
        let message = NewMessage { attributes, ..NewMessage::new("x".repeat(body)) };
        assert_eq!(message.size(), expected);
        let reply = apply(&mut broker, Command::Send(message));
        let refused = Reply::Refused(Refusal::TooLarge(expected));
        assert_eq!(reply == refused, expected > MAX_MESSAGE_BYTES, "{reply:?}");
    };
    check(1_048_576, &[], 1_048_576);
    check(1_048_577, &[], 1_048_577);
    // Name, type and value count; a binary value as it is, and not in base64.
    let binary = |value: &str| Attribute { data_type: "Binary.png".to_owned(), value: value.to_owned() };
    check(0, &[("kind", Attribute::string("order"))], 4 + 6 + 5);
    for (base64, bytes) in [("", 0), ("AA==", 1), ("AAA=", 2), ("AAAA", 3), ("AAAAAA==", 4)] {
        check(0, &[("a", binary(base64))], 1 + 10 + bytes);
    }
    check(1_048_576 - 15, &[("kind", Attribute::string("order"))], 1_048_576);
    check(1_048_576 - 14, &[("kind", Attribute::string("order"))], 1_048_577);
}
