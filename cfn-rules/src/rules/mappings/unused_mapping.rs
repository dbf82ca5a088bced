//! Mappings that no `Fn::FindInMap` looks into.

use crate::{
    facts::names::is_name,
    rules::definition::{Entry, On, Reporter},
};

rule! {
    /// A mapping that no `Fn::FindInMap` looks into has no effect.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Mappings:
    ///   Delays:
    ///     prod:
    ///       Seconds: 5
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Mappings:
    ///   Delays:
    ///     prod:
    ///       Seconds: 5
    /// Resources:
    ///   Jobs:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       DelaySeconds: !FindInMap [Delays, prod, Seconds]
    /// ```
    W7001: warning "unused mapping",
    on: On::Section("Mappings", check),
}

fn check(entry: &Entry<'_>, report: &mut Reporter<'_>) {
    let uses = &entry.context.uses;
    if uses.any_mapping || uses.mappings.contains(entry.name) {
        return;
    }
    // Nothing can use one whose name is wrong, which is reported itself.
    if is_name(entry.name) {
        report.unused(entry, "mapping");
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::check;

    #[test]
    fn cases() {
        let mapping = "Mappings: {M: {a: {b: c}}}\n";
        let queue = |name: &str| {
            format!("{mapping}Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}}}\n")
        };
        check(&RULE, &queue("jobs"), &[("Mappings/M", "mapping `M` is not used")]);
        check(&RULE, &queue("!FindInMap [M, a, b]"), &[]);
        check(&RULE, &queue("!FindInMap [!Ref AWS::Region, a, b]"), &[]);
        let transforms = "Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\n";
        check(&RULE, &format!("{transforms}{}", queue("!FindInMap [M, a, b]")), &[]);
        check(&RULE, &format!("{transforms}{}", queue("jobs")), &[("Mappings/M", "mapping `M` is not used")]);
    }
}
