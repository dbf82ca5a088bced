//! Schedules that EventBridge cannot read.

use crate::rules::{
    definition::{On, Reporter},
    values::Look,
};

rule! {
    /// The schedule of a rule is a rate such as `rate(5 minutes)` or a cron expression such as `cron(0 12 * * ? *)`.
    /// The unit of a rate is singular for 1. A cron expression has six fields, and `?` for the day of the month or for
    /// the day of the week.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       ScheduleExpression: rate(1 minutes)
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Events::Rule
    ///     Properties:
    ///       ScheduleExpression: rate(1 minute)
    /// ```
    E3027: error "invalid schedule expression",
    on: On::Resource(&["AWS::Events::Rule"], check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, text) in look.strings("ScheduleExpression") {
        if let Some(message) = wrong_schedule(text) {
            report.at(look.path(&value.steps), message).actual(text);
        }
    }
}

/// The mistake in a schedule.
fn wrong_schedule(text: &str) -> Option<String> {
    let inside = |name: &str| {
        let rest = text.strip_prefix(name)?.strip_prefix('(')?;
        rest.ends_with(')').then(|| rest.split(')').next().unwrap_or_default())
    };
    match (inside("rate"), inside("cron")) {
        (Some(rate), _) => wrong_rate(rate),
        (_, Some(cron)) => wrong_cron(cron),
        _ => Some(format!("a schedule must be `rate(...)` or `cron(...)`, got `{text}`")),
    }
}

fn wrong_rate(rate: &str) -> Option<String> {
    let parts: Vec<&str> = rate.split(' ').collect();
    let [value, unit] = parts.as_slice() else {
        return Some(format!("a rate must be a number and a unit, got `{rate}`"));
    };
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("a rate must begin with a whole number, got `{value}`"));
    }
    let is_zero = value.bytes().all(|byte| byte == b'0');
    if is_zero {
        return Some("a rate must be 1 or more, got 0".to_owned());
    }
    let is_one = value.trim_start_matches('0') == "1";
    let units = if is_one { ["minute", "hour", "day"] } else { ["minutes", "hours", "days"] };
    (!units.contains(unit)).then(|| format!("the unit of `{value}` must be `{}`, got `{unit}`", units.join("`, `")))
}

fn wrong_cron(cron: &str) -> Option<String> {
    let fields: Vec<&str> = cron.split(' ').collect();
    match fields.as_slice() {
        [_, _, day, _, weekday, _] if *day != "?" && *weekday != "?" => Some(format!(
            "a cron expression must have `?` for the day of the month or the day of the week, got `{day}` and `{weekday}`"
        )),
        [_, _, _, _, _, _] => None,
        fields => Some(format!("a cron expression must have 6 fields, got {}", fields.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let rule = |text: &str| {
            format!("Resources: {{R: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: '{text}'}}}}}}\n")
        };
        for text in ["rate(1 minute)", "rate(5 minutes)", "cron(0 12 * * ? *)", "cron(0 12 ? * MON-FRI *)", "{{x}}"] {
            check(&RULE, &rule(text), &[]);
        }
        let units = "the unit of `5` must be `minutes`, `hours`, `days`, got `minute`";
        let unit = "the unit of `1` must be `minute`, `hour`, `day`, got `minutes`";
        let days = "a cron expression must have `?` for the day of the month or the day of the week, got `1` and `MON`";
        for (text, message) in [
            ("rate(1 minutes)", unit),
            ("rate(5 minute)", units),
            ("rate(0 minute)", "a rate must be 1 or more, got 0"),
            ("rate(5)", "a rate must be a number and a unit, got `5`"),
            ("rate()", "a rate must be a number and a unit, got ``"),
            ("rate(a minutes)", "a rate must begin with a whole number, got `a`"),
            ("daily", "a schedule must be `rate(...)` or `cron(...)`, got `daily`"),
            ("cron(0 12 * * *)", "a cron expression must have 6 fields, got 5"),
            ("cron(0 12 1 * MON *)", days),
            ("cron()", "a cron expression must have 6 fields, got 1"),
            ("rate(5 minutes", "a schedule must be `rate(...)` or `cron(...)`, got `rate(5 minutes`"),
        ] {
            check(&RULE, &rule(text), &[("Resources/R/Properties/ScheduleExpression", message)]);
        }
    }
}
