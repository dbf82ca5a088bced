//! Keys that loops make twice.

use cfn_model::Path;

use crate::{
    facts::{context::Context, text},
    rules::definition::{On, Reporter},
};

rule! {
    /// `Fn::ForEach` makes a key for each value of its collection. A key that it makes twice, or that another loop makes or
    /// the template has, fails the deployment: the transform does not choose one of the two.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   Fn::ForEach::Queues:
    ///     - Name
    ///     - [Jobs, Mails, Jobs]
    ///     - ${Name}Queue:
    ///         Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Transform: AWS::LanguageExtensions
    /// Resources:
    ///   Fn::ForEach::Queues:
    ///     - Name
    ///     - [Jobs, Mails]
    ///     - ${Name}Queue:
    ///         Type: AWS::SQS::Queue
    /// ```
    E0001: error "key that `Fn::ForEach` makes twice",
    on: On::Document(check),
}

fn check(context: &Context<'_>, report: &mut Reporter<'_>) {
    let repeated: Vec<&(Path, String)> = context.repeated.iter().collect();
    for of_one in repeated.chunk_by(|(left, _), (right, _)| left == right) {
        let made = text::listed(of_one.iter().map(|(_, key)| key.as_str()), "and");
        let message = format!("the keys that `Fn::ForEach` makes must be unique, got {made} more than once");
        let help = "remove one of the two, or use the variable of each loop in the key";
        report.at(of_one[0].0.clone(), message).actual(made).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[track_caller]
    fn resources(entries: &str, expected: &[(&str, &str)]) {
        let message =
            |made: &str| format!("the keys that `Fn::ForEach` makes must be unique, got {made} more than once");
        let expected: Vec<_> =
            expected.iter().map(|(path, made)| (format!("Resources/{path}"), message(made))).collect();
        let expected: Vec<_> = expected.iter().map(|(path, message)| (path.as_str(), message.as_str())).collect();
        check(&RULE, &format!("Transform: AWS::LanguageExtensions\nResources: {{{entries}}}\n"), &expected);
    }

    /// A loop that makes queues.
    fn queues(id: &str, values: &str, key: &str) -> String {
        format!("'Fn::ForEach::{id}': [Name, [{values}], {{'{key}': {{Type: AWS::SQS::Queue}}}}]")
    }

    #[test]
    fn logical_ids() {
        resources(&queues("L", "A, B", "Q${Name}"), &[]);
        resources(&queues("L", "A, B, A", "Q${Name}"), &[("Fn::ForEach::L/2/Q${Name}", "`QA`")]);
        resources(&queues("L", "A, B, C", "Q"), &[("Fn::ForEach::L/2/Q", "`Q`")]);
        resources(&queues("L", "a.b, ab", "Q&{Name}"), &[("Fn::ForEach::L/2/Q&{Name}", "`Qab`")]);
        let two = format!("{}, {}", queues("L", "A, B", "Q${Name}"), queues("M", "B, C", "Q${Name}"));
        resources(&two, &[("Fn::ForEach::M/2/Q${Name}", "`QB`")]);
    }

    #[test]
    fn a_written_resource() {
        let (written, queues) = ("QA: {Type: AWS::SQS::Queue}", queues("L", "A, B", "Q${Name}"));
        let expected = [("Fn::ForEach::L/2/Q${Name}", "`QA`")];
        resources(&format!("{written}, {queues}"), &expected);
        resources(&format!("{queues}, {written}"), &expected);
    }

    #[test]
    fn nested_loops_and_properties() {
        let nested = |key: &str| {
            format!(
                "'Fn::ForEach::L': [X, [A, B], {{'Fn::ForEach::M': [Y, [C, D], {{'{key}': {{Type: AWS::SQS::Queue}}}}]}}]"
            )
        };
        resources(&nested("${X}${Y}"), &[]);
        resources(&nested("Q${Y}"), &[("Fn::ForEach::L/2/Fn::ForEach::M/2/Q${Y}", "`QC` and `QD`")]);
        let queue = |values: &str| {
            format!(
                "Q: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: 1, 'Fn::ForEach::P': [Name, [{values}], {{'${{Name}}': 1}}]}}}}"
            )
        };
        resources(&queue("MaximumMessageSize"), &[]);
        resources(&queue("DelaySeconds"), &[("Q/Properties/Fn::ForEach::P/2/${Name}", "`DelaySeconds`")]);
    }
}
