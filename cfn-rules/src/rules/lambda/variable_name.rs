//! Names that environment variables cannot have.

use crate::{
    facts::{
        context::is_replaced,
        flow::{environment::environments, graph::Flow},
        text::shortened,
    },
    rules::definition::{On, Reporter},
    schema::documents::environment::{is_reserved_variable, is_variable_name},
};

rule! {
    /// The name of an environment variable is a letter, then at least one letter, digit or underscore. Lambda refuses a function
    /// with any other.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Environment:
    ///         Variables:
    ///           log-level: info
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::Serverless-2016-10-31
    /// Resources:
    ///   Worker:
    ///     Type: AWS::Serverless::Function
    ///     Properties:
    ///       Runtime: python3.13
    ///       Handler: app.handler
    ///       CodeUri: s3://code/worker.zip
    ///       Environment:
    ///         Variables:
    ///           LOG_LEVEL: info
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint says so of `AWS::Lambda::Function` only, as E3002.
    AL1040: error "invalid name of an environment variable",
    on: On::Flow(check),
    supersedes: ["E3002"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for (function, variables) in environments(flow) {
        // A reserved name is AL1027, however it is made.
        let is_wrong = |name: &&String| !is_replaced(name) && !is_reserved_variable(name) && !is_variable_name(name);
        for name in variables.keys().filter(is_wrong) {
            let message = format!(
                "function `{}`: the name of a variable must be a letter, then at least one letter, digit or underscore, got `{}`",
                function.id,
                shortened(name)
            );
            report
                .at(function.path(&["Environment", "Variables", name]), message)
                .help("rename it: Lambda refuses the function")
                .actual(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;
    use crate::testing::flow::{NONE, all, either, function, sam};

    #[test]
    fn cases() {
        let function = |name: &str| {
            format!(
                "Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{Variables: {{{name}: a}}}}}}}}}}\n"
            )
        };
        let message =
            "function `F`: the name of a variable must be a letter, then at least one letter, digit or underscore, got";
        for name in ["a-b", "X"] {
            let place = format!("Resources/F/Properties/Environment/Variables/{name}");
            check(&RULE, &function(name), &[(&place, &format!("{message} `{name}`"))]);
        }
        check(&RULE, &function("LOG_LEVEL"), &[]);
        check(&RULE, &function("_HANDLER"), &[]);
    }

    #[test]
    fn plain_and_serverless() {
        let named = |name: &str| format!("Environment: {{Variables: {{\"{name}\": x}}}},");
        let wrong = ["", "a-b", "ü", "1a", "A", "A B", "_A", "A.B", "A\u{e9}"].map(named);
        let right = ["AB", "a1", "LOG_LEVEL", "ASYNC_LAMBDA_BATCH_FAILURE_RETRY_COUNT", "_HANDLER"].map(named);
        let templates = |names: &[String]| all(names.iter().map(|name| function(name)));
        either(&RULE, &templates(&wrong), &templates(&right));
        let globals =
            sam(NONE).replace("Resources:", "Globals: {Function: {Environment: {Variables: {a-b: x}}}}\nResources:");
        either(&RULE, &[globals], &[]);
    }
}
