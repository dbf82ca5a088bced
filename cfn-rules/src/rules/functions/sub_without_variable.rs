//! `Fn::Sub` of a string without variables.

use cfn_model::{Function, Node};

use crate::{
    facts::substitution::names,
    rules::definition::{Call, On, Reporter},
};

rule! {
    /// `Fn::Sub` replaces variables. A string without variables needs no `Fn::Sub`.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub jobs
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: jobs
    /// ```
    W1020: warning "`Fn::Sub` without a variable",
    on: On::Call(&[Function::Sub], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    let text = match call.argument {
        Node::String(text) => text,
        Node::Array(parts) => match parts.as_slice() {
            // Unused variables are another finding.
            [Node::String(text), Node::Object(variables)] if variables.is_empty() => text,
            _ => return,
        },
        _ => return,
    };
    // SAM adds variables to strings that have none yet.
    if !call.context.transforms.serverless && names(text).next().is_none() {
        report
            .at(call.place.to_path(), "`Fn::Sub` has no variable in its string")
            .help("write the string without `Fn::Sub`");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let name =
            |sub: &str| format!("Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub {sub}}}}}}}\n");
        let place = "Resources/Q/Properties/QueueName/Fn::Sub";
        check(&RULE, &name("jobs"), &[(place, "`Fn::Sub` has no variable in its string")]);
        check(&RULE, &name("'jobs-${AWS::Region}'"), &[]);
        check(&RULE, &format!("Transform: AWS::Serverless-2016-10-31\n{}", name("jobs")), &[]);
    }
}
