//! The days of a month on which a cron expression fires.

use tz::UtcDateTime;

/// A rule of day-of-month or day-of-week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Day {
    /// `15`.
    Month(u8),
    /// `L` in day-of-month.
    Last,
    /// `LW`: the last from Monday to Friday.
    LastWeekday,
    /// `15W`: the nearest from Monday to Friday in the same month.
    Nearest(u8),
    /// `6` in day-of-week, Friday.
    Week(u8),
    /// `6L`: the last Friday.
    LastWeek(u8),
    /// `6#2`: the second Friday.
    Nth(u8, u8),
}

/// A month of a year.
pub(super) struct Month {
    length: u8,
    /// The day of the week of its first day; 0 is Sunday.
    first: u8,
}

const SUNDAY: u8 = 0;
const SATURDAY: u8 = 6;

impl Month {
    /// A month, 1 to 12.
    pub fn new(year: u16, month: u8) -> Option<Month> {
        let first = UtcDateTime::new(year.into(), month, 1, 0, 0, 0, 0).ok()?.week_day();
        let length = match month {
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Some(Month { length, first })
    }

    /// The days that one of the given rules allows, ascending.
    pub fn days(&self, rules: &[Day]) -> impl Iterator<Item = u8> + use<> {
        let bits = rules.iter().fold(0_u32, |bits, rule| bits | self.bits(*rule));
        (1..=31).filter(move |day| bits & 1 << day != 0)
    }

    /// The days of a rule: bit 15 is the 15th.
    fn bits(&self, rule: Day) -> u32 {
        let day = match rule {
            Day::Month(day) => day,
            Day::Last => self.length,
            Day::LastWeekday => self.nearest(self.length),
            Day::Nearest(day) if day > self.length => return 0,
            Day::Nearest(day) => self.nearest(day),
            Day::Week(week_day) => {
                let first = self.first_of(week_day);
                return (0..5).fold(0, |bits, n| bits | self.bits(Day::Month(first + 7 * n)));
            }
            Day::LastWeek(week_day) => {
                let first = self.first_of(week_day);
                first + (self.length - first) / 7 * 7
            }
            Day::Nth(week_day, n) => self.first_of(week_day) + 7 * (n - 1),
        };
        if day <= self.length { 1 << day } else { 0 }
    }

    /// The nearest day of this month from Monday to Friday.
    fn nearest(&self, day: u8) -> u8 {
        match (self.first + day - 1) % 7 {
            SATURDAY if day == 1 => 3,
            SATURDAY => day - 1,
            SUNDAY if day == self.length => day - 2,
            SUNDAY => day + 1,
            _ => day,
        }
    }

    /// The first day of this month that is a day of the week; 1 is Sunday.
    fn first_of(&self, week_day: u8) -> u8 {
        1 + (week_day + 6 - self.first) % 7
    }
}
