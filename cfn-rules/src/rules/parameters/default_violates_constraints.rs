//! Defaults of parameters.

use std::borrow::Cow;

use cfn_model::{Node, Number, Object};
use cfn_pattern::{MOST_STEPS, Pattern};
use indexmap::IndexSet;

use crate::{
    facts::{context::Context, kinds::is_list_parameter, text},
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// The default of a parameter must satisfy the parameter's own constraints: allowed values, pattern, length and
    /// range. Otherwise every stack without a value of its own fails.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Timeout:
    ///     Type: Number
    ///     MaxValue: 900
    ///     Default: 1000
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !Ref Timeout
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Timeout:
    ///     Type: Number
    ///     MaxValue: 900
    ///     Default: 30
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: !Ref Timeout
    /// ```
    E2015: error "default violates the constraints of its parameter",
    on: On::Section("Parameters", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let Some(parameter) = entry.object() else { return };
    let (Some(kind), Some(default)) = (parameter.get("Type").and_then(Node::as_str), parameter.get("Default")) else {
        return;
    };
    let place = entry.place.key("Default");
    let Some(given) = text::scalar(default) else {
        let allowed = parameter.get("AllowedValues").and_then(Node::as_array).unwrap_or_default();
        if !allowed.is_empty() && !matches!(default, Node::Null) {
            report.must_be(&place, "one of the allowed values", default);
        }
        return;
    };
    let is_list = is_list_parameter(kind);
    let values: Vec<&str> = if is_list { given.split(',').map(str::trim).collect() } else { vec![&given] };
    let mut constraints = Constraints::new(parameter, default);
    let mut violated = |value: &&str| constraints.violated_by(value, entry.context);
    // A list fits as a whole or in each of its members.
    let broken = values.iter().find_map(&mut violated).filter(|_| !is_list || violated(&given.as_ref()).is_some());
    if let Some(expected) = broken {
        report.must_be(&place, &expected, default);
    }
    if constraints.gave_up {
        let what = format!("`AllowedPattern` takes more than {MOST_STEPS} steps");
        entry.context.too_much(place.to_path(), what);
    }
}

/// The constraints of a parameter.
struct Constraints<'p> {
    parameter: &'p Object,
    default: &'p Node,
    pattern: Option<(&'p str, Pattern)>,
    allowed: Option<IndexSet<Cow<'p, str>>>,
    /// Whether the pattern was too much work.
    gave_up: bool,
}

impl<'p> Constraints<'p> {
    fn new(parameter: &'p Object, default: &'p Node) -> Constraints<'p> {
        let pattern = parameter.get("AllowedPattern").and_then(Node::as_str);
        // CloudFormation wants the whole value to match.
        let pattern = pattern.and_then(|text| Some((text, Pattern::new(&format!("^(?:{text})")).ok()?)));
        let allowed = parameter.get("AllowedValues").and_then(Node::as_array).filter(|allowed| !allowed.is_empty());
        let allowed = allowed.map(|allowed| allowed.iter().filter_map(text::scalar).collect());
        Constraints { parameter, default, pattern, allowed, gave_up: false }
    }

    /// The constraint that a value violates, in words.
    fn violated_by(&mut self, value: &str, context: &Context<'_>) -> Option<String> {
        let number = |key: &str| match (self.parameter.get(key), self.default) {
            (Some(Node::Number(Number::Int(bound))), Node::Number(Number::Int(value))) => Some((*bound, *value)),
            _ => None,
        };
        let length = |key: &str| int(self.parameter.get(key)?).map(|bound| (bound, value.chars().count() as i64));
        if let Some((text, pattern)) = &self.pattern {
            match context.matches(pattern, value) {
                Some(true) => {}
                Some(false) => return Some(format!("a value that matches `{}`", text::shortened(text))),
                None => self.gave_up = true,
            }
        }
        if let Some((least, _)) = number("MinValue").filter(|(bound, value)| value < bound) {
            return Some(format!("at least {least}"));
        }
        if let Some((most, _)) = number("MaxValue").filter(|(bound, value)| value > bound) {
            return Some(format!("at most {most}"));
        }
        if let Some((least, _)) = length("MinLength").filter(|(bound, value)| value < bound) {
            return Some(format!("a string of at least {least} characters"));
        }
        if let Some((most, _)) = length("MaxLength").filter(|(bound, value)| value > bound) {
            return Some(format!("a string of at most {most} characters"));
        }
        // A string in place of the list is its only member.
        if let Some(only) = self.parameter.get("AllowedValues").and_then(Node::as_str) {
            return (!only.contains(value)).then(|| format!("`{}`", text::shortened(only)));
        }
        let allowed = self.allowed.as_ref().filter(|allowed| !allowed.contains(value))?;
        Some(text::listed(allowed.iter().map(|text| &**text), "or"))
    }
}

fn int(node: &Node) -> Option<i64> {
    match node {
        Node::Number(number) => number.as_i64(),
        Node::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let parameter = |parameter: &str| format!("Parameters: {{P: {{{parameter}}}}}\nResources: {{}}\n");
        for (constraint, expected) in [
            ("AllowedValues: [x, y]", "`x` or `y`"),
            ("AllowedValues: x", "`x`"),
            ("AllowedPattern: '[0-9]+'", "a value that matches `[0-9]+`"),
            ("MaxLength: 2", "a string of at most 2 characters"),
            ("MinLength: '4'", "a string of at least 4 characters"),
        ] {
            let message = format!("`Default` must be {expected}, got \"abc\"");
            let template = parameter(&format!("Type: String, Default: abc, {constraint}"));
            check(&RULE, &template, &[("Parameters/P/Default", &message)]);
        }
        check(
            &RULE,
            &parameter("Type: Number, Default: 7, MaxValue: 5"),
            &[("Parameters/P/Default", "`Default` must be at most 5, got 7")],
        );
        check(
            &RULE,
            &parameter("Type: String, Default: [a], AllowedValues: [a]"),
            &[("Parameters/P/Default", "`Default` must be one of the allowed values, got a list of 1 item")],
        );
        check(&RULE, &parameter("Type: CommaDelimitedList, Default: 'a, b', AllowedValues: [a, b]"), &[]);
        check(&RULE, &parameter("Type: String, Default: a, AllowedValues: [a, b]"), &[]);
    }
}
