//! Rules about one text.

use cfn_model::Rule;

use super::check::{Check, Look};
use crate::codes as rules;

pub(crate) static CHECKS: &[Check] = &[
    ("AWS::AutoScaling::AutoScalingGroup", |look| each(look, "HealthCheckType", &rules::E3056, health_checks)),
    ("AWS::CloudFront::Distribution", |look| each(look, "DistributionConfig/Aliases/*", &rules::E3013, alias)),
    ("AWS::EC2::EIP", |look| each(look, "Domain", &rules::W3700, domain)),
    ("AWS::Events::Rule", |look| each(look, "ScheduleExpression", &rules::E3027, schedule)),
    ("AWS::Lambda::Function", |look| each(look, "Layers/*", &rules::E3716, layer)),
    ("AWS::SSM::Parameter", |look| each(look, "Name", &rules::W3701, parameter)),
];

/// Reports every text at a path that a parser has something to say about.
fn each<'d>(look: &mut Look<'_, 'd>, path: &'d str, rule: &'static Rule, wrong: fn(&str) -> Option<String>) {
    for value in look.get(path) {
        if let Some(text) = value.text().filter(|text| !text.contains("{{"))
            && let Some(message) = wrong(text)
        {
            look.fail(rule, &value.steps, message).actual = Some(text.to_owned());
        }
    }
}

fn health_checks(text: &str) -> Option<String> {
    let mut parts = text.split(',').map(str::trim);
    (text.contains(',') && parts.any(|part| part == "EC2"))
        .then(|| format!("`HealthCheckType` must not combine `EC2` with others, got `{text}`"))
}

/// A host name; its first label can be `*`.
fn alias(text: &str) -> Option<String> {
    let label = |label: &str, can_be_star: bool| {
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().enumerate().all(|(at, byte)| {
                is_plain(byte)
                    || (at > 0 && at + 1 < bytes.len() && *byte == b'-')
                    || (at == 0 && can_be_star && *byte == b'*')
            })
    };
    let fits = text.rsplit_once('.').is_some_and(|(labels, top)| {
        top.len() > 1 && label(top, false) && labels.split('.').all(|part| label(part, true)) && !text.contains(".*.")
    });
    (!fits).then(|| format!("an alias of a distribution must be a host name in lower case, got `{text}`"))
}

fn domain(text: &str) -> Option<String> {
    let known = ["standard", "vpc"].iter().any(|known| text.eq_ignore_ascii_case(known));
    (!known).then(|| format!("`Domain` must be `vpc`, which AWS makes of it, got `{text}`"))
}

/// The longest ARN is 176 characters beside the partition and the region, which are known of an ARN only.
fn layer(text: &str) -> Option<String> {
    const MOST: usize = 176 + "aws".len() + "us-east-1".len();
    let length = text.chars().count();
    (length > MOST).then(|| format!("the ARN of a layer must have at most {MOST} characters, got {length}"))
}

/// Names that begin with `aws` or `ssm`, with a slash before it or not, are AWS's own.
fn parameter(text: &str) -> Option<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let rest = text.strip_prefix('/').unwrap_or(text);
    let is_reserved =
        ["aws", "ssm"].iter().any(|word| rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    let mut parts = rest.split('/');
    let fits =
        parts.clone().all(|part| !part.is_empty() && part.chars().all(|char| !char.is_ascii() || is_word(char as u8)))
            && (text.starts_with('/') || parts.nth(1).is_none());
    (is_reserved || !fits).then(|| {
        format!("the name of a parameter must be a path that does not begin with `aws` or `ssm`, got `{text}`")
    })
}

/// `rate(5 minutes)` or `cron(0 12 * * ? *)`.
fn schedule(text: &str) -> Option<String> {
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
    let is_one = !is_zero && value.trim_start_matches('0') == "1";
    let units = if is_one || is_zero { ["minute", "hour", "day"] } else { ["minutes", "hours", "days"] };
    if is_zero {
        return Some("a rate must be 1 or more, got 0".to_owned());
    }
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
    use super::*;

    #[test]
    fn texts() {
        let check = |wrong: fn(&str) -> Option<String>, good: &[&str], bad: &[&str]| {
            good.iter().for_each(|text| assert_eq!(wrong(text), None, "{text}"));
            bad.iter().for_each(|text| assert!(wrong(text).is_some(), "{text}"));
        };
        check(
            schedule,
            &["rate(1 minute)", "rate(5 minutes)", "cron(0 12 * * ? *)", "cron(0 12 ? * MON-FRI *)"],
            &[
                "rate(1 minutes)",
                "rate(5 minute)",
                "rate(0 minute)",
                "rate(5)",
                "rate()",
                "rate(a minutes)",
                "daily",
                "cron(0 12 * * *)",
                "cron(0 12 1 * MON *)",
                "cron()",
                "rate(5 minutes",
            ],
        );
        check(
            alias,
            &["a.example.com", "*.example.com", "a-b.c.de"],
            &["example", "A.example.com", "a.*.com", "a..com", "-a.com", "a.b"],
        );
        check(health_checks, &["EC2", "ELB,VPC_LATTICE"], &["EC2,ELB", "ELB, EC2"]);
        check(domain, &["vpc", "standard", "VPC"], &["true"]);
        check(layer, &["arn:aws:lambda:us-east-1:123456789012:layer:a:1"], &[&"a".repeat(189)]);
        check(parameter, &["a", "/a/b", "a.b-c"], &["aws-a", "/AWS/a", "/ssm", "a/b", "/a//b", "a b", ""]);
    }
}
