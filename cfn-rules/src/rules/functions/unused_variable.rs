//! Variables of `Fn::Sub` that its string does not use.

use std::collections::HashSet;

use cfn_model::{Function, Node};

use crate::{
    facts::{substitution::names, text},
    rules::definition::{Call, On, Reporter},
};

rule! {
    /// A variable that the string of `Fn::Sub` does not use has no effect. It is misspelled, or left over.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub
    ///         - jobs-${AWS::Region}
    ///         - Stage: prod
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !Sub
    ///         - jobs-${Stage}-${AWS::Region}
    ///         - Stage: prod
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint has this rule and never reports it: its check of `Fn::Sub` passes on the string alone.
    W1019: warning "unused variable of `Fn::Sub`",
    on: On::Call(&[Function::Sub], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    let Some([Node::String(text), Node::Object(variables)]) = call.argument.as_array() else { return };
    let used: HashSet<&str> = names(text).collect();
    for (name, _) in variables.iter().filter(|(name, _)| !used.contains(name.as_str())) {
        let message = format!("variable `{}` is not used in the string", text::shortened(name));
        let help = format!("remove it, or write `${{{name}}}` where it belongs");
        report.at(call.place.index(1).key(name).to_path(), message).help(help);
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
        let place = "Resources/Q/Properties/QueueName/Fn::Sub/1/B";
        let message = "variable `B` is not used in the string";
        check(&RULE, &name("['${A}', {A: a, B: b}]"), &[(place, message)]);
        check(&RULE, &name("['${A}${B}', {A: a, B: b}]"), &[]);
    }
}
