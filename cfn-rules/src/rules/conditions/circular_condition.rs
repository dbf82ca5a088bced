//! Conditions that depend on themselves.

use cfn_model::Path;

use crate::{
    facts::{context::Context, text},
    rules::definition::{On, Reporter},
};

rule! {
    /// A condition is computed from those that it names. One that names itself, directly or through others, has no value, and
    /// CloudFormation refuses the template.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Conditions:
    ///   IsProd: !Not [Condition: IsTest]
    ///   IsTest: !Not [Condition: IsProd]
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
    ///   IsTest: !Not [Condition: IsProd]
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Condition: IsTest
    /// ```
    AL0310: error "circular dependency between conditions",
    on: On::Document(check),
}

/// Each cycle is reported once, at one of its conditions.
fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    for id in context.conditions.circular() {
        let name = context.conditions.name(*id);
        let path = Path::default().join("Conditions").join(name);
        let message = format!("condition `{}` depends on itself", text::shortened(name));
        report.at(path, message).help("compare a parameter in one of the conditions of the cycle");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |conditions: &str| {
            format!("Conditions: {{{conditions}}}\nResources: {{Q: {{Type: AWS::SQS::Queue, Condition: A}}}}\n")
        };
        let found = [("Conditions/A", "condition `A` depends on itself")];
        check(&RULE, &template("A: {Condition: A}"), &found);
        check(&RULE, &template("A: !Not [Condition: B], B: !And [Condition: A, Condition: A]"), &found);
        check(&RULE, &template("A: !Not [Condition: B], B: !Equals [!Ref AWS::Region, us-east-1]"), &[]);
    }
}
