//! Schedules that never fire.

use cfn_model::{Node, Path};

use crate::{
    facts::{
        flow::{
            graph::Flow,
            model::{Resource, SAM_FUNCTION, expand, properties},
            scenario::readings,
        },
        values::{Value, settled},
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// A schedule on a day that no month has, in a year that is over, or with an end before its start, never fires, and
    /// nobody is told. A rate of 0 is refused.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Nightly:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       ScheduleExpression: cron(0 0 30 2 ? *)
    ///       Targets: [{Id: worker, Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:worker'}]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Nightly:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       ScheduleExpression: cron(0 0 28 2 ? *)
    ///       Targets: [{Id: worker, Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:worker'}]
    /// ```
    AL1023: error "schedule never fires",
    on: On::Flow(check),
}

/// The year in which this was written: earlier years are over, and no clock is needed to know it.
const OVER: u32 = 2026;
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/// The years that a cron expression can name.
const YEARS: (u32, u32) = (1970, 2199);

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for resource in &flow.model.resources {
        match resource.kind {
            "AWS::Events::Rule" | "AWS::Scheduler::Schedule" => {
                let subject = format!("schedule `{}`", resource.id);
                let way = Value::new(Some(resource.properties), resource.facts.clone());
                ends(flow, &way, resource.path(&["EndDate"]), &subject, report);
                let place = resource.path(&["ScheduleExpression"]);
                expression(flow, resource, resource.properties.get("ScheduleExpression"), place, &subject, report);
            }
            SAM_FUNCTION | "AWS::Serverless::StateMachine" => {
                for (name, event) in resource.properties.get("Events").and_then(Node::as_object).into_iter().flatten() {
                    let key = match event["Type"].as_str() {
                        Some("Schedule") => "Schedule",
                        Some("ScheduleV2") => "ScheduleExpression",
                        _ => continue,
                    };
                    let subject = format!("schedule `{name}` of `{}`", resource.id);
                    let way = Value::new(Some(properties(event)), resource.facts.clone());
                    ends(flow, &way, resource.path(&["Events", name, "Properties", "EndDate"]), &subject, report);
                    let place = resource.path(&["Events", name, "Properties", key]);
                    expression(flow, resource, properties(event).get(key), place, &subject, report);
                }
            }
            _ => {}
        }
    }
}

fn expression<'d>(
    flow: &Flow<'d>,
    resource: &Resource<'d>,
    value: Option<&'d Node>,
    place: Path,
    subject: &str,
    report: &mut Reporter<'_>,
) {
    let context = flow.model.context;
    let ways = expand(context, value, resource.facts.clone()).into_iter().flat_map(|way| settled(context, way));
    for reading in readings(context, ways.collect()) {
        let (facts, text) = reading.settled();
        let Some(text) = text.literal().filter(|_| flow.model.together(&[&facts])) else { continue };
        if let Some(why) = never(text.trim()) {
            report
                .at(place, format!("{subject} never fires: got `{text}`, {why}"))
                .help("correct the expression; to stop a schedule, set its `State` to `DISABLED`, or `Enabled: false`");
            return;
        }
    }
}

/// Reports a schedule that ends before it begins, or in a year that is over.
fn ends(flow: &Flow<'_>, way: &Value<'_>, place: Path, subject: &str, report: &mut Reporter<'_>) {
    let date = |key: &str| way.node.and_then(|given| given.get(key)?.as_str()).filter(|text| is_date(text));
    let Some(end) = date("EndDate").filter(|_| flow.model.together(&[&way.facts])) else { return };
    let why = match date("StartDate") {
        // Both are in UTC, as in `2026-01-31T08:00:00Z`, so the order of the strings is that of the times.
        Some(start) if start.trim_end_matches('Z') >= end.trim_end_matches('Z') => {
            format!("and it starts at `{start}`")
        }
        _ if end.get(..4).and_then(|year| year.parse().ok()).is_some_and(|year: u32| year < OVER) => {
            format!("and {} is over", &end[..4])
        }
        _ => return,
    };
    report
        .at(place, format!("{subject} never fires: got the end `{end}`, {why}"))
        .help("correct `EndDate`, or leave it out; to stop a schedule, set its `State` to `DISABLED`");
}

/// Whether a string is a time in UTC, to the second.
fn is_date(text: &str) -> bool {
    let text = text.trim_end_matches('Z').as_bytes();
    let fits = |(byte, model): (&u8, &u8)| if *model == b'0' { byte.is_ascii_digit() } else { byte == model };
    text.len() == b"0000-00-00T00:00:00".len() && text.iter().zip(b"0000-00-00T00:00:00").all(fits)
}

/// The reason why an expression never fires. `None` for one that fires, and for any other string.
fn never(text: &str) -> Option<String> {
    let inside = |kind: &str| text.strip_prefix(kind)?.strip_suffix(')');
    if let Some(rate) = inside("rate(") {
        let (value, _) = rate.trim().split_once(' ')?;
        return (value.parse() == Ok(0)).then(|| "and a rate is at least 1".to_owned());
    }
    if let Some(time) = inside("at(") {
        let year = time.get(..4)?.parse::<u32>().ok()?;
        return (year < OVER).then(|| format!("and {year} is over"));
    }
    let fields: Vec<&str> = inside("cron(")?.split_whitespace().collect();
    let [_, _, day, month, weekday, year] = fields.as_slice() else { return None };
    let years = numbers(year, YEARS, &[])?;
    let last = years.iter().max()?;
    if *last < OVER {
        return Some(format!("and {last} is over"));
    }
    if *weekday != "?" {
        return None;
    }
    let months = numbers(month, (1, 12), &MONTHS)?;
    let days = numbers(day, (1, 31), &[])?;
    let first = *days.iter().min()?;
    let has = |year: u32, month: u32| first <= days_of(year, month);
    let fires = years.iter().filter(|year| **year >= OVER).any(|year| months.iter().any(|month| has(*year, *month)));
    (!fires).then(|| format!("and no such month has a day {first}"))
}

/// How many days a month has.
fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The numbers that a field stands for: values, ranges and steps with commas between them. `None` for anything else.
fn numbers(field: &str, (least, most): (u32, u32), names: &[&str]) -> Option<Vec<u32>> {
    let number = |text: &str| -> Option<u32> {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|index| index as u32 + 1);
        named.or_else(|| text.parse().ok()).filter(|number| (least..=most).contains(number))
    };
    let mut found = Vec::new();
    for item in field.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (item, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from)?, number(to)?),
            None if item.contains('/') => (number(range)?, most),
            None => (number(range)?, number(range)?),
        };
        // FRI-MON, or November to February, goes around.
        if from <= to {
            found.extend((from..=to).step_by(step));
        } else {
            found.extend((from..=most).chain(least..=to).step_by(step));
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{RULE, never};
    use crate::testing::flow::{HEAD, either, written};

    #[test]
    fn expressions_that_never_fire() {
        for (text, expected) in [
            ("rate(0 minutes)", Some("and a rate is at least 1")),
            ("rate(5 minutes)", None),
            ("cron(0 0 30 2 ? *)", Some("and no such month has a day 30")),
            ("cron(0 0 31 APR,JUN,9,11 ? *)", Some("and no such month has a day 31")),
            ("cron(0 0 31 4-5 ? *)", None),
            ("cron(0 0 29 2 ? *)", None),
            ("cron(0 0 29 FEB ? 2030-2031)", Some("and no such month has a day 29")),
            ("cron(0 0 29 2 ? 2028)", None),
            ("cron(0 0 30,28 2 ? *)", None),
            ("cron(0 0 L 2 ? *)", None),
            ("cron(0 9 ? * MON-FRI *)", None),
            ("cron(0 9 ? * MON-FRI 2019)", Some("and 2019 is over")),
            ("cron(0 9 * * ? 2019/1)", None),
            ("cron(every day)", None),
            ("at(2016-01-01T00:00:00)", Some("and 2016 is over")),
            ("at(2999-01-01T00:00:00)", None),
            ("sometimes", None),
        ] {
            assert_eq!(never(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("never_fires.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let event = |kind: &str, key: &str, value: &str| {
            format!(
                "{HEAD}  F: {{Type: AWS::Serverless::Function, Properties: {{Events: {{E: {{Type: {kind}, Properties: {{{key}: {value}}}}}}}}}}}\n"
            )
        };
        let resource = |kind: &str, value: &str| {
            format!("{HEAD}  S: {{Type: {kind}, Properties: {{ScheduleExpression: {value}}}}}\n")
        };
        let never = "'cron(0 0 30 2 ? *)'";
        either(
            &RULE,
            &[
                event("Schedule", "Schedule", never),
                event("ScheduleV2", "ScheduleExpression", "rate(0 minutes)"),
                resource("AWS::Events::Rule", never),
                resource("AWS::Scheduler::Schedule", "!If [Prod, 'rate(1 day)', 'cron(0 0 31 4 ? *)']"),
            ],
            &[
                event("Schedule", "Schedule", "'cron(0 0 29 2 ? *)'"),
                event("Schedule", "Schedule", "!Ref Name"),
                resource("AWS::Events::Rule", "rate(1 day)"),
                resource("AWS::Scheduler::Schedule", "!Sub 'rate(${Count} minutes)'"),
            ],
        );
    }
}
