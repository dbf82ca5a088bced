//! A day of the calendar, for what AWS does from some day on.

use std::{
    fmt,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

/// A day of the calendar.
///
/// ```
/// use cfn_rules::Day;
///
/// let day: Day = "2026-11-20".parse()?;
/// assert!(day < Day::new(2027, 2, 1).ok_or("no day")?);
/// assert_eq!(day.to_string(), "2026-11-20");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day with these numbers; months and days count from 1. `None` where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Day> {
        let is_leap_year = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 => 28 + u8::from(is_leap_year),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Day { year, month, day })
    }

    /// A day that is known to be one.
    pub(crate) const fn on(year: u16, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }
}

/// The day in Greenwich; the first of 1970 for whatever was before.
impl From<SystemTime> for Day {
    fn from(time: SystemTime) -> Day {
        const SECONDS: u64 = 24 * 60 * 60;
        const FOUR_CENTURIES: u64 = 146_097;
        // Years that begin in March have their leap day at the end, and months whose first days lie on a line.
        const FROM_MARCH_0_TO_1970: u64 = 719_468;
        let days = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / SECONDS) + FROM_MARCH_0_TO_1970;
        let (era, of_era) = (days / FOUR_CENTURIES, days % FOUR_CENTURIES);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Day { year: year as u16, month: month as u8, day: day as u8 }
    }
}

/// Reads `2026-11-20`.
impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Day, String> {
        let read = || {
            let mut parts = text.splitn(3, '-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        read().ok_or_else(|| format!("a day must be like 2026-11-20, got `{text}`"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use pretty_assertions::assert_eq;

    use super::Day;

    #[track_caller]
    fn check(days: u64, expected: &str) {
        let time = UNIX_EPOCH + Duration::from_secs(days * 24 * 60 * 60 + 1);
        assert_eq!(Day::from(time).to_string(), expected);
    }

    #[test]
    fn the_day_of_a_time() {
        check(0, "1970-01-01");
        check(58, "1970-02-28");
        check(59, "1970-03-01");
        check(11_016, "2000-02-29");
        check(11_017, "2000-03-01");
        check(19_722, "2023-12-31");
        check(19_723, "2024-01-01");
        check(20_777, "2026-11-20");
        check(47_541, "2100-03-01");
    }

    #[track_caller]
    fn check_text(text: &str, is_day: bool) {
        assert_eq!(text.parse::<Day>().is_ok(), is_day, "{text}");
    }

    #[test]
    fn days_as_text() {
        check_text("2026-11-20", true);
        check_text("2024-02-29", true);
        check_text("2023-02-29", false);
        check_text("1900-02-29", false);
        check_text("2026-13-01", false);
        check_text("2026-04-31", false);
        check_text("2026-04-00", false);
        check_text("2026-04", false);
        check_text("today", false);
    }
}
