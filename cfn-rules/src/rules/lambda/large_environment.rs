//! Environment variables that are too large, of plain and of SAM functions.

use cfn_model::Node;

use crate::{
    facts::{
        flow::{
            environment::{VARIABLES, environments},
            graph::Flow,
            model::expand,
            scenario::readings,
            text::Part,
        },
        text::scalar,
    },
    rules::definition::{On, Reporter},
};

rule! {
    /// Lambda refuses a function whose environment variables, names and values together, have more than 4 KB. What is known
    /// counts: literals, the literal parts of strings, and the defaults of parameters.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Environment:
    ///         Variables:
    ///           RULES: >-
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ///             xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       Code: {S3Bucket: code, S3Key: worker.zip}
    ///       Role: arn:aws:iam::123456789012:role/worker
    ///       Environment:
    ///         Variables:
    ///           RULES: s3://rules/rules.json
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint has `E3697` for `AWS::Lambda::Function` only; here SAM functions count as well, with `Globals`.
    AL1022: error "environment variables exceed 4 KB",
    on: On::Flow(check),
    supersedes: ["E3697"],
}

/// Lambda's quota.
const MOST: usize = 4096;

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for (function, variables) in environments(flow) {
        let bytes: usize = variables.iter().map(|(name, value)| name.len() + size(flow, value)).sum();
        if bytes > MOST {
            let is_all = variables.values().all(|value| scalar(value).is_some());
            let message = format!(
                "function `{}`: the environment variables must have at most {MOST} bytes together, got {bytes}{}",
                function.id,
                if is_all { "" } else { " or more" }
            );
            report
                .at(function.path(&VARIABLES), message)
                .help("keep large values in a parameter of Systems Manager or in an object, and name it here");
        }
    }
}

/// The bytes that a value has at least: those of its literals, and of the defaults of its parameters.
fn size<'d>(flow: &Flow<'d>, value: &'d Node) -> usize {
    if let Some(text) = scalar(value) {
        return text.len();
    }
    let ways = expand(flow.model.context, Some(value), Vec::new());
    let bytes = |part: &Part<'_>| if let Part::Literal(text) = part { text.len() } else { 0 };
    let sizes = readings(flow.model.context, ways).into_iter().map(|reading| {
        let (_, text) = reading.settled();
        text.0.iter().map(bytes).sum()
    });
    sizes.min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{NONE, all, either, function, sam};

    #[test]
    fn cases() {
        let function = |kind: &str, variables: &str| {
            format!("Resources: {{F: {{Type: {kind}, Properties: {{Environment: {{Variables: {{{variables}}}}}}}}}}}\n")
        };
        let place = "Resources/F/Properties/Environment/Variables";
        let long = "x".repeat(4096);
        for kind in ["AWS::Lambda::Function", "AWS::Serverless::Function"] {
            let message = "function `F`: the environment variables must have at most 4096 bytes together, got 4097";
            check(&RULE, &function(kind, &format!("V: {long}")), &[(place, message)]);
            check(&RULE, &function(kind, &format!("V: {}", &long[1..])), &[]);
        }
        let message = "function `F`: the environment variables must have at most 4096 bytes together, got 4097 or more";
        let stack = format!("V: {}, W: !Sub '${{AWS::StackName}}'", &long[1..]);
        check(&RULE, &function("AWS::Lambda::Function", &stack), &[(place, message)]);
    }

    #[test]
    fn plain_and_serverless() {
        let variables = |value: &str| format!("Environment: {{Variables: {{{value}}}}},");
        let long = "x".repeat(4096);
        let (just, over) = (variables(&format!("V: {}", &long[1..])), variables(&format!("V: {long}")));
        let (unknown, split) =
            (variables("V: !Ref Name"), variables(&format!("V: {}, W: {}", &long[..2048], &long[..2048])));
        either(&RULE, &all([function(&over), function(&split)]), &all([function(&just), function(&unknown)]));
        let globals = sam(NONE)
            .replace("Resources:", &format!("Globals: {{Function: {{{}}}}}\nResources:", over.trim_end_matches(',')));
        either(&RULE, &[globals], &[]);
        let part = |name: usize| format!("VAR_{name}: !Sub '${{AWS::StackName}}{}'", "x".repeat(90));
        let many = variables(&(0..50).map(part).collect::<Vec<_>>().join(", "));
        let branches = variables(&format!("V: !If [Prod, {0}, x], W: !If [Prod, x, {0}]", &long[..2100]));
        either(&RULE, &all([function(&many)]), &all([function(&branches)]));
        let by_default = sam(function("Environment: {Variables: {V: !Ref Long, W: !Ref Long}},"))
            .replace("Parameters:", &format!("Parameters:\n  Long: {{Type: String, Default: {}}}", &long[..2100]));
        either(&RULE, &[by_default], &[]);
    }
}
