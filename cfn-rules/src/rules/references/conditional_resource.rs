//! References to resources whose condition may be false.

use cfn_model::Node;

use crate::{
    facts::{conditions::Fact, text},
    rules::definition::{On, Reference, Reporter},
};

rule! {
    /// A resource with a condition does not exist when the condition is false, and a stack that refers to it then
    /// cannot be created. The condition of the resource that refers counts, each `Fn::If` on the way, and the values
    /// that parameters can have.
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
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Condition: IsProd
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !GetAtt News.TopicName
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
    ///   News:
    ///     Type: AWS::SNS::Topic
    ///     Condition: IsProd
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       QueueName: !If [IsProd, !GetAtt News.TopicName, jobs]
    /// ```
    W1001: warning "reference to a resource that may not exist",
    on: On::Reference(check),
}

fn check(reference: &Reference<'_>, report: &mut Reporter<'_>) {
    let Reference { context, facts, own_condition, .. } = reference;
    let conditions = &context.conditions;
    let Some(name) = reference.resource.get("Condition").and_then(Node::as_str) else { return };
    // Whether undefined conditions can hold together is unknown.
    let is_undefined = |name: &str| conditions.id(name).is_none();
    let may_be_missing = match conditions.id(name) {
        None => facts.is_empty() && own_condition.is_none(),
        Some(_) if own_condition.is_some_and(is_undefined) => false,
        Some(id) => {
            let is_used = matches!(reference.place.keys().first(), Some(&"Resources" | &"Outputs"));
            // Where nothing is known, a condition that is always true counts as one that somebody will change.
            let without = || [*facts, &[Fact::Condition(id, false)]].concat();
            is_used && (facts.is_empty() || conditions.satisfiable(&without()))
        }
    };
    if may_be_missing {
        let condition = text::shortened(name);
        let message = format!("`{}` does not exist when condition `{condition}` is false", reference.id);
        let help = format!("put it into an `Fn::If` of `{condition}`");
        report.at(reference.place.to_path(), message).actual(reference.id).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    const PLACE: &str = "Resources/Q/Properties/QueueName";
    const MESSAGE: &str = "`T` does not exist when condition `Prod` is false";

    fn queue(name: &str) -> String {
        format!(
            "Parameters: {{Stage: {{Type: String, AllowedValues: [prod, dev]}}}}\nConditions:\n  Prod: !Equals [!Ref Stage, \
             prod]\n  Dev: !Equals [!Ref Stage, dev]\n  Test: !Equals [!Ref Stage, test]\n  Any: !Or [!Condition Prod, \
             !Condition Test]\nResources:\n  T: {{Type: AWS::SNS::Topic, Condition: Prod}}\n  U: {{Type: \
             AWS::SNS::Topic, Condition: Any}}\n  Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n"
        )
    }

    #[test]
    fn references_under_conditions() {
        check(&RULE, &queue("!Ref T"), &[(&format!("{PLACE}/Ref"), MESSAGE)]);
        check(&RULE, &queue("!If [Prod, !Ref T, x]"), &[]);
        check(&RULE, &queue("!If [Dev, !Ref T, x]"), &[(&format!("{PLACE}/Fn::If/1/Ref"), MESSAGE)]);
        check(&RULE, &queue("!If [Dev, x, !Ref T]"), &[]);
        check(&RULE, &queue("!If [Gone, !Ref T, x]"), &[]);
    }

    #[test]
    fn branches_that_are_never_used_refer_to_nothing() {
        check(&RULE, &queue("!If [Test, !Ref T, x]"), &[]);
        check(&RULE, &queue("!If [Test, !Ref U, x]"), &[]);
    }

    #[test]
    fn variables_of_substitutions() {
        check(&RULE, &queue("!Sub ['q-${A}', {A: !If [Prod, !Ref T, x]}]"), &[]);
        let place = format!("{PLACE}/Fn::Sub/1/A/Fn::If/2/Ref");
        check(&RULE, &queue("!Sub ['q-${A}', {A: !If [Prod, x, !Ref T]}]"), &[(&place, MESSAGE)]);
    }
}
