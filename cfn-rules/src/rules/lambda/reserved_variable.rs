//! Environment variables that Lambda sets itself.

use crate::{
    facts::{
        context::is_replaced,
        flow::{environment::environments, graph::Flow},
    },
    rules::definition::{On, Reporter},
    schema::documents::environment::is_reserved_variable,
};

rule! {
    /// Some environment variables are Lambda's own. It refuses a function that sets them.
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
    ///           AWS_REGION: eu-west-1
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
    ///           QUEUE_REGION: eu-west-1
    /// ```
    AL1027: error "environment variable that Lambda reserves",
    on: On::Flow(check),
    supersedes: ["E3663"],
}

fn check(flow: &Flow<'_>, report: &mut Reporter<'_>) {
    for (function, variables) in environments(flow) {
        for name in variables.keys().filter(|name| !is_replaced(name) && is_reserved_variable(name)) {
            let message = format!("function `{}`: `{name}` is set by Lambda and must not be set here", function.id);
            report
                .at(function.path(&["Environment", "Variables", name]), message)
                .help("remove it, or give the variable a name of your own")
                .actual(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use cfn_model::Finding;

    use super::RULE;
    use crate::testing::check;
    use crate::testing::findings;
    use crate::testing::flow::{NONE, all, either, function, written};

    #[test]
    fn cases() {
        let function = |name: &str| {
            format!(
                "Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{Variables: {{{name}: a}}}}}}}}}}\n"
            )
        };
        let message = "function `F`: `AWS_REGION` is set by Lambda and must not be set here";
        let place = "Resources/F/Properties/Environment/Variables/AWS_REGION";
        check(&RULE, &function("AWS_REGION"), &[(place, message)]);
        check(&RULE, &function("MY_REGION"), &[]);
    }

    #[test]
    fn templates_as_people_write_them() {
        written(&RULE, include_str!("reserved_variable.yaml"));
    }

    #[test]
    fn plain_and_serverless() {
        let variables = |value: &str| format!("Environment: {{Variables: {{{value}}}}},");
        let (region, handler) = (variables("AWS_REGION: a"), variables("_HANDLER: !Ref Name"));
        let (own, whole) =
            (variables("MY_REGION: a"), "Environment: !If [Prod, {Variables: {A: b}}, !Ref AWS::NoValue],");
        either(&RULE, &all([function(&region), function(&handler)]), &all([NONE, function(&own), function(whole)]));
    }

    #[test]
    fn one_name_is_one_finding() {
        for name in ["AWS_REGION", "_HANDLER", "a-b", "A"] {
            let variables = format!("Environment: {{Variables: {{{name}: x}}}},");
            for template in all([function(&variables)]) {
                let found = findings(&template);
                let about = |finding: &&Finding| finding.path.to_string().ends_with(&format!("/Variables/{name}"));
                assert_eq!(found.iter().filter(about).count(), 1, "{found:?}");
            }
        }
    }
}
