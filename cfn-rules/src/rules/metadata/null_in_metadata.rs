//! Nulls in the metadata of the template.

use crate::{
    facts::{context::Context, nulls::Part},
    rules::definition::{On, Reporter},
};

rule! {
    /// Metadata can hold any value except null, which CloudFormation refuses everywhere in a template. In YAML, a
    /// key without a value is null.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Metadata:
    ///   Team:
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Metadata:
    ///   Team: payments
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Where cfn-lint differs
    ///
    /// cfn-lint also reports numbers with a decimal point. CloudFormation accepts them.
    E4002: error "null in Metadata",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    report.nulls(context, Part::Metadata);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let template = "Metadata: {a: [null]}\nResources: {}\n";
        let found = [("Metadata/a/0", "`a[0]` must have a value, got null")];
        check(&RULE, template, &found);
        check(&RULE, &format!("Transform: Macro\n{template}"), &found);
        check(&RULE, "Metadata: {a: 1.5}\nResources: {}\n", &[]);
    }
}
