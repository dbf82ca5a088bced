//! Schedule expressions of EventBridge Scheduler.

use std::{borrow::Cow, fmt};

use crate::trigger::Schedule;

/// When a scheduled function runs: `rate(15 minutes)`, `cron(0 9 ? * MON-FRI *)` or `at(2026-11-23T09:00:00)`.
///
/// The grammar is EventBridge Scheduler's ("Schedule types" in its user guide). What is checked is the form
/// and every number's range; whether a cron expression has a next time at all is validation's business.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "String"))]
pub struct ScheduleExpression(Cow<'static, str>);

/// A text that is no schedule expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a schedule expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Problem {
    Form,
    RateForm,
    RateZero,
    RateSingular,
    RatePlural,
    CronFields,
    CronDays,
    CronField(usize),
    AtForm,
}

/// A schedule expression that the compiler checks.
///
/// ```
/// let nightly = async_lambda_model::schedule!("cron(30 2 * * ? *)");
/// ```
///
/// ```compile_fail
/// let wrong = async_lambda_model::schedule!("rate(15 minute)");
/// ```
#[macro_export]
macro_rules! schedule {
    ($text:literal) => {{
        const _: () = $crate::ScheduleExpression::check_literal($text);
        $crate::ScheduleExpression::from_checked($text)
    }};
}

/// A schedule, or only its expression: what a scheduled task takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a schedule",
    label = "expected a `ScheduleExpression` or a `Schedule`",
    note = "write `schedule!(\"rate(15 minutes)\")`, which checks the literal; a string that is known at run time becomes one \
            with `ScheduleExpression::new(string)?`"
)]
pub trait IntoSchedule {
    /// The schedule.
    fn into_schedule(self) -> Schedule;
}

impl IntoSchedule for ScheduleExpression {
    fn into_schedule(self) -> Schedule {
        Schedule::new(self)
    }
}

impl IntoSchedule for Schedule {
    fn into_schedule(self) -> Schedule {
        self
    }
}

impl ScheduleExpression {
    /// Checks a text and makes it a schedule expression.
    ///
    /// # Errors
    ///
    /// [`ScheduleError`] says what AWS would refuse: an unknown form, a value out of its range, a unit in the wrong number.
    pub fn new(text: impl Into<String>) -> Result<ScheduleExpression, ScheduleError> {
        let text = text.into();
        match check(text.as_bytes()) {
            None => Ok(ScheduleExpression(text.into())),
            Some(problem) => Err(ScheduleError { text, problem }),
        }
    }

    /// Whether it is one time, `at(...)`, and not a rhythm.
    pub(crate) fn is_one_time(&self) -> bool {
        self.0.starts_with("at(")
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[doc(hidden)]
    pub const fn from_checked(text: &'static str) -> ScheduleExpression {
        ScheduleExpression(Cow::Borrowed(text))
    }

    #[doc(hidden)]
    pub const fn check_literal(text: &str) {
        match check(text.as_bytes()) {
            None => {}
            Some(Problem::Form) => panic!("a schedule is `rate(...)`, `cron(...)` or `at(...)`"),
            Some(Problem::RateForm) => {
                panic!("a rate is a whole number and minutes, hours or days: `rate(15 minutes)`")
            }
            Some(Problem::RateZero) => panic!("a rate is at least 1"),
            Some(Problem::RateSingular) => panic!("the unit of 1 is singular: `rate(1 minute)`"),
            Some(Problem::RatePlural) => panic!("the unit of more than 1 is plural: `rate(15 minutes)`"),
            Some(Problem::CronFields) => {
                panic!("a cron expression has six fields: minutes hours day-of-month month day-of-week year")
            }
            Some(Problem::CronDays) => panic!("one of day-of-month and day-of-week has to be `?`"),
            Some(Problem::CronField(_)) => panic!("a field of the cron expression is out of its range"),
            Some(Problem::AtForm) => panic!("a time is `at(yyyy-mm-ddThh:mm:ss)`"),
        }
    }
}

impl TryFrom<String> for ScheduleExpression {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<ScheduleExpression, ScheduleError> {
        ScheduleExpression::new(text)
    }
}

impl From<ScheduleExpression> for String {
    fn from(expression: ScheduleExpression) -> String {
        expression.0.into_owned()
    }
}

impl fmt::Display for ScheduleExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        write!(f, "schedule `{text}`: ")?;
        match self.problem {
            Problem::Form => f.write_str("must be `rate(...)`, `cron(...)` or `at(...)`"),
            Problem::RateForm => f.write_str("must be a whole number and minutes, hours or days: `rate(15 minutes)`"),
            Problem::RateZero => f.write_str("must be at least 1"),
            Problem::RateSingular => {
                write!(f, "the unit of 1 is singular: write `{}`", text.replacen("s)", ")", 1))
            }
            Problem::RatePlural => {
                write!(f, "the unit of more than 1 is plural: write `{}`", text.replacen(')', "s)", 1))
            }
            Problem::CronFields => {
                f.write_str("must have six fields: minutes hours day-of-month month day-of-week year")
            }
            Problem::CronDays => f.write_str("one of day-of-month and day-of-week has to be `?`, and only one"),
            Problem::CronField(index) => {
                let (name, range) = FIELD_NAMES[index];
                write!(f, "{name} must be {range}")
            }
            Problem::AtForm => f.write_str("must be `at(yyyy-mm-ddThh:mm:ss)`"),
        }
    }
}

impl std::error::Error for ScheduleError {}

const FIELD_NAMES: [(&str, &str); 6] = [
    ("minutes", "0-59, or with , - * /"),
    ("hours", "0-23, or with , - * /"),
    ("day-of-month", "1-31, or with , - * ? / L W"),
    ("month", "1-12 or JAN-DEC, or with , - * /"),
    ("day-of-week", "1-7 or SUN-SAT, or with , - * ? L #"),
    ("year", "1970-2199, or with , - * /"),
];

const RANGES: [(u32, u32); 6] = [(0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199)];
const MONTHS: &[u8] = b"JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
const DAYS: &[u8] = b"SUNMONTUEWEDTHUFRISAT";

const fn starts_with(text: &[u8], start: usize, prefix: &[u8]) -> bool {
    let mut i = 0;
    while i < prefix.len() {
        if start + i >= text.len() || text[start + i] != prefix[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The problem of a text, in a `const` context too: hence the loops.
const fn check(text: &[u8]) -> Option<Problem> {
    if text.is_empty() || text[text.len() - 1] != b')' {
        Some(Problem::Form)
    } else if starts_with(text, 0, b"rate(") {
        check_rate(text)
    } else if starts_with(text, 0, b"cron(") {
        check_cron(text)
    } else if starts_with(text, 0, b"at(") {
        check_at(text)
    } else {
        Some(Problem::Form)
    }
}

const fn check_rate(text: &[u8]) -> Option<Problem> {
    let mut i = 5;
    let mut value: u64 = 0;
    while i < text.len() && text[i].is_ascii_digit() && value < 1_000_000_000 {
        value = value * 10 + (text[i] - b'0') as u64;
        i += 1;
    }
    if i == 5 || i >= text.len() || text[i] != b' ' {
        return Some(Problem::RateForm);
    }
    i += 1;
    let unit_end = if starts_with(text, i, b"minute") {
        i + 6
    } else if starts_with(text, i, b"hour") {
        i + 4
    } else if starts_with(text, i, b"day") {
        i + 3
    } else {
        return Some(Problem::RateForm);
    };
    let plural = starts_with(text, unit_end, b"s");
    if unit_end + plural as usize + 1 != text.len() {
        Some(Problem::RateForm)
    } else if value == 0 {
        Some(Problem::RateZero)
    } else if value == 1 && plural {
        Some(Problem::RateSingular)
    } else if value > 1 && !plural {
        Some(Problem::RatePlural)
    } else {
        None
    }
}

const fn check_cron(text: &[u8]) -> Option<Problem> {
    let end = text.len() - 1;
    let mut i = 5;
    let mut field = 0;
    let mut questions = 0;
    while i < end {
        let start = i;
        while i < end && text[i] != b' ' {
            i += 1;
        }
        if field == 6 || start == i {
            return Some(Problem::CronFields);
        }
        if i == start + 1 && text[start] == b'?' && (field == 2 || field == 4) {
            questions += 1;
        } else if !check_field(text, start, i, field) {
            return Some(Problem::CronField(field));
        }
        field += 1;
        i += 1;
    }
    if field != 6 {
        Some(Problem::CronFields)
    } else if questions != 1 {
        Some(Problem::CronDays)
    } else {
        None
    }
}

/// A comma-separated list of values, ranges and steps.
const fn check_field(text: &[u8], start: usize, end: usize, field: usize) -> bool {
    let (min, max) = RANGES[field];
    let mut i = start;
    loop {
        // One item: `*`, `L`, a value, or a range; then an optional step.
        if i < end && text[i] == b'*' {
            i += 1;
        } else if i < end && text[i] == b'L' && (field == 2 || field == 4) {
            i += 1;
            if field == 2 && i < end && text[i] == b'W' {
                i += 1;
            }
        } else {
            match value(text, i, end, field, min, max) {
                Some(next) => i = next,
                None => return false,
            }
            if i < end && text[i] == b'-' {
                match value(text, i + 1, end, field, min, max) {
                    Some(next) => i = next,
                    None => return false,
                }
            } else if i < end && (text[i] == b'W' && field == 2 || text[i] == b'L' && field == 4) {
                i += 1;
            } else if i < end && text[i] == b'#' && field == 4 {
                match value(text, i + 1, end, 6, 1, 5) {
                    Some(next) => i = next,
                    None => return false,
                }
            }
        }
        if i < end && text[i] == b'/' {
            match value(text, i + 1, end, 6, 1, max) {
                Some(next) => i = next,
                None => return false,
            }
        }
        if i == end {
            return true;
        }
        if text[i] != b',' {
            return false;
        }
        i += 1;
    }
}

/// A number in its range, or a month's or day's name; the position behind it.
const fn value(text: &[u8], start: usize, end: usize, field: usize, min: u32, max: u32) -> Option<usize> {
    let mut i = start;
    let mut number: u32 = 0;
    while i < end && text[i].is_ascii_digit() && number < 100_000 {
        number = number * 10 + (text[i] - b'0') as u32;
        i += 1;
    }
    if i > start {
        return if min <= number && number <= max { Some(i) } else { None };
    }
    let names = match field {
        3 => MONTHS,
        4 => DAYS,
        _ => return None,
    };
    let mut name = 0;
    while name < names.len() {
        let mut j = 0;
        while j < 3 && start + j < end && text[start + j].to_ascii_uppercase() == names[name + j] {
            j += 1;
        }
        if j == 3 {
            return Some(start + 3);
        }
        name += 3;
    }
    None
}

const fn check_at(text: &[u8]) -> Option<Problem> {
    let form = b"at(dddd-dd-ddTdd:dd:dd)";
    if text.len() != form.len() {
        return Some(Problem::AtForm);
    }
    let mut i = 3;
    while i < form.len() {
        if form[i] == b'd' && !text[i].is_ascii_digit() || form[i] != b'd' && text[i] != form[i] {
            return Some(Problem::AtForm);
        }
        i += 1;
    }
    let month = two(text, 8);
    let day = two(text, 11);
    if 1 <= month
        && month <= 12
        && 1 <= day
        && day <= 31
        && two(text, 14) < 24
        && two(text, 17) < 60
        && two(text, 20) < 60
    {
        None
    } else {
        Some(Problem::AtForm)
    }
}

const fn two(text: &[u8], start: usize) -> u8 {
    (text[start] - b'0') * 10 + text[start + 1] - b'0'
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::ScheduleExpression;

    #[test]
    fn good_expressions() {
        for text in [
            "rate(1 minute)",
            "rate(15 minutes)",
            "rate(1 day)",
            "rate(2 hours)",
            "cron(0 9 ? * MON-FRI *)",
            "cron(0/15 * * * ? *)",
            "cron(15 10 ? * 6L 2022-2029)",
            "cron(0 8 LW * ? *)",
            "cron(0 8 1,15 JAN,JUL ? *)",
            "cron(0 8 ? * 2#1 *)",
            "cron(0 8 L * ? *)",
            "cron(0 8 15W * ? *)",
            "at(2026-11-23T09:00:00)",
        ] {
            assert_eq!(ScheduleExpression::new(text).map(|schedule| schedule.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn bad_expressions_say_what_to_write() {
        for (text, expected) in [
            ("", "must be `rate(...)`, `cron(...)` or `at(...)`"),
            ("every(1 minute)", "must be `rate(...)`, `cron(...)` or `at(...)`"),
            ("rate(15 minute)", "the unit of more than 1 is plural: write `rate(15 minutes)`"),
            ("rate(1 hours)", "the unit of 1 is singular: write `rate(1 hour)`"),
            ("rate(0 minutes)", "must be at least 1"),
            ("rate(-1 minutes)", "must be a whole number and minutes, hours or days: `rate(15 minutes)`"),
            ("rate(5 seconds)", "must be a whole number and minutes, hours or days: `rate(15 minutes)`"),
            ("rate(5 minutes) )", "must be a whole number and minutes, hours or days: `rate(15 minutes)`"),
            ("cron(0 9 * * *)", "must have six fields: minutes hours day-of-month month day-of-week year"),
            ("cron(0  9 * * ? *)", "must have six fields: minutes hours day-of-month month day-of-week year"),
            ("cron(0 9 * * * *)", "one of day-of-month and day-of-week has to be `?`, and only one"),
            ("cron(0 9 ? * ? *)", "one of day-of-month and day-of-week has to be `?`, and only one"),
            ("cron(60 9 ? * MON *)", "minutes must be 0-59, or with , - * /"),
            ("cron(0 9 ? * MOON *)", "day-of-week must be 1-7 or SUN-SAT, or with , - * ? L #"),
            ("at(2026-13-23T09:00:00)", "must be `at(yyyy-mm-ddThh:mm:ss)`"),
            ("at(2026-11-23 09:00:00)", "must be `at(yyyy-mm-ddThh:mm:ss)`"),
        ] {
            let error = ScheduleExpression::new(text).unwrap_err();
            assert_eq!(error.to_string(), format!("schedule `{text}`: {expected}"));
        }
    }
}
