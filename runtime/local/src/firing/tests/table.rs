//! Expressions, and the times at which each fires.

use std::time::{Duration, UNIX_EPOCH};

use super::{at, check, check_from, firing, schedule};

const NEVER: &str = "never";

fn cron(expression: &str, now: &str, expected: &[&str]) {
    check(&schedule(&format!("cron({expression})"), "UTC"), now, expected);
}

fn cron_in(zone: &str, expression: &str, now: &str, expected: &[&str]) {
    check(&schedule(&format!("cron({expression})"), zone), now, expected);
}

#[test]
fn minutes_and_hours() {
    cron("* * * * ? *", "2026-05-04T10:00:00Z", &["2026-05-04T10:01:00Z", "2026-05-04T10:02:00Z"]);
    cron("* * * * ? *", "2026-05-04T10:00:59Z", &["2026-05-04T10:01:00Z"]);
    cron("0 9 * * ? *", "2026-05-04T09:00:00Z", &["2026-05-05T09:00:00Z"]);
    cron("0 9 * * ? *", "2026-05-04T08:59:59Z", &["2026-05-04T09:00:00Z"]);
    cron("0/15 * * * ? *", "2026-05-04T10:31:00Z", &["2026-05-04T10:45:00Z", "2026-05-04T11:00:00Z"]);
    cron("*/20 8-9 * * ? *", "2026-05-04T09:39:00Z", &["2026-05-04T09:40:00Z", "2026-05-05T08:00:00Z"]);
    // The example of the user guide: the 11th, 21st and 31st minute.
    cron(
        "1/10 0 * * ? *",
        "2026-05-04T00:00:00Z",
        &["2026-05-04T00:01:00Z", "2026-05-04T00:11:00Z", "2026-05-04T00:21:00Z", "2026-05-04T00:31:00Z"],
    );
    cron("10-20/5 12 * * ? *", "2026-05-04T12:10:00Z", &["2026-05-04T12:15:00Z", "2026-05-04T12:20:00Z"]);
    cron("59 23 31 12 ? *", "2026-12-31T23:59:00Z", &["2027-12-31T23:59:00Z"]);
    // An hour range that goes around midnight.
    cron(
        "0 22-1 * * ? *",
        "2026-05-04T21:00:00Z",
        &["2026-05-04T22:00:00Z", "2026-05-04T23:00:00Z", "2026-05-05T00:00:00Z", "2026-05-05T01:00:00Z"],
    );
    cron(
        "0 20-4/3 * * ? *",
        "2026-05-04T12:00:00Z",
        &["2026-05-04T20:00:00Z", "2026-05-04T23:00:00Z", "2026-05-05T02:00:00Z"],
    );
    cron("45,5,45 7 * * ? *", "2026-05-04T00:00:00Z", &["2026-05-04T07:05:00Z", "2026-05-04T07:45:00Z"]);
}

#[test]
fn days_of_the_month() {
    cron("0 0 31 * ? *", "2026-01-31T00:00:00Z", &["2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"]);
    cron(
        "0 0 L * ? *",
        "2026-01-31T00:00:00Z",
        &["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"],
    );
    cron("0 0 L 2 ? *", "2027-03-01T00:00:00Z", &["2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"]);
    cron(
        "0 0 1/10 2 ? *",
        "2026-02-01T00:00:00Z",
        &["2026-02-11T00:00:00Z", "2026-02-21T00:00:00Z", "2027-02-01T00:00:00Z"],
    );
    cron(
        "0 0 30-2 * ? *",
        "2026-02-02T00:00:00Z",
        &["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z"],
    );
    cron("0 0 1,L 6 ? *", "2026-01-01T00:00:00Z", &["2026-06-01T00:00:00Z", "2026-06-30T00:00:00Z"]);
}

#[test]
fn weekdays_near_a_day() {
    // 15 August 2026 is a Saturday, 15 November a Sunday, 15 September a Tuesday.
    cron(
        "0 8 15W 8,9,11 ? 2026",
        "2026-01-01T00:00:00Z",
        &["2026-08-14T08:00:00Z", "2026-09-15T08:00:00Z", "2026-11-16T08:00:00Z"],
    );
    // 1 August 2026 is a Saturday, 1 November a Sunday: neither leaves its month.
    cron("0 8 1W 8,11 ? 2026", "2026-01-01T00:00:00Z", &["2026-08-03T08:00:00Z", "2026-11-02T08:00:00Z"]);
    // 31 May 2026 is a Sunday, 31 October a Saturday; June has no 31st.
    cron("0 8 31W 5,6,10 ? 2026", "2026-01-01T00:00:00Z", &["2026-05-29T08:00:00Z", "2026-10-30T08:00:00Z", NEVER]);
    // The last weekdays of January, February and May 2026: the 31st is a Saturday, the 28th too, the 31st a Sunday.
    cron(
        "0 8 LW 1,2,5,6 ? 2026",
        "2026-01-01T00:00:00Z",
        &["2026-01-30T08:00:00Z", "2026-02-27T08:00:00Z", "2026-05-29T08:00:00Z", "2026-06-30T08:00:00Z"],
    );
    // The user guide: the weekday closest to the third day. 3 May 2026 is a Sunday.
    cron("0 0 3W 5 ? *", "2026-01-01T00:00:00Z", &["2026-05-04T00:00:00Z"]);
}

#[test]
fn days_of_the_week() {
    // 4 May 2026 is a Monday.
    cron("0 9 ? * MON-FRI *", "2026-05-07T09:00:00Z", &["2026-05-08T09:00:00Z", "2026-05-11T09:00:00Z"]);
    cron("0 9 ? * 1 *", "2026-05-04T00:00:00Z", &["2026-05-10T09:00:00Z", "2026-05-17T09:00:00Z"]);
    cron(
        "0 9 ? * sat,Sun *",
        "2026-05-04T00:00:00Z",
        &["2026-05-09T09:00:00Z", "2026-05-10T09:00:00Z", "2026-05-16T09:00:00Z"],
    );
    cron(
        "0 9 ? * FRI-MON *",
        "2026-05-04T10:00:00Z",
        &["2026-05-08T09:00:00Z", "2026-05-09T09:00:00Z", "2026-05-10T09:00:00Z", "2026-05-11T09:00:00Z"],
    );
    cron(
        "0 9 ? * 2/2 *",
        "2026-05-04T09:00:00Z",
        &["2026-05-06T09:00:00Z", "2026-05-08T09:00:00Z", "2026-05-11T09:00:00Z"],
    );
    // The last day of a week is Saturday.
    cron("0 9 ? * L *", "2026-05-04T00:00:00Z", &["2026-05-09T09:00:00Z", "2026-05-16T09:00:00Z"]);
    cron("0 9 ? * * *", "2026-05-04T09:00:00Z", &["2026-05-05T09:00:00Z"]);
}

#[test]
fn last_and_nth_days_of_the_week() {
    // The example of the user guide: 10:15 on the last Friday of each month during the years 2022 to 2023.
    cron(
        "15 10 ? * 6L 2022-2023",
        "2022-01-01T00:00:00Z",
        &["2022-01-28T10:15:00Z", "2022-02-25T10:15:00Z", "2022-03-25T10:15:00Z"],
    );
    cron("15 10 ? * 6L 2022-2023", "2023-12-01T00:00:00Z", &["2023-12-29T10:15:00Z", NEVER]);
    cron(
        "0 0 ? 2 SUNL *",
        "2026-01-01T00:00:00Z",
        &["2026-02-22T00:00:00Z", "2027-02-28T00:00:00Z", "2028-02-27T00:00:00Z"],
    );
    cron("0 8 ? * 2#1 *", "2026-05-04T08:00:00Z", &["2026-06-01T08:00:00Z", "2026-07-06T08:00:00Z"]);
    // The example of the user guide: the second Tuesday.
    cron("0 8 ? * 3#2 *", "2026-05-01T00:00:00Z", &["2026-05-12T08:00:00Z", "2026-06-09T08:00:00Z"]);
    cron(
        "0 8 ? * FRI#5 2026",
        "2026-05-01T08:00:00Z",
        &["2026-05-29T08:00:00Z", "2026-07-31T08:00:00Z", "2026-10-30T08:00:00Z", NEVER],
    );
}

#[test]
fn months_and_years() {
    cron("0 0 1 JAN,jul ? *", "2026-01-01T00:00:00Z", &["2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
    cron(
        "0 0 1 NOV-FEB ? *",
        "2026-02-01T00:00:00Z",
        &["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"],
    );
    cron(
        "0 0 1 3/4 ? *",
        "2026-01-01T00:00:00Z",
        &["2026-03-01T00:00:00Z", "2026-07-01T00:00:00Z", "2026-11-01T00:00:00Z"],
    );
    cron("0 0 1 1 ? 2026/10", "2026-01-01T00:00:00Z", &["2036-01-01T00:00:00Z", "2046-01-01T00:00:00Z"]);
    cron("0 0 29 2 ? *", "2026-01-01T00:00:00Z", &["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]);
    // 2100 is no leap year.
    cron("0 0 29 2 ? *", "2096-03-01T00:00:00Z", &["2104-02-29T00:00:00Z"]);
    cron("59 23 31 12 ? *", "2199-01-01T00:00:00Z", &["2199-12-31T23:59:00Z", NEVER]);
    cron("0 0 1 1 ? 1970", "1969-07-20T00:00:00Z", &["1970-01-01T00:00:00Z", NEVER]);
}

#[test]
fn expressions_that_never_fire_again() {
    for expression in [
        "0 0 30 2 ? *",
        "0 0 31 4,6,9,11 ? *",
        "* * * * ? 2020",
        "0 0 29 2 ? 2027,2029-2031",
        "0 0 30W 2 ? *",
        "0 0 ? 2 MON#5 2027",
    ] {
        cron(expression, "2026-01-01T00:00:00Z", &[NEVER]);
    }
    cron("* * * * ? *", "2200-01-01T00:00:00Z", &[NEVER]);
    // On the last Sunday of March, Berlin's clocks go from 2 to 3.
    cron_in("Europe/Berlin", "30 2 ? 3 1L *", "2026-01-01T00:00:00Z", &[NEVER]);
    cron_in("Europe/Berlin", "0-59 2 ? 3 1L *", "2026-01-01T00:00:00Z", &[NEVER]);
}

#[test]
fn clocks_go_forward() {
    // 29 March 2026, from 2 to 3 o'clock in Berlin. The user guide: the invocation is skipped on that day.
    cron_in("Europe/Berlin", "30 2 * * ? *", "2026-03-27T12:00:00Z", &["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"]);
    cron_in(
        "Europe/Berlin",
        "0 2,3 * * ? *",
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
    );
    cron_in("Europe/Berlin", "59 1 * * ? *", "2026-03-28T12:00:00Z", &["2026-03-29T00:59:00Z", "2026-03-29T23:59:00Z"]);
    cron_in(
        "Europe/Berlin",
        "0/30 * * * ? *",
        "2026-03-29T00:10:00Z",
        &["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
    );
    cron_in("America/New_York", "30 2 * * ? *", "2026-03-07T12:00:00Z", &["2026-03-09T06:30:00Z"]);
    cron_in(
        "America/New_York",
        "30 8 * * ? *",
        "2026-03-07T12:00:00Z",
        &["2026-03-07T13:30:00Z", "2026-03-08T12:30:00Z"],
    );
    cron_in(
        "Australia/Lord_Howe",
        "0,15,30,45 2 4 10 ? 2026",
        "2026-01-01T00:00:00Z",
        &["2026-10-03T15:30:00Z", "2026-10-03T15:45:00Z", NEVER],
    );
    cron_in("America/Asuncion", "0 0 ? 10 1#1 *", "2026-01-01T00:00:00Z", &[NEVER]);
    cron_in(
        "America/Asuncion",
        "0 1 ? 10 1#1 *",
        "2026-01-01T00:00:00Z",
        &["2026-10-04T04:00:00Z", "2027-10-03T04:00:00Z"],
    );
}

#[test]
fn clocks_go_back() {
    // 25 October 2026, from 3 to 2 o'clock in Berlin. The user guide: it runs once, before the shift.
    cron_in("Europe/Berlin", "30 2 * * ? *", "2026-10-24T12:00:00Z", &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    cron_in("Europe/Berlin", "30 2 * * ? *", "2026-10-25T01:00:00Z", &["2026-10-26T01:30:00Z"]);
    cron_in(
        "Europe/Berlin",
        "0 2,3 * * ? *",
        "2026-10-24T12:00:00Z",
        &["2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T01:00:00Z"],
    );
    // Every quarter of an hour: none in the hour that comes again.
    cron_in(
        "Europe/Berlin",
        "0/15 * * * ? *",
        "2026-10-25T00:31:00Z",
        &["2026-10-25T00:45:00Z", "2026-10-25T02:00:00Z"],
    );
    cron_in("Europe/Berlin", "0/15 * * * ? *", "2026-10-25T01:31:00Z", &["2026-10-25T02:00:00Z"]);
    cron_in(
        "America/New_York",
        "30 1 * * ? *",
        "2026-10-31T12:00:00Z",
        &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
    );
    // Midnight comes again: the clocks of 22 March 2026 go back to the evening before.
    cron_in(
        "America/Asuncion",
        "30 23 * * ? *",
        "2026-03-22T02:00:00Z",
        &["2026-03-22T02:30:00Z", "2026-03-23T03:30:00Z"],
    );
    cron_in("America/Asuncion", "0 0 * * ? *", "2026-03-22T03:15:00Z", &["2026-03-22T04:00:00Z"]);
}

#[test]
fn other_time_zones() {
    cron_in("Asia/Kolkata", "0 9 * * ? *", "2026-05-04T00:00:00Z", &["2026-05-04T03:30:00Z"]);
    // The day there is not the day in UTC.
    cron_in(
        "America/New_York",
        "0 22 ? * MON *",
        "2026-05-05T01:00:00Z",
        &["2026-05-05T02:00:00Z", "2026-05-12T02:00:00Z"],
    );
    cron_in("Asia/Kolkata", "0 1 1 1 ? 1970", "1969-12-31T00:00:00Z", &["1969-12-31T19:30:00Z", NEVER]);
}

#[test]
fn rates_count_from_the_beginning() {
    let began = at("2026-05-04T10:00:07Z") + Duration::from_millis(250);
    let check = |expression, now, expected: &[&str]| check_from(&schedule(expression, "UTC"), began, now, expected);
    check("rate(5 minutes)", began, &["2026-05-04T10:05:07.250000000Z", "2026-05-04T10:10:07.250000000Z"]);
    check("rate(1 minute)", began + Duration::from_secs(90), &["2026-05-04T10:02:07.250000000Z"]);
    check("rate(2 hours)", began + Duration::from_secs(7_199), &["2026-05-04T12:00:07.250000000Z"]);
    check("rate(1 day)", at("2027-01-01T00:00:00Z"), &["2027-01-01T10:00:07.250000000Z"]);
    // The beginning is one of the times, and there is none before it.
    check("rate(5 minutes)", UNIX_EPOCH, &["2026-05-04T10:00:07.250000000Z"]);
    check("rate(5 minutes)", began - Duration::from_nanos(1), &["2026-05-04T10:00:07.250000000Z"]);
    let longest = firing(&schedule("rate(9999999999 days)", "UTC")).unwrap();
    assert_eq!(longest.next_after(began, began), began.checked_add(Duration::from_secs(9_999_999_999 * 86_400)));
}

#[test]
fn days_of_a_rate_have_24_hours() {
    check_from(
        &schedule("rate(1 day)", "Europe/Berlin"),
        at("2026-03-28T11:00:00Z"),
        at("2026-03-28T12:00:00Z"),
        &["2026-03-29T11:00:00Z", "2026-03-30T11:00:00Z"],
    );
}

#[test]
fn one_time() {
    check(&schedule("at(2026-11-23T09:00:30)", "UTC"), "2026-11-23T09:00:29Z", &["2026-11-23T09:00:30Z", NEVER]);
    check(&schedule("at(2026-11-23T09:00:00)", "UTC"), "2026-11-23T09:00:00Z", &[NEVER]);
    // The example of the user guide: 1pm UTC-8 on November 20, 2022, five hours later in New York.
    check(&schedule("at(2022-11-20T13:00:00)", "America/New_York"), "2022-01-01T00:00:00Z", &["2022-11-20T18:00:00Z"]);
    check(&schedule("at(2026-03-29T02:30:00)", "Europe/Berlin"), "2026-01-01T00:00:00Z", &[NEVER]);
    check(
        &schedule("at(2026-10-25T02:30:00)", "Europe/Berlin"),
        "2026-01-01T00:00:00Z",
        &["2026-10-25T00:30:00Z", NEVER],
    );
    // Scheduler ignores start and end.
    let limited = schedule("at(2026-11-23T09:00:00)", "UTC").start("2027-01-01T00:00:00Z").end("2025-01-01T00:00:00Z");
    check(&limited, "2026-01-01T00:00:00Z", &["2026-11-23T09:00:00Z"]);
    // A schedule does not fire before there is one.
    check_from(
        &schedule("at(2026-11-23T09:00:00)", "UTC"),
        at("2026-12-01T00:00:00Z"),
        at("2026-01-01T00:00:00Z"),
        &[NEVER],
    );
}

#[test]
fn start_and_end() {
    let daily = schedule("cron(0 9 * * ? *)", "UTC").start("2026-05-10T09:00:00Z").end("2026-05-12T09:00:00Z");
    check(
        &daily,
        "2026-05-01T00:00:00Z",
        &["2026-05-10T09:00:00Z", "2026-05-11T09:00:00Z", "2026-05-12T09:00:00Z", NEVER],
    );
    let daily = schedule("cron(0 9 * * ? *)", "UTC").start("2026-05-10T09:00:01Z").end("2026-05-12T08:59:59Z");
    check(&daily, "2026-05-01T00:00:00Z", &["2026-05-11T09:00:00Z", NEVER]);
    // Both are in UTC, whatever the time zone.
    let daily = schedule("cron(0 1 * * ? *)", "Europe/Berlin").start("2026-05-10T00:00:00Z");
    check(&daily, "2026-05-01T00:00:00Z", &["2026-05-10T23:00:00Z"]);
    // A rate counts from its start, also where that was long before the program began.
    let rate = schedule("rate(2 hours)", "UTC").start("2026-05-10T09:15:00Z").end("2026-05-10T13:15:00Z");
    check(
        &rate,
        "2026-05-01T00:00:00Z",
        &["2026-05-10T09:15:00Z", "2026-05-10T11:15:00Z", "2026-05-10T13:15:00Z", NEVER],
    );
    let began = at("2026-05-10T10:00:00Z");
    check_from(&rate, began, began, &["2026-05-10T11:15:00Z"]);
    check_from(&rate, began, at("2026-01-01T00:00:00Z"), &["2026-05-10T11:15:00Z"]);
}

#[test]
fn nothing_fires_before_it_began() {
    let began = at("2026-05-10T10:00:00Z");
    let minutely = schedule("cron(* * * * ? *)", "UTC");
    check_from(&minutely, began, at("2026-01-01T00:00:00Z"), &["2026-05-10T10:00:00Z", "2026-05-10T10:01:00Z"]);
    check_from(&minutely, began + Duration::from_nanos(1), UNIX_EPOCH, &["2026-05-10T10:01:00Z"]);
}

#[test]
fn a_disabled_schedule_does_not_fire_and_needs_no_time_zone() {
    for expression in ["cron(* * * * ? *)", "rate(1 minute)", "at(2026-11-23T09:00:00)"] {
        check(&schedule(expression, "Mars/Olympus_Mons").enabled(false), "2026-01-01T00:00:00Z", &[NEVER]);
    }
}

#[test]
fn a_flexible_window_does_not_move_the_time() {
    let flexible = schedule("cron(0 9 * * ? *)", "UTC").flexible_time_window_minutes(15);
    check(&flexible, "2026-05-04T00:00:00Z", &["2026-05-04T09:00:00Z"]);
}

#[test]
fn what_scheduler_would_refuse() {
    let check = |expression: &str, expected: &str| {
        let error = firing(&schedule(expression, "UTC")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check("at(2026-02-30T09:00:00)", "schedule `at(2026-02-30T09:00:00)`: must be a time of a day that exists");
    check("cron(0 9 L/2 * ? *)", "schedule `cron(0 9 L/2 * ? *)`: day-of-month cannot be `L/2`");
    check("cron(0 9 3W/2 * ? *)", "schedule `cron(0 9 3W/2 * ? *)`: day-of-month cannot be `3W/2`");
    check("cron(0 9 ? * MON,6L/2 *)", "schedule `cron(0 9 ? * MON,6L/2 *)`: day-of-week cannot be `6L/2`");
    check("cron(0 9 ? * 6#2/2 *)", "schedule `cron(0 9 ? * 6#2/2 *)`: day-of-week cannot be `6#2/2`");
    for wrong in
        ["2026-12-01", "2026-12-01T00:00:00", "2026-12-01T00:00:60Z", "2026-02-30T00:00:00Z", "+026-12-01T00:00:00Z"]
    {
        let error = firing(&schedule("rate(1 day)", "UTC").end(wrong)).unwrap_err();
        assert_eq!(error.to_string(), format!("schedule's end: must be a time in UTC, got `{wrong}`"));
    }
}
