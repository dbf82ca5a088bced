//! Cron expressions in AWS's dialect.

use tz::UtcDateTime;

use super::{
    days::{Day, Month},
    zone::Zone,
};

/// A cron expression: what each of its fields allows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cron {
    minutes: Vec<u8>,
    hours: Vec<u8>,
    days: Vec<Day>,
    months: Vec<u8>,
    years: Vec<u16>,
}

/// The values of a field.
struct Field {
    name: &'static str,
    least: u16,
    most: u16,
    names: &'static [&'static str],
}

const MINUTES: Field = Field { name: "minutes", least: 0, most: 59, names: &[] };
const HOURS: Field = Field { name: "hours", least: 0, most: 23, names: &[] };
const DAY_OF_MONTH: Field = Field { name: "day-of-month", least: 1, most: 31, names: &[] };
const MONTHS: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const DAY_OF_WEEK: Field =
    Field { name: "day-of-week", least: 1, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };
const YEARS: Field = Field { name: "year", least: 1970, most: 2199, names: &[] };

impl Cron {
    /// Reads the part between the brackets of `cron(0 9 ? * MON-FRI *)`; the error says what is wrong with it.
    pub fn parse(inside: &str) -> Result<Cron, String> {
        let fields: Vec<&str> = inside.split_whitespace().collect();
        let [minutes, hours, day_of_month, months, day_of_week, years] = fields.as_slice() else {
            return Err("must have six fields".to_owned());
        };
        let days = match (*day_of_month, *day_of_week) {
            ("?", "?") => return Err("one of day-of-month and day-of-week has to be given".to_owned()),
            ("?", _) => items(day_of_week, &DAY_OF_WEEK, day_of_week_item)?,
            (_, "?") => items(day_of_month, &DAY_OF_MONTH, day_of_month_item)?,
            _ => return Err("one of day-of-month and day-of-week has to be `?`".to_owned()),
        };
        Ok(Cron {
            minutes: bytes(MINUTES.all(minutes)?),
            hours: bytes(HOURS.all(hours)?),
            days,
            months: bytes(MONTHS.all(months)?),
            years: YEARS.all(years)?,
        })
    }

    /// The first time that is not before `earliest`, both in seconds since 1970.
    ///
    /// The work is bounded: there are 230 years, and a day is left only if its times are over, or do not exist because
    /// clocks go forward.
    pub fn next(&self, zone: &Zone, earliest: i64) -> Option<i64> {
        let now = zone.local(earliest)?;
        let now = (now.year(), now.month(), now.month_day(), now.hour(), now.minute());
        for year in self.years.iter().copied().filter(|year| i32::from(*year) >= now.0) {
            for month in self.months.iter().copied().filter(|month| (i32::from(year), *month) >= (now.0, now.1)) {
                for day in Month::new(year, month)?.days(&self.days) {
                    let times =
                        self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)));
                    let times = times.filter(|(hour, minute)| (i32::from(year), month, day, *hour, *minute) >= now);
                    let mut instants = times.filter_map(|(hour, minute)| {
                        zone.instant(&UtcDateTime::new(year.into(), month, day, hour, minute, 0, 0).ok()?)
                    });
                    // Clocks that go back show times again, whose first instants are over.
                    if let Some(time) = instants.find(|time| *time >= earliest) {
                        return Some(time);
                    }
                }
            }
        }
        None
    }
}

/// The values of the items of a field, which have commas between them.
fn items<T>(text: &str, field: &Field, read: impl Fn(&str) -> Option<Vec<T>>) -> Result<Vec<T>, String> {
    let mut all = Vec::new();
    for item in text.split(',') {
        all.extend(read(item).ok_or_else(|| format!("{} cannot be `{item}`", field.name))?);
    }
    Ok(all)
}

fn day_of_month_item(item: &str) -> Option<Vec<Day>> {
    if item == "L" {
        return Some(vec![Day::Last]);
    }
    match item.strip_suffix('W') {
        Some("L") => Some(vec![Day::LastWeekday]),
        Some(day) => Some(vec![Day::Nearest(byte(DAY_OF_MONTH.number(day)?))]),
        None => Some(bytes(DAY_OF_MONTH.numbers(item)?).into_iter().map(Day::Month).collect()),
    }
}

fn day_of_week_item(item: &str) -> Option<Vec<Day>> {
    if item == "L" {
        return Some(vec![Day::Week(byte(DAY_OF_WEEK.most))]);
    }
    if let Some(day) = item.strip_suffix('L') {
        return Some(vec![Day::LastWeek(byte(DAY_OF_WEEK.number(day)?))]);
    }
    if let Some((day, n)) = item.split_once('#') {
        let n = n.parse().ok().filter(|n| (1..=5).contains(n))?;
        return Some(vec![Day::Nth(byte(DAY_OF_WEEK.number(day)?), n)]);
    }
    Some(bytes(DAY_OF_WEEK.numbers(item)?).into_iter().map(Day::Week).collect())
}

impl Field {
    /// The numbers of a field, ascending.
    fn all(&self, text: &str) -> Result<Vec<u16>, String> {
        let found = items(text, self, |item| self.numbers(item))?;
        Ok((self.least..=self.most).filter(|number| found.contains(number)).collect())
    }

    /// The numbers of an item: all, one, or a range; every second of them, with `/2`.
    fn numbers(&self, item: &str) -> Option<Vec<u16>> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<usize>().ok().filter(|step| *step > 0)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.least, self.most),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if step.is_some() => (self.number(range)?, self.most),
            None => (self.number(range)?, self.number(range)?),
        };
        let step = step.unwrap_or(1);
        Some(if from <= to {
            (from..=to).step_by(step).collect()
        } else {
            (from..=self.most).chain(self.least..=to).step_by(step).collect()
        })
    }

    /// A number in its range, or one of the names.
    fn number(&self, text: &str) -> Option<u16> {
        let named = self.names.iter().zip(self.least..).find(|(name, _)| name.eq_ignore_ascii_case(text));
        let number = named.map(|(_, number)| number).or_else(|| text.parse().ok())?;
        (self.least..=self.most).contains(&number).then_some(number)
    }
}

/// Numbers of a field whose range ends below 256.
fn bytes(numbers: Vec<u16>) -> Vec<u8> {
    numbers.into_iter().map(byte).collect()
}

fn byte(number: u16) -> u8 {
    number as u8
}
