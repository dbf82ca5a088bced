//! The bytes of a journal: a line with the format's version, a record with the head, a record for each change.
//!
//! A record is `length u32 | length of the JSON u32 | checksum of the rest u32 | checksum of these three u32 | JSON | body`,
//! all numbers in little-endian order. The body of a message is raw: JSON would cost most of the time that a write takes.
//! The top bit of the second number says that the call that wrote the record wrote another one behind it.

use std::io::{self, Read};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::queue::{Change, mix};

/// The version of this format. A change of a field of [`Change`], or of what is in it, is a new one.
pub(super) const VERSION: u32 = 1;
/// The first line, but for the version.
const MAGIC: &str = "async-lambda journal ";
/// The longest first line that is looked at.
const MAX_LINE: usize = 64;
const HEADER: usize = 16;
/// Another record of the same call follows.
const MORE: u32 = 1 << 31;

/// The first record: what the others refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The seed of the ids of messages.
    pub(super) seed: u64,
    /// The queues: a change names one by its place.
    pub(super) queues: Vec<QueueName>,
}

/// A queue in the head of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct QueueName {
    pub(super) name: String,
    pub(super) fifo: bool,
}

/// Appends the first line.
pub(super) fn append_version(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(format!("{MAGIC}{VERSION}\n").as_bytes());
}

/// Appends the record of a head.
pub(super) fn append_head(buffer: &mut Vec<u8>, head: &Head) -> io::Result<()> {
    append(buffer, head, "", false)
}

/// Appends the record of a change. `more`: another one of the same call follows.
pub(super) fn append_change(buffer: &mut Vec<u8>, change: &Change, more: bool) -> io::Result<()> {
    let body = if let Change::Put { message, .. } = change { &*message.body } else { "" };
    append(buffer, change, body, more)
}

fn append(buffer: &mut Vec<u8>, value: &impl Serialize, body: &str, more: bool) -> io::Result<()> {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; HEADER]);
    serde_json::to_writer(&mut *buffer, value)?;
    let json = buffer.len() - start - HEADER;
    buffer.extend_from_slice(body.as_bytes());
    let length = buffer.len() - start - HEADER;
    let number = |length: usize| u32::try_from(length).ok().filter(|length| length & MORE == 0);
    let (Some(length), Some(json)) = (number(length), number(json)) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a change must have less than 2 GiB"));
    };
    let json = if more { json | MORE } else { json };
    let sum = checksum(&buffer[start + HEADER..]);
    let header = header(length, json, sum);
    buffer[start..start + HEADER].copy_from_slice(&header);
    Ok(())
}

fn header(length: u32, json: u32, sum: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    for (place, number) in header.chunks_exact_mut(4).zip([length, json, sum]) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    let own = checksum(&header[..HEADER - 4]);
    header[HEADER - 4..].copy_from_slice(&own.to_le_bytes());
    header
}

/// A checksum against damage, not against anybody's intent: eight bytes at a time, since it runs unoptimized in a debug build.
fn checksum(bytes: &[u8]) -> u32 {
    // Arrays and a plain loop: the same with slices takes five times as long unoptimized.
    let (words, rest) = bytes.as_chunks::<8>();
    let mut sum = bytes.len() as u64;
    for word in words {
        // Each step is a bijection of the sum, so no later word undoes what an earlier one did.
        sum = (sum ^ u64::from_le_bytes(*word)).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let sum = mix(sum ^ u64::from_le_bytes(last));
    (sum >> 32) as u32
}

/// The version that the first line names.
pub(super) enum Version {
    /// The version of a journal.
    Known(u32),
    /// The file is no journal.
    Unknown,
}

/// Reads the records of a file.
pub(super) struct Records<R> {
    reader: R,
    /// The place where the next record begins.
    pub(super) at: u64,
    length: u64,
    payload: Vec<u8>,
    json: usize,
}

/// The contents of a place of a journal.
pub(super) enum Found {
    /// A record, which can be read now. `more`: another one of the same call follows.
    Record { more: bool },
    /// The end of the file.
    End,
    /// The end of the file, within a record.
    Torn,
    /// A record that is not as it was written.
    Changed,
}

impl<R: Read> Records<R> {
    /// The records of a file of this length.
    pub(super) fn new(reader: R, length: u64) -> Records<R> {
        Records { reader, at: 0, length, payload: Vec::new(), json: 0 }
    }

    pub(super) fn version(&mut self) -> io::Result<Version> {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < MAX_LINE && self.reader.read(&mut byte)? == 1 && byte != *b"\n" {
            line.push(byte[0]);
        }
        self.at = line.len() as u64 + 1;
        let number = str::from_utf8(&line).ok().and_then(|line| line.strip_prefix(MAGIC)?.parse().ok());
        Ok(number.map_or(Version::Unknown, Version::Known))
    }

    /// Goes to the next record.
    pub(super) fn next(&mut self) -> io::Result<Found> {
        let left = self.length.saturating_sub(self.at);
        if left == 0 {
            return Ok(Found::End);
        }
        if left < HEADER as u64 {
            return Ok(Found::Torn);
        }
        let mut bytes = [0; HEADER];
        self.reader.read_exact(&mut bytes)?;
        let mut numbers = bytes.chunks_exact(4).map(|number| number.try_into().map_or(0, u32::from_le_bytes));
        let [length, json, sum] = std::array::from_fn(|_| numbers.next().unwrap_or_default());
        let more = json & MORE != 0;
        let json = json & !MORE;
        if header(length, if more { json | MORE } else { json }, sum) != bytes || json > length {
            return Ok(Found::Changed);
        }
        if left < HEADER as u64 + u64::from(length) {
            return Ok(Found::Torn);
        }
        self.payload.resize(length as usize, 0);
        self.reader.read_exact(&mut self.payload)?;
        if checksum(&self.payload) != sum {
            return Ok(Found::Changed);
        }
        self.json = json as usize;
        self.at += HEADER as u64 + u64::from(length);
        Ok(Found::Record { more })
    }

    /// The head in this record.
    pub(super) fn head(&self) -> Result<Head, String> {
        self.value()
    }

    /// The change in this record.
    pub(super) fn change(&self) -> Result<Change, String> {
        let mut change = self.value()?;
        if let Change::Put { message, .. } = &mut change {
            let body = str::from_utf8(&self.payload[self.json..]).map_err(|error| format!("body: {error}"))?;
            message.body = body.into();
        }
        Ok(change)
    }

    fn value<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_slice(&self.payload[..self.json]).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::queue::{Attribute, Attributes, Later, Message, NewMessage, Place, Why};

    fn message() -> Message {
        let named = [("kind".to_owned(), Attribute::string("order"))].into();
        Message {
            seq: 7,
            id: 6,
            body: "{\"a\": \"ä\n\"}".into(),
            attributes: Some(Arc::new(Attributes { named, trace_header: Some("Root=1".to_owned()), sender: Some(3) })),
            group: Some("g".into()),
            deduplication: Some("d".into()),
            sent: 1,
            first_received: 2,
            received: 3,
            receives: 4,
            earlier_receives: 0,
            receipt: 5,
            source: Some(1),
            place: Place::InFlight(9),
        }
    }

    /// The JSON is on users' disks: where a case of this test has to change, `VERSION` has to as well.
    #[test]
    fn changes_are_written_as_they_have_been() {
        let check = |change: Change, json: &str| {
            let body = if let Change::Put { message, .. } = &change { message.body.to_string() } else { String::new() };
            let mut bytes = Vec::new();
            append_change(&mut bytes, &change, false).unwrap();
            assert_eq!(String::from_utf8_lossy(&bytes[HEADER..]), format!("{json}{body}"));
            let mut records = Records::new(&*bytes, bytes.len() as u64);
            assert!(matches!(records.next(), Ok(Found::Record { more: false })));
            assert_eq!(records.change(), Ok(change));
            assert!(matches!(records.next(), Ok(Found::End)));
        };
        check(
            Change::Put { queue: 2, message: message() },
            concat!(
                r#"{"Put":{"queue":2,"message":{"seq":7,"id":6,"attributes":{"named":{"kind":{"data_type":"String","#,
                r#""value":"order"}},"trace_header":"Root=1","sender":3},"group":"g","deduplication":"d","sent":1,"#,
                r#""first_received":2,"received":3,"receives":4,"receipt":5,"source":1,"place":{"InFlight":9}}}}"#
            ),
        );
        let plain = Message { attributes: None, group: None, deduplication: None, source: None, ..message() };
        check(
            Change::Put { queue: 2, message: Message { place: Place::Delayed(8), ..plain } },
            concat!(
                r#"{"Put":{"queue":2,"message":{"seq":7,"id":6,"sent":1,"first_received":2,"received":3,"receives":4,"#,
                r#""receipt":5,"place":{"Delayed":8}}}}"#
            ),
        );
        let (receives, receipt, first_received, received) = (1, 2, 3, 4);
        check(
            Change::State { queue: 1, seq: 7, receives, receipt, first_received, received, place: Place::Ready },
            r#"{"State":{"queue":1,"seq":7,"receives":1,"receipt":2,"first_received":3,"received":4,"place":"Ready"}}"#,
        );
        for (why, word) in
            [(Why::Deleted, "Deleted"), (Why::Expired, "Expired"), (Why::Purged, "Purged"), (Why::Moved, "Moved")]
        {
            let json = format!(r#"{{"Remove":{{"queue":1,"seq":7,"why":"{word}"}}}}"#);
            check(Change::Remove { queue: 1, seq: 7, why }, &json);
        }
        check(
            Change::Known { queue: 1, deduplication: "d".into(), id: 7, until: 9 },
            r#"{"Known":{"queue":1,"deduplication":"d","id":7,"until":9}}"#,
        );
        let (name, token, message) = ("n".to_owned(), "t".to_owned(), NewMessage::new("b"));
        check(
            Change::Schedule(Later { name, at: 9, queue: 1, token, message }),
            concat!(
                r#"{"Schedule":{"name":"n","at":9,"queue":1,"token":"t","message":{"body":"b","attributes":null,"#,
                r#""delay":null,"group":null,"deduplication":null}}}"#
            ),
        );
        check(Change::Unschedule { name: "n".to_owned() }, r#"{"Unschedule":{"name":"n"}}"#);
        check(Change::Next { seq: 7 }, r#"{"Next":{"seq":7}}"#);
    }

    #[test]
    fn the_bytes_of_a_record_stay_as_they_are() {
        let mut bytes = Vec::new();
        append_version(&mut bytes);
        append_head(&mut bytes, &Head { seed: 5, queues: vec![QueueName { name: "a".to_owned(), fifo: false }] })
            .unwrap();
        append_change(&mut bytes, &Change::Next { seq: 7 }, true).unwrap();
        let expected = concat!(
            "async-lambda journal 1\n",
            "[47, 0, 0, 0, 47, 0, 0, 0, 202, 33, 223, 102, 60, 161, 12, 54]",
            r#"{"seed":5,"queues":[{"name":"a","fifo":false}]}"#,
            "[18, 0, 0, 0, 18, 0, 0, 128, 50, 173, 254, 133, 127, 63, 193, 41]",
            r#"{"Next":{"seq":7}}"#
        );
        let (version, rest) = bytes.split_at("async-lambda journal 1\n".len());
        let (head, next) = rest.split_at(HEADER + 47);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let record = |bytes: &[u8]| format!("{:?}{}", &bytes[..HEADER], text(&bytes[HEADER..]));
        assert_eq!(format!("{}{}{}", text(version), record(head), record(next)), expected);
    }

    #[test]
    fn each_byte_of_a_record_is_checked() {
        let mut bytes = Vec::new();
        append_change(&mut bytes, &Change::Put { queue: 2, message: message() }, false).unwrap();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut wrong = bytes.clone();
                wrong[place] ^= 1 << bit;
                let found = Records::new(&*wrong, wrong.len() as u64).next();
                assert!(matches!(found, Ok(Found::Changed)), "bit {bit} of byte {place}");
            }
        }
        for zeros in [HEADER, HEADER + 8] {
            assert!(matches!(Records::new(&*vec![0; zeros], zeros as u64).next(), Ok(Found::Changed)));
        }
    }
}
