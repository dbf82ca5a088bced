//! Conditions that nothing depends on.

use crate::{
    facts::names::is_condition_name,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A condition that no resource, output, `Fn::If` or other condition names decides nothing.
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
    W8001: warning "unused condition",
    on: On::Section("Conditions", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let uses = &entry.context.uses;
    let is_chosen = uses.any_condition && entry.context.transforms.language_extensions;
    if is_chosen || uses.conditions.contains(entry.name) {
        return;
    }
    // Nothing can use one whose name is wrong, which is reported itself.
    if is_condition_name(entry.name) {
        report.unused(entry, "condition");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = |resource: &str| {
            format!(
                "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{Prod: !Equals [!Ref Stage, prod]}}\n\
                 Resources: {{Q: {{Type: AWS::SQS::Queue{resource}}}}}\n"
            )
        };
        check(&RULE, &template(""), &[("Conditions/Prod", "condition `Prod` is not used")]);
        check(&RULE, &template(", Condition: Prod"), &[]);
        check(&RULE, &template(", Properties: {DelaySeconds: !If [Prod, 1, 2]}"), &[]);
    }
}
