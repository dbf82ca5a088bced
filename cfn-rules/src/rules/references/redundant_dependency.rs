//! Names in `DependsOn` that a reference makes a dependency already.

use std::collections::HashSet;

use crate::{
    facts::{context::Context, text},
    rules::definition::{On, Reporter},
};

rule! {
    /// `Ref`, `Fn::GetAtt` and `Fn::Sub` make a resource wait for what they refer to. `DependsOn` adds nothing, and
    /// stays behind when the reference is removed.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     DependsOn: Dead
    ///     Properties:
    ///       RedrivePolicy:
    ///         deadLetterTargetArn: !GetAtt Dead.Arn
    ///         maxReceiveCount: 5
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Dead:
    ///     Type: AWS::SQS::Queue
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       RedrivePolicy:
    ///         deadLetterTargetArn: !GetAtt Dead.Arn
    ///         maxReceiveCount: 5
    /// ```
    W3005: warning "redundant `DependsOn`",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let references: HashSet<(usize, usize)> = context.references().iter().copied().collect();
    let resources = context.section("Resources");
    for dependency in context.dependencies() {
        if references.contains(&(dependency.source, dependency.target)) {
            let name = resources.and_then(|all| all.get_index(dependency.target)).map_or("", |(id, _)| id);
            let message = format!("`{}` is referred to, which is a dependency already", text::shortened(name));
            report.at(dependency.path.clone(), message).help("remove it from `DependsOn`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |depends_on: &str| {
            format!(
                "Resources:\n  Q: {{Type: AWS::SQS::Queue, DependsOn: {depends_on}, Properties: {{QueueName: !Ref T}}}}\n  T: \
                 {{Type: AWS::SNS::Topic}}\n  U: {{Type: AWS::SNS::Topic}}\n"
            )
        };
        let message = "`T` is referred to, which is a dependency already";
        check(&RULE, &template("[U, T]"), &[("Resources/Q/DependsOn/1", message)]);
        check(&RULE, &template("U"), &[]);
    }
}
