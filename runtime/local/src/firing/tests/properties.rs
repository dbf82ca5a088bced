//! Compares `next_after` with a search minute by minute, for fields whose numbers are known without reading their text.

use std::{
    collections::BTreeSet,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use tempfile::TempDir;
use tz::UtcDateTime;

use super::{Firing, ZONES, at, database, nanos, schedule, text};
use crate::firing::{NANOS, zone::Zone};

static DATABASE: LazyLock<TempDir> = LazyLock::new(database);

const MINUTE: Duration = Duration::from_secs(60);
/// The length of the search.
const MINUTES: u32 = 3 * 24 * 60;

/// A field's text, and the numbers that it means.
type Field = (String, BTreeSet<u16>);

/// Values, ranges and steps of a field.
fn field(least: u16, most: u16) -> impl Strategy<Value = Field> {
    let number = move || least..=most;
    let item = prop_oneof![
        Just(("*".to_owned(), (least..=most).collect())),
        number().prop_map(|number| (number.to_string(), BTreeSet::from([number]))),
        (number(), number()).prop_map(move |(from, to)| {
            let around = move |number: &u16| {
                if from <= to { from <= *number && *number <= to } else { *number >= from || *number <= to }
            };
            (format!("{from}-{to}"), (least..=most).filter(around).collect())
        }),
        (number(), 1..=most).prop_map(move |(from, step)| {
            (format!("{from}/{step}"), (from..=most).filter(|number| (number - from).is_multiple_of(step)).collect())
        }),
        (1..=most).prop_map(move |step| {
            (format!("*/{step}"), (least..=most).filter(|number| (number - least).is_multiple_of(step)).collect())
        }),
    ];
    prop::collection::vec(item, 1..=3).prop_map(|items: Vec<Field>| {
        let (texts, numbers): (Vec<String>, Vec<BTreeSet<u16>>) = items.into_iter().unzip();
        (texts.join(","), numbers.into_iter().flatten().collect())
    })
}

/// The two fields of days: one is `?`.
#[derive(Clone, Debug)]
enum Days {
    Month(Field),
    Last,
    LastWeekday,
    Nearest(u8),
    Week(Field),
    LastWeek(u8),
    Nth(u8, u8),
}

impl Days {
    fn texts(&self) -> (String, String) {
        let any = || "?".to_owned();
        match self {
            Days::Month((text, _)) => (text.clone(), any()),
            Days::Last => ("L".to_owned(), any()),
            Days::LastWeekday => ("LW".to_owned(), any()),
            Days::Nearest(day) => (format!("{day}W"), any()),
            Days::Week((text, _)) => (any(), text.clone()),
            Days::LastWeek(day) => (any(), format!("{day}L")),
            Days::Nth(day, n) => (any(), format!("{day}#{n}")),
        }
    }

    /// Whether a date is one of these days, by looking at all dates of its month.
    fn contains(&self, date: &UtcDateTime) -> bool {
        let day = date.month_day();
        let dates: Vec<UtcDateTime> =
            (1..=31).filter_map(|day| UtcDateTime::new(date.year(), date.month(), day, 0, 0, 0, 0).ok()).collect();
        let is_weekday = |date: &&UtcDateTime| (1..=5).contains(&date.week_day());
        let same: Vec<&UtcDateTime> = dates.iter().filter(|other| other.week_day() == date.week_day()).collect();
        match self {
            Days::Month((_, days)) => days.contains(&u16::from(day)),
            Days::Last => dates.last().map(UtcDateTime::month_day) == Some(day),
            Days::LastWeekday => dates.iter().rfind(is_weekday).map(UtcDateTime::month_day) == Some(day),
            Days::Nearest(near) => {
                let near = *near;
                let nearest = dates.iter().filter(is_weekday).min_by_key(|date| date.month_day().abs_diff(near));
                usize::from(near) <= dates.len() && nearest.map(UtcDateTime::month_day) == Some(day)
            }
            Days::Week((_, days)) => days.contains(&u16::from(date.week_day() + 1)),
            Days::LastWeek(week_day) => {
                date.week_day() + 1 == *week_day && same.last().map(|date| date.month_day()) == Some(day)
            }
            Days::Nth(week_day, n) => {
                date.week_day() + 1 == *week_day
                    && same.iter().position(|date| date.month_day() == day) == Some(usize::from(n - 1))
            }
        }
    }
}

fn days() -> impl Strategy<Value = Days> {
    prop_oneof![
        field(1, 31).prop_map(Days::Month),
        Just(Days::Last),
        Just(Days::LastWeekday),
        (1..=31_u8).prop_map(Days::Nearest),
        field(1, 7).prop_map(Days::Week),
        (1..=7_u8).prop_map(Days::LastWeek),
        (1..=7_u8, 1..=5_u8).prop_map(|(day, n)| Days::Nth(day, n)),
    ]
}

#[derive(Clone, Debug)]
struct Expression {
    minutes: Field,
    hours: Field,
    days: Days,
    months: Field,
    years: Field,
}

impl Expression {
    fn text(&self) -> String {
        let (day_of_month, day_of_week) = self.days.texts();
        let Expression { minutes, hours, months, years, .. } = self;
        format!("cron({} {} {day_of_month} {} {day_of_week} {})", minutes.0, hours.0, months.0, years.0)
    }

    fn contains(&self, local: &UtcDateTime) -> bool {
        self.minutes.1.contains(&local.minute().into())
            && self.hours.1.contains(&local.hour().into())
            && self.months.1.contains(&local.month().into())
            && u16::try_from(local.year()).is_ok_and(|year| self.years.1.contains(&year))
            && self.days.contains(local)
    }
}

/// Most expressions fire in most months, so that the search finds something.
fn expression() -> impl Strategy<Value = Expression> {
    let every = |least: u16, most: u16| Just(("*".to_owned(), (least..=most).collect()));
    let months = prop_oneof![3 => every(1, 12), 1 => field(1, 12)];
    let years = prop_oneof![3 => every(1970, 2199), 1 => field(1970, 2199)];
    (field(0, 59), field(0, 23), days(), months, years).prop_map(|(minutes, hours, days, months, years)| Expression {
        minutes,
        hours,
        days,
        months,
        years,
    })
}

/// Times when something happens to clocks or calendars, and others.
fn now() -> impl Strategy<Value = SystemTime> {
    let around = select(vec![
        "2026-03-08T00:00:00Z", // New York goes forward
        "2026-03-22T00:00:00Z", // Asuncion goes back
        "2026-03-29T00:00:00Z", // Berlin goes forward
        "2026-04-04T12:00:00Z", // Lord Howe goes back
        "2026-10-03T12:00:00Z", // Lord Howe goes forward
        "2026-10-04T00:00:00Z", // Asuncion goes forward
        "2026-10-25T00:00:00Z", // Berlin goes back
        "2026-11-01T00:00:00Z", // New York goes back
        "2027-12-31T12:00:00Z",
        "2028-02-28T12:00:00Z",
        "2100-02-28T12:00:00Z",
        "2199-12-31T00:00:00Z",
    ]);
    let near = (around, 0..36 * 3600_u64).prop_map(|(time, before)| at(time) - Duration::from_secs(before));
    let any = (0..7_000_000_000_u64).prop_map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    prop_oneof![3 => near, 1 => any]
}

fn seconds(time: SystemTime) -> i64 {
    i64::try_from(nanos(time).div_euclid(NANOS)).unwrap()
}

/// Whether clocks showed the same an hour or half an hour ago, so that this time comes for the second time.
fn is_again(zone: &Zone, time: i64, local: &UtcDateTime) -> bool {
    [1_800, 3_600].iter().any(|ago| zone.local(time - ago).as_ref() == Some(local))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_minute_that_matches(expression in expression(), now in now(), zone in any::<Index>()) {
        let (name, _) = zone.get(ZONES);
        let zone = Zone::in_folders(name, &[&*DATABASE]).unwrap();
        let firing = Firing::in_folders(&schedule(&expression.text(), name), &[&*DATABASE]).unwrap();
        let next = firing.next_after(now, SystemTime::UNIX_EPOCH);

        let first = seconds(now).div_euclid(60) + 1;
        let expected = (first..first + i64::from(MINUTES)).map(|minute| minute * 60).find(|time| {
            let local = zone.local(*time).unwrap();
            expression.contains(&local) && !is_again(&zone, *time, &local)
        });
        let context = || format!("{} {name} after {}", expression.text(), text(now));
        match expected {
            Some(_) => prop_assert_eq!(next.map(seconds), expected, "{}", context()),
            None => prop_assert!(next.is_none_or(|next| next > now + MINUTE * MINUTES), "{}", context()),
        }
        if let Some(next) = next {
            let local = zone.local(seconds(next)).unwrap();
            prop_assert!(next > now && expression.contains(&local), "{}: {}", context(), text(next));
            prop_assert!(!is_again(&zone, seconds(next), &local), "{}: {}", context(), text(next));
        }
    }

    #[test]
    fn rates_are_so_many_units_after_the_beginning(
        count in 2..10_000_u64,
        unit in select(vec![("minutes", 60), ("hours", 3_600), ("days", 86_400)]),
        began in now(),
        later in 0..10_000_000_000_000_u64,
    ) {
        let (name, seconds) = unit;
        let now = began + Duration::from_micros(later);
        let firing = Firing::in_folders(&schedule(&format!("rate({count} {name})"), "UTC"), &[&*DATABASE]).unwrap();
        let next = firing.next_after(now, began).unwrap();
        let every = Duration::from_secs(count * seconds);
        prop_assert!(next > now && next - every <= now);
        prop_assert_eq!(next.duration_since(began).unwrap().as_nanos() % every.as_nanos(), 0);
    }
}
