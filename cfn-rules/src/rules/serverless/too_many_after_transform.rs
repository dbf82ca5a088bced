//! Templates that the SAM transform makes too large.

use cfn_model::Path;

use crate::{
    facts::{context::Context, transformed::after_transform},
    rules::definition::{On, Reporter},
};

rule! {
    /// A stack has at most 500 resources, and those that the SAM transform makes count: the role of a function, the
    /// permissions and event source mappings of its events, the deployment and stage of an API. CloudFormation refuses the
    /// change set of a template that has more, however few are written.
    ///
    /// ## Mistake
    ///
    /// 260 functions, each with a role:
    ///
    /// ```yaml
    /// Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
    /// Resources:
    ///   Fn::ForEach::Tens:
    ///     - Ten
    ///     - [A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z]
    ///     - Fn::ForEach::Ones:
    ///         - One
    ///         - ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
    ///         - Task${Ten}${One}:
    ///             Type: AWS::Serverless::Function
    ///             Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
    /// Resources:
    ///   Fn::ForEach::Tens:
    ///     - Ten
    ///     - [A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y]
    ///     - Fn::ForEach::Ones:
    ///         - One
    ///         - ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
    ///         - Task${Ten}${One}:
    ///             Type: AWS::Serverless::Function
    ///             Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: s3://code/app.zip}
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint counts the resources that are written, `E3010`.
    AL1028: error "more than 500 resources after the SAM transform",
    on: On::Document(check),
}

/// CloudFormation's quota of resources.
const MOST: usize = 500;

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let Some(resources) = context.section("Resources") else { return };
    // A template with as many written resources has E3010.
    if !context.transforms.serverless || resources.len() > MOST {
        return;
    }
    let count = after_transform(context.document);
    if count > MOST {
        let message = format!(
            "a template must have at most {MOST} resources after the SAM transform, got {count} from the {} that are \
             written",
            resources.len()
        );
        report
            .at(Path::default().join("Resources"), message)
            .help("share roles between functions (`Role`), or move a part of the application into another stack");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let functions = |count: usize, more: &str| {
            let each = |index| {
                format!(
                    "  F{index}: {{Type: AWS::Serverless::Function, Properties: {{Runtime: python3.13, Handler: a.b{more}}}}}\n"
                )
            };
            format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{}", (0..count).map(each).collect::<String>())
        };
        let message =
            "a template must have at most 500 resources after the SAM transform, got 502 from the 251 that are written";
        check(&RULE, &functions(251, ""), &[("Resources", message)]);
        check(&RULE, &functions(250, ""), &[]);
        check(&RULE, &functions(251, ", Role: arn"), &[]);
        check(&RULE, &functions(251, "").replace("Transform: AWS::Serverless-2016-10-31", ""), &[]);
    }
}
