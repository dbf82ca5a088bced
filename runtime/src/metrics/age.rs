//! The time at which a message was sent, as its record says it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_lambda_model::Trigger;
use serde_json::Value;

/// The time at which a message was sent, an item of a table was changed, or a schedule was due. `None` for requests and calls,
/// and where the event does not say.
pub(super) fn sent(trigger: &Trigger, raw: &Value) -> Option<SystemTime> {
    let since = if trigger.reads_queue() {
        // Emulators write a number where SQS writes a string.
        let sent = &raw["attributes"]["SentTimestamp"];
        Duration::from_millis(sent.as_str().map_or_else(|| sent.as_u64(), |millis| millis.parse().ok())?)
    } else if trigger.reports_failures() {
        Duration::try_from_secs_f64(raw["dynamodb"]["ApproximateCreationDateTime"].as_f64()?).ok()?
    } else if trigger.is_called() || trigger.route().is_some() {
        return None;
    } else {
        Duration::from_secs(seconds(raw["time"].as_str()?)?)
    };
    UNIX_EPOCH.checked_add(since)
}

/// The seconds since 1970 of a time as EventBridge writes it, `2026-11-23T09:00:00Z`.
fn seconds(text: &str) -> Option<u64> {
    let (form, bytes) = (b"dddd-dd-ddTdd:dd:ddZ", text.as_bytes());
    let fits = |(given, wanted): (&u8, &u8)| if *wanted == b'd' { given.is_ascii_digit() } else { given == wanted };
    if bytes.len() != form.len() || !bytes.iter().zip(form).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // The days before the first of a month, in a year of 365.
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = *before.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    // A leap day counts from March on.
    let years = if month > 2 { year } else { year.checked_sub(1)? };
    let leap_days = (years / 4 - years / 100 + years / 400).checked_sub(477)?;
    let days = year.checked_sub(1970)? * 365 + leap_days + before + day.checked_sub(1)?;
    Some(((days * 24 + number(11, 13)?) * 60 + number(14, 16)?) * 60 + number(17, 19)?)
}

#[cfg(test)]
mod tests {
    use async_lambda_model::{
        schedule,
        trigger::{Api, DynamoDb, Schedule, Sqs},
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_seconds_since_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T00:00:01Z", Some(1)),
            ("1972-02-29T00:00:00Z", Some(68_169_600)),
            ("2000-02-29T23:59:59Z", Some(951_868_799)),
            ("2000-03-01T00:00:00Z", Some(951_868_800)),
            ("2026-11-23T09:00:00Z", Some(1_795_424_400)),
            ("2100-03-01T00:00:00Z", Some(4_107_542_400)),
            ("1969-12-31T23:59:59Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-00-01T00:00:00Z", None),
            ("2026-01-00T00:00:00Z", None),
            ("2026-11-23T09:00:00", None),
            ("2026-11-23T09:00:00+01:00", None),
            ("soon", None),
            ("ü026-11-23T09:00:00", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn each_kind_of_event_says_it_in_its_way() {
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        let queue = Trigger::Sqs(Sqs::new("arn"));
        let stream = Trigger::DynamoDb(DynamoDb::new("arn"));
        let schedule = Trigger::Schedule(Schedule::new(schedule!("rate(1 day)")));
        let api = Trigger::Api(Api { method: "GET".to_owned(), path: "/".to_owned() });
        let time = json!({"time": "2026-11-23T09:00:00Z"});
        for (trigger, raw, expected) in [
            (&queue, json!({"attributes": {"SentTimestamp": "1795424400123"}}), Some(at(1_795_424_400_123))),
            (&queue, json!({"attributes": {"SentTimestamp": 1_795_424_400_123_u64}}), Some(at(1_795_424_400_123))),
            (&queue, json!({"attributes": {"SentTimestamp": "soon"}}), None),
            (&queue, json!({}), None),
            (&stream, json!({"dynamodb": {"ApproximateCreationDateTime": 1.5}}), Some(at(1500))),
            (&stream, json!({"dynamodb": {"ApproximateCreationDateTime": -1.0}}), None),
            (&stream, json!({"dynamodb": {}}), None),
            (&schedule, time.clone(), Some(at(1_795_424_400_000))),
            (&schedule, json!({"mine": 1}), None),
            (&api, time, None),
        ] {
            assert_eq!(sent(trigger, &raw), expected, "{raw}");
        }
    }
}
