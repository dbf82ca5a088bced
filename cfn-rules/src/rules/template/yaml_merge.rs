//! Merge keys of YAML, `<<`, which CloudFormation's reader does not have.

use cfn_model::{Object, text};

use crate::{
    facts::context::Transforms,
    rules::definition::{On, Reporter},
};

rule! {
    /// CloudFormation reads YAML without merge keys: `<<: *tags`, which puts the entries of another object into this one, is
    /// an error there. `aws cloudformation package` and `sam` write merged objects out before they send a template; nothing is
    /// said of a SAM template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties: &queue
    ///       VisibilityTimeout: 360
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       <<: *queue
    ///       DelaySeconds: 5
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///   Mails:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       VisibilityTimeout: 360
    ///       DelaySeconds: 5
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint says so of SAM templates too, and says `W1101` of the alias as well.
    W1100: warning "merge key in a YAML template",
    on: On::Text(check),
}

fn check(text: &str, document: &Object, report: &mut Reporter<'_>) {
    // `sam` merges before a template is sent.
    if Transforms::new(document).serverless {
        return;
    }
    for path in text::merges(text) {
        report
            .at(path, "another object is merged into this one with `<<`, which CloudFormation does not take")
            .help("write the entries out, or deploy what `aws cloudformation package` makes of the template");
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
                 B: {{Type: AWS::SNS::Topic, Properties: {{<<: *p}}}}\n"
            )
        };
        let message = "another object is merged into this one with `<<`, which CloudFormation does not take";
        check(&RULE, &template(""), &[("Resources/B/Properties", message)]);
        check(&RULE, &template("Transform: AWS::Serverless-2016-10-31"), &[]);
    }
}
