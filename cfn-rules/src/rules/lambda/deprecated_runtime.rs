//! Runtimes that AWS no longer supports.

use cfn_model::Function;

use super::runtimes::{End, FUNCTIONS, KNOWN_ON, Stage, ends};
use crate::{
    facts::values::{Step, Value, results},
    rules::{
        definition::{On, Reporter},
        functions,
        values::Look,
    },
};

rule! {
    /// AWS gives a runtime no security updates after its end of support; later it refuses new functions (`E2531`) and
    /// then changed ones (`E2533`). The dates come from the AWS documentation. Without `--today`, or `Options::today`
    /// in the library, the day of the table counts, and `E2531` and `E2533` are reported as this warning, so that a
    /// template does not become wrong overnight.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.8
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Role: arn:aws:iam::123456789012:role/Run
    ///       Code:
    ///         S3Bucket: code-of-mine
    ///         S3Key: code.zip
    ///       Handler: main.run
    ///       Runtime: python3.13
    /// ```
    W2531: warning "deprecated Lambda runtime",
    on: On::Resource(FUNCTIONS, check),
}

fn check(look: &Look<'_, '_>, report: &mut Reporter<'_>) {
    for (value, end) in ends(look) {
        if look.context.options.today.is_none() || end.stage == Stage::Deprecated {
            report.at(look.path(&value.steps), end.message()).help(end.help());
        }
    }
    for value in look.get("Runtime") {
        if let Some((function, end)) = of_result(look, &value) {
            let Some(rule) = functions::rule_of_result(function) else { continue };
            let path = look.path(&[&value.steps[..], &[Step::Key(function.name())]].concat());
            report.under(rule).at(path, end.message()).help(end.help());
        }
    }
}

/// The end of a runtime that a function can result in. What a call gives has rules of its own.
fn of_result(look: &Look<'_, '_>, value: &Value<'_>) -> Option<(Function, End)> {
    let node = value.node?;
    let (function, _) = Function::call(node)?;
    functions::rule_of_result(function)?;
    let mut found = None;
    for known in results(look.context, node, &value.facts) {
        let today = look.context.options.today.unwrap_or(KNOWN_ON);
        match known.node.as_str().and_then(|name| End::of(name, today)) {
            // A value that nobody can choose is the one that there will be.
            None if !known.is_chosen() => return None,
            None => {}
            Some(end) => found = found.or(Some(end)),
        }
    }
    Some((function, found?))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let function = |runtime: &str| {
            format!("Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: {runtime}}}}}}}\n")
        };
        let place = "Resources/F/Properties/Runtime";
        let message = "runtime `go1.x` is blocked since 2024-02-08: no function can be created with it";
        check(&RULE, &function("go1.x"), &[(place, message)]);
        let message = "runtime `python3.9` is deprecated since 2025-12-15: it gets no security updates";
        check(&RULE, &function("python3.9"), &[(place, message)]);
        check(&RULE, &function("python3.13"), &[]);
        check(&RULE, &function("unknown"), &[]);
    }
}
