//! How long AWS supports the runtimes of functions.

use crate::{Day, facts::values::Value, rules::values::Look};

/// The types whose property `Runtime` is one of these runtimes.
pub(crate) const FUNCTIONS: &[&str] = &["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// The day of the table, for callers that give none.
pub(crate) const KNOWN_ON: Day = Day::on(2026, 11, 20);

/// What AWS no longer does for a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It gets no security updates.
    Deprecated,
    /// No function can be created with it.
    NoNew,
    /// No function that has it can be changed.
    NoChange,
}

/// The stage that a runtime has reached.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) stage: Stage,
    since: Day,
    name: &'static str,
    successor: Option<&'static str>,
}

impl End {
    /// The stage of a runtime on a day. `None` while it is supported.
    pub(crate) fn of(name: &str, today: Day) -> Option<End> {
        let index = LIVES.binary_search_by_key(&name, |life| life.name).ok()?;
        let Life { name, days: [deprecated, no_new, no_change], successor } = LIVES[index];
        let stages = [(Stage::NoChange, no_change), (Stage::NoNew, no_new), (Stage::Deprecated, deprecated)];
        let (stage, since) = stages.into_iter().find(|(_, day)| *day <= today)?;
        Some(End { stage, since, name, successor })
    }

    pub(crate) fn message(&self) -> String {
        let End { name, since, .. } = self;
        match self.stage {
            Stage::NoChange => format!("runtime `{name}` is blocked since {since}: no function with it can be changed"),
            Stage::NoNew => format!("runtime `{name}` is blocked since {since}: no function can be created with it"),
            Stage::Deprecated => format!("runtime `{name}` is deprecated since {since}: it gets no security updates"),
        }
    }

    pub(crate) fn help(&self) -> String {
        self.successor.map_or_else(|| "use a newer runtime".to_owned(), |name| format!("use `{name}`"))
    }
}

/// Runtimes of a function, with their stages on `Options::today`, or on `KNOWN_ON` if that is not set.
pub(crate) fn ends<'d>(look: &Look<'_, 'd>) -> impl Iterator<Item = (Value<'d>, End)> {
    let today = look.context.options.today.unwrap_or(KNOWN_ON);
    look.get("Runtime").into_iter().filter_map(move |value| {
        let end = End::of(value.text()?, today)?;
        Some((value, end))
    })
}

/// A runtime, and from which day on AWS does what no longer: security updates, new functions, changes of functions.
struct Life {
    name: &'static str,
    days: [Day; 3],
    successor: Option<&'static str>,
}

const fn life(name: &'static str, days: [(u16, u8, u8); 3], successor: Option<&'static str>) -> Life {
    const fn day((year, month, day): (u16, u8, u8)) -> Day {
        Day::on(year, month, day)
    }
    let [deprecated, no_new, no_change] = days;
    Life { name, days: [day(deprecated), day(no_new), day(no_change)], successor }
}

/// The runtimes by name, from the table of the AWS documentation as cfn-lint 1.58 has it.
static LIVES: &[Life] = &[
    life("dotnet10", [(2028, 11, 14), (2028, 12, 14), (2029, 1, 15)], None),
    life("dotnet6", [(2024, 12, 20), (2027, 2, 1), (2027, 3, 3)], Some("dotnet10")),
    life("dotnet8", [(2026, 11, 10), (2027, 2, 1), (2027, 3, 3)], Some("dotnet10")),
    life("dotnetcore1.0", [(2019, 6, 27), (2019, 6, 30), (2019, 7, 30)], Some("dotnet10")),
    life("dotnetcore2.0", [(2019, 5, 30), (2019, 4, 30), (2019, 5, 30)], Some("dotnet10")),
    life("dotnetcore2.1", [(2022, 1, 5), (2022, 1, 5), (2022, 4, 13)], Some("dotnet10")),
    life("dotnetcore3.1", [(2023, 4, 3), (2023, 4, 3), (2023, 5, 3)], Some("dotnet10")),
    life("go1.x", [(2024, 1, 8), (2024, 2, 8), (2027, 3, 3)], Some("provided.al2023")),
    life("java11", [(2027, 6, 30), (2027, 7, 31), (2027, 8, 31)], Some("java25")),
    life("java17", [(2027, 6, 30), (2027, 7, 31), (2027, 8, 31)], Some("java25")),
    life("java21", [(2029, 6, 30), (2029, 7, 31), (2029, 8, 31)], Some("java25")),
    life("java25", [(2029, 6, 30), (2029, 7, 31), (2029, 8, 31)], None),
    life("java8", [(2024, 1, 8), (2024, 2, 8), (2027, 3, 3)], Some("java25")),
    life("java8.al2", [(2027, 6, 30), (2027, 7, 31), (2027, 8, 31)], Some("java25")),
    life("nodejs", [(2016, 8, 30), (2016, 9, 30), (2016, 10, 31)], Some("nodejs24.x")),
    life("nodejs10.x", [(2021, 7, 30), (2021, 7, 30), (2022, 2, 14)], Some("nodejs24.x")),
    life("nodejs12.x", [(2023, 3, 31), (2023, 3, 31), (2023, 4, 30)], Some("nodejs24.x")),
    life("nodejs14.x", [(2023, 12, 4), (2024, 1, 9), (2027, 3, 3)], Some("nodejs24.x")),
    life("nodejs16.x", [(2024, 6, 12), (2027, 2, 1), (2027, 3, 3)], Some("nodejs24.x")),
    life("nodejs18.x", [(2025, 9, 1), (2027, 2, 1), (2027, 3, 3)], Some("nodejs24.x")),
    life("nodejs20.x", [(2026, 4, 30), (2027, 2, 1), (2027, 3, 3)], Some("nodejs24.x")),
    life("nodejs22.x", [(2027, 4, 30), (2027, 6, 1), (2027, 7, 1)], Some("nodejs24.x")),
    life("nodejs24.x", [(2028, 4, 30), (2028, 6, 1), (2028, 7, 1)], None),
    life("nodejs4.3", [(2020, 3, 5), (2020, 2, 3), (2020, 3, 5)], Some("nodejs24.x")),
    life("nodejs4.3-edge", [(2020, 3, 5), (2019, 3, 31), (2019, 4, 30)], Some("nodejs24.x")),
    life("nodejs6.10", [(2019, 8, 12), (2019, 7, 12), (2019, 8, 12)], Some("nodejs24.x")),
    life("nodejs8.10", [(2020, 3, 6), (2020, 2, 4), (2020, 3, 6)], Some("nodejs24.x")),
    life("provided", [(2024, 1, 8), (2024, 2, 8), (2027, 3, 3)], Some("provided.al2023")),
    life("provided.al2", [(2026, 7, 31), (2027, 2, 1), (2027, 3, 3)], Some("provided.al2023")),
    life("provided.al2023", [(2029, 6, 30), (2029, 7, 31), (2029, 8, 31)], None),
    life("python2.7", [(2021, 7, 15), (2021, 7, 15), (2022, 5, 30)], Some("python3.14")),
    life("python3.10", [(2026, 10, 31), (2027, 2, 1), (2027, 3, 3)], Some("python3.14")),
    life("python3.11", [(2027, 6, 30), (2027, 7, 31), (2027, 8, 31)], Some("python3.14")),
    life("python3.12", [(2028, 10, 31), (2028, 11, 30), (2029, 1, 10)], Some("python3.14")),
    life("python3.13", [(2029, 6, 30), (2029, 7, 31), (2029, 8, 31)], Some("python3.14")),
    life("python3.14", [(2029, 6, 30), (2029, 7, 31), (2029, 8, 31)], None),
    life("python3.6", [(2022, 7, 18), (2022, 7, 18), (2022, 8, 29)], Some("python3.14")),
    life("python3.7", [(2023, 12, 4), (2024, 1, 9), (2027, 3, 3)], Some("python3.14")),
    life("python3.8", [(2024, 10, 14), (2027, 2, 1), (2027, 3, 3)], Some("python3.14")),
    life("python3.9", [(2025, 12, 15), (2027, 2, 1), (2027, 3, 3)], Some("python3.14")),
    life("ruby2.5", [(2021, 7, 30), (2021, 7, 30), (2022, 3, 31)], Some("ruby4.0")),
    life("ruby2.7", [(2023, 12, 7), (2024, 1, 9), (2027, 3, 3)], Some("ruby4.0")),
    life("ruby3.2", [(2026, 3, 31), (2027, 2, 1), (2027, 3, 3)], Some("ruby4.0")),
    life("ruby3.3", [(2027, 3, 31), (2027, 4, 30), (2027, 5, 31)], Some("ruby4.0")),
    life("ruby3.4", [(2028, 3, 31), (2028, 4, 30), (2028, 5, 31)], Some("ruby4.0")),
    life("ruby4.0", [(2029, 3, 31), (2029, 4, 30), (2029, 5, 31)], None),
];

#[cfg(test)]
mod tests {
    use super::{Day, End, LIVES};

    #[test]
    fn runtimes_are_sorted() {
        assert!(LIVES.is_sorted_by_key(|life| life.name));
    }

    #[test]
    fn a_runtime_ends_in_stages() {
        let on = |year, month, day| End::of("nodejs22.x", Day::on(year, month, day)).map(|end| end.message());
        assert_eq!(on(2027, 4, 29), None);
        let deprecated = "runtime `nodejs22.x` is deprecated since 2027-04-30: it gets no security updates";
        assert_eq!(on(2027, 4, 30).as_deref(), Some(deprecated));
        let no_new = "runtime `nodejs22.x` is blocked since 2027-06-01: no function can be created with it";
        assert_eq!(on(2027, 6, 1).as_deref(), Some(no_new));
        let no_change = "runtime `nodejs22.x` is blocked since 2027-07-01: no function with it can be changed";
        assert_eq!(on(2027, 7, 1).as_deref(), Some(no_change));
    }
}
