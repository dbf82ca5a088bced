//! Comparisons with the same result in every stack.

use cfn_model::Function;

use crate::{
    facts::text,
    rules::definition::{Call, On, Reporter},
};

rule! {
    /// `Fn::Equals` of two strings, or of a value with itself, has the same result in every stack, so that the
    /// condition decides nothing. Most often a `Ref` is missing.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Conditions:
    ///   IsProd: !Equals [Stage, prod]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsProd
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
    ///     Condition: IsProd
    /// ```
    W8003: warning "`Fn::Equals` is always true or always false",
    on: On::Call(&[Function::Equals], check),
}

fn check(call: &Call<'_>, report: &mut Reporter<'_>) {
    let Some([left, right]) = call.argument.as_array() else { return };
    let same = match (text::scalar(left), text::scalar(right)) {
        (Some(left), Some(right)) => left == right,
        _ if left == right => true,
        _ => return,
    };
    let message = format!("`Fn::Equals` is always {same} here");
    report.at(call.place.to_path(), message).help("compare a parameter with a value that it can have");
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |sides: &str| {
            format!("Conditions: {{C: !Equals [{sides}]}}\nResources: {{Q: {{Type: AWS::SQS::Queue, Condition: C}}}}\n")
        };
        let place = "Conditions/C/Fn::Equals";
        check(&RULE, &template("a, b"), &[(place, "`Fn::Equals` is always false here")]);
        check(&RULE, &template("!Ref AWS::Region, !Ref AWS::Region"), &[(place, "`Fn::Equals` is always true here")]);
        check(&RULE, &template("!Ref AWS::Region, eu-west-1"), &[]);
    }
}
