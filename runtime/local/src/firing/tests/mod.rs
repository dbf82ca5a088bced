//! Time zones as a machine may have them, and times as strings.

mod properties;
mod table;
mod zones;

use std::{fs, time::SystemTime};

use async_lambda_model::{ScheduleExpression, trigger::Schedule};
use tempfile::TempDir;
use tz::UtcDateTime;

use super::{Firing, FiringError, nanos};

/// The zones of [`database`]: a name, and its rule in the form of POSIX.
const ZONES: &[(&str, &str)] = &[
    ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
    // Half an hour of summer time, in the other half of the year.
    ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    // At midnight of the summer's first day there is none.
    ("America/Asuncion", "<-04>4<-03>,M10.1.0/0,M3.4.0/0"),
    ("Asia/Kolkata", "IST-5:30"),
];

/// A time zone database, so that tests do not depend on the machine's.
fn database() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, rule) in ZONES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, tzif(rule)).unwrap();
    }
    folder
}

/// A file of one local time type, UTC, no transitions, and a rule for all times (RFC 9636).
fn tzif(rule: &str) -> Vec<u8> {
    let mut header = b"TZif2".to_vec();
    header.extend([0; 15]);
    for count in [0_u32, 0, 0, 0, 1, 4] {
        header.extend(count.to_be_bytes());
    }
    let block = [&header[..], &[0, 0, 0, 0, 0, 0], b"UTC\0"].concat();
    [&block, &block, format!("\n{rule}\n").as_bytes()].concat()
}

fn schedule(expression: &str, zone: &str) -> Schedule {
    Schedule::new(ScheduleExpression::new(expression).unwrap()).time_zone(zone)
}

fn firing(schedule: &Schedule) -> Result<Firing, FiringError> {
    Firing::in_folders(schedule, &[database()])
}

/// `2026-03-29T01:00:00Z` as a time.
fn at(text: &str) -> SystemTime {
    let time = super::date_time(text.strip_suffix('Z').unwrap()).unwrap();
    super::time(i128::from(time.unix_time()) * super::NANOS).unwrap()
}

/// A time as `2026-03-29T01:00:00Z`.
fn text(time: SystemTime) -> String {
    let time = UtcDateTime::from_total_nanoseconds(nanos(time)).unwrap();
    let (date, clock) = ((time.year(), time.month(), time.month_day()), (time.hour(), time.minute(), time.second()));
    let text = format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.0, date.1, date.2, clock.0, clock.1, clock.2);
    match time.nanoseconds() {
        0 => format!("{text}Z"),
        nanoseconds => format!("{text}.{nanoseconds:09}Z"),
    }
}

/// The next times after `now`, of a schedule that was created long ago.
fn check(schedule: &Schedule, now: &str, expected: &[&str]) {
    check_from(schedule, at("1900-01-01T00:00:00Z"), at(now), expected);
}

fn check_from(schedule: &Schedule, began: SystemTime, now: SystemTime, expected: &[&str]) {
    let firing = firing(schedule).unwrap();
    let mut found = Vec::new();
    let mut now = now;
    while found.len() < expected.len() {
        match firing.next_after(now, began) {
            Some(next) => {
                found.push(text(next));
                now = next;
            }
            None => found.push("never".to_owned()),
        }
    }
    pretty_assertions::assert_eq!(found, expected, "{schedule} after {now:?}");
}
