//! Aliases of YAML, `*name`, which CloudFormation's reader does not have.

use std::collections::HashSet;

use cfn_model::{Object, text};

use crate::{
    facts::context::Transforms,
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation reads YAML without aliases, so that `*tags`, which repeats what stands at `&tags`, is an error there.
    /// `aws cloudformation package` and `sam` write aliases out before they send a template; nothing is said of a SAM template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags: &tags
    ///         - Key: team
    ///           Value: orders
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags: *tags
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: orders
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: orders
    /// ```
    W1101: warning "alias in a YAML template",
    on: On::Text(check),
}

fn check(text: &str, document: &Object, report: &mut Reporter<'_>) {
    // `sam` resolves aliases before a template is sent.
    if Transforms::new(document).serverless {
        return;
    }
    // An alias that is merged with `<<` is W1100.
    let merges: HashSet<_> = text::merges(text).into_iter().collect();
    for path in text::aliases(text).into_iter().filter(|path| !merges.contains(path)) {
        report
            .at(path, "this is a YAML alias, which CloudFormation does not take")
            .help("write it out, or deploy what `aws cloudformation package` makes of the template");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |transform: &str| {
            format!(
                "{transform}\nResources:\n  A: {{Type: AWS::SNS::Topic, Properties: &p {{TopicName: t}}}}\n  \
                 B: {{Type: AWS::SNS::Topic, Properties: *p}}\n"
            )
        };
        let message = "this is a YAML alias, which CloudFormation does not take";
        check(&RULE, &template(""), &[("Resources/B/Properties", message)]);
        let merged = template("").replace("Properties: *p", "Properties: {<<: *p}");
        check(&RULE, &merged, &[]);
        check(&RULE, &template("Transform: AWS::Serverless-2016-10-31"), &[]);
    }
}
