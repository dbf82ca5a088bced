//! Functions with `SnapStart` of which no version is published.

use std::{cell::LazyCell, collections::HashSet};

use cfn_model::{Function, Node};

use crate::{
    facts::{
        context::Context,
        values::{self, Step, is_no_value},
    },
    rules::{
        definition::{On, Reporter},
        values::of_type,
    },
};

/// The value with which SnapStart is on.
const ON: &str = "PublishedVersions";

rule! {
    /// SnapStart takes its snapshot when a version is published. Without a version, or `AutoPublishAlias` in SAM, it
    /// never does.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Code:
    ///         S3Bucket: code
    ///         S3Key: hello.zip
    ///       Role: arn:aws:iam::123456789012:role/hello
    ///       Handler: Hello::run
    ///       Runtime: java21
    ///       SnapStart:
    ///         ApplyOn: PublishedVersions
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Hello:
    ///     Type: AWS::Lambda::Function
    ///     Properties:
    ///       Code:
    ///         S3Bucket: code
    ///         S3Key: hello.zip
    ///       Role: arn:aws:iam::123456789012:role/hello
    ///       Handler: Hello::run
    ///       Runtime: java21
    ///       SnapStart:
    ///         ApplyOn: PublishedVersions
    ///   Version:
    ///     Type: AWS::Lambda::Version
    ///     Properties:
    ///       FunctionName: !Ref Hello
    /// ```
    W2530: warning "`SnapStart` without a published version",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let versioned = LazyCell::new(|| versioned(context));
    for kind in ["AWS::Lambda::Function", "AWS::Serverless::Function"] {
        for (id, _, properties) in of_type(context, kind) {
            let is_on = properties.node.is_some_and(|node| node["SnapStart"]["ApplyOn"].as_str() == Some(ON));
            if !is_on {
                continue;
            }
            let is_serverless = kind == "AWS::Serverless::Function";
            let alias = properties.node.and_then(|node| node.get("AutoPublishAlias"));
            let is_published = match is_serverless {
                true => alias.is_some_and(|alias| !is_no_value(alias)),
                false => versioned.contains(id),
            };
            let (message, help) = match is_serverless {
                _ if is_published => continue,
                true => (
                    "`SnapStart` is for published versions, and there is no `AutoPublishAlias`",
                    "add `AutoPublishAlias`",
                ),
                false => ("`SnapStart` is for published versions, and there is none", "add an `AWS::Lambda::Version`"),
            };
            report.at(values::path(id, &[Step::Key("SnapStart"), Step::Key("ApplyOn")]), message).help(help);
        }
    }
}

/// The functions of which the template has a version.
fn versioned<'d>(context: &Context<'d>) -> HashSet<&'d str> {
    let function = |version: &'d Node| match Function::call(version.get("FunctionName")?)? {
        (Function::Ref, target) => target.as_str(),
        (Function::GetAtt, Node::String(target)) => target.split('.').next(),
        (Function::GetAtt, Node::Array(parts)) => parts.first().and_then(Node::as_str),
        _ => None,
    };
    of_type(context, "AWS::Lambda::Version").filter_map(|(_, _, version)| function(version.node?)).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |more: &str| {
            format!(
                "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: java21, Handler: a.b, Role: \
                 'arn:aws:iam::123456789012:role/r', Code: {{S3Bucket: code-of-mine, S3Key: a}}, SnapStart: {{ApplyOn: \
                 PublishedVersions}}}}}}\n{more}"
            )
        };
        let place = "Resources/F/Properties/SnapStart/ApplyOn";
        check(&RULE, &template(""), &[(place, "`SnapStart` is for published versions, and there is none")]);
        check(&RULE, &template("  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n"), &[]);
        let serverless = |alias: &str| {
            format!(
                "Transform: AWS::Serverless-2016-10-31\nResources: {{F: {{Type: AWS::Serverless::Function, Properties: \
                 {{Runtime: java21, Handler: a.b, CodeUri: 's3://a/b', SnapStart: {{ApplyOn: PublishedVersions}}{alias}}}}}}}\n"
            )
        };
        let message = "`SnapStart` is for published versions, and there is no `AutoPublishAlias`";
        check(&RULE, &serverless(""), &[(place, message)]);
        check(&RULE, &serverless(", AutoPublishAlias: live"), &[]);
    }
}
