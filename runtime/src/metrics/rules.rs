//! The rules of CloudWatch for a name, a value and a dimension of a metric: `MetricDatum` and `Dimension` in its API reference.

use std::borrow::Cow;

/// The members that the line has besides own metrics. A member of a JSON object has one value.
const TAKEN: [&str; 12] = [
    "_aws",
    "timestamp",
    "level",
    "message",
    "requestId",
    "Application",
    "Task",
    "Handled",
    "Failed",
    "Duration",
    "Age",
    "BatchSize",
];

/// The longest name, in characters.
const LONGEST_NAME: usize = 255;
/// The longest value of a dimension, in characters.
const LONGEST_VALUE: usize = 1024;
/// The most dimensions of a metric besides `Application` and `Task`: 30 in all.
const MOST_DIMENSIONS: usize = 28;

/// The broken rule of a metric of a handler's own.
pub(super) fn metric(name: &str, value: f64, dimensions: &[(Cow<'static, str>, String)]) -> Option<String> {
    if let Some(rule) = self::name(name) {
        return Some(rule.to_owned());
    }
    if dimensions.iter().any(|(dimension, _)| dimension == name) {
        return Some("must not be the name of one of its dimensions; give it another name".to_owned());
    }
    out_of_range(value)
}

/// The broken rule of a value.
pub(super) fn out_of_range(value: f64) -> Option<String> {
    let is_taken = value.abs() <= 2_f64.powi(360);
    (!is_taken).then(|| format!("must have a value of -2^360 to 2^360, got {value}"))
}

/// The beginning of a name, as it is shown: no name that is taken is longer.
pub(super) fn shown(name: &str) -> String {
    let cut: String = name.chars().take(LONGEST_NAME).collect();
    let more = if cut.len() < name.len() { " ..." } else { "" };
    format!("{}{more}", cut.escape_debug())
}

/// The broken rule of a dimension that is added to so many.
pub(super) fn dimension(name: &str, value: &str, others: usize) -> Option<String> {
    if let Some(rule) = self::name(name) {
        return Some(rule.to_owned());
    }
    if !is_printable(value, LONGEST_VALUE) {
        let value = shown(value);
        return Some(format!(
            "must have a value of 1 to 1024 printable ASCII characters, not only spaces, got `{value}`"
        ));
    }
    (others >= MOST_DIMENSIONS).then(|| format!("must be one of at most {MOST_DIMENSIONS}, is one more"))
}

fn name(name: &str) -> Option<&'static str> {
    if !is_printable(name, LONGEST_NAME) || name.starts_with(':') {
        return Some(
            "must have a name of 1 to 255 printable ASCII characters, not only spaces, without `:` at its beginning",
        );
    }
    let is_taken = TAKEN.contains(&name) || name.starts_with("Failed.");
    is_taken.then_some("must not have a name that the line has already; give it another one")
}

fn is_printable(text: &str, longest: usize) -> bool {
    let is_printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    is_printable && text.len() <= longest && text.bytes().any(|byte| byte != b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_those_of_cloudwatch() {
        let own = [("Currency".into(), "EUR".to_owned())];
        for (name, value, rule) in [
            ("OrdersPaid", 1.0, None),
            ("orders.paid (net)", -2.0, None),
            ("Orders", 2_f64.powi(360), None),
            ("", 1.0, Some("must have a name of 1 to 255")),
            (" ", 1.0, Some("must have a name of 1 to 255")),
            (":Orders", 1.0, Some("must have a name of 1 to 255")),
            ("Größe", 1.0, Some("must have a name of 1 to 255")),
            ("Orders\n", 1.0, Some("must have a name of 1 to 255")),
            ("Handled", 1.0, Some("must not have a name that the line has already")),
            ("Failed.mine", 1.0, Some("must not have a name that the line has already")),
            ("_aws", 1.0, Some("must not have a name that the line has already")),
            ("Currency", 1.0, Some("must not be the name of one of its dimensions")),
            ("Orders", f64::NAN, Some("must have a value of -2^360 to 2^360, got NaN")),
            ("Orders", f64::NEG_INFINITY, Some("must have a value of -2^360 to 2^360, got -inf")),
            ("Orders", 2_f64.powi(361), Some("must have a value of -2^360 to 2^360, got 46")),
        ] {
            let found = metric(name, value, &own);
            let is_expected = match rule {
                Some(rule) => found.as_ref().is_some_and(|found| found.starts_with(rule)),
                None => found.is_none(),
            };
            assert!(is_expected, "{name} {value}: {found:?}");
        }
        assert!(metric(&"x".repeat(255), 0.0, &[]).is_none());
        assert!(metric(&"x".repeat(256), 0.0, &[]).is_some());
    }

    #[test]
    fn dimensions_are_those_of_cloudwatch() {
        for (name, value, others, is_taken) in [
            ("Currency", "EUR", 27, true),
            ("Currency", "EUR", 28, false),
            ("Currency", "", 0, false),
            ("Currency", "  ", 0, false),
            ("Currency", "€", 0, false),
            ("Task", "Mine", 0, false),
            (":a", "b", 0, false),
        ] {
            assert_eq!(dimension(name, value, others).is_none(), is_taken, "{name} {value} {others}");
        }
        assert_eq!(shown("Größe\n\u{1b}[31m"), r"Größe\n\u{1b}[31m");
        assert_eq!(shown(&"x".repeat(3_000_000)).len(), 259);
        assert!(dimension("a", &"x".repeat(1024), 0).is_none());
        assert!(dimension("a", &"x".repeat(1025), 0).is_some());
    }
}
