//! Branches of `Fn::If` that no combination of conditions leads to.

use cfn_model::Function;

use crate::{
    facts::{conditions::Fact, values::Choice},
    rules::definition::{Call, On, Reporter},
};

rule! {
    /// A branch of `Fn::If` that no combination of conditions leads to is never used. Most often there is an `Fn::If`
    /// of the same condition around it, or the resource itself has the condition.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
    ///     Properties:
    ///       DelaySeconds: !If [IsProd, 5, 60]
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Parameters:
    ///   Stage:
    ///     Type: String
    /// Conditions:
    ///   IsProd: !Equals [!Ref Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !If [IsProd, 5, 60]
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint treats two comparisons of one parameter as independent unless the parameter has `AllowedValues`. A
    /// parameter never has two values at once, so a branch that needs two is never used.
    W1028: warning "branch of `Fn::If` that is never used",
    on: On::Call(&[Function::If], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    let Choice::Either(id, _) = Choice::of_if(call.context, call.argument) else { return };
    let conditions = &call.context.conditions;
    for (index, holds) in [(1, true), (2, false)] {
        // That a comparison of two strings never changes is reported where it is.
        if !conditions.imaginable(&[call.facts, &[Fact::Condition(id, holds)]].concat()) {
            let name = conditions.name(id);
            let message = format!("this branch is never used: condition `{name}` is never {holds} here");
            let help = "remove the `Fn::If`, or fix the conditions";
            report.at(call.place.index(index).to_path(), message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |name: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions:\n  Prod: !Equals [!Ref Stage, prod]\n  Dev: !Equals \
                 [!Ref Stage, dev]\nResources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}}}\n"
            )
        };
        let name = "Resources/Q/Properties/QueueName";
        let message = "this branch is never used: condition `Dev` is never true here";
        let nested = template("!If [Prod, !If [Dev, a, b], c]");
        check(&RULE, &nested, &[(&format!("{name}/Fn::If/1/Fn::If/1"), message)]);
        let joined = template("!Join ['', [!If [Prod, !If [Dev, a, b], c]]]");
        check(&RULE, &joined, &[(&format!("{name}/Fn::Join/1/0/Fn::If/1/Fn::If/1"), message)]);
        check(&RULE, &template("!If [Prod, a, !If [Dev, b, c]]"), &[]);
        check(&RULE, &template("!If [Gone, a, b]"), &[]);
    }
}
